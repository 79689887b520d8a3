"""What the commands show and write of a fitted model: summary, page, model file."""

# ruff: noqa: PLC0415 (rooms are imported when needed)

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ogive._base import InputError
from ogive.cli.console import print_json, print_rich, print_text, written

if TYPE_CHECKING:
    from ogive.report import AnySummary
    from ogive.views import Figure
    from ogive.workflow import Say, TableModel

PAGE = ".html"
DRAWINGS = (PAGE, ".svg", ".png")


def fit_and_write(
    fit: Callable[[], TableModel[Any]], path: Path, *, inputs: Iterable[str], report: bool, say: Say
) -> tuple[TableModel[Any], list[Path]]:
    """Fit, then write the model file and, unless unwanted, its page beside it: both or neither.

    Whether they can be written is found out before the fit.
    """
    from ogive.workflow import Outputs

    paths = [path, path.with_suffix(PAGE)] if report else [path]
    with Outputs(inputs=inputs) as outputs:
        places = [outputs.place(path) for path in paths]
        model = fit()
        say(f"Writing {' and '.join(map(str, paths))}")
        places[0].write_bytes(model.to_bytes())
        if report:
            places[1].write_bytes(page_bytes(model.record.summary))
    written.extend(paths)
    return model, paths


def write_page(summary: AnySummary, path: Path, *, inputs: Iterable[str]) -> None:
    """Write the page of a summary."""
    from ogive.workflow import Outputs

    with Outputs(inputs=inputs) as outputs:
        outputs.place(path).write_bytes(page_bytes(summary))
    written.append(path)


def page_bytes(summary: AnySummary) -> bytes:
    """Return the page as UTF-8."""
    from ogive.report import html_page

    return html_page(summary).encode()


def print_summary(
    summary: AnySummary, *, everything: bool, as_json: bool, seconds: float | None = None
) -> None:
    """Print a summary for a person, or as it is for a machine."""
    if as_json:
        print_json(msgspec.to_builtins(summary))
        return
    from ogive.report import terminal_summary

    print_rich(
        terminal_summary(
            summary, all_terms=everything, milliseconds=None if seconds is None else 1000 * seconds
        )
    )


def write_drawing(
    path: Path, figures: Sequence[Figure], page: Callable[[], str], *, quiet: bool = False
) -> None:
    """Write figures as a drawing or a whole page, as the ending says, and say so."""
    from ogive.views import drawn, size
    from ogive.workflow import Outputs

    ending = path.suffix.lower()
    if ending not in DRAWINGS:
        raise InputError(
            f"{path}: the ending says the format, and {ending or 'none'} cannot be drawn.",
            f"choose one of {', '.join(DRAWINGS)}",
        )
    content = page().encode() if ending == PAGE else drawn(figures, ending[1:])
    with Outputs() as outputs:
        outputs.place(path).write_bytes(content)
    written.append(path)
    if not quiet:
        print_text(f"Wrote {path} ({size(len(content))})")


def show_fit(model: TableModel[Any], paths: list[Path], *, everything: bool, as_json: bool) -> None:
    """Print the summary, what was written, and what can be done next."""
    print_summary(model.record.summary, everything=everything, as_json=as_json, seconds=model.seconds)
    if as_json:
        return
    from ogive.views import size

    print_text(f"\nWrote {' and '.join(f'{path} ({size(path.stat().st_size)})' for path in paths)}")
    steps = [f"ogive predict {shlex.quote(str(paths[0]))} new.csv"]
    steps += [f"open {shlex.quote(str(page))}" for page in paths[1:]]
    judged = model.record.summary.validation
    if judged is None or judged.choice is None:
        steps.append("--cost-fp and --cost-fn to choose the threshold")
    print_text(f"Next: {' · '.join(steps)}")
