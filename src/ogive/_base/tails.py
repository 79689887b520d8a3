"""Tail probabilities and quantiles of the classical distributions, where closed forms serve.

SciPy has them all, but importing it takes as long as a small fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from ogive._base.errors import InputError

# From these degrees of freedom on the expansion of Student's quantile is exact to 11 digits up to a level of 0.999.
MANY_DEGREES = 300


def normal_tails(z: float) -> float:
    """P(|Z| > |z|) of a standard normal: the tails themselves, which 1 - cdf would lose from z = 8.3 on.

    >>> round(normal_tails(1.96), 5)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def normal_quantile(level: float) -> float:
    """Z with P(|Z| < z) = `level` (0 < level < 1).

    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1; got {level:g}.", "use 0.95 for a 95 % interval")
    return NormalDist().inv_cdf(0.5 + level / 2)


def chi_square_tail(x: float, df: int) -> float:
    """P(X > x) of a chi-square with whole degrees of freedom (Abramowitz and Stegun 26.4.4 and 26.4.5).

    With h = x/2: a Poisson sum of h^k exp(-h)/k! for even df, erfc(sqrt(h)) and half-integer terms for odd.

    >>> round(chi_square_tail(3.841, 1), 4), round(chi_square_tail(5.991, 2), 4)
    (0.05, 0.05)
    """
    h = x / 2
    if h <= 0:
        return 1.0
    odd = df % 2 / 2
    powers = (k + odd for k in range(df // 2))
    terms = [math.exp(k * math.log(h) - h - math.lgamma(k + 1)) for k in powers]
    return min(math.fsum([math.erfc(math.sqrt(h)) if odd else 0.0, *terms]), 1.0)


def f_tail(x: float, df: float, residual_df: float) -> float:
    """P(F > x) of Fisher's distribution.

    >>> round(f_tail(4.351, 1, 20), 3)
    0.05
    """
    from scipy.special import fdtrc  # noqa: PLC0415  (takes a tenth of a second)

    return float(fdtrc(df, residual_df, x))


def student_tails(t: float, df: float) -> float:
    """P(|T| > |t|) of Student's distribution.

    >>> round(student_tails(2.086, 20), 3)
    0.05
    """
    from scipy.special import stdtr  # noqa: PLC0415  (takes a tenth of a second)

    return float(2 * stdtr(df, -abs(t)))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values for their number (Holm 1979): the k-th smallest of m times m - k + 1, kept increasing.

    >>> holm([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    known = sorted((value, i) for i, value in enumerate(p_values) if value is not None)
    adjusted, most = list(p_values), 0.0
    for k, (value, i) in enumerate(known):
        most = max(most, min(value * (len(known) - k), 1.0))
        adjusted[i] = most
    return adjusted


def student_quantile(level: float, df: float) -> float:
    """T with P(|T| < t) = `level` of Student's distribution; by expansion about the normal (26.7.5) where df is large.

    >>> round(student_quantile(0.95, 10), 3), round(student_quantile(0.95, 1000), 3)
    (2.228, 1.962)
    """
    z = normal_quantile(level)
    if df < MANY_DEGREES:
        from scipy.special import stdtrit  # noqa: PLC0415  (takes a tenth of a second)

        return float(stdtrit(df, 0.5 + level / 2))
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / df + g2 / df**2 + g3 / df**3 + g4 / df**4
