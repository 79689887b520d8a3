"""`ogive neural fit`, and the other commands with the file that it writes."""

from __future__ import annotations

import json

import pytest

FIT = ("neural", "fit", "heart.csv", "--target", "disease")
FAST = (*FIT, "--hidden", "8,4", "--activation", "tanh", "--rate", "0.02", "--epochs", "30", "--folds", "3")


@pytest.fixture
def network(ogive_command):
    done = ogive_command(*FAST, "-o", "net.ogive")
    assert done.code == 0, done.err
    return done


def test_fit_writes_a_network_and_a_page_and_prints_the_summary(network, folder):
    assert network.err == ""
    for words in (
        "Read heart.csv: 303 rows, 14 columns",
        "Learnt a network of 209 parameters in ",
        "20 inputs → 8 tanh → 4 tanh → 1 logit",
        "Evaluated on 3 held-out folds",
        "AUC",
        "slope",
        "sensitivity",
        "Wrote net.ogive (",
        "net.html (",
    ):
        assert words in network.out
    assert network.out.splitlines()[-1].startswith("Next: ogive predict net.ogive new.csv")
    assert (folder / "net.html").stat().st_size < 1_500_000
    assert json.loads((folder / "net.ogive").read_text())["format"] == "ogive network"


@pytest.mark.usefixtures("network")
def test_predict(ogive_command):
    done = ogive_command("predict", "net.ogive", "heart.csv")
    assert done.code == 0
    assert len(done.out.splitlines()) == 304
    assert done.out.splitlines()[0].endswith("probability,low,high,decision")
    assert "No intervals are given: a network has no standard errors" in done.err


def test_show_prints_the_same_again(network, ogive_command, folder):
    done = ogive_command("show", "net.ogive", "-o", "again.html")
    printed = network.out[: network.out.index("\nWrote")]
    assert [line.split(" in ")[0] for line in done.out.splitlines()] == [
        line.split(" in ")[0] for line in printed.splitlines()
    ]
    assert (folder / "again.html").read_bytes() == (folder / "net.html").read_bytes()


@pytest.mark.usefixtures("network")
def test_evaluate(ogive_command):
    done = ogive_command("evaluate", "net.ogive", "heart.csv", "--no-report")
    assert done.code == 0
    assert "Evaluated net.ogive on heart.csv" in done.out


def test_json_and_no_report(ogive_command, folder):
    done = ogive_command(*FAST, "--json", "--no-report", "--threads", "1")
    summary = json.loads(done.out)
    assert summary["learning"]["facts"][0] == ["layers", "20 inputs → 8 tanh → 4 tanh → 1 logit"]
    assert summary["validation"]["evaluation"]["auc"]["low"] is not None
    assert sorted(path.name for path in folder.iterdir()) == ["heart.csv", "heart.ogive"]


def test_every_option_reaches_the_fit(ogive_command):
    done = ogive_command(
        *(
            *FIT,
            "--positive",
            "1",
            "--exclude",
            "ca,thal",
            "--id",
            "chol",
            "--categories",
            "fbs",
            "--level",
            "0.9",
        ),
        *(
            "--numbers",
            "age",
            "--folds",
            "2",
            "--groups",
            "slope",
            "--threshold",
            "0.3",
            "--calibrate",
            "platt",
        ),
        *("--hidden", "3", "--activation", "elu", "--init", "he", "--rate", "0.01", "--weight-decay", "0.1"),
        *("--epochs", "4", "--batch", "64", "--held-out", "0.2", "--patience", "2", "--seed", "5"),
        *("--json", "--no-report"),
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)["provenance"]["options"] == {
        **{"target": "disease", "positive": "1", "identifiers": "chol", "exclude": "ca, thal"},
        **{"categories": "fbs", "numbers": "age", "groups": "slope", "folds": "2", "threshold": "0.3"},
        **{"calibrate": "platt", "level": "0.9", "seed": "5", "hidden": "3", "activation": "elu"},
        **{"init": "he", "epochs": "4", "batch": "64", "held_out": "0.2", "patience": "2"},
        **{"rate": "0.01", "weight_decay": "0.1"},
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*FIT, "--activation", "sigmod"], ["no activation 'sigmod'", "did you mean 'sigmoid'"]),
        ([*FIT, "--hidden", "0"], ["1 or more; got 0", "--hidden 16,8"]),
        ([*FIT, "--hidden", "16,many"], ["got 'many'", "--hidden 16,8"]),
        ([*FIT, "--hidden", "-4"], ["got -4"]),
        ([*FIT, "--rate", "0"], ["rate must be above 0; got 0"]),
        ([*FIT, "--init", "best"], ["no initialisation 'best'", "glorot"]),
        ([*FIT, "--held-out", "1"], ["a share from 0 to below 1"]),
        ([*FIT, "--exclude", "colour"], ["no column 'colour'"]),
        ([*FIT[:-1], "desease"], ["no column 'desease'", "did you mean 'disease'"]),
        ([*FIT[:-1], "cp"], ["4 different values", "--positive"]),
        ([*FIT[:2], "none.csv", *FIT[3:]], ["none.csv"]),
        ([*FIT, "-o", "heart.csv"], ["heart.csv is being read"]),
    ],
)
def test_mistakes(ogive_command, arguments, words):
    done = ogive_command(*arguments)
    assert done.code == 2
    assert done.out == ""
    text = " ".join(done.err.split())
    for word in words:
        assert word in text
    assert "Nothing was written." in text


def test_a_target_of_one_class(ogive_command, folder):
    (folder / "ones.csv").write_text("x,y\n" + "".join(f"{i},1\n" for i in range(20)))
    done = ogive_command("neural", "fit", "ones.csv", "--target", "y")
    assert done.code == 2
    assert "only one class" in done.err


def test_learning_that_breaks_off_is_told(ogive_command):
    done = ogive_command(*FIT, "--hidden", "8", "--rate", "1e200", "--folds", "2", "--no-report")
    assert done.code == 0
    assert done.out.startswith("Caution: learning broke off in epoch 1, at step")
    assert "in 2 of 2 folds learning broke off" in done.out
    assert "nan" not in done.out
    assert done.err == ""


@pytest.mark.usefixtures("network")
def test_a_network_without_a_column(ogive_command, folder):
    lines = (folder / "heart.csv").read_text().splitlines()
    (folder / "new.csv").write_text("\n".join(line.split(",", 1)[1] for line in lines) + "\n")
    done = ogive_command("predict", "net.ogive", "new.csv")
    assert done.code == 2
    assert "new.csv has no column 'age'" in done.err
