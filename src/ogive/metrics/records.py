"""What judging probabilities gives: frozen records that a file can hold and a page can show."""

from __future__ import annotations

from typing import Literal

from ogive._base import Estimate, Record
from ogive.metrics.calibration_records import CalibrationError, CalibrationMeasures
from ogive.metrics.groups import Segment


class RocCurve(Record, frozen=True, kw_only=True):
    """Sensitivity against the false-positive rate, one vertex a threshold, from (0, 0) to (1, 1).

    Attributes
    ----------
    threshold : tuple of float, decreasing
        A row is called positive where p >= threshold; the first lies just above every p.
    false_positive_rate, sensitivity : tuple of float
        Coordinates of the vertices, increasing; straight lines join them.
    auc : Estimate
        Area under the curve before it was thinned.
    """

    threshold: tuple[float, ...]
    false_positive_rate: tuple[float, ...]
    sensitivity: tuple[float, ...]
    auc: Estimate


class PrecisionRecallCurve(Record, frozen=True, kw_only=True):
    """Precision against recall, one vertex a threshold.

    Attributes
    ----------
    threshold : tuple of float, decreasing
        A row is called positive where p >= threshold.
    recall, precision : tuple of float
        Coordinates of the vertices, recall increasing. Between two vertices the curve is a step at the
        precision of the right one: straight lines would promise what no threshold reaches.
    prevalence : float
        Share of events: the precision of a forecast that tells nothing.
    average_precision : Estimate
        Area under the steps before the curve was thinned.
    """

    threshold: tuple[float, ...]
    recall: tuple[float, ...]
    precision: tuple[float, ...]
    prevalence: float
    average_precision: Estimate


class ReliabilityBin(Record, frozen=True, kw_only=True):
    """Rows of similar probability: what was predicted for them and what happened.

    Attributes
    ----------
    low, high : float
        Smallest and largest probability in the bin.
    count : float
        Rows (sum of weights).
    predicted : float
        Mean probability.
    observed : Estimate
        Share of events, with its Wilson interval.
    """

    low: float
    high: float
    count: float
    predicted: float
    observed: Estimate


class ReliabilityCurve(Record, frozen=True, kw_only=True):
    """Observed against predicted in bins of increasing probability; empty bins are left out.

    Attributes
    ----------
    bins : tuple of ReliabilityBin
    strategy : "mass", "width" or "isotonic"
        Bins of (nearly) equally many rows, of equal width, or the pools of the isotonic fit.
    """

    bins: tuple[ReliabilityBin, ...]
    strategy: Literal["mass", "width", "isotonic"]


class BrierDecomposition(Record, frozen=True, kw_only=True):
    """The Brier score as miscalibration - discrimination + uncertainty.

    Attributes
    ----------
    miscalibration : float
        What the best increasing recalibration of the probabilities would save (also called reliability).
    discrimination : float
        What the recalibrated probabilities save over the prevalence for every row (also called resolution).
    uncertainty : float
        The Brier score of the prevalence for every row.
    """

    miscalibration: float
    discrimination: float
    uncertainty: float


class CalibrationLine(Record, frozen=True, kw_only=True):
    """Logistic recalibration: how logit(p) has to be shifted and stretched to fit the outcomes.

    Attributes
    ----------
    intercept : Estimate
        Calibration in the large: the shift of logit(p) with the slope held at 1. 0 is perfect; above 0
        the probabilities are too low on the whole.
    slope : Estimate or None
        1 is perfect; below 1 the probabilities are too extreme. None where no finite one exists (`note`).
    line_intercept : float or None
        The intercept estimated together with the slope: the recalibrated probability is
        sigmoid(line_intercept + slope * logit(p)).
    note : str
        What could not be computed and why, or how certain probabilities (0 and 1) were counted; empty
        when there is nothing to say.
    """

    intercept: Estimate
    slope: Estimate | None
    line_intercept: float | None
    note: str = ""


class Confusion(Record, frozen=True, kw_only=True):
    """Decisions at a threshold (positive where p >= threshold) against outcomes.

    Attributes
    ----------
    threshold : float
    true_positive, false_positive, true_negative, false_negative : float
        Rows (sums of weights).
    sensitivity, specificity, precision, accuracy : Estimate or None
        Shares with their Wilson intervals; None where the share has no rows (no row was called
        positive, or the class does not occur).
    balanced_accuracy, f1, matthews, kappa : Estimate or None
        Mean of sensitivity and specificity, harmonic mean of precision and sensitivity, Matthews' correlation,
        Cohen's kappa; None where they are not defined.
    """

    threshold: float
    true_positive: float
    false_positive: float
    true_negative: float
    false_negative: float
    sensitivity: Estimate | None
    specificity: Estimate | None
    precision: Estimate | None
    accuracy: Estimate
    balanced_accuracy: Estimate | None = None
    f1: Estimate | None = None
    matthews: Estimate | None = None
    kappa: Estimate | None = None


