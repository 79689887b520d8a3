"""The loops around the functions: a value depends on its argument alone, wherever it lies and whoever computes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ogive import _core
from ogive._kernels import FUNCTIONS, set_thread_count

KINDS = (np.float16, np.float32, np.float64)
ALL = [
    pytest.param(ufunc, id=f"{name}-{operation}")
    for name, operations in FUNCTIONS.items()
    if operations["value"].signature is None
    for operation, ufunc in operations.items()
]


def arguments(ufunc: np.ufunc, n: int, dtype: type, seed: int = 0) -> list[np.ndarray]:
    """Numbers of every size, the special ones among them; a second argument is a parameter."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n) * np.exp(rng.normal(size=n) * 2)
    x[: n // 4] = rng.random(n // 4)
    x[:6] = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0]
    return [x.astype(dtype), *(rng.random(n).astype(dtype) for _ in range(ufunc.nin - 1))]


def results(ufunc: np.ufunc, *x: np.ndarray) -> tuple[np.ndarray, ...]:
    """The results, always as a tuple, as bits: NaN equals NaN."""
    made = ufunc(*x)
    made = made if isinstance(made, tuple) else (made,)
    return tuple(np.where(np.isnan(y), np.array(np.nan, y.dtype), y).view(f"u{y.itemsize}") for y in made)


def same(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("ufunc", ALL)
def test_same_bits_wherever_a_number_lies(ufunc):
    for dtype in KINDS:
        x = arguments(ufunc, 203, dtype)
        whole = results(ufunc, *x)
        for start in (1, 2, 3, 5, 8, 13):
            assert same(results(ufunc, *(v[start:] for v in x)), tuple(y[start:] for y in whole))
        assert same(results(ufunc, *(v[::-1] for v in x)), tuple(y[::-1] for y in whole))
        assert same(results(ufunc, *(v[::3] for v in x)), tuple(y[::3] for y in whole))
        alone = [results(ufunc, *(v[i] for v in x)) for i in range(60)]
        assert all(same(one, tuple(y[i] for y in whole)) for i, one in enumerate(alone))
        if ufunc.nout == 1:
            into = [v.copy() for v in x]
            ufunc(*into, out=into[0])
            np.testing.assert_array_equal(into[0], ufunc(*x))


@pytest.mark.parametrize(
    "ufunc", [FUNCTIONS["sigmoid"]["value"], FUNCTIONS["sigmoid"]["value_and_derivative"]]
)
def test_same_bits_for_any_number_of_threads(ufunc):
    try:
        for dtype in KINDS:
            x = arguments(ufunc, 600_011, dtype)
            seen = []
            for count in (1, 2, 3):
                set_thread_count(count)
                seen.append(results(ufunc, *x))
            assert same(seen[0], seen[1])
            assert same(seen[0], seen[2])
    finally:
        set_thread_count()


@pytest.mark.parametrize("ufunc", ALL)
def test_no_floating_point_warning_for_finite_numbers(ufunc):
    for dtype in KINDS:
        x = [np.where(np.isfinite(v), v, dtype(0.5)) for v in arguments(ufunc, 1001, dtype)]
        with np.errstate(all="raise"):
            ufunc(*x)
            ufunc(*(v[0] for v in x))
            ufunc(*(v[::2] for v in x))


@pytest.mark.parametrize("ufunc", ALL)
def test_nan_is_kept(ufunc):
    for dtype in KINDS:
        made = ufunc(dtype(np.nan), *[dtype(0.5)] * (ufunc.nin - 1))
        assert np.isnan(made).all()


@pytest.mark.parametrize("ufunc", ALL)
def test_types_and_empty_arrays(ufunc):
    for dtype in KINDS:
        made = ufunc(*(np.zeros((0, 3), dtype) for _ in range(ufunc.nin)))
        for y in made if isinstance(made, tuple) else (made,):
            assert (y.dtype, y.shape) == (dtype, (0, 3))
    assert np.asarray(ufunc(*[1] * ufunc.nin)).dtype == np.float64
    for wrong in ("text", 1j, object()):
        with pytest.raises(TypeError):
            ufunc(*[wrong] * ufunc.nin)


def test_no_clone_calls_the_fma_of_the_library():
    """It is slow where it is emulated; a kernel that was not compiled for its clone would call it."""
    assert b"\0fma\0" not in Path(_core.__file__).read_bytes()
    assert b"\0fmaf\0" not in Path(_core.__file__).read_bytes()


def test_clones_agree_to_their_last_digits(tmp_path):
    program = (
        "import sys, numpy as np; from ogive._kernels import FUNCTIONS; x = np.linspace(-30, 30, 20001); "
        "y = [u(x) for o in FUNCTIONS.values() for u in o.values() if u.nin == u.nout == 1 and not u.signature]; "
        "np.save(sys.argv[1], np.array(y))"
    )
    made = {}
    for clone in ("baseline", "v3", "v4"):
        path = tmp_path / f"{clone}.npy"
        subprocess.run(
            [sys.executable, "-c", program, str(path)], env={**os.environ, "OGIVE_ISA": clone}, check=True
        )
        made[clone] = np.load(path)
    np.testing.assert_array_equal(made["v4"], made["v3"])  # the same arithmetic on wider registers
    np.testing.assert_allclose(made["baseline"], made["v3"], rtol=1e-11, atol=1e-15)
