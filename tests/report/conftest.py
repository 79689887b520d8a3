"""A summary as a fit of the heart disease table would give it: invented coefficients, simulated held-out rows."""

from __future__ import annotations

import numpy as np
import pytest

from ogive._base import Certificate, Estimate, Status
from ogive._kernels import sigmoid
from ogive.inference import FitStatistics
from ogive.metrics import evaluate
from ogive.report import (
    Adequacy,
    Bin,
    Coefficient,
    EvaluationSummary,
    Fit,
    LeftOut,
    Notice,
    Observed,
    Outcome,
    Predictor,
    Provenance,
    Source,
    Summary,
    TermCurve,
    TermTest,
    Validation,
)

OUTCOME = Outcome(name="disease", positive="1", negative="0", events=139, rows=303)
SOURCE = Source(name="heart.csv", rows=303, columns=14)
# name, log-odds, standard error, mean, standard deviation, smallest, median, largest, unit
NUMBERS = [
    ("age", -0.0138, 0.0249, 54.4, 9.04, 29.0, 56.0, 77.0, "years"),
    ("trestbps", 0.0249, 0.0114, 131.7, 17.6, 94.0, 130.0, 200.0, "mm Hg"),
    ("chol", 0.00445, 0.0040, 246.7, 51.8, 126.0, 241.0, 564.0, "mg/dl"),
    ("thalach", -0.0183, 0.0110, 149.6, 22.9, 71.0, 153.0, 202.0, "a minute"),
    ("oldpeak", 0.3645, 0.2314, 1.04, 1.16, 0.0, 0.8, 6.2, ""),
    ("ca", 1.2943, 0.2800, 0.67, 0.93, 0.0, 0.0, 3.0, "vessels"),
]
# name, log-odds, standard error, share of rows, reference
LEVELS = [
    ("sex: female", -1.531, 0.523, 0.32, "male"),
    ("cp: typical angina", -2.043, 0.665, 0.08, "asymptomatic"),
    ("cp: atypical angina", -0.895, 0.565, 0.17, "asymptomatic"),
    ("cp: non-anginal pain", -1.870, 0.500, 0.28, "asymptomatic"),
    ("fbs: above 120 mg/dl", -0.574, 0.592, 0.15, "up to 120 mg/dl"),
    ("restecg: left ventricular hypertrophy", 0.478, 0.385, 0.49, "normal"),
    ("restecg: ST-T wave abnormality", 1.000, 2.489, 0.013, "normal"),
    ("exang: yes", 0.711, 0.437, 0.33, "no"),
    ("slope: flat", 1.302, 0.477, 0.46, "upsloping"),
    ("slope: downsloping", 0.606, 0.935, 0.07, "upsloping"),
    ("thal: reversible defect", 1.428, 0.430, 0.39, "normal"),
    ("thal: fixed defect", -0.168, 0.810, 0.06, "normal"),
    ("thal: missing", 0.211, 1.532, 0.007, "normal"),
]


def _estimate(value: float, se: float) -> Estimate:
    return Estimate(
        value=value, low=value - 1.96 * se, high=value + 1.96 * se, level=0.95, method="profile likelihood"
    )


def _p(z: float) -> float:
    return float(2 * sigmoid(-1.702 * abs(z)))  # near enough to a normal tail for a picture


def coefficients() -> tuple[Coefficient, ...]:
    numbers = [
        Coefficient(
            name=name,
            term=name,
            kind="number",
            estimate=_estimate(value, se),
            se=se,
            z=value / se,
            p=_p(value / se),
            marginal=_estimate(0.1 * value, 0.1 * se),
            unit=unit,
            mean=mean,
            sd=sd,
            low=low,
            median=median,
            high=high,
        )
        for name, value, se, mean, sd, low, median, high, unit in NUMBERS
    ]
    levels = [
        Coefficient(
            name=name,
            term=name.split(":")[0],
            kind="level",
            estimate=_estimate(value, se),
            se=se,
            z=value / se,
            p=_p(value / se),
            marginal=_estimate(0.1 * value, 0.1 * se),
            mean=share,
            reference=reference,
        )
        for name, value, se, share, reference in LEVELS
    ]
    indicator = Coefficient(
        name="ca: missing",
        term="ca",
        kind="indicator",
        estimate=_estimate(0.9, 1.1),
        se=1.1,
        z=0.9 / 1.1,
        p=_p(0.9 / 1.1),
        mean=0.013,
        note="4 rows",
    )
    return (*numbers, indicator, *levels)


