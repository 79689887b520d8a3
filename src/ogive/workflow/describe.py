"""The design columns in words and numbers: what each is, where its values lie, what a typical row has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ogive._base import Vector
from ogive.data import Encoding, Term
from ogive.fitting import Problem
from ogive.report import Coefficient
from ogive.workflow.study import Study


@dataclass(frozen=True, kw_only=True)
class DesignColumn:
    """One design column.

    Attributes
    ----------
    kind : {"number", "level", "indicator", "boolean"}
    reference : str or None
        Level that a level or boolean compares with.
    mean : float
        Weighted; the share of ones where the column is no number.
    sd, median, low, high : float or None
        Of the values of a number, weighted but for the extremes; missing ones not counted.
    """

    name: str
    term: str
    kind: Literal["number", "level", "indicator", "boolean"]
    reference: str | None = None
    mean: float
    sd: float | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None


def describe(study: Study, encoding: Encoding, problem: Problem) -> tuple[DesignColumn, ...]:
    """Describe every design column, in the order of the design."""
    weights = np.ones(study.y.size) if study.weights is None else study.weights
    means = problem.design.rmatvec(weights) / weights.sum()
    numbers = [_number(study, term, j) for term in encoding.terms for j in range(len(term.numbers))]
    coded = [(term, name) for term in encoding.terms for name in term.code_names]
    others = [
        DesignColumn(
            name=name,
            term=term.name,
            kind=_kind(term, name),
            reference=None if _kind(term, name) == "indicator" else term.reference,
            mean=float(mean),
        )
        for (term, name), mean in zip(coded, means[len(numbers) :], strict=True)
    ]
    return (*numbers, *others)


def _kind(term: Term, name: str) -> Literal["level", "indicator", "boolean"]:
    if term.kind in ("number", "date"):
        return "indicator"
    missing = term.missing and name == term.code_names[-1]
    return "boolean" if term.kind == "boolean" and not missing else "level"


def _number(study: Study, term: Term, j: int) -> DesignColumn:
    name = term.numbers[j].name
    values = study.columns.numbers[:, study.columns.number_names.index(name)]
    known = ~np.isnan(values)
    if study.weights is not None:
        known &= study.weights > 0
    x = values if known.all() else values[known]
    weights = None if study.weights is None else study.weights[known]
    mean = float(np.average(x, weights=weights))
    fill = term.numbers[j].fill
    median = float(np.median(x)) if fill is None else fill
    return DesignColumn(
        name=name,
        term=term.name,
        kind="number",
        mean=mean,
        sd=float(np.sqrt(np.average((x - mean) ** 2, weights=weights))),
        median=median,
        low=float(x.min()),
        high=float(x.max()),
    )


def typical_row(described: Sequence[DesignColumn | Coefficient]) -> Vector:
    """Return the design row of medians and most frequent values, with nothing missing.

    The reference level of a category is its most frequent one; that of a boolean is "no", however rare.
    """
    return np.array([_typical(column) for column in described], dtype=np.float64)


def _typical(column: DesignColumn | Coefficient) -> float:
    if column.kind == "boolean":
        return float((column.mean or 0.0) > 0.5)
    return column.median or 0.0
