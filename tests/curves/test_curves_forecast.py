"""Forecasts and back-tests: limits of counts, sums, what is said of the plateau, scores, learning curves, epidemics."""

from __future__ import annotations

import csv
import datetime

import numpy as np
import pytest
from scipy import optimize, stats

from ogive import InputError
from ogive.curves import backtest, fit
from ogive.curves.forecast import Places, new_observations
from ogive.curves.noises import noise_named
from ogive.curves.observations import _distribution, _means, _quantile

DAY = np.arange(0.0, 16.0, 2.0)
SIZE = np.array([1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3])


def logistic(t, capacity=1000.0, rate=0.3, midpoint=14.0):
    return capacity / (1 + np.exp(-rate * (t - midpoint)))


def cases(rng, days, sets, draw=None):
    """New cases of epidemics, (sets, days)."""
    mean = np.tile(logistic(days) - logistic(days - 1), (sets, 1))
    return (draw or rng.poisson)(mean)


def quantiles(noise, mean, spread, tail, steps, trials=1.0):
    below = _distribution(noise_named(noise), mean, spread, np.full(mean.size, trials))
    return _quantile(below, mean[:, None], tail, np.full(mean.size, steps))


@pytest.mark.parametrize("tail", [0.025, 0.5, 0.975])
def test_where_the_mean_is_known_limits_are_quantiles_of_the_noise(tail):
    mean = np.array([0.02, 0.7, 3.0, 40.0, 2500.0])
    assert (quantiles("poisson", mean, mean, tail, 1.0) == stats.poisson.ppf(tail, mean)).all()
    wide = mean * (1 + mean / 3)
    expected = stats.nbinom.ppf(tail, 3, 3 / (3 + mean))
    assert (quantiles("negative-binomial", mean, wide, tail, 1.0) == expected).all()
    expected = stats.nbinom.ppf(tail, mean / 1.5, 1 / 2.5)  # 2.5 times Poisson's variance
    assert (quantiles("quasi-poisson", mean, 2.5 * mean, tail, 1.0) == expected).all()
    share = np.array([0.01, 0.4, 0.97])
    expected = stats.binom.ppf(tail, 30, share) / 30
    found = quantiles("binomial", share, share * (1 - share), tail, 30.0, 30.0)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    expected = stats.gamma.ppf(tail, 25, scale=mean / 25)
    np.testing.assert_allclose(quantiles("gamma", mean, mean**2 / 25, tail, 0.0), expected, rtol=1e-6)


def test_an_uncertain_mean_widens_limits_as_drawing_it_does():
    rng = np.random.default_rng(1)
    away = rng.normal(size=400_000)
    z = stats.norm.ppf(0.975)
    mean = 20 * np.exp(away * np.where(away < 0, np.log(20 / 10), np.log(50 / 20)) / z)
    drawn = np.quantile(rng.poisson(mean), [0.025, 0.975])
    means = _means(np.array([20.0]), (np.array([10.0]), np.array([50.0])), 0.95, shares=False)
    below = _distribution(noise_named("poisson"), np.array([20.0]), np.array([20.0]), np.ones(1))
    found = [_quantile(below, means, tail, np.ones(1))[0] for tail in (0.025, 0.975)]
    np.testing.assert_allclose(found, drawn, atol=1)


@pytest.mark.parametrize("seen", [11, 18])
def test_limits_of_new_cases_and_their_sum_cover(seen):
    sets, ahead = 80, 2
    days = np.arange(30.0)
    y = cases(np.random.default_rng(seen), days, sets)
    by = np.repeat(np.arange(sets), seen)
    found = fit(np.tile(days[:seen], sets), y[:, :seen].ravel(), by=by, increments=True, noise="poisson")
    new, total = np.zeros((2, sets, ahead), dtype=bool)
    for one in found.forecast(days[seen : seen + ahead]):
        k, rows = int(one.group), slice(seen, seen + ahead)
        new[k] = (one.new.low <= y[k, rows]) & (y[k, rows] <= one.new.high)
        later = y[k].cumsum()[rows]
        total[k] = (one.total.low <= later) & (later <= one.total.high)
        assert (one.new.low >= 0).all() and (one.new.low == np.floor(one.new.low)).all()
        assert (one.total.low >= y[k, :seen].sum()).all()
    assert new.mean() > 0.9 and total.mean() > 0.88
    assert new.mean() < 1 or total.mean() < 1


