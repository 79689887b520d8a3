"""Sentences: what numbers mean, in plain words, the same ones in the terminal and on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ogive._base import Certificate, Estimate, Status
from ogive.inference import sample_verdict
from ogive.metrics import Evaluation
from ogive.report.summary import (
    Adequacy,
    Coefficient,
    Fit,
    LearntSummary,
    Outcome,
    Predictor,
    Provenance,
    Source,
    Summary,
    Validation,
)
from ogive.views import (
    count,
    duration,
    exponent,
    number,
    odds_ratio,
    percent,
    percentage,
    points,
    ratio_parts,
    whole_percent,
)


def plural(n: float, noun: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "row"), plural(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count(n)} {noun if n == 1 else noun + 's'}"


def read_line(source: Source) -> str:
    """Return what was read and what of it could not be used."""
    line = f"{source.name}: {plural(source.rows, 'row')}, {plural(source.columns, 'column')}"
    if source.dropped:
        line += f"; {plural(source.dropped, 'row')} left out ({source.reason})"
    return line


def target_line(outcome: Outcome) -> str:
    """Return the target with its share of events."""
    share = percent(outcome.events / outcome.rows)
    return (
        f"{outcome.name}, positive = {outcome.positive}: "
        f"{count(outcome.events)} of {count(outcome.rows)} ({share})"
    )


def predictor_words(column: Predictor) -> str:
    """Return one column with its levels and missing values, as in "ca (4 missing: median + indicator)"."""
    facts = [] if column.levels is None else [str(column.levels)]
    if column.missing:
        facts.append(f"{count(column.missing)} missing: {column.treatment}")
    return f"{column.name} ({'; '.join(facts)})" if facts else column.name


def data_facts(summary: Summary | LearntSummary) -> list[tuple[str, str]]:
    """Return the target and the columns by kind, each with what was done about its missing values."""
    facts = [("target", target_line(summary.outcome))]
    for name, kind in _KINDS.items():
        columns = [predictor_words(c) for c in summary.predictors if c.kind == kind]
        if columns:
            facts.append((name, ", ".join(columns)))
    if summary.left_out:
        facts.append(("left out", ", ".join(f"{c.name} ({c.reason})" for c in summary.left_out)))
    return facts


_KINDS = {"numbers": "number", "categories": "category", "booleans": "boolean", "dates": "date"}


def certificate_words(certificate: Certificate) -> str:
    """Return whether the optimum is certified, with the evidence."""
    facts = [f"largest gradient {exponent(certificate.gradient, 1)}"]
    if certificate.condition is not None:
        facts.append(f"condition {exponent(certificate.condition, 1)}")
    if certificate.status is Status.OPTIMAL:
        return f"certified optimum ({', '.join(facts)})"
    remedy = f"; {certificate.status.remedy}" if certificate.status.remedy else ""
    return f"not certified: {certificate.status.meaning} ({', '.join(facts)}){remedy}"


def fit_line(fit: Fit, milliseconds: float | None = None) -> str:
    """Return what was fitted, how, and the certificate."""
    how = [f"Fitted {plural(fit.coefficients, 'coefficient')} by {fit.method}"]
    if fit.alpha:
        how.append(f"(alpha {number(fit.alpha)})")
    if fit.weights:
        how.append(f"with weights {fit.weights}")
    if fit.offset:
        how.append(f"with offset {fit.offset}")
    if milliseconds is not None:
        how.append(f"in {duration(milliseconds)}")
    return f"{' '.join(how)}: {certificate_words(fit.certificate)}"


def adequacy_line(adequacy: Adequacy) -> str:
    """Return whether the data are enough for the model, and what to expect of new predictions."""
    events = adequacy.events_per_coefficient
    line = f"{f'{events:.1f}' if events < 100 else count(round(events))} events a coefficient"
    shrinkage = adequacy.shrinkage
    if shrinkage is None:
        return line
    extreme = _EXTREME[sample_verdict(events, shrinkage)]
    return f"{line}: expect new predictions to be {extreme} (shrinkage {shrinkage:.2f})"


_EXTREME = {
    "enough": "about as extreme as they should be",
    "few": "somewhat too extreme",
    "too few": "much too extreme",
}


def discrimination_words(evaluation: Evaluation, event: str) -> str:
    """Return what the area under the ROC curve means."""
    auc = evaluation.auc
    return (
        f"a row with {event} got a higher probability than one without in {whole_percent(auc.value)} of pairs "
        f"(AUC {spoken(auc)})"
    )


def spoken(estimate: Estimate) -> str:
    """Return an estimate with its interval for use inside brackets, as in "0.90, 0.86 – 0.93"."""
    return repr(estimate).replace(" (", ", ").rstrip(")")


def calibration_words(evaluation: Evaluation) -> str:
    """Return whether the probabilities mean what they say, judged by the intervals of slope and intercept."""
    line = evaluation.calibration
    level = _side(line.intercept, 0.0)
    slope = _side(line.slope, 1.0) if line.slope else 0
    faults = [
        {1: "too low on the whole", -1: "too high on the whole"}.get(level, ""),
        {1: "not extreme enough", -1: "too extreme"}.get(slope, ""),
    ]
    verdict = " and ".join(f for f in faults if f) or "in line with what happened"
    of_level = line.slope is None or (level and not slope)
    name, value = ("intercept", line.intercept) if of_level else ("slope", line.slope or line.intercept)
    return f"the probabilities are {verdict} (calibration {name} {spoken(value)})"


def _side(estimate: Estimate, ideal: float) -> int:
    """Return 1 where the whole interval lies above the ideal, -1 below, 0 where it holds the ideal."""
    if estimate.low is None or estimate.high is None:
        return 0
    return (estimate.low > ideal) - (estimate.high < ideal)


def strength(coefficient: Coefficient) -> float:
    """Return how much a coefficient matters: |z|, or without one the log-odds over a standard deviation."""
    if coefficient.z is not None:
        return abs(coefficient.z)
    spread = coefficient.sd
    if spread is None:
        share = coefficient.mean or 0.0
        spread = math.sqrt(share * (1 - share))
    return abs(coefficient.estimate.value) * spread


def strongest(coefficients: Sequence[Coefficient]) -> list[Coefficient]:
    """Return coefficients, the one that matters most first."""
    return sorted(coefficients, key=strength, reverse=True)


def step(coefficient: Coefficient) -> float:
    """Return a round step for which the effect of a number can be told: 1, or a power of ten near its spread.

    The log-odds change by 2 at most: a tangent to the S-curve followed further leaves the probabilities.

    Examples
    --------
    >>> step(Coefficient(name="chol", term="chol", kind="number", estimate=Estimate(value=0.005), sd=51.8))
    10.0
    >>> step(Coefficient(name="share", term="share", kind="number", estimate=Estimate(value=4.8), sd=0.4))
    0.1
    """
    spread, change = coefficient.sd, abs(coefficient.estimate.value)
    size = 1.0 if not spread or 0.3 <= spread < 20 else 10.0 ** math.floor(math.log10(spread))
    return size if change * size <= 2 else 10.0 ** math.floor(math.log10(2 / change))


def effects(coefficient: Coefficient, fit: Fit) -> tuple[float, float]:
    """Return the change of the probability for one `step`: at the steepest point, and at the mean.

    The S-curve has slope b p (1 - p) in its number: b / 4 at most, where p is one half.
    """
    change = coefficient.estimate.value * step(coefficient)
    mean = fit.probability_at_mean
    return change / 4, change * mean * (1 - mean)


def step_words(coefficient: Coefficient) -> str:
    """Return the step with its unit, as in "10 mg/dl", "1"."""
    size = step(coefficient)
    return f"{number(size)} {coefficient.unit}".rstrip()


def effect_sentence(coefficient: Coefficient, fit: Fit) -> str:
    """Return what one step more of a number does: the end of a sentence that begins with the step."""
    steepest, at_mean = effects(coefficient, fit)
    size = step(coefficient)
    scaled = coefficient.estimate.value * size
    ratio = ratio_parts(odds_ratio(Estimate(value=scaled)))[0]
    direction = "raises" if scaled > 0 else "lowers"
    return (
        f"multiplies the odds by {ratio} and {direction} the probability by at most "
        f"{points(abs(steepest)).lstrip('+')} percentage points (where it is near 50 %), by "
        f"{points(abs(at_mean)).lstrip('+')} at the mean of all columns"
    )


def coefficient_notes(coefficients: Sequence[Coefficient]) -> list[tuple[str, str]]:
    """Return what makes coefficients doubtful, each reason once with the names that it holds for."""
    names: dict[str, list[str]] = {}
    for c in coefficients:
        if c.note:
            names.setdefault(c.note, []).append(c.name)
    notes = []
    for note, held in names.items():
        more = f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
        whose = "All coefficients" if len(held) == len(coefficients) else ", ".join(held[:_NAMED]) + more
        notes.append((f"{whose}:", f"{note}."))
    return notes


# Coefficients named in one note.
_NAMED = 12


def provenance_facts(provenance: Provenance) -> list[tuple[str, str]]:
    """Return what it takes to do it again."""
    return [
        ("data fingerprint", provenance.fingerprint),
        ("options", ", ".join(f"{k} = {v}" for k, v in provenance.options.items()) or "none"),
        ("versions", ", ".join(f"{k} {v}" for k, v in provenance.versions.items())),
    ]


def question(outcome: Outcome) -> str:
    """Return what a model is asked."""
    return f"How probable is {outcome.event}?"


def asked(summary: Summary | LearntSummary) -> str:
    """Return what the model was asked to do."""
    columns, outcome = plural(len(summary.predictors), "column"), summary.outcome
    what = "logistic regression" if isinstance(summary, Summary) else summary.learning.what
    return (
        f"A {what} on {columns} of {summary.source.name}; "
        f"{count(outcome.events)} of {plural(outcome.rows, 'row')} have {outcome.event}."
    )


def answer(summary: Summary | LearntSummary) -> str:
    """Return the result in one sentence: what the model is worth on rows it had not seen."""
    if summary.validation is None:
        return "This model was not evaluated on rows that it had not seen, so its worth is not known."
    return verdict(summary.validation, summary.outcome)


def verdict(validation: Validation, outcome: Outcome) -> str:
    """Return how well rows were told apart and whether the probabilities mean what they say."""
    evaluation = validation.evaluation
    return (
        f"On {validation.scheme}, {discrimination_words(evaluation, outcome.event)}, and "
        f"{calibration_words(evaluation)}."
    )


def sentence(text: str) -> str:
    """Return text with a capital at its start."""
    return text[:1].upper() + text[1:]


def interval_header(level: float) -> str:
    """Return the header of a column of intervals."""
    return f"{percentage(level)} interval"
