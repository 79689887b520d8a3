"""Activations compared: the numbers of a cell against those of its networks, ties, the page; digits and MNIST."""

from __future__ import annotations

import gzip
import statistics

import msgspec
import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_digits

from ogive import InputError, neural
from ogive._base import Estimate, decode, encode
from ogive.report import Complaint, NetworksCompared, SeedRun, contest_lines, contest_page, network_cell
from ogive.report.contest import contest_answer, contest_notes
from ogive.views import as_text

SMALL = {"activations": ("sigmoid", "relu"), "depths": (1, 4), "seeds": 2, "epochs": 6, "width": 16}


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    x, y = load_digits(return_X_y=True)
    return x.astype(np.float32), y


@pytest.fixture(scope="module")
def found(digits) -> NetworksCompared:
    return neural.compare(*digits, **SMALL)


def untimed(found: NetworksCompared) -> NetworksCompared:
    return msgspec.structs.replace(found, milliseconds=())


def test_cells_are_those_asked_for(found: NetworksCompared) -> None:
    assert [(c.depth, c.activation, c.init) for c in found.cells] == [
        (depth, name, "auto") for depth in (1, 4) for name in ("sigmoid", "relu")
    ]
    assert (found.learnt, found.held_out, found.inputs, found.classes) == (1347, 450, 64, 10)
    assert len(found.milliseconds) == 4 and min(found.milliseconds) > 0
    assert all(
        len(c.ratios_start) == c.depth and len(c.training) == len(c.saturated) == 7 for c in found.cells
    )


def test_a_cell_says_what_its_networks_do(digits, found: NetworksCompared) -> None:
    """Against the networks trained one by one, judged by hand."""
    x, y = digits
    out = neural.hold_out(y, 0.25, 0)
    accuracies, losses, ratios, stories = [], [], [], []
    for seed in (0, 1):
        made = neural.learn(
            x[~out], y[~out], hidden=(16,) * 4, activation="sigmoid", epochs=6, held_out=0, seed=seed
        )
        p = made.probabilities(x[out])
        accuracies.append(np.mean(made.classes[p.argmax(axis=1)] == y[out]))
        losses.append(-np.log(p[np.arange(len(p)), y[out]].astype(np.float64)).mean())
        ratios.append([one.ratio for one in made.history.epochs[0].layers[:4]])
        stories.append([epoch.loss for epoch in made.history.epochs])
    cell = found.cells[2]
    assert cell.accuracy.value == pytest.approx(np.mean(accuracies), abs=1e-12)
    assert cell.loss.value == pytest.approx(np.mean(losses), rel=1e-5)
    assert cell.ratios_start == pytest.approx(stats.gmean(ratios, axis=0), rel=1e-10)
    assert cell.training == pytest.approx(np.mean(stories, axis=0), rel=1e-12)
    low, high = stats.t.interval(0.95, 1, np.mean(losses), stats.sem(losses))
    assert (cell.loss.low, cell.loss.high) == (
        pytest.approx(max(low, 0), rel=1e-4),
        pytest.approx(high, rel=1e-4),
    )


def test_the_same_seed_gives_the_same_record_but_for_the_times(digits, found: NetworksCompared) -> None:
    again = neural.compare(*digits, **SMALL)
    assert encode(untimed(again)) == encode(untimed(found))
    other = neural.compare(*digits, **SMALL | {"seed": 5, "activations": ("relu",), "depths": (1,)})
    assert other.cells[0].training != found.cells[1].training


def test_rows_held_out_teach_nothing(digits) -> None:
    """Whatever stands in them, the networks are the same: only what is judged on them changes."""
    x, y = digits
    out = neural.hold_out(y, 0.25, 0)
    spoilt = np.where(out[:, None], 1000 - 7 * x, x).astype(np.float32)
    few = SMALL | {"activations": ("tanh",), "depths": (2,), "epochs": 2}
    first, second = (neural.compare(rows, y, held_out=out, **few).cells[0] for rows in (x, spoilt))
    assert first.training == second.training and first.ratios_end == second.ratios_end
    assert first.accuracy != second.accuracy


def test_a_vanishing_gradient_is_named(digits) -> None:
    names = {"activations": ("sigmoid", "relu"), "depths": (8,), "inits": ("glorot-plain", "he")}
    found = neural.compare(*digits, **names, seeds=2, epochs=1)
    assert {(c.activation, c.init): [one.kind for one in c.complaints] for c in found.cells} == {
        ("sigmoid", "glorot-plain"): ["vanishing"],
        ("sigmoid", "he"): ["vanishing"],
        ("relu", "glorot-plain"): [],
        ("relu", "he"): [],
    }
    assert any("sigmoid (he) at depth 8 (2 of 2 seeds)" in note for note in contest_notes(found))


