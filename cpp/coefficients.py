"""Coefficients of the kernels' polynomials: weighted minimax fits, printed as C++ constants.

    python cpp/coefficients.py > cpp/kernels/coefficients.hpp

Each polynomial is the best in the sense of Chebyshev: Remez exchange on the relative error of the whole function, in 60
digits. Coefficients are rounded to the working precision one after the other, the lowest power first, and the rest is
fitted again each time, so that rounding costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp
import numpy as np

mp.mp.dps = 60

Function = Callable[[mp.mpf], mp.mpf]


def remez(f: Function, weight: Function, size: int, low: mp.mpf, high: mp.mpf) -> list[mp.mpf]:
    """Return the `size` coefficients of the polynomial with the least largest `weight * |f - p|` on [low, high]."""
    middle, half = (low + high) / 2, (high - low) / 2
    count = 40 * size  # even, so that no point is the middle of the interval, where a weight may be 0
    dense = [middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]
    values = [(f(x), weight(x)) for x in dense]
    nodes = [round(i * (count - 1) / size) for i in range(size + 1)]
    coefficients: list[mp.mpf] = []
    for _ in range(40):
        matrix, right = mp.matrix(size + 1, size + 1), mp.matrix(size + 1, 1)
        for i, node in enumerate(nodes):
            value, w = values[node]
            for j in range(size):
                matrix[i, j] = w * dense[node] ** j
            matrix[i, size], right[i] = (-1) ** i, w * value
        solution = mp.lu_solve(matrix, right)
        coefficients, level = list(solution[:size]), abs(solution[size])
        errors = [w * (v - mp.polyval(coefficients[::-1], x)) for x, (v, w) in zip(dense, values, strict=True)]
        peaks: list[int] = []  # the extremum of each stretch of one sign
        for i, error in enumerate(errors):
            if peaks and mp.sign(error) == mp.sign(errors[peaks[-1]]):
                if abs(error) > abs(errors[peaks[-1]]):
                    peaks[-1] = i
            else:
                peaks.append(i)
        while len(peaks) > size + 1:
            peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
        if len(peaks) <= size or max(abs(errors[i]) for i in peaks) < level * mp.mpf("1.002"):
            break
        nodes = peaks
    return coefficients


def rounded(value: mp.mpf, dtype: type) -> mp.mpf:
    """Return the nearest number of the type."""
    if dtype is np.float32:
        exponent = int(mp.floor(mp.log(abs(value), 2)))
        unit = mp.mpf(2) ** (exponent - 23)
        return mp.nint(value / unit) * unit
    return mp.mpf(float(value))


def fit(f: Function, weight: Function, degree: int, low: mp.mpf, high: mp.mpf, dtype: type = np.float64) -> tuple[list[mp.mpf], mp.mpf]:
    """Return minimax coefficients, each rounded to a number of the type, and the largest error."""
    done = [rounded(c, dtype) for c in remez(f, weight, degree + 1, low, high)]
    points = (low + (high - low) * i / 2001 for i in range(2002))
    return done, max(weight(x) * abs(f(x) - mp.polyval(done[::-1], x)) for x in points)


def literal(value: mp.mpf, dtype: type) -> str:
    return float(value).hex() + ("f" if dtype is np.float32 else "")


def struct(name: str, dtype: type, scalars: dict[str, mp.mpf], poly: list[mp.mpf], what: str, worst: mp.mpf) -> None:
    """Print the constants of one function and one type."""
    kind = "float" if dtype is np.float32 else "double"
    print(f"\n// poly: {what}; largest error 2^{float(mp.log(worst, 2)):.1f}.")
    print(f"template <>\nstruct {name}<{kind}> {{")
    for key, value in scalars.items():
        print(f"  static constexpr {kind} {key} = {literal(value, dtype)};")
    print(f"  static constexpr int degree = {len(poly) - 1};")
    print(f"  static constexpr {kind} poly[] = {{")
    for c in poly:
        print(f"      {literal(c, dtype)},")
    print("  };\n};")


def split(value: mp.mpf, bits: int, dtype: type) -> tuple[mp.mpf, mp.mpf]:
    """Return the first bits of a number below 1 and above 1/2, and the rest."""
    high = mp.floor(value * 2**bits) / 2**bits
    return high, rounded(value - high, dtype)


def main() -> None:
    print("// Written by cpp/coefficients.py: constants of the kernels.\n#pragma once\n\nnamespace ogive {\n")
    print("template <class T>\nstruct ExpConstants;\ntemplate <class T>\nstruct LogConstants;")
    half_ln2 = mp.log(2) / 2 * mp.mpf("1.0001")
    top = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
    largest = (top * mp.mpf("1.0001")) ** 2

    def exp_rest(r: mp.mpf) -> mp.mpf:
        return (mp.expm1(r) - r) / r**2

    def log_rest(z: mp.mpf) -> mp.mpf:
        s = mp.sqrt(z)
        return (2 * mp.atanh(s) - 2 * s) / (s * z)

    for dtype, bits, exp_degree, log_degree in ((np.float64, 42, 9, 6), (np.float32, 15, 5, 3)):
        high, low = split(mp.log(2), bits, dtype)
        ln2 = {"ln2_high": high, "ln2_low": low}
        poly, worst = fit(exp_rest, abs, exp_degree, -half_ln2, half_ln2, dtype)
        what = "(exp(r) - 1 - r)/r^2 for |r| <= ln(2)/2, relative to r"
        struct("ExpConstants", dtype, {"log2_e": 1 / mp.log(2), **ln2}, poly, what, worst)
        poly, worst = fit(log_rest, abs, log_degree, largest * mp.mpf("1e-9"), largest, dtype)
        what = "(2 atanh(s) - 2 s)/s^3 in s^2, relative to s"
        struct("LogConstants", dtype, {"sqrt_half": mp.sqrt(mp.mpf(1) / 2), **ln2}, poly, what, worst)
    print("\n}  // namespace ogive")


if __name__ == "__main__":
    main()
