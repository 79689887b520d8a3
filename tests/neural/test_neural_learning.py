"""Learning: optimisers step by step against NumPy and PyTorch, early stopping, initialisation, and bad input."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from ogive import neural
from ogive._base import InputError
from ogive.neural import GRU, LSTM, Adam, Dense, GradientDescent, Network

STEPS = 25
SEEDS = st.integers(0, 10**6)


def gradients(seed, size=7):
    """Gradients from 1e-6 to 1e3 in size, one of them 0 in every step."""
    rng = np.random.default_rng(seed)
    found = rng.normal(size=(STEPS, size)) * 10.0 ** rng.integers(-6, 3, size)
    found[:, 0] = 0
    return rng.normal(size=size), found, rng.integers(0, 2, size).astype(float)


def paths(optimiser, start, found, decays):
    here, path = start.copy(), []
    for gradient in found:
        optimiser.step(here, gradient.copy(), decays)
        path.append(here.copy())
    return np.array(path)


@given(seed=SEEDS, momentum=st.sampled_from([0.0, 0.5, 0.9]), decay=st.sampled_from([0.0, 0.01]))
def test_gradient_descent_is_that_of_its_formula(seed, momentum, decay):
    start, found, decays = gradients(seed)
    path = paths(GradientDescent(0.05, momentum=momentum, weight_decay=decay), start, found, decays)
    for j in range(len(start)):  # number by number
        theta, velocity = start[j], 0.0
        for t in range(STEPS):
            velocity = momentum * velocity + found[t, j]
            theta = theta - 0.05 * (velocity + decay * decays[j] * theta)
            assert path[t, j] == pytest.approx(theta, rel=1e-12, abs=1e-12)


@given(seed=SEEDS, betas=st.sampled_from([(0.9, 0.999), (0.5, 0.9)]), decay=st.sampled_from([0.0, 0.1]))
def test_adam_is_that_of_its_paper(seed, betas, decay):
    start, found, decays = gradients(seed)
    path = paths(Adam(0.02, betas=betas, epsilon=1e-6, weight_decay=decay), start, found, decays)
    for j in range(len(start)):
        theta, m, v = start[j], 0.0, 0.0
        for t in range(1, STEPS + 1):
            g = found[t - 1, j]
            m, v = betas[0] * m + (1 - betas[0]) * g, betas[1] * v + (1 - betas[1]) * g * g
            step = (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + 1e-6)
            theta = theta - 0.02 * step - 0.02 * decay * decays[j] * theta
            assert path[t - 1, j] == pytest.approx(theta, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", ["SGD", "SGD with momentum", "Adam", "AdamW"])
def test_optimisers_are_those_of_pytorch(name):
    t = pytest.importorskip("torch", reason="PyTorch is not installed")
    start, found, _ = gradients(5)
    theta = t.from_numpy(start.copy()).requires_grad_()
    ours, theirs = {
        "SGD": lambda: (GradientDescent(0.1), t.optim.SGD([theta], lr=0.1)),
        "SGD with momentum": lambda: (
            GradientDescent(0.1, momentum=0.9),
            t.optim.SGD([theta], lr=0.1, momentum=0.9),
        ),
        "Adam": lambda: (Adam(0.01), t.optim.Adam([theta], lr=0.01)),
        "AdamW": lambda: (Adam(0.01, weight_decay=0.1), t.optim.AdamW([theta], lr=0.01, weight_decay=0.1)),
    }[name]()
    path = paths(ours, start, found, np.ones_like(start))
    for k in range(STEPS):
        theta.grad = t.from_numpy(found[k].copy())
        theirs.step()
        np.testing.assert_allclose(path[k], theta.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_adam_computes_float32_in_float32_and_to_its_digits():
    start, found, decays = gradients(1)
    wide = paths(Adam(0.01), start, found, decays)
    narrow = paths(Adam(0.01), start.astype(np.float32), found.astype(np.float32), decays.astype(np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, wide, rtol=0, atol=5e-6)


@pytest.mark.parametrize("optimiser", [GradientDescent(0.1, weight_decay=0.5), Adam(0.1, weight_decay=0.5)])
def test_weight_decay_shrinks_weights_and_spares_biases(optimiser):
    """With targets that are the outputs the gradient is 0, and what is left is the decay."""
    rng = np.random.default_rng(0)
    layers = [LSTM(3, sequences=True), GRU(2), Dense(3, "tanh"), Dense(1)]
    net = Network(layers)
    net.allocate(2)
    net.parameters[...] = rng.normal(size=net.parameters.size)
    x = rng.normal(size=(1, 4, 2))
    before = [{name: array.copy() for name, array in part.items()} for part in net.weights]
    neural.train(net, x, net.probabilities(x), optimiser=optimiser, epochs=1)
    for part, old in zip(net.weights, before, strict=True):
        for name, array in part.items():
            room = {"atol": 1e-6} if isinstance(optimiser, Adam) else {"atol": 1e-15}
            factor = 0.95 if name in {"W", "U"} else 1.0
            np.testing.assert_allclose(array, factor * old[name], rtol=0, **room)


def test_an_epoch_reads_every_row_once_in_batches_of_the_right_size():
    """One epoch of plain descent on a network of one weight vector, replayed with the batches that were seen."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(23, 2)), rng.integers(0, 2, (23, 1)).astype(float)
    seen = []

    class Watched(Dense):
        def forward(self, weights, x):
            seen.append(x.copy())
            return super().forward(weights, x)

    net = Network([Watched(1)], weights=[{"W": [[0.3], [-0.2]], "b": [0.1]}])
    neural.train(net, x, y, optimiser=GradientDescent(0.5), epochs=1, batch=5)
    batches = [rows for rows in seen if len(rows) < 23]  # the others are looked at, not learnt from
    assert [len(rows) for rows in batches] == [5, 5, 5, 5, 3]
    order = [int(np.flatnonzero((x == row).all(axis=1))[0]) for rows in batches for row in rows]
    assert sorted(order) == list(range(23)) and order != sorted(order)
    w, b = np.array([[0.3], [-0.2]]), np.array([0.1])
    for start in range(0, 23, 5):
        some = order[start : start + 5]
        wrong = 1 / (1 + np.exp(-(x[some] @ w + b))) - y[some]
        w, b = w - 0.5 * x[some].T @ wrong / len(some), b - 0.5 * wrong.mean(axis=0)
    np.testing.assert_allclose(net.weights[0]["W"], w, rtol=1e-13)
    np.testing.assert_allclose(net.weights[0]["b"], b, rtol=1e-13)


