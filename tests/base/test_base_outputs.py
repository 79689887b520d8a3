"""Outputs appear whole or not at all."""

from __future__ import annotations

import os

import pytest

import ogive
from ogive._base import Outputs


def test_all_files_move_at_the_end(tmp_path):
    with Outputs() as outputs:
        for name in ("a.txt", "b.txt"):
            outputs.place(tmp_path / name).write_text(name)
        assert not (tmp_path / "a.txt").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_what_was_there(tmp_path, error):
    (tmp_path / "a.txt").write_text("old")

    def half() -> None:
        with Outputs() as outputs:
            outputs.place(tmp_path / "a.txt").write_text("new")
            outputs.place(tmp_path / "b.txt").write_text("ne")
            raise error

    with pytest.raises(error):
        half()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_inputs_are_never_replaced(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("x\n")
    (tmp_path / "link.csv").symlink_to(table)
    for name in ("table.csv", "link.csv", "./table.csv"):
        with pytest.raises(ogive.InputError, match="is being read"), Outputs(inputs=[table]) as outputs:
            outputs.place(tmp_path / name)
    assert table.read_text() == "x\n"


def test_places_that_cannot_be_written_are_refused(tmp_path):
    with pytest.raises(ogive.InputError, match="is a folder"), Outputs() as outputs:
        outputs.place(tmp_path)
    with pytest.raises(ogive.InputError, match="there is no folder"), Outputs() as outputs:
        outputs.place(tmp_path / "nowhere" / "a.txt")
    with pytest.raises(ogive.InputError, match="two results"), Outputs() as outputs:
        _ = [outputs.place(tmp_path / "a.txt") for _ in range(2)]
    assert list(tmp_path.iterdir()) == []


def test_a_link_keeps_pointing_at_its_file(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with Outputs() as outputs:
        outputs.place(tmp_path / "link.txt").write_text("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_devices_are_written_into_and_stay():
    with Outputs() as outputs:
        outputs.place(os.devnull).write_text("gone")
    assert not os.path.isfile(os.devnull)


def test_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "plain.txt").write_text("x")
    with Outputs() as outputs:
        outputs.place(tmp_path / "a.txt").write_text("x")
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode
