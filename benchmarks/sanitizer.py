"""The tests of the compiled core, with every access to memory checked by AddressSanitizer and UBSan.

    python -m benchmarks.sanitizer [tests ...]

Builds a core with the checks in a temporary folder, some four minutes, and runs the tests on it in every clone that the
machine can run. GCC and the build dependencies are needed, as for an editable install.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.accuracy.clones import available

ROOT = Path(__file__).parents[1]
TESTS = ["tests/kernels", "tests/functions", "tests/curves/test_curves_kernels.py"]
SLOW = "--ignore=tests/functions/test_functions_accuracy.py"  # its reference is another library
START = """
import sys
sys.meta_path = [f for f in sys.meta_path if type(f).__name__ != "ScikitBuildRedirectingFinder"]
sys.path.insert(0, sys.argv.pop(1))
from ogive import _core
assert _core.__file__.startswith(sys.path[0]), _core.__file__
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
"""Runs the tests on the package in a folder, though another may be installed for editing."""


def library(name: str) -> str:
    """The path of one of the compiler's libraries."""
    found = subprocess.run(["g++", f"-print-file-name={name}"], check=True, capture_output=True, text=True)
    return found.stdout.strip()


def main() -> int:
    """Build, test, and return the status."""
    tests = sys.argv[1:] or [*TESTS, SLOW]
    with tempfile.TemporaryDirectory() as folder:
        build = ["--no-deps", "--no-build-isolation", "--target", folder, f"-Cbuild-dir={folder}/build"]
        checks = ["-Ccmake.define.OGIVE_SANITIZE=ON", "-Ccmake.build-type=None"]
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", *build, *checks, str(ROOT)], check=True)
        status = 0
        for clone in available():
            environment = {
                **os.environ,
                "OGIVE_ISA": clone,
                "LD_PRELOAD": f"{library('libasan.so')} {library('libstdc++.so')}",
                # Python keeps memory to its end; what it allocates is not the question.
                "ASAN_OPTIONS": "detect_leaks=0",
                "PYTHONMALLOC": "malloc",
            }
            run = [sys.executable, "-c", START, folder, "-q", "-x", "-p", "no:cacheprovider", *tests]
            failed = subprocess.run(run, cwd=ROOT, env=environment, check=False).returncode
            print(f"{clone}: {'ERRORS' if failed else 'no error'}", flush=True)
            status |= failed
    return status


if __name__ == "__main__":
    sys.exit(main())
