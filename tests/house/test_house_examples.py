"""Every example runs: those of the docstrings, and those of README and the guides.

In a page, a `python` block is run (as a doctest where it shows a prompt), and in a `console` block each line
that begins with `$` is run by the shell in a folder of the page's own; what stands below it must be what is
printed, where `...` stands for anything. An `output` block quotes a part of what the last command printed. Blocks
of one page run in order and share their names and files. Other blocks (`sh`, `text`) are only shown.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import os
import re
import subprocess
import sysconfig
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ogive"
MODULES = sorted(
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
)
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if re.search(r"^```(python|console)", path.read_text(encoding="utf-8"), re.MULTILINE)
]
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run examples in; the installed command is found first, and prints 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"])
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    output = io.StringIO()
    with np.printoptions(precision=8, suppress=False, linewidth=75):
        for test in doctest.DocTestFinder(exclude_empty=True).find(module):
            runner.run(test, out=output.write)
    assert not runner.failures, output.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_page_examples(page: Path, folder: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    text = page.read_text(encoding="utf-8")
    printed = ""
    for block in re.finditer(r"^```(python|console|output)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        line = text[: block.start()].count("\n") + 1
        if block[1] == "console":
            printed = run_console(block[2], f"{page.name}:{line}")
        elif block[1] == "output":
            check(f"...{block[2]}...", printed, f"{page.name}:{line}")
        elif ">>>" in block[2]:
            run_prompts(block[2], names, page, line)
        else:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(block[2], f"{page.name}:{line}", "exec"), names)


def run_prompts(block: str, names: dict[str, object], page: Path, line: int) -> None:
    test = doctest.DocTestParser().get_doctest(block, names, page.name, str(page), line)
    runner = doctest.DocTestRunner(optionflags=LOOSE)
    output = io.StringIO()
    runner.run(test, out=output.write, clear_globs=False)
    names.update(test.globs)
    assert not runner.failures, output.getvalue()


def run_console(block: str, where: str) -> str:
    """Run each command of a transcript, mistakes included, and return what the last one printed."""
    printed = ""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        done = subprocess.run(
            command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        printed = done.stdout
        assert done.returncode in (0, 2), f"{where}: {command}\n{printed}"
        if expected.strip():
            check(expected, printed, f"{where}: {command}")
    return printed


def check(expected: str, printed: str, where: str) -> None:
    """Compare what a page shows with what was printed; widths of blanks do not matter."""
    same = doctest.OutputChecker().check_output(expected, printed, LOOSE)
    assert same, f"{where}\nexpected\n{expected}\ngot\n{printed}"
