"""The logistic log-loss: softplus(eta) - y eta, the negative log-likelihood of a Bernoulli outcome."""

from __future__ import annotations

from dataclasses import dataclass

from ogive._base import Reading, Vector
from ogive._kernels import CoreDesign


@dataclass(frozen=True)
class Logistic:
    """Bernoulli log-likelihood with the logit link; `y` may be any proportion in [0, 1]."""

    name: str = "logistic"

    def read(
        self,
        design: CoreDesign,
        coef: Vector,
        y: Vector,
        weights: Vector | None,
        offset: Vector | None,
        centre: Vector,
        scale: Vector,
        *,
        hessian: bool = False,
        curvature: bool = False,
        every: int = 1,
    ) -> Reading:
        """Weighted sums of loss, gradient and Hessian at `coef` (intercept last), in one reading of the data.

        `curvature` asks for each row's weight in the Hessian; `every` > 1 reads a sample of the rows.
        """
        return Reading(
            *design.logistic_pass(coef, y, weights, offset, centre, scale, hessian, curvature, every)
        )