def overdispersed(rng, t, size=6.0):
    mean = logistic(t, 400.0, 0.2, 30.0)
    return rng.negative_binomial(size, size / (size + mean)).astype(float)


def test_limits_of_counts_count_that_their_size_is_not_known():
    """Seen until before the inflection, and tested at twice the horizon; sizes that are taken for known cover 83 %."""
    sets, days, later = 50, np.linspace(0, 27, 10), np.array([54.0])
    rng = np.random.default_rng(4)
    y = np.array([overdispersed(rng, days) for _ in range(sets)])
    new = overdispersed(rng, np.full(sets, later[0]))
    found = fit(
        np.tile(days, sets),
        y.ravel(),
        by=np.arange(sets).repeat(10),
        family="logistic",
        noise="negative-binomial",
    )
    parts = found.forecast(later)
    k = np.array([int(one.group) for one in parts])
    low, high = (np.array([getattr(one.new, end)[0] for one in parts]) for end in ("low", "high"))
    holds = (low <= new[k]) & (new[k] <= high)
    assert 0.87 < holds.mean() < 1 and np.isinf(high).mean() < 0.95


def test_limits_where_the_size_is_not_known_are_those_of_the_profile_of_both():
    """Of curve and size, by direct search, where twice the loss rises by as much as with Gaussian noise."""
    days = np.linspace(0, 40, 21)
    y = overdispersed(np.random.default_rng(5), days)
    found = fit(days, y, family="logistic", noise="negative-binomial")
    at = np.array([found.values[name][0] for name in ("capacity", "rate", "midpoint")])
    best = np.append(np.log(at), np.log(found.noise_parameter["size"][0]))

    def loss(q):
        mean, size = logistic(days, *np.exp(q[:3])), np.exp(q[3])
        return -stats.nbinom.logpmf(y, size, size / (size + mean)).sum()

    band = found.forecast([45.0])[0].curve
    rise = 21 * np.log1p(stats.t.ppf(0.975, 18) ** 2 / 18)
    for limit in (band.low[0], band.high[0]):
        held = optimize.minimize(
            loss,
            best,
            method="SLSQP",
            constraints={
                "type": "eq",
                "fun": lambda q, end=limit: np.log(logistic(45.0, *np.exp(q[:3])) / end),
            },
            options={"ftol": 1e-12, "maxiter": 500},
        )
        assert held.success and 2 * (held.fun - loss(best)) == pytest.approx(rise, rel=1e-4)
    given = fit(days, y, family="logistic", noise=f"negative-binomial={np.exp(best[3])}").forecast([45.0])[0]
    assert (given.curve.low[0] > band.low[0]) and (given.curve.high[0] < band.high[0])
    assert given.new.high[0] < found.forecast([45.0])[0].new.high[0]


def test_what_is_forecast_of_levels_is_what_is_predicted():
    found = fit(DAY, SIZE)
    one = found.forecast(21)[0]
    assert one.new.x.tolist() == [16, 18, 20, 21]
    band, curve = (found.predict(one.new.x, interval=kind) for kind in ("prediction", "confidence"))
    for mine, theirs in ((one.new, band), (one.curve, curve)):
        np.testing.assert_allclose([mine.value, mine.low, mine.high], [theirs.value, theirs.low, theirs.high])
    assert one.total is None
    assert one.statement == "The capacity is 29.20 (28.94 – 29.47)."
    assert "29.15" in repr(one)


def test_sums_add_what_was_observed_and_their_variances():
    rng = np.random.default_rng(2)
    days = np.arange(20.0)
    y = logistic(days) - logistic(days - 1) + rng.normal(0, 2, days.size)
    found = fit(days, y, increments=True)
    one = found.forecast([20, 21, 24])[0]
    curve = found.predict([19, 20, 21, 24])
    np.testing.assert_allclose(one.new.value, np.diff(curve), rtol=1e-9)
    np.testing.assert_allclose(one.total.value, y.sum() + curve[1:] - curve[0], rtol=1e-9)
    fixed = fit(days, y, increments=True, intervals="wald")
    sure = fixed.forecast([20, 21, 24])[0]
    own = np.sqrt(fixed.uncertainty.dispersion[0] * fixed.uncertainty.unit(np.array([0]))[0])
    z = stats.t.ppf(0.975, 17)
    for band, count in ((sure.new, np.ones(3)), (sure.total, np.arange(1.0, 4.0))):
        least = z * own * np.sqrt(count)
        assert ((band.high - band.low) / 2 > least).all()
    inner = (sure.curve.high - sure.curve.low) / 2
    np.testing.assert_allclose((sure.new.high - sure.new.low) / 2, np.hypot(inner, z * own), rtol=1e-9)


