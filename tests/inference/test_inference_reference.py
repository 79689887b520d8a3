"""Agreement with R's glm on real tables; tests/reference/glm_reference.R made the numbers."""

from __future__ import annotations

import numpy as np
import pytest

from ogive.fitting import covariance
from ogive.inference import (
    all_coefficients,
    fit_statistics,
    likelihood_ratio_test,
    marginal_effects,
    profile_intervals,
    score_test,
    variance_inflation,
    wald_table,
    wald_test,
)

CLOSE = 1e-8  # relative, promised


def test_coefficients_and_wald_statistics(reference, model):
    r = reference(model)
    table = wald_table(all_coefficients(r.solution), covariance(r.solution))
    for key, attribute in [("estimate", "estimate"), ("standard_error", "standard_error"), ("z", "z")]:
        np.testing.assert_allclose(
            [getattr(row, attribute) for row in table], r.coefficients[key], rtol=CLOSE
        )
    # d log p / d z is about z in the tail, so the relative error of p is z² times that of z
    np.testing.assert_allclose([row.p for row in table], r.coefficients["p"], rtol=1e-6)
    assert r.solution.status == "optimal"


def test_profile_limits(reference, model):
    r = reference(model)
    intervals = profile_intervals(r.problem, r.solution)
    np.testing.assert_allclose([i.low for i in intervals], r.coefficients["profile_low"], rtol=CLOSE)
    np.testing.assert_allclose([i.high for i in intervals], r.coefficients["profile_high"], rtol=CLOSE)
    assert {i.method for i in intervals} == {"profile likelihood"}


def test_fit_statistics(reference, model):
    r = reference(model)
    fit = fit_statistics(r.problem, r.solution)
    assert (fit.rows, fit.events, fit.parameters) == (r.fit["n"], r.fit["events"], len(r.names) + 1)
    for name in (
        "deviance",
        "null_deviance",
        "log_likelihood",
        "aic",
        "bic",
        "mcfadden",
        "nagelkerke",
        "tjur",
    ):
        assert getattr(fit, name) == pytest.approx(r.fit[name], rel=CLOSE), name


def test_tests_of_terms_and_of_the_model(reference, model):
    r = reference(model)
    for row in r.tests:
        columns = None if row["term"] == "(model)" else r.terms[row["term"]]
        ratio = likelihood_ratio_test(r.problem, r.solution, columns)
        score = score_test(r.problem, r.solution, columns)
        assert ratio.df == score.df == int(row["df"])
        # A difference of log-likelihoods keeps the absolute rounding error of its terms.
        noise = 1e-13 * abs(r.solution.log_likelihood)
        assert ratio.statistic == pytest.approx(float(row["likelihood_ratio"]), rel=CLOSE, abs=10 * noise)
        assert ratio.p == pytest.approx(float(row["likelihood_ratio_p"]), rel=1e-6)
        assert score.statistic == pytest.approx(float(row["score"]), rel=CLOSE)
        assert score.p == pytest.approx(float(row["score_p"]), rel=1e-6)


def test_wald_test_of_one_column_is_z_squared(reference, model):
    r = reference(model)
    V = covariance(r.solution)
    for j, row in enumerate(wald_table(all_coefficients(r.solution), V)[1:]):
        test = wald_test(r.solution, V, [j])
        assert test.statistic == pytest.approx(row.z**2)
        assert test.p == pytest.approx(row.p)


def test_marginal_effects(reference, model):
    r = reference(model)
    effects = marginal_effects(r.problem, r.solution, covariance(r.solution))
    np.testing.assert_allclose(
        [e.effect.value for e in effects], r.coefficients["marginal_effect"][1:], rtol=CLOSE
    )
    # R's standard errors come from a numerical Jacobian.
    np.testing.assert_allclose(
        [e.standard_error for e in effects], r.coefficients["marginal_error"][1:], rtol=1e-6
    )


def test_variance_inflation(reference, model):
    r = reference(model)
    found = variance_inflation(covariance(r.solution), r.terms)
    for inflation in found:
        expected = r.inflation[inflation.term] ** (1 / inflation.df)
        assert inflation.factor == pytest.approx(expected, rel=CLOSE), inflation.term
