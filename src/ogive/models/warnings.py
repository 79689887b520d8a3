"""Warnings of estimators: a sentence with a cause and a remedy."""

from __future__ import annotations

from ogive._base import Status


class ConvergenceWarning(UserWarning):
    """The optimum was not certified, or is not unique."""


class SeparationWarning(ConvergenceWarning):
    """The outcome is perfectly predicted by some columns, so the maximum-likelihood estimate is infinite."""


def warning_for(status: Status) -> ConvergenceWarning | None:
    """Return the warning that a status deserves, or None."""
    if status is Status.OPTIMAL:
        return None
    text = f"{status.meaning[0].upper()}{status.meaning[1:]}. To do: {status.remedy}."
    return SeparationWarning(text) if status is Status.SEPARATED else ConvergenceWarning(text)
