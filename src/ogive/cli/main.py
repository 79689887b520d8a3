"""The command line as a whole: its commands, its exit codes, and what a mistake looks like.

Exit codes: 0 done, 2 a mistake in the input, 130 stopped by Ctrl-C. Everything heavier than the options is
imported by the command that needs it, so `ogive --help` costs nothing.
"""

# ruff: noqa: PLC0415 (rooms are imported when needed)

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ogive._base import InputError
from ogive.cli import calibrate, curve, decide, demo, evaluate, fit, function, neural, predict, show
from ogive.cli.console import print_error, written
from ogive.cli.lean import do_without_pandas

# Commands that write no file whatever happens.
_SAYS = (["show"], ["decide"])
DONE, MISTAKE, STOPPED, ENDED = 0, 2, 130, 143

app = typer.Typer(
    name="ogive",
    help="Numbers into probabilities that people can act on.",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for _command in (fit, predict, show, evaluate, calibrate, decide, curve, neural, demo, function):
    _command.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from ogive import __version__

        print(f"ogive {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Defaults to those of the process.

    Examples
    --------
    >>> main(["--version"])  # doctest: +ELLIPSIS
    ogive ...
    0
    """
    if (
        arguments is None
    ):  # a process of its own: it goes without pandas, and being ended tidies up like Ctrl-C
        do_without_pandas()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))
    arguments = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    written.clear()
    try:
        code = app(args=arguments, prog_name="ogive", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except BrokenPipeError:
        # The reader (`| head`) has gone; nothing more can be said to it, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except InputError as error:
        return _mistake(arguments, error)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _mistake(arguments, InputError(f"{where}{(error.strerror or str(error)).lower()}."))
    except Exception as error:
        return _mistake(arguments, _usage_error(error))
    if code == STOPPED:
        done = f"{' and '.join(map(str, written))} had been written" if written else "nothing was written"
        print(f"Stopped; {done}.", file=sys.stderr)
    return code if isinstance(code, int) else DONE


def _usage_error(error: Exception) -> InputError:
    """Typer's complaint about the options in Ogive's voice; any other error is a defect and goes on up."""
    described: Any = getattr(error, "format_message", None)
    if described is None:
        raise error
    context = getattr(error, "ctx", None)
    remedies = [f"see {context.command_path} --help"] if context is not None else []
    return InputError(described(), remedies)


def _mistake(arguments: Sequence[str], error: InputError) -> int:
    print_error(error, writes=arguments[:1] not in _SAYS, as_json="--json" in arguments, code=MISTAKE)
    return MISTAKE
