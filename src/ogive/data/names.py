"""Names given by people: suggestions for those that are wrong, and lists that read well."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ogive._base import InputError


def as_names(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return one name or several as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def listed(names: Iterable[object], limit: int = 8) -> str:
    """Return 'a', 'b', … with at most `limit` of them shown."""
    shown = list(names)
    more = len(shown) - limit
    return ", ".join(map(repr, shown[:limit])) + (f" and {more} more" if more > 0 else "")


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that stand more than once, sorted."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def near(name: str, options: Iterable[str], limit: int = 3) -> list[str]:
    """Return the options that look like `name`, best first, whatever their case and punctuation."""
    plain = {option: re.sub(r"[\W_]+", "", option.lower()) or option for option in options}
    wanted = re.sub(r"[\W_]+", "", name.lower()) or name
    close = difflib.get_close_matches(wanted, list(plain.values()), limit, cutoff=0.6)
    ranked = sorted((close.index(key), option) for option, key in plain.items() if key in close)
    return [option for _, option in ranked[:limit]]


def require(names: Iterable[str], available: Sequence[str], where: str, role: str) -> None:
    """Raise an InputError unless every name is a column; `role` says what it was named as."""
    for name in names:
        if name not in available:
            alike = near(name, available)
            hint = f"did you mean {listed(alike)}?" if alike else f"its columns: {listed(available, 30)}"
            raise InputError(f"{where} has no column {name!r} (named as {role}).", hint)
