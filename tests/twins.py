"""Readable NumPy twins of the compiled kernels: what they compute, written as the formula."""

from __future__ import annotations

import numpy as np

from ogive.data import CodesBlock, DenseBlock, Design, SparseBlock


def expand(design: Design) -> np.ndarray:
    """Every column of a design, one-hot columns written out."""
    columns = [design.column(j) for j in range(design.shape[1])]
    return np.column_stack(columns) if columns else np.zeros((design.shape[0], 0))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def logistic_pass(X, coef, y, weights, offset, centre, scale):
    """Sums of loss, gradient and Hessian in standardised columns, intercept last."""
    Z = np.column_stack([(X - centre) / scale, np.ones(len(y))])
    eta = Z @ coef + offset
    p = sigmoid(eta)
    loss = np.sum(weights * (np.logaddexp(0, eta) - y * eta))
    h = weights * p * sigmoid(-eta)
    return loss, Z.T @ (weights * (p - y)), Z.T @ (h[:, None] * Z), h


def random_design(rng: np.random.Generator, n: int, *, dtype=np.float64, order="C", fill=True) -> Design:
    """Numbers with holes, two one-hot blocks (one with unseen rows and a reference level) and sparse columns."""
    import scipy.sparse

    values = np.asarray(rng.normal(2.0, 3.0, size=(n, 6)), dtype=dtype, order=order)
    values[rng.random((n, 6)) < 0.1] = np.nan if fill else 0.0
    blocks = [
        DenseBlock(values, rng.normal(size=6) if fill else None),
        CodesBlock(rng.integers(-1, 4, n).astype(np.int32), 4, 1),
        CodesBlock(rng.integers(0, 3, n).astype(np.int32), 3),
        SparseBlock(scipy.sparse.random(n, 5, 0.3, format="csr", random_state=1)),
        DenseBlock(rng.normal(size=(n, 2))),
    ]
    return Design(blocks)
