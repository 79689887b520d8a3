"""Closed forms against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from ogive._base import chi_square_tail, normal_quantile, normal_tails, student_quantile


def test_normal():
    for z in (0.0, 0.3, -1.96, 8.0, 30.0):
        assert normal_tails(z) == pytest.approx(2 * special.ndtr(-abs(z)), rel=1e-13)
    for level in (1e-6, 0.5, 0.9, 0.95, 0.9999999):
        assert normal_quantile(level) == pytest.approx(special.ndtri(0.5 + level / 2), rel=1e-9)


@pytest.mark.parametrize("df", [1, 2, 3, 4, 7, 20, 99, 100, 1999])
def test_chi_square(df):
    for x in [0.0, 1e-9, 0.5, 3.84, df / 2, float(df), 1.5 * df + 9, 3.0 * df + 40]:
        assert chi_square_tail(x, df) == pytest.approx(special.chdtrc(df, x), rel=1e-10, abs=1e-300)


@pytest.mark.parametrize("df", [1.0, 7.5, 299.0, 300.0, 302.0, 5000.0, 1e7])
def test_student(df):
    for level in (0.5, 0.8, 0.95, 0.99, 0.999):
        expected = special.stdtrit(df, 0.5 + level / 2)
        assert student_quantile(level, df) == pytest.approx(expected, rel=1e-10)
    assert np.isfinite(student_quantile(0.95, df))
