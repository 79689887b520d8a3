"""`ogive demo`: the main job on the bundled heart disease table."""

# ruff: noqa: PLC0415 (rooms are imported when needed)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ogive.cli import options as opt
from ogive.cli.console import print_text, progress
from ogive.cli.results import fit_and_write, show_fit

Folder = Annotated[
    Path, typer.Option("--output-dir", metavar="FOLDER", help="Where heart.ogive and heart.html are written.")
]

INTRODUCTION = """\
303 patients of the Cleveland clinic, 13 measurements each; which of them have coronary heart disease?
(Janosi, Steinbrunn, Pfisterer, Detrano 1988, UCI Machine Learning Repository, CC BY 4.0)
The same from your shell: ogive fit {table} --target disease
"""
GUIDE = """
What to look at
  the first table     how many times the odds of disease are multiplied by each measurement
  AUC                 how well the model ranks patients it has not seen: 0.5 is chance, 1 is perfect
  calibration slope   1 where the probabilities are as sure as they should be, below 1 where too sure
  {page}          the same with figures: open it in a browser"""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("demo")(demo)


def demo(
    output_dir: Folder = Path(),
    show_all: opt.ShowAll = False,
    threads: opt.Threads = None,
    json: opt.Json = False,
) -> None:
    """Fit the bundled heart disease table and say what to look at."""
    from ogive import workflow
    from ogive.datasets import heart_path

    opt.use_threads(threads)
    if not json:
        print_text(INTRODUCTION.format(table=heart_path()))
    path = output_dir / "heart.ogive"
    with progress() as say:
        model, paths = fit_and_write(
            lambda: workflow.fit(heart_path(), "disease", progress=say),
            path,
            inputs=[str(heart_path())],
            report=True,
            say=say,
        )
    show_fit(model, paths, everything=show_all, as_json=json)
    if not json:
        print_text(GUIDE.format(page=paths[1].name))
