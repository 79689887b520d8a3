"""Types of the compiled core."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

FUNCTIONS: dict[str, dict[str, np.ufunc]]

def add_brain_float(type: int) -> None: ...
def thread_limit() -> int: ...
def set_thread_limit(n: int) -> None: ...
def cholesky(matrix: Vector, tolerance: float) -> tuple[Vector, int, float]: ...
def cholesky_inverse(factor: Vector) -> Vector: ...
def cholesky_solve(factor: Vector, b: Vector) -> Vector: ...
def roc_area(events: Vector, nonevents: Vector) -> tuple[float, float, float]: ...
def precision_area(events: Vector, nonevents: Vector) -> tuple[float, float, float]: ...
def isotonic_pools(events: Vector, nonevents: Vector) -> NDArray[np.int64]: ...
def count_below(knots: Vector, x: Vector, through: bool = False) -> NDArray[np.int64]: ...
def venn_abers(
    events: Vector, nonevents: Vector
) -> tuple[NDArray[np.int64], Vector, NDArray[np.int64], Vector]: ...
def proper_of_rows(
    p: Vector, y: Vector, weights: Vector | None, certain: float, logs: bool
) -> tuple[float, float, tuple[float, float], tuple[float, float]] | None: ...
def proper_of_table(
    p: Vector, events: Vector, nonevents: Vector, certain: float
) -> tuple[float, float, tuple[float, float], tuple[float, float]] | None: ...
def tally(
    p: Vector, y: Vector, weights: Vector | None = None, logits: bool = False
) -> tuple[Vector, Vector, Vector] | None: ...
def fit_curves(
    shape: str,
    t: Vector,
    before: Vector,
    y: Vector,
    root_weight: Vector,
    offsets: NDArray[np.int64],
    sets: NDArray[np.int64],
    starts: Vector,
    axes: NDArray[np.int64],
    refined: int,
    held: NDArray[np.bool_],
    shared: NDArray[np.bool_],
    given: Vector,
    low: Vector,
    high: Vector,
    noise: int,
    size: float,
) -> tuple[Vector, Vector, NDArray[np.int32], NDArray[np.uint8]]: ...
def curve_scores(
    shape: str,
    t: Vector,
    before: Vector,
    y: Vector,
    root_weight: Vector,
    offsets: NDArray[np.int64],
    z: Vector,
    noise: int,
    size: float,
) -> tuple[Vector, Vector, Vector]: ...
def curve_values(
    shape: str, t: Vector, before: Vector, offsets: NDArray[np.int64], z: Vector
) -> tuple[Vector, Vector]: ...

class Design:
    def __init__(self, rows: int) -> None: ...
    @property
    def rows(self) -> int: ...
    @property
    def columns(self) -> int: ...
    def add_dense(self, values: NDArray[Any], fill: Vector | None = None) -> None: ...
    def add_codes(self, codes: NDArray[np.int32], levels: int, reference: int) -> None: ...
    def add_sparse(
        self, indptr: NDArray[np.int64], indices: NDArray[np.int32], data: Vector, columns: int
    ) -> None: ...
    def matvec(self, coef: Vector, centre: Vector, scale: Vector) -> Vector: ...
    def rmatvec(self, residual: Vector, squares: bool, centre: Vector, scale: Vector) -> Vector: ...
    def gram(self, weights: Vector, centre: Vector, scale: Vector) -> Vector: ...
    def gram_times(self, weights: Vector, coef: Vector, centre: Vector, scale: Vector) -> Vector: ...
    def moments(
        self, weights: Vector | None, centre: Vector, scale: Vector, every: int = 1
    ) -> tuple[float, Vector, Vector, Vector]: ...
    def logistic_pass(
        self,
        coef: Vector,
        y: Vector,
        weights: Vector | None,
        offset: Vector | None,
        centre: Vector,
        scale: Vector,
        hessian: bool,
        curvature: bool,
        every: int,
    ) -> tuple[float, float, Vector, Vector | None, Vector | None]: ...
