"""The threshold slider in a real browser: everything that a threshold decides moves together, without a network."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from test_report_browser import CHROMIUM, browse, sideways
from test_report_page import Page

import ogive
from ogive._kernels import sigmoid
from ogive.datasets import heart
from ogive.decisions import decision_curve
from ogive.metrics import confusion, evaluate, prevalence_curve, threshold_curve
from ogive.report import Judged, Outcome, ScoresSummary, Source, Validation, html_page
from ogive.report.decider import threshold_text

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

RNG = np.random.default_rng(11)
Z = RNG.normal(-1.0, 1.4, 2000)
Y, P = (RNG.random(Z.size) < sigmoid(0.8 * Z)).astype(float), sigmoid(Z)


@pytest.fixture(scope="module")
def scored() -> ScoresSummary:
    validation = Validation(
        scheme="2,000 rows of <b>scores</b>.csv",
        evaluation=evaluate(Y, P, threshold=0.2),
        thresholds=threshold_curve(Y, P, also=[0.2]),
        prevalences=prevalence_curve(Y, P),
        benefit=decision_curve(Y, P, thresholds=[0.1, 0.2, 0.3, 0.5]),
    )
    return ScoresSummary(
        source=Source(name="<b>scores</b>.csv", rows=2000, columns=2),
        outcome=Outcome(name="ill & <i>", positive="1", negative="0", events=float(Y.sum()), rows=2000.0),
        scores=(Judged(name="p</script>", validation=validation),),
    )


# What is done to the page, one visit after the other; each begins where the one before ended.
VISITS = {
    "start": "",
    "lowest": 'set("#cost-fp", 2); set("#cost-fn", 30); set("#threshold", 0)',
    "low": 'set("#threshold", 40)',
    "high": 'set("#threshold", 111)',
    "highest": 'set("#threshold", find("#threshold").max)',
    "button": 'set("#cost-fp", 1); set("#cost-fn", 20); find(".go").click()',
    "nothing": 'set("#cost-fp", ""); set("#cost-fn", -3)',
}


@pytest.fixture(scope="module")
def visited(
    scored: ScoresSummary, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """What stands on the page after each visit, and what was said on the console."""
    code = f"""<script>
      const find = (s) => document.querySelector(s);
      const set = (s, value) => {{ find(s).value = value; find(s).dispatchEvent(new Event("input")); }};
      const text = (s) => find(s).textContent;
      const read = () => {{
        const found = {{
          at: text(".at"), said: text(".said"), ratio: text(".ratio"), closed: text(".closed"),
          spoken: find("#threshold").getAttribute("aria-valuetext"), place: find("#threshold").value,
          bar: find("[data-bar=recall]").style.width,
        }};
        for (const cell of document.querySelectorAll("[data-cell]")) found[cell.dataset.cell] = cell.textContent;
        for (const cell of document.querySelectorAll("[data-share]")) found[cell.dataset.share] = cell.textContent;
        return found;
      }};
      const reads = {{}};
      {"".join(f"{steps}; reads.{name} = read();" for name, steps in VISITS.items())}
      document.body.dataset.read = JSON.stringify(reads);
    </script></body>"""
    before, _, after = html_page(scored).rpartition("</body>")
    drawn, console = browse(f"{before}{code}{after}", tmp_path_factory.mktemp("decider"))
    return json.loads(unescape(re.findall(r'data-read="([^"]*)"', drawn)[0])), console


def test_the_console_is_silent(visited: tuple[dict[str, dict[str, str]], list[str]]) -> None:
    assert visited[1] == []


def test_the_page_says_at_first_what_the_script_says(
    scored: ScoresSummary, visited: tuple[dict[str, dict[str, str]], list[str]]
) -> None:
    read = {name: text.replace("\u00a0", " ") for name, text in visited[0]["start"].items()}
    written = Page(html_page(scored))
    assert read["said"] == next(text for _, text in written.all("output"))
    cells = {a["data-cell"]: text for a, text in written.all("td") if "data-cell" in a}
    shares = {a["data-share"]: text for a, text in written.all("strong") if "data-share" in a}
    for name, text in (cells | shares).items():
        assert read[name] == text


@pytest.mark.parametrize(("visit", "place"), [("lowest", 0), ("low", 40), ("high", 111), ("highest", -1)])
def test_the_slider_moves_table_shares_and_cost_together(
    scored: ScoresSummary,
    visited: tuple[dict[str, dict[str, str]], list[str]],
    visit: str,
    place: int,
) -> None:
    read, curve = visited[0][visit], scored.scores[0].validation.thresholds
    c = confusion(Y, P, threshold=curve.threshold[place])
    assert read["at"] == read["spoken"] == threshold_text(curve.threshold[place])
    counts = (c.true_positive, c.false_positive, c.false_negative, c.true_negative)
    assert [read[name] for name in ("tp", "fp", "fn", "tn")] == [f"{value:,.0f}" for value in counts]
    assert read["precision"] == ("–" if c.precision is None else f"{100 * c.precision.value:.1f}\u00a0%")
    assert read["recall"] == f"{100 * c.sensitivity.value:.1f}\u00a0%"
    assert float(read["bar"].rstrip("%")) == pytest.approx(100 * c.sensitivity.value, abs=0.01)
    shown = float(re.findall(r"rows cost ([\d,.]+);", read["said"])[0].replace(",", ""))
    assert shown == pytest.approx(1000 * (2 * c.false_positive + 30 * c.false_negative) / 2000, rel=0.005)
    assert (read["ratio"], read["closed"]) == ("2 / (2 + 30)", "0.0625")


def test_costs_move_the_closed_form_and_the_button_goes_there(
    scored: ScoresSummary, visited: tuple[dict[str, dict[str, str]], list[str]]
) -> None:
    read, curve = visited[0]["button"], scored.scores[0].validation.thresholds
    assert read["closed"] == "0.0476"
    assert curve.threshold[int(read["place"])] == pytest.approx(1 / 21, abs=0.001)
    assert visited[0]["nothing"]["closed"] == "–"


def test_the_controls_are_labelled(scored: ScoresSummary) -> None:
    page = Page(html_page(scored))
    labelled = {a["for"] for a, _ in page.all("label")}
    inputs = {a["id"]: a for a, _ in page.all("input")}
    assert labelled == set(inputs) == {"threshold", "cost-fp", "cost-fn"}
    assert inputs["threshold"]["type"] == "range"


def test_names_from_outside_do_nothing(scored: ScoresSummary) -> None:
    page = Page(html_page(scored))
    assert not page.all("i") and not page.all("b")


def test_a_calibrated_fit_shows_before_and_after_slider_and_costs(tmp_path: Path) -> None:
    model = ogive.fit(heart(), "disease", exclude=["ca", "thal"], calibrate="platt", cost_fp=1, cost_fn=4)
    page = model.to_html()
    drawn, console = browse(page, tmp_path, "--window-size=1280,900")
    assert console == []
    names = {a["id"] for a, _ in Page(drawn).all("div") if a.get("data-drawn") == "yes"}
    assert {"before-after", "reliability", "decision-curve", "cost", "prevalence"} <= names
    assert len(page.encode()) < 1_500_000


def test_the_page_stays_light(scored: ScoresSummary) -> None:
    curve = scored.scores[0].validation.thresholds
    assert len(curve.threshold) <= 500
    assert len(html_page(scored).encode()) < 1_500_000


def test_nothing_scrolls_sideways(scored: ScoresSummary, tmp_path: Path) -> None:
    assert sideways(html_page(scored), [320, 375, 1280], 6, tmp_path) == [320, 375, 1280]
