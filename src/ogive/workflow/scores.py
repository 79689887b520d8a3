"""Anybody's scores judged by what happened: a table with a label and columns of probabilities in, a report out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ogive._base import InputError
from ogive.metrics import Comparison, Evaluation, compare
from ogive.report import Judged, Notice, ScoresSummary, Validation
from ogive.workflow.display import Displayed
from ogive.workflow.judging import Judging, cost_pair, cost_threshold, judged
from ogive.workflow.notices import distortion
from ogive.workflow.options import Say, names, quiet
from ogive.workflow.scored import Reading, Scored, read_scored


class ScoresEvaluation(Displayed):
    """Columns of scores, judged. It displays itself as its summary.

    Attributes
    ----------
    record : ScoresSummary
    """

    def __init__(self, record: ScoresSummary) -> None:
        self.record = record

    @property
    def _shown(self) -> ScoresSummary:
        return self.record

    @property
    def evaluation(self) -> Evaluation:
        """The judgement of the first column: `.auc`, `.brier`, `.calibration.slope`, each with its interval."""
        return self.record.scores[0].validation.evaluation

    @property
    def evaluations(self) -> dict[str, Evaluation]:
        """The judgement of each column."""
        return {score.name: score.validation.evaluation for score in self.record.scores}

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Each further column against the first, on the same rows."""
        return self.record.comparisons


def evaluate_scores(  # noqa: PLR0913
    source: Any,
    label: str,
    score: str | Sequence[str],
    *,
    weight: str | None = None,
    sampling: bool = False,
    by: str | None = None,
    positive: Any = None,
    logits: bool = False,
    drop_missing: bool = False,
    threshold: float | None = None,
    cost_fp: float | None = None,
    cost_fn: float | None = None,
    level: float = 0.95,
    columns: Sequence[str] | None = None,
    na_values: str | Sequence[str] = (),
    delimiter: str | None = None,
    progress: Say = quiet,
) -> ScoresEvaluation:
    """Judge columns of scores in a table by what happened, whoever made them.

    Parameters
    ----------
    source : path, pattern, list of paths, "-", or table
        As `ogive.fit` takes it.
    label : str
        Column with what happened: 0/1, boolean, two labels, or more with `positive`.
    score : str or sequence of str
        Column of probabilities; several are compared with the first, on the rows that have all of them.
    weight : str, optional
        Column of frequencies: a row of weight 2 is the row twice.
    sampling : bool
        The weights are sampling weights: how many rows of a population a row stands for.
    by : str, optional
        Column of segments, each of which is judged too.
    positive : label or sequence of labels, optional
        Values of the label that count as the outcome.
    logits : bool
        Scores are log-odds.
    drop_missing : bool
        Leave out rows without a score, which are refused otherwise.
    threshold : float, optional
        A row is decided positive from this probability on; 0.5, or what the costs say, unless given.
    cost_fp, cost_fn : float, optional
        What a false positive and a false negative cost; both or neither.
    level : float
        Of all intervals.
    columns, na_values, delimiter
        See `ogive.data.read_table`.
    progress : callable, optional
        Told what is being done, in words.

    Returns
    -------
    ScoresEvaluation

    Raises
    ------
    InputError
        Where the table, a column or an option cannot be used.

    Examples
    --------
    >>> from ogive.workflow import evaluate_scores
    >>> table = {"ill": [0, 0, 1, 0, 1, 0, 1, 1], "risk": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9]}
    >>> evaluate_scores(table, label="ill", score="risk").evaluation.auc
    0.81 (0.32 – 0.95)
    """
    reading = Reading(
        label=label,
        weight=weight,
        sampling=sampling,
        by=by,
        positive=positive,
        logits=logits,
        drop_missing=drop_missing,
        columns=None if columns is None else names(columns),
        na_values=names(na_values),
        delimiter=delimiter,
    )
    how = judging(threshold, cost_fp, cost_fn, level)
    progress("Reading the table")
    scored = read_scored(source, distinct(names(score)), reading)
    progress("Evaluating")
    return ScoresEvaluation(_summary(scored, how))


def judging(threshold: float | None, cost_fp: float | None, cost_fn: float | None, level: float) -> Judging:
    """Return how to judge; costs set the threshold where none is given."""
    costs = cost_pair(cost_fp, cost_fn)
    if threshold is None:
        threshold = 0.5 if costs is None else cost_threshold(costs)
    for name, value in (("threshold", threshold), ("level", level)):
        if not 0 <= value <= 1:
            raise InputError(f"{name} is {value}; expected a number between 0 and 1.", f"change {name}")
    return Judging(threshold=threshold, level=level, costs=costs)


def distinct(score: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the scores, each of which may stand once.

    Raises
    ------
    InputError
        Where there is none, or one stands twice.
    """
    if not score:
        raise InputError("no column of scores is named.", "name it, as in --score p")
    if len(set(score)) < len(score):
        raise InputError(f"a column of scores is named twice: {', '.join(score)}.", "name each once")
    return score


def scores_notices(validations: Sequence[Validation]) -> tuple[Notice, ...]:
    """Return what must be known before the numbers."""
    remedy = "ogive calibrate --method prior-shift"
    found = [notice for validation in validations for notice in distortion(validation.evaluation, remedy)]
    return tuple(dict.fromkeys(found))


def _summary(scored: Scored, how: Judging) -> ScoresSummary:
    rows = f"{scored.y.size:,} rows of {scored.source.name}"
    validations = [
        judged(scored.y, p, scored.sample_weight, how, scheme=rows, by=scored.by) for p in scored.p
    ]
    return ScoresSummary(
        notices=scores_notices(validations),
        source=scored.source,
        outcome=scored.outcome,
        scores=tuple(
            Judged(name=name, validation=validation)
            for name, validation in zip(scored.names, validations, strict=True)
        ),
        comparisons=tuple(
            compare(
                scored.y,
                p,
                scored.p[0],
                scored.sample_weight,
                level=how.level,
                names=(name, scored.names[0]),
            )
            for name, p in zip(scored.names[1:], scored.p[1:], strict=True)
        ),
    )
