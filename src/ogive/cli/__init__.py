"""The command `ogive`: read the options, call the workflow, print what came out."""

from ogive.cli.main import main

__all__ = ["main"]
