"""The compiled engine: shapes against NumPy, optima against SciPy, bounds, shared parameters, threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import approx_fprime, least_squares, minimize

from curve_twins import PARTICULAR, RISES, deviances, model
from ogive._kernels import curve_values, fit_curves, set_thread_count
from ogive.curves.shapes import SHAPES

NOISES = ("gaussian", "poisson", "binomial", "gamma")
STARTS = np.array(
    [
        (m, k)
        for m in [-1.2, -0.75, *np.linspace(-0.5, 0.5, 29), 0.75, 1.2]
        for k in np.log([2.5, 7.0, 20.0, 70.0])
    ]
)
# Those whose centre is a start, where the curve has a corner.
STARTING = ("bertalanffy length", "bertalanffy weight", "bass")
SMOOTH = [shape for shape in RISES if shape not in STARTING]
WITH_ASYMMETRY = np.array([(m, k, v) for m, k in STARTS for v in (-2.0, 0.0, 2.0)])


def parameters(shape, n, seed=0):
    rng = np.random.default_rng(seed)
    if shape in PARTICULAR:
        return rng.uniform(*PARTICULAR[shape][1:], (n, SHAPES[shape].size))
    z = np.column_stack(
        [
            rng.uniform(0.05, 0.3, n),
            rng.uniform(0.6, 0.95, n),
            rng.uniform(-0.3, 0.3, n),
            rng.uniform(1.5, 3, n),
            rng.uniform(-1, 1, n),
        ]
    )
    return np.ascontiguousarray(z[:, : SHAPES[shape].size])


def values(shape, t, offsets, z):
    """Values and slopes of curves, not of their increments."""
    return curve_values(shape, t, np.empty(0), offsets, z)


def fit(
    shape,
    t,
    y,
    offsets,
    *,
    before=(),
    sets=None,
    noise="gaussian",
    held=(),
    shared=(),
    given=None,
    weight=None,
):
    """Call the engine with usual bounds."""
    curves = len(offsets) - 1
    size = SHAPES[shape].size
    marks = [np.isin(np.arange(size), list(which)) for which in (held, shared)]
    low = np.tile([-10.0 if noise == "gaussian" else 0.0] * 2 + [-3.0, -2.0, -5.0][: size - 2], (curves, 1))
    high = np.tile([1.0 if noise == "binomial" else 10.0] * 2 + [3.0, 8.0, 4.0][: size - 2], (curves, 1))
    grid = WITH_ASYMMETRY if size == 5 else STARTS
    return fit_curves(
        shape,
        np.ascontiguousarray(t),
        np.asarray(before, dtype=float),
        np.ascontiguousarray(y),
        np.ones(t.size) if weight is None else np.sqrt(weight),
        np.asarray(offsets, dtype=np.int64),
        np.arange(curves + 1, dtype=np.int64) if sets is None else np.asarray(sets, dtype=np.int64),
        grid,
        np.array([33, 4, 3][: size - 2]),
        3,
        *marks,
        np.zeros((curves, size)) if given is None else given,
        low,
        high,
        NOISES.index(noise),
        1.0,
    )


def test_every_shape_has_a_twin():
    assert set(SHAPES) == {*RISES, *PARTICULAR}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_their_formulas_and_slopes_are_derivatives(shape):
    t = np.linspace(-0.9, 0.8, 23)
    for z in parameters(shape, 5):
        value, slopes = values(shape, t, np.array([0, t.size]), z[np.newaxis])
        np.testing.assert_allclose(value, model(shape, t, z), rtol=1e-13, atol=1e-15)
        k = SHAPES[shape].coefficients
        np.testing.assert_allclose(z[:k] @ slopes[:k], value, rtol=1e-12, atol=1e-14)
        for j in range(z.size):
            step = np.eye(z.size)[j] * 1e-5
            expected = (model(shape, t, z + step) - model(shape, t, z - step)) / 2e-5
            np.testing.assert_allclose(slopes[j], expected, rtol=2e-5, atol=1e-9)


@pytest.mark.parametrize("shape", RISES)
def test_far_away_a_shape_is_at_its_levels(shape):
    z = parameters(shape, 1)
    t = np.array([-np.inf, -1e300, 1e300, np.inf])
    value, slopes = values(shape, t, np.array([0, 4]), z)
    np.testing.assert_allclose(value, z[0, [0, 0, 1, 1]], rtol=1e-12)
    assert np.isfinite(slopes).all()
    assert np.abs(slopes[2:]).max() < 1e-12


@pytest.mark.parametrize("clone", ["baseline", "v3"])
def test_instruction_sets_agree(clone):
    program = (
        "import numpy as np\n"
        "from curves.test_curves_kernels import SHAPES, parameters, values\n"
        "t = np.linspace(-0.9, 0.8, 23)\n"
        "for shape in SHAPES:\n"
        "    value, slopes = values(shape, t, np.array([0, 23]), parameters(shape, 1))\n"
        "    print(' '.join(map(repr, [*value.tolist(), *slopes.ravel().tolist()])))\n"
    )
    here = str(Path(__file__).parents[1])
    numbers = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OGIVE_ISA": isa, "PYTHONPATH": here},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for isa in (clone, "best")
    ]
    np.testing.assert_allclose(*np.array(numbers, dtype=float), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("shape", PARTICULAR)
def test_far_away_nothing_overflows(shape):
    z = parameters(shape, 20)
    ends = np.tile([-np.inf, -1e300, 1e300, np.inf], 20)
    value, slopes = values(shape, ends, np.arange(0, 81, 4), z)
    assert not np.isnan(value).any()
    assert not np.isnan(slopes).any()


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("shape", SMOOTH)
def test_no_other_search_finds_a_lower_loss(shape, noise):
    rng = np.random.default_rng(3)
    t = np.tile(np.linspace(-0.5, 0.5, 15), 6)
    offsets = np.arange(0, 91, 15)
    exact = np.concatenate([model(shape, t[:15], z) for z in parameters(shape, 6, seed=1)])
    y = {
        "gaussian": lambda: exact + rng.normal(0, 0.05, 90),
        "poisson": lambda: rng.poisson(20 * exact) / 20,
        "binomial": lambda: rng.binomial(30, exact) / 30,
        "gamma": lambda: exact * rng.gamma(50, 1 / 50, 90),
    }[noise]()
    z, loss, _, ends = fit(shape, t, y, offsets, noise=noise)
    for c in range(6):
        own = slice(offsets[c], offsets[c + 1])
        f = model(shape, t[own], z[c])
        assert loss[c] == pytest.approx(deviances(noise, y[own], f).sum(), rel=1e-9)

        def objective(x, own=own):
            return deviances(noise, y[own], np.maximum(model(shape, t[own], x), 1e-9)).sum(axis=-1)

        def both(x, objective=objective):
            """Value and slopes by differences, from one call with all steps side by side."""
            found = objective((x + 1e-8 * np.vstack([np.zeros(x.size), np.eye(x.size)])).T[:, :, None])
            return found[0], (found[1:] - found[0]) / 1e-8

        bounds = [(1e-6, 1 - 1e-6)] * 2 + [(-3, 3), (-2, 8), (-5, 4)][: z.shape[1] - 2]
        if noise == "gaussian":
            bounds[:2] = [(-10, 10)] * 2
        for start in parameters(shape, 4, seed=c):
            other = minimize(both, start, bounds=bounds, method="L-BFGS-B", jac=True)
            # Along a valley to a bound it may run out of steps, and says so.
            assert loss[c] <= other.fun * (1 + (1e-9 if ends[c] == 0 else 1e-4))
        inside = (np.abs(z[c, 2:]) < 2.9).all() and ((z[c, :2] > 1e-6) & (z[c, :2] < 0.999)).all()
        if inside and ends[c] == 0:
            assert np.abs(approx_fprime(z[c], objective, 1e-7)).max() < 1e-4


@pytest.mark.parametrize("shape", SHAPES)
def test_increments_are_differences(shape):
    rng = np.random.default_rng(1)
    t = np.sort(rng.uniform(-0.5, 0.5, 21))
    before, z, offsets = t - rng.uniform(0, 0.1, 21), parameters(shape, 2), np.array([0, 9, 21])
    value, slopes = curve_values(shape, t, before, offsets, z)
    expected = values(shape, t, offsets, z)
    less = values(shape, before, offsets, z)
    np.testing.assert_allclose(value, expected[0] - less[0], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(slopes, expected[1] - less[1], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("noise", ["gaussian", "poisson"])
@pytest.mark.parametrize("shape", ["logistic", "richards"])
def test_curves_are_fitted_to_their_increments(shape, noise):
    rng = np.random.default_rng(2)
    curves, points = 5, 25
    t = np.tile(np.linspace(-0.46, 0.5, points), curves)
    offsets, z = np.arange(0, curves * points + 1, points), parameters(shape, curves)
    z[:, 0], z[:, 1] = 0.0, 900.0
    before = t - 0.04
    exact = np.concatenate([model(shape, t[:points], one) - model(shape, before[:points], one) for one in z])
    y = (rng.poisson(exact) if noise == "poisson" else exact + rng.normal(0, 2, exact.size)) / 100
    order = np.concatenate([k * points + rng.permutation(points) for k in range(curves)])
    found, loss, _, ends = fit(
        shape, t[order], y[order], offsets, before=before[order], noise=noise, held=(0,)
    )
    assert (ends == 0).all()
    for c in range(curves):
        own = slice(offsets[c], offsets[c + 1])

        def objective(x, own=own):
            f = model(shape, t[own], [0, *x]) - model(shape, before[own], [0, *x])
            return deviances(noise, y[own], np.maximum(f, 1e-9)).sum()

        assert loss[c] == pytest.approx(objective(found[c, 1:]), rel=1e-9)
        other = minimize(objective, [9.0, *z[c, 2:]], method="L-BFGS-B")
        assert loss[c] <= other.fun * (1 + 1e-9)


def test_weights_repeat_points():
    rng = np.random.default_rng(0)
    t = np.linspace(-0.5, 0.5, 20)
    y = model("logistic", t, [0.1, 0.9, 0.05, 2.3]) + rng.normal(0, 0.05, 20)
    w = rng.integers(1, 4, 20)
    once = fit("logistic", t, y, [0, 20], weight=w.astype(float))
    twice = fit("logistic", np.repeat(t, w), np.repeat(y, w), [0, w.sum()])
    np.testing.assert_allclose(once[0], twice[0], rtol=1e-8)
    assert once[1][0] == pytest.approx(twice[1][0], rel=1e-12)


def test_held_parameters_stay_and_bounds_hold():
    t = np.linspace(-0.5, 0.5, 12)
    y = 0.3 + model("logistic", t, [0.0, 1.0, 0.0, 2.0])
    z, *_ = fit("logistic", t, y, [0, 12], held=(0,), given=np.array([[0.3, 0, 0, 0]]))
    np.testing.assert_allclose(z[0], [0.3, 1.3, 0.0, 2.0], atol=1e-6)
    falling = model("logistic", t, [0.0, 1.0, 0.0, 2.0]) * 30 - 12
    z, *_ = fit("logistic", t, falling, [0, 12])
    assert z[0, 0] == -10  # the bound, though the data go below


def test_curves_share_what_they_are_told_to():
    rng = np.random.default_rng(5)
    curves, points = 4, 12
    t = np.tile(np.linspace(-0.5, 0.5, points), curves)
    offsets = np.arange(0, curves * points + 1, points)
    centres = [-0.2, -0.05, 0.1, 0.25]
    exact = [model("logistic", t[:points], [0.1, 0.9, centre, 2.2]) for centre in centres]
    y = np.concatenate(exact) + rng.normal(0, 0.03, t.size)

    def residuals(x, shared):
        return np.concatenate(
            [
                model("logistic", t[:points], [x[0], x[1], x[4 + 2 * c], x[3 if shared else 5 + 2 * c]])
                - y[offsets[c] : offsets[c + 1]]
                for c in range(curves)
            ]
        )

    for shared, rate in (((0, 1), False), ((0, 1, 3), True)):
        z, loss, _, ends = fit("logistic", t, y, offsets, sets=[0, curves], shared=shared)
        assert ends[0] == 0
        for j in shared:
            assert np.ptp(z[:, j]) == 0
        start = [0.1, 0.9, 0, 2.2, *np.column_stack([centres, [2.2] * curves]).ravel()]
        other = least_squares(residuals, start, args=(rate,), xtol=1e-15, ftol=1e-15, gtol=1e-15)
        assert loss[0] == pytest.approx(other.cost, rel=1e-11)


def scattered_curves(shape, lengths, seed):
    """Curves of several lengths about a shape, in replicates here and there, in any order; t, y, weights, offsets."""
    rng = np.random.default_rng(seed)
    t = [rng.choice(np.linspace(-0.5, 0.5, 1 + n // 2 if k % 2 else 5 * n), n) for k, n in enumerate(lengths)]
    exact = [model(shape, at, z) for at, z in zip(t, parameters(shape, len(lengths), seed), strict=True)]
    y = np.concatenate(exact) + rng.normal(0, 0.05, sum(lengths))
    weight = rng.integers(0, 4, y.size).astype(float)
    return np.concatenate(t), y, weight, np.concatenate([[0], np.cumsum(lengths)])


@pytest.mark.parametrize("shape", ["logistic", "richards"])
def test_a_curve_does_not_depend_on_its_neighbours(shape):
    lengths = np.array([9, 40, 12, 300, 12, 7, 25, 256, 11, 90, 12, 13])
    t, y, weight, offsets = scattered_curves(shape, lengths, 8)
    together = fit(shape, t, y, offsets, weight=weight)
    order = np.random.default_rng(1).permutation(lengths.size)
    rows = np.concatenate([np.arange(offsets[c], offsets[c + 1]) for c in order])
    places = np.concatenate([[0], np.cumsum(lengths[order])])
    mixed = fit(shape, t[rows], y[rows], places, weight=weight[rows])
    for one, other in zip(together, mixed, strict=True):
        assert one[order].tobytes() == other.tobytes()
    for c in range(lengths.size):
        own = slice(offsets[c], offsets[c + 1])
        alone = fit(shape, t[own], y[own], [0, lengths[c]], weight=weight[own])
        for one, other in zip(together, alone, strict=True):
            assert one[c].tobytes() == other[0].tobytes()


@pytest.mark.parametrize("held", [(), (0,), (1,), (0, 1), (2,), (1, 3)])
@pytest.mark.parametrize("shape", RISES)
def test_side_by_side_is_as_one_by_one(shape, held):
    """Long curves are fitted one by one: points without weight make them so."""
    lengths = [14] * 5
    t, y, weight, offsets = scattered_curves(shape, lengths, 9)
    given = parameters(shape, 5, seed=9)
    given[0, 0] = 0.5
    short = fit(shape, t, y, offsets, weight=weight, held=held, given=given)
    long = [np.hstack([v.reshape(5, 14), np.zeros((5, 300))]).ravel() for v in (t, y, weight)]
    long = fit(shape, long[0], long[1], np.arange(6) * 314, weight=long[2], held=held, given=given)
    assert (short[0][:, held] == given[:, held]).all()
    done = (short[3] == 0) & (long[3] == 0)
    assert done.sum() >= 3
    np.testing.assert_allclose(short[1][done], long[1][done], rtol=1e-11)


def test_points_at_one_place_are_worth_their_mean():
    rng = np.random.default_rng(10)
    t = np.tile(np.linspace(-0.5, 0.5, 9), 3)
    y = model("logistic", t, [0.1, 0.9, 0.05, 2.3]) + rng.normal(0, 0.05, 27)
    w = rng.uniform(0.5, 2, 27)
    weight = np.array([w[k::9].sum() for k in range(9)])
    mean = np.array([(w[k::9] * y[k::9]).sum() for k in range(9)]) / weight
    apart = (w * (y - np.tile(mean, 3)) ** 2).sum() / 2
    every = fit("logistic", t, y, [0, 27], weight=w)
    means = fit("logistic", t[:9], mean, [0, 9], weight=weight)
    np.testing.assert_allclose(every[0], means[0], rtol=1e-8)
    assert every[1][0] == pytest.approx(means[1][0] + apart, rel=1e-13)


def test_the_number_of_threads_changes_no_bit():
    rng = np.random.default_rng(6)
    curves, points = 200, 16
    t = np.tile(np.linspace(-0.5, 0.5, points), curves)
    y = np.concatenate([model("logistic", t[:points], z) for z in parameters("logistic", curves)])
    y += rng.normal(0, 0.05, y.size)
    found = []
    for threads in (1, 2, 3):
        set_thread_count(threads)
        found.append(fit("logistic", t, y, np.arange(0, curves * points + 1, points)))
    set_thread_count(None)
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            assert a.tobytes() == b.tobytes()


def test_points_that_say_nothing_give_an_end_and_no_crash():
    t = np.array([0.0, 0.0, 0.0])
    for y in (np.zeros(3), np.array([np.nan, 0, 1]), np.array([np.inf, 0, 1])):
        _, loss, _, ends = fit("logistic", t, y, [0, 3])
        assert ends[0] in (0, 1, 2)
        assert loss.shape == (1,)
    z, loss, *_ = fit("logistic", np.empty(0), np.empty(0), [0, 0])
    assert z.shape == (1, 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shape": "circle"}, "no such shape"),
        ({"offsets": np.array([0, 2])}, "offsets must lead"),
        ({"before": np.zeros(2)}, "before must be empty"),
        ({"sets": np.array([0, 2])}, "sets must lead"),
        ({"held": np.zeros(3, dtype=bool)}, "one mark a parameter"),
        ({"given": np.zeros((1, 3))}, "one row a curve"),
        ({"starts": np.zeros((2, 3))}, "starts must have"),
        ({"axes": np.array([3, 3])}, "axes must be"),
        ({"axes": np.array([132])}, "axes must have"),
        ({"refined": 9}, "refined"),
        ({"noise": 7}, "no such noise"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, message):
    t = np.linspace(-0.5, 0.5, 5)
    whole = {
        "shape": "logistic",
        "t": t,
        "before": np.empty(0),
        "y": t,
        "root_weight": np.ones(5),
        "offsets": np.array([0, 5]),
        "sets": np.array([0, 1]),
        "starts": STARTS,
        "axes": np.array([33, 4]),
        "refined": 2,
        "held": np.zeros(4, dtype=bool),
        "shared": np.zeros(4, dtype=bool),
        "given": np.zeros((1, 4)),
        "low": np.full((1, 4), -5.0),
        "high": np.full((1, 4), 5.0),
        "noise": 0,
        "size": 1.0,
    }
    with pytest.raises(ValueError, match=message):
        fit_curves(**(whole | change))
