"""Options that several commands share, and how their text is read."""

# ruff: noqa: PLC0415 (rooms are imported when needed)

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer

from ogive._base import InputError

INPUT, MODELLING, EVALUATION, OUTPUT = "Reading the table", "The model", "Evaluation", "Output"

Sources = Annotated[
    list[str],
    typer.Argument(
        help="CSV, TSV, Parquet, Feather or JSON lines (plain or compressed); several files of one table, a "
        "quoted glob, or - for standard input.",
        show_default=False,
    ),
]
Model = Annotated[str, typer.Argument(help="A model file, as in heart.ogive.", show_default=False)]
Columns = Annotated[
    list[str],
    typer.Option(
        "--columns",
        metavar="NAMES",
        rich_help_panel=INPUT,
        help="Names of the columns of a file without header.",
    ),
]
NaValues = Annotated[
    list[str],
    typer.Option(
        "--na", metavar="TOKENS", rich_help_panel=INPUT, help="Cells that mean a missing value: '?'"
    ),
]
Delimiter = Annotated[
    str | None,
    typer.Option("--delimiter", metavar="CHAR", rich_help_panel=INPUT, help="Found by itself unless given."),
]
Rename = Annotated[
    list[str],
    typer.Option(
        "--rename",
        metavar="NEW=OLD",
        rich_help_panel=INPUT,
        help="Column NEW of the table is the model's OLD.",
    ),
]
Missing = Annotated[
    list[str],
    typer.Option(
        "--missing",
        metavar="NAMES",
        rich_help_panel=INPUT,
        help="Predict with these columns missing in every row.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        min=0.0,
        max=1.0,
        rich_help_panel=EVALUATION,
        help="A row is decided positive from this probability on; the model's own unless given.",
    ),
]
Json = Annotated[bool, typer.Option("--json", rich_help_panel=OUTPUT, help="Print for machines.")]
ShowAll = Annotated[
    bool,
    typer.Option("--all", rich_help_panel=OUTPUT, help="Print every coefficient, not the strongest only."),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads", min=1, rich_help_panel=OUTPUT, help="At most so many; results do not depend on it."
    ),
]


def names(texts: list[str]) -> tuple[str, ...]:
    """Split comma-separated names; quotes protect a comma inside one.

    Examples
    --------
    >>> names(["age,sex", '"income, monthly"'])
    ('age', 'sex', 'income, monthly')
    """
    split = [name.strip() for row in csv.reader(texts, skipinitialspace=True) for name in row]
    return tuple(name for name in split if name)


def pairs(texts: list[str]) -> dict[str, str]:
    """Read `new=old` pairs.

    Examples
    --------
    >>> pairs(["thalac=thalach"])
    {'thalac': 'thalach'}
    """
    found = {}
    for text in names(texts):
        new, equals, old = text.partition("=")
        if not (new and equals and old):
            raise InputError(f"--rename {text}: expected NEW=OLD.", "as in --rename max_hr=thalach")
        found[new] = old
    return found


def one_or_many(sources: list[str]) -> str | list[str]:
    """Keep a single path as it is (it may be a glob or -); several are the parts of one table."""
    return sources[0] if len(sources) == 1 else sources


def use_threads(count: int | None) -> None:
    """Limit the threads of every computation that follows."""
    if count is not None:
        from ogive._kernels import set_thread_count

        set_thread_count(count)


def result_stem(source: str | list[str]) -> str:
    """Name for the results of a table: of its file without folder and endings, `model` for any other.

    Examples
    --------
    >>> result_stem("data/loans.csv.gz"), result_stem("-"), result_stem(["a.csv", "b.csv"])
    ('loans', 'model', 'model')
    """
    if not isinstance(source, str) or source == "-" or any(sign in source for sign in "*?["):
        return "model"
    return Path(source).name.split(".")[0] or "model"