def test_what_the_points_tell_of_the_plateau():
    early = fit(DAY[:4], [1.1, 2.3, 5.1, 11.2]).forecast(10)[0]
    assert early.statement.startswith("The points set no upper limit of the capacity: growth may go on")
    falling = fit(DAY[:4], [30.0, 27.9, 23.1, 12.2], family="boltzmann").forecast([7])[0]
    assert falling.statement.startswith("The points set no lower limit")
    assert "leads to no level" in fit(DAY, SIZE, family="exponential").forecast([16])[0].statement
    line = fit(DAY, SIZE, family=lambda x, a, b: a + b * x).forecast([16])[0]
    assert line.far_level is None and line.statement.startswith("Of a function")


def test_limits_before_the_inflection_neither_flicker_nor_end():
    rng = np.random.default_rng(3)
    year = np.arange(2000.0, 2021.0)
    share = 80 / (1 + np.exp(-0.4 * (year - 2010))) + rng.normal(0, 1.5, year.size)
    along = np.linspace(2007, 2012, 21)
    band = fit(year[:8], share[:8]).predict(along, interval="confidence")
    assert (np.diff(band.high) > 0).all() and (np.diff(band.low) > -0.02).all()
    truth = 80 / (1 + np.exp(-0.4 * (along - 2010)))
    assert ((band.low < truth) & (truth < band.high)).all()


def test_groups_go_on_in_steps_of_their_own():
    by = np.repeat(["a", "b"], 8)
    found = fit(np.concatenate([DAY, DAY / 2]), np.tile(SIZE, 2), by=by)
    places = [one.new.x.tolist() for one in found.forecast(17)]
    assert places == [[16, 17], [*range(8, 18)]]
    rows = np.geomspace(1, 128, 8)
    assert fit(rows, 5 - SIZE / 10, family="ll4").forecast(512)[0].new.x == pytest.approx([256, 512])


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (14, "points end at 14"),
        ([12, 20], "after the points"),
        ([20, 18], "place after place"),
        (np.nan, "no forecast to nan"),
        (1e9, "steps to"),
        ([], "at least one value"),
    ],
)
def test_places_that_are_no_forecast(x, words):
    with pytest.raises(InputError, match=words):
        fit(DAY, SIZE).forecast(x)


def test_scores_are_those_of_fits_by_hand():
    test = backtest(fit(DAY, SIZE), (0.5, 0.8), family=["logistic", "gompertz"])
    assert [(one.family, one.share) for one in test.scores] == [
        ("logistic", 0.5), ("logistic", 0.8), ("gompertz", 0.5), ("gompertz", 0.8),
    ]  # fmt: skip
    one = test.scores[1]
    by_hand = fit(DAY[:6], SIZE[:6])
    band = by_hand.predict(DAY[6:], interval="prediction")
    error = np.abs(SIZE[6:] - band.value).mean()
    assert (one.fitted, one.tested, one.until) == (6, 2, 10.0)
    assert one.mean_absolute_error == pytest.approx(error)
    assert one.scaled_error == pytest.approx(error / np.abs(SIZE[6:] - SIZE[5]).mean())
    inside = (band.low <= SIZE[6:]) & (SIZE[6:] <= band.high)
    assert one.coverage == inside.mean() and one.open == 0
    beyond = np.maximum(band.low - SIZE[6:], 0) + np.maximum(SIZE[6:] - band.high, 0)
    assert one.interval_score == pytest.approx((band.high - band.low + 40 * beyond).mean())
    assert [mean.family for mean in test.means if mean.share == 0.8] == ["logistic", "gompertz"]
    assert "scaled error" in repr(test)


def test_a_back_test_keeps_points_at_one_place_together_and_says_what_it_cannot_fit():
    x = np.concatenate([np.repeat(DAY, 2), [0.0, 1.0, 2.0, 3.0]])
    y = np.concatenate([np.repeat(SIZE, 2) + np.tile([0.1, -0.1], 8), [1.0, 2.0, 4.0, 7.0]])
    by = np.repeat(["long", "short"], [16, 4])
    test = fit(x, y, by=by).backtest((0.45,))
    long, short = test.scores
    assert (long.fitted, long.tested) == (8, 8)
    assert short.mean_absolute_error is None and "1 point" in short.reason
    assert [one.groups for one in test.means] == [1]


