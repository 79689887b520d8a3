"""A family fitted to points, with what its parameters have to keep to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from ogive._base import InputError
from ogive.curves.constraints import constrained, parallel
from ogive.curves.engine import Noise, Solutions, prepare, solve
from ogive.curves.family import Family
from ogive.curves.points import Points
from ogive.curves.robust import Robust


def solved(
    family: Family,
    points: Points,
    noise: Noise,
    share: Collection[str],
    fix: Mapping[str, float],
    *,
    together: bool = False,
    increments: bool = False,
    robust: Robust | None = None,
    moved: bool = False,
) -> Solutions:
    """Fit the family to points, with some of its parameters shared or fixed; all but the place where `moved`."""
    job = prepare(
        family, points, noise, together=together or moved or bool(share), increments=increments, robust=robust
    )
    variants = constrained(family, share, fix, increments=increments)
    solutions = solve(job, parallel(variants) if moved else variants)
    if not np.isfinite(solutions.loss).all():
        if moved:
            raise InputError(
                "the curves rise in some groups and fall in others: they are not parallel.",
                "compare doses with the same effect: ogive.curves.relative_potency_at(fit, 50)",
            )
        if not share and not fix:
            raise InputError(
                f"the curves of the family {family.name} go one way, and not all of the points go there.",
                "choose another family",
            )
        words = (
            "rise in some groups and fall in others"
            if share
            else "do not go the way that the fixed values ask"
        )
        raise InputError(f"the curves {words}.", f"leave {', '.join([*share, *fix])} free")
    return solutions