@pytest.mark.parametrize("rate", [1e8, 1e30])
def test_a_loss_that_is_no_number_is_told(digits, rate: float) -> None:
    found = neural.compare(*digits, activations=("identity",), depths=(4,), rate=rate, seeds=2, epochs=2)
    (one,) = [c for c in found.cells[0].complaints if c.kind == "diverged"]
    assert one.seeds == 2 and "are not finite" in one.sentence and "smaller rate" in one.remedy
    assert len(found.cells[0].training) < 3
    assert "was no longer a number in identity" in " ".join(contest_notes(found))
    assert "<h1" in contest_page(found)
    assert decode(encode(found), NetworksCompared) == found  # JSON has no NaN


def run(accuracy: float, training: tuple[float, ...] = (2.0, 1.0), **more: object) -> SeedRun:
    values = {"loss": 0.1, "saturated": (0.0, 0.0), "ratios_start": (0.5,), "ratios_end": (2.0,)}
    return SeedRun(
        **values | {"complaints": (), "milliseconds": 1.0} | more, accuracy=accuracy, training=training
    )


def cell(name: str, depth: int, *accuracies: float, **more: object):
    return network_cell([run(a, **more) for a in accuracies], name, depth, "auto", 100)


def compared(*cells) -> NetworksCompared:
    counts = dict.fromkeys(("learnt", "held_out", "inputs", "classes", "width", "epochs", "batch"), 10)
    return NetworksCompared(
        cells=cells, **counts, rate=0.1, seeds=3, seed=0, milliseconds=(1.0,) * len(cells)
    )


def test_convergence_is_the_first_epoch_with_nineteen_twentieths_of_the_fall() -> None:
    falling = (2.0, 1.2, 1.06, 1.05, 1.0, 1.3)
    assert cell("a", 1, 0.9, training=falling).converged == 3
    assert cell("a", 1, 0.9, training=(1.0, 1.1, 1.0)).converged is None
    both = network_cell([run(0.9, falling), run(0.9, (2.0, 1.0))], "a", 1, "auto", 100)
    assert both.converged == statistics.median([3, 1])


def test_equal_accuracies_are_known_to_a_row_only() -> None:
    estimate = cell("a", 1, 0.9, 0.9, 0.9).accuracy
    half = stats.t.ppf(0.975, 2) * np.sqrt(0.01**2 / 12 / 3)
    assert (estimate.low, estimate.high) == (pytest.approx(0.9 - half), pytest.approx(0.9 + half))
    assert cell("a", 1, 1.0, 1.0).accuracy.high == 1.0
    assert cell("a", 1, 0.9).accuracy == Estimate(value=0.9, method="no interval: one seed")


def test_a_layer_without_gradient_has_no_ratio() -> None:
    made = network_cell(
        [run(0.9, ratios_end=(0.0,)), run(0.9, ratios_start=(2.0,), ratios_end=(1.0,))], "a", 1, "auto", 9
    )
    assert made.ratios_start == (1.0,) and made.ratios_end == (None,)


def test_complaints_are_counted() -> None:
    sick = Complaint(kind="dead", sentence="Layer 1 is dead.", remedy="use a smaller rate")
    made = network_cell(
        [run(0.5, complaints=(sick,)), run(0.9), run(0.5, complaints=(sick,))], "a", 1, "auto", 9
    )
    assert [(one.kind, one.seeds) for one in made.complaints] == [("dead", 2)]


def test_the_answer_says_who_is_best_and_who_ties() -> None:
    near, far = (0.90, 0.91, 0.92), (0.5, 0.51, 0.52)
    found = compared(
        *(cell(name, 1, *near) for name in "abc"),
        *(cell(name, 2, *near) for name in "abc"),
        *(cell(name, 4, *(near if name != "b" else far)) for name in "abc"),
        *(cell(name, 8, *(near if name == "c" else far)) for name in "abc"),
    )
    spread = np.sqrt((np.var(near, ddof=1) + 0.01**2 / 12) / 3)
    low, high = stats.t.interval(0.95, 2, 0.91, spread)
    assert contest_answer(found) == (
        "At depths 1 and 2 all 3 tie (91.0 %); at depth 4 a and c tie (91.0 %), ahead of b; at depth 8 c is best with "
        f"91.0 % ({100 * low:.1f} – {100 * high:.1f})."
    )
    assert contest_answer(compared(cell("a", 1, *near))) == "At depth 1 a reaches 91.0 %."
    assert (
        contest_answer(compared(cell("a", 1, *near), cell("b", 1, *near))) == "At depth 1 both tie (91.0 %)."
    )
    four = [cell(name, 1, *(far if name == "a" else near)) for name in "abcd"]
    assert contest_answer(compared(*four)) == "At depth 1 all but a tie (91.0 %)."


