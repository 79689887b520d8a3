"""The options of a fit, checked when they are given and kept in the model file."""

from __future__ import annotations

import math
from typing import Any, Literal, Protocol

import msgspec

from ogive._base import InputError, Record


class Say(Protocol):
    """What takes the progress of a long job: a few words on what is being done."""

    def __call__(self, doing: str, /) -> None:
        """Show `doing`."""


Inference = Literal["auto", "full", "wald"]
INFERENCES: tuple[Inference, ...] = ("auto", "full", "wald")
BOOTSTRAP_LEAST = 20


def quiet(doing: str, /) -> None:
    """Say nothing: the default of every `progress`."""


class Options(Record, frozen=True, kw_only=True):
    """What was asked of a fit, apart from the table; see `fit` for the meaning of each."""

    target: str
    columns: tuple[str, ...] | None = None
    na_values: tuple[str, ...] = ()
    delimiter: str | None = None
    positive: Any = None
    weights: str | None = None
    offset: str | None = None
    identifiers: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    groups: str | None = None
    time: str | None = None
    alpha: float = 0.0
    folds: int = 5
    bootstrap: int = 0
    threshold: float = 0.5
    calibrate: str | None = None
    cost_fp: float | None = None
    cost_fn: float | None = None
    inference: Inference = "auto"
    level: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        _expect(math.isfinite(self.alpha) and self.alpha >= 0, "alpha", self.alpha, "a number of 0 or more")
        _expect(self.folds == 0 or self.folds >= 2, "folds", self.folds, "2 or more, or 0 for no evaluation")
        _expect(
            self.bootstrap == 0 or self.bootstrap >= BOOTSTRAP_LEAST,
            "bootstrap",
            self.bootstrap,
            f"{BOOTSTRAP_LEAST} resamples or more (200 are usual), or 0 for none",
        )
        _expect(0 <= self.threshold <= 1, "threshold", self.threshold, "a probability between 0 and 1")
        _expect(0.5 <= self.level < 1, "level", self.level, "a share between 0.5 and 1, as in 0.95")
        _expect(self.seed >= 0, "seed", self.seed, "a whole number of 0 or more")
        _expect(self.inference in INFERENCES, "inference", self.inference, "auto, full or wald")
        if self.groups is not None and self.time is not None:
            raise InputError(
                "folds follow either groups or time; both were given.",
                "keep --groups to hold out whole groups, or --time to hold out what comes later",
            )

    def given(self) -> dict[str, str]:
        """Return the options that differ from their defaults, as text."""
        shown = {}
        for field in msgspec.structs.fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                several = isinstance(value, tuple | list)
                shown[field.name] = ", ".join(map(str, value)) if several else str(value)
        return shown


def _expect(good: bool, name: str, value: Any, expected: str) -> None:
    if not good:
        raise InputError(f"{name} is {value}; expected {expected}.", f"change --{name}")


def names(value: Any) -> tuple[str, ...]:
    """Return one name or several as a tuple of text; None as none."""
    if value is None:
        return ()
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return (str(value),)
    return tuple(str(name) for name in value)
