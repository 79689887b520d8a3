"""Sentences about fitted curves: what was found, what the points leave open, and which points would help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ogive._base import Estimate, Record, interval_texts
from ogive.curves import (
    Band,
    ComparedModel,
    Contrast,
    CurveFit,
    CurveParameter,
    CurveTest,
    Forecast,
    Outlier,
    RelativePotency,
    Role,
    group_words,
    headline,
    in_words,
    name_of,
    noise_named,
    parameters_of,
    rises,
    side_of,
    spread,
    unit_words,
)
from ogive.data import DateAxis
from ogive.report.words import plural, sentence
from ogive.views import DASH, interval, measured_text, number, p_value, percentage, place

_NOISE = {
    "gaussian": "the same spread everywhere (Gaussian)",
    "relative": "a spread that is a constant share of the curve",
    "gamma": "a spread that is a constant share of the curve (gamma)",
    "power": "a spread that goes with the curve to the power theta",
    "poisson": "counts (Poisson)",
    "quasi-poisson": "counts that vary more or less than by chance (quasi-Poisson)",
    "negative-binomial": "counts with the variance mean + mean² / size (negative binomial)",
    "binomial": "shares of trials (binomial)",
    "quasi-binomial": "shares of trials that vary more or less than by chance (quasi-binomial)",
    "beta-binomial": "shares of trials with the correlation rho within trials (beta-binomial)",
}
_ROBUST = {
    "huber": "points far from the curve weigh less (Huber's loss)",
    "tukey": "points far from the curve weigh less, or nothing (Tukey's biweight)",
    "cauchy": "points far from the curve weigh less (Cauchy's loss)",
    "rout": "points too far from a robust curve are left out (ROUT)",
}
INCREMENTS = "what was added since the x before; the curve is that of their sum"
_INTERVALS = {"profile": "profile likelihood", "wald": "standard errors (Wald)", "bootstrap": "bootstrap"}
# Where to measure, in the words of the field: on the left and on the right.
_WHERE = {
    "growth": ("earlier", "later"),
    "dose-response": ("at lower doses", "at higher doses"),
    "learning": ("with fewer rows", "with more rows"),
}
_ELSEWHERE = ("further to the left", "further to the right")
# Names of groups said in a sentence.
_NAMED = 6
# AICc above the best one up to which a family has substantial support (Burnham and Anderson 2002).
_NEAR = 2.0


class PotencySummary(Record, frozen=True, kw_only=True):
    """Relative potencies as a person reads them; attributes as of `ogive.curves.RelativePotency`."""

    reference: str
    potencies: tuple[Contrast, ...]
    parallelism: CurveTest


class Columns(Record, frozen=True, kw_only=True):
    """What a table calls its columns, with their units, what it is called itself, and how x counts dates."""

    x: str = "x"
    y: str = "y"
    by: str = "group"
    source: str = ""
    dates: str = ""

    @staticmethod
    def of(columns: Mapping[str, str], source: str = "") -> Columns:
        """Return what columns are called along axes, of what they are called in the table."""
        dates = DateAxis.read(columns.get("dates", ""))
        named = dict(columns) | ({"x": dates.title(columns["x"])} if dates else {})
        return Columns(**named, source=source)

    def at(self, x: float) -> str:
        """Return a place on the axis of x, as a date where it counts dates."""
        dates = DateAxis.read(self.dates)
        return dates.text(x) if dates else place(x)


@dataclass(frozen=True)
class Open:
    """What the points of some curves leave open: the parameters, why, and which points would help."""

    names: tuple[str, ...]
    cause: str
    remedy: str
    groups: tuple[str, ...]


def noise_words(noise: str, parameter: Sequence[float] = ()) -> str:
    """Say how points scatter, and what of it was found from them: the noise's own parameter in each group.

    Examples
    --------
    >>> noise_words("power", [0.8123]), noise_words("power=0.5", [0.5, 0.5])[-20:]
    ('a spread that goes with the curve to the power theta; theta is 0.812', ' theta is 0.5, given')
    """
    model = noise_named(noise)
    words = _NOISE[model.name]
    if not len(parameter):
        return words
    low, high = (number(end) if np.isfinite(end) else "infinite" for end in (min(parameter), max(parameter)))
    found = low if low == high else f"{low} to {high} by group"
    return f"{words}; {model.parameter} is {found}{'' if model.given is None else ', given'}"


def robust_words(robust: str) -> str:
    """Say how points far from the curve were dealt with."""
    return _ROBUST[robust]


def outliers_words(outliers: Sequence[Outlier]) -> str:
    """Say how many points were left out."""
    count, one = len(outliers), len(outliers) == 1
    return (
        f"{plural(count, 'point')} {'was' if one else 'were'} left out: too far from the curve that the others draw, "
        "by ROUT"
    )


def verdict_words(test: CurveTest) -> str:
    """Say what a test found.

    Examples
    --------
    >>> from ogive.curves import CurveTest
    >>> verdict_words(
    ...     CurveTest(
    ...         hypothesis="ec50 is the same", method="F", statistic=0.81, df=2, residual_df=30, p_value=0.454
    ...     )
    ... )
    'Whether ec50 is the same: F = 0.81 on 2 and 30 degrees of freedom, p = 0.45; the points do not speak against it.'
    """
    if test.statistic is None or test.p_value is None:
        return f"Whether {test.hypothesis}: {test.reason}."
    name = "F" if test.method == "F" else "likelihood ratio"
    freedom = f"{test.df}" if test.residual_df is None else f"{test.df} and {test.residual_df}"
    p = p_value(test.p_value)
    against = "speak" if test.p_value < 0.05 else "do not speak"
    return (
        f"Whether {test.hypothesis}: {name} = {number(test.statistic)} on {freedom} degrees of freedom, "
        f"p {p if p[0] in '<>' else f'= {p}'}; the points {against} against it."
    )


def curves_asked(fit: CurveFit, columns: Columns) -> str:
    """Say what was fitted to what."""
    count = len(fit.groups)
    curves = "A curve" if count == 1 else f"{count:,} curves"
    of = f" of {columns.source}" if columns.source else ""
    per = "" if count == 1 else f", one for each {columns.by}"
    return (
        f"{curves} of the family {fit.family.name} ({fit.family.title}) through "
        f"{plural(fit.points.x.size, 'point')}{of}{per}."
    )


def curves_answer(fit: CurveFit, columns: Columns) -> str:
    """Say what was found."""
    if len(fit.groups) == 1:
        return _one(fit, columns)
    named = headline(fit)
    found = [p for p in fit.parameters if p.name == named.name and p.identified]
    same = [p for p in parameters_of(fit, 0) if p.name in shared_names(fit) and not is_known(p.estimate)]
    words = ""
    if same:
        told = in_words([f"{p.name} {measured_text(p.estimate)}" for p in same])
        words = f"All curves share {told}. "
    if len({p.estimate.value for p in found}) > 1:
        place = f"The {named.name}, {named.meaning},"
        if len(found) <= _NAMED:
            each = [f"{measured_text(p.estimate)} in {group_words(columns.by, p.group)}" for p in found]
            words += f"{place} is {in_words(each)}. "
        else:
            which, low, high = spread(found, columns.by)
            words += f"{place} lies {which}between {low} and {high}. "
    lost = len({p.group for p in fit.parameters if not p.identified})
    whole = len(fit.groups) - lost
    count = "all" if not lost else f"{whole:,} of {len(fit.groups):,}"
    return f"{words}The points determine every parameter in {count} curves."


def _one(fit: CurveFit, columns: Columns) -> str:
    known = [p for p in fit.parameters if p.identified and not is_known(p.estimate)]
    lost = [p for p in fit.parameters if not p.identified]
    verb = "rises" if rises(fit, 0) else "falls"
    told = [f"{p.name} {measured_text(p.estimate)}" for p in known]
    words = f"The curve {verb} along {name_of(columns.x)}"
    if told:
        words += f": {in_words(told)} ({percentage(fit.level)} intervals)"
    if not lost:
        return f"{words}."
    bounds = [_bound(p) for p in lost if p.estimate.low is not None or p.estimate.high is not None]
    only = f", only that {in_words(bounds)}" if bounds else ""
    return f"{words}. The points do not determine {in_words([p.name for p in lost])}{only}."


def _bound(p: CurveParameter) -> str:
    return f"{p.name} is {measured_text(p.estimate)}"


def shared_names(fit: CurveFit) -> list[str]:
    """Return the parameters that all curves have in common."""
    together = len(fit.groups) > 1 and len(fit.solutions.loss) == 1
    return [one.name for one in fit.family.parameters if together and np.ptp(fit.values[one.name]) == 0]


def is_known(estimate: Estimate) -> bool:
    """Whether a number was given, and not estimated."""
    return estimate.low is not None and estimate.low == estimate.high


def date_words(fit: CurveFit, columns: Columns) -> str:
    """Say on which date each of a few curves is steepest, where x is days or hours; empty where there is none."""
    dates, reading = DateAxis.read(columns.dates), headline(fit)
    if dates is None or dates.unit == "year" or len(fit.groups) > _NAMED:
        return ""
    found = [
        (group, next(p for p in parameters_of(fit, k) if p.name == reading.name))
        for k, group in enumerate(fit.groups)
        if side_of(fit, k, reading)[0] is Role.PLACE
    ]
    said = [
        dates.text(p.estimate.value)
        + f" ({dates.text(p.estimate.low)} – {dates.text(p.estimate.high)})"
        + (f" in {group_words(columns.by, group)}" if group else "")
        for group, p in found
        if p.identified and p.estimate.low is not None and p.estimate.high is not None
    ]
    return f"{reading.name} is {in_words(said)}" if said else ""


def expected_parts(value: float | None, low: float | None, high: float | None) -> tuple[str, str]:
    """Return what is expected, and its limits, which are whole where they are of counts; None is none.

    Examples
    --------
    >>> expected_parts(0.61, 0.0, 7.0), expected_parts(0.61, 0.47, 0.75), expected_parts(0.61, 0.47, None)
    (('0.61', '0 – 7'), ('0.61', '0.47 – 0.75'), ('–', 'at least 0.47'))
    """
    texts = interval_texts(0.0 if value is None else value, low, high)
    if value is None or (low is None and high is None):
        return DASH, "not determined"
    if low is None or high is None:
        return DASH, f"at most {texts[2]}" if low is None else f"at least {texts[1]}"
    whole = low.is_integer() and high.is_integer() and max(-low, high) < 1e7
    return texts[0], interval(f"{low:.0f}", f"{high:.0f}") if whole else interval(texts[1], texts[2])


def expected_text(band: Band, k: int) -> str:
    """Return what is expected at the place k of a band, with limits; or the only limit that the points set."""
    numbers = (float(v[k]) for v in (band.value, band.low, band.high))
    value, limits = expected_parts(*(v if np.isfinite(v) else None for v in numbers))
    return limits if value == DASH else f"{value} ({limits})"


def forecast_words(fit: CurveFit, columns: Columns, ahead: Sequence[Forecast]) -> str:
    """Say what is expected at the end of forecasts, and of which the points tell no end; empty where there is none."""
    if not ahead:
        return ""
    where = f"At {name_of(columns.x)} {columns.at(float(ahead[0].new.x[-1]))}"
    if DateAxis.read(columns.dates):
        where = f"On {columns.at(float(ahead[0].new.x[-1]))}"
    ends = [expected_text(one.total or one.new, -1) for one in ahead]
    what = f"the sum of {name_of(columns.y)}" if ahead[0].total else "a new point"
    if len(fit.groups) == 1:
        known = f"{where} {what} is expected {_at(ends[0])}."
        words = known if ends[0] != "not determined" else f"{where} nothing is known of {what}."
        return " ".join([words, *([ahead[0].statement] if ahead[0].endless else [])])
    if len(ahead) <= _NAMED:
        pairs = zip(ends, ahead, strict=True)
        each = in_words([f"{_at(end)} in {group_words(columns.by, one.group)}" for end, one in pairs])
        words = f"{where} {what} is expected {each}."
    else:
        words = f"Forecasts of {plural(len(ahead), 'curve')} go to {where.split(' ', 1)[1]}."
    endless = [(one.group, one.statement) for one in ahead if one.endless]
    return " ".join([words, *endless_words(endless, columns.by)])


def _at(expected: str) -> str:
    """Return what is expected as it goes on in a sentence."""
    if expected == "not determined":
        return "anywhere"
    return expected if expected.startswith("at ") else f"at {expected}"


def endless_words(statements: Iterable[tuple[str, str]], by: str) -> list[str]:
    """Return statements on groups, each once with the groups of which it is said."""
    found: dict[str, list[str]] = {}
    for group, statement in statements:
        found.setdefault(statement, []).append(group_words(by, group))
    return [
        f"In {in_words(names) if len(names) <= _NAMED else plural(len(names), 'curve')} "
        f"{statement[0].lower()}{statement[1:]}"
        for statement, names in found.items()
    ]


def potency_title(potency: RelativePotency | PotencySummary, by: str) -> str:
    """Say how potent groups are relative to the reference: one, or the least and the most potent one."""
    to = group_words(by, potency.reference)
    inside = [
        one for one in potency.potencies if one.estimate.low is not None and one.estimate.high is not None
    ]
    inside.sort(key=lambda one: one.estimate.value)
    if not inside:
        return f"The points determine no potency relative to {to}"
    ends = [
        f"{measured_text(one.estimate)} in {group_words(by, one.group)}" for one in (inside[0], inside[-1])
    ]
    lost = len(potency.potencies) - len(inside)
    without = f"; {lost} of {len(potency.potencies)} are not determined" if lost else ""
    reach = ends[0] if len(inside) == 1 else f"from {ends[0]} to {ends[1]}"
    return f"Potency relative to {to}: {reach}{without}"


def potency_words(potency: RelativePotency | PotencySummary, by: str) -> str:
    """Say what relative potencies are, and whether they hold for every dose."""
    p = potency.parallelism.p_value
    care = (
        "" if p is None or p >= 0.05 else " So the ratio of doses depends on the effect: read it with care."
    )
    return (
        f"The dose of {group_words(by, potency.reference)} by the dose that does the same: where it is 2, half the "
        "dose is enough. It is that of curves which share all parameters but their place. "
        f"{verdict_words(potency.parallelism)}{care}"
    )


def comparison_words(models: Sequence[ComparedModel]) -> str:
    """Say which family meets the points best, and which ones nearly as well."""
    best, *others = models
    near = [one.name for one in others if one.delta < _NEAR]
    alike = (
        f"{in_words(near)} {'is' if len(near) == 1 else 'are'} hardly worse"
        if near
        else "the others are worse"
    )
    return (
        f"By AICc, which weighs how well points are met against the number of parameters, {best.name} is best; "
        f"{alike}. "
        "The Akaike weight is the share of belief that each deserves among these."
    )


def what_is_open(fit: CurveFit) -> list[Open]:
    """Return what the points do not determine, the same cause said once for all groups that have it."""
    found: dict[tuple[tuple[str, ...], str, str], list[str]] = {}
    for k, group in enumerate(fit.groups):
        lost = [p for p in parameters_of(fit, k) if not p.identified]
        said: dict[str, tuple[list[str], list[str]]] = {}
        for p in lost:
            cause, remedy = _why(fit, k, p)
            names, causes = said.setdefault(remedy, ([], []))
            names.append(p.name)
            if cause not in causes:
                causes.append(cause)
        for remedy, (names, causes) in said.items():
            found.setdefault((tuple(names), ", and ".join(causes), remedy), []).append(group)
    return [Open(*key, groups=tuple(groups)) for key, groups in found.items()]


def _why(fit: CurveFit, group: int, p: CurveParameter) -> tuple[str, str]:
    """Say why a parameter is not determined, and which points would help."""
    rows = slice(*fit.points.offsets[group : group + 2].tolist())
    x = np.unique(fit.points.x[rows])
    before, after = _WHERE.get(fit.family.kind, _ELSEWHERE)
    if not fit.degrees_of_freedom[group] > 0:
        return "there are no more points than parameters", "add points"
    reading = next(reading for reading in fit.family.parameters if reading.name == p.name)
    part, right = side_of(fit, group, reading)
    if part is Role.LEVEL:
        which = "upper" if right == rises(fit, group) else "lower"
        return f"no points are near the {which} level", f"measure {after if right else before}"
    if part is Role.PLACE and not x[0] < p.estimate.value < x[-1]:
        right = p.estimate.value >= x[-1]
        return "the steepest place lies beyond the points", f"measure {after if right else before}"
    if part is Role.RATE and (p.estimate.low if p.estimate.value > 0 else p.estimate.high) is not None:
        if len(fit.groups) > _NAMED:
            return "the whole step lies between two neighbouring points", "measure between them"
        centre = fit.values[headline(fit).name][group]
        at = int(np.clip(np.searchsorted(x, centre), 1, x.size - 1))
        between = f"between {place(x[at - 1], 3)} and {place(x[at], 3)}"
        return f"the whole step lies {between}, where there are no points", f"measure {between}"
    return "several curves of the family meet the points about equally well", (
        "measure more points over the whole range, or choose a family with fewer parameters"
    )


def open_lines(fit: CurveFit, columns: Columns) -> Iterable[tuple[str, str]]:
    """Return sentences about what is open, each with the words it begins with."""
    for one in what_is_open(fit):
        where = "" if len(fit.groups) == 1 else f" in {_groups(fit, one.groups, columns.by)}"
        yield sentence(f"{in_words(one.names)}{where}:"), f"{one.cause}; {one.remedy}."


def _groups(fit: CurveFit, groups: tuple[str, ...], by: str) -> str:
    if len(groups) == len(fit.groups):
        return "all curves"
    if len(groups) == 1:
        return group_words(by, groups[0])
    if len(groups) <= _NAMED:
        return in_words(groups)
    return f"{len(groups):,} of {len(fit.groups):,} curves ({', '.join(groups[: _NAMED - 1])}, …)"


def method_facts(fit: CurveFit, columns: Columns) -> list[tuple[str, str]]:
    """Return how it was done, as names with what there is to say."""
    free = int(fit.degrees_of_freedom.min())
    facts = [
        ("family", f"{fit.family.name}, {fit.family.title}"),
        ("formula", fit.family.formula),
        ("source", fit.family.source),
        (
            "points",
            f"{fit.points.x.size:,}" + (f" in {len(fit.groups):,} groups" if fit.points.names else ""),
        ),
        *([("dates", f"counted in {columns.dates}")] if columns.dates else []),
        ("noise", noise_words(fit.noise, _noise_parameter(fit))),
        *([("robust", robust_words(fit.robust))] if fit.robust else []),
        *([("robust", outliers_words(fit.outliers))] if fit.outliers else []),
        *([("dispersion", f"{number(fit.dispersion)}, given")] if fit.dispersion is not None else []),
        *([(name_of(columns.y), INCREMENTS)] if fit.increments else []),
        ("intervals", f"{percentage(fit.level)}, {_INTERVALS[fit.intervals]}"),
        (
            "degrees of freedom",
            f"{free}" if np.ptp(fit.degrees_of_freedom) == 0 else f"{free} or more a curve",
        ),
        ("starts", "none were given: a grid over the points, the best followed to the end"),
    ]
    return [*facts[:3], *([("table", columns.source)] if columns.source else []), *facts[3:]]


def _noise_parameter(fit: CurveFit) -> list[float]:
    return [value for values in fit.noise_parameter.values() for value in values.tolist()]


def scatter_words(fit: CurveFit, columns: Columns) -> str:
    """Say how far points lie from their curve; empty where the noise is that of counts or shares, or unknown."""
    if fit.noise != "gaussian":
        return ""
    sets = np.arange(fit.solutions.loss.size)
    size = np.sqrt(fit.uncertainty.dispersion * fit.uncertainty.unit(sets))
    size = size[np.isfinite(size)]
    if not size.size:
        return ""
    low, high = float(size.min()), float(size.max())
    spread = number(low) if size.size == 1 else f"{number(low, 2)} to {number(high, 2)}"
    unit = f" {unit_words('y', columns.x, columns.y)}" if unit_words("y", "", columns.y) != columns.y else ""
    which = "Points" if (fit.points.weight == 1).all() else "Points of weight 1"
    return (
        f"{which} scatter about {'the curve' if size.size == 1 else 'their curves'} with a standard deviation of "
        f"{spread}{unit}."
    )
