"""One step in the open: against the same numbers computed by hand, by finite differences, and by the network itself."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from ogive._base import InputError, decode, encode
from ogive.neural import LSTM, Dense, GradientDescent, Network, Trace, descend, initialise, trace_step

ROW, TARGET, RATE = [0.5, 0.8], 1.0, 0.5


def unit(loss: str = "binary", activation: str = "identity", weights=((0.4,), (-0.6,)), bias: float = 0.1):
    return Network([Dense(1, activation)], loss, weights=[{"W": weights, "b": [bias]}])


def value(trace: Trace, step: str, name: str, what: str = "value") -> np.ndarray:
    node = trace.node(step, name)
    assert node is not None, f"{step} has no {name}"
    return getattr(node, what)


def close(got: np.ndarray, wanted) -> None:
    np.testing.assert_allclose(np.ravel(got), np.ravel(wanted), rtol=1e-13, atol=0)


def test_one_step_by_cross_entropy_as_computed_by_hand() -> None:
    z = 0.4 * 0.5 - 0.6 * 0.8 + 0.1
    p = 1 / (1 + exp(-z))
    assert round(z, 10) == -0.18 and round(p, 4) == 0.4551
    trace = trace_step(unit(), ROW, TARGET, rate=RATE)
    close(value(trace, "weighted sum", "z"), z)
    close(value(trace, "output", "p"), p)
    close(value(trace, "compare", "L"), -log(p))
    close(value(trace, "gradient", "p", "chain"), -1 / p)
    close(value(trace, "gradient", "z", "local"), p * (1 - p))
    close(value(trace, "gradient", "z", "chain"), p - 1)
    close(value(trace, "gradient", "W", "local"), ROW)
    close(value(trace, "gradient", "W", "chain"), [(p - 1) * 0.5, (p - 1) * 0.8])
    close(value(trace, "gradient", "b", "chain"), p - 1)
    close(value(trace, "gradient", "x", "chain"), [(p - 1) * 0.4, (p - 1) * -0.6])
    close(value(trace, "update", "W"), [0.4 - 0.5 * (p - 1) * 0.5, -0.6 - 0.5 * (p - 1) * 0.8])
    close(value(trace, "update", "b"), 0.1 - 0.5 * (p - 1))


def test_one_step_by_squared_error_keeps_the_slope() -> None:
    p = 1 / (1 + exp(0.18))
    trace = trace_step(unit("squared"), ROW, TARGET, rate=RATE)
    close(value(trace, "compare", "L"), (p - 1) ** 2 / 2)
    close(value(trace, "gradient", "p", "chain"), p - 1)
    close(value(trace, "gradient", "z", "chain"), (p - 1) * p * (1 - p))
    close(value(trace, "update", "b"), 0.1 - 0.5 * (p - 1) * p * (1 - p))


def test_an_output_that_is_no_probability() -> None:
    trace = trace_step(unit("squared-output", "tanh"), ROW, TARGET, rate=RATE)
    h = np.tanh(-0.18)
    close(value(trace, "output", "h"), h)
    close(value(trace, "gradient", "h", "chain"), h - 1)
    np.testing.assert_allclose(value(trace, "gradient", "z", "local"), [[1 - h**2]], rtol=1e-14)
    np.testing.assert_allclose(value(trace, "gradient", "z", "chain"), [[(h - 1) * (1 - h**2)]], rtol=1e-14)
    assert trace.node("output", "p") is None


NETWORKS = [
    ([Dense(3, "tanh"), Dense(1)], "binary", [1.0, 0.0, 0.25, 1.0]),
    ([Dense(4, "sigmoid"), Dense(3, "gelu"), Dense(2)], "softmax", [0, 1, 1, 0]),
    ([Dense(3, "silu"), Dense(2, "softplus")], "multilabel", [[1, 0], [0, 0], [1, 1], [0.5, 1]]),
    ([Dense(2, "tanh"), Dense(1)], "squared", [1.0, 0.0, 1.0, 1.0]),
    ([Dense(2, "tanh"), Dense(2, "sigmoid")], "squared-output", [[1, 0], [0, 0], [1, 1], [0.5, 1]]),
]


@pytest.mark.parametrize(("layers", "loss", "y"), NETWORKS, ids=[loss for _, loss, _ in NETWORKS])
@pytest.mark.parametrize("rows", [1, 4])
def test_layers_and_batches(layers: list[Dense], loss: str, y: list, rows: int) -> None:
    x, y = np.random.default_rng(3).normal(size=(4, 3))[:rows], y[:rows]
    net = Network(layers, loss)
    initialise(net, x, y, scheme="he", seed=1)
    trace, before = trace_step(net, x, y, rate=0.3), net.parameters.copy()
    for k, gradient in enumerate(net.gradient(x, y), 1):
        for name, array in gradient.items():
            np.testing.assert_array_equal(value(trace, "gradient", f"{name}{k}", "chain"), array)
            np.testing.assert_array_equal(value(trace, "update", f"{name}{k}", "chain"), array)
            np.testing.assert_allclose(
                value(trace, "update", f"{name}{k}"), net.weights[k - 1][name] - 0.3 * array, rtol=1e-15
            )
    # the chain in x, by central differences of the loss of an unchanged network
    differences = np.empty_like(x)
    for at in np.ndindex(x.shape):
        aside = np.zeros_like(x)
        aside[at] = 1e-5
        differences[at] = (net.loss(x + aside, y) - net.loss(x - aside, y)) / 2e-5
    np.testing.assert_allclose(value(trace, "gradient", "x", "chain"), differences, rtol=1e-6, atol=1e-9)
    np.testing.assert_array_equal(net.parameters, before)
    mean = value(trace, "compare", "L").mean()
    assert mean == pytest.approx(net.loss(x, y), rel=1e-14)


def test_the_chain_is_the_product_of_local_derivatives() -> None:
    net = Network([Dense(3, "tanh"), Dense(2, "gelu"), Dense(1)])
    x, y = np.random.default_rng(0).normal(size=(5, 2)), [1, 0, 1, 1, 0]
    initialise(net, x, y)
    trace = trace_step(net, x, y)
    back = value(trace, "gradient", "p", "local") * value(trace, "gradient", "z3", "local")
    for layer in (3, 2, 1):
        if layer < 3:
            back = back * value(trace, "gradient", f"z{layer}", "local")
        np.testing.assert_allclose(value(trace, "gradient", f"z{layer}", "chain"), back, rtol=1e-12)
        weights = value(trace, "gradient", f"W{layer}", "local").T @ back
        np.testing.assert_allclose(value(trace, "gradient", f"W{layer}", "chain"), weights, rtol=1e-12)
        back = back @ value(trace, "gradient", f"h{layer - 1}" if layer > 1 else "x", "local").T
    np.testing.assert_allclose(value(trace, "gradient", "x", "chain"), back, rtol=1e-12)


def test_nodes_come_in_the_order_of_computing() -> None:
    net = Network(
        [Dense(2, "relu"), Dense(1)],
        weights=[{"W": np.ones((1, 2)), "b": [0, 0]}, {"W": [[1], [2]], "b": [0]}],
    )
    steps = [(node.step, node.name) for node in trace_step(net, [1.0], 0).nodes]
    forward = ["x", "y", "W1", "b1", "W2", "b2", "z1", "h1", "z2", "p", "L"]
    back = ["p", "z2", "W2", "b2", "h1", "z1", "W1", "b1", "x"]
    assert [name for _, name in steps] == [*forward, *back, "W1", "b1", "W2", "b2"]
    order = [
        "initialise",
        "weighted sum",
        "output",
        "weighted sum",
        "output",
        "compare",
        "gradient",
        "update",
    ]
    assert [
        step for step, after in zip(steps, [*steps[1:], ("", "")], strict=True) if step[0] != after[0]
    ] == [
        (step, name) for step, name in zip(order, ["b2", "z1", "h1", "z2", "p", "L", "x", "b2"], strict=True)
    ]


def test_a_record_goes_through_json_and_back() -> None:
    trace = trace_step(unit(), ROW, TARGET, rate=RATE)
    back = decode(encode(trace), Trace)
    assert encode(back) == encode(trace) and repr(back) == repr(trace)
    assert "∂L/∂z = ∂L/∂p ∂p/∂z = p - y" in repr(trace)


def test_saturated_outputs_have_no_infinite_derivative() -> None:
    trace = trace_step(unit(weights=((-3000.0,), (0.0,))), ROW, 1)  # p rounds to 0, and -1 / p is infinite
    assert trace.node("gradient", "p") is None
    assert (
        value(trace, "gradient", "z", "chain").item() == -1 and value(trace, "compare", "L").item() == 1499.9
    )
    faint = trace_step(unit(weights=((80.0,), (0.0,))), ROW, 1)  # p rounds to 1
    assert value(faint, "gradient", "z", "chain").item() == pytest.approx(-exp(-40.1), rel=1e-12)
    assert value(faint, "gradient", "p", "chain").item() == pytest.approx(-1, rel=1e-12)


def test_descending_is_step_after_step() -> None:
    net, copy = unit(), unit()
    descent = descend(net, ROW, TARGET, rate=RATE, steps=20)
    optimiser = GradientDescent(RATE)
    for step in range(20):
        assert descent.losses[step] == copy.loss([ROW], [TARGET])
        after = trace_step(copy, ROW, TARGET, rate=RATE)
        gradient = np.concatenate([part.ravel() for part in copy.gradient([ROW], [TARGET])[0].values()])
        optimiser.step(copy.parameters, gradient, np.zeros(3))
        np.testing.assert_array_equal(value(after, "update", "W"), copy.weights[0]["W"])
    np.testing.assert_array_equal(net.parameters, copy.parameters)
    assert len(descent.losses) == len(descent.outputs) == 21
    assert descent.outputs[-1].item() == copy.probabilities([ROW]).item()
    assert descent.losses[-1] < descent.losses[0]


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="expected 2 inputs; got 3"):
        trace_step(unit(), [1, 2, 3], 1)
    with pytest.raises(InputError, match="no weights yet"):
        trace_step(Network([Dense(1)]), ROW, 1)
    with pytest.raises(InputError, match="numbers from 0 to 1; got 2"):
        trace_step(unit(), ROW, 2)
    with pytest.raises(InputError, match="rate must be above 0"):
        trace_step(unit(), ROW, 1, rate=0)
    with pytest.raises(InputError, match=r"layer 1 is LSTM\(3"):
        trace_step(Network([LSTM(3), Dense(1)]), np.zeros((1, 4, 2)), [1])
    with pytest.raises(InputError, match="missing or infinite"):
        trace_step(unit(), [0.5, np.nan], 1)


def test_numbers_too_large_are_refused_where_they_arise() -> None:
    with pytest.raises(InputError, match=r"'compare', L = \(h - y\)² / 2 is too large"):
        trace_step(unit("squared-output", "relu", weights=((1e200,), (0.0,))), ROW, 1)
    with pytest.raises(InputError, match="'weighted sum', z = x W"):
        trace_step(unit(weights=((1e308,), (0.0,))), [10, 0], 1)
    with pytest.raises(InputError, match=r"after \d+ steps numbers are no longer finite"):
        descend(unit("squared-output"), [3.0, 4.0], 1, rate=10, steps=500)
