"""The families, one file each; a file that is here is found."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ogive._base import InputError
from ogive.curves.family import Family


@cache
def families() -> dict[str, Family]:
    """Return all families by name, in the order of their kinds and names."""
    found = [
        value
        for module in pkgutil.iter_modules(__path__)
        for value in vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        if isinstance(value, Family)
    ]
    return {one.name: one for one in sorted(found, key=lambda one: (one.kind, one.name))}


def family(name: str) -> Family:
    """Return a family by its name.

    Raises
    ------
    InputError
        Where there is none.
    """
    found = families()
    if name not in found:
        from ogive.data import near  # noqa: PLC0415  (reads tables too, and is needed for a mistake only)

        alike = near(name, [*found, *({one.kind for one in found.values()} - {name})])
        raise InputError(
            f"there is no family {name!r}.",
            [
                *([f"did you mean {' or '.join(alike)}?"] if alike else []),
                f"choose one of {', '.join(found)}; ogive curve --list tells what they are",
            ],
        )
    return found[name]