def noise(rows=60, inputs=10, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, inputs)), rng.integers(0, 2, rows)


def test_early_stopping_keeps_the_best_weights_and_says_so():
    """Labels without any connection to x: learning them by heart can only harm rows held out."""
    (x, y), (new_x, new_y) = noise(), noise(seed=1)
    net = Network([Dense(30, "relu"), Dense(1)])
    history = neural.train(net, x, y, held_out=(new_x, new_y), epochs=200, patience=7, optimiser=Adam(0.01))
    losses = [epoch.held_out for epoch in history.epochs]
    assert history.best == int(np.argmin(losses))
    assert len(losses) == history.best + 7 + 1 < 201
    assert history.stopped == "the held-out loss had not improved for 7 epochs"
    assert net.loss(new_x, new_y) == pytest.approx(min(losses), rel=1e-14)
    assert losses[-1] > min(losses)


def test_without_rows_held_out_it_runs_to_its_end():
    x, y = noise()
    net = Network([Dense(4, "tanh"), Dense(1)])
    history = neural.train(net, x, y, epochs=12)
    assert (history.stopped, history.best, len(history.epochs)) == ("", 12, 13)
    assert all(epoch.held_out is None for epoch in history.epochs)


@pytest.mark.parametrize(
    ("name", "gain"),
    [
        ("identity", 1.0),
        ("sigmoid", 4.0),  # one over 1/4
        ("tanh", 1.0),
        ("hard_sigmoid", 6.0),
        ("normal_cdf", np.sqrt(2 * np.pi)),
        ("gompertz", np.e),
        ("relu", np.sqrt(2)),
        ("leaky_relu", np.sqrt(2 / (1 + 0.01**2))),  # as PyTorch and He et al. have it
        ("prelu", np.sqrt(2 / (1 + 0.25**2))),
    ],
)
def test_gains_are_those_of_the_books(name, gain):
    assert neural.activation(name).gain == pytest.approx(gain, rel=1e-12)


