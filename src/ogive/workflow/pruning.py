"""Design columns that no coefficient can be told of are left out and named, so that the others can be.

Two kinds. Columns that others determine: infinitely many coefficients fit them equally well, with the same
probabilities; leaving out the later one of each dependence (as R's `glm` does) gives the rest standard errors and
tests. And missing columns whose few rows all had one outcome: their maximum-likelihood coefficient is infinite, and
nobody asked for them; the median, or the reference level, stands for those rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from ogive._base import Status, Vector
from ogive.data import Encoding, TableNotes, Term, encode, learn_encoding
from ogive.fitting import Problem, Solution, solve
from ogive.inference import Collinearity, collinear_columns
from ogive.workflow.study import Study, labels

MOST_ROUNDS = 10
FEW_ROWS = 20


def learn_columns(
    study: Study,
    rows: NDArray[np.bool_] | None = None,
    weights: Vector | None = None,
    *,
    alpha: float,
) -> Encoding:
    """Learn the encoding from the training rows (all by default), without unanimous missing columns.

    A penalty makes their coefficients finite: they stay then.
    """
    weights = study.weights if weights is None else weights
    encoding = learn_encoding(study.schema, study.columns, rows, weights)
    if alpha > 0:
        return encoding
    training = np.ones(study.y.size, dtype=bool) if rows is None else rows
    if weights is not None:
        training = training & (weights > 0)
    unanimous = {}
    for term in encoding.terms:
        if term.missing:
            outcomes = study.y[training & _gaps(study, term)]
            if outcomes.size <= FEW_ROWS and outcomes.min() == outcomes.max():
                unanimous[f"{term.name}: missing"] = _unanimity(study, outcomes)
    return pruned(encoding, unanimous)


def _gaps(study: Study, term: Term) -> NDArray[np.bool_]:
    """Rows in which a term is missing."""
    if term.name in study.columns.codes:
        return np.equal(study.columns.codes[term.name], len(study.schema.column(term.name).levels))
    return np.isnan(study.columns.numbers[:, study.columns.slots(term.name)[0]])


def _unanimity(study: Study, outcomes: Vector) -> str:
    target = study.schema.target
    label = labels(target.positive if outcomes[0] else target.negative)
    rows = "its only row has" if outcomes.size == 1 else f"its {outcomes.size} rows all have"
    return f"{rows} {target.name} = {label}"


def identified_fit(study: Study, encoding: Encoding, alpha: float) -> tuple[Encoding, Problem, Solution]:
    """Fit; where some columns determine each other leave out the later ones and fit again.

    A fit that stays not unique (a dependence too faint to name) is returned as it is.
    """
    for _ in range(MOST_ROUNDS):
        problem = Problem(encode(study.columns, encoding), study.y, study.weights, study.offset, alpha)
        solution = solve(problem)
        if solution.status is not Status.NOT_UNIQUE:
            break
        exact = [found for found in collinear_columns(problem, encoding.column_names) if found.exact]
        if not exact:
            break
        encoding = pruned(encoding, _determined(exact))
    return encoding, problem, solution


def _determined(exact: Sequence[Collinearity]) -> dict[str, str]:
    """Return the later column of each set with what determines it, traced back to columns that stay."""
    by = {found.names[-1]: found.names[:-1] for found in exact}
    reasons = {}
    for name, determining in by.items():
        others, seen = determining, {name}
        while any(other in by and other not in seen for other in others):
            seen |= set(others)
            others = tuple(dict.fromkeys(o for other in others for o in by.get(other, (other,))))
        listed = others[0] if len(others) == 1 else f"{', '.join(others[:-1])} and {others[-1]}"
        reasons[name] = f"determined by {listed}" if others else "constant"
    return reasons


def pruned(encoding: Encoding, reasons: Mapping[str, str]) -> Encoding:
    """Return an encoding without some design columns, each with its reason.

    A level left out counts as the reference level, a missing number as the median.
    """
    return Encoding(terms=tuple(_pruned(term, reasons) for term in encoding.terms)) if reasons else encoding


def _pruned(term: Term, reasons: Mapping[str, str]) -> Term:
    coded = [level for level in term.levels if level != term.reference]
    names = dict(zip(coded, term.code_names, strict=False))
    own = {number.name for number in term.numbers} | set(term.code_names)
    return replace(
        term,
        numbers=tuple(number for number in term.numbers if number.name not in reasons),
        levels=tuple(level for level in term.levels if names.get(level) not in reasons),
        missing=term.missing and f"{term.name}: missing" not in reasons,
        dropped=term.dropped | {name: why for name, why in reasons.items() if name in own},
    )


def without_pruned(notes: TableNotes, encoding: Encoding) -> TableNotes:
    """Return notes of a table that do not call a level unseen which training saw and another column stands for."""
    unseen: dict[str, dict[str, int]] = {}
    for name, levels in notes.unseen.items():
        dropped = encoding.term(name).dropped
        new = {level: count for level, count in levels.items() if f"{name}: {level}" not in dropped}
        unseen |= {name: new} if new else {}
    return replace(notes, unseen=unseen)
