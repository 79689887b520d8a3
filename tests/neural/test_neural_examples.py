"""Four small lessons: a fit by maximum likelihood, XOR, a hidden step, and a cell that reads sensors."""

from __future__ import annotations

import numpy as np
import pytest

import ogive
from ogive import neural
from ogive.data import encode, load_columns
from ogive.datasets import heart
from ogive.neural import LSTM, Adam, Dense, GradientDescent, Network
from ogive.views import Line, lines_figure


@pytest.fixture(scope="module")
def fitted():
    """The heart table as `ogive.fit` encodes it, standardised, and the fit itself on that scale."""
    model = ogive.fit(heart(), target="disease")
    columns = encode(load_columns(heart(), model.record.schema), model.record.encoding)
    x = np.column_stack([columns.column(j) for j in range(columns.shape[1])])
    centre, scale = x.mean(axis=0), x.std(axis=0)
    coef = model.coef * scale
    intercept = model.intercept + model.coef @ centre
    return (x - centre) / scale, np.asarray(heart()["disease"]), coef, intercept


def path_to(fitted, optimiser, steps, lessons):
    """Return the weights after each lesson of so many steps, all rows a step, from weights of 0."""
    x, y, _, _ = fitted
    unit = Network([Dense(1)], weights=[{"W": np.zeros((x.shape[1], 1)), "b": [0.0]}])
    path = [unit.parameters.copy()]
    for _ in range(lessons):
        neural.train(unit, x, y, optimiser=optimiser, epochs=steps, batch=len(x))
        path.append(unit.parameters.copy())
    return np.array(path)


@pytest.mark.parametrize(
    ("optimiser", "steps"),
    [(GradientDescent(1.0), 2000), (GradientDescent(4.0), 500), (GradientDescent(1.0, momentum=0.9), 900)],
    ids=["descent", "larger steps", "momentum"],
)
def test_one_unit_arrives_at_the_fit_by_maximum_likelihood(fitted, optimiser, steps):
    x, y, coef, intercept = fitted
    end = path_to(fitted, optimiser, steps, 1)[-1]
    np.testing.assert_allclose(end[:-1], coef, rtol=0, atol=1e-11)
    assert end[-1] == pytest.approx(intercept, abs=1e-11)
    direct = ogive.LogisticRegression().fit(x, y)
    np.testing.assert_allclose(end[:-1], direct.coef_.ravel(), rtol=0, atol=1e-11)
    unit = Network([Dense(1)], weights=[{"W": end[:-1, None], "b": end[-1:]}])
    np.testing.assert_allclose(unit.probabilities(x)[:, 0], direct.predict_proba(x)[:, 1], rtol=0, atol=1e-12)


def test_its_path_falls_to_the_fit_and_can_be_drawn(fitted):
    _, _, coef, intercept = fitted
    path = path_to(fitted, GradientDescent(1.0), 25, 20)
    away = np.linalg.norm(path - np.append(coef, intercept), axis=1)
    assert np.all(np.diff(away) < 0)  # nearer with each lesson
    lines = [Line(name=str(j), x=tuple(25.0 * np.arange(21)), y=tuple(path[:, j].tolist())) for j in range(4)]
    figure = lines_figure("path", "The path", lines, x="steps", y="weight", ends=(-1.0, 1.0))
    assert figure.rows[:2] == (("0", 0.0, 0.0), ("0", 25.0, path[1, 0]))
    assert len(figure.rows) == 4 * 21


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0, 1, 1, 0])


def learnt(layers, seed, epochs=600):
    """Return a network that was taught XOR, and how many of the four corners it gets right."""
    net = Network(layers)
    neural.train(net, CORNERS, XOR, optimiser=Adam(0.05), epochs=epochs, batch=4, seed=seed)
    return net, int(((net.probabilities(CORNERS)[:, 0] > 0.5) == XOR).sum())


