"""A network on a table: what it reads, how it is judged, its file, and what it does with other tables."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

import ogive
from ogive import InputError, neural
from ogive.datasets import heart

FAST = {"hidden": (8,), "activation": "sigmoid", "rate": 0.02}


@pytest.fixture(scope="module")
def table():
    return heart()


@pytest.fixture(scope="module")
def model(table):
    return neural.fit(table, "disease", **FAST)


def test_it_is_read_and_judged_like_a_fit(model, table):
    logistic = ogive.fit(table, "disease", inference="wald").record
    for name in ("source", "outcome", "predictors"):
        assert getattr(model.record.summary, name) == getattr(logistic.summary, name)
    assert model.record.encoding == logistic.encoding
    assert model.record.summary.validation.scheme == "5 held-out folds"
    assert model.evaluation.auc.low > 0.8
    assert model.evaluation.calibration.slope.low is not None


def test_the_file_is_all_that_a_prediction_needs(model, table, tmp_path):
    """The probabilities once more, from the numbers in the file by hand."""
    model.save(tmp_path / "net.ogive")
    content = json.loads((tmp_path / "net.ogive").read_text())
    assert content["format"] == "ogive network"
    learnt, terms = content["model"]["learnt"], content["model"]["encoding"]["terms"]
    one, two = learnt["layers"]
    assert (one["activation"], two["activation"]) == ("sigmoid", "identity")
    assert np.shape(one["W"]) == (20, 8)
    rows = {name: table.column(name).to_pylist() for name in table.column_names}
    columns = []
    for term in terms:  # numbers first
        for number in term["numbers"]:
            fill = number["fill"]
            columns.append([fill if v is None else v for v in rows[term["name"]]])
    for term in terms:
        values = rows[term["name"]]
        if term["numbers"]:
            columns += [[v is None for v in values]] if term["missing"] else []
            continue
        columns += [[v == level for v in values] for level in term["levels"] if level != term["reference"]]
        columns += [[v is None for v in values]] if term["missing"] else []
    x = (np.array(columns, dtype=float).T - learnt["centre"]) / learnt["scale"]
    hidden = 1 / (1 + np.exp(-(x @ one["W"] + one["b"])))
    expected = 1 / (1 + np.exp(-(hidden @ two["W"] + two["b"])[:, 0]))
    np.testing.assert_allclose(model.predict(table).probability, expected, rtol=1e-10)


def test_load_gives_the_same_model(model, table, tmp_path):
    model.save(tmp_path / "net.ogive")
    again = ogive.load(tmp_path / "net.ogive")
    assert isinstance(again, neural.NetworkModel)
    assert again.to_bytes() == (tmp_path / "net.ogive").read_bytes()
    np.testing.assert_array_equal(again.predict(table).probability, model.predict(table).probability)
    assert again.summary(width=100) == model.summary(width=100)
    assert again.to_html() == model.to_html()
    assert [one.activation.name for one in again.network.net.layers] == ["sigmoid", "identity"]


def test_the_same_seed_gives_the_same_bytes(model, table):
    assert neural.fit(table, "disease", **FAST).to_bytes() == model.to_bytes()
    other = neural.fit(table, "disease", seed=1, folds=0, **FAST)
    assert not np.array_equal(other.record.learnt.layers[0].W, model.record.learnt.layers[0].W)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:400], "breaks off"),
        (lambda text: text.replace('"version": 1', '"version": 2', 1), "newer Ogive"),
        (lambda text: text.replace('"threshold": 0.5', '"threshold": 0.6', 1), "was edited"),
        (lambda text: text.replace('"learnt"', '"lernt"', 1), "damaged or was edited"),
        (lambda text: text.replace('"centre": [', '"centre": [null,', 1), "damaged or was edited"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(model, tmp_path, change, words):
    text = model.to_bytes().decode()
    (tmp_path / "net.ogive").write_text(change(text))
    assert change(text) != text
    with pytest.raises(InputError, match=words):
        ogive.load(tmp_path / "net.ogive")


def test_predictions_have_no_intervals_and_say_why(model, table):
    some = table.slice(0, 5).drop_columns(["disease"])
    predicted = model.predict(some)
    assert predicted.low is predicted.high is None
    assert any("no standard errors" in note for note in predicted.notes)
    np.testing.assert_allclose(predicted.probability, model.predict(table).probability[:5], rtol=1e-12)
    assert predicted.to_arrow().column("low").null_count == 5


def test_other_tables_are_judged(model, table):
    own = model.evaluate(table)
    assert "this is the table that the model was fitted to" in [n.sentence for n in own.record.notices]
    half = model.evaluate(table.slice(0, 150), threshold=0.3, by="sex")
    assert half.record.notices == ()
    assert half.evaluation.confusion.threshold == 0.3
    assert len(half.evaluation.segments) == 2


def test_what_it_says_of_itself(model):
    text = " ".join(model.summary(width=100).split())
    assert "Learnt a network of 177 parameters" in text  # 20 * 8 + 8 + 8 + 1
    assert "20 inputs → 8 sigmoid → 1 logit" in text
    assert "30 of 303 said when to stop" in text
    assert "no vanishing or exploding gradient" in text
    assert "Evaluated on 5 held-out folds" in text
    assert "predictions have no intervals" in text
    learning = model.record.summary.learning
    assert len(learning.loss) == len(learning.held_out)
    assert learning.held_out[learning.best] == min(learning.held_out)
    for words in ("A network on 13 columns", "How it learnt", "The loss of the rows set aside is least"):
        assert words in model.to_html()
    assert "177 parameters" in model._repr_html_()


def test_all_rows_may_be_learnt_from(table):
    model = neural.fit(table, "disease", held_out=0, epochs=3, folds=0, **FAST)
    assert "303, and none said when to stop" in model.summary(width=100)
    assert model.record.summary.learning.best == 3
    assert "nothing tells when" in model.to_html()


def test_options_of_a_fit_are_taken(table):
    model = neural.fit(
        table,
        "disease",
        epochs=20,
        cost_fp=1,
        cost_fn=4,
        calibrate="platt",
        exclude="thal",
        level=0.9,
        **FAST,
    )
    assert model.record.threshold == 0.2
    assert model.record.summary.validation.choice is not None
    assert model.record.summary.validation.recalibration.method == "platt"
    given = model.record.summary.provenance.options
    assert {"exclude": "thal", "hidden": "8", "rate": "0.02", "calibrate": "platt"}.items() <= given.items()
    plain = neural.fit(table, "disease", epochs=20, exclude="thal", folds=0, **FAST)
    before, after = plain.predict(table).probability, model.predict(table).probability
    assert (np.diff(after[np.argsort(before)]) >= 0).all()
    assert not np.allclose(before, after)


def test_verdicts_become_cautions_with_remedies(table):
    model = neural.fit(
        table, "disease", hidden=(8,) * 8, activation="sigmoid", init="glorot-plain", epochs=2, folds=0
    )
    (found,) = [n for n in model.record.summary.notices if "gradient vanishes" in n.sentence]
    assert found.level == "caution"
    assert 'init="auto"' in found.remedy
    assert "the gradient vanishes" in model.to_html().lower()


def test_a_loss_that_becomes_no_number_is_told(table):
    model = neural.fit(table, "disease", hidden=(8,), rate=1e200, folds=2)
    first, second = model.record.summary.notices[:2]
    assert first.sentence.startswith("learning broke off in epoch 1, at step")
    assert "--rate" in first.remedy
    assert second.sentence == "in 2 of 2 folds learning broke off"
    assert np.isfinite(model.predict(table).probability).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"activation": "sigmod"}, "did you mean 'sigmoid'"),
        ({"hidden": (16, 0)}, "1 or more; got 0"),
        ({"hidden": "16"}, "got '1'"),
        ({"target": "desease"}, "disease"),
        ({"held_out": -0.1}, "share"),
        ({"folds": 1}, "folds is 1"),
        ({"target": "cp"}, "4 different values.*\n.*positive"),
    ],
)
def test_wrong_input(table, options, words):
    with pytest.raises(InputError, match=words):
        neural.fit(table, **{"target": "disease"} | options)


def test_one_class_is_refused(table):
    ones = table.set_column(table.column_names.index("disease"), "disease", pa.array([1] * 303))
    with pytest.raises(InputError, match="only one class"):
        neural.fit(ones, "disease")


def test_unknown_options_are_an_error(table):
    with pytest.raises(TypeError, match="alpha"):
        neural.fit(table, "disease", alpha=1.0)
