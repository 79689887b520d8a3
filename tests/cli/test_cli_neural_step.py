"""`ogive neural step`: a step written out, run on and drawn; and its mistakes."""

from __future__ import annotations

import json
import re
from math import exp, log

import pytest

OPTIONS = {"--inputs": "0.5,0.8", "--weights": "0.4,-0.6", "--bias": "0.1", "--target": "1", "--rate": "0.5"}
STEP = ["neural", "step", *(part for pair in OPTIONS.items() for part in pair)]
P = 1 / (1 + exp(0.18))


def rows(printed: str) -> dict[str, str]:
    """The last column of the table by the first."""
    cells = [re.split(r"\s{2,}", line.strip()) for line in printed.splitlines()]
    return {line[0]: line[-1] for line in cells if len(line) > 1}


def test_the_six_steps_can_be_checked_by_hand(ogive_command) -> None:
    done = ogive_command(*STEP)
    assert done.code == 0 and done.err == ""
    headings = re.findall(r"^(\d)\. (\w+)", done.out, re.MULTILINE)
    assert [name for _, name in headings] == [
        "Initialise",
        "Weighted",
        "Sigmoid",
        "Compare",
        "Gradient",
        "Update",
    ]
    found = rows(done.out)
    assert found["0.2 + (-0.48) + 0.1"] == "-0.18"
    wanted = {
        "1 / 2.197217": P,
        "L = -y log p - (1 - y) log(1 - p)": -log(P),
        "∂L/∂p = -y/p + (1 - y)/(1 - p)": -1 / P,
        "∂p/∂z = p (1 - p)": P * (1 - P),
        "∂L/∂z = ∂L/∂p ∂p/∂z = p - y": P - 1,
        "∂L/∂w1 = ∂L/∂z x1": 0.5 * (P - 1),
        "∂L/∂w2 = ∂L/∂z x2": 0.8 * (P - 1),
        "∂L/∂b = ∂L/∂z": P - 1,
        "w1 ← w1 - rate ∂L/∂w1": 0.4 - 0.25 * (P - 1),
        "w2 ← w2 - rate ∂L/∂w2": -0.6 - 0.4 * (P - 1),
        "b ← b - rate ∂L/∂b": 0.1 - 0.5 * (P - 1),
    }
    for formula, value in wanted.items():
        assert float(found[formula]) == pytest.approx(value, rel=1e-6), formula
    assert "-1 log 0.4551211 - 0 log 0.5448789" in done.out and "0.4551211 × 0.5448789" in done.out


def test_what_the_texts_leave_out_is_said_with_these_numbers(ogive_command) -> None:
    said = " ".join(ogive_command(*STEP).out.split())
    assert "cancels: the gradient in z is p - y = -0.5448789." in said
    assert "stays in it: -0.1351223, 4.03 times smaller" in said
    nothing = ogive_command("neural", "step", "--inputs", "1", "--weights", "0", "--target", "0.5").out
    assert "there is nothing to learn, by either loss" in nothing


def test_the_other_loss(ogive_command) -> None:
    found = rows(ogive_command(*STEP, "--loss", "squared").out)
    assert float(found["∂L/∂z = ∂L/∂p ∂p/∂z"]) == pytest.approx((P - 1) * P * (1 - P), rel=1e-6)
    assert float(found["L = (p - y)² / 2"]) == pytest.approx((P - 1) ** 2 / 2, rel=1e-6)
    assert ogive_command(*STEP, "--loss", "cross-entropy").out == ogive_command(*STEP).out


def test_steps_run_on_by_both_losses(ogive_command) -> None:
    done = ogive_command(*STEP, "--steps", "200")
    table = [line.split() for line in done.out.split("steps   ")[-1].splitlines()[1:]]
    assert [row[0] for row in table] == ["0", "1", "2", "5", "10", "20", "50", "100", "200"]
    weights = {"binary": [0.4, -0.6, 0.1], "squared": [0.4, -0.6, 0.1]}
    for loss, column in (("binary", 1), ("squared", 3)):  # 200 steps by the formulas of the books
        w = weights[loss]
        for _ in range(200):
            p = 1 / (1 + exp(-(0.5 * w[0] + 0.8 * w[1] + w[2])))
            back = (p - 1) * (1 if loss == "binary" else p * (1 - p))
            w = [one - 0.5 * back * x for one, x in zip(w, (0.5, 0.8, 1.0), strict=True)]
        p = 1 / (1 + exp(-(0.5 * w[0] + 0.8 * w[1] + w[2])))
        assert float(table[-1][column]) == pytest.approx(p, abs=1e-4)


def test_other_activations_learn_by_squared_error(ogive_command) -> None:
    done = ogive_command(*STEP, "--activation", "gelu")
    assert "x normal_cdf(x), at -0.18" in done.out and "∂L/∂h = h - y" in done.out
    dead = " ".join(ogive_command(*STEP, "--activation", "relu", "--steps", "3").out.split())
    assert "The slope of relu at z = -0.18 is 0: nothing comes back" in dead
    assert "After 3 steps the output is 0 by squared error" in dead


