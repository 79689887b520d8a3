"""The file of a calibrator: strictly read, with a clear word where it is not what it should be."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys

import numpy as np
import pytest

from ogive import InputError
from ogive._base import checksum, decode, encode
from ogive.calibration import (
    IsotonicCalibration,
    PlattScaling,
    SplineCalibration,
    VennAbers,
    load,
    save,
    to_bytes,
)
from ogive.calibration.files import READERS, AnyRecord, from_bytes

ROWS = ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], [0, 0, 1, 0, 1, 0, 1, 1])


def content_of(calibrator):
    return json.loads(to_bytes(calibrator.fit(*ROWS)))


def refused(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(InputError) as caught:
        from_bytes(data, "vendor.json")
    assert str(caught.value).startswith("vendor.json")
    assert caught.value.remedies
    return str(caught.value)


def resealed(content):
    """The file of a person who edited a record and knew how to write the checksum."""
    record = {name: content[name] for name in list(content)[4:]}
    text = json.dumps(record, indent=1).encode() + b"\n"
    with contextlib.suppress(ValueError):  # what cannot be read keeps the checksum of its text
        text = encode(decode(text, AnyRecord))
    return {**content, "checksum": checksum(text)}


def test_white_space_may_change_and_a_number_may_not():
    content = content_of(PlattScaling())
    assert from_bytes(json.dumps(content, indent=4).encode(), "vendor.json").slope_ == content["slope"]
    content["slope"] += 1e-9
    assert "was edited" in refused(content)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.99])
def test_truncated_files_are_refused(share):
    data = to_bytes(PlattScaling().fit(*ROWS))
    message = refused(data[: int(share * len(data))])
    assert "is empty" in message or "breaks off" in message or "not an Ogive calibrator" in message


def test_newer_versions_are_refused_before_their_content_is_read():
    content = content_of(PlattScaling())
    content.update(version=2, method="crystal ball")
    assert "newer" in refused(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c.pop("slope"),
        lambda c: c.update(extra=1),
        lambda c: c.update(slope="steep"),
        lambda c: c.update(slope=-1.0),
        lambda c: c.update(slope=None),
        lambda c: c.update(method="crystal ball"),
        lambda c: c.pop("method"),
        lambda c: c.update(classes=3),
        lambda c: c.update(logits=True),
        lambda c: c.update(limits=[0.9, 0.1]),
        lambda c: c.update(limits=None),
    ],
)
def test_strict_decoding_says_what_is_wrong(damage):
    content = content_of(PlattScaling())
    damage(content)
    assert "damaged or was edited" in refused(content)


@pytest.mark.parametrize(
    ("make", "damage"),
    [
        (IsotonicCalibration, lambda c: c["values"].reverse()),
        (IsotonicCalibration, lambda c: c["knots"].pop()),
        (IsotonicCalibration, lambda c: c.update(knots=[], values=[])),
        (IsotonicCalibration, lambda c: c["values"].__setitem__(-1, 1.5)),
        (lambda: IsotonicCalibration(centred=True), lambda c: c["values"].__setitem__(0, 0.0)),
        (SplineCalibration, lambda c: c["slopes"].__setitem__(0, -0.1)),
        (SplineCalibration, lambda c: c["slopes"].append(0.1)),
        (VennAbers, lambda c: c.update(parts=[])),
        (VennAbers, lambda c: c["parts"][0]["p1"].reverse()),
        (VennAbers, lambda c: c["parts"][0]["p0"].__setitem__(-1, 1.0)),
        (VennAbers, lambda c: c["parts"][0]["lower"].pop()),
    ],
)
def test_what_no_fit_could_give_is_refused_even_with_a_checksum(make, damage):
    content = content_of(make())
    from_bytes(json.dumps(resealed(content)).encode(), "vendor.json")
    damage(content)
    assert "damaged or was edited" in refused(resealed(content))


@pytest.mark.parametrize(
    "other", [b"p,y\n0.1,1\n", b"[1]", b'{"format": "ogive model"}', b"\x80\x04pickle", b"null"]
)
def test_other_files_are_no_calibrators(other):
    assert "is not an Ogive calibrator" in refused(other)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="no file"):
        load(tmp_path / "nowhere.json")
    with pytest.raises(InputError, match="cannot read"):
        load(tmp_path)
    with pytest.raises(InputError, match="no folder"):
        save(PlattScaling().fit(*ROWS), tmp_path / "nowhere" / "calibrator.json")


def test_a_file_for_one_event_refuses_scores_of_three_classes(tmp_path):
    save(PlattScaling().fit(*ROWS), tmp_path / "calibrator.json")
    with pytest.raises(
        InputError, match="3 columns, but this calibrator is for the probability of one event"
    ):
        load(tmp_path / "calibrator.json").transform(np.full((4, 3), 1 / 3))


def test_every_kind_of_record_has_a_name_of_its_own():
    names = [record.__struct_config__.tag for record in READERS]
    assert len(set(names)) == len(names)


def test_learning_and_files_need_no_scikit_learn(tmp_path):
    program = (
        "import sys\n"
        "from ogive.calibration import SplineCalibration, VennAbers, load, save\n"
        f"save(SplineCalibration().fit(*{ROWS}), 'a.json'); save(VennAbers().fit(*{ROWS}), 'b.json')\n"
        "load('a.json').transform([0.5]); load('b.json').transform([0.5])\n"
        "assert not {'sklearn', 'scipy', 'pandas'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
