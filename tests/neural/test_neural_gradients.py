"""Gradients against complex-step derivatives of networks written out in NumPy (`neural_twins`), and against PyTorch."""

from __future__ import annotations

import os
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neural_twins as twins
from ogive import functions, neural
from ogive._base import InputError
from ogive.neural import GRU, LSTM, Dense, Network

WITHIN = 1e-10  # of the largest number of each array of weights
HEADS = ("binary", "softmax", "multilabel", "squared")
SIZES, FEW = st.integers(1, 5), st.integers(1, 4)


def drawn(net, inputs, rng, spread=1.0, dtype=np.float64):
    """Give a network weights, none of them 0, biases included."""
    net.allocate(inputs, dtype)
    net.parameters[...] = spread * rng.normal(size=net.parameters.size)
    return net


def targets(net, rows, rng):
    units = net.layers[-1].units
    if net.head.labels:
        return rng.integers(0, units, rows)
    return rng.integers(0, 2, (rows, units)).astype(float)


def same(found, expected, within=WITHIN):
    """Compare weights name by name, each by the largest number of its array."""
    for layer, (part, other) in enumerate(zip(found, expected, strict=True)):
        assert part.keys() == other.keys()
        for name, array in part.items():
            assert array.shape == other[name].shape
            room = within * np.abs(other[name]).max()
            assert np.abs(array - other[name]).max() <= room, (layer, name)


def check(net, x, y):
    same(net.gradient(x, y), net.views(twins.gradient(net, x, y)))
    assert net.loss(x, y) == pytest.approx(twins.loss(net, net.parameters + 0j, x, y).real, rel=1e-13)


def usable():
    names = ["identity", "step"]
    for name in functions.FAMILY:
        try:
            names.append(neural.activation(name).name)
        except InputError:
            continue
    return names


def test_the_twins_have_every_activation():
    assert sorted(twins.ACTIVATIONS) == sorted(usable())


@pytest.mark.parametrize("name", [n for n in twins.ACTIVATIONS if n != "step"])
def test_an_imaginary_step_gives_the_slopes_that_mpmath_gives(name):
    at = np.array([-4.1, -1.3, -0.2, 0.3, 0.9, 2.7, 5.2])
    found = twins.ACTIVATIONS[name](at + twins.STEP * 1j).imag / twins.STEP
    with mpmath.workdps(40):
        exact = [float(mpmath.diff(lambda z: high(name, z), mpmath.mpf(float(z)))) for z in at]
    np.testing.assert_allclose(found, exact, rtol=1e-13, atol=1e-17)


def high(name, z):
    """Return a value of the function to 40 digits, from its formula in the catalogue's words."""
    exp, log, tanh, one = mpmath.exp, mpmath.log, mpmath.tanh, mpmath.mpf(1)
    s, phi = 1 / (1 + exp(-z)), mpmath.ncdf(z)
    scale, alpha = mpmath.mpf("1.0507009873554804934"), mpmath.mpf("1.6732632423543772848")
    return {
        "identity": lambda: z,
        "sigmoid": lambda: s,
        "log_sigmoid": lambda: log(s),
        "log1m_sigmoid": lambda: log(1 - s),
        "softplus": lambda: log(1 + exp(z)),
        "tanh": lambda: tanh(z),
        "hard_sigmoid": lambda: min(max(z / 6 + one / 2, 0), 1),
        "softsign": lambda: z / (1 + abs(z)),
        "arctan_sigmoid": lambda: 2 / mpmath.pi * mpmath.atan(mpmath.pi * z / 2),
        "algebraic_sigmoid": lambda: z / mpmath.sqrt(1 + z**2),
        "normal_cdf": lambda: phi,
        "cloglog_inverse": lambda: 1 - exp(-exp(z)),
        "gompertz": lambda: exp(-exp(-z)),
        "relu": lambda: max(z, 0),
        "leaky_relu": lambda: z if z > 0 else z / 100,
        "prelu": lambda: z if z > 0 else z / 4,
        "elu": lambda: z if z > 0 else exp(z) - 1,
        "elu_alpha": lambda: z if z > 0 else exp(z) - 1,
        "selu": lambda: scale * (z if z > 0 else alpha * (exp(z) - 1)),
        "gelu": lambda: z * phi,
        "gelu_tanh": lambda: (
            z / 2 * (1 + tanh(mpmath.sqrt(2 / mpmath.pi) * (z + mpmath.mpf("0.044715") * z**3)))
        ),
        "silu": lambda: z * s,
        "swish": lambda: z * s,
        "mish": lambda: z * tanh(log(1 + exp(z))),
        "binary_cross_entropy": lambda: log(1 + exp(z)) - z,
        "focal_loss": lambda: -((1 - s) ** 2) * log(s),
    }[name]()


