"""Who may import whom: the floors by import-linter, the doors of the rooms by reading every import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ogive"
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
FILES = sorted(PACKAGE.glob("*/**/*.py"))  # the package's own file names its rooms, and may look into them


def imports(path: Path) -> Iterator[tuple[int, str, str | None]]:
    """Every import of a file, those inside functions too: line, module, name (None for `import module`)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: import by the full name"
            yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)


def test_the_floors_hold() -> None:
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_rooms_are_entered_by_their_door() -> None:
    """`from ogive.data import Design`, never `from ogive.data.design import Design`, from another room."""
    private = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in FILES
        for line, module, _ in imports(path)
        if module.startswith("ogive.")
        and module.count(".") > 1
        and module.split(".")[1] != path.relative_to(PACKAGE).parts[0]
    ]
    assert not private, "\n".join(private)


def test_names_taken_through_a_door_are_public() -> None:
    public = {room: exported(PACKAGE / room / "__init__.py") for room in ROOMS}
    hidden = [
        f"{path.relative_to(ROOT)}:{line}: ogive.{room} does not export {name}"
        for path in FILES
        for line, module, name in imports(path)
        if module.startswith("ogive.") and module.count(".") == 1
        for room in [module.split(".")[1]]
        if room in public and name is not None and name not in public[room]
        if path.relative_to(PACKAGE).parts[0] != room
    ]
    assert not hidden, "\n".join(hidden)


def exported(path: Path) -> list[str]:
    """The literal `__all__` of a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def test_only_kernels_touches_the_compiled_core() -> None:
    others = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in FILES
        for line, module, name in imports(path)
        if (module == "ogive._core" or (module == "ogive" and name == "_core"))
        and path.relative_to(PACKAGE).parts[0] != "_kernels"
    ]
    assert not others, "\n".join(others)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_file_in_the_architecture(room: str) -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert f"`{room}`" in page, f"ARCHITECTURE.md does not describe the room {room}"
