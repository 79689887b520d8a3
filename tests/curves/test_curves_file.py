"""The file of curves: what it gives back, to the bit, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from ogive import InputError
from ogive.curves import fit, load, save, to_bytes
from ogive.curves.file import from_bytes

X = np.repeat([0, 0.1, 0.3, 1, 3, 10, 30], 3).astype(float)


def assay(noise=0.3, groups="abc"):
    """Doses, responses and compounds of falling curves with different EC50."""
    rng = np.random.default_rng(0)
    y = [0.5 + 6.5 / (1 + X / ec50) + rng.normal(0, noise, X.size) for ec50 in 1.5 ** np.arange(len(groups))]
    return np.tile(X, len(groups)), np.concatenate(y), np.repeat(list(groups), X.size)


@pytest.mark.parametrize(
    "options",
    [{}, {"share": ["bottom", "top"]}, {"fix": {"bottom": 0.5}, "intervals": "wald"}, {"level": 0.9}],
)
def test_what_is_read_is_what_was_saved_to_the_bit(tmp_path, options):
    x, y, by = assay()
    found = fit(x, y, by=by, family="ll4", **options)
    save(found, tmp_path / "curves.json", {"x": "dose", "y": "response", "by": "compound"})
    read = load(tmp_path / "curves.json")
    assert read.columns == {"x": "dose", "y": "response", "by": "compound"}
    assert read.parameters == found.parameters
    assert read.groups == found.groups and read.refused == found.refused
    for name in found.values:
        np.testing.assert_array_equal(read.values[name], found.values[name])
        np.testing.assert_array_equal(read.standard_errors[name], found.standard_errors[name])
    at, of = np.array([0.0, 0.2, 5.0, 200.0]), ["c", "a", "b", "c"]
    np.testing.assert_array_equal(read.predict(at, by=of), found.predict(at, by=of))
    np.testing.assert_array_equal(read.derivative(at, by=of), found.derivative(at, by=of))
    np.testing.assert_array_equal(read.degrees_of_freedom, found.degrees_of_freedom)
    np.testing.assert_array_equal(read.deviance, found.deviance)


@pytest.mark.parametrize("interval", ["confidence", "prediction"])
def test_limits_without_points_are_those_of_wald(tmp_path, interval):
    x, y, by = assay()
    found = fit(x, y, by=by, family="ll4")
    save(found, tmp_path / "curves.json")
    read = load(tmp_path / "curves.json").predict([0.2, 5.0], by="b", interval=interval)
    wald = replace(found, intervals="wald").predict([0.2, 5.0], by="b", interval=interval)
    np.testing.assert_array_equal(read.low, wald.low)
    np.testing.assert_array_equal(read.high, wald.high)


def test_one_sided_limits_and_groups_without_a_curve_are_kept(tmp_path):
    x, y, by = assay()
    few = (by != "b") | (x < 3)
    one = np.append(by[few], "d")
    found = fit(np.append(x[few], 1.0), np.append(y[few], 2.0), by=one, family="ll4")
    assert [p.name for p in found.parameters if not p.identified], "some are not determined"
    save(found, tmp_path / "curves.json")
    read = load(tmp_path / "curves.json")
    assert read.parameters == found.parameters
    assert [one.group for one in read.refused] == ["d"]
    with pytest.raises(InputError, match="no curve for the group 'd'"):
        read.predict([1.0], by=["d"])


def test_counts_are_predicted_as_before(tmp_path):
    rng = np.random.default_rng(3)
    x = np.repeat(np.linspace(0.05, 1, 8), 5)
    y = rng.poisson(4 + 30 * x**2 / (x**2 + 0.3**2))
    found = fit(x, y, family="naka-rushton", noise="poisson")
    save(found, tmp_path / "curves.json")
    read = load(tmp_path / "curves.json")
    assert read.parameters == found.parameters
    band = read.predict([0.4], interval="prediction")
    wald = replace(found, intervals="wald").predict([0.4], interval="prediction")
    assert (band.low, band.high) == (wald.low, wald.high)


@pytest.mark.parametrize(
    ("noise", "options"),
    [
        ("power", {}),
        ("power=0.5", {"share": ["slope"]}),
        ("quasi-poisson", {}),
        ("negative-binomial", {}),
        ("relative", {"fix": {"bottom": 0.5}}),
        ("gaussian", {"robust": "huber"}),
        ("gaussian", {"robust": "rout"}),
        ("gaussian", {"dispersion": 0.09}),
    ],
)
def test_what_is_known_of_the_noise_is_kept(tmp_path, noise, options):
    x, y, by = assay()
    y = (
        np.round(np.maximum(10 * y, 0))
        if noise in {"quasi-poisson", "negative-binomial"}
        else np.maximum(y, 0.01)
    )
    found = fit(x, y, by=by, family="ll4", noise=noise, **options)
    save(found, tmp_path / "curves.json")
    read = load(tmp_path / "curves.json")
    assert read.parameters == found.parameters
    assert (read.noise, read.dispersion, read.robust) == (found.noise, found.dispersion, found.robust)
    assert (read.share, read.fix) == (found.share, found.fix)
    assert read.noise_parameter.keys() == found.noise_parameter.keys()
    for name, values in found.noise_parameter.items():
        np.testing.assert_array_equal(read.noise_parameter[name], values)
    bands = [
        one.predict([0.2, 5.0], by="b", interval="prediction")
        for one in (read, replace(found, intervals="wald"))
    ]
    np.testing.assert_array_equal(bands[0].low, bands[1].low)
    np.testing.assert_array_equal(bands[0].high, bands[1].high)


def test_the_same_curves_give_the_same_bytes():
    x, y, by = assay()
    first, again = (fit(x, y, by=by, family="ll4") for _ in range(2))
    assert to_bytes(first) == to_bytes(again)
    assert to_bytes(from_bytes(to_bytes(first), "a")) == to_bytes(first)


def test_what_stands_in_the_file_is_readable():
    x, y, by = assay()
    found = fit(x, y, by=by, family="ll4")
    content = json.loads(to_bytes(found))
    assert content["format"] == "ogive curves" and content["family"] == "ll4"
    assert content["estimates"]["ec50"]["value"] == found.values["ec50"].tolist()
    assert content["estimates"]["ec50"]["low"] == found.limits["ec50"][0].tolist()


def changed(data, change):
    content = json.loads(data)
    change(content)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-40], "breaks off or is damaged"),
        (lambda data: b"", "is empty"),
        (lambda data: b'{"format": "ogive calibrator"}', "is not a file of Ogive curves"),
        (lambda data: changed(data, lambda c: c["theta"][0].__setitem__(0, 0.5)), "was edited"),
        (lambda data: changed(data, lambda c: c.__setitem__("version", 2)), "newer Ogive"),
        (lambda data: changed(data, lambda c: c.pop("theta")), "damaged or was edited"),
        (lambda data: changed(data, lambda c: c.__setitem__("more", 1)), "damaged or was edited"),
    ],
)
def test_files_that_are_refused(damage, message):
    x, y, by = assay()
    data = to_bytes(fit(x, y, by=by, family="ll4"))
    with pytest.raises(InputError, match=message):
        from_bytes(damage(data), "curves.json")


def test_white_space_may_change():
    x, y, by = assay()
    found = fit(x, y, by=by, family="ll4")
    assert from_bytes(changed(to_bytes(found), lambda c: None), "a").parameters == found.parameters


def test_a_family_of_ones_own_is_not_kept():
    x, y, by = assay()
    found = fit(x, y, by=by, family="ll4")
    own = replace(found, family=replace(found.family, name="mine"))
    with pytest.raises(InputError, match="a function of your own"):
        to_bytes(own)


def test_there_must_be_a_file(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        load(tmp_path / "none.json")