@pytest.mark.parametrize("name", sorted(twins.ACTIVATIONS))
@settings(max_examples=8)
@given(rows=SIZES, inputs=SIZES, hidden=st.lists(SIZES, min_size=1, max_size=3), seed=st.integers(0, 10**6))
def test_dense_layers(name, rows, inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    net = drawn(Network([*(Dense(units, name) for units in hidden), Dense(2)], "softmax"), inputs, rng)
    check(net, rng.normal(size=(rows, inputs)), targets(net, rows, rng))


@pytest.mark.parametrize("head", HEADS)
@settings(max_examples=12)
@given(
    rows=SIZES, inputs=SIZES, units=SIZES, size=st.sampled_from([0.1, 1.0, 30.0]), seed=st.integers(0, 10**6)
)
def test_heads(head, rows, inputs, units, size, seed):
    """Logits of any size: near 0 and in the tails, where one over a probability would overflow."""
    rng = np.random.default_rng(seed)
    net = drawn(Network([Dense(units + (head == "softmax"))], head), inputs, rng, size)
    check(net, rng.normal(size=(rows, inputs)), targets(net, rows, rng))


@pytest.mark.parametrize("head", HEADS)
def test_targets_between_0_and_1(head):
    rng = np.random.default_rng(3)
    net = drawn(Network([Dense(4, "tanh"), Dense(2)], head), 3, rng)
    y = targets(net, 6, rng) if net.head.labels else rng.random((6, 2))
    check(net, rng.normal(size=(6, 3)), y)


CELLS = {
    "lstm": lambda a, b: [LSTM(a), Dense(b)],
    "gru": lambda a, b: [GRU(a), Dense(b)],
    "lstm, logits of its own": lambda a, b: [LSTM(b)],
    "lstm on lstm": lambda a, b: [LSTM(a, sequences=True), LSTM(b), Dense(b, "tanh"), Dense(b)],
    "gru on gru": lambda a, b: [GRU(a, sequences=True), GRU(b), Dense(b)],
    "gru on lstm on gru": lambda a, b: [GRU(a, sequences=True), LSTM(b, sequences=True), GRU(a), Dense(b)],
}


@pytest.mark.parametrize("layers", CELLS.values(), ids=CELLS.keys())
@settings(max_examples=5)
@given(rows=FEW, times=st.integers(1, 6), inputs=FEW, a=FEW, b=FEW, seed=st.integers(0, 10**6))
def test_cells(layers, rows, times, inputs, a, b, seed):
    rng = np.random.default_rng(seed)
    net = drawn(Network(layers(a, b), "multilabel"), inputs, rng)
    check(net, rng.normal(size=(rows, times, inputs)), targets(net, rows, rng))


@settings(max_examples=20)
@given(rows=SIZES, inputs=SIZES, units=SIZES, seed=st.integers(0, 10**6))
def test_what_a_pass_keeps_are_derivatives_of_the_loss(rows, inputs, units, seed):
    """Gradients in weighted sums and outputs of a middle layer, by an imaginary step in each."""
    rng = np.random.default_rng(seed)
    net = drawn(Network([Dense(units, "gelu"), Dense(units, "sigmoid"), Dense(1)]), inputs, rng)
    x, y = rng.normal(size=(rows, inputs)), rng.integers(0, 2, (rows, 1)).astype(float)
    seen = net.forward(x)
    net.backward(seen, y, net.views(np.empty_like(net.parameters)))
    last = net.weights[2]
    for place in np.ndindex(rows, units):
        z, out = seen[1].z + 0j, seen[1].y + 0j
        z[place] += twins.STEP * 1j
        out[place] += twins.STEP * 1j
        for name, moved in (("dz", twins.sigmoid(z)), ("dy", out)):
            exact = twins.LOSSES["binary"](moved @ last["W"] + last["b"], y).mean().imag / twins.STEP
            assert getattr(seen[1], name)[place] == pytest.approx(exact, rel=WITHIN)
        slope = twins.sigmoid(z)[place].imag / twins.STEP
        assert seen[1].slope[place] == pytest.approx(slope, rel=WITHIN)


def torch():
    module = pytest.importorskip("torch", reason="PyTorch is not installed")
    module.set_num_threads(1)
    return module


def torch_activation(name):
    """Return PyTorch's own function where it has one, else the formula in its operations."""
    t = torch()
    f = t.nn.functional
    own = {
        "identity": lambda z: z,
        "step": lambda z: (z > 0).double() + 0 * z,
        "sigmoid": t.sigmoid,
        "log_sigmoid": f.logsigmoid,
        "log1m_sigmoid": lambda z: f.logsigmoid(-z),
        "softplus": lambda z: f.softplus(z, threshold=1000),
        "tanh": t.tanh,
        "hard_sigmoid": lambda z: t.clamp(z / 6 + 0.5, 0, 1),  # its own has 1/6 to float32 alone in the slope
        "softsign": f.softsign,
        "arctan_sigmoid": lambda z: 2 / t.pi * t.atan(t.pi * z / 2),
        "algebraic_sigmoid": lambda z: z * t.rsqrt(1 + z * z),
        "normal_cdf": t.special.ndtr,
        "cloglog_inverse": lambda z: -t.expm1(-t.exp(z)),
        "gompertz": lambda z: t.exp(-t.exp(-z)),
        "relu": t.relu,
        "leaky_relu": f.leaky_relu,
        "prelu": lambda z: f.prelu(z, t.tensor([0.25], dtype=z.dtype)),
        "elu": f.elu,
        "elu_alpha": f.elu,
        "selu": f.selu,
        "gelu": f.gelu,
        "gelu_tanh": lambda z: f.gelu(z, approximate="tanh"),
        "silu": f.silu,
        "swish": f.silu,
        "mish": lambda z: z * t.tanh(f.softplus(z, threshold=1000)),
        "binary_cross_entropy": lambda z: f.binary_cross_entropy_with_logits(
            z, t.ones_like(z), reduction="none"
        ),
        "focal_loss": lambda z: -((1 - t.sigmoid(z)) ** 2) * f.logsigmoid(z),
    }
    return own[name]


def torch_loss(net, logits, y):
    t = torch()
    f = t.nn.functional
    y = t.from_numpy(y)
    if net.head.name == "softmax":
        return f.cross_entropy(logits, y)
    if net.head.name == "squared":
        return ((t.sigmoid(logits) - y) ** 2).sum(dim=1).mean() / 2
    return f.binary_cross_entropy_with_logits(logits, y, reduction="none").sum(dim=1).mean()


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("name", sorted(twins.ACTIVATIONS))
def test_dense_networks_have_the_gradients_of_pytorch(name, head):
    t = torch()
    for seed in range(3):
        rng = np.random.default_rng(seed)
        rows, inputs, *units = rng.integers(2, 20, 5)
        net = drawn(
            Network([*(Dense(u, name) for u in units[:-1]), Dense(units[-1])], head), inputs, rng, 0.5
        )
        x, y = rng.normal(size=(rows, inputs)), targets(net, rows, rng)
        weights = [{k: t.from_numpy(a).requires_grad_() for k, a in part.items()} for part in net.weights]
        out = t.from_numpy(x)
        for layer, w in zip(net.layers, weights, strict=True):
            out = torch_activation(layer.activation.name)(out @ w["W"] + w["b"])
        loss = torch_loss(net, out, y)
        loss.backward()
        assert net.loss(x, y) == pytest.approx(loss.item(), rel=1e-12)
        same(net.gradient(x, y), [{k: a.grad.numpy() for k, a in part.items()} for part in weights])


def torch_cell(cell, weights):
    """Return PyTorch's cell with the same weights; its two biases of most sums are one of ours."""
    t = torch()
    kind = t.nn.LSTM if isinstance(cell, LSTM) else t.nn.GRU
    other = kind(len(weights["W"]), cell.units, batch_first=True, dtype=t.float64)
    second = np.zeros_like(weights["b"])
    if isinstance(cell, GRU):
        second[2 * cell.units :] = weights["c"]
    with t.no_grad():
        for name, array in (
            ("weight_ih_l0", weights["W"].T),
            ("weight_hh_l0", weights["U"].T),
            ("bias_ih_l0", weights["b"]),
            ("bias_hh_l0", second),
        ):
            getattr(other, name).copy_(t.from_numpy(np.ascontiguousarray(array)))
    return other


def torch_cell_gradient(cell, other):
    found = {
        "W": other.weight_ih_l0.grad.numpy().T,
        "U": other.weight_hh_l0.grad.numpy().T,
        "b": other.bias_ih_l0.grad.numpy(),
    }
    if isinstance(cell, GRU):
        found["c"] = other.bias_hh_l0.grad.numpy()[2 * cell.units :]
    return found


@pytest.mark.parametrize("kind", [LSTM, GRU])
@pytest.mark.parametrize("seed", range(6))
def test_cells_have_values_and_gradients_of_pytorch(kind, seed):
    t = torch()
    rng = np.random.default_rng(seed)
    rows, times, inputs, first, second, classes = rng.integers(1, 12, 6)
    net = drawn(
        Network([kind(first, sequences=True), kind(second), Dense(classes)], "multilabel"), inputs, rng, 0.7
    )
    x, y = rng.normal(size=(rows, times, inputs)), targets(net, rows, rng)
    cells = [torch_cell(net.layers[k], net.weights[k]) for k in (0, 1)]
    w = {k: t.from_numpy(a).requires_grad_() for k, a in net.weights[2].items()}
    series, _ = cells[0](t.from_numpy(x))
    outputs, _ = cells[1](series)
    torch_loss(net, outputs[:, -1] @ w["W"] + w["b"], y).backward()
    seen = net.forward(x)
    np.testing.assert_allclose(seen[0].y, series.detach().numpy(), rtol=0, atol=1e-14)
    np.testing.assert_allclose(seen[1].gates["h"], outputs.detach().numpy(), rtol=0, atol=1e-14)
    expected = [torch_cell_gradient(net.layers[k], cells[k]) for k in (0, 1)]
    same(net.gradient(x, y), [*expected, {k: a.grad.numpy() for k, a in w.items()}])


def test_gates_by_name_are_those_of_an_lstm_cell_in_pytorch():
    """The state too, which the layer of PyTorch gives at the last time alone."""
    t = torch()
    rng = np.random.default_rng(0)
    net = drawn(Network([LSTM(3), Dense(1)]), 2, rng)
    x = rng.normal(size=(4, 5, 2))
    gates = net.forward(x)[0].gates
    _, (h, c) = torch_cell(net.layers[0], net.weights[0])(t.from_numpy(x))
    np.testing.assert_allclose(gates["h"][:, -1], h[0].detach().numpy(), rtol=0, atol=1e-14)
    np.testing.assert_allclose(gates["c"][:, -1], c[0].detach().numpy(), rtol=0, atol=1e-14)
    w, before = net.weights[0], gates["h"][:, 1]
    for name in "ifo":
        exact = twins.sigmoid(twins.gate(w, "ifgo", name, x[:, 2], before) + 0j).real
        np.testing.assert_allclose(gates[name][:, 2], exact, rtol=1e-13)


EVERY = {
    "dense": ([Dense(5, "gelu"), Dense(4, "sigmoid"), Dense(3)], "softmax", (7, 3)),
    "step": ([Dense(5, "step"), Dense(1)], "binary", (7, 3)),
    "cells": ([LSTM(4, sequences=True), GRU(5), Dense(2)], "multilabel", (7, 6, 3)),
    "squared": ([GRU(4, sequences=True), LSTM(5), Dense(2)], "squared", (7, 6, 3)),
}


@pytest.mark.parametrize(("layers", "head", "shape"), EVERY.values(), ids=EVERY.keys())
def test_float32_stays_float32_from_input_to_gradient(layers, head, shape):
    rng = np.random.default_rng(1)
    net = drawn(Network(layers, head), 3, rng, 0.5, np.float32)
    x = rng.normal(size=shape).astype(np.float32)
    y = targets(net, len(x), rng)
    seen = net.forward(net.rows(x))
    gradient = net.views(np.empty_like(net.parameters))
    net.backward(seen, net.targets(y, len(x)), gradient)
    for one in seen:
        arrays = [one.x, one.z, one.y, one.dy, one.dz, *one.gates.values()]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert net.probabilities(x).dtype == np.float32
    wide = Network(
        layers, head, weights=[{k: a.astype(float) for k, a in part.items()} for part in net.weights]
    )
    same(gradient, wide.gradient(x.astype(float), y), within=2e-5)  # some 200 roundings of 6e-8
    for optimiser in (neural.Adam(0.01, weight_decay=0.1), neural.GradientDescent(0.1, momentum=0.9)):
        neural.train(net, x, y, optimiser=optimiser, epochs=2, batch=3)
        assert net.parameters.dtype == np.float32
    assert np.isfinite(net.parameters).all()


LEARNING = """
import hashlib
import numpy as np
from ogive.neural import GRU, Dense, Network, learn, train

rng = np.random.default_rng(0)
x = rng.normal(size=(512, 160))
y = (x[:, 0] * x[:, 1] > 0).astype(int)
print(hashlib.sha256(learn(x, y, hidden=(160, 160), epochs=2, batch=256).probabilities(x)).hexdigest())
cell = Network([GRU(48), Dense(1)])
train(cell, x.reshape(512, 10, 16)[:, :4], y, epochs=1, batch=256)
print(hashlib.sha256(cell.parameters).hexdigest())
"""


def test_the_same_seed_gives_the_same_bits_for_any_number_of_threads():
    found = []
    for threads in ("1", "2"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OGIVE_NUM_THREADS")
        found.append(
            subprocess.run(
                [sys.executable, "-c", LEARNING],
                env=os.environ | dict.fromkeys(names, threads),
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
    assert found[0].count("\n") == 2
    assert found[0] == found[1]


def test_another_seed_gives_other_bits():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
    nets = [Network([Dense(3, "tanh"), Dense(1)]) for _ in range(3)]
    for net, seed in zip(nets, (7, 7, 8), strict=True):
        neural.train(net, x, y, epochs=2, seed=seed)
    assert np.array_equal(nets[0].parameters, nets[1].parameters)
    assert not np.array_equal(nets[0].parameters, nets[2].parameters)
