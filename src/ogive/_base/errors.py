"""One exception for a user's mistake: what was expected, what was found, what to do."""

from __future__ import annotations


class OgiveError(Exception):
    """Base of every error that Ogive raises on purpose."""


class InputError(OgiveError, ValueError):
    """Input that cannot be used.

    Parameters
    ----------
    problem : str
        One or two sentences: where, what was expected and what was found.
    remedy : str or sequence of str
        What to do about it; several remedies are printed one a line.

    Examples
    --------
    >>> from ogive import InputError
    >>> print(InputError("heart.csv has no column 'desease'.", "did you mean 'disease'?"))
    heart.csv has no column 'desease'.
      did you mean 'disease'?
    """

    def __init__(self, problem: str, remedy: str | tuple[str, ...] | list[str] = ()) -> None:
        self.problem = problem
        self.remedies = (remedy,) if isinstance(remedy, str) else tuple(remedy)
        super().__init__("\n".join([problem, *(f"  {line}" for line in self.remedies)]))

    def __reduce__(self) -> tuple[type[InputError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.problem, self.remedies)


class SeparationError(InputError):
    """The outcome is perfectly predicted by some columns, so a coefficient is infinite."""
