"""Keep pandas out of a process that has no use for it.

Where pandas is installed, pyarrow imports it when it converts its first value, to recognise pandas objects: a
third of a second and 80 MB that a command line tool spends for nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not used by this command", name=fullname)
        return None


def do_without_pandas() -> None:
    """Let this process behave as if pandas were not installed, unless it is imported already.

    For the command only: a library must not take pandas away from its caller.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas())
