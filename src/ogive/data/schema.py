"""What a table means to a model: the role and the kind of every column, and the target.

Records only; the rules that fill them stand in `infer.py` and `target.py`.
"""

from __future__ import annotations

import datetime
from typing import Literal

from ogive._base import InputError, Record

Kind = Literal["number", "boolean", "category", "date", "other"]
Role = Literal["term", "target", "weights", "offset", "identifier", "group", "time", "left out"]

EPOCH = datetime.date(1970, 1, 1)


class Column(Record, frozen=True, kw_only=True):
    """One column of the training table.

    Attributes
    ----------
    name : str
    kind : {"number", "boolean", "category", "date", "other"}
        "boolean" is a 0/1, false/true or no/yes column; "other" a type that no term can be made of.
    role : {"term", "target", "weights", "offset", "identifier", "group", "time", "left out"}
    reason : str
        Why the column is left out, or why it was read as this kind where that was a guess.
    levels : tuple of str
        Levels of a boolean (false first) or category, in order; numbers are printed as "1", not "1.0".
    parts : tuple of str
        Numeric parts made of a date: see `DATE_PARTS`.
    missing : int
        Rows without a value.
    low, high : float or None
        Smallest and largest value of a number; of a date in days since 1970-01-01.
    numeric : bool
        Whether the table held numbers here (the levels of a category are then codes).
    """

    name: str
    kind: Kind
    role: Role = "term"
    reason: str = ""
    levels: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    missing: int = 0
    low: float | None = None
    high: float | None = None
    numeric: bool = False

    @property
    def span(self) -> str:
        """What the column held, in words: "71 – 202", "4 levels: 1, 2, 3, 4", "2020-01-31 – 2021-02-01"."""
        if self.levels:
            shown = ", ".join(self.levels[:6]) + (", …" if len(self.levels) > 6 else "")
            return f"{len(self.levels)} levels: {shown}"
        if self.low is None or self.high is None:
            return ""
        if self.kind == "date":
            low, high = (EPOCH + datetime.timedelta(days=int(day // 1)) for day in (self.low, self.high))
            return f"{low} – {high}"
        return f"{self.low:.6g} – {self.high:.6g}"


class Target(Record, frozen=True, kw_only=True):
    """The outcome: which labels of column `name` are the positive class.

    Attributes
    ----------
    name : str
    positive, negative : tuple of str
        Labels of the two classes.
    rows, events : int
        Rows with a known outcome, and how many of them are positive.
    missing : int
        Rows without an outcome: they are not used.
    numeric : bool
        Whether the labels are numbers.
    reason : str
        Why these labels are the positive ones where nobody said so.
    """

    name: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    rows: int
    events: int
    missing: int = 0
    numeric: bool = False
    reason: str = ""

    @property
    def label(self) -> str:
        """The positive class in words: "disease = 1", "num = 1, 2, 3 or 4"."""
        *most, last = self.positive
        return f"{self.name} = {', '.join(most)}{' or ' if most else ''}{last}"

    @property
    def prevalence(self) -> float:
        """Share of positive rows."""
        return self.events / self.rows


class Schema(Record, frozen=True, kw_only=True):
    """Every column of the training table, in its order, with the target.

    Attributes
    ----------
    rows : int
        Rows used: those with a known outcome.
    target : Target
    columns : tuple of Column
        In the order of the table, the target among them.
    """

    rows: int
    target: Target
    columns: tuple[Column, ...]

    def with_role(self, *roles: Role) -> tuple[Column, ...]:
        """Columns in any of the roles, in the order of the table."""
        return tuple(column for column in self.columns if column.role in roles)

    def name_of(self, role: Role) -> str | None:
        """Name of the first column in a role, or None: the weights, the offset, the group, the time."""
        return next((column.name for column in self.columns if column.role == role), None)

    @property
    def terms(self) -> tuple[Column, ...]:
        """Columns that the model uses."""
        return self.with_role("term")

    @property
    def left_out(self) -> tuple[Column, ...]:
        """Columns that the model does not use, each with its reason."""
        return self.with_role("left out")

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Names of the columns carried along with the predictions."""
        return tuple(column.name for column in self.with_role("identifier"))

    @property
    def text_columns(self) -> tuple[str, ...]:
        """Names of terms that held text: `read_table(..., text=...)` keeps them as text in a new CSV."""
        return tuple(c.name for c in self.terms if c.kind == "category" and not c.numeric)

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises
        ------
        InputError
            Where there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError(
            f"the model has no column {name!r}.", "its columns: " + ", ".join(c.name for c in self.columns)
        )