class ScoreHistogram(Record, frozen=True, kw_only=True):
    """Rows by predicted probability and class, in bins of equal width over [0, 1].

    Attributes
    ----------
    edges : tuple of float, one more than bins
        A bin holds low <= p < high; the last one holds p = 1 too.
    positive, negative : tuple of float
        Rows (sums of weights) of each class.
    """

    edges: tuple[float, ...]
    positive: tuple[float, ...]
    negative: tuple[float, ...]


class ReliabilityDiagram(Record, frozen=True, kw_only=True):
    """How often the event happens at each predicted probability, and how far chance would carry that.

    Attributes
    ----------
    method : "isotonic", "binned" or "smooth"
        The increasing fit (CORP), shares in bins of equal mass, or a smoothed curve.
    p, observed : tuple of float
        Points of the curve, at most 200, p increasing; straight lines join them.
    low, high : tuple of float
        Limits at the same points; empty where `band` is None.
    band : "consistency", "confidence" or None
        Between the limits lies the curve of perfectly calibrated probabilities, or the true probability of the event,
        in the share `level` of samples, at each point by itself.
    level : float
    histogram : ScoreHistogram
        Of the probabilities.
    decomposition : BrierDecomposition
        By the isotonic fit, for every method.
    miscalibration : CalibrationError
        The miscalibration beside what it would be if the probabilities were calibrated; where more than 1,000 distinct
        probabilities were taken together, that of the groups, which is smaller.
    note : str
        What was taken together, and what the limits rest on; empty when there is nothing to say.
    """

    method: Literal["isotonic", "binned", "smooth"]
    p: tuple[float, ...]
    observed: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    band: Literal["consistency", "confidence"] | None
    level: float
    histogram: ScoreHistogram
    decomposition: BrierDecomposition
    miscalibration: CalibrationError
    note: str = ""


class KolmogorovSmirnov(Record, frozen=True, kw_only=True):
    """Largest distance between the distributions of the probabilities of events and of non-events.

    Attributes
    ----------
    statistic : Estimate
        Sensitivity less false-positive rate (the absolute difference) at the threshold where it is largest.
    threshold : float
        A row is called positive where p >= threshold.
    """

    statistic: Estimate
    threshold: float


class Evaluation(Record, frozen=True, kw_only=True):
    """Everything that outcomes say about predicted probabilities.

    Attributes
    ----------
    count, events : float
        Rows and rows with the outcome (sums of weights).
    prevalence : float
        events / count.
    auc, average_precision : Estimate
        Discrimination.
    gini : Estimate or None
        2 AUC - 1; None in files of earlier versions.
    ks : KolmogorovSmirnov or None
        Largest distance of the classes; None in files of earlier versions.
    log_loss, brier : Estimate
        Overall accuracy (proper scores); lower is better.
    brier_parts : BrierDecomposition or None
        What the Brier score is made of; None in files of earlier versions.
    calibration : CalibrationLine
    confusion : Confusion
        Decisions at the threshold.
    roc : RocCurve
    precision_recall : PrecisionRecallCurve
    reliability : ReliabilityCurve
    histogram : ScoreHistogram
    calibration_measures : CalibrationMeasures or None
        Distances from calibration beside what chance makes of them, and tests; None in files of earlier versions.
    diagram : ReliabilityDiagram or None
        The isotonic curve with its consistency band; None in files of earlier versions.
    level : float
        Of all intervals.
    notes : tuple of str
        What a reader should know, in sentences; empty when all is well.
    segments : tuple of Segment
        The same for groups of rows, where they were asked for.

    Examples
    --------
    >>> import ogive
    >>> result = ogive.evaluate([0, 0, 1, 0, 1, 0, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])
    >>> result.prevalence, result.auc.value, result.auc.level
    (0.5, 0.8125, 0.95)
    """

    count: float
    events: float
    prevalence: float
    auc: Estimate
    average_precision: Estimate
    gini: Estimate | None = None
    ks: KolmogorovSmirnov | None = None
    log_loss: Estimate
    brier: Estimate
    brier_parts: BrierDecomposition | None = None
    calibration: CalibrationLine
    confusion: Confusion
    roc: RocCurve
    precision_recall: PrecisionRecallCurve
    reliability: ReliabilityCurve
    histogram: ScoreHistogram
    calibration_measures: CalibrationMeasures | None = None
    diagram: ReliabilityDiagram | None = None
    level: float
    notes: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()

    def __repr__(self) -> str:
        line = self.calibration
        return "\n".join(
            [
                f"{self.count:,.0f} rows, {self.events:,.0f} with the outcome",
                f"  AUC                    {self.auc}",
                f"  average precision      {self.average_precision}",
                f"  log loss               {self.log_loss}",
                f"  Brier score            {self.brier}",
                f"  calibration slope      {'none is finite' if line.slope is None else line.slope}",
                f"  calibration intercept  {line.intercept}",
                *(f"  note: {note}" for note in self.notes),
            ]
        )


class Scores(Record, frozen=True, kw_only=True):
    """The plain values of an evaluation, without intervals: what a resampling loop needs.

    `slope` is None where no finite calibration slope exists.
    """

    auc: float
    average_precision: float
    log_loss: float
    brier: float
    intercept: float
    slope: float | None
