"""What a layer does to its weighted sums: any function of the catalogue, the identity, or a step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ogive import functions
from ogive._base import InputError

Array = NDArray[Any]
# Sums over these are means over a standard normal; Gauss and Legendre's on either side of 0, where slopes may jump.
_HALF, _PARTS = np.polynomial.legendre.leggauss(80)
_NODES = np.concatenate([-6 * (1 + _HALF), 6 * (1 + _HALF)])
_MASSES = np.tile(_PARTS, 2) * np.exp(-(_NODES**2) / 2)


@dataclass(frozen=True)
class Activation:
    """A function y = f(z), and its slope f'(z) as a function of z and y: of y alone where y tells it.

    `max_slope` is 0.25 for the sigmoid; `saturates` says whether the slope goes to 0 in both directions.
    """

    name: str
    formula: str
    value: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]
    max_slope: float = 1.0
    saturates: bool = False

    @property
    def gain(self) -> float:
        """What weights are multiplied by so that a layer keeps the size of gradients.

        An S-curve works around 0: one over its slope there, 4 for the sigmoid (Glorot and Bengio 2010 assume a slope
        of 1). Of the others, one over the root mean square slope at standard normal sums: √2 for ReLU (He et al. 2015).
        """
        at: Array = np.zeros(1) if self.saturates else _NODES
        squares = self.slope(at, self.value(at)) ** 2
        mean = squares[0] if self.saturates else _MASSES @ squares / _MASSES.sum()
        return float(1 / math.sqrt(mean)) if mean > 0 else 1.0

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return activation, (self.name,)

    def flat(self, slopes: Array) -> Array:
        """Say where slopes pass next to nothing back: below a hundredth of the largest."""
        return np.abs(slopes) < self.max_slope / 100


_PLAIN = {
    "identity": Activation("identity", "z", lambda z: z, lambda z, _: np.ones_like(z)),
    "step": Activation(
        "step", "1 where z > 0, else 0", lambda z: (z > 0).astype(z.dtype), lambda z, _: 0 * z
    ),
}


@cache
def activation(name: str) -> Activation:
    """Return an activation by its name: "identity", "step", or a function of the catalogue defined on the whole line.

    Parameters of a function (as of PReLU) stay at the values that the catalogue has.

    Raises
    ------
    InputError
        If there is none of that name; those that look alike are offered.

    Examples
    --------
    >>> activation("sigmoid").gain, round(activation("relu").gain, 3)
    (4.0, 1.414)
    """
    if name in _PLAIN:
        return _PLAIN[name]
    try:
        function = functions.FAMILY[functions.named(name)]
    except InputError as error:
        remedies = [*error.remedies, "identity and step are activations too"]
        raise InputError(f"there is no activation {name!r}.", remedies) from None
    if math.isfinite(getattr(function, "domain", (0.0,))[0]):
        problem = f"{function.__name__} is no activation: it does not take one number from the whole line."
        raise InputError(problem, "use one that does, as sigmoid, tanh, relu or gelu")
    more = function.parameters
    from_output = getattr(function, "derivative_from_output", None)
    return Activation(
        name=function.__name__,
        formula=function.formula,
        value=lambda z: function(z, *more),
        slope=lambda z, y: function.derivative(z, *more) if from_output is None else from_output(y, *more),
        max_slope=function.max_slope,
        saturates=function.slope_limits == (0.0, 0.0),
    )
