"""The tables of a summary: records to rounded cells, shared by the terminal and the page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeAlias

from ogive._base import Estimate
from ogive.inference import FitStatistics
from ogive.metrics import Evaluation
from ogive.report.summary import Coefficient, Correction, Fit, Outcome, Summary, Validation
from ogive.report.words import effects, interval_header, step_words, strength, strongest
from ogive.views import Field, Table, count, interval, number, odds_ratio, p_value, points, ratio_parts

# Coefficients in the page's table; more would make it too heavy to open, and the model has them all.
_ROWS = 500


def odds_table(coefficients: Iterable[Coefficient], fit: Fit) -> Table:
    """Return odds ratios a unit, or against the reference: the terminal's table of terms."""
    rows = []
    for c in coefficients:
        value, low, high = ratio_parts(odds_ratio(c.estimate))
        rows.append((c.name, value, interval(low, high), p_value(c.p)))
    return Table(
        caption="Odds ratios",
        fields=(
            Field(header=""),
            Field(header="odds ratio", align="decimal"),
            Field(header=interval_header(fit.level), align="interval"),
            Field(header="p", align="decimal"),
        ),
        rows=tuple(rows),
    )


def coefficient_table(summary: Summary) -> Table:
    """Return every coefficient with its standard error and odds ratio: the page's table of terms."""
    fit, coefficients = summary.fit, summary.coefficients
    if len(coefficients) > _ROWS:
        least = strength(strongest(coefficients)[_ROWS - 1])
        coefficients = tuple(c for c in coefficients if strength(c) >= least)
    rows = []
    for c in coefficients:
        value, low, high = ratio_parts(odds_ratio(c.estimate))
        rows.append(
            (
                c.name,
                _compared(c),
                value,
                interval(low, high),
                p_value(c.p),
                *_with_error(c.estimate.value, c.se),
                "–" if c.marginal is None else points(c.marginal.value),
            )
        )
    rows.append(("intercept", "", "", "–", "–", *_with_error(fit.intercept.value, fit.intercept_se), "–"))
    methods = {c.estimate.method for c in coefficients if c.estimate.low is not None} - {""}
    hidden = len(summary.coefficients) - len(coefficients)
    which = f"The {len(coefficients)} strongest of {len(summary.coefficients):,}" if hidden else "All"
    return Table(
        caption=f"{which} coefficients" + (f" (intervals: {', '.join(sorted(methods))})" if methods else ""),
        fields=(
            Field(header="term"),
            Field(header="step or reference"),
            Field(header="odds ratio", align="decimal"),
            Field(header=interval_header(fit.level), align="interval"),
            Field(header="p", align="decimal"),
            Field(header="coefficient", align="decimal"),
            Field(header="standard error", align="decimal"),
            Field(header="average effect, points", align="decimal"),
        ),
        rows=tuple(rows),
    )


def _compared(c: Coefficient) -> str:
    """Return what the odds ratio compares with, or the step it is for."""
    if c.kind == "number":
        return f"+1 {c.unit}".rstrip()
    return "not missing" if c.kind == "indicator" else c.reference or "not"


def _with_error(value: float, se: float | None) -> tuple[str, str]:
    """Return a coefficient and its standard error with the digits that the latter supports."""
    if not se:
        return number(value), "–"
    digits = min(max(1 - math.floor(math.log10(se)), 0), 8)
    return f"{value:.{digits}f}", f"{se:.{digits}f}"


def effect_table(coefficients: Iterable[Coefficient], fit: Fit) -> Table:
    """Return what a step of each number does to the probability, steepest and at the mean."""
    rows = []
    for c in coefficients:
        steepest, at_mean = effects(c, fit)
        rows.append((c.name, f"+{step_words(c)}", points(steepest), points(at_mean)))
    return Table(
        caption="Change of the probability, in percentage points",
        fields=(
            Field(header=""),
            Field(header="for", align="right"),
            Field(header="at most", align="decimal"),
            Field(header="at the mean", align="decimal"),
        ),
        rows=tuple(rows),
    )


def term_tests(summary: Summary) -> Table:
    """Return the tests by term."""
    methods = sorted({t.method for t in summary.tests})
    return Table(
        caption=f"Does the model need the term ({' and '.join(methods)} test)",
        fields=(
            Field(header="term"),
            Field(header="chi-square", align="decimal"),
            Field(header="degrees of freedom", align="right"),
            Field(header="p", align="decimal"),
        ),
        rows=tuple((t.term, f"{t.statistic:.2f}", str(t.df), p_value(t.p)) for t in summary.tests),
    )


def evaluation_table(validation: Validation) -> Table:
    """Return the measures that matter most on held-out rows, with intervals and what to compare them with.

    Where positive rows are rare, precision and recall lead.
    """
    e = validation.evaluation
    c, line = e.confusion, e.calibration
    at = f"at {number(c.threshold)}"
    guess = f"{e.prevalence:.2g} by guessing; 1 is perfect"
    found: list[Measure] = [
        (f"precision {at}", c.precision, "rows called positive that are"),
        (f"sensitivity (recall) {at}", c.sensitivity, "positive rows that are found"),
        ("average precision", e.average_precision, guess),
    ]
    apart: list[Measure] = [("AUC (discrimination)", e.auc, "0.5 by guessing; 1 is perfect")]
    belief: list[Measure] = [
        ("calibration slope", line.slope, "1 is perfect; below 1 too extreme"),
        ("calibration intercept", line.intercept, "0 is perfect; below 0 too high"),
        ("log loss", e.log_loss, f"{_entropy(e.prevalence):.2g} by the prevalence alone; 0 is perfect"),
        (
            "Brier score",
            e.brier,
            f"{e.prevalence * (1 - e.prevalence):.2g} by the prevalence alone; 0 is perfect",
        ),
    ]
    decided: list[Measure] = [
        (f"specificity {at}", c.specificity, "negative rows that are left alone"),
        (
            f"accuracy {at}",
            c.accuracy,
            f"{max(e.prevalence, 1 - e.prevalence):.2g} by the larger class alone",
        ),
    ]
    if e.prevalence < RARE:
        measures = [*found, *apart, *belief, *decided]
    else:
        measures = [*apart, found[2], *belief, found[1], decided[0], found[0], decided[1]]
    return _measures(f"Evaluated on {validation.scheme}", measures, e.level)


