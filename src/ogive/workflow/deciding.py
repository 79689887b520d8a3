"""The threshold for a column of scores: by what mistakes cost, or by conditions on what is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ogive._base import InputError
from ogive.decisions import CostMatrix, ThresholdChoice, choose_threshold
from ogive.report import DecisionSummary
from ogive.workflow.display import Displayed
from ogive.workflow.judging import cost_pair
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.scored import Reading, read_scored
from ogive.workflow.scores import distinct


class Decision(Displayed):
    """A threshold for a column of scores. It displays itself as its summary.

    Attributes
    ----------
    record : DecisionSummary
    """

    def __init__(self, record: DecisionSummary) -> None:
        self.record = record

    @property
    def _shown(self) -> DecisionSummary:
        return self.record

    @property
    def choice(self) -> ThresholdChoice:
        """The threshold with its interval, and what it is worth."""
        return self.record.choice


def decide_scores(  # noqa: PLR0913
    source: Any,
    label: str,
    score: str,
    *,
    cost_fp: float | None = None,
    cost_fn: float | None = None,
    precision_at_least: float | None = None,
    recall_at_least: float | None = None,
    fpr_at_most: float | None = None,
    at_most: float | None = None,
    days: float | None = None,
    weight: str | None = None,
    sampling: bool = False,
    positive: Any = None,
    logits: bool = False,
    drop_missing: bool = False,
    seed: int = 0,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> Decision:
    """Choose the threshold of a column of scores, with its interval and what it saves.

    Parameters
    ----------
    source, label, weight, sampling, positive, logits, drop_missing
        As in `evaluate_scores`.
    score : str
        Column of probabilities, calibrated or not.
    cost_fp, cost_fn : float, optional
        What a false positive and a false negative cost; both or neither.
    precision_at_least, recall_at_least, fpr_at_most : float, optional
        Conditions on the decisions for these rows; without costs the most positive rows are found under them.
    at_most : float, optional
        Most rows to act on: a number from 1 on, or a share below 1.
    days : float, optional
        How many days the rows come from: `at_most` is then a number a day.
    seed : int
        Of the bootstrap behind the money.
    level : float
        Of the intervals.
    columns, na_values, delimiter
        See `ogive.data.read_table`.
    progress : callable, optional
        Told what is being done, in words.

    Raises
    ------
    InputError
        Where the table, a column or an option cannot be used, or nothing says which threshold is best.

    Examples
    --------
    >>> from ogive.workflow import decide_scores
    >>> table = {"ill": [0, 0, 1, 0, 1, 0, 1, 1] * 9, "risk": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9] * 9}
    >>> decide_scores(table, label="ill", score="risk", cost_fp=1, cost_fn=4).choice.threshold.value
    0.3
    """
    costs = cost_pair(cost_fp, cost_fn)
    conditions = (precision_at_least, recall_at_least, fpr_at_most, at_most)
    if costs is None and all(condition is None for condition in conditions):
        raise InputError(
            "nothing says which threshold is best.",
            [
                "say what mistakes cost: --cost-fp 1 --cost-fn 20",
                "or what must hold: --precision-at-least 0.8, --recall-at-least, --fpr-at-most, --at-most",
            ],
        )
    reading = Reading(
        label=label,
        weight=weight,
        sampling=sampling,
        positive=positive,
        logits=logits,
        drop_missing=drop_missing,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    progress("Reading the table")
    scored = read_scored(source, distinct((score,)), reading)
    progress("Choosing the threshold")
    choice = choose_threshold(
        scored.y,
        scored.p[0],
        None if costs is None else CostMatrix(false_positive=costs[0], false_negative=costs[1]),
        scored.sample_weight,
        precision_at_least=precision_at_least,
        recall_at_least=recall_at_least,
        false_positive_rate_at_most=fpr_at_most,
        at_most=at_most,
        days=days,
        level=level,
        seed=seed,
    )
    return Decision(DecisionSummary(source=scored.source, outcome=scored.outcome, score=score, choice=choice))
