"""What judging probabilities of several classes or labels gives: frozen records."""

from __future__ import annotations

from ogive._base import Estimate, Record
from ogive.metrics.calibration_records import CalibrationError


class ClassScores(Record, frozen=True, kw_only=True):
    """One class against the rest, or one label.

    Attributes
    ----------
    name : str
    count, events : float
        Rows, and rows of the class or with the label (sums of weights).
    prevalence, mean_predicted : float
        What happened and what was predicted, on average.
    auc, average_precision : Estimate or None
    log_loss, brier : Estimate
        Of the probability of this class or label, as if it were alone.
    precision, recall, f1 : Estimate or None
        Of the decisions: for the class with the largest probability, or for the label where it reaches the threshold.
    calibration_error : CalibrationError
        Of the probability of this class or label (class-wise ECE), beside what it would be under calibration.
    threshold : float or None
        Of the label; None for a class.
    note : str
        Why a number is missing; empty where none is.
    """

    name: str
    count: float
    events: float
    prevalence: float
    mean_predicted: float
    auc: Estimate | None
    average_precision: Estimate | None
    log_loss: Estimate
    brier: Estimate
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None
    calibration_error: CalibrationError
    threshold: float | None = None
    note: str = ""


class Averages(Record, frozen=True, kw_only=True):
    """Scores over all classes or labels: the mean of theirs (macro), or all their decisions thrown together (micro).

    Attributes
    ----------
    auc, average_precision, precision, recall, f1 : Estimate or None
    note : str
        Which classes or labels could not take part; empty where all did.
    """

    auc: Estimate | None
    average_precision: Estimate | None
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None
    note: str = ""


class MulticlassEvaluation(Record, frozen=True, kw_only=True):
    """Everything that outcomes of one class each say about predicted probabilities.

    Attributes
    ----------
    count : float
        Rows (sum of weights).
    classes : tuple of str
        In the order of the columns.
    accuracy : Estimate
        Share of rows whose class has the largest probability.
    top_accuracy : tuple of Estimate
        Shares of rows whose class is among the k most probable ones, for k from 1 on, at most 5.
    log_loss, brier : Estimate
        Overall accuracy (proper scores); lower is better. The Brier score adds the squares over all classes, so it lies
        between 0 and 2.
    kappa, matthews : Estimate
        Agreement of decided and true classes beyond chance (Cohen), and their correlation (Gorodkin).
    hand_till_auc : Estimate or None
        Mean over pairs of classes of the AUC between the two (Hand and Till 2001); prevalences do not matter to it.
    calibration_error : Estimate
        Mean of the classes' calibration errors.
    top_calibration_error : CalibrationError
        Of the largest probability of each row, where being right is the event (top-label ECE).
    macro, micro : Averages
    per_class : tuple of ClassScores
    confusion : tuple of tuple of float
        Rows of each true class (row) that were given each class (column).
    level : float
        Of all intervals.
    notes : tuple of str
        What a reader should know, in sentences; empty when all is well.
    """

    count: float
    classes: tuple[str, ...]
    accuracy: Estimate
    top_accuracy: tuple[Estimate, ...]
    log_loss: Estimate
    brier: Estimate
    kappa: Estimate
    matthews: Estimate
    hand_till_auc: Estimate | None
    calibration_error: Estimate
    top_calibration_error: CalibrationError
    macro: Averages
    micro: Averages
    per_class: tuple[ClassScores, ...]
    confusion: tuple[tuple[float, ...], ...]
    level: float
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [
            f"{self.count:,.0f} rows of {len(self.classes)} classes",
            f"  accuracy               {self.accuracy}",
            f"  log loss               {self.log_loss}",
            f"  Brier score            {self.brier}",
            f"  AUC, macro             {self.macro.auc}",
            f"  F1, macro              {self.macro.f1}",
            *(f"  note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)


class MultilabelEvaluation(Record, frozen=True, kw_only=True):
    """Everything that rows with any number of labels say about predicted probabilities.

    Attributes
    ----------
    count : float
        Rows (sum of weights).
    labels : tuple of str
        In the order of the columns.
    cardinality : float
        Mean number of labels a row.
    subset_accuracy : Estimate
        Share of rows with every label decided rightly.
    hamming_loss : Estimate
        Share of wrong decisions.
    log_loss, brier : Estimate
        Means over rows and labels (proper scores); lower is better.
    ranking_average_precision : Estimate
        Mean over a row's labels of the share of labels among what is ranked as high (1 is perfect).
    ranking_loss : Estimate
        Share of the pairs of a label and a non-label of a row that are ordered wrongly, ties counted as wrong.
    coverage_error : Estimate
        How far down the ranking one must go, on average, to meet all labels of a row.
    calibration_error : Estimate
        Mean of the labels' calibration errors.
    macro, micro : Averages
    per_label : tuple of ClassScores
    level : float
        Of all intervals.
    notes : tuple of str
        What a reader should know, in sentences; empty when all is well.
    """

    count: float
    labels: tuple[str, ...]
    cardinality: float
    subset_accuracy: Estimate
    hamming_loss: Estimate
    log_loss: Estimate
    brier: Estimate
    ranking_average_precision: Estimate
    ranking_loss: Estimate
    coverage_error: Estimate
    calibration_error: Estimate
    macro: Averages
    micro: Averages
    per_label: tuple[ClassScores, ...]
    level: float
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [
            f"{self.count:,.0f} rows, {len(self.labels)} labels, {self.cardinality:.2f} a row",
            f"  subset accuracy        {self.subset_accuracy}",
            f"  Hamming loss           {self.hamming_loss}",
            f"  log loss               {self.log_loss}",
            f"  AUC, macro             {self.macro.auc}",
            f"  F1, macro              {self.macro.f1}",
            f"  F1, micro              {self.micro.f1}",
            *(f"  note: {note}" for note in self.notes),
        ]
        return "\n".join(lines)
