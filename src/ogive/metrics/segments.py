"""How probabilities do in each group of rows, and in which groups they are off by more than chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ogive._base import InputError, SampleWeight, SamplingWeights, Vector, chi_square_tail, holm
from ogive._kernels import logit
from ogive.metrics.calibration import calibration_of
from ogive.metrics.discrimination import auc_of
from ogive.metrics.forecasts import Forecasts, forecasts, rows_of
from ogive.metrics.groups import Groups, Segment, groups_of
from ogive.metrics.proper import proper_of, uncertain

# Most groups of numbers, which might be a measurement, and of anything, which might be a name a row.
MOST_NUMBERS, MOST_GROUPS = 50, 1000
# Variance of the number of events from which on the score test is chi-square; below, its distribution is simulated.
LARGE = 50.0
# With sampling weights, which forbid that: fewest events and non-events (Kish's effective number).
FEWEST = 20
# Simulations in a batch; no more once so many lie beyond what was found (Besag and Clifford 1991).
BATCH, BEYOND = 200, 100


def segments_of(
    y: ArrayLike, p: ArrayLike, sample_weight: SampleWeight, by: ArrayLike, level: float
) -> tuple[Segment, ...]:
    """Judge the rows of each value of `by`."""
    rows = rows_of(y, p, sample_weight)
    groups = _few(groups_of(by, rows.outcome.size, "by"))
    order = np.argsort(groups.code, kind="stable")
    of_group = np.split(order, np.cumsum(np.bincount(groups.code))[:-1])
    found: list[tuple[str, Forecasts]] = []
    for name, own in zip(groups.names, of_group, strict=True):
        weight = None if rows.weight is None else rows.weight[own]
        if weight is None or weight.any():
            sampled = weight is not None and rows.squares is not None
            declared = SamplingWeights(weight) if sampled and weight is not None else weight
            found.append((name, forecasts(rows.outcome[own], rows.probability[own], declared)))
    p_values = holm([score_p_value(table, len(found)) for _, table in found])
    return tuple(
        _segment(name, table, p_value, level) for (name, table), p_value in zip(found, p_values, strict=True)
    )


def score_p_value(table: Forecasts, tests: int = 1) -> float | None:
    """Test calibration intercept 0 and slope 1 together: the score test of Cox's (1958) logistic recalibration.

    Under calibration the residuals y - p are independent with variance p (1 - p). With x = logit(p) less its mean
    weighted by those, their sums times 1 and times x are uncorrelated, and their squares by their variances add to a
    chi-square of 2 degrees of freedom. Nothing is fitted, so the test holds where one class does not occur. In small
    samples the outcomes are simulated instead; `tests` is how many p-values will be compared. None where weights that
    are not whole numbers forbid that.
    """
    x = logit(uncertain(table.p))
    if table.squares is None:
        noise = table.weight * table.p * (1 - table.p)
    else:  # weights may depend on the outcome, so that p says less of the squares than the rows themselves
        noise = table.squares.events * (1 - table.p) ** 2 + table.squares.nonevents * table.p**2
    variance = float(noise.sum())
    if variance == 0:  # only certain forecasts: right, or impossible
        return 1.0 if proper_of(table).contradicted == 0 else 0.0
    x = x - np.sum(noise * x) / variance
    of_x = float(np.sum(noise * x**2))
    scale = np.array([variance, of_x if of_x > 1e-12 * variance else np.inf])
    residual = table.events - table.weight * table.p
    found = float(np.sum(np.array([residual.sum(), np.sum(residual * x)]) ** 2 / scale))
    if table.squares is None:
        large, whole = variance >= LARGE, bool((table.weight == np.floor(table.weight)).all())
    else:
        large, whole = min(table.effective_events, table.effective_nonevents) >= FEWEST, False
    if large:
        return chi_square_tail(found, 2 if np.isfinite(scale[1]) else 1)
    if not whole:
        return None
    return _simulated(table, x, scale, found, max(50, tests // 5))


def _simulated(table: Forecasts, x: Vector, scale: Vector, found: float, batches: int) -> float:
    """Share of simulated outcomes of a calibrated forecast that are at least as far off as what was found.

    Only the less likely outcomes are drawn, of which there are few: a Poisson process with rate -log(1 - q) in a row
    hits it with probability q.
    """
    q, copies = np.minimum(table.p, 1 - table.p), table.weight.astype(np.intp)
    row = np.repeat(np.arange(q.size), copies)
    ends = np.cumsum(-np.log1p(-q[row]))
    shift = np.where(table.p < 0.5, 1.0, -1.0)[row]
    likely = np.where(table.p < 0.5, 0.0, 1.0) - table.p
    base = np.array([np.sum(copies * likely), np.sum(copies * likely * x)])
    rng, beyond, done = np.random.default_rng(0), 0, 0
    for _ in range(batches):
        of_simulation = np.repeat(np.arange(BATCH), rng.poisson(ends[-1], BATCH))
        hit = np.searchsorted(ends, rng.random(of_simulation.size) * ends[-1], side="right")
        at, which = np.divmod(np.unique(of_simulation * row.size + np.minimum(hit, row.size - 1)), row.size)
        sums = [
            np.bincount(at, shift[which] * factor, BATCH) for factor in (np.ones(which.size), x[row[which]])
        ]
        squares = sum((start + own) ** 2 / by for start, own, by in zip(base, sums, scale, strict=True))
        beyond += int(np.sum(squares >= found * (1 - 1e-9)))
        done += BATCH
        if beyond >= BEYOND:
            break
    return (beyond + 1) / (done + 1)


def _segment(name: str, table: Forecasts, p_value: float | None, level: float) -> Segment:
    proper = proper_of(table)
    both = table.event_count > 0 and table.nonevent_count > 0
    line = calibration_of(table, level) if both else None
    notes = [] if line is None else [line.note]
    if line is None:
        only = 1 if table.event_count > 0 else 0
        notes.append(f"Every row has y = {only}, so there is no AUC and no calibration line.")
    if p_value is None:
        notes.append("Rows are too few, for weights that are not whole, to test the calibration.")
    return Segment(
        name=name,
        count=table.count,
        events=table.event_count,
        prevalence=table.event_count / table.count,
        mean_predicted=float(np.sum(table.weight * table.p)) / table.count,
        auc=auc_of(table, level) if both else None,
        log_loss=proper.log_loss_estimate(level),
        brier=proper.brier_estimate(level),
        intercept=None if line is None else line.intercept,
        slope=None if line is None else line.slope,
        p_value=p_value,
        flagged=p_value is not None and p_value < 1 - level,
        note=" ".join(note for note in notes if note),
    )


def _few(groups: Groups) -> Groups:
    """Refuse what is no grouping: a measurement, or a name a row."""
    numbers = sum(isinstance(value, float | int) for value in groups.values)
    if numbers > MOST_NUMBERS:
        raise InputError(
            f"by has {numbers:,} different numbers, which leaves few rows for each.",
            "put them into bins first, for example with numpy.digitize, and pass the bins",
        )
    if len(groups.values) > MOST_GROUPS:
        raise InputError(
            f"by has {len(groups.values):,} different values: rather a name for each row than a group.",
            "pass a column with fewer values",
        )
    return groups