Measure: TypeAlias = tuple[str, Estimate | None, str]
# Below this share of positive rows accuracy says nothing, and precision and recall lead.
RARE = 0.1


def more_table(validation: Validation) -> Table | None:
    """Return further measures; None for a file of an earlier version, which has none of them."""
    e = validation.evaluation
    c = e.confusion
    at = f"at {number(c.threshold)}"
    measures: list[Measure] = [
        ("Gini coefficient", e.gini, "2 AUC - 1"),
        (
            "Kolmogorov-Smirnov distance",
            None if e.ks is None else e.ks.statistic,
            "" if e.ks is None else f"sensitivity less false positives, at {number(e.ks.threshold)}",
        ),
        (f"balanced accuracy {at}", c.balanced_accuracy, "mean of sensitivity and specificity"),
        (f"F1 {at}", c.f1, "harmonic mean of precision and recall"),
        (f"Matthews correlation {at}", c.matthews, "0 by guessing; 1 is perfect"),
        (f"Cohen's kappa {at}", c.kappa, "0 by guessing; 1 is perfect"),
    ]
    if all(value is None for _, value, _ in measures):
        return None
    parts = e.brier_parts
    split: list[Measure] = []
    if parts is not None:
        split = [
            ("Brier: miscalibration", Estimate(value=parts.miscalibration), "what recalibration could save"),
            ("Brier: discrimination", Estimate(value=parts.discrimination), "what telling rows apart saves"),
            ("Brier: uncertainty", Estimate(value=parts.uncertainty), "what the prevalence alone scores"),
        ]
    return _measures("More measures", [*measures, *split], e.level)


def _measures(caption: str, measures: list[Measure], level: float) -> Table:
    return Table(
        caption=caption,
        fields=(
            Field(header="measure"),
            Field(header="value", align="decimal"),
            Field(header=interval_header(level), align="interval"),
            Field(header="compare"),
        ),
        rows=tuple((name, *parts(value), words) for name, value, words in measures if value is not None),
    )


def parts(e: Estimate | None) -> tuple[str, str]:
    """Return an estimate and its interval with the digits that the interval supports; dashes where there is none."""
    if e is None:
        return "–", "–"
    value, _, limits = repr(e).partition(" (")
    return value, limits.rstrip(")") or "–"


def _entropy(share: float) -> float:
    return -sum(q * math.log(q) for q in (share, 1 - share) if q > 0)


def correction_table(corrections: Iterable[Correction]) -> Table:
    """Return what the bootstrap says of optimism."""
    return Table(
        caption="Corrected for optimism by the bootstrap",
        fields=(
            Field(header="measure"),
            Field(header="on the rows fitted", align="decimal"),
            Field(header="optimism", align="decimal"),
            Field(header="corrected", align="decimal"),
        ),
        rows=tuple(
            (c.measure, f"{c.apparent:.3f}", f"{c.optimism:+.3f}", f"{c.corrected:.3f}") for c in corrections
        ),
    )


def confusion_table(evaluation: Evaluation, outcome: Outcome) -> Table:
    """Return decisions at the threshold against what happened."""
    c = evaluation.confusion
    return Table(
        caption=f"Decisions at {number(c.threshold)}, in rows",
        fields=(
            Field(header="what happened"),
            Field(header="called positive", align="right"),
            Field(header="called negative", align="right"),
        ),
        rows=(
            (outcome.event, count(c.true_positive), count(c.false_negative)),
            (outcome.other, count(c.false_positive), count(c.true_negative)),
        ),
    )


def statistics_table(statistics: FitStatistics) -> Table:
    """Return how well the fit fits the rows it was fitted on."""
    s = statistics
    lines: list[tuple[str, float | None, int, str]] = [
        ("log-likelihood", s.log_likelihood, 2, "of the fit"),
        ("deviance", s.deviance, 2, f"{s.null_deviance:,.2f} with no columns"),
        ("AIC", s.aic, 1, "to compare models of the same rows; lower is better"),
        ("BIC", s.bic, 1, "the same, stricter on coefficients"),
        ("McFadden R²", s.mcfadden, 3, "share of the log-likelihood that the columns explain"),
        ("Nagelkerke R²", s.nagelkerke, 3, "Cox and Snell's, scaled to reach 1"),
        ("Tjur R²", s.tjur, 3, "mean probability of the positive less that of the negative"),
    ]
    return Table(
        caption="Fit to the rows it was fitted on",
        fields=(Field(header="statistic"), Field(header="value", align="decimal"), Field(header="meaning")),
        rows=tuple((n, "–" if v is None else f"{v:,.{d}f}", m) for n, v, d, m in lines),
    )
