"""How many threads the kernels use: an option, the environment, then what the machine grants this process."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ogive import _core
from ogive._base import InputError

_CGROUP = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")


def set_thread_count(count: int | None = None) -> None:
    """Use `count` threads from now on; None asks the environment and the machine again.

    Results do not depend on it: the same data give the same bits.

    Raises
    ------
    InputError
        If `count` is not a positive integer.
    """
    if count is None:
        count = _from_environment() or _granted()
    if count < 1:
        raise InputError(f"threads must be at least 1, got {count}.", "leave the option out to use all cores")
    _core.set_thread_limit(count)


def thread_count() -> int:
    """Return the number of threads in use."""
    return _core.thread_limit()


def _from_environment() -> int | None:
    for name in ("OGIVE_NUM_THREADS", "OMP_NUM_THREADS"):
        text = os.environ.get(name, "").split(",")[0].strip()
        if text.isdigit() and int(text) > 0:
            return int(text)
    return None


def _granted() -> int:
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(affinity, _cgroup_limit()))


def _cgroup_limit() -> int:
    """Cores that the control groups of this process allow, rounded up; a large number where there is no limit."""
    limits = [_quota(folder) for folder in _own_groups()]
    return min([limit for limit in limits if limit], default=1 << 16)


def _own_groups() -> list[Path]:
    """The process's control group and those around it (version 2), and version 1's group of processors."""
    groups = [_CGROUP, _CGROUP / "cpu"]
    try:
        lines = _MEMBERSHIP.read_text().splitlines()
    except OSError:
        return groups
    for path in (line[3:].strip("/") for line in lines if line.startswith("0::/")):
        parts = Path(path).parts
        groups += [_CGROUP.joinpath(*parts[: i + 1]) for i in range(len(parts))]
    return groups


def _quota(folder: Path) -> int | None:
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):
        pass
    try:
        quota_us = int((folder / "cpu.cfs_quota_us").read_text())
        period_us = int((folder / "cpu.cfs_period_us").read_text())
        return math.ceil(quota_us / period_us) if quota_us > 0 else None
    except (OSError, ValueError):
        return None


set_thread_count()


def side_by_side(*calls: Callable[[], Any], worthwhile: bool = True) -> list[Any]:
    """Return what each call returns, made by as many threads as there may be; they end before this returns.

    It pays for calls that spend milliseconds in the core or in NumPy, which let other threads run meanwhile.
    """
    if not worthwhile or thread_count() == 1:
        return [call() for call in calls]
    with ThreadPoolExecutor(min(thread_count(), len(calls))) as pool:
        return [made.result() for made in [pool.submit(call) for call in calls]]
