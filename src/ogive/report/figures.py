"""The figures of a summary: which numbers they draw, and the finding that each title states."""

from __future__ import annotations

from ogive._base import Estimate
from ogive._kernels import logit
from ogive.report.judged_figures import before_after, reliability
from ogive.report.summary import Coefficient, Outcome, Summary, Validation
from ogive.report.words import strongest
from ogive.views import (
    Figure,
    Observed,
    RatioRow,
    TermCurve,
    forest_figure,
    number,
    odds_ratio,
    probability,
    ratio_parts,
    score_figure,
    term_figure,
    whole_percent,
)

# A forest plot with more lines than this is not read; the table has them all.
_LINES = 25


def hero_figure(validation: Validation, outcome: Outcome) -> Figure:
    """Return the one figure that shows the answer: the S-curve, or before and after where a calibrator bent it."""
    changed = before_after(validation)
    if changed is not None or not validation.scores:
        return changed or reliability(validation)
    evaluation = validation.evaluation
    confusion = evaluation.confusion
    if confusion.sensitivity is None or confusion.specificity is None:
        title = f"The S-curve from the log-odds to the probability of {outcome.event}"
    else:
        title = (
            f"At the threshold {number(confusion.threshold)} the model finds "
            f"{whole_percent(confusion.sensitivity.value)} of {outcome.event} and leaves alone "
            f"{whole_percent(confusion.specificity.value)} of {outcome.other}"
        )
    low, high = validation.scores[0].low, validation.scores[-1].high
    observed = [
        Observed(x=min(max(float(logit(b.predicted)), low), high), rows=b.count, rate=b.observed)
        for b in evaluation.reliability.bins
    ]
    return score_figure(title, validation.scores, observed, confusion.threshold, outcome.event, outcome.other)


def odds_figure(summary: Summary) -> Figure:
    """Return the forest plot of the strongest coefficients."""
    shown = strongest(summary.coefficients)[:_LINES]
    rows = [RatioRow(label=_label(c), ratio=odds_ratio(_scaled(c))) for c in shown]
    first, hidden = rows[0], len(summary.coefficients) > len(rows)
    low, high = first.ratio.low, first.ratio.high
    if low is None or high is None or low <= 1 <= high:
        of = f"the {len(rows)} strongest of {len(summary.coefficients)}" if hidden else f"{len(rows)}"
        title = f"Odds ratios of {of} coefficients, the one that matters most first"
    else:
        verb = "raises" if first.ratio.value > 1 else "lowers"
        title = (
            f"{first.label} {verb} the odds of {summary.outcome.event} most clearly: "
            f"odds ratio {ratio_parts(first.ratio)[0]}"
        )
    return forest_figure(title, rows, summary.outcome.event)


def _scaled(c: Coefficient) -> Estimate:
    """Return the log-odds over one standard deviation of a number, so that lengths can be compared."""
    size = c.sd if c.kind == "number" and c.sd else 1.0
    e = c.estimate
    return Estimate(
        value=e.value * size,
        low=None if e.low is None else e.low * size,
        high=None if e.high is None else e.high * size,
        level=e.level,
        method=e.method,
    )


def _label(c: Coefficient) -> str:
    if c.kind == "number" and c.sd:
        step = f"+{number(c.sd, 2)} {c.unit}".rstrip()
        return f"{c.name} ({step})"
    return c.name


def term_figures(summary: Summary) -> list[Figure]:
    """Return the S-curve along each of the numbers in `summary.curves`."""
    event = summary.outcome.event
    return [term_figure(_term_title(c), c, event, place) for place, c in enumerate(summary.curves, start=1)]


def _term_title(curve: TermCurve) -> str:
    unit = f" {curve.unit}" if curve.unit else ""
    start, end = curve.probability[0], curve.probability[-1]
    verb = "rises" if end > start else "falls"
    return (
        f"From {curve.term} {number(curve.x[0])} to {number(curve.x[-1])}{unit} the probability {verb} from "
        f"{probability(start)} to {probability(end)}"
    )
