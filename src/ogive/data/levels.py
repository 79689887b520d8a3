"""Labels of categories: their order, the pairs that mean no and yes, finding one among the known ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ogive.data.values import label

# Pairs of labels, whatever their case, whose second one plainly is the positive one.
PAIRS = (
    ("0", "1"),
    ("false", "true"),
    ("no", "yes"),
    ("n", "y"),
    ("f", "t"),
    ("absent", "present"),
    ("negative", "positive"),
)
_TRUTH = {"0": 0, "false": 0, "no": 0, "n": 0, "f": 0, "1": 1, "true": 1, "yes": 1, "y": 1, "t": 1}


def ordered(found: Iterable[str]) -> tuple[str, ...]:
    """Return labels in order: numbers by value, then text by alphabet."""

    def key(text: str) -> tuple[bool, float, str, str]:
        value = _number(text)
        return value is None, value or 0.0, text.casefold(), text

    return tuple(sorted(set(found), key=key))


def as_pair(found: Iterable[str]) -> tuple[str, str] | None:
    """Return two labels that mean no and yes, no first, or None."""
    by_word = {text.casefold(): text for text in found}
    for no, yes in PAIRS:
        if by_word.keys() == {no, yes}:
            return by_word[no], by_word[yes]
    return None


def position(text: str, known: Mapping[str, int], *, numeric: bool) -> int:
    """Return where a label stands among the known ones, -1 where it is not there.

    Codes match as numbers ("1.0" is "1"), and the words of a no/yes pair match each other (True, 1, yes).
    """
    if text in known:
        return known[text]
    if numeric and (value := _number(text)) is not None:
        found = known.get(label(value) or "")
        if found is not None:
            return found
    truth = _TRUTH.get(text.casefold())
    if truth is not None and len(known) == 2 and all(word.casefold() in _TRUTH for word in known):
        return next((i for word, i in known.items() if _TRUTH[word.casefold()] == truth), -1)
    return -1


def tally(labels: Sequence[str | None], codes: NDArray[np.int32]) -> dict[str, int]:
    """Return how many rows carry each label, in order of the labels."""
    counts = np.bincount(codes, minlength=len(labels))
    found: dict[str, int] = {}
    for text, count in zip(labels, counts.tolist(), strict=True):
        if text is not None and count:
            found[text] = found.get(text, 0) + count
    return {text: found[text] for text in ordered(found)}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