def test_increments_are_tested_as_increments():
    days = np.arange(24.0)
    y = cases(np.random.default_rng(5), days, 1)[0]
    found = fit(days, y, increments=True, noise="poisson")
    score = found.backtest((0.75,)).scores[0]
    one = fit(days[:18], y[:18], increments=True, noise="poisson").forecast(days[18:])[0]
    assert score.mean_absolute_error == pytest.approx(np.abs(y[18:] - one.new.value).mean())
    assert score.coverage == ((one.new.low <= y[18:]) & (y[18:] <= one.new.high)).mean()


def test_shares_are_tested_with_their_trials():
    x, trials = np.linspace(0, 5, 12), np.full(12, 50.0)
    y = np.random.default_rng(6).binomial(50, logistic(x, 1.0, 2.0, 2.0)) / 50
    found = fit(x, y, weights=trials, noise="binomial", family="logistic", fix={"capacity": 1.0})
    places = Places(np.zeros(1, dtype=np.intp), np.array([3.0]), np.array([3.0]), np.array([50.0]))
    band = new_observations(found, places)[0]
    assert 0 < band.low[0] < band.value[0] < band.high[0] <= 1
    assert band.low[0] * 50 == pytest.approx(round(band.low[0] * 50))


@pytest.mark.parametrize("shares", [(), (0.0,), (0.5, 1.0), (0.999,)])
def test_shares_of_points_that_leave_none(shares):
    x, y = (DAY, SIZE) if shares != (0.999,) else (np.repeat(DAY, 200)[-201:], np.repeat(SIZE, 200)[-201:])
    y = y + np.linspace(0, 0.1, y.size)
    with pytest.raises(InputError, match=r"shares of the points|no group has points"):
        fit(x, y, family="exponential").backtest(shares)


def test_sums_of_cases_have_intervals_that_are_far_too_narrow():
    sets, days = 100, np.arange(30.0)
    y = cases(np.random.default_rng(8), days, sets)
    by, x = np.repeat(np.arange(sets), days.size), np.tile(days, sets)
    ways = (
        fit(x, y.cumsum(axis=1).ravel(), by=by),
        fit(x, y.ravel(), by=by, increments=True, noise="poisson"),
    )
    covers = [
        np.mean((low <= 1000) & (high >= 1000)) for low, high in (one.limits["capacity"] for one in ways)
    ]
    assert covers[0] < 0.5 and 0.89 < covers[1] <= 0.99


@pytest.mark.parametrize("name", ["power-law", "learning-exponential"])
def test_learning_curves_are_told_apart(name):
    rng = np.random.default_rng(4)
    rows = np.geomspace(100, 25_600, 12)
    truth = {
        "power-law": lambda x: 0.21 + 2.4 * x**-0.45,
        "learning-exponential": lambda x: 0.95 - 0.4 * np.exp(-x / 3000),
    }[name]
    y = truth(rows) + rng.normal(0, 0.003, rows.size)
    found = fit(rows, y, family="learning")
    assert found.family.name == name
    one = found.forecast([100_000])[0]
    assert one.new.low[0] < truth(100_000.0) < one.new.high[0]
    means = found.backtest((0.7,)).means
    assert len(means) == 2 and means[0].family == name


def epidemic(shared_data, file, day, count):
    with (shared_data / "scurves" / file).open(newline="") as source:
        rows = list(csv.DictReader(source))
    at = np.array([datetime.date.fromisoformat(row[day]).toordinal() for row in rows], dtype=float)
    return at - at[0], np.array([float(row[count]) for row in rows])


@pytest.mark.parametrize(
    ("file", "day", "count"),
    [
        ("epi_zika_girardot_2015.csv", "date", "cases"),
        ("epi_ebola_kikwit_1995.csv", "date", "onset"),
    ],
)
def test_real_epidemics_vary_more_than_sums_say(shared_data, file, day, count):
    x, y = epidemic(shared_data, file, day, count)
    new = fit(x, y, increments=True, noise="quasi-poisson", family="gompertz")
    sums = fit(x, y.cumsum(), family="gompertz")
    wide, narrow = (float(np.subtract(*one.limits["capacity"][::-1])[0]) for one in (new, sums))
    assert wide > 2 * narrow
    judged = new.backtest((0.6, 0.8)).scores
    assert all(one.coverage > 0.6 for one in judged)