@pytest.mark.parametrize("name", ["elu", "selu", "gelu", "silu", "mish", "softplus", "leaky_relu"])
def test_gains_of_other_functions_are_of_the_mean_square_slope(name):
    """Against adaptive integration, on either side of the kink."""
    one = neural.activation(name)

    def square(z):
        at = np.array([z])
        return one.slope(at, one.value(at))[0] ** 2 * norm.pdf(z)

    mean = sum(quad(square, *ends, epsabs=1e-13)[0] for ends in ((-12, 0), (0, 12)))
    assert one.gain == pytest.approx(1 / np.sqrt(mean), rel=1e-11)


@pytest.mark.parametrize(
    ("activation", "scheme", "variance"),
    [
        ("sigmoid", "glorot", 16 * 2 / (300 + 200)),
        ("sigmoid", "glorot-plain", 2 / (300 + 200)),
        ("tanh", "glorot", 2 / (300 + 200)),
        ("relu", "glorot", 2 * 2 / (300 + 200)),
        ("relu", "he", 2 / 300),
        ("sigmoid", "he", 2 / 300),
    ],
)
def test_weights_have_the_variance_of_their_scheme(activation, scheme, variance):
    rng = np.random.default_rng(0)
    net = Network([Dense(200, activation), Dense(1)])
    assert neural.initialise(net, rng.normal(size=(8, 300)), np.zeros(8), scheme=scheme, seed=3) == scheme
    w = net.weights[0]["W"]
    # The variance of 60,000 uniform numbers has a standard error of 0.37 %; the largest is next to √3 deviations.
    assert w.var() == pytest.approx(variance, rel=0.015)
    assert np.abs(w).max() == pytest.approx(np.sqrt(3 * variance), rel=1e-3)
    assert abs(w.mean()) < 4 * np.sqrt(variance / w.size)
    assert not net.weights[0]["b"].any()


def test_cells_start_with_forget_gates_open():
    net = Network([LSTM(5, sequences=True), GRU(4), Dense(1)])
    neural.initialise(net, np.zeros((3, 2, 6)), np.zeros(3))
    b = net.weights[0]["b"].reshape(4, 5)  # i, f, g, o
    assert np.array_equal(b, np.outer([0, 1, 0, 0], np.ones(5)))
    assert not net.weights[1]["b"].any() and not net.weights[1]["c"].any()
    assert net.weights[0]["W"].any() and net.weights[0]["U"].any()


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh", "gelu", "normal_cdf"])
@pytest.mark.parametrize("seed", range(3))
def test_auto_takes_the_scheme_whose_gradients_keep_their_size_best(activation, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(100, 20)), rng.integers(0, 3, 100)
    far = {}
    for scheme in ("glorot", "he", "glorot-plain"):
        net = Network([*(Dense(24, activation) for _ in range(5)), Dense(3)], "softmax")
        neural.initialise(net, x, y, scheme=scheme, seed=seed)
        seen = net.forward(x)
        net.backward(seen, y, net.views(np.empty_like(net.parameters)))
        arrived = np.linalg.norm(seen[0].dz) / np.sqrt(seen[0].dz.size)
        sent = np.linalg.norm(seen[-1].dz) / np.sqrt(seen[-1].dz.size)
        far[scheme] = abs(np.log(arrived / sent))
        if scheme == neural.initialise(auto := net, x, y, seed=seed):
            chosen = scheme, auto.parameters.copy()
            neural.initialise(net, x, y, scheme=scheme, seed=seed)
            assert np.array_equal(chosen[1], net.parameters)
    assert far[chosen[0]] == min(far.values())


