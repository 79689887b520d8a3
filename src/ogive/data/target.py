"""The outcome as 0 and 1, and the other columns that rows carry: weights, offset, groups, time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ogive._base import InputError, Vector
from ogive.data.levels import as_pair, position, tally
from ogive.data.names import listed, near, require
from ogive.data.schema import Role, Schema, Target
from ogive.data.tables import named, source_name
from ogive.data.values import days, family, holds_dates, label, labels, numbers, refuse_infinite

Label = str | int | float | bool | np.generic


def learn_target(
    table: Any, name: str, positive: Label | Sequence[Label] | None, role: str = "target"
) -> Target:
    """Return which labels of a column are the positive class; `positive` names them where they are not plain.

    `role` says in messages what the column was named as.

    Raises
    ------
    InputError
        No such column; one class; more than two, or two without a plain positive one, without `positive`; a
        `positive` that is not there.
    """
    where = source_name(table)
    require([name], table.column_names, where, role)
    column = table.column(name)
    counts = tally(*labels(column))
    shown = ", ".join(f"{text} ({count})" for text, count in list(counts.items())[:8])
    if len(counts) < 2:
        found = f"only one class: {shown}" if counts else "no value at all: every row is missing"
        raise InputError(
            f"{where}: the column {name!r} has {found}; two are needed.",
            "check that the table holds rows of both outcomes, and that the right column is named",
        )
    numeric = family(column.type) == "number"
    reason = ""
    if positive is None:
        chosen: tuple[str, ...] = (_plain_positive(where, name, counts, shown),)
        if chosen[0].casefold() not in ("1", "true", "yes") or "-1" in counts:
            reason = f"of {listed(counts)}, {chosen[0]!r} is the positive one unless told otherwise"
    else:
        chosen = _chosen(where, name, positive, counts, shown, numeric)
    rows = sum(counts.values())
    return Target(
        name=name,
        positive=chosen,
        negative=tuple(text for text in counts if text not in chosen),
        rows=rows,
        events=sum(counts[text] for text in chosen),
        missing=table.num_rows - rows,
        numeric=numeric,
        reason=reason,
    )


def _plain_positive(where: str, name: str, counts: dict[str, int], shown: str) -> str:
    pair = as_pair(counts)
    options = list(counts)
    if pair is not None or options == ["-1", "1"]:
        return pair[1] if pair else "1"
    if len(options) == 2:
        raise InputError(
            f"{where}: the column {name!r} has two values, {shown}, and neither is plainly the positive one.",
            [f"say which outcome to predict: --positive {text!r}" for text in options],
        )
    more = ", …" if len(options) > 8 else ""
    raise InputError(
        f"{where}: the column {name!r} has {len(options)} different values, {shown}{more}; "
        "two classes are needed.",
        f"name those that count as positive: --positive {','.join(options[1:4])}"
        if len(options) <= 50
        else "a column of 0 and 1 is needed: make one, for example by a threshold",
    )


def _chosen(
    where: str,
    name: str,
    positive: Label | Sequence[Label],
    counts: dict[str, int],
    shown: str,
    numeric: bool,
) -> tuple[str, ...]:
    """Return the labels that `positive` names; a text with commas that is no label names several."""
    known = {text: i for i, text in enumerate(counts)}
    wanted = [positive] if isinstance(positive, str | int | float | np.generic) else list(positive)
    texts = [label(value) or "" for value in wanted]
    if len(texts) == 1 and position(texts[0], known, numeric=numeric) < 0 and "," in texts[0]:
        texts = [text.strip() for text in texts[0].split(",")]
    found = [position(text, known, numeric=numeric) for text in texts]
    for text, place in zip(texts, found, strict=True):
        if place < 0:
            alike = near(text, counts)
            raise InputError(
                f"{where}: the column {name!r} has no value {text!r}; its values are {shown}.",
                f"did you mean {listed(alike)}?" if alike else "name one of them as positive",
            )
    if len(set(found)) in (0, len(counts)):
        raise InputError(
            f"{where}: all or none of the values of the column {name!r} are named as positive.",
            f"name some of them: {shown}",
        )
    return tuple(text for text, place in known.items() if place in found)


def usable_rows(table: Any, schema: Schema) -> Any:
    """Return the table without the rows whose outcome is missing (the table itself where there are none)."""
    require([schema.target.name], table.column_names, source_name(table), "target")
    return with_outcome(table, schema.target.name)


def with_outcome(table: Any, name: str) -> Any:
    """Return the rows in which column `name` has a value."""
    entries, codes = labels(table.column(name))
    known = np.array([text is not None for text in entries])[codes]
    if known.all():
        return table
    # Row numbers in later messages count the rows that are left.
    return named(table.filter(pa.array(known)), f"{source_name(table)} (rows with a known {name})")


def target_vector(table: Any, schema: Schema) -> Vector:
    """Return the outcome of each row: 1.0 positive, 0.0 negative.

    Raises
    ------
    InputError
        Where an outcome is missing (see `usable_rows`) or has a value that the model does not know.
    """
    target, where = schema.target, source_name(table)
    require([target.name], table.column_names, where, "target")
    classes = {**dict.fromkeys(target.negative, 0), **dict.fromkeys(target.positive, 1)}
    known = {text: i for i, text in enumerate(classes)}
    entries, codes = labels(table.column(target.name))
    found = [-1 if text is None else position(text, known, numeric=target.numeric) for text in entries]
    values = np.array([*classes.values(), np.nan])[found][codes]
    if np.isnan(values).any():
        wrong = [text for text in tally(entries, codes) if position(text, known, numeric=target.numeric) < 0]
        raise InputError(
            f"{where}: the column {target.name!r} has {listed(wrong) if wrong else 'missing values'}; "
            f"expected {listed(classes)}.",
            "leave out those rows, or write the outcome as in the training table",
        )
    return np.asarray(values, dtype=np.float64)


def weights_vector(table: Any, schema: Schema) -> Vector | None:
    """Return the weights, or None where the schema names none.

    Raises
    ------
    InputError
        Where a weight is missing, infinite or negative, or all are zero.
    """
    values = _finite(table, schema, "weights")
    if values is None:
        return None
    name = schema.name_of("weights")
    if (values < 0).any():
        row = int(np.argmax(values < 0))
        raise InputError(
            f"{source_name(table)}: the weights {name!r} are negative in {int((values < 0).sum())} rows, "
            f"first in row {row + 1} ({values[row]:g}); a weight says how often a row counts.",
            "correct them, or leave those rows out",
        )
    if not values.any():
        raise InputError(
            f"{source_name(table)}: all weights {name!r} are zero.", "give some row a positive weight"
        )
    return values


def offset_vector(table: Any, schema: Schema) -> Vector | None:
    """Return the offset (a known part of the linear predictor), or None where the schema names none.

    Raises
    ------
    InputError
        Where a value is missing or infinite.
    """
    return _finite(table, schema, "offset")


def _finite(table: Any, schema: Schema, role: Role) -> Vector | None:
    name = schema.name_of(role)
    if name is None:
        return None
    where = source_name(table)
    require([name], table.column_names, where, role)
    values = numbers(table.column(name), name, where)
    wrong = ~np.isfinite(values)
    if wrong.any():
        raise InputError(
            f"{where}: the {role} column {name!r} is missing or infinite in {int(wrong.sum())} rows, "
            f"first in row {int(np.argmax(wrong)) + 1}.",
            "fill them in, or leave those rows out",
        )
    return values


def group_codes(table: Any, schema: Schema) -> NDArray[np.int32] | None:
    """Return the number of each row's group, groups numbered in order of their labels, or None.

    Raises
    ------
    InputError
        Where a row has no group.
    """
    name = schema.name_of("group")
    if name is None:
        return None
    _, values = label_codes(table, name, "groups")
    if (values < 0).any():
        raise InputError(
            f"{source_name(table)}: the group {name!r} is missing in {int((values < 0).sum())} rows.",
            "give each of them a group of its own, or leave them out",
        )
    return values


def label_codes(table: Any, name: str, role: str) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the labels of a column in order and the position of each row's label, -1 where it is missing.

    Parameters
    ----------
    table : pyarrow.Table
        Any.
    name, role : str
        Of the column; what messages call it.

    Raises
    ------
    InputError
        Where there is no such column.
    """
    require([name], table.column_names, source_name(table), role)
    entries, codes = labels(table.column(name))
    places = {text: i for i, text in enumerate(tally(entries, codes))}
    values = np.array([-1 if text is None else places.get(text, -1) for text in entries], np.int32)[codes]
    return tuple(places), np.asarray(values, dtype=np.int32)


def number_vector(table: Any, name: str, role: str) -> Vector:
    """Return a column as float64, NaN where it is missing.

    Parameters
    ----------
    table : pyarrow.Table
        Any.
    name, role : str
        Of the column; what messages call it.

    Raises
    ------
    InputError
        Where there is no such column, text is no number, or a number is infinite.
    """
    where = source_name(table)
    require([name], table.column_names, where, role)
    values = numbers(table.column(name), name, where)
    refuse_infinite(values, name, where)
    return values


def time_vector(table: Any, schema: Schema) -> Vector | None:
    """Return the time of each row (days since 1970-01-01 for dates, else the numbers as they are), or None.

    Raises
    ------
    InputError
        Where a row has no time, or the column holds neither numbers nor dates.
    """
    name = schema.name_of("time")
    if name is None:
        return None
    where = source_name(table)
    require([name], table.column_names, where, "time")
    column = table.column(name)
    kind = family(column.type)
    dated = kind == "date" or (kind == "text" and holds_dates(column))
    values = days(column, name, where) if dated else numbers(column, name, where)
    if np.isnan(values).any():
        raise InputError(
            f"{where}: the time {name!r} is missing in {int(np.isnan(values).sum())} rows.",
            "leave those rows out",
        )
    return values
