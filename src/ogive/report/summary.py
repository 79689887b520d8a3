"""Everything the terminal summary and the page show, as plain frozen records."""

# ruff: noqa: PLC0415 (what shows a summary is imported when it is shown)

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, cast

from ogive._base import Certificate, Estimate, Record
from ogive.calibration import Candidate
from ogive.decisions import DecisionCurve, ThresholdChoice
from ogive.inference import FitStatistics
from ogive.metrics import Comparison, Evaluation, PrevalenceCurve, ThresholdCurve
from ogive.views import Bin, TermCurve, as_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ogive.report.scores import AnySummary


class Source(Record, frozen=True, kw_only=True):
    """Where the rows came from.

    Attributes
    ----------
    name : str
        Display name: the file's name without its folder, or "a table in memory".
    rows, columns : int
        As read.
    dropped : int
        Rows that could not be used.
    reason : str
        Why they were dropped, as in "no value of disease".
    """

    name: str
    rows: int
    columns: int
    dropped: int = 0
    reason: str = ""


class Outcome(Record, frozen=True, kw_only=True):
    """The target: `events` of `rows` are `positive` (sums of weights where the fit is weighted).

    `positive` and `negative` are labels as read, several joined, as in "1, 2, 3 or 4".
    """

    name: str
    positive: str
    negative: str
    events: float
    rows: float

    @property
    def event(self) -> str:
        """The positive class in words, as in "disease = 1"."""
        return f"{self.name} = {self.positive}"

    @property
    def other(self) -> str:
        """The negative class in words."""
        return f"{self.name} = {self.negative}"


class Predictor(Record, frozen=True, kw_only=True):
    """One column of the table that entered the model.

    Attributes
    ----------
    levels : int or None
        Number of levels of a category or boolean.
    missing : int
        Missing values among the rows used.
    treatment : str
        What was done with them, as in "median + indicator" or "a level of their own"; empty where none.
    """

    name: str
    kind: Literal["number", "boolean", "category", "date"]
    levels: int | None = None
    missing: int = 0
    treatment: str = ""


class LeftOut(Record, frozen=True, kw_only=True):
    """One column of the table that did not enter the model, and why, as in "every value is different"."""

    name: str
    reason: str


class Fit(Record, frozen=True, kw_only=True):
    """What was fitted and the evidence that it is the optimum.

    Attributes
    ----------
    coefficients : int
        Number of estimated coefficients, the intercept included.
    method : str
        "maximum likelihood" or "penalised maximum likelihood".
    alpha : float
        Strength of the L2 penalty on standardised columns.
    weights, offset : str or None
        Names of the columns used so.
    intercept : Estimate
        Log-odds where every design column is zero.
    intercept_se : float or None
        Its standard error; None where not valid.
    probability_at_mean : float
        Fitted probability where every design column has its mean.
    level : float
        Of all intervals of the fit.
    """

    coefficients: int
    method: str
    certificate: Certificate
    intercept: Estimate
    probability_at_mean: float
    intercept_se: float | None = None
    alpha: float = 0.0
    weights: str | None = None
    offset: str | None = None
    level: float = 0.95


class Coefficient(Record, frozen=True, kw_only=True):
    """One design column. Odds ratios are exponentials of `estimate`, taken where they are shown.

    Attributes
    ----------
    name : str
        Of the design column, as in "thal: reversible".
    term : str
        Column of the table that it comes from.
    kind : str
        "number" (also a numeric part of a date), "level" (against `reference`), "indicator" (a missing value
        against none) or "boolean".
    estimate : Estimate
        Log-odds a unit, with its interval; `method` "profile likelihood" or "Wald", or, where low and high
        are None, why there is none.
    se, z, p : float or None
        Standard error, Wald statistic and its p-value; None where not valid.
    marginal : Estimate or None
        Average change of the probability a unit (number) or against the reference.
    unit : str
        Of a number, as in "years"; empty where unknown.
    reference : str or None
        Level that the odds ratio compares with.
    mean, sd, median, low, high : float or None
        Of a number among the rows used (mean alone, the share of ones, for the other kinds).
    note : str
        What makes the number doubtful; empty where nothing does.
    """

    name: str
    term: str
    kind: Literal["number", "level", "indicator", "boolean"]
    estimate: Estimate
    se: float | None = None
    z: float | None = None
    p: float | None = None
    marginal: Estimate | None = None
    unit: str = ""
    reference: str | None = None
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


class TermTest(Record, frozen=True, kw_only=True):
    """Whether the model needs a term at all.

    Attributes
    ----------
    term : str
        Column of the table; "all terms" for the whole model against none.
    method : str
        "likelihood ratio", "score" or "Wald".
    statistic, df, p
        Chi-square on so many degrees of freedom, and its p-value.
    """

    term: str
    method: str
    statistic: float
    df: int
    p: float


class Adequacy(Record, frozen=True, kw_only=True):
    """Whether there are data enough for the model; `shrinkage` is the calibration slope to expect."""

    events_per_coefficient: float
    shrinkage: float | None = None


class Notice(Record, frozen=True, kw_only=True):
    """Something the reader must know before the numbers.

    Attributes
    ----------
    level : str
        "invalid" (some number shown must not be used), "caution" (use with care) or "note".
    sentence, cause, remedy : str
        What is so, why, and what to do: each a sentence without its full stop; the last two may be empty.
    """

    level: Literal["invalid", "caution", "note"]
    sentence: str
    cause: str = ""
    remedy: str = ""


