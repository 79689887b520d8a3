"""Parameters that curves share, or that are known: said of a family's parameters, asked of its shape's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ogive._base import InputError
from ogive.curves.family import Family, Variant
from ogive.curves.readings import BOTTOM, SEVERAL, TOP, Reading
from ogive.curves.shapes import LEFT, RIGHT


def constrained(
    family: Family, share: Collection[str], fix: Mapping[str, float], *, increments: bool = False
) -> tuple[Variant, ...]:
    """Return the variants of a family with some of its parameters shared by all curves, or standing still.

    The lower level is on the left of a curve that rises and on the right of one that falls; where it is named, a
    variant is split into one that rises and one that falls. Increments are those of curves that begin at 0.

    Raises
    ------
    InputError
        Where there is no such parameter, one is both shared and fixed, or it has no such value.
    """
    known = {reading.name: reading for reading in family.parameters}
    for name in (*share, *fix):
        if name not in known:
            raise InputError(
                f"the family {family.name} has no parameter {name!r}.",
                f"its parameters are {', '.join(known)}",
            )
        if name in share and name in fix:
            raise InputError(
                f"{name} is both shared and fixed.", "a value that is fixed is the same everywhere: fix it"
            )
    named = [known[name] for name in (*share, *fix)]
    directed = any(
        reading.part in {BOTTOM, TOP} or (reading.signed and reading.name in fix) for reading in named
    )
    begin = [variant for variant in family.variants if not (increments and RIGHT in variant.held)]
    variants = [one for variant in begin for one in (_directions(variant) if directed else [variant])]
    made = []
    for variant in variants:
        held: dict[int, float] | None = dict(variant.held)
        for name, value in fix.items():
            held = _holding(known[name], float(value), variant, held)
        if held is not None:
            shared = frozenset(_part(known[name], variant) for name in share)
            made.append(replace(variant, held=held, shared=shared))
    if not made:
        words = ", ".join(f"{name} = {value:g}" for name, value in fix.items())
        raise InputError(f"no curve of the family {family.name} has {words}.", "see what its parameters mean")
    return tuple(made)


def parallel(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """Let curves have all in common but their place: on the scale of the shape, one is the other moved."""
    return tuple(
        replace(one, shared=frozenset(range(one.size)) - {*one.made.places, *one.still}) for one in variants
    )


def _directions(variant: Variant) -> list[Variant]:
    """Split a variant that may rise and fall."""
    if variant.rises is not None:
        return [variant]
    if LEFT in variant.held and RIGHT in variant.held:
        return [replace(variant, rises=variant.held[RIGHT] > variant.held[LEFT])]
    if LEFT in variant.held or RIGHT in variant.held:
        return [replace(variant, rises=RIGHT not in variant.held)]
    return [replace(variant, rises=rises) for rises in (True, False)]


def _part(reading: Reading, variant: Variant) -> int:
    """Which parameter of the shape it is."""
    if reading.part in {BOTTOM, TOP}:
        return LEFT if variant.rises == (reading.part == BOTTOM) else RIGHT
    if reading.part == SEVERAL:
        raise InputError(
            f"{reading.name} follows from several parameters of the shape, and cannot be shared or fixed alone.",
            "share or fix the others",
        )
    return reading.part


def _holding(
    reading: Reading, value: float, variant: Variant, held: dict[int, float] | None
) -> dict[int, float] | None:
    """Add what a value of a parameter holds; None where the variant has no such value."""
    if held is None or (reading.signed and (value > 0) != variant.rises):
        return None
    if reading.exponential and (value == 0 or (value < 0 and not reading.signed)):
        raise InputError(f"{reading.name} cannot be {value:g}.", "it is above 0")
    part, z = _part(reading, variant), np.zeros(variant.size)
    reading.put(z, value)
    inside = value if reading.part in {BOTTOM, TOP} else float(z[part])
    return held | {part: inside} if held.get(part, inside) == inside else None