@pytest.mark.parametrize("seed", range(5))
def test_one_unit_cannot_learn_xor_because_it_draws_a_line(seed):
    """Of all lines the one of maximum likelihood is none at all: every probability 1/2, a loss of log 2."""
    net, right = learnt([Dense(1)], seed)
    assert right < 4
    np.testing.assert_allclose(net.probabilities(CORNERS), 0.5, atol=0.01)
    assert net.loss(CORNERS, XOR) == pytest.approx(np.log(2), abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_a_hidden_layer_of_sigmoids_learns_xor(seed):
    net, right = learnt([Dense(8, "sigmoid"), Dense(1)], seed)
    assert right == 4
    assert net.loss(CORNERS, XOR) < 0.05


@pytest.mark.parametrize("seed", range(5))
def test_a_hidden_layer_of_steps_cannot_learn_by_descent(seed):
    net = Network([Dense(4, "step"), Dense(1)])
    neural.initialise(net, CORNERS, XOR, seed=seed)
    net.weights[0]["b"][...] = np.random.default_rng(seed).normal(size=4)
    gradient = net.gradient(CORNERS, XOR)
    assert not gradient[0]["W"].any() and not gradient[0]["b"].any()
    assert gradient[1]["W"].any()
    first = {name: array.copy() for name, array in net.weights[0].items()}
    last = net.weights[1]["W"].copy()
    history = neural.train(net, CORNERS, XOR, optimiser=Adam(0.05), epochs=50, batch=4)
    for name, array in net.weights[0].items():
        assert np.array_equal(array, first[name])
    assert not np.array_equal(net.weights[1]["W"], last)
    assert [verdict.kind for verdict in history.verdicts] == ["vanishing", "dead"]
    assert "nothing arrives at layer 1" in history.verdicts[0].sentence


def test_what_steps_cannot_learn_they_can_hold():
    """From units that see OR and x1, descent never finds the AND that would solve it; by hand it is written down."""
    or_and_first = {"W": np.array([[1.0, 1.0], [1.0, 0.0]]), "b": np.array([-0.5, -0.5])}
    net = Network(
        [Dense(2, "step"), Dense(1)], weights=[or_and_first, {"W": np.array([[0.1], [0.1]]), "b": [0.0]}]
    )
    neural.train(net, CORNERS, XOR, optimiser=Adam(0.05), epochs=600, batch=4)
    assert ((net.probabilities(CORNERS)[:, 0] > 0.5) == XOR).sum() < 4
    assert net.loss(CORNERS, XOR) > 0.3  # (1, 0) and (1, 1) look the same: at best log 2 for half of the rows
    or_and_and = {"W": np.ones((2, 2)), "b": np.array([-0.5, -1.5])}
    net = Network(
        [Dense(2, "step"), Dense(1)], weights=[or_and_and, {"W": np.array([[9.0], [-18.0]]), "b": [-4.5]}]
    )
    assert np.array_equal(net.probabilities(CORNERS)[:, 0] > 0.5, XOR == 1)


def series(file):
    """Read a .ts file: one series a line, channels and at last the class between colons."""
    lines = [
        line.split(":") for line in file.read_text(encoding="utf-8").splitlines() if line[:1] not in "@#"
    ]
    x = np.array([[[float(v) for v in part.split(",")] for part in parts[:-1]] for parts in lines])
    return x.transpose(0, 2, 1), np.array([parts[-1] for parts in lines])


@pytest.mark.parametrize("kind", [LSTM, neural.GRU])
def test_a_cell_of_16_units_tells_movements_of_a_watch_apart(shared_data, kind):
    """BasicMotions: acceleration and turning of a smart watch, 10 seconds; every second reading is enough."""
    folder = shared_data / "timeseries/ucr"
    x, labels = series(folder / "BasicMotions_TRAIN.ts")
    new_x, new_labels = series(folder / "BasicMotions_TEST.ts")
    assert x.shape == new_x.shape == (40, 100, 6)
    classes, y = np.unique(labels, return_inverse=True)
    assert classes.tolist() == ["Badminton", "Running", "Standing", "Walking"]
    centre, scale = x.mean(axis=(0, 1)), x.std(axis=(0, 1))
    x, new_x = ((part[:, ::2] - centre) / scale for part in (x, new_x))
    net = Network([kind(16), Dense(4)], "softmax")
    history = neural.train(net, x, y, optimiser=Adam(0.02), epochs=25, batch=10, seed=0)
    assert history.verdicts == ()
    guess = classes[net.probabilities(new_x).argmax(axis=1)]
    assert np.mean(guess == new_labels) >= 0.85  # by chance 0.25; of 40 rows
    gates = net.forward(new_x)[0].gates
    names = "ifo" if kind is LSTM else "rz"
    for name in names:
        assert gates[name].shape == (40, 50, 16)
        assert np.all((gates[name] > 0) & (gates[name] < 1))
    times = tuple((0.2 * np.arange(50)).tolist())
    mean = {name: tuple(gates[name][0].mean(axis=1).tolist()) for name in names}
    lines = [Line(name=name, x=times, y=y) for name, y in mean.items()]
    figure = lines_figure("gates", "Gates over time", lines, x="seconds", y="gate", ends=(0.0, 1.0))
    assert figure.rows[50] == (names[1], 0.0, float(gates[names[1]][0, 0].mean()))
