"""What takes part in a benchmark: a library with one of its solvers and the input that suits it best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.problems import Data, Vector

Fit = Callable[[float], Vector]

# Tolerances to try, loosest first. A Newton step gains digits so fast that powers of ten are fine enough.
NEWTON = tuple(10.0**-k for k in range(2, 13))
FIRST_ORDER = tuple(10.0 ** (-k / 2) for k in range(5, 25))


@dataclass(frozen=True)
class Contender:
    """One library and solver.

    Parameters
    ----------
    name : str
        Library first, then solver.
    load : callable
        Turns a table into the input that is best for this contender; that is not timed. Returns the function
        that is: from a tolerance to the coefficients, intercept first, in the order of `Data`.
    tolerances : tuple of float
        To try, loosest first.
    exact : bool
        Whether the tightest tolerance gives the optimum to the last digits. L-BFGS cannot: it stops when
        the objective stops falling in floating point, with half of the digits of the coefficients.
    """

    name: str
    load: Callable[[Data], Fit]
    tolerances: tuple[float, ...]
    exact: bool = True


def joined(intercept: Any, coef: Any) -> Vector:
    """Return intercept and coefficients as one vector."""
    return np.concatenate([np.ravel(intercept), np.ravel(coef)]).astype(np.float64)
