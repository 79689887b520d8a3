"""The families, one file each; a file that is here is found."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from functools import cache

from ogive._base import InputError
from ogive.curves.family import Family

# What some are called elsewhere.
OTHER_NAMES = {
    **{f"{count}pl": f"ll{count}" for count in range(2, 6)},
    "emax": "hill",
    "sigmoidemax": "naka-rushton",
    "sigmoid": "boltzmann",
    "verhulst": "logistic",
    "probit": "ln2",
    "logit": "ll2",
}


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
        raise InputError(f"there is no family {name!r}.", _meant(name, found))
    return found[name]


def _meant(name: str, found: dict[str, Family]) -> list[str]:
    """Say which families may be meant, the nearest first; all of them where none is near."""
    kinds: dict[str, list[str]] = {}
    for one in found.values():
        kinds.setdefault(one.kind, []).append(one.name)
    plain = {re.sub(r"\W|_", "", each.lower()): each for each in (*kinds, *found)} | OTHER_NAMES
    wanted = re.sub(r"\W|_", "", str(name).lower())
    near = [wanted] if wanted in OTHER_NAMES else difflib.get_close_matches(wanted, plain, 3, cutoff=0.6)
    alike = " or ".join(repr(plain[each]) for each in near)
    if alike and name not in kinds:
        return [
            f"did you mean {alike}?",
            "ogive curve --list shows all, and ogive.curves.families() returns them",
        ]
    return [f"{kind}: {', '.join(names)}" for kind, names in kinds.items()]
