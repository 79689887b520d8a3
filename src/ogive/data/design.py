"""A design matrix in blocks: numbers, one-hot codes, sparse columns. It is only ever multiplied, never expanded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive._kernels import CoreDesign


@dataclass(frozen=True, eq=False)
class DenseBlock:
    """Columns of numbers, read in place whatever their strides.

    Attributes
    ----------
    values : ndarray of shape (n, k), float32 or float64
        float32 is not copied to float64. Other types are converted once.
    fill : ndarray of shape (k,), optional
        What stands for NaN in each column. Without it NaN must not occur.
    """

    values: NDArray[Any]
    fill: Vector | None = None

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.ndim != 2:
            raise InputError(
                f"a dense block needs two dimensions, got {values.ndim}.", "reshape it to (rows, columns)"
            )
        if values.dtype not in (np.float32, np.float64) or not values.dtype.isnative:
            values = values.astype(np.float64)
        object.__setattr__(self, "values", values)
        if self.fill is not None:
            object.__setattr__(self, "fill", np.ascontiguousarray(self.fill, dtype=np.float64))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.values.shape[0])

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.values.shape[1])

    def add_to(self, core: CoreDesign) -> None:
        """Append the block to a compiled design."""
        core.add_dense(self.values, self.fill)

    def column(self, j: int) -> Vector:
        """Column `j` as float64, NaN replaced."""
        x = self.values[:, j].astype(np.float64)
        if self.fill is not None:
            x[np.isnan(x)] = self.fill[j]
        return x


@dataclass(frozen=True, eq=False)
class CodesBlock:
    """One-hot columns held as one integer a row.

    Attributes
    ----------
    codes : ndarray of int32, shape (n,)
        0 .. levels - 1; -1 contributes nothing.
        They are read in place, not copied, and must not be changed while the block is in use.
    levels : int
        Number of levels.
    reference : int or None
        The level that has no column of its own; None gives every level one.
    """

    codes: NDArray[np.int32]
    levels: int
    reference: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", np.ascontiguousarray(self.codes, dtype=np.int32))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.codes.shape[0])

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.levels - (self.reference is not None)

    def add_to(self, core: CoreDesign) -> None:
        """Append the block to a compiled design."""
        core.add_codes(self.codes, self.levels, -1 if self.reference is None else self.reference)

    def level(self, j: int) -> int:
        """Level of column `j`."""
        return j + (self.reference is not None and j >= self.reference)

    def column(self, j: int) -> Vector:
        """Column `j` as zeros and ones."""
        return np.asarray(self.codes == self.level(j), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class SparseBlock:
    """Columns of a SciPy sparse matrix or array, kept as compressed rows."""

    matrix: Any

    def __post_init__(self) -> None:
        matrix = self.matrix.tocsr()
        if not matrix.has_canonical_format:
            matrix = matrix.copy() if matrix is self.matrix else matrix
            matrix.sum_duplicates()
        object.__setattr__(self, "matrix", matrix)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.matrix.shape[1])

    def add_to(self, core: CoreDesign) -> None:
        """Append the block to a compiled design."""
        m = self.matrix
        core.add_sparse(
            np.ascontiguousarray(m.indptr, dtype=np.int64),
            np.ascontiguousarray(m.indices, dtype=np.int32),
            np.ascontiguousarray(m.data, dtype=np.float64),
            self.width,
        )

    def column(self, j: int) -> Vector:
        """Column `j`, zeros included."""
        x: Vector = self.matrix[:, [j]].toarray().ravel().astype(np.float64)
        return x


Block = DenseBlock | CodesBlock | SparseBlock


class Design:
    """A design matrix of blocks side by side.

    Parameters
    ----------
    blocks : sequence of DenseBlock, CodesBlock or SparseBlock
        All with the same number of rows.
    rows : int, optional
        Number of rows where there are no blocks.

    Raises
    ------
    InputError
        If the blocks differ in their number of rows.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import CodesBlock, DenseBlock, Design
    >>> age = DenseBlock(np.array([[63.0], [41.0], [57.0]]))
    >>> colour = CodesBlock(np.array([0, 2, 1]), levels=3, reference=0)
    >>> design = Design([age, colour])
    >>> design.shape
    (3, 3)
    >>> design.matvec(np.array([0.1, 1.0, 2.0]))
    array([6.3, 6.1, 6.7])
    """

    def __init__(self, blocks: Sequence[Block], rows: int | None = None) -> None:
        self.blocks = tuple(blocks)
        sizes = {block.rows for block in self.blocks} | ({rows} if rows is not None else set())
        if len(sizes) != 1:
            raise InputError(f"blocks must have the same number of rows, got {sorted(sizes)}.")
        self.core = CoreDesign(sizes.pop())
        for block in self.blocks:
            block.add_to(self.core)
        self._zeros, self._ones = np.zeros(self.core.columns), np.ones(self.core.columns)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.core.rows, self.core.columns

    def matvec(self, coef: Vector) -> Vector:
        """`X @ coef`, shape (n,)."""
        return self.core.matvec(np.append(np.asarray(coef, dtype=np.float64), 0.0), self._zeros, self._ones)

    def rmatvec(self, residual: Vector) -> Vector:
        """`X.T @ residual`, shape (p,)."""
        residual = np.ascontiguousarray(residual, dtype=np.float64)
        return self.core.rmatvec(residual, False, self._zeros, self._ones)[:-1]

    def gram(self, weights: Vector) -> Vector:
        """`X.T @ diag(weights) @ X`, shape (p, p)."""
        weights = np.ascontiguousarray(weights, dtype=np.float64)
        return self.core.gram(weights, self._zeros, self._ones)[:-1, :-1]

    def column(self, j: int) -> Vector:
        """Column `j` as float64, shape (n,)."""
        for block in self.blocks:
            if j < block.width:
                return block.column(j)
            j -= block.width
        raise IndexError(j)