def refused(call, *words):
    with pytest.raises(InputError) as caught:
        call()
    said = str(caught.value)
    for word in words:
        assert word in said, said


def test_shapes_that_do_not_chain_are_named():
    refused(
        lambda: Network([LSTM(3), GRU(4), Dense(1)]),
        "layer 2 (GRU(4))",
        "expected sequences of shape (n, times, inputs)",
        "got rows of shape (n, inputs)",
    )
    refused(lambda: Network([Dense(3), LSTM(4)]), "layer 2 (LSTM(4))", "expected sequences", "got rows")
    refused(lambda: Network([LSTM(3, sequences=True), Dense(1)]), "layer 2", "expected rows", "got sequences")
    refused(lambda: Network([GRU(3, sequences=True)]), "layer 1", "one output a row", "one at every time")
    weights = [{"W": np.ones((2, 3)), "b": np.zeros(3)}, {"W": np.ones((4, 1)), "b": np.zeros(1)}]
    refused(
        lambda: Network([Dense(3, "tanh"), Dense(1)], weights=weights),
        "layer 2 (Dense(1, 'identity'))",
        "(3, 1)",
        "(4, 1)",
    )
    net = Network([Dense(1)], weights=[{"W": np.ones((2, 1)), "b": np.zeros(1)}])
    refused(lambda: net.probabilities(np.ones((5, 3))), "layer 1", "expected 2 inputs; got 3")
    refused(lambda: net.probabilities(np.ones(3)), "layer 1", "expected rows", "got shape (3,)")
    refused(lambda: Network([]), "a layer")
    refused(lambda: Dense(0), "1 or more; got 0")
    refused(lambda: Dense(2.5), "whole number")


def test_targets_that_do_not_fit_are_named_with_their_layer():
    x = np.ones((4, 2))
    softmax = Network([Dense(3)], "softmax")
    refused(lambda: neural.train(softmax, x, [0, 1, 2, 3]), "layer 1", "whole numbers from 0 to 2; got 3")
    refused(lambda: neural.train(softmax, x, [0, 1, 0.5, 2]), "whole numbers", "got 0.5")
    refused(lambda: neural.train(softmax, x, [0, 1]), "(4,)", "(2,)")
    binary = Network([Dense(1)])
    refused(lambda: neural.train(binary, x, [0, 1, 2, 1]), "numbers from 0 to 1; got 2")
    refused(lambda: neural.train(binary, x, [0, 1, np.nan, 1]), "got nan")
    refused(lambda: neural.train(Network([Dense(2)], "multilabel"), x, [0, 1, 0, 1]), "(4, 2)", "(4,)")


def test_an_unknown_name_is_answered_with_those_that_look_alike():
    refused(lambda: Dense(3, "sigmod"), "'sigmod'", "sigmoid", "identity and step")
    refused(lambda: Dense(3, "relo"), "'relo'", "relu")
    refused(lambda: Dense(3, "logit"), "logit is no activation")
    refused(lambda: Dense(3, "softmax"), "softmax is no activation")
    refused(lambda: Network([Dense(1)], "hinge"), "'hinge'", "binary, multilabel, softmax, squared")
    refused(
        lambda: neural.train(Network([Dense(1)]), [[1.0]], [1], init="xavier"), "'xavier'", "auto, glorot"
    )
    refused(lambda: Adam(-1), "rate must be above 0; got -1")
    refused(lambda: GradientDescent(np.nan), "rate must be above 0")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_data_that_are_no_numbers_are_refused_with_their_row(bad, dtype):
    x, y = noise()
    x = x.astype(dtype)
    x[[4, 9], 2] = bad
    net = Network([Dense(3, "tanh"), Dense(1)])
    said = "x is missing or infinite in 2 of 60 rows, first in row 4"
    refused(lambda: neural.train(net, x, y), said)
    refused(lambda: neural.learn(x, y), said)
    neural.train(net, x[10:], y[10:], epochs=1)
    before = net.parameters.copy()
    refused(lambda: net.probabilities(x), said)
    refused(lambda: neural.train(net, x[10:], y[10:], held_out=(x, y)), said)
    refused(lambda: neural.train(Network([GRU(2), Dense(1)]), x[:, None], y), said)
    assert np.array_equal(net.parameters, before)


