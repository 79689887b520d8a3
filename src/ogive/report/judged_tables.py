"""The tables that judge probabilities: calibration beside what chance does to it, and segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ogive._base import Estimate
from ogive.calibration import Candidate
from ogive.metrics import CalibrationMeasures, Comparison, Segment
from ogive.report.scores import ClassesRecalibration
from ogive.report.summary import Recalibration, Validation
from ogive.report.tables import parts
from ogive.report.words import interval_header
from ogive.views import Field, Table, count, p_value, percent, percentage

# Name, and the score before and after.
Measures: TypeAlias = list[tuple[str, Estimate | None, Estimate | None]]

MISCALIBRATED = "off beyond chance"
_NONE = "–"


def calibration_table(measures: CalibrationMeasures) -> Table:
    """Return the distances from calibration, each beside its distribution under perfect calibration, and the tests."""
    d = measures.distances
    distances = [
        ("ECE: mean gap in ten bins", measures.ece),
        ("smooth ECE: without bins", measures.smooth_ece),
        ("ICI: mean gap of a smooth curve", d.ici),
        ("E50: half of the rows are nearer", d.e50),
        ("E90: 90 % of the rows are nearer", d.e90),
    ]
    tests = [
        ("Spiegelhalter's Z", measures.spiegelhalter),
        ("Hosmer–Lemeshow chi-square", measures.hosmer_lemeshow),
    ]
    level = percentage(measures.ece.level)
    return Table(
        caption="Distance from calibration, and what calibrated probabilities would show by chance",
        fields=(
            Field(header="measure"),
            Field(header="value", align="decimal"),
            Field(header="mean if calibrated", align="decimal"),
            Field(header=f"{level} of those below", align="decimal"),
            Field(header="p", align="decimal"),
        ),
        rows=(
            *(
                (name, f"{e.value:.4f}", f"{e.expected:.4f}", f"{e.high:.4f}", p_value(e.p_value))
                for name, e in distances
            ),
            *(
                (
                    name,
                    _NONE if t.statistic is None else f"{t.statistic:.2f}",
                    _NONE,
                    _NONE,
                    p_value(t.p_value),
                )
                for name, t in tests
            ),
        ),
    )


def recalibration_table(validation: Validation) -> Table:
    """Return the measures that a calibrator changes, before and after it."""
    change = validation.recalibration
    assert change is not None
    before, after = change.before, validation.evaluation
    measures: Measures = [
        ("log loss", before.log_loss, after.log_loss),
        ("Brier score", before.brier, after.brier),
        ("calibration slope", before.calibration.slope, after.calibration.slope),
        ("calibration intercept", before.calibration.intercept, after.calibration.intercept),
        ("AUC", before.auc, after.auc),
    ]
    return before_and_after(change, measures, after.level)


def before_and_after(change: Recalibration | ClassesRecalibration, measures: Measures, level: float) -> Table:
    """Return measures side by side, before and after a calibrator."""
    interval = interval_header(level)
    return Table(
        caption=f"Before and after calibration ({change.method}), judged on {change.scheme}",
        fields=(
            Field(header="measure"),
            Field(header="before", align="decimal"),
            Field(header=interval, align="interval"),
            Field(header="after", align="decimal"),
            Field(header=interval, align="interval"),
        ),
        rows=tuple((name, *parts(a), *parts(b)) for name, a, b in measures),
    )


def candidates_table(candidates: Sequence[Candidate]) -> Table:
    """Return the calibrators that were tried, each on rows that did not teach it."""
    return Table(
        caption="Calibrators that were tried, from simple to flexible",
        fields=(
            Field(header="method"),
            Field(header="cross-validated log loss", align="decimal"),
            Field(header="behind the best", align="decimal"),
            Field(header="standard error of that", align="decimal"),
        ),
        rows=tuple(
            (c.method, f"{c.log_loss:.4f}", f"{c.behind:.4f}", f"{c.behind_error:.4f}") for c in candidates
        ),
    )


def differences_table(comparison: Comparison) -> Table:
    """Return the scores of two columns side by side, with the paired interval of each difference."""
    first, second = comparison.names
    return Table(
        caption=f"{first} against {second}, on the same rows",
        fields=(
            Field(header="measure"),
            Field(header=first, align="decimal"),
            Field(header=second, align="decimal"),
            Field(header="difference", align="decimal"),
            Field(header=interval_header(comparison.level), align="interval"),
            Field(header="p-value", align="decimal"),
            Field(header="better"),
        ),
        rows=tuple(
            (
                d.metric,
                *(_NONE if value is None else f"{value:.4f}" for value in (d.a, d.b)),
                *parts(d.difference),
                p_value(d.p_value),
                d.better,
            )
            for d in comparison.differences
        ),
    )


def segments_table(segments: Sequence[Segment], level: float) -> Table:
    """Return each segment with its rows, its intervals and whether its calibration is off beyond chance."""
    return Table(
        caption="Segments",
        fields=(
            Field(header="segment"),
            Field(header="rows", align="right"),
            Field(header="positive", align="right"),
            Field(header="mean probability", align="right"),
            Field(header="AUC", align="decimal"),
            Field(header=interval_header(level), align="interval"),
            Field(header="calibration intercept", align="decimal"),
            Field(header=interval_header(level), align="interval"),
            Field(header="p", align="decimal"),
            Field(header="calibration"),
        ),
        rows=tuple(
            (
                s.name,
                count(s.count),
                percent(s.prevalence),
                percent(s.mean_predicted),
                *parts(s.auc),
                *parts(s.intercept),
                p_value(s.p_value),
                MISCALIBRATED if s.flagged else "",
            )
            for s in segments
        ),
    )


def segments_digest(segments: Sequence[Segment]) -> Table:
    """Return the segments in few columns: for a terminal."""
    return Table(
        caption="By segment: whether the calibration is off beyond chance",
        fields=(
            Field(header=""),
            Field(header="rows", align="right"),
            Field(header="positive", align="right"),
            Field(header="given", align="right"),
            Field(header="AUC", align="right"),
            Field(header="p", align="decimal"),
            Field(header="calibration"),
        ),
        rows=tuple(
            (
                s.name,
                count(s.count),
                percent(s.prevalence),
                percent(s.mean_predicted),
                _NONE if s.auc is None else repr(s.auc),
                p_value(s.p_value),
                "off" if s.flagged else "",
            )
            for s in segments
        ),
    )
