"""What starting loads: the package almost nothing, the command no more than its work needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"altair", "matplotlib", "pandas", "polars", "sklearn", "statsmodels", "torch", "vl_convert"}


def loaded_by(program: str, cwd: Path) -> set[str]:
    """Names of the top-level packages that a program adds to those of a bare interpreter."""
    code = f"import sys; before = set(sys.modules)\n{program}\nimport json; " + (
        "print('\\n' + json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1])) - sys.stdlib_module_names


def test_importing_ogive_loads_nothing_else(tmp_path: Path) -> None:
    assert loaded_by("import ogive", tmp_path) <= {"ogive", "numpy"}


def test_functions_need_only_numpy(tmp_path: Path) -> None:
    loaded = loaded_by("from ogive.functions import sigmoid; sigmoid(0.0)", tmp_path)
    assert not loaded & (HEAVY | {"scipy", "pyarrow"})


def test_help_reads_no_tables(tmp_path: Path) -> None:
    loaded = loaded_by("from ogive.cli import main; assert main(['fit', '--help']) == 0", tmp_path)
    assert not loaded & (HEAVY | {"scipy", "pyarrow"})


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", "heart.csv", "--target", "disease"],
        ["fit", "heart.csv", "--target", "disease", "--no-report"],
        ["neural", "fit", "heart.csv", "--target", "disease", "--epochs", "2"],
    ],
)
def test_fit_needs_no_other_library(tmp_path: Path, arguments: list[str]) -> None:
    program = (
        "import shutil; from ogive.datasets import heart_path; shutil.copy(heart_path(), 'heart.csv')\n"
        f"import sys; sys.argv = {['ogive', *arguments]}; from ogive.cli import main; assert main() == 0"
    )
    assert not loaded_by(program, tmp_path) & HEAVY
