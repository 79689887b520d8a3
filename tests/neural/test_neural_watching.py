"""What goes on inside: the states of layers computed once more, what is wrong named, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

import ogive
from ogive import neural
from ogive._base.codec import decode, encode
from ogive.data import encode as design
from ogive.data import load_columns
from ogive.datasets import heart
from ogive.neural import GRU, LSTM, Adam, Dense, GradientDescent, Network

FIVE = range(5)


def scaled(x):
    return (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1)


@pytest.fixture(scope="module")
def tables():
    """Small real tables as (x, y), numbers on one scale; sequences made up: which half has the larger sum."""
    digits, cancer, iris = datasets.load_digits(), datasets.load_breast_cancer(), datasets.load_iris()
    record = ogive.fit(heart(), target="disease").record
    columns = design(load_columns(heart(), record.schema), record.encoding)
    x = np.column_stack([columns.column(j) for j in range(columns.shape[1])])
    series = np.random.default_rng(0).normal(size=(200, 12, 2))
    several = datasets.make_multilabel_classification(300, 10, n_classes=4, random_state=0)
    return {
        "digits": (scaled(digits.data[:600]), digits.target[:600]),
        "cancer": (scaled(cancer.data), cancer.target),
        "iris": (scaled(iris.data), iris.target),
        "heart": (scaled(x), np.asarray(heart()["disease"])),
        "moons": datasets.make_moons(300, noise=0.15, random_state=0),
        "several": (scaled(several[0]), several[1]),
        "series": (series, (series[:, 6:, 0].sum(axis=1) > series[:, :6, 0].sum(axis=1)).astype(int)),
    }


def deep(depth, activation, units=1, width=32, loss=None):
    layers = [*(Dense(width, activation) for _ in range(depth)), Dense(units)]
    return Network(layers, loss or ("binary" if units == 1 else "softmax"))


def kinds(history):
    return [verdict.kind for verdict in history.verdicts]


@pytest.mark.parametrize("seed", FIVE)
@pytest.mark.parametrize("name", ["digits", "heart"])
def test_vanishing_is_named_at_depth_8_with_sigmoids_and_plain_weights(tables, name, seed):
    x, y = tables[name]
    net = deep(8, "sigmoid", units=10 if name == "digits" else 1)
    history = neural.train(net, x, y, init="glorot-plain", epochs=2, seed=seed)
    assert kinds(history) == ["vanishing"]
    (verdict,) = history.verdicts
    assert "layer 1 (Dense(32, 'sigmoid'))" in verdict.sentence and "layer 9" in verdict.sentence
    assert 'init="auto"' in verdict.remedy


@pytest.mark.parametrize("seed", FIVE)
@pytest.mark.parametrize("name", ["digits", "heart"])
def test_nothing_is_named_at_depth_8_with_relus_and_weights_of_he(tables, name, seed):
    x, y = tables[name]
    net = deep(8, "relu", units=10 if name == "digits" else 1)
    history = neural.train(net, x, y, init="he", epochs=2, seed=seed)
    assert history.verdicts == ()
    assert history.epochs[-1].loss < history.epochs[0].loss


# What is learnt, with what, how fast, and the share of rows that it must then get right: that it is healthy.
HEALTHY = {
    "digits, two layers of ReLU": ("digits", lambda: deep(2, "relu", 10), Adam, 1e-3, 0.9),
    "digits, one sigmoid layer": ("digits", lambda: deep(1, "sigmoid", 10), Adam, 1e-2, 0.9),
    "digits, three sigmoid layers": ("digits", lambda: deep(3, "sigmoid", 10), Adam, 3e-3, 0.9),
    "digits, eight layers of GELU": ("digits", lambda: deep(8, "gelu", 10), Adam, 1e-3, 0.9),
    "digits, four layers of tanh": ("digits", lambda: deep(4, "tanh", 10), Adam, 1e-3, 0.9),
    "digits, six layers of SELU": ("digits", lambda: deep(6, "selu", 10), Adam, 1e-3, 0.9),
    "heart, sigmoids of 16 and 8": (
        "heart",
        lambda: Network([Dense(16, "sigmoid"), Dense(8, "sigmoid"), Dense(1)]),
        Adam,
        1e-2,
        0.85,
    ),
    "heart, four layers of SiLU": ("heart", lambda: deep(4, "silu"), Adam, 1e-3, 0.85),
    "heart, no hidden layer": ("heart", lambda: deep(0, "relu"), GradientDescent, 0.3, 0.8),
    "cancer, softplus": ("cancer", lambda: deep(2, "softplus"), Adam, 1e-3, 0.95),
    "cancer, normal distributions": ("cancer", lambda: deep(2, "normal_cdf"), Adam, 1e-3, 0.95),
    "iris, ELU by plain descent": ("iris", lambda: deep(2, "elu", 3), GradientDescent, 0.1, 0.93),
    "iris, softsign": ("iris", lambda: deep(3, "softsign", 3), Adam, 3e-3, 0.93),
    "moons, leaky ReLU": ("moons", lambda: deep(3, "leaky_relu"), Adam, 3e-3, 0.9),
    "moons, mish": ("moons", lambda: deep(5, "mish"), Adam, 3e-3, 0.9),
    "several labels, ReLU": ("several", lambda: deep(2, "relu", 4, loss="multilabel"), Adam, 3e-3, 0.8),
    "squared error, tanh": ("cancer", lambda: deep(2, "tanh", loss="squared"), Adam, 1e-3, 0.95),
    "series, LSTM": ("series", lambda: Network([LSTM(8), Dense(1)]), Adam, 1e-2, 0.8),
    "series, GRU on GRU": (
        "series",
        lambda: Network([GRU(6, sequences=True), GRU(6), Dense(1)]),
        Adam,
        1e-2,
        0.8,
    ),
}


@pytest.mark.parametrize("what", HEALTHY)
def test_healthy_networks_get_no_verdict(tables, what):
    name, make, optimiser, rate, least = HEALTHY[what]
    x, y = tables[name]
    net = make()
    history = neural.train(net, x, y, optimiser=optimiser(rate), epochs=25, seed=1)
    p = net.probabilities(x)
    guess = p.argmax(axis=1) if net.head.name == "softmax" else (p > 0.5).reshape(y.shape)
    assert np.mean(guess == y) >= least
    assert history.verdicts == ()
    assert history.stopped == ""


def spread(net, x, y, factor, epochs=1, rate=1e-6):
    """Learn a little from weights so many times as large as usual."""
    neural.initialise(net, x, y, scheme="he", seed=0)
    net.parameters *= factor
    return neural.train(net, x, y, optimiser=GradientDescent(rate), epochs=epochs)


@pytest.mark.parametrize("activation", ["relu", "identity", "leaky_relu"])
def test_exploding_is_named(tables, activation):
    x, y = tables["digits"]
    history = spread(deep(8, activation, 10), x, y, 4.0, rate=1e-12)
    assert kinds(history) == ["exploding"]
    (verdict,) = history.verdicts
    assert "from layer 9" in verdict.sentence and "layer 1 " in verdict.sentence


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "hard_sigmoid", "algebraic_sigmoid"])
def test_saturated_at_the_start_is_named(tables, activation):
    x, y = tables["digits"]
    history = spread(deep(1, activation, 10), x, y, 40.0)
    assert "saturated" in kinds(history)
    verdict = history.verdicts[kinds(history).index("saturated")]
    assert "layer 1" in verdict.sentence and "standardise" in verdict.remedy


def test_inputs_that_are_not_standardised_saturate_too():
    """Readings about 2,000 with small differences: all sigmoids stand at one of their ends."""
    rng = np.random.default_rng(0)
    x = 2000 + rng.normal(size=(200, 5))
    y = (x[:, 0] > 2000).astype(int)
    history = neural.train(deep(1, "sigmoid"), x, y, epochs=1)
    assert "saturated" in kinds(history)
    assert neural.learn(x, y, activation="sigmoid", epochs=1).history.verdicts == ()


def test_dead_is_named_where_biases_hold_units_down(tables):
    x, y = tables["digits"]
    net = deep(1, "relu", 10)
    neural.initialise(net, x, y)
    net.weights[0]["b"][:20] = -1000  # of 32
    history = neural.train(net, x, y, epochs=1)
    assert kinds(history) == ["dead"]
    assert history.verdicts[0].sentence.startswith("layer 1 (Dense(32, 'relu')) is dead in 62% of its units")
    assert history.epochs[-1].layers[0].dead == pytest.approx(20 / 32, abs=0.1)


def test_dead_is_named_where_a_rate_too_large_killed_them(tables):
    x, y = tables["digits"]
    net = deep(2, "relu", 10)
    history = neural.train(net, x, y, optimiser=GradientDescent(30.0), epochs=3, seed=0)
    assert "dead" in kinds(history)
    assert "smaller rate" in next(v.remedy for v in history.verdicts if v.kind == "dead")
    gentle = neural.train(deep(2, "relu", 10), x, y, optimiser=GradientDescent(0.03), epochs=3, seed=0)
    assert gentle.verdicts == ()


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu"])
def test_states_are_what_they_say(tables, activation):
    x, y = tables["iris"]
    net = deep(2, activation, 3, width=7)
    neural.initialise(net, x, y, seed=2)
    before = net.parameters + 0.01 * np.random.default_rng(0).normal(size=net.parameters.size)
    states = neural.watch(net, x, y, before)
    hidden = []
    for weights in net.weights:
        z = (hidden[-1][1] if hidden else x) @ weights["W"] + weights["b"]
        if len(hidden) < 2:
            step = 1e-30j
            value = {
                "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
                "relu": lambda z: np.where(z.real > 0, z, 0 * z),
                "gelu": None,
            }[activation]
            if value is None:
                function = neural.activation("gelu")
                hidden.append((z, function.value(z), function.slope(z, function.value(z))))
            else:
                hidden.append((z, value(z + 0j).real, value(z + step).imag / 1e-30))
    logits = hidden[1][1] @ net.weights[2]["W"] + net.weights[2]["b"]
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    dz = [(p - np.eye(3)[y]) / len(y)]
    for k in (1, 0):
        dz.insert(0, dz[0] @ net.weights[k + 1]["W"].T * hidden[k][2])
    sizes = [np.sqrt(np.mean(d**2)) for d in dz]
    largest = {"sigmoid": 0.25, "relu": 1.0, "gelu": 1.1289}[activation]
    for k, state in enumerate(states[:2]):
        flat = np.abs(hidden[k][2]) < largest / 100
        assert state.saturated == (flat.mean() if activation == "sigmoid" else 0)
        assert state.dead == flat.all(axis=0).mean()
        assert state.mean == pytest.approx(hidden[k][1].mean(), rel=1e-12)
        assert state.gradient == pytest.approx(sizes[k], rel=1e-10)
        assert state.ratio == pytest.approx(sizes[k] / sizes[k + 1], rel=1e-10)
        assert state.layer == f"layer {k + 1} (Dense(7, {activation!r}))"
        now, then = net.weights[k], net.views(before)[k]
        moved = np.concatenate([(now[name] - then[name]).ravel() for name in now])
        size = np.linalg.norm(np.concatenate([now[name].ravel() for name in now]))
        assert state.update == pytest.approx(np.linalg.norm(moved) / size, rel=1e-12)
    assert states[2].ratio is None and states[2].gradient == pytest.approx(sizes[2], rel=1e-10)
    assert (states[2].saturated, states[2].dead) == (0, 0)
    assert neural.watch(net, x, y)[0].update is None


def test_states_of_cells_see_their_candidates():
    rng = np.random.default_rng(0)
    net = Network([GRU(4), Dense(1)])
    neural.initialise(net, rng.normal(size=(9, 5, 3)), np.zeros(9))
    net.weights[0]["W"] *= 30
    x, y = rng.normal(size=(9, 5, 3)), np.zeros((9, 1))
    candidate = net.forward(x)[0].gates["n"][:, -1]
    state = neural.watch(net, x, y)[0]
    assert state.saturated == (1 - candidate**2 < 0.01).mean() > 0
    assert state.mean == pytest.approx(net.forward(x)[0].gates["h"][:, -1].mean(), rel=1e-12)


def test_a_history_goes_to_json_and_back(tables):
    x, y = tables["iris"]
    history = neural.train(deep(8, "sigmoid", 3), x, y, init="glorot-plain", epochs=1, held_out=(x, y))
    assert decode(encode(history), neural.History) == history