def urgent(notices: Iterable[Notice]) -> list[Notice]:
    """Return what must be read before the numbers."""
    return [n for n in notices if n.level != "note"]


def notes(notices: Iterable[Notice]) -> list[Notice]:
    """Return what may be read after the numbers."""
    return [n for n in notices if n.level == "note"]


class Correction(Record, frozen=True, kw_only=True):
    """One measure corrected for optimism by the bootstrap: `corrected` = `apparent` - `optimism`."""

    measure: str
    apparent: float
    optimism: float
    corrected: float


class Recalibration(Record, frozen=True, kw_only=True):
    """What a calibrator made of probabilities, judged on rows that did not teach it.

    Attributes
    ----------
    method : str
        Of the calibrator, as in its file.
    reason : str
        Why it was chosen; empty where it was asked for.
    candidates : tuple of Candidate
        What it was chosen from; empty where it was asked for.
    scheme : str
        What taught and what was judged, as in "5 folds, each calibrated by the others".
    before : Evaluation
        Of the same rows before.
    change : Comparison
        Of the probabilities after with those before, on the same rows.
    """

    method: str
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    scheme: str
    before: Evaluation
    change: Comparison


class Validation(Record, frozen=True, kw_only=True):
    """How the probabilities did on rows that the model had not seen.

    Attributes
    ----------
    scheme : str
        What was held out, reading on from "Evaluated on", as in "5 held-out folds" or "new.csv".
    evaluation : Evaluation
    scores : tuple of Bin
        Histogram of the held-out linear predictors (log-odds) by class: 20 to 40 equal bins over their range
        (the outer bins take what lies beyond the 0.5th and 99.5th percentile).
    corrected : tuple of Correction
        Optimism-corrected measures where the bootstrap was asked for.
    thresholds : ThresholdCurve or None
        Decisions at other thresholds.
    prevalences : PrevalenceCurve or None
        The same scores at other prevalences.
    benefit : DecisionCurve or None
        What acting on the probabilities is worth, against acting on all rows and on none.
    choice : ThresholdChoice or None
        The threshold that these rows would choose by the costs, what it is worth, and how well it is known; without its
        curve, which `thresholds` has.
    recalibration : Recalibration or None
        What the probabilities were before a calibrator; `evaluation` is of them after it.
    """

    scheme: str
    evaluation: Evaluation
    scores: tuple[Bin, ...] = ()
    corrected: tuple[Correction, ...] = ()
    thresholds: ThresholdCurve | None = None
    prevalences: PrevalenceCurve | None = None
    benefit: DecisionCurve | None = None
    choice: ThresholdChoice | None = None
    recalibration: Recalibration | None = None


class Provenance(Record, frozen=True, kw_only=True):
    """What it takes to do it again: fingerprint of the data, options given, versions of the programs."""

    fingerprint: str
    options: dict[str, str]
    versions: dict[str, str]


class Shown(Record, frozen=True, kw_only=True):
    """A record that shows itself: as text in a terminal, as HTML in a notebook."""

    def __rich__(self) -> RenderableType:
        from ogive.report.terminal import terminal_summary

        return terminal_summary(cast("AnySummary", self))

    def __repr__(self) -> str:
        return as_text(self.__rich__())

    def _repr_html_(self) -> str:
        from ogive.report.page import html_fragment

        return html_fragment(cast("AnySummary", self))


class Summary(Shown, frozen=True, kw_only=True):
    """A fitted model as a person reads it. Coefficients in the order of the design."""

    source: Source
    outcome: Outcome
    predictors: tuple[Predictor, ...]
    left_out: tuple[LeftOut, ...]
    fit: Fit
    coefficients: tuple[Coefficient, ...]
    tests: tuple[TermTest, ...]
    statistics: FitStatistics
    adequacy: Adequacy
    notices: tuple[Notice, ...]
    curves: tuple[TermCurve, ...]
    validation: Validation | None
    provenance: Provenance


class Learning(Record, frozen=True, kw_only=True):
    """How a learner that is no logistic regression came to its model, in its own words.

    Attributes
    ----------
    what : str
        As in "network".
    described : str
        What was learnt, reading on from "Learnt", as in "a network of 20 inputs, ...".
    facts : tuple of (str, str)
        Names with what there is to say.
    loss, held_out : tuple of float
        Mean loss before the first epoch and in each: of the rows learnt from, and of those set aside to say when to
        stop (empty where there are none).
    best : int
        The epoch that was kept; 0 is before the first.
    no_intervals : str
        Why predictions have no interval.
    """

    what: str
    described: str
    facts: tuple[tuple[str, str], ...]
    loss: tuple[float, ...]
    held_out: tuple[float, ...]
    best: int
    no_intervals: str


class LearntSummary(Shown, frozen=True, kw_only=True):
    """A model that was learnt from a table by descent, as a person reads it; fields as of `Summary`."""

    source: Source
    outcome: Outcome
    predictors: tuple[Predictor, ...]
    left_out: tuple[LeftOut, ...]
    learning: Learning
    notices: tuple[Notice, ...]
    validation: Validation | None
    provenance: Provenance


class EvaluationSummary(Shown, frozen=True, kw_only=True):
    """A model judged on another table (`ogive evaluate`).

    `model` is the display name of the model's file, `source` and `outcome` describe the new table.
    """

    model: str
    source: Source
    outcome: Outcome
    validation: Validation
    notices: tuple[Notice, ...] = ()
