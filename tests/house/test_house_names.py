"""The public names: complete, present, described; and the stub of the compiled core, against the core."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from nanobind.stubgen import StubGen

import ogive

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ogive"
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_public_names_exist_and_are_described(room: str) -> None:
    module = importlib.import_module(f"ogive.{room}" if room else "ogive")
    assert module.__doc__, "the file must say what the room is"
    for name in module.__all__:
        value = getattr(module, name)
        if callable(value) and not room.startswith("_"):
            assert inspect.getdoc(value), f"{name} has no docstring"


@pytest.mark.parametrize("room", ROOMS)
def test_public_names_are_complete(room: str) -> None:
    """Whatever the door of a room imports from within is exported, that which is imported when first used too."""
    module = importlib.import_module(f"ogive.{room}")
    path = PACKAGE / room / "__init__.py"
    taken = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ogive.")
        for alias in node.names
    }
    assert taken == set(module.__all__)


@pytest.mark.parametrize("name", ogive.__all__)
def test_top_level_names_have_an_example(name: str) -> None:
    value = getattr(ogive, name)
    if isinstance(value, type) and issubclass(value, Exception) and "__init__" not in vars(value):
        return  # an exception that is another one under its own name: nothing to show
    assert ">>>" in (inspect.getdoc(value) or ""), f"ogive.{name} has no example"


def test_dir_shows_what_there_is() -> None:
    assert set(ogive.__all__) <= set(dir(ogive))
    for name in dir(ogive):
        assert getattr(ogive, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = ogive.nothing


def test_stub_matches_the_compiled_core() -> None:
    core: ModuleType = importlib.import_module("ogive._core")
    generator = StubGen(core)
    generator.put(core)
    assert signatures((PACKAGE / "_core.pyi").read_text(encoding="utf-8")) == signatures(generator.get())
    ufuncs = {name for name in dir(core) if isinstance(getattr(core, name), np.ufunc)}
    assert ufuncs <= signatures(generator.get()).keys()


def signatures(text: str) -> dict[str, str]:
    """Names of a stub, with names and defaults of their parameters; types are said more exactly by hand."""
    found: dict[str, str] = {}

    def visit(nodes: list[ast.stmt], prefix: str) -> None:
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                found[prefix + node.name] = "class"
                visit(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef):
                kind = "property " if node.decorator_list else ""
                defaults = [ast.unparse(value) for value in node.args.defaults]
                found[prefix + node.name] = f"{kind}{[arg.arg for arg in node.args.args]} {defaults}"
            elif isinstance(node, ast.AnnAssign):
                found[prefix + ast.unparse(node.target)] = "value"

    visit(ast.parse(text).body, "")
    return found
