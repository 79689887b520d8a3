"""The directive `ogive-command`: arguments and options of a command, read from the command itself."""

from __future__ import annotations

from typing import Any

import typer
from docutils import nodes
from docutils.parsers.rst import Directive

from ogive.cli.main import app


class Command(Directive):
    """What `ogive NAME --help` says, as a list of definitions."""

    required_arguments = 1
    final_argument_whitespace = True  # as in "neural fit"

    def run(self) -> list[nodes.Node]:
        """Return a paragraph and, under the headings of the help, one definition an argument or option."""
        command: Any = typer.main.get_command(app)
        for name in self.arguments[0].split():
            command = command.commands[name]
        panels: dict[str, nodes.definition_list] = {}
        for parameter in command.params:
            if parameter.name != "help":
                panel = getattr(parameter, "rich_help_panel", None) or ""
                panels.setdefault(panel, nodes.definition_list()).append(self.describe(parameter))
        content: list[nodes.Node] = [nodes.paragraph(text=command.help)]
        for panel, described in panels.items():
            content += [nodes.rubric(text=panel)] if panel else []
            content.append(described)
        return content

    def describe(self, parameter: Any) -> nodes.definition_list_item:
        """Return one argument or option with its explanation."""
        placeholder = parameter.metavar or parameter.name.upper()
        text = parameter.help or ""
        if parameter.param_type_name == "argument":
            name = placeholder
        else:
            name = " / ".join([*parameter.opts, *parameter.secondary_opts])
            if not parameter.is_flag:
                name += f" {placeholder}"
                if parameter.default not in (None, "", (), []):
                    text += f" Default: {parameter.default}."
        term = nodes.term("", "", nodes.literal(text=name))
        return nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph(text=text)))


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("ogive-command", Command)
    return {"parallel_read_safe": True}