def test_the_record(ogive_command) -> None:
    content = json.loads(ogive_command(*STEP, "--steps", "3", "--json").out)
    nodes = {(node["step"], node["name"]): node for node in content["trace"]["nodes"]}
    assert nodes["weighted sum", "z"]["value"][0][0] == pytest.approx(-0.18)
    assert nodes["gradient", "W"]["chain"][1][0] == pytest.approx(0.8 * (P - 1))
    assert [(one["head"], len(one["losses"])) for one in content["descents"]] == [
        ("binary", 4),
        ("squared", 4),
    ]


def test_the_page_has_graph_table_and_paths(ogive_command, folder) -> None:
    done = ogive_command(*STEP, "--steps", "200", "--plot", "step.html")
    assert done.code == 0 and "Wrote step.html" in done.out
    page = (folder / "step.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 3 and page.count("<caption>") == 2
    alt = re.search(r'id="computation" role="img" aria-label="([^"]+)"', page)
    assert alt is not None and "w2 -0.6, gradient -0.436" in alt[1] and "L 0.787, gradient 1." in alt[1]
    spec = json.loads(re.search(r'id="computation".*?json">(.*?)</script>', page, re.DOTALL)[1])
    drawn = [v["text"] for v in spec["layer"][1]["data"]["values"]]
    assert {"0.5", "0.4", "0.2", "-0.48", "-0.18", "0.455", "0.787"} <= set(drawn)
    ogive_command(*STEP, "--plot", "one.html")
    assert (folder / "one.html").read_text(encoding="utf-8").count("<figure") == 1


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_drawings(ogive_command, folder, ending: str) -> None:
    pytest.importorskip("vl_convert")
    done = ogive_command(*STEP, "--plot", f"step.{ending}", "--json")
    assert json.loads(done.out)["trace"]["rate"] == 0.5
    start = (folder / f"step.{ending}").read_bytes()[:4]
    assert start == (b"<svg" if ending == "svg" else b"\x89PNG")


def test_confident_outputs_print_no_infinity(ogive_command) -> None:
    far = ["neural", "step", "--inputs", "1", "--target", "1", "--steps", "5"]
    for weight in ("-900", "-40", "40", "900"):
        done = ogive_command(*far, "--weights", weight, "--plot", "far.html")
        assert done.code == 0 and not re.search(r"\b(inf|nan|None)\b", done.out), weight
    assert "L = log(1 + e^z) - y z" in ogive_command(*far, "--weights", "-900").out


@pytest.mark.parametrize(
    ("changed", "said", "advice"),
    [
        ({"--weights": "0.4"}, "there are 2 --inputs and 1 --weights", "--weights 0.4,-0.6"),
        ({"--inputs": "0.5,big"}, "--inputs 0.5,big: expected numbers separated by commas", "as in --inputs"),
        ({"--inputs": ""}, "expected numbers separated by commas", "as in --inputs"),
        ({"--weights": "0.4,inf"}, "--weights 0.4,inf: expected finite numbers", "as in --weights"),
        ({"--bias": "nan"}, "--bias nan: nan is no number", "as in --bias"),
        ({"--bias": "one"}, "Invalid value for '--bias'", "see ogive neural step --help"),
        ({"--loss": "hinge"}, "there is no loss 'hinge'", "binary, cross-entropy, squared"),
        ({"--activation": "sigmoidd"}, "there is no activation 'sigmoidd'", "did you mean 'sigmoid'"),
        ({"--activation": "logit"}, "logit is no activation", "use one that does"),
        ({"--activation": "identity"}, "one unit with an activation", "tanh"),
        ({"--activation": "tanh", "--loss": "binary"}, "cross-entropy compares a probability", "--loss squared"),
        ({"--rate": "0"}, "rate must be above 0; got 0", "as in"),
        ({"--rate": "nan"}, "rate must be above 0; got nan", "as in"),
        ({"--target": "1.5"}, "Invalid value for '--target'", "see ogive neural step --help"),
        ({"--target": "-0.1"}, "Invalid value for '--target'", "see ogive neural step --help"),
        ({"--target": "nan"}, "'--target'", "see ogive neural step --help"),
        ({"--steps": "0"}, "Invalid value for '--steps'", "see ogive neural step --help"),
        ({"--plot": "step.pdf"}, "step.pdf: the ending says the format", ".html, .svg, .png"),
        ({"--weights": "1e308,1e308", "--inputs": "10,10"}, "'weighted sum', z = x W + b is too large", "smaller"),
        ({"--activation": "leaky_relu", "--rate": "1e155", "--weights": "4,4", "--steps": "9"}, "finite", "rate"),
    ],
    ids=str,
)  # fmt: skip
def test_mistakes(ogive_command, changed: dict[str, str], said: str, advice: str) -> None:
    options = OPTIONS | changed
    done = ogive_command("neural", "step", *(part for pair in options.items() for part in pair))
    assert done.code == 2 and done.out == ""
    printed = " ".join(done.err.split())
    assert said in printed and advice in printed and "Nothing was written." in printed


def test_the_group_alone_says_what_is_missing(ogive_command) -> None:
    done = ogive_command("neural")
    assert done.code == 2 and "Missing command" in done.err
    assert "Missing option '--inputs'" in ogive_command("neural", "step").err
