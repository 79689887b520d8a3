"""Coefficients of the kernels' polynomials: weighted minimax fits, printed as C++ constants.

    python cpp/coefficients.py > cpp/kernels/coefficients.hpp

Each polynomial, or quotient of two, is the best in the sense of Chebyshev: Remez exchange on the relative error of the
whole function, in 40 digits. Coefficients are then rounded to the type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import mpmath as mp
import numpy as np

mp.mp.dps = 40

Real = mp.mpf
Samples = list[tuple[Real, Real, Real]]  # x, f(x) and the weight of an error there


def chebyshev(low: Real, high: Real, count: int) -> list[Real]:
    """Return points of an interval, densest at its ends; none is the middle, where a weight may be 0."""
    middle, half = (low + high) / 2, (high - low) / 2
    return [middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]


def extrema(errors: list[Real], count: int) -> list[int]:
    """Return the place of the largest error in each stretch of one sign, at most `count` of them."""
    peaks: list[int] = []
    for i, error in enumerate(errors):
        if peaks and mp.sign(error) == mp.sign(errors[peaks[-1]]):
            if abs(error) > abs(errors[peaks[-1]]):
                peaks[-1] = i
        else:
            peaks.append(i)
    while len(peaks) > count:
        peaks.pop(0 if abs(errors[peaks[0]]) < abs(errors[peaks[-1]]) else -1)
    return peaks


def remez(samples: Samples, degree: int, below: int = 0) -> tuple[list[Real], list[Real]]:
    """Return numerator and denominator (of degree `below`, its constant 1) with the least largest weighted error."""
    size = degree + 1 + below
    nodes = [round(i * (len(samples) - 1) / size) for i in range(size + 1)]
    top, bottom = [mp.mpf(0)], [mp.mpf(1)]
    for _ in range(40):
        for _ in range(5 if below else 1):  # the level stands beside the denominator of the step before
            matrix, right = mp.matrix(size + 1, size + 1), mp.matrix(size + 1, 1)
            for i, node in enumerate(nodes):
                x, value, w = samples[node]
                row = [w * x**j for j in range(degree + 1)] + [-w * value * x**j for j in range(1, below + 1)]
                for j, entry in enumerate([*row, (-1) ** i * mp.polyval(bottom[::-1], x)]):
                    matrix[i, j] = entry
                right[i] = w * value
            solution = list(mp.lu_solve(matrix, right))
            top, bottom, level = (
                solution[: degree + 1],
                [mp.mpf(1), *solution[degree + 1 : size]],
                abs(solution[size]),
            )
        errors = [w * (v - mp.polyval(top[::-1], x) / mp.polyval(bottom[::-1], x)) for x, v, w in samples]
        peaks = extrema(errors, size + 1)
        if len(peaks) <= size or max(abs(errors[i]) for i in peaks) < level * mp.mpf("1.002"):
            break
        nodes = peaks
    return top, bottom


def rounded(value: Real, dtype: type) -> Real:
    """Return the nearest number of the type."""
    if dtype is np.float32:
        unit = mp.mpf(2) ** (int(mp.floor(mp.log(abs(value), 2))) - 23)
        return mp.nint(value / unit) * unit
    return mp.mpf(float(value))


def literal(value: Real, dtype: type) -> str:
    """Return a number as C++ writes it without loss."""
    return float(value).hex() + ("f" if dtype is np.float32 else "")


@dataclass
class Fit:
    """What is fitted: `value` and `weight` at the points `x`, all functions of a parameter between two limits."""

    what: str
    low: Real
    high: Real
    value: Callable[[Real], Real]
    weight: Callable[[Real], Real]
    x: Callable[[Real], Real] = lambda t: t
    below: int = 0

    def print(self, name: str, degree: int, dtype: type = np.float64, **scalars: Real) -> None:
        """Print the struct with the coefficients for one type."""
        count = 40 * (degree + self.below + 1) // 2 * 2
        samples = [(self.x(t), self.value(t), self.weight(t)) for t in chebyshev(self.low, self.high, count)]
        top, bottom = ([rounded(c, dtype) for c in part] for part in remez(samples, degree, self.below))
        errors = (w * abs(v - mp.polyval(top[::-1], x) / mp.polyval(bottom[::-1], x)) for x, v, w in samples)
        kind = "float" if dtype is np.float32 else "double"
        print(f"\n// {self.what}; largest error 2^{float(mp.log(max(errors), 2)):.1f}.")
        print(f"template <>\nstruct {name}<{kind}> {{")
        for key, scalar in scalars.items():
            print(f"  static constexpr {kind} {key} = {literal(rounded(scalar, dtype), dtype)};")
        polynomial("", top, dtype)
        if self.below:
            print("  struct Below {")
            polynomial("  ", bottom, dtype)
            print("  };")
        print("};")


def polynomial(indent: str, coefficients: list[Real], dtype: type) -> None:
    """Print the coefficients, the constant first."""
    kind = "float" if dtype is np.float32 else "double"
    print(f"{indent}  static constexpr int degree = {len(coefficients) - 1};")
    print(f"{indent}  static constexpr {kind} poly[] = {{")
    for c in coefficients:
        print(f"{indent}      {literal(c, dtype)},")
    print(f"{indent}  }};")


def split(value: Real, bits: int) -> tuple[Real, Real]:
    """Return the first bits of a number below 1 and above 1/2, and the rest."""
    high = mp.floor(value * 2**bits) / 2**bits
    return high, value - high


def relative(f: Callable[[Real], Real]) -> Callable[[Real], Real]:
    """Return the weight that makes an error relative to f."""
    return lambda t: 1 / abs(f(t))


def exponential_and_logarithm(dtype: type, bits: int, exp_degree: int, log_degree: int) -> None:
    """Print what exp and log need; `bits` of ln 2 leave room for an exact product with an exponent."""

    def log_rest(z: Real) -> Real:
        s = mp.sqrt(z)
        return (2 * mp.atanh(s) - 2 * s) / (s * z)

    half_ln2 = mp.log(2) / 2 * mp.mpf("1.0001")
    largest = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1) * mp.mpf("1.0001")) ** 2
    high, low = split(mp.log(2), bits)
    what = "(exp(r) - 1 - r)/r^2 for |r| <= ln(2)/2, relative to r"
    fit = Fit(what, -half_ln2, half_ln2, lambda r: (mp.expm1(r) - r) / r**2, abs)
    fit.print("ExpConstants", exp_degree, dtype, log2_e=1 / mp.log(2), ln2_high=high, ln2_low=low)
    what = "(2 atanh(s) - 2 s)/s^3 in s^2, relative to s"
    fit = Fit(what, largest * mp.mpf("1e-9"), largest, log_rest, abs)
    fit.print("LogConstants", log_degree, dtype, sqrt_half=mp.sqrt(mp.mpf(1) / 2), ln2_high=high, ln2_low=low)


def long_exponential() -> None:
    """Print the tail of the exponential in two parts."""
    half_ln2 = mp.log(2) / 2 * mp.mpf("1.0001")
    what = "(exp(r) - 1 - r - r^2/2 - r^3/6)/r^4 for |r| <= ln(2)/2, relative to 1"
    fit = Fit(
        what, -half_ln2, half_ln2, lambda r: (mp.expm1(r) - r - r**2 / 2 - r**3 / 6) / r**4, lambda r: r**4
    )
    fit.print("ExpTail", 9)


def lower_tail(z: Real) -> Real:
    """Return Phi(-z)."""
    return mp.erfc(z / mp.sqrt(2)) / 2


def normal(dtype: type, degree: int, far: str) -> None:
    """Print what is left of Phi(-z) without exp(-z^2/2), after Shepherd and Laframboise (1981)."""
    centre = 4

    def scaled(z: Real) -> Real:
        return (1 + z) * mp.exp(z * z / 2) * lower_tail(z)

    def z_of(q: Real) -> Real:
        return centre * (1 + q) / (1 - q)

    end = (mp.mpf(far) - centre) / (mp.mpf(far) + centre)
    what = f"(1 + z) exp(z^2/2) Phi(-z) in (z - {centre})/(z + {centre}) for 0 <= z <= {far}, relative"
    fit = Fit(what, mp.mpf(-1), end, lambda q: scaled(z_of(q)), lambda q: 1 / scaled(z_of(q)))
    fit.print("TailConstants", degree, dtype, centre=mp.mpf(centre), far=mp.mpf(far))


def normal_quantile() -> None:
    """Print the three pieces of the inverse of Phi: what sqrt(2 pi) r leaves in the middle, sqrt(2) s in the tail."""
    edge, end = mp.mpf("1.44"), mp.mpf("0.180625")  # Phi(edge) - 1/2 is 0.425, the root of end

    def offset(z: Real) -> Real:
        return mp.erf(z / mp.sqrt(2)) / 2

    def depth(z: Real) -> Real:
        return mp.sqrt(-mp.log(lower_tail(z)))

    def middle(z: Real) -> Real:
        return (z / offset(z) - mp.sqrt(2 * mp.pi)) / offset(z) ** 2

    def outside(z: Real) -> Real:
        return z - mp.sqrt(2) * depth(z)

    what = (
        "(z/r - sqrt(2 pi))/r^2 in 0.425^2 - r^2 for |r| < 0.425, where Phi(z) = 1/2 + r, relative to z/r^3"
    )
    fit = Fit(
        what,
        mp.mpf("1e-12"),
        edge**2,
        lambda square: middle(mp.sqrt(square)),
        lambda square: offset(mp.sqrt(square)) ** 3 / mp.sqrt(square),
        lambda square: end - offset(mp.sqrt(square)) ** 2,
        7,
    )
    fit.print("QuantileMiddle", 7, end=end)
    for name, start, low, high in (
        ("QuantileTail", "1.6", "1.4394", "6.66"),
        ("QuantileFar", "5", "6.65", "38.6"),
    ):
        what = f"z - sqrt(2) s in s - {start}, s = sqrt(-log(Phi(-z))), for {low} < z < {high}, relative to z"
        fit = Fit(
            what,
            mp.mpf(low),
            mp.mpf(high),
            outside,
            lambda z: 1 / z,
            lambda z, start=start: depth(z) - mp.mpf(start),
            7,
        )
        fit.print(name, 7, start=mp.mpf(start))


def arctangent() -> None:
    """Print the arctangent and what its inverse needs."""
    quarter = mp.pi / 2
    tiny = mp.mpf("1e-9")
    for name, what, high, degree, f in (
        (
            "ArctanConstants",
            "(2/pi) atan(pi v/2)/v",
            2 / mp.pi,
            20,
            lambda v: mp.atan(quarter * v) / (quarter * v),
        ),
        (
            "TangentConstants",
            "(2/pi) tan(pi v/2)/v",
            mp.mpf(1) / 2,
            14,
            lambda v: mp.tan(quarter * v) / (quarter * v),
        ),
        (
            "SineSquareConstants",
            "sin(pi v/2)^2/v^2",
            mp.mpf(1) / 2,
            8,
            lambda v: (mp.sin(quarter * v) / v) ** 2,
        ),
    ):
        text = f"{what} in v^2 for |v| <= {mp.nstr(high, 5)}, relative"
        Fit(text, tiny, high * mp.mpf("1.0001"), f, relative(f), lambda v: v * v).print(name, degree)


def main() -> None:
    """Print the header."""
    print("// Written by cpp/coefficients.py: constants of the kernels.\n#pragma once\n\nnamespace ogive {\n")
    names: Iterable[str] = (
        *(
            "ExpConstants",
            "LogConstants",
            "ExpTail",
            "TailConstants",
            "QuantileMiddle",
            "QuantileTail",
            "QuantileFar",
        ),
        *("ArctanConstants", "TangentConstants", "SineSquareConstants"),
    )
    for name in names:
        print(f"template <class T>\nstruct {name};")
    exponential_and_logarithm(np.float64, 42, 10, 6)
    exponential_and_logarithm(np.float32, 15, 5, 3)
    long_exponential()
    normal(np.float64, 23, "38.9")
    normal(np.float32, 10, "14.9")
    normal_quantile()
    arctangent()
    print("\n}  // namespace ogive")


if __name__ == "__main__":
    main()
