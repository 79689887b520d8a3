"""Directions of descent: each solver improves a point; the loop around it is written once, in `fitting`."""

from ogive.solvers.newton import Newton
from ogive.solvers.newton_cg import NewtonCG

__all__ = ["Newton", "NewtonCG"]
