"""Directions of descent: each solver improves a point; the loop around it is written once, in `fitting`."""

from ogive.solvers.newton import DEPENDENT, Newton
from ogive.solvers.newton_cg import NewtonCG
from ogive.solvers.quasi_newton import QuasiNewton

__all__ = ["DEPENDENT", "Newton", "NewtonCG", "QuasiNewton"]
