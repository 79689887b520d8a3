"""Cells that read sequences: LSTM and GRU, their gates by name, and backpropagation through time."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import numpy as np

from ogive.functions import sigmoid, tanh
from ogive.neural.activations import Array
from ogive.neural.layers import Dense, Pass, Weights, whole


class _Cell:
    """What both cells have in common: their size, the shapes of their weights, and the sums over rows and times."""

    takes = 3
    saturates = True
    stacked: ClassVar[str]  # the gates that stand side by side in W, U and b; the candidate is the third

    def __init__(self, units: int, *, sequences: bool = False) -> None:
        self.units, self.sequences = whole(units), bool(sequences)
        self.gives = 3 if sequences else 2

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.units}{', sequences=True' * self.sequences})"

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of W, U and b."""
        wide = len(self.stacked) * self.units
        return {"W": (inputs, wide), "U": (self.units, wide), "b": (wide,)}

    def into(self, weights: Weights, seen: Pass) -> Array:
        """Return the gradient in the input at every time."""
        return seen.dz @ weights["W"].T

    def flat(self, seen: Pass) -> Array:
        """Say where the last candidate passes next to nothing back."""
        return tanh.derivative_from_output(seen.gates[self.stacked[2]][:, -1]) < 0.01  # type: ignore[no-any-return]

    def _parts(self, stacked: Array) -> list[Array]:
        """Return what stands side by side on the last axis, as views."""
        return np.split(stacked, len(self.stacked), axis=-1)

    def _arriving(self, dy: Array, t: int, times: int) -> Array | float:
        """Return what the loss itself sends to the output at t."""
        if self.sequences:
            return dy[:, t]
        return dy if t == times - 1 else 0.0

    def _products(self, gradient: Weights, seen: Pass, before: Array, from_h: Array) -> None:
        """Sum the gradients of W, U and b; `from_h` are those in the sums from the output before."""
        np.matmul(_long(seen.x).T, _long(seen.dz), out=gradient["W"])
        np.matmul(_long(before).T, _long(from_h), out=gradient["U"])
        np.sum(seen.dz, axis=(0, 1), out=gradient["b"])


