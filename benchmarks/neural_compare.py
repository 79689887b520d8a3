"""Activations, depths and initialisations compared on scikit-learn's digits and on MNIST.

MNIST's images stand in ../shared/data; its 10,000 test images are those held out. Run

    python -m benchmarks.neural_compare        # writes neural_compare.md; some minutes
    python -m benchmarks.neural_compare --pages folder
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from ogive import neural
from ogive.report import NetworksCompared, contest_page
from ogive.report.contest import accuracy_words, arriving, contest_answer, contest_notes

ROOT = Path(__file__).resolve().parents[1]
MNIST = ROOT.parent / "shared" / "data" / "images" / "mnist"

PAGE = """# Which activation, how deep

Written by `neural_compare.py`. Accuracy is that of rows that nothing learnt from, after the last epoch, with Student's
interval over the seeds; bold is the best of its depth and what ties with it. Epochs: when 95 % of the fall of the
training loss was made (median). Gradient: what arrives at the first layer of that of the last one, before the first
step and after the last. Saturated: outputs of hidden layers at the end. `ms` is the median time of a step on one thread
of the machine that wrote this, the only column that changes.

"""


def mnist(part: str) -> tuple[np.ndarray, np.ndarray]:
    """Return images as shares of white, one a row, and their digits; `part` is "train" or "t10k"."""
    with gzip.open(MNIST / f"{part}-images-idx3-ubyte.gz") as file:
        x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(MNIST / f"{part}-labels-idx1-ubyte.gz") as file:
        return (x / 255).astype(np.float32), np.frombuffer(file.read(), np.uint8, offset=8)


def studies(rows: int) -> Iterator[tuple[str, NetworksCompared]]:
    """Yield the comparisons by name."""
    x, y = load_digits(return_X_y=True)
    yield "digits", neural.compare(x.astype(np.float32), y, inits=("auto", "glorot-plain"), progress=print)
    if not MNIST.is_dir():
        print("MNIST is not on this machine")
        return
    x, y = (np.concatenate([a[:rows], b]) for a, b in zip(mnist("train"), mnist("t10k"), strict=True))
    out = np.arange(len(y)) >= len(y) - 10_000
    settings = {"width": 64, "epochs": 5, "batch": 128, "seeds": 3, "inits": ("auto", "glorot-plain")}
    yield "MNIST", neural.compare(x, y, held_out=out, **settings, progress=print)


def section(name: str, found: NetworksCompared) -> str:
    """Return a comparison as Markdown."""
    lines = [
        f"## {name}",
        "",
        f"{found.learnt:,} rows of {found.inputs} numbers to learn from, {found.held_out:,} held out; hidden layers of "
        f"{found.width}; Adam, rate {found.rate:g}, {found.epochs} epochs of steps of {found.batch} rows; "
        f"{found.seeds} seeds.",
        "",
        contest_answer(found),
        "",
        *(f"- {note}" for note in contest_notes(found)),
        "",
        "| activation | weights | depth | accuracy | loss | epochs | gradient: start | end | saturated | wrong | ms |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|---|--:|",
    ]
    for cell, time in zip(found.cells, found.milliseconds, strict=True):
        mark = "**" if cell in found.leaders(cell.depth) else ""
        parts = (arriving(ratios)[-1] for ratios in (cell.ratios_start, cell.ratios_end))
        cells = [
            *(cell.activation, cell.init, str(cell.depth), f"{mark}{accuracy_words(cell.accuracy)}{mark}"),
            "–" if cell.loss is None else f"{cell.loss.value:.3f}",
            "–" if cell.converged is None else f"{cell.converged:g}",
            *("–" if part is None else f"{part:.2g}" for part in parts),
            f"{100 * cell.saturated[-1]:.1f} %",
            ", ".join(f"{one.kind} ({one.seeds} of {found.seeds})" for one in cell.complaints),
            f"{time:.2f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000, help="training images of MNIST")
    parser.add_argument("--pages", type=Path, help="folder for the pages")
    options = parser.parse_args()
    sections = []
    for name, found in studies(options.rows):
        sections.append(section(name, found))
        if options.pages:
            (options.pages / f"{name.lower()}.html").write_text(contest_page(found), encoding="utf-8")
    Path(__file__).with_suffix(".md").write_text(PAGE + "\n".join(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
