"""Probabilities of several classes judged: one column of scores a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa

from ogive._base import InputError
from ogive.data import label_codes
from ogive.metrics import MulticlassEvaluation, SamplingWeights, evaluate, reliability_diagram
from ogive.report import ClassesSummary, ClassReliability
from ogive.workflow.display import Displayed
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.scored import Reading, complete_scores, frequencies, probabilities, scored_source
from ogive.workflow.scores import distinct
from ogive.workflow.study import source_name, without_weight_zero

# Classes whose reliability is drawn; a page of more is not read.
MOST_DRAWN = 8


class ClassesEvaluation(Displayed):
    """Probabilities of several classes, judged. It displays itself as its summary.

    Attributes
    ----------
    record : ClassesSummary
    """

    def __init__(self, record: ClassesSummary) -> None:
        self.record = record

    @property
    def _shown(self) -> ClassesSummary:
        return self.record

    @property
    def evaluation(self) -> MulticlassEvaluation:
        """The judgement: `.accuracy`, `.log_loss`, `.per_class`, each with intervals."""
        return self.record.evaluation


def evaluate_classes(
    source: Any,
    label: str,
    scores: Sequence[str],
    *,
    classes: Sequence[str] | None = None,
    weight: str | None = None,
    sampling: bool = False,
    drop_missing: bool = False,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> ClassesEvaluation:
    """Judge probabilities of several classes in a table by what happened.

    Parameters
    ----------
    source, label, weight, sampling, drop_missing, level, columns, na_values, delimiter, progress
        As in `evaluate_scores`.
    scores : sequence of str
        Columns of probabilities, one a class. A column is for the class whose label ends its name, as in p_rain.
    classes : sequence of str, optional
        Labels of the classes in the order of the columns, where their names do not say.

    Raises
    ------
    InputError
        Where the table, a column or an option cannot be used, or it is not clear which column is for which class.

    Examples
    --------
    >>> from ogive.workflow import evaluate_classes
    >>> table = {"sky": ["sun", "rain", "fog", "sun"], "p_fog": [0.1, 0.2, 0.5, 0.2]}
    >>> table |= {"p_rain": [0.2, 0.6, 0.3, 0.1], "p_sun": [0.7, 0.2, 0.2, 0.7]}
    >>> evaluate_classes(table, "sky", ["p_fog", "p_rain", "p_sun"]).evaluation.accuracy.value
    1.0
    """
    reading = Reading(
        label=label,
        weight=weight,
        sampling=sampling,
        drop_missing=drop_missing,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    wanted = distinct(names(scores))
    progress("Reading the table")
    whole = reading.table(source)
    counted, where = without_weight_zero(whole, weight), source_name(source)
    found, codes = label_codes(counted, label, "label")
    labelled = counted.filter(pa.array(codes >= 0)) if (codes < 0).any() else counted
    table, raw = complete_scores(labelled, wanted, reading, where)
    named = classes_of(wanted, found, classes, where)
    p = np.column_stack([probabilities(c, n, where, logits=False) for c, n in zip(raw, wanted, strict=True)])
    found, codes = label_codes(table, label, "label")
    y = np.array([named.index(text) for text in found])[codes]
    weights = frequencies(table, weight)
    sample_weight = SamplingWeights(weights) if sampling and weights is not None else weights
    progress("Evaluating")
    evaluation = evaluate(np.array(named)[y], p, sample_weight, classes=named, level=level)
    drawn = named[:MOST_DRAWN]
    left = [t.num_rows for t in (whole, counted, labelled, table)]
    return ClassesEvaluation(
        ClassesSummary(
            source=scored_source(source, whole.num_columns, left, label, wanted),
            label=label,
            columns=wanted,
            evaluation=cast(MulticlassEvaluation, evaluation),
            reliability=tuple(
                ClassReliability(
                    name=name,
                    diagram=reliability_diagram(
                        (y == k).astype(np.float64), p[:, k], sample_weight, level=level
                    ),
                )
                for k, name in enumerate(drawn)
                if 0 < (y == k).sum() < y.size
            ),
        )
    )


def classes_of(
    columns: tuple[str, ...], labels: tuple[str, ...], given: Sequence[str] | None, where: str
) -> tuple[str, ...]:
    """Return the class of each column: as given, or the label that ends its name.

    Raises
    ------
    InputError
        Where there are fewer than three columns, names do not say the class, or a label has no column.

    Examples
    --------
    >>> classes_of(("p_sun", "p_rain", "p_light rain"), ("light rain", "rain", "sun"), None, "sky.csv")
    ('sun', 'rain', 'light rain')
    """
    if len(columns) < 3:
        raise InputError(
            f"{len(columns)} columns of scores are named for the classes of one label; expected three or more.",
            "of two classes name the column of the positive one alone: --score p",
        )
    if given is None:
        found = tuple(_ending(column, labels) for column in columns)
        silent = [column for column, label in zip(columns, found, strict=True) if label is None]
        if silent or len(set(found)) < len(found):
            wrong = f"{silent[0]!r} ends in none of them" if silent else "two columns end in the same one"
            raise InputError(
                f"{where}: the name of each score must end in the label of its class, as p_{labels[0]} does; the "
                f"labels are {', '.join(labels[:8])}, and {wrong}.",
                f"say the labels in the order of the columns: --classes {','.join(labels[: len(columns)])}",
            )
        given = [label for label in found if label is not None]
    if len(given) != len(columns) or len(set(given)) < len(given):
        raise InputError(
            f"{len(given)} classes are named for {len(columns)} columns of scores.",
            "name each once, in their order",
        )
    lacking = [label for label in labels if label not in given]
    if lacking:
        raise InputError(
            f"{where}: rows have the label {lacking[0]!r}, and no column of scores is for it.",
            "name a column of scores for each class",
        )
    return tuple(given)


def _ending(column: str, labels: tuple[str, ...]) -> str | None:
    """Return the longest label that ends a name and is not the tail of a longer word or number."""
    for label in sorted(labels, key=len, reverse=True):
        if column.casefold().endswith(label.casefold()):
            before = column[: len(column) - len(label)][-1:]
            joined = (before.isalpha() and label[:1].isalpha()) or (before.isdigit() and label[:1].isdigit())
            if not joined:
                return label
    return None
