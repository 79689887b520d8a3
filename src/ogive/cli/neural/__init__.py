"""`ogive neural`: networks from scratch, every step in the open."""

from __future__ import annotations

import typer

from ogive.cli.neural import compare, fit, step


def register(app: typer.Typer) -> None:
    """Add the group of commands to `app`."""
    group = typer.Typer(help="Networks from scratch, every step in the open.")
    for command in (step, fit, compare):
        command.register(group)
    app.add_typer(group, name="neural")
