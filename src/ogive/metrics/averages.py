"""Scores of several columns of probabilities: of each, and averaged, with intervals from the influence of each row."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ogive._base import CERTAIN, Estimate, SampleWeight, SamplingWeights, Vector
from ogive.metrics.calibration_measures import calibration_error
from ogive.metrics.cells import cells_of, f_of, share
from ogive.metrics.discrimination import auc_of, auc_value, average_precision_of, average_precision_value
from ogive.metrics.forecasts import forecasts
from ogive.metrics.influence import Placed, Sample
from ogive.metrics.intervals import logit_interval, without_interval
from ogive.metrics.many_records import Averages, ClassScores
from ogive.metrics.proper import proper_of

Truth = NDArray[np.bool_]
# Redraws of the outcomes of each of many columns.
DRAWS = 99
AVERAGED = ("auc", "average_precision", "precision", "recall", "f1")


class Macro:
    """Means of the columns' scores, with intervals from those of the columns and from the influences of the rows.

    The limit of a mean of K scores lies √(d' R d) / K from it, d the distances of the limits of the scores and R their
    correlations (Zou 2007, after Zou and Donner 2008), so that it inherits what makes the intervals of the scores good
    in small samples. With ψ the influences and s the standard errors, d' R d is the variance of Σ w (Σ d ψ / s), so the
    sums of d ψ / s over the columns are all that is kept.
    """

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self._sums: dict[str, _Sum] = {}

    def add(self, name: str, score: Estimate | None, psi: Vector) -> None:
        """Take in the score of one more column; None counts as 0 (precision, where nothing was called)."""
        so_far = self._sums.setdefault(name, _Sum(np.zeros((2, psi.size))))
        so_far.columns += 1
        if score is None or score.low is None or score.high is None:
            so_far.value += 0.0 if score is None else score.value
            so_far.lacking += 1
            return
        so_far.value += score.value
        distances = np.array([score.value - score.low, score.high - score.value])
        error = math.sqrt(self.sample.variance(psi))
        if error > 0:
            so_far.psi += distances[:, None] * (psi / error)
        else:  # a share of 0 or 1, whose rows do not vary: it goes with no other score
            so_far.alone += distances**2

    def mean(self, name: str, level: float) -> Estimate | None:
        """Return the mean; None where no column has the score."""
        if name not in self._sums:
            return None
        found = self._sums[name]
        value = found.value / found.columns
        if found.lacking:
            return without_interval(
                value, level, f"{found.lacking} of {found.columns} scores have none; see each"
            )
        if self.sample.effective <= 1:
            return without_interval(value, level, "fewer than two rows")
        squares = [
            self.sample.variance(own) + alone for own, alone in zip(found.psi, found.alone, strict=True)
        ]
        below, above = (math.sqrt(square) / found.columns for square in squares)
        low, high = max(value - below, 0.0), min(value + above, 1.0)
        return Estimate(
            value=value, low=low, high=high, level=level, method="Zou and Donner, correlated scores"
        )

    def averages(self, level: float, note: str) -> Averages:
        """Return all means."""
        return Averages(**{name: self.mean(name, level) for name in AVERAGED}, note=note)


@dataclass
class _Sum:
    """Sums over columns: of scores, of d ψ / s for the lower and the upper limits, and of d² where s is 0."""

    psi: Vector
    value: float = 0.0
    columns: int = 0
    lacking: int = 0
    alone: Vector = field(default_factory=lambda: np.zeros(2))


def smooth(sample: Sample, value: float, psi: Vector, level: float) -> Estimate:
    """Return a score between 0 and 1 with the interval of its influences, on the logit scale."""
    variance, df = sample.variance(psi), sample.df_of(psi)
    if not 0 < value < 1 or not variance > 0:
        return without_interval(value, level, "no row moves the score")
    return logit_interval(value, value, variance, df, level, "influence functions, logit scale")


def column_scores(
    name: str,
    truth: Truth,
    p: Vector,
    decided: Truth,
    weight: SampleWeight,
    macro: Macro,
    level: float,
    threshold: float | None = None,
) -> ClassScores:
    """Judge one column, and take it into the means; a column without events takes part in none."""
    table, sample = forecasts(truth, p, weight), macro.sample
    cells = cells_of(forecasts(truth, decided, weight), 0.5)
    proper, both = proper_of(table), table.event_count > 0 and table.nonevent_count > 0
    auc = auc_of(table, level) if both else None
    average_precision = average_precision_of(table, level) if both else None
    precision = share(cells.true_positive, cells.false_positive, level)
    recall = share(cells.true_positive, cells.false_negative, level)
    f1 = f_of(cells, 1.0, level)
    if both:
        placed = Placed(table, np.searchsorted(table.p, p), truth)
        macro.add("auc", auc, placed.auc())
        macro.add("average_precision", average_precision, placed.average_precision())
    if table.event_count > 0:
        hit, called, happened = (column.astype(np.float64) for column in (truth & decided, decided, truth))
        macro.add("precision", precision, sample.ratio(hit, called)[1] if called.any() else hit)
        macro.add("recall", recall, sample.ratio(hit, happened)[1])
        macro.add("f1", f1, sample.ratio(2 * hit, called + happened)[1])
    return ClassScores(
        name=name,
        count=table.count,
        events=table.event_count,
        prevalence=table.event_count / table.count,
        mean_predicted=sample.mean(p),
        auc=auc,
        average_precision=average_precision,
        log_loss=proper.log_loss_estimate(level),
        brier=proper.brier_estimate(level),
        precision=precision,
        recall=recall,
        f1=f1,
        calibration_error=calibration_error(truth, p, weight, level=level, draws=_draws(level)),
        threshold=threshold,
        note=_note(table.event_count, table.nonevent_count, bool(decided.any())),
    )


def mean_calibration_error(scores: list[ClassScores], level: float) -> Estimate:
    """Mean over columns; its mean under calibration is the mean of theirs, but not so its quantiles."""
    value, expected = (
        math.fsum(getattr(own.calibration_error, name) for own in scores) / len(scores)
        for name in ("value", "expected")
    )
    return without_interval(value, level, f"{expected:.2g} is expected if calibrated; see each")


def left_out(scores: list[ClassScores]) -> str:
    """Say which columns are not in the means, or not fully; empty where all are."""
    absent = [own.name for own in scores if own.events == 0]
    always = [own.name for own in scores if own.events == own.count]
    never = [own.name for own in scores if own.events > 0 and own.precision is None]
    notes = []
    if absent:
        others = len(scores) - len(absent)
        notes.append(f"No row has {_list(absent)}, so the macro averages are over the other {others}.")
    if always:
        notes.append(f"Every row has {_list(always)}, which is left out of macro AUC and average precision.")
    if never:
        notes.append(f"{_list(never)} is never predicted; its precision counts as 0 in the macro average.")
    return " ".join(notes)


def micro_ranking(
    p: Vector, truth: Truth, weight: SampleWeight, sample: Sample, level: float
) -> tuple[Estimate | None, Estimate | None]:
    """AUC and average precision of all columns thrown together; a row is still one observation."""
    rows, columns = p.shape
    pooled = p.ravel(order="F"), truth.ravel(order="F")
    table = forecasts(pooled[1], pooled[0], _tiled(weight, columns))
    if table.event_count == 0 or table.nonevent_count == 0:
        return None, None
    placed = Placed(table, np.searchsorted(table.p, pooled[0]), pooled[1])
    auc, precision = (
        psi.reshape(columns, rows).sum(axis=0) for psi in (placed.auc(), placed.average_precision())
    )
    return (
        smooth(sample, auc_value(table), auc, level),
        smooth(sample, average_precision_value(table), precision, level),
    )


def micro_deciding(
    decided: Truth, truth: Truth, sample: Sample, level: float
) -> tuple[Estimate | None, Estimate | None, Estimate | None]:
    """Precision, recall and F1 of all decisions thrown together."""
    hit, called, happened = (
        matrix.sum(axis=1).astype(np.float64) for matrix in (decided & truth, decided, truth)
    )
    parts = ((hit, called), (hit, happened), (2 * hit, called + happened))
    precision, recall, f1 = (
        smooth(sample, *sample.ratio(above, below), level) if below.any() else None for above, below in parts
    )
    return precision, recall, f1


def mean_log_loss(sample: Sample, given: Vector, level: float) -> tuple[Estimate, str]:
    """Mean of -log of the probabilities (n, k) given to what happened, and a note where one of them is 0."""
    impossible = int((given == 0).sum())
    if not impossible:
        return sample.mean_estimate(-np.log(given).mean(axis=1), level, math.inf), ""
    counted = min(CERTAIN, float(given[given > 0].min(initial=1.0)))
    value = sample.mean(-np.log(np.maximum(given, counted)).mean(axis=1))
    reason = f"the loss is infinite, because what happened had probability 0 {impossible:,} times"
    note = f"What happened had probability 0 {impossible:,} times, so the log loss is infinite; the value shown counts "
    return without_interval(value, level, reason), note + f"that as {counted:g}."


def _draws(level: float) -> int:
    """As many redraws, or more where the level needs them."""
    return max(DRAWS, math.ceil(1 / (1 - level) - 1e-9) - 1)


def _tiled(weight: SampleWeight, times: int) -> SampleWeight:
    if isinstance(weight, SamplingWeights):
        return SamplingWeights(np.tile(np.asarray(weight.values), times))
    return None if weight is None else np.tile(np.asarray(weight), times)


def _note(events: float, nonevents: float, called: bool) -> str:
    if events == 0:
        return "No row has it, so there is no AUC, no average precision and no recall."
    if nonevents == 0:
        return "Every row has it, so there is no AUC and no average precision."
    return "" if called else "It is never predicted, so there is no precision."


def _list(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
