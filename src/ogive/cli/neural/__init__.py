"""`ogive neural`: networks from scratch, in the open."""

from __future__ import annotations

import typer

from ogive.cli.neural import step


def register(app: typer.Typer) -> None:
    """Add the group of commands to `app`."""
    group = typer.Typer()
    group.callback()(_group)
    for command in (step,):
        command.register(group)
    app.add_typer(group, name="neural")


def _group() -> None:
    """Networks from scratch, every step in the open."""
