"""From a table to its schema: the role of every column, and what the others are (see `kinds.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ogive._base import InputError
from ogive.data.kinds import KINDS, describe
from ogive.data.names import as_names, require
from ogive.data.schema import Column, Kind, Role, Schema
from ogive.data.tables import source_name
from ogive.data.target import Label, learn_target, with_outcome
from ogive.data.values import family, missing_count

Names = str | Sequence[str]


def infer_schema(
    table: Any,
    *,
    target: str,
    positive: Label | Sequence[Label] | None = None,
    exclude: Names = (),
    identifiers: Names = (),
    weights: str | None = None,
    offset: str | None = None,
    groups: str | None = None,
    time: str | None = None,
    categories: Names = (),
    numbers: Names = (),
) -> Schema:
    """Infer what each column of an Arrow table is, and leave out what no term can be made of.

    Parameters
    ----------
    table : pyarrow.Table
        The training table.
    target : str
        Column with the outcome. Rows without one are not used (`usable_rows`).
    positive : label or sequence of labels, optional
        Values of the target that are the positive class. Not needed for 0/1, -1/1, false/true, no/yes, n/y,
        absent/present, negative/positive. A text with commas that is no label itself names several.
    exclude, identifiers : str or sequence of str
        Columns to leave out; columns to carry along with predictions.
    weights, offset, groups, time : str, optional
        Columns with these roles; none of them is a term.
    categories, numbers : str or sequence of str
        Columns to read as categories or as numbers whatever the rules say.

    Returns
    -------
    Schema

    Raises
    ------
    InputError
        Where a named column does not exist or has two roles, the target has not two classes, a number is
        infinite, or no column is left to make terms of.

    Examples
    --------
    >>> from ogive.data import infer_schema, read_table
    >>> table = read_table({"age": [63.5, 67.0, 41.2], "sex": ["m", "f", "m"], "ill": [1, 0, 1]})
    >>> schema = infer_schema(table, target="ill")
    >>> [(column.name, column.kind, column.levels) for column in schema.terms]
    [('age', 'number', ()), ('sex', 'category', ('f', 'm'))]
    >>> schema.target.label
    'ill = 1'
    """
    where = source_name(table)
    roles = _roles(
        where,
        table.column_names,
        {
            "target": as_names(target),
            "weights": as_names(weights or ()),
            "offset": as_names(offset or ()),
            "group": as_names(groups or ()),
            "time": as_names(time or ()),
            "identifier": as_names(identifiers),
            "left out": as_names(exclude),
        },
    )
    forced: dict[str, Kind] = {**dict.fromkeys(as_names(categories), "category")}
    forced |= dict.fromkeys(as_names(numbers), "number")
    require(forced, table.column_names, where, "categories or numbers")
    outcome = learn_target(table, target, positive)
    table = with_outcome(table, target)
    columns = tuple(
        _with_role(table.column(name), name, roles[name])
        if name in roles
        else describe(table.column(name), name, where, forced.get(name))
        for name in table.column_names
    )
    schema = Schema(rows=outcome.rows, target=outcome, columns=columns)
    if not schema.terms:
        reasons = [f"{column.name}: {column.reason}" for column in schema.left_out]
        raise InputError(f"{where} has no column left to predict {target!r} from.", reasons[:8])
    return schema


def _roles(where: str, available: Sequence[str], named: Mapping[Role, tuple[str, ...]]) -> dict[str, Role]:
    """Return the role of every column that has one by name."""
    roles: dict[str, Role] = {}
    for role, names in named.items():
        require(names, available, where, "excluded" if role == "left out" else role)
        for name in names:
            if roles.setdefault(name, role) != role:
                raise InputError(
                    f"column {name!r} is named both as {roles[name]} and as {role}.",
                    "give each column one role",
                )
    return roles


def _with_role(column: Any, name: str, role: Role) -> Column:
    reason = "excluded by request" if role == "left out" else ""
    kind = KINDS.get(family(column.type), "other")
    return Column(
        name=name,
        kind=kind,
        role=role,
        reason=reason,
        missing=missing_count(column),
        numeric=kind == "number",
    )
