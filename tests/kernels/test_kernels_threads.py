"""The number of threads: option, environment, affinity, control group."""

from __future__ import annotations

import os
import threading

import pytest

from ogive import InputError
from ogive._kernels import set_thread_count, side_by_side, thread_count, threads


@pytest.fixture(autouse=True)
def restore():
    yield
    set_thread_count()


def test_option_and_environment(monkeypatch):
    set_thread_count(3)
    assert thread_count() == 3
    monkeypatch.setenv("OGIVE_NUM_THREADS", "4")
    set_thread_count()
    assert thread_count() == 4
    monkeypatch.setenv("OGIVE_NUM_THREADS", "none")
    monkeypatch.setenv("OMP_NUM_THREADS", "2,1")
    set_thread_count()
    assert thread_count() == 2
    with pytest.raises(InputError, match="at least 1"):
        set_thread_count(0)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "150000 100000"}, 2),
        ({"cpu.max": "max 100000"}, 8),
        ({"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"}, 3),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
        ({"cpu.max": "max 100000", "job/step/cpu.max": "max 100000", "job/cpu.max": "200000 100000"}, 2),
        ({}, 8),
    ],
)
def test_control_group(monkeypatch, tmp_path, files, expected):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    (tmp_path / "membership").write_text("0::/job/step\n")
    monkeypatch.setattr(threads, "_MEMBERSHIP", tmp_path / "membership")
    monkeypatch.setattr(threads, "_CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    monkeypatch.delenv("OGIVE_NUM_THREADS", raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    set_thread_count()
    assert thread_count() == expected


@pytest.mark.parametrize("count", [1, 2])
def test_calls_side_by_side_answer_in_order_and_leave_no_thread(count):
    set_thread_count(count)
    before = threading.active_count()
    assert side_by_side(lambda: 1, lambda: 2, lambda: 3) == [1, 2, 3]
    assert side_by_side(lambda: 1, lambda: 2, worthwhile=False) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda: 1, lambda: 1 / 0)
    assert threading.active_count() == before