def test_slow_learners_are_named() -> None:
    slow = tuple(2 - k / 20 for k in range(21))
    found = compared(
        cell("a", 1, 0.9, 0.9, 0.9, training=slow), cell("b", 1, 0.9, 0.9, 0.9, training=(2.0, *[0.1] * 20))
    )
    assert contest_notes(found) == [
        "Nothing went wrong inside.",
        "Still learning when the 10 epochs ended: a at depth 1.",
    ]


def test_page_and_terminal_say_the_answer(found: NetworksCompared) -> None:
    page, text = contest_page(found), as_text(contest_lines(found), 100)
    assert contest_answer(found)[:30] in text and contest_answer(found)[:12] in page
    for name in ("accuracy", "gradient-start", "gradient-end", "loss-1", "loss-4"):
        assert f'id="{name}"' in page
    assert "Measured on the machine" in page and text.count("sigmoid  ") == 2
    assert decode(encode(found), NetworksCompared) == found


def test_saturation_is_drawn_where_there_is_any(found: NetworksCompared) -> None:
    quiet = [msgspec.structs.replace(c, saturated=(0.0,) * 7) for c in found.cells]
    stuck = [*quiet[:2], msgspec.structs.replace(quiet[2], saturated=(0.5,) * 7), quiet[3]]
    none, some = (contest_page(msgspec.structs.replace(found, cells=tuple(c))) for c in (quiet, stuck))
    assert "At depth 4 no activation has saturated units." in none and 'id="saturated"' not in none
    assert 'id="saturated"' in some and "50\u00a0% of the outputs of sigmoid end saturated" in some


@pytest.mark.parametrize(
    ("options", "problem", "remedy"),
    [
        ({"activations": ("sigmod",)}, "'sigmod'", "sigmoid"),
        ({"activations": ()}, "expected a class", "compare"),
        ({"depths": (0,)}, "depth must be a whole number of 1 or more; got 0", "depth"),
        ({"depths": (1.5,)}, "got 1.5", "depth"),
        ({"inits": ("zeros",)}, "'zeros'", "glorot"),
        ({"seeds": 0}, "seeds must be", "seeds"),
        ({"epochs": 0}, "epochs", "epochs"),
        ({"rate": 0.0}, "rate must be above 0", "0.001"),
        ({"held_out": 0.0}, "to judge by", "0.25"),
        ({"held_out": 1.5}, "below 1", "0.25"),
        ({"held_out": [True, False]}, "to judge by", "0.25"),
        ({"y": np.zeros(20)}, "got 1", "compare"),
        ({"y": np.zeros((20, 2))}, "a class for each row", "compare"),
        ({"x": np.full((20, 2), np.nan)}, "missing", "fill"),
    ],
)
def test_mistakes_are_told_before_anything_is_learnt(options: dict, problem: str, remedy: str) -> None:
    data = {"x": np.arange(40.0).reshape(20, 2), "y": np.arange(20) % 2, "seeds": 1, "epochs": 1}
    with pytest.raises(InputError) as error:
        neural.compare(**data | {"depths": (1,)} | options)
    assert problem in error.value.problem
    assert remedy in " ".join(error.value.remedies)


def test_progress_is_told(digits) -> None:
    said: list[str] = []
    neural.compare(*digits, **SMALL | {"epochs": 1, "depths": (1,)}, progress=said.append)
    assert said[0] == "Network 1 of 4: sigmoid, depth 1, auto" and len(said) == 4


def test_mnist(shared_data) -> None:
    """1,500 images: every network learns most of them, and the deep ones are told apart from chance."""
    folder = shared_data / "images" / "mnist"
    if not folder.is_dir():
        pytest.skip("MNIST is not on this machine")
    with (
        gzip.open(folder / "t10k-images-idx3-ubyte.gz") as images,
        gzip.open(folder / "t10k-labels-idx1-ubyte.gz") as labels,
    ):
        x = np.frombuffer(images.read(), np.uint8, offset=16).reshape(-1, 784)[:1500].astype(np.float32) / 255
        y = np.frombuffer(labels.read(), np.uint8, offset=8)[:1500]
    found = neural.compare(x, y, **SMALL | {"activations": ("tanh", "relu"), "depths": (1, 2)})
    assert all(c.accuracy.value > 0.7 for c in found.cells)
    assert not any(c.complaints for c in found.cells)
