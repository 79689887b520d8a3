"""Calibrators by name, as options and files call them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ogive._base import InputError
from ogive.calibration.beta import BetaCalibration
from ogive.calibration.columns import OneVsRest
from ogive.calibration.dirichlet import DirichletCalibration
from ogive.calibration.isotonic import IsotonicCalibration
from ogive.calibration.platt import PlattScaling
from ogive.calibration.prior import PriorShift
from ogive.calibration.spline import SplineCalibration
from ogive.calibration.temperature import TemperatureScaling
from ogive.calibration.unchanged import Unchanged
from ogive.calibration.vector import VectorScaling
from ogive.calibration.venn_abers import VennAbers

# What takes scores of several classes itself; what is for one event serves them against the rest.
_ANY: dict[str, Callable[..., Any]] = {
    "none": Unchanged,
    "prior shift": PriorShift,
    "temperature": TemperatureScaling,
}
_EVENT: dict[str, Callable[..., Any]] = {
    "platt": PlattScaling,
    "beta": BetaCalibration,
    "spline": SplineCalibration,
    "isotonic": IsotonicCalibration,
    "centred isotonic": partial(IsotonicCalibration, centred=True),
    "venn-abers": VennAbers,
}
_CLASSES: dict[str, Callable[..., Any]] = {"vector": VectorScaling, "dirichlet": DirichletCalibration}

# Names of the calibrators of one event.
METHODS = (*_ANY, *_EVENT)


def by_name(method: str, *, logits: bool = False, classes: int = 2) -> Any:
    """Return a calibrator, which has yet to learn, by the name of its method.

    Parameters
    ----------
    method : str
        "none", "prior shift", "temperature", "platt", "beta", "spline", "isotonic", "centred isotonic" or "venn-abers";
        for several classes also "vector" and "dirichlet".
    logits : bool
        Whether scores are log-odds or decision values instead of probabilities.
    classes : int
        Number of classes. With more than two, methods for one event are taken one class against the rest.

    Raises
    ------
    InputError
        Where there is no such method for that many classes.

    Examples
    --------
    >>> from ogive.calibration import by_name
    >>> by_name("platt"), by_name("platt", logits=True, classes=3)
    (PlattScaling(), OneVsRest(PlattScaling(logits=True)))
    """
    several = classes > 2
    makers = {**_ANY, **_EVENT, **(_CLASSES if several else {})}
    if method not in makers:
        if method in _CLASSES:
            raise InputError(
                f"{method!r} is a method for three classes and more.",
                "beta calibration is its form for two classes",
            )
        raise InputError(f"there is no calibration method {method!r}.", f"choose one of {', '.join(makers)}")
    made = makers[method](logits=logits)
    return OneVsRest(made) if several and method in _EVENT else made