def test_large_numbers_that_are_finite_are_not_refused():
    x = np.full((3, 2), 3e38, np.float32)  # whose sum is not
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Network([Dense(1)]).rows(x).shape == (3, 2)


def test_missing_labels_are_no_class_of_their_own():
    x, _ = noise()
    refused(lambda: neural.learn(x, np.where(np.arange(60) < 30, np.nan, 1.0)), "y is missing")
    refused(lambda: neural.learn(x, np.ones(60)), "y has 1 class; expected two or more")
    refused(lambda: neural.learn(x, np.ones(59)), "(60, 10)", "(59,)")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch", [5, 1000])
@pytest.mark.parametrize("activation", ["relu", "identity", "tanh"])
def test_a_loss_that_is_no_number_stops_with_the_last_good_weights(dtype, batch, activation):
    x, y = noise()
    x = x.astype(dtype)
    net = Network([Dense(8, activation), Dense(6, "relu"), Dense(1)])
    rate = 1e30 if dtype == np.float32 else 1e200
    history = neural.train(net, x, y, optimiser=GradientDescent(rate), epochs=30, batch=batch, seed=1)
    assert "layer " in history.stopped and "are not finite" in history.stopped
    assert history.stopped.endswith("The weights of the step before were kept; use a smaller rate")
    assert "step" in history.stopped and history.stopped.startswith("in epoch ")
    assert np.isfinite(net.parameters).all()
    assert np.isfinite(net.loss(x, y))
    assert all(np.isfinite(epoch.loss) for epoch in history.epochs)


def test_the_step_and_the_layer_are_the_right_ones():
    """Weights for which the second layer overflows at the second step: the first one is kept, as replayed by hand."""
    x, y = np.array([[1.0], [1.0]]), np.array([0.5, 0.5])
    weights = [{"W": [[1e150]], "b": [0.0]}, {"W": [[1e5]], "b": [0.0]}]
    net = Network([Dense(1, "identity"), Dense(1)], weights=weights)
    history = neural.train(net, x, y, optimiser=GradientDescent(1e10), epochs=3, batch=1)
    # The first step takes 1e10 * 0.5 * 1e150 off the weight of layer 2, whose output is then some -1e310.
    assert history.stopped.startswith("in epoch 1, at step 2, the outputs of layer 2 (Dense(1, 'identity'))")
    assert net.weights[0]["W"][0, 0] == 1e150
    assert net.weights[1]["W"][0, 0] == 1e5
    assert history.best == 0 and len(history.epochs) == 1


def test_a_last_step_too_far_is_taken_back():
    x, y = noise()
    net = Network([Dense(8, "relu"), Dense(8, "relu"), Dense(1)])
    neural.initialise(net, x, y)
    before = net.parameters.copy()
    history = neural.train(net, x, y, optimiser=GradientDescent(1e200), epochs=1, batch=60)
    assert "in epoch 1, after its last step, the outputs of layer 2" in history.stopped
    assert np.array_equal(net.parameters, before)


def test_weights_too_large_to_begin_with_are_refused():
    weights = [{"W": [[1e200]], "b": [0.0]}, {"W": [[1e200]], "b": [0.0]}]
    net = Network([Dense(1, "relu"), Dense(1)], weights=weights)
    refused(lambda: neural.train(net, [[1.0], [2.0]], [0, 1]), "before the first step", "layer 2")