class LSTM(_Cell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000).

    At each time, from the input x and the output h before:

        input gate  i = σ(x W_i + h U_i + b_i)        candidate    g = tanh(x W_g + h U_g + b_g)
        forget gate f = σ(x W_f + h U_f + b_f)        state        c = f c + i g
        output gate o = σ(x W_o + h U_o + b_o)        output       h = o tanh(c)

    W, U and b hold the four side by side, in the order i, f, g, o. With `sequences` it gives the output at every time,
    for another cell to read, else the last one.

    Examples
    --------
    >>> LSTM(16).shapes(6)
    {'W': (6, 64), 'U': (16, 64), 'b': (64,)}
    """

    stacked = "ifgo"

    def forward(self, weights: Weights, x: Array) -> Pass:
        """Go through time, keeping gates and states."""
        z = x @ weights["W"] + weights["b"]
        gates = {name: np.empty((*x.shape[:2], self.units), x.dtype) for name in "ifgoch"}
        h = c = np.zeros((len(x), self.units), x.dtype)
        for t in range(x.shape[1]):
            z[:, t] += h @ weights["U"]
            i, f, g, o = self._parts(z[:, t])
            i, f, g, o = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)
            c = f * c + i * g
            h = o * tanh(c)
            for name, now in zip("ifgoch", (i, f, g, o, c, h), strict=True):
                gates[name][:, t] = now
        return Pass(x, z, gates["h"] if self.sequences else h, gates=gates)

    def backward(self, weights: Weights, seen: Pass, dy: Array, gradient: Weights) -> None:
        """Go back through time: what reaches h and c at t comes from the loss and from t + 1."""
        i, f, g, o, c, h = (seen.gates[name] for name in "ifgoch")
        c_before, h_before = _before(c), _before(h)
        seen.dy, seen.dz = dy, np.empty_like(seen.z)
        dh, dc = np.zeros_like(h[:, 0]), np.zeros_like(c[:, 0])
        for t in reversed(range(h.shape[1])):
            dh = dh + self._arriving(dy, t, h.shape[1])
            tanh_c = tanh(c[:, t])
            dc = dc + dh * o[:, t] * tanh.derivative_from_output(tanh_c)
            di, df, dg, do = self._parts(seen.dz[:, t])
            di[...] = dc * g[:, t] * sigmoid.derivative_from_output(i[:, t])
            df[...] = dc * c_before[:, t] * sigmoid.derivative_from_output(f[:, t])
            dg[...] = dc * i[:, t] * tanh.derivative_from_output(g[:, t])
            do[...] = dh * tanh_c * sigmoid.derivative_from_output(o[:, t])
            dh, dc = seen.dz[:, t] @ weights["U"].T, dc * f[:, t]
        self._products(gradient, seen, h_before, seen.dz)


class GRU(_Cell):
    """Gated recurrent unit (Cho et al. 2014; the reset gate after the product with U, as in cuDNN).

    At each time, from the input x and the output h before:

        reset gate  r = σ(x W_r + h U_r + b_r)        candidate    n = tanh(x W_n + b_n + r q), q = h U_n + c
        update gate z = σ(x W_z + h U_z + b_z)        output       h = (1 - z) n + z h

    W, U and b hold the three side by side, in the order r, z, n. `sequences` as of `LSTM`.

    Examples
    --------
    >>> GRU(16).shapes(6)
    {'W': (6, 48), 'U': (16, 48), 'b': (48,), 'c': (16,)}
    """

    stacked = "rzn"

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of W, U, b and c."""
        return super().shapes(inputs) | {"c": (self.units,)}

    def forward(self, weights: Weights, x: Array) -> Pass:
        """Go through time, keeping gates and outputs."""
        sums = x @ weights["W"] + weights["b"]
        gates = {name: np.empty((*x.shape[:2], self.units), x.dtype) for name in "rznqh"}
        h = np.zeros((len(x), self.units), x.dtype)
        for t in range(x.shape[1]):
            now, from_h = self._parts(sums[:, t]), self._parts(h @ weights["U"])
            r, z, q = sigmoid(now[0] + from_h[0]), sigmoid(now[1] + from_h[1]), from_h[2] + weights["c"]
            n = tanh(now[2] + r * q)
            h = (1 - z) * n + z * h
            for name, value in zip("rznqh", (r, z, n, q, h), strict=True):
                gates[name][:, t] = value
        return Pass(x, sums, gates["h"] if self.sequences else h, gates=gates)

    def backward(self, weights: Weights, seen: Pass, dy: Array, gradient: Weights) -> None:
        """Go back through time; to the candidate the output before comes through the reset gate."""
        r, z, n, q, h = (seen.gates[name] for name in "rznqh")
        before, from_h = _before(h), np.empty_like(seen.z)
        seen.dy, seen.dz = dy, np.empty_like(seen.z)
        dh = np.zeros_like(h[:, 0])
        for t in reversed(range(h.shape[1])):
            dh = dh + self._arriving(dy, t, h.shape[1])
            dr, dz, dn = self._parts(seen.dz[:, t])
            dn[...] = dh * (1 - z[:, t]) * tanh.derivative_from_output(n[:, t])
            dz[...] = dh * (before[:, t] - n[:, t]) * sigmoid.derivative_from_output(z[:, t])
            dr[...] = dn * q[:, t] * sigmoid.derivative_from_output(r[:, t])
            from_h[:, t] = np.concatenate([dr, dz, dn * r[:, t]], axis=1)
            dh = dh * z[:, t] + from_h[:, t] @ weights["U"].T
        self._products(gradient, seen, before, from_h)
        np.sum(self._parts(from_h)[2], axis=(0, 1), out=gradient["c"])


Layer: TypeAlias = Dense | LSTM | GRU


def _before(states: Array) -> Array:
    """Return the states one time earlier: 0 at first."""
    return np.concatenate([np.zeros_like(states[:, :1]), states[:, :-1]], axis=1)


def _long(sequences: Array) -> Array:
    return sequences.reshape(-1, sequences.shape[-1])
