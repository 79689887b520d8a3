"""The model file: the same model back, the same bytes, and a clear word where it is not what it should be."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

import ogive
from ogive.workflow.file import VERSION, from_bytes


@pytest.fixture
def content(heart_model):
    """The file of the demo's model, as JSON."""
    return json.loads(heart_model.to_bytes())


def refused(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(ogive.InputError) as caught:
        from_bytes(data, "heart.ogive")
    message = str(caught.value)
    assert message.startswith("heart.ogive")
    assert caught.value.remedies
    return message


def test_load_gives_the_same_model(heart_model, heart_table, tmp_path):
    path = tmp_path / "heart.ogive"
    heart_model.save(path)
    again = ogive.load(path)
    assert again.to_bytes() == path.read_bytes() == heart_model.to_bytes()
    np.testing.assert_array_equal(again.coef, heart_model.coef)
    np.testing.assert_array_equal(again.covariance, heart_model.covariance)
    before, after = heart_model.predict(heart_table), again.predict(heart_table)
    np.testing.assert_array_equal(before.probability, after.probability)
    np.testing.assert_array_equal(before.low, after.low)
    assert again.evaluation == heart_model.evaluation
    assert again.summary(width=100) == heart_model.summary(width=100)


def test_the_file_is_readable_json_with_everything_in_it(content, heart_model):
    assert content["format"] == "ogive model"
    assert content["version"] == VERSION
    assert set(content["model"]) == {
        *("schema", "encoding", "parameters", "threshold", "na_values", "calibrator", "summary"),
    }
    provenance = content["model"]["summary"]["provenance"]
    assert len(provenance["fingerprint"]) == 64
    assert provenance["versions"]["numpy"] == np.__version__
    size = len(heart_model.coef) + 1
    assert len(content["model"]["parameters"]["covariance"]) == size * (size + 1) // 2
    text = heart_model.to_bytes().decode()
    assert text.count("\n") > 100
    assert "NaN" not in text


def test_covariance_is_symmetric_and_gives_the_standard_errors(heart_model):
    covariance = heart_model.covariance
    np.testing.assert_array_equal(covariance, covariance.T)
    errors = [term.se for term in heart_model.terms]
    np.testing.assert_allclose(np.sqrt(np.diagonal(covariance))[1:], errors, rtol=1e-12)


def test_white_space_may_change_and_a_number_may_not(content):
    from_bytes(json.dumps(content, indent=4).encode(), "heart.ogive")
    content["model"]["parameters"]["coef"][0] += 1e-9
    assert "was edited" in refused(content)


def test_an_edited_summary_is_noticed_too(content):
    content["model"]["summary"]["validation"]["evaluation"]["auc"]["value"] = 0.99
    assert "was edited" in refused(content)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.999])
def test_truncated_files_are_refused(heart_model, share):
    data = heart_model.to_bytes()
    message = refused(data[: int(share * len(data))])
    assert "is empty" in message or "breaks off" in message or "not an Ogive model" in message


def test_newer_versions_are_refused_before_their_content_is_read(content):
    content["version"] = VERSION + 1
    content["model"] = {"something": "new"}
    message = refused(content)
    assert "newer" in message
    assert "upgrade" in message


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c["model"].pop("threshold"),
        lambda c: c["model"].update(extra=1),
        lambda c: c["model"].update(threshold="high"),
        lambda c: c["model"]["parameters"]["coef"].append("x"),
        lambda c: c["model"]["parameters"].update(coef=3),
        lambda c: c["model"]["parameters"]["coef"].append(None),
        lambda c: c.pop("checksum"),
    ],
)
def test_strict_decoding_names_the_field(content, damage):
    damage(content)
    assert "damaged or was edited" in refused(content)


@pytest.mark.parametrize(
    "other", [b"age,sex\n63,1\n", b"[1, 2]", b'{"a": 1}', b"\x80\x04\x95pickle", b"null"]
)
def test_other_files_are_no_models(other):
    assert "is not an Ogive model" in refused(other)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ogive.InputError, match="no file"):
        ogive.load(tmp_path / "nowhere.ogive")
    with pytest.raises(ogive.InputError, match="cannot read"):
        ogive.load(tmp_path)


def test_models_stay_picklable_in_memory(heart_model):
    again = pickle.loads(pickle.dumps(heart_model))
    np.testing.assert_array_equal(again.coef, heart_model.coef)
