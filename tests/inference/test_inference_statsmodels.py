"""Agreement with statsmodels, an independent implementation."""

from __future__ import annotations

import numpy as np
import pytest

from ogive.data import DenseBlock, Design
from ogive.fitting import Problem, covariance, solve
from ogive.inference import (
    all_coefficients,
    fit_statistics,
    likelihood_ratio_test,
    marginal_effects,
    score_test,
    wald_table,
    wald_test,
)

sm = pytest.importorskip("statsmodels.api", reason="statsmodels is not installed")


@pytest.fixture(params=["plain", "frequency weights", "fractional weights", "offset"])
def pair(request):
    rng = np.random.default_rng(21)
    n = 400
    X = rng.normal(size=(n, 4)) * [1, 10, 0.1, 3] + [0, 60, 0, -5]
    eta = (X - X.mean(0)) / X.std(0) @ [0.8, -0.5, 0.2, 0.0]
    y = (eta + rng.logistic(size=n) > 0.5).astype(float)
    weights = offset = None
    if request.param == "frequency weights":
        weights = rng.integers(0, 4, n).astype(float)
    if request.param == "fractional weights":
        weights = rng.uniform(0.2, 2, n)
    if request.param == "offset":
        offset = rng.normal(size=n)
    theirs = sm.GLM(y, sm.add_constant(X), family=sm.families.Binomial(), freq_weights=weights, offset=offset)
    problem = Problem(Design([DenseBlock(X)]), y, weights=weights, offset=offset)
    return problem, solve(problem), theirs.fit(tol=1e-14, maxiter=100)


def test_coefficients_errors_and_p_values(pair):
    _problem, solution, theirs = pair
    rows = wald_table(all_coefficients(solution), covariance(solution))
    np.testing.assert_allclose([row.estimate for row in rows], theirs.params, rtol=1e-8)
    np.testing.assert_allclose([row.standard_error for row in rows], theirs.bse, rtol=1e-8)
    np.testing.assert_allclose([row.p for row in rows], theirs.pvalues, rtol=1e-6)
    np.testing.assert_allclose([(row.low, row.high) for row in rows], theirs.conf_int(), rtol=1e-7)


def test_likelihood(pair):
    problem, solution, theirs = pair
    fit = fit_statistics(problem, solution)
    assert fit.log_likelihood == pytest.approx(theirs.llf, rel=1e-10)
    assert fit.null_deviance == pytest.approx(theirs.null_deviance, rel=1e-8)
    assert fit.aic == pytest.approx(theirs.aic, rel=1e-10)
    expected = theirs.null_deviance - theirs.deviance
    assert likelihood_ratio_test(problem, solution).statistic == pytest.approx(expected, rel=1e-8)


def test_wald_test_of_several_columns(pair):
    _problem, solution, theirs = pair
    found = wald_test(solution, covariance(solution), [1, 3])
    expected = theirs.wald_test(np.eye(5)[[2, 4]], scalar=True)
    assert found.statistic == pytest.approx(float(expected.statistic), rel=1e-7)
    assert found.p == pytest.approx(float(expected.pvalue), rel=1e-7)


def test_logit_marginal_effects_and_score_test():
    rng = np.random.default_rng(22)
    X = rng.normal(size=(300, 3))
    y = (X @ [1.0, -0.5, 0.0] + rng.logistic(size=300) > 0).astype(float)
    problem = Problem(Design([DenseBlock(X)]), y)
    solution = solve(problem)
    theirs = sm.Logit(y, sm.add_constant(X)).fit(disp=0, method="newton", tol=1e-14)
    margins = theirs.get_margeff(at="overall")
    effects = marginal_effects(problem, solution, covariance(solution))
    np.testing.assert_allclose([e.effect.value for e in effects], margins.margeff, rtol=1e-8)
    np.testing.assert_allclose([e.standard_error for e in effects], margins.margeff_se, rtol=1e-7)
    np.testing.assert_allclose([e.p for e in effects], margins.pvalues, rtol=1e-6)
    reduced = sm.Logit(y, sm.add_constant(X[:, :2])).fit(disp=0, method="newton", tol=1e-14)
    probability = reduced.predict()
    full = sm.add_constant(X)
    gradient = full.T @ (y - probability)
    information = full.T @ (full * (probability * (1 - probability))[:, None])
    expected = gradient @ np.linalg.solve(information, gradient)
    assert score_test(problem, solution, [2]).statistic == pytest.approx(expected, rel=1e-8)
