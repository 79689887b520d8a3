"""How numbers are written: the digits that the data support, aligned."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ogive._base import Estimate
from ogive.views import (
    Field,
    Table,
    as_text,
    number,
    odds_ratio,
    p_value,
    points,
    printable,
    ratio_parts,
    table_of,
    text_table,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-2.5, "-2.5"), (1234567.0, "1,234,567"), (1e-5, "1e-5"), (3.2e9, "3.2e9"), (99.96, "100")],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_a_number_reads_back_to_three_digits(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=5.1e-3, abs=1e-300)


@pytest.mark.parametrize(
    ("p", "text"), [(0.0, "<0.001"), (0.00099, "<0.001"), (0.001, "0.001"), (0.0996, "0.10"), (1.0, ">0.99")]
)
def test_p_value(p: float, text: str) -> None:
    assert p_value(p) == text


def test_percentage_points_never_use_an_exponent() -> None:
    assert [points(x) for x in (2.5, 0.5, 0.0123, -1e-9)] == ["+250", "+50", "+1.2", "0.00"]


@given(
    st.floats(min_value=-6, max_value=6),
    st.floats(min_value=1e-3, max_value=2),
)
def test_odds_ratio_texts_keep_their_order(value: float, half: float) -> None:
    ratio = odds_ratio(Estimate(value=value, low=value - half, high=value + half))
    middle, low, high = (float(t.replace(",", "")) for t in ratio_parts(ratio))
    assert low <= middle <= high
    assert middle == pytest.approx(ratio.value, rel=0.06)


def test_an_odds_ratio_too_large_for_a_double_is_said_in_words() -> None:
    ratio = odds_ratio(Estimate(value=800.0, low=-800.0, high=900.0))
    assert ratio.value == math.inf
    assert ratio_parts(ratio) == ("very large", "0", "very large")


TABLE = Table(
    caption="Two",
    fields=(
        Field(header="name"),
        Field(header="value", align="decimal"),
        Field(header="95 % interval", align="interval"),
    ),
    rows=(("a", "4.21", "2.05 – 8.80"), ("b", "131", "–"), ("[bold]c", "0.5", "0.25 – 12.125")),
)


def test_cells_of_a_column_have_one_width_and_points_stand_under_each_other() -> None:
    for j in (1, 2):
        cells = [row[j].rjust(20) for row in TABLE.aligned()]
        assert len({cell.find(".") for cell in cells if "." in cell}) == 1


def test_a_text_table_takes_names_literally_and_fits() -> None:
    text = as_text(text_table(TABLE), width=60)
    assert "[bold]c" in text
    assert max(map(len, text.splitlines())) <= 60
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_narrow_terminal_folds_names_and_keeps_numbers() -> None:
    wide = Table(
        caption="", fields=TABLE.fields, rows=(("a very long name of a column", "4.21", "2.05 – 8.80"),)
    )
    text = as_text(text_table(wide), width=44)
    assert max(map(len, text.splitlines())) <= 44
    assert "2.05 – 8.80" in text


def test_a_piped_table_has_no_escape_codes() -> None:
    console = Console(width=80, force_terminal=False, color_system=None)
    with console.capture() as capture:
        console.print(text_table(TABLE))
    assert "\x1b" not in capture.get()


def test_control_characters_do_not_reach_a_terminal() -> None:
    assert printable("a\x1b[31mb\nc") == "a\N{REPLACEMENT CHARACTER}[31mb\N{REPLACEMENT CHARACTER}c"


def test_records_become_a_table() -> None:
    table = table_of("", [{"name": "a", "n": 3, "p": 0.25}, {"name": "b", "n": 12, "p": None}])
    assert [f.align for f in table.fields] == ["left", "decimal", "decimal"]
    assert table.rows == (("a", "3", "0.25"), ("b", "12", "–"))
    assert table_of("", []).rows == ()
