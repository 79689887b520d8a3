"""What axes, units and groups are called in sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence


def name_of(title: str) -> str:
    """Return the title of an axis without its unit, which may stand in brackets behind it.

    Examples
    --------
    >>> name_of("time (h)"), unit_of("time (h)"), unit_of("size")
    ('time', 'h', '')
    """
    return re.sub(r"\s*\([^()]+\)$", "", title) or title


def unit_of(title: str) -> str:
    """Return the unit that stands in brackets behind the title of an axis, without what it is counted from.

    Examples
    --------
    >>> unit_of("date (days since 2020-01-22)")
    'days'
    """
    found = re.search(r"\s\(([^()]+)\)$", title)
    return found.group(1).partition(" since ")[0] if found else ""


def unit_words(unit: str, x: str, y: str) -> str:
    """Return the unit of a parameter in those of the axes, which may stand in brackets after their names.

    Examples
    --------
    >>> unit_words("1/x", "time (h)", "size"), unit_words("y", "time (h)", "size"), unit_words("", "day", "size")
    ('1/h', 'size', '')
    """
    names = {"x": unit_of(x) or x, "y": unit_of(y) or y}
    return re.sub(r"\b[xy]\b", lambda found: names[found.group()], unit)


def in_words(names: Sequence[str]) -> str:
    """Return names as in "a, b and c"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def group_words(by: str, group: str) -> str:
    """Return the name of a group in a sentence; a number needs to be told of what.

    Examples
    --------
    >>> group_words("run", "3"), group_words("herbicide", "glyphosate")
    ('run 3', 'glyphosate')
    """
    return f"{by} {group}" if re.fullmatch(r"[\d.]+", group) else group