def validation(scheme: str = "5 held-out folds", n: int = 303, seed: int = 3) -> Validation:
    rng = np.random.default_rng(seed)
    score = np.concatenate([rng.normal(-2.2, 1.7, n * 164 // 303), rng.normal(1.9, 1.9, n - n * 164 // 303)])
    y = (rng.random(n) < sigmoid(0.85 * score)).astype(float)
    edges = np.linspace(*np.quantile(score, [0.005, 0.995]), 31)
    place = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, 29)
    rows, events = np.bincount(place, minlength=30), np.bincount(place, weights=y, minlength=30)
    bins = [
        Bin(low=float(edges[i]), high=float(edges[i + 1]), rows=float(rows[i]), events=float(events[i]))
        for i in range(30)
    ]
    return Validation(scheme=scheme, evaluation=evaluate(y, sigmoid(score)), scores=tuple(bins))


def curve(c: Coefficient) -> TermCurve:
    x = np.linspace(c.low, c.high, 61)
    eta = c.estimate.value * (x - c.median) - 0.2
    half = 1.96 * np.hypot(0.35, c.se * (x - c.median))
    places = np.linspace(c.low + 0.1 * (c.high - c.low), c.high - 0.2 * (c.high - c.low), 6)
    observed = []
    for i, at in enumerate(places):
        share = float(sigmoid(1.3 * c.estimate.value * (at - c.median)))
        rate = Estimate(value=share, low=max(share - 0.12, 0.0), high=min(share + 0.13, 1.0), method="Wilson")
        observed.append(Observed(x=float(at), rows=30.0 + i, rate=rate))
    return TermCurve(
        term=c.name,
        unit=c.unit,
        x=tuple(x.tolist()),
        probability=tuple(sigmoid(eta).tolist()),
        low=tuple(sigmoid(eta - half).tolist()),
        high=tuple(sigmoid(eta + half).tolist()),
        observed=tuple(observed),
    )


@pytest.fixture(scope="session")
def summary() -> Summary:
    return make_summary()


PREDICTORS = (
    *(Predictor(name=n[0], kind="number") for n in NUMBERS[:-1]),
    Predictor(name="ca", kind="number", missing=4, treatment="median + indicator"),
    Predictor(name="sex", kind="category", levels=2),
    Predictor(name="cp", kind="category", levels=4),
    Predictor(name="fbs", kind="category", levels=2),
    Predictor(name="restecg", kind="category", levels=3),
    Predictor(name="exang", kind="category", levels=2),
    Predictor(name="slope", kind="category", levels=3),
    Predictor(name="thal", kind="category", levels=3, missing=2, treatment="a level of their own"),
)
TESTS = (
    TermTest(term="all terms", method="likelihood ratio", statistic=232.4, df=20, p=1e-38),
    TermTest(term="ca", method="likelihood ratio", statistic=31.2, df=2, p=1.7e-7),
    TermTest(term="cp", method="likelihood ratio", statistic=19.8, df=3, p=0.00019),
    TermTest(term="thal", method="likelihood ratio", statistic=12.9, df=3, p=0.0048),
    TermTest(term="age", method="likelihood ratio", statistic=0.31, df=1, p=0.578),
)
STATISTICS = FitStatistics(
    rows=303.0,
    events=139.0,
    parameters=21,
    log_likelihood=-92.8,
    null_log_likelihood=-209.0,
    deviance=185.6,
    null_deviance=418.0,
    aic=227.6,
    bic=305.6,
    mcfadden=0.556,
    nagelkerke=0.715,
    tjur=0.617,
)


def make_summary() -> Summary:
    terms = coefficients()
    numbers = {c.name: c for c in terms if c.kind == "number"}
    return Summary(
        source=SOURCE,
        outcome=OUTCOME,
        predictors=PREDICTORS,
        left_out=(LeftOut(name="patient", reason="every value is different"),),
        fit=Fit(
            coefficients=21,
            method="maximum likelihood",
            certificate=Certificate(
                status=Status.OPTIMAL, solver="newton", iterations=7, gradient=3e-12, condition=2100.0
            ),
            intercept=_estimate(-4.2, 2.9),
            intercept_se=2.9,
            probability_at_mean=0.38,
        ),
        coefficients=terms,
        tests=TESTS,
        statistics=STATISTICS,
        adequacy=Adequacy(events_per_coefficient=6.6, shrinkage=0.87),
        notices=(
            Notice(
                level="caution",
                sentence="there are few events for so many coefficients (6.6 each, 10 or more are usual)",
                cause="new predictions will be somewhat too extreme",
                remedy="leave columns out with --exclude, or shrink with --alpha",
            ),
            Notice(
                level="note",
                sentence="4 missing values of ca were replaced by the median",
                cause="",
                remedy="its standard error is a little too small",
            ),
        ),
        curves=tuple(curve(numbers[name]) for name in ("ca", "trestbps", "thalach", "oldpeak")),
        validation=validation(),
        provenance=Provenance(
            fingerprint="sha256:9f2c5e0f61f4c1a7",
            options={"target": "disease", "folds": "5", "seed": "0"},
            versions={"ogive": "0.1.0", "numpy": "2.4.6"},
        ),
    )


@pytest.fixture(scope="session")
def judged() -> EvaluationSummary:
    return make_judged()


def make_judged() -> EvaluationSummary:
    return EvaluationSummary(
        model="heart.ogive",
        source=Source(name="hungarian.csv", rows=294, columns=14, dropped=1, reason="no value of disease"),
        outcome=Outcome(name="disease", positive="1", negative="0", events=106, rows=293),
        validation=validation("hungarian.csv", 293, 5),
    )
