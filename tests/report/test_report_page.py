"""The page: complete in itself, accessible, and deaf to what stands in names."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import msgspec
import pytest

from ogive.report import EvaluationSummary, LeftOut, Summary, html_fragment, html_page

HOSTILE = "<script>alert('x')</script>\"&</style>{{y}}--><img src=x onerror=alert(1)>"
VOID = {"meta", "link", "br", "wbr", "img", "hr", "input"}


class Page(HTMLParser):
    """Elements of a page in their order, with attributes and text; fails where tags do not match."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: dict[int, str] = {}
        self.open: list[int] = []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self.open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        data = data.replace("\u00a0", " ").replace("\u2060", "")
        for index in self.open:
            self.text[index] = self.text.get(index, "") + data

    def all(self, tag: str) -> list[tuple[dict[str, str], str]]:
        return [(a, self.text.get(i, "")) for i, (t, a) in enumerate(self.elements) if t == tag]


@pytest.fixture(scope="module")
def source(summary: Summary) -> str:
    return html_page(summary)


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_it_is_one_light_file_that_asks_for_nothing(source: str, page: Page) -> None:
    assert len(source.encode()) < 1_500_000
    for _, attributes in page.elements:
        for name in ("src", "href", "srcset", "action"):
            assert re.match(r"#|data:|$", attributes.get(name, ""))
    policy = next(a["content"] for a, _ in page.all("meta") if a.get("http-equiv"))
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"url\(|@import", " ".join(text for _, text in page.all("style")))


def test_the_same_summary_gives_the_same_page(summary: Summary, source: str) -> None:
    assert html_page(summary) == source


def test_the_first_screen_is_question_warning_answer_figure(source: str) -> None:
    said = source.replace("\u00a0", " ")
    places = [
        said.index(part)
        for part in (
            "A logistic regression on 13 columns of heart.csv",
            "How probable is disease = 1?</h1>",
            "There are few events",
            'class="answer">On 5 held-out folds',
            'id="s-curve"',
            "What matters",
        )
    ]
    assert places == sorted(places)


def test_structure_for_screen_readers(page: Page) -> None:
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids
    levels = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 2 for a, b in pairwise(levels))
    assert len(page.all("main")) == 1
    assert page.all("html")[0][0]["lang"] == "en"
    assert page.all("a")[0][0]["href"] == "#main"
    assert len(page.all("caption")) == len(page.all("table")) >= 5
    assert all(a.get("scope") in ("col", "row") for a, _ in page.all("th"))
    plots = [a for a, _ in page.all("div") if a.get("class") == "plot"]
    assert len(plots) == len(page.all("figure")) == len(page.all("figcaption")) == 10
    assert all(a["role"] == "img" and len(a["aria-label"]) > 40 for a in plots)


def test_every_figure_has_its_numbers_one_click_away(page: Page) -> None:
    links = [a for a, _ in page.all("a") if a.get("class") == "data"]
    assert len(links) == 10
    for link in links:
        kind, _, data = link["href"].partition(",")
        assert kind == "data:text/csv;charset=utf-8"
        header, *rows = csv.reader(io.StringIO(unquote(data)))
        assert rows
        assert all(len(row) == len(header) for row in rows)
        assert link["download"].endswith(".csv")


def test_specifications_are_json(page: Page) -> None:
    specs = [json.loads(text) for a, text in page.all("script") if a.get("type") == "application/json"]
    assert sum("layer" in spec for spec in specs) == 10


def test_every_coefficient_and_effect_is_told(summary: Summary, page: Page) -> None:
    text = " ".join(page.text.values())
    for c in summary.coefficients:
        assert c.name in text
    numbers = [c for c in summary.coefficients if c.kind == "number"]
    assert text.count("at the mean of all columns") >= len(numbers)


def hostile(summary: Summary) -> Summary:
    first, *rest = summary.coefficients
    replace = msgspec.structs.replace
    return replace(
        summary,
        source=replace(summary.source, name=HOSTILE, reason=HOSTILE),
        outcome=replace(summary.outcome, name=HOSTILE, positive=HOSTILE, negative=HOSTILE),
        predictors=(replace(summary.predictors[0], name=HOSTILE), *summary.predictors[1:]),
        left_out=(LeftOut(name=HOSTILE, reason=HOSTILE),),
        coefficients=(replace(first, name=HOSTILE, term=HOSTILE, unit=HOSTILE, note=HOSTILE), *rest),
        tests=(replace(summary.tests[0], term=HOSTILE),),
        notices=(replace(summary.notices[0], sentence=HOSTILE, cause=HOSTILE, remedy=HOSTILE),),
        curves=tuple(replace(curve, term=HOSTILE, unit=HOSTILE) for curve in summary.curves),
        provenance=replace(summary.provenance, options={HOSTILE: HOSTILE}),
    )


def test_names_cannot_become_markup(summary: Summary, page: Page) -> None:
    odd = Page(html_page(hostile(summary)))
    assert not odd.all("img")
    assert len(odd.all("script")) == len(page.all("script"))
    assert all(not name.startswith("on") for _, a in odd.elements for name in a)
    assert HOSTILE in odd.all("h1")[0][1]
    ids = [a["id"] for _, a in odd.elements if "id" in a]
    assert len(ids) == len(set(ids))
    fragment = Page(html_fragment(hostile(summary)))
    assert not fragment.all("script")
    assert not fragment.all("img")


def test_a_model_without_evaluation_curves_or_terms(summary: Summary) -> None:
    bare = msgspec.structs.replace(summary, validation=None, curves=(), tests=(), coefficients=())
    page = Page(html_page(bare))
    assert not page.all("figure")
    assert "not evaluated" in page.text[0]


def test_thousands_of_coefficients_do_not_make_the_page_heavy(summary: Summary) -> None:
    replace = msgspec.structs.replace
    many = tuple(
        replace(c, name=f"{c.name} {i}", z=c.z / (i + 1), note="refits would take too long")
        for i in range(400)
        for c in summary.coefficients
    )
    source = html_page(replace(summary, coefficients=many))
    assert len(source.encode()) < 1_500_000
    assert "The 500 strongest of 8,000 coefficients" in source
    assert "All coefficients:</strong> refits would take too long." in source


def test_another_table_has_a_page_of_the_same_parts(judged: EvaluationSummary) -> None:
    page = Page(html_page(judged))
    assert len(page.all("figure")) == 5
    assert "On hungarian.csv, a row with disease = 1" in page.text[0]


def test_a_notebook_shows_static_html(summary: Summary, judged: EvaluationSummary) -> None:
    for shown in (summary, judged):
        page = Page(shown._repr_html_())
        assert not page.all("script")
        assert page.all("table")
