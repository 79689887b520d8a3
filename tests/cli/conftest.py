"""The command as a person runs it, in a folder with a table."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogive._kernels import set_thread_count
from ogive.cli import main
from ogive.datasets import heart_path


@dataclass
class Done:
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with heart.csv, which the command runs in."""
    shutil.copy(heart_path(), tmp_path / "heart.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def ogive_command(folder, capsys):
    """Run the command in the folder; every mistake must leave the folder as it was."""

    def run(*arguments: str) -> Done:
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        capsys.readouterr()
        code = main(list(arguments))
        printed = capsys.readouterr()
        after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        assert "Traceback" not in printed.err
        assert not [name for name in after if name.endswith(".part")]
        if code != 0:
            assert after == before
        return Done(code, printed.out, printed.err)

    yield run
    set_thread_count(None)  # --threads lasts as long as the process


@pytest.fixture(scope="session")
def model_file(tmp_path_factory) -> Path:
    """A model of the heart table, written by the command."""
    path = tmp_path_factory.mktemp("model") / "heart.ogive"
    code = main(["fit", str(heart_path()), "--target", "disease", "-o", str(path), "--no-report"])
    assert code == 0
    return path


@pytest.fixture
def with_model(folder, model_file):
    """The folder with heart.ogive in it."""
    shutil.copy(model_file, folder / "heart.ogive")
    return folder
