"""The family as a whole: complete, real ufuncs with their operations and facts; facts against known numbers."""

from __future__ import annotations

import math
import pickle

import mpmath
import numpy as np
import pytest

from ogive import InputError
from ogive import functions as F
from ogive._kernels import FUNCTIONS
from ogive.functions.about import ABOUT, INVERSES, OTHER_NAMES
from ogive.functions.family import CURVES

FACTS = ("domain", "range", "limits", "slope_limits", "max_slope", "zero_centred", "monotone", "saturates")


def members(*names: str):
    """Of these names the compiled ones."""
    return [name for name in names if name in F.FAMILY]


def test_every_compiled_function_is_described_and_every_described_one_compiled() -> None:
    assert set(FUNCTIONS) == set(ABOUT) == set(F.FAMILY)
    assert set(OTHER_NAMES.values()) <= set(ABOUT)


@pytest.mark.parametrize("name", F.FAMILY)
def test_members_are_ufuncs_that_say_what_they_are(name: str) -> None:
    function = F.FAMILY[name]
    assert isinstance(function, np.ufunc) and function is getattr(F, name) is FUNCTIONS[name]["value"]
    assert function.__name__ == name
    assert function.formula and function.use and function.source
    assert function.formula in function.__doc__
    for operation in set(FUNCTIONS[name]) - {"value", "inverse"}:
        assert getattr(function, operation) is FUNCTIONS[name][operation]


@pytest.mark.parametrize("name", CURVES)
def test_facts_are_there(name: str) -> None:
    function = F.FAMILY[name]
    for fact in FACTS:
        assert hasattr(function, fact)
    low, high = function.range
    assert low < high and low <= min(function.limits) and max(function.limits) <= high
    assert function.max_slope >= max(map(abs, function.slope_limits))


@pytest.mark.parametrize("name", members(*INVERSES))
def test_members_that_undo_each_other_know_it(name: str) -> None:
    assert F.FAMILY[name].inverse is F.FAMILY[INVERSES[name]]


# NumPy pickles a ufunc by looking for its name in every module, its own deprecated ones among them.
@pytest.mark.filterwarnings("ignore:numpy.core:DeprecationWarning")
@pytest.mark.parametrize("name", F.FAMILY)
def test_members_and_their_operations_can_be_pickled(name: str) -> None:
    for operation in FUNCTIONS[name]:
        ufunc = F.FAMILY[name] if operation == "value" else getattr(F.FAMILY[name], operation)
        assert pickle.loads(pickle.dumps(ufunc)) is ufunc


def test_facts_of_the_sigmoid() -> None:
    s = F.sigmoid
    assert (s.range, s.limits, s.max_slope, s.slope_limits) == ((0.0, 1.0), (0.0, 1.0), 0.25, (0.0, 0.0))
    assert s.monotone and not s.zero_centred
    low, high = s.saturates["float64"]
    # The formula is 1 from 53 log 2 on, the correctly rounded value from 54 log 2 on.
    assert 53 * math.log(2) <= high <= 54 * math.log(2) + 1e-9
    assert low == pytest.approx(-745.1332191019412, abs=1e-9)
    low, high = s.saturates["float32"]
    assert 24 * math.log(2) <= high <= 25 * math.log(2) + 1e-6
    assert low == pytest.approx(-103.972, abs=1e-3)


# Infimum and supremum of the values, and of the absolute slope; those that have no closed form by mpmath.
def _extremum(value, start: float) -> float:
    mpmath.mp.dps = 40
    return float(value(mpmath.findroot(lambda x: mpmath.diff(value, x), start)))


KNOWN = {
    "tanh": ((-1.0, 1.0), 1.0, True, True),
    "softplus": ((0.0, math.inf), 1.0, False, True),
    "log_sigmoid": ((-math.inf, 0.0), 1.0, False, True),
    "logit": ((-math.inf, math.inf), math.inf, True, True),
    "hard_sigmoid": ((0.0, 1.0), 1 / 6, False, True),
    "softsign": ((-1.0, 1.0), 1.0, True, True),
    "arctan_sigmoid": ((-1.0, 1.0), 1.0, True, True),
    "algebraic_sigmoid": ((-1.0, 1.0), 1.0, True, True),
    "normal_cdf": ((0.0, 1.0), 1 / math.sqrt(2 * math.pi), False, True),
    "gompertz": ((0.0, 1.0), 1 / math.e, False, True),
    "cloglog_inverse": ((0.0, 1.0), 1 / math.e, False, True),
    "relu": ((0.0, math.inf), 1.0, False, True),
    "leaky_relu": ((-math.inf, math.inf), 1.0, False, True),
    "elu": ((-1.0, math.inf), 1.0, False, True),
    "silu": (
        (_extremum(lambda x: x / (1 + mpmath.exp(-x)), -1.3), math.inf),
        _extremum(lambda x: mpmath.diff(lambda t: t / (1 + mpmath.exp(-t)), x), 2.4),
        False,
        False,
    ),
    "gelu": (
        (_extremum(lambda x: x * mpmath.ncdf(x), -0.75), math.inf),
        _extremum(lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x), 1.4),
        False,
        False,
    ),
}


@pytest.mark.parametrize("name", [name for name in KNOWN if name in CURVES])
def test_computed_facts_are_the_known_ones(name: str) -> None:
    (low, high), slope, odd, monotone = KNOWN[name]
    function = F.FAMILY[name]
    assert function.range == pytest.approx((low, high), rel=1e-14, abs=1e-15)
    assert function.max_slope == pytest.approx(slope, rel=1e-14)
    assert (function.zero_centred, function.monotone) == (odd, monotone)


@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_beyond_its_ends_a_saturated_function_is_at_its_limit(name: str, kind: type) -> None:
    curve = CURVES[name]
    for end, limit, beyond in zip(
        curve.saturates[kind.__name__], curve.limits, (-np.inf, np.inf), strict=True
    ):
        if end is None:
            continue
        # Close to the end rounding goes both ways by turns, further out it does not.
        x = end + np.sign(beyond) * (3 * abs(end) + np.geomspace(1e-3, 1e30, 1001))
        assert np.all(curve.values(np.array([end, *x], dtype=kind)) == limit)
        inside = np.nextafter(np.array([end], dtype=kind), -kind(beyond))
        assert curve.values(inside)[0] != limit


def test_names_are_found_and_mistakes_get_a_suggestion() -> None:
    assert F.named("log-sigmoid") == "log_sigmoid"
    assert F.named(F.softplus) == "softplus"
    with pytest.raises(InputError, match="did you mean 'sigmoid'"):
        F.named("sigmod")
    with pytest.raises(InputError, match="did you mean 'sigmoid'"):
        F.named("expit")
    with pytest.raises(InputError, match="--list"):
        F.named("zzz")
    with pytest.raises(AttributeError, match="nothing"):
        F.family.nothing
