"""Lint, format, types, and how long a file and a function may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [name for name in ("src", "tests", "benchmarks", "docs") if (ROOT / name).is_dir()]
SOURCES = [path for name in (*FOLDERS, "cpp") for path in sorted((ROOT / name).rglob("*"))]
LONGEST_FILE, LONGEST_FUNCTION = 500, 60


@pytest.mark.parametrize(
    "arguments",
    [["ruff", "check", *FOLDERS], ["ruff", "format", "--check", *FOLDERS], ["mypy"]],
    ids=["lint", "format", "types"],
)
def test_tools_have_nothing_to_say(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_stay_short() -> None:
    endings = {".py", ".pyi", ".hpp", ".cpp", ".js", ".css", ".R"}
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for path in SOURCES
        if path.suffix in endings
    }
    assert not {str(path): length for path, length in lengths.items() if length > LONGEST_FILE}


def test_functions_stay_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length
        for path in SOURCES
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        if (length := body_length(node)) > LONGEST_FUNCTION
    }
    assert not long


def body_length(node: ast.FunctionDef) -> int:
    """Lines of the body; what describes it, signature and docstring, may take the room it needs."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
