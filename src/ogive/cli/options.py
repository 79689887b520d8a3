"""Options that several commands share, and how their text is read."""

# ruff: noqa: PLC0415 (rooms are imported when needed)

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Annotated, Any

import typer

from ogive._base import InputError

INPUT, MODELLING, EVALUATION, OUTPUT = "Reading the table", "The model", "Evaluation", "Output"
SCORES = "Scores in a table"
_COMPRESSED = {".gz", ".bz2", ".zst", ".xz"}

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
Label = Annotated[
    str | None,
    typer.Option(
        "--label",
        metavar="NAME",
        rich_help_panel=SCORES,
        help="Column with what happened: 0 and 1, no and yes, …",
    ),
]
Score = Annotated[
    list[str],
    typer.Option(
        "--score",
        metavar="NAME",
        rich_help_panel=SCORES,
        help="Column of probabilities. Given several times: compared with the first. With commas: one column a class.",
    ),
]
Classes = Annotated[
    list[str],
    typer.Option(
        "--classes",
        metavar="LABELS",
        rich_help_panel=SCORES,
        help="Labels of the classes in the order of --score a,b,c, where the names do not end in them.",
    ),
]
Weight = Annotated[
    str | None,
    typer.Option(
        "--weight", metavar="NAME", rich_help_panel=SCORES, help="Column of frequencies: 2 is the row twice."
    ),
]
Sampling = Annotated[
    bool,
    typer.Option(
        "--sampling-weights",
        rich_help_panel=SCORES,
        help="The weights say how many rows of a population a row stands for: intervals take account of it.",
    ),
]
Positive = Annotated[
    list[str],
    typer.Option(
        "--positive",
        metavar="VALUES",
        rich_help_panel=SCORES,
        help="Values of the label that count as the outcome: 1,2,3,4",
    ),
]
Logits = Annotated[
    bool, typer.Option("--logits", rich_help_panel=SCORES, help="The scores are log-odds, of any size.")
]
DropMissing = Annotated[
    bool,
    typer.Option(
        "--drop-missing", rich_help_panel=SCORES, help="Leave out rows without a score; say how many."
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="NAME", rich_help_panel=EVALUATION, help="Column of segments, each judged too."
    ),
]
CostFalsePositive = Annotated[
    float | None,
    typer.Option(
        "--cost-fp",
        min=0.0,
        rich_help_panel=EVALUATION,
        help="What a false positive costs; with --cost-fn it sets the threshold.",
    ),
]
CostFalseNegative = Annotated[
    float | None,
    typer.Option("--cost-fn", min=0.0, rich_help_panel=EVALUATION, help="What a false negative costs."),
]
Report = Annotated[bool, typer.Option("--report/--no-report", rich_help_panel=OUTPUT, help="Write the page.")]
Json = Annotated[bool, typer.Option("--json", rich_help_panel=OUTPUT, help="Print for machines.")]
ShowAll = Annotated[
    bool,
    typer.Option("--all", rich_help_panel=OUTPUT, help="Print every coefficient, not the strongest only."),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot", metavar="FILE", rich_help_panel=OUTPUT, help="Draw a page (.html), or an .svg or .png."
    ),
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


def numbers(option: str, text: str | None) -> list[float]:
    """Read numbers separated by commas; none where the option was not given.

    Examples
    --------
    >>> numbers("--at", "0.25,-1")
    [0.25, -1.0]
    """
    example = f"as in {option} 0.25,0.5"
    if text is None:
        return []
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"{option} {text}: expected numbers separated by commas.", example) from None
    if any(math.isnan(x) for x in found):
        raise InputError(f"{option} {text}: nan is no number.", example)
    return found


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


def scored_rows(
    label: str | None,
    score: list[str],
    weight: str | None,
    sampling: bool,
    positive: list[str],
    logits: bool,
    drop_missing: bool,
) -> dict[str, Any]:
    """Return how a table of scores is read, as the workflow takes it.

    Raises
    ------
    InputError
        Where the label or the score is not named, or sampling weights are declared without a column.
    """
    if label is None or not score:
        raise InputError(
            "scores are judged by a label: expected both --label and --score.", "as in --label y --score p"
        )
    if sampling and weight is None:
        raise InputError("--sampling-weights says what the weights are.", "name their column with --weight")
    return {
        "label": label,
        "score": score,
        "weight": weight,
        "sampling": sampling,
        "positive": names(positive) or None,
        "logits": logits,
        "drop_missing": drop_missing,
    }


def only_one(score: list[str]) -> str | None:
    """Return the one score that is named, or None.

    Raises
    ------
    InputError
        Where several are.
    """
    if len(score) > 1:
        raise InputError(f"expected one --score; got {', '.join(score)}.", "calibrate one column at a time")
    return score[0] if score else None


def only_for(what: str, given: dict[str, object]) -> None:
    """Refuse options that have a meaning only for something else.

    Raises
    ------
    InputError
        Where one of them was given.
    """
    wrong = [name for name, value in given.items() if value]
    if wrong:
        verb = "is" if len(wrong) == 1 else "are"
        raise InputError(f"{' and '.join(wrong)} {verb} for {what}.", f"leave {wrong[0]} out")


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
    >>> result_stem("data/loans.v2.csv.gz"), result_stem("-"), result_stem(["a.csv", "b.csv"])
    ('loans.v2', 'model', 'model')
    """
    if not isinstance(source, str) or source == "-" or any(sign in source for sign in "*?["):
        return "model"
    path = Path(source)
    return Path(path.stem).stem if path.suffix.lower() in _COMPRESSED else path.stem
