"""The page of fitted curves: what was found, what the points leave open and what would help, and its figures."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
from test_report_browser import CHROMIUM, browse, sideways
from test_report_page import HOSTILE, Page

from ogive import InputError
from ogive.curves import fit, fit_figure, parameter_figures, residual_figures, standardised
from ogive.report import curve_page
from ogive.report.curves_words import Columns, curves_answer, open_lines
from ogive.views import measured_text

DOSES = np.repeat([0.0, 0.3, 1.0, 3.0, 10.0, 30.0], 4)


def response(ec50=2.0, seed=0, scatter=0.2):
    noise = np.random.default_rng(seed).normal(0, scatter, DOSES.size)
    return 8 / (1 + (DOSES / ec50) ** 2) + 0.5 + noise


def groups(number=5, **options):
    """Fit so many groups; the first one scatters most."""
    y = [response(2.0 + k, k, 0.6 if k == 0 else 0.1) for k in range(number)]
    by = np.repeat([f"g{k}" for k in range(number)], DOSES.size)
    return fit(np.tile(DOSES, number), np.concatenate(y), by=by, family="ll4", **options)


@pytest.fixture(scope="module")
def one():
    return fit(DOSES, response(), family="ll4")


@pytest.fixture(scope="module")
def several():
    return groups(intervals="wald")


def words(source):
    return re.sub(r"\s+", " ", Page(source).text[0])


def test_a_page_of_one_curve(one):
    source = curve_page(one, x="dose (mM)", y="growth (cm)", source="assay.csv")
    page = Page(source)
    assert len(source.encode()) < 1_500_000
    (title,) = [text for _, text in page.all("h1")]
    assert title == "Growth over dose"
    text = words(source)
    assert "A curve of the family ll4 (four-parameter log-logistic) through 24 points of assay.csv." in text
    assert "The curve falls along dose: bottom" in text
    assert "profile likelihood" in text
    assert "leave open" not in text
    assert [t for _, t in page.all("h2")] == [
        "Parameters",
        "What follows from the curve",
        "How well the points are met",
        "How it was done",
    ]
    cells = [t for _, t in page.all("td")]
    assert "mM" in cells
    assert "dose with half of the effect" in cells
    plots = [a for a, _ in page.all("div") if a.get("class") == "plot"]
    assert len(plots) == len([a for a, _ in page.all("a") if a.get("class") == "data"]) == 3
    assert all(a["role"] == "img" and len(a["aria-label"]) > 40 for a in plots)
    assert source == curve_page(one, x="dose (mM)", y="growth (cm)", source="assay.csv")


def test_a_page_of_several_curves(several):
    page = Page(curve_page(several, by="line"))
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    text = " ".join(page.text.values())
    assert "The ec50, dose with half of the effect, is" in text
    assert "The points determine every parameter in all curves." in text
    assert len(page.all("figure")) == 1 + 4 + 2
    assert len(page.all("tr")) >= 20


def test_what_curves_share_stands_once():
    found = groups(3, share=["bottom", "top"], intervals="wald")
    page = Page(curve_page(found))
    rows = [t for a, t in page.all("th") if a.get("scope") == "row"]
    assert rows.count("all") == 2
    assert "All curves share bottom" in page.text[0]
    assert [figure.name for figure in parameter_figures(found)] == ["parameter-ec50", "parameter-slope"]


def test_what_is_given_is_not_called_an_estimate():
    text = words(curve_page(fit(DOSES, response(), family="ll4", fix={"bottom": 0.5})))
    assert "bottom" not in text.split("(95 % intervals)")[0].split("curve falls")[1]
    assert "0.5given" in text.replace(" ", "")


LATER = np.arange(0, 6, 0.5)
EARLY = 40 / (1 + np.exp(-0.5 * (LATER - 11))) + np.random.default_rng(1).normal(0, 0.06, LATER.size)
STEP = np.repeat([1, 2, 4, 8, 16, 32.0], 3)


@pytest.mark.parametrize(
    ("x", "y", "family", "said"),
    [
        (LATER, EARLY, "logistic", ["no points are near the upper level", "measure later."]),
        (
            STEP,
            np.where(STEP < 6, 90, 12) + np.random.default_rng(2).normal(0, 3, STEP.size),
            "ll4",
            [
                "Slope: the whole step lies between 4 and 8, where there are no points; measure between 4 and 8."
            ],
        ),
        (
            [1, 2, 4, 8, 16.0],
            [9, 9.1, 8.8, 7.0, 5.1],
            "ll4",
            ["no points are near the lower level", "measure at higher doses."],
        ),
        (
            [1, 2, 4, 8.0],
            [9, 7.0, 3.0, 1.2],
            "ll4",
            ["there are no more points than parameters; add points."],
        ),
    ],
)
def test_what_the_points_leave_open_and_what_would_help(x, y, family, said):
    found = fit(x, y, family=family)
    text = " ".join(f"{start} {rest}" for start, rest in open_lines(found, Columns()))
    for part in said:
        assert part in text
    assert "The points do not determine" in curves_answer(found, Columns())


def test_what_is_open_in_many_groups_is_said_once():
    sure = 30 / (1 + np.exp(-2 * (LATER - 2.5))) + np.random.default_rng(0).normal(0, 0.05, LATER.size)
    y = np.concatenate([EARLY, EARLY * 2, sure])
    found = fit(np.tile(LATER, 3), y, by=np.repeat(["a", "b", "c"], LATER.size))
    text = " ".join(f"{start} {rest}" for start, rest in open_lines(found, Columns()))
    assert text.count("no points are near the upper level") == 1
    assert "in a and b:" in text
    assert "The points determine every parameter in 1 of 3 curves." in curves_answer(found, Columns())


def test_a_forecast_is_said_and_shaded():
    found = fit(LATER, EARLY)
    text = words(curve_page(found, x="day", forecast=found.forecast([12])))
    assert "What the points leave open, and what would help" in text
    band = found.predict([12.0], interval="prediction")
    assert "At day 12 a new point is expected at" in text
    figure = fit_figure(found, upto=12)
    assert "forecast" in figure.reading
    rows = [row for row in figure.rows if row[1] == "curve"]
    assert rows[-1][2] == 12.0
    assert rows[-1][3] == pytest.approx(band.value[0], rel=1e-5)
    assert rows[-1][6] == pytest.approx(band.low[0], rel=1e-5)


def test_forecasts_of_several_groups_are_drawn_in_panels_and_told():
    x = np.arange(1990.0, 2012.0)
    full = 80 / (1 + np.exp(-0.4 * (x - 2000))) + np.random.default_rng(2).normal(0, 1, x.size)
    k = x < 1999
    by = ["a"] * x.size + ["b"] * int(k.sum())
    found = fit(np.r_[x, x[k]], np.r_[full, full[k]], by=by, family="logistic")
    figure = found.plot(x="year", y="share of all households (%)", by="group", upto=2020)
    assert re.fullmatch(
        r"Forecasts of 2 curves to year 2020: 80[.\d]* \(a\), in 1 without a limit", figure.title
    )
    assert "at year 1990 to" in figure.alt and "2,0" not in figure.alt
    assert "What is drawn" not in figure.reading and "there are no points" in figure.reading
    rows = figure.spec["data"]["values"]
    since = {row["of"]: row["x"] for row in rows if row["kind"] == "ahead"}
    assert since == {"a": 2011.0, "b": 1998.0}
    # nothing goes beyond the axis of a panel
    ends = {row["of"]: (row["low"], row["high"]) for row in rows if row["kind"] == "ahead"}
    for row in rows:
        low, high = ends[row["of"]]
        assert all(low <= row[name] <= high for name in ("y", "low", "high") if name in row), row
    assert max(row["high"] for row in rows if row["of"] == "b" and row["kind"] == "new") == ends["b"][1]
    text = words(curve_page(found, x="year", y="share (%)", forecast=found.forecast([2020])))
    assert "In b the points set no upper limit of the capacity" in text
    assert re.search(
        r"At year 2020 a new point is expected at 80\S* \([^)]*\) in a and at least \S+ in b\. In", text
    )


def test_a_parameter_that_one_group_determines_has_its_interval_in_the_title():
    y = np.concatenate([response(2.0, 0), np.where(DOSES < 2, response(200.0, 1), np.nan)])
    known = ~np.isnan(y)
    by = np.repeat(["g", "h"], DOSES.size)
    found = fit(np.tile(DOSES, 2)[known], y[known], by=by[known], family="ll4")
    title = next(one.title for one in parameter_figures(found) if one.name == "parameter-ec50")
    (ec50,) = [p.estimate for p in found.parameters if p.name == "ec50" and p.identified]
    assert title == f"ec50 {measured_text(ec50)} in g; 1 of 2 groups does not determine it"


def test_relative_potency_has_its_section():
    y = np.concatenate([response(2.0 + k, k, 0.1) for k in range(3)])
    by = np.repeat(["g0", "g1", "g2"], DOSES.size)
    found = fit(np.tile(DOSES, 3), y, by=by, family="ll4", intervals="wald")
    potency = found.relative_potency("g0")
    text = words(curve_page(found, by="line", potency=potency))
    assert "Relative potency The dose of g0 by the dose that does the same" in text
    less, more = sorted(
        (one.estimate.value, measured_text(one.estimate), one.group) for one in potency.potencies
    )
    assert f"Potency relative to g0: from {less[1]} in g2 to {more[1]} in g1" in text
    shared = fit(np.tile(DOSES, 3), y, by=by, family="ll4", share=["bottom", "top", "slope"]).values["ec50"]
    assert [less[0], more[0]] == pytest.approx([shared[0] / shared[2], shared[0] / shared[1]], rel=1e-6)
    assert "Whether the curves are parallel: F =" in text


def test_a_given_place_is_told_as_given():
    day = np.arange(12.0)
    y = 9 / (1 + np.exp(4 - day)) + 0.1 * (-1) ** day
    found = fit(day + 2004, y, fix={"midpoint": 2008.0}, family="logistic")
    assert found.plot(x="year").title.endswith("over year from 2004 to 2015; midpoint 2008, given")
    assert "2,008" not in words(curve_page(found, x="year"))


def test_dates_are_told_as_dates():
    day = np.arange(12.0)
    found = fit(day, 9 / (1 + np.exp(4 - day)) + 0.1 * (-1) ** day, intervals="wald")
    ahead = found.forecast([30])
    text = words(curve_page(found, x="day", dates="days since 2024-02-01", forecast=ahead))
    assert (
        "On 2024-03-02 a new point is expected at 8.99 (8.70 – 9.28)." in text
        and "counted in days since 2024-02-01" in text
    )
    assert "Y over day" in text and "The midpoint is 2024-02-0" in text


def test_groups_without_a_curve_are_named_with_the_reason():
    y = np.concatenate([response(), [3.0] * 4])
    by = ["whole"] * DOSES.size + ["flat"] * 4
    text = words(curve_page(fit([*DOSES, 1.0, 2.0, 3.0, 4.0], y, by=by, family="ll4", intervals="wald")))
    assert "There is no curve for flat" in text
    assert text.count("every y is 3; a curve needs different ones") == 2


def test_other_families_and_derived_quantities_show_up_where_there_are_some():
    found = fit(DOSES, response(), family=["ll4", "w1.4", "ll2"], intervals="wald")
    assert found.comparison is not None
    page = Page(curve_page(found, x="dose (mM)"))
    rows = [t for a, t in page.all("th") if a.get("scope") == "row"]
    assert [name for name in rows if name in {"ll4", "w1.4", "ll2"}] == [
        m.name for m in found.comparison.models
    ]
    text = re.sub(r"\s+", " ", page.text[0])
    assert f"{found.comparison.models[0].name} is best" in text
    assert set(rows) >= {quantity.name for quantity in found.quantities}
    assert "Akaike weight" in text


@pytest.mark.parametrize("noise", ["gaussian", "poisson", "binomial"])
def test_residuals_are_pearsons(noise):
    rng = np.random.default_rng(3)
    x = np.repeat(np.linspace(0, 10, 11), 3)
    mean = 1 / (1 + np.exp(5 - x))
    y = {
        "gaussian": mean + rng.normal(0, 0.1, x.size),
        "poisson": rng.poisson(40 * mean).astype(float),
        "binomial": rng.binomial(12, mean) / 12,
    }[noise]
    weights = np.full(x.size, 12.0) if noise == "binomial" else None
    found = fit(
        x,
        y,
        noise=noise,
        weights=weights,
        family="logistic",
        fix={"capacity": 1.0} if noise == "binomial" else {},
    )
    value, residual = standardised(found)
    assert value == pytest.approx(found.predict(x))
    if noise == "gaussian":
        variance = np.full(x.size, ((y - value) ** 2).sum() / (x.size - 3))
    else:
        variance = value if noise == "poisson" else value * (1 - value) / 12
    assert residual == pytest.approx((y - value) / np.sqrt(variance), rel=1e-6)
    beyond = int((np.abs(residual) > 2).sum())
    assert residual_figures(found)[0].title.startswith(f"{beyond or 'None'} of 33 points")


def test_what_is_added_is_drawn_as_sums_and_judged_as_it_is():
    day = np.arange(1.0, 21.0)
    curve = 900 / (1 + np.exp(-0.5 * (day - 9)))
    new = np.random.default_rng(5).poisson(np.diff(curve, prepend=10.0)).astype(float)
    found = fit(day, new, noise="poisson", increments=True)
    expected = found.predict(day) - found.predict(day - 1)
    value, residual = standardised(found)
    assert value == pytest.approx(expected)
    assert residual == pytest.approx((new - expected) / np.sqrt(expected))
    points = [row[3] for row in fit_figure(found).rows if row[1] == "point"]
    assert points == pytest.approx(found.predict([0.0])[0] + np.cumsum(new))


def test_the_worst_curves_come_first_and_chosen_ones_as_chosen(several):
    figure = fit_figure(several)
    assert figure.spec["facet"]["sort"][0] == "g0"
    assert fit_figure(several, groups=["g3"]).rows[0][0] == "g3"
    assert len({row[0] for row in fit_figure(several, groups=["g3", "g1"]).rows}) == 2
    with pytest.raises(InputError, match="no curve for the group 'g9'"):
        fit_figure(several, groups=["g9"])


def test_many_groups_are_counted_in_words():
    found = groups(14, intervals="wald")
    figure = fit_figure(found)
    assert figure.title.startswith("The 12 of 14 curves")
    assert len(figure.spec["facet"]["sort"]) == 12
    assert "in half of the groups" in parameter_figures(found)[2].title
    names = [row[0] for row in parameter_figures(found, sort="name")[0].rows]
    assert names == [f"g{k}" for k in range(14)]
    by_estimate = [row[1] for row in parameter_figures(found)[2].rows]
    assert by_estimate == sorted(by_estimate)


def test_repeated_points_are_drawn_as_means_and_thousands_as_means_of_neighbours(one):
    rows = fit_figure(one).rows
    means = [row for row in rows if row[1] == "mean"]
    assert [row[2] for row in means] == sorted(set(DOSES))
    assert means[0][3] == pytest.approx(response()[:4].mean())
    x = np.linspace(0, 10, 3000)
    many = fit_figure(fit(x, 5 / (1 + np.exp(4 - x)) + np.sin(91 * x)))
    assert sum(row[1] == "mean" for row in many.rows) == 40
    assert "neighbouring" in many.reading
    assert len(many.csv()) < 100_000


def test_a_fit_plots_itself(one, tmp_path):
    figure = one.plot(x="dose (mM)", y="growth")
    assert figure.title.startswith("Growth from")
    assert "mM; ec50" in figure.title
    pytest.importorskip("vl_convert")
    figure.save(tmp_path / "curve.svg")
    assert "dose (mM)" in (tmp_path / "curve.svg").read_text()


def test_names_cannot_become_markup():
    found = fit(
        [*DOSES, *DOSES], [*response(), *response(4, 1)], by=[HOSTILE] * 24 + ["b"] * 24, family="ll4"
    )
    page = Page(curve_page(found, x=HOSTILE, y=HOSTILE, by=HOSTILE, source=HOSTILE))
    assert not page.all("img")
    assert all(not name.startswith("on") for _, a in page.elements for name in a)


def test_published_data(shared_data):
    """Ferulic acid and ryegrass: R's drc prints ED50 3.0580 (Ritz et al. 2015)."""
    with (shared_data / "scurves/drc/ryegrass.csv").open() as file:
        rows = list(csv.DictReader(file))
    found = fit([float(r["conc"]) for r in rows], [float(r["rootl"]) for r in rows], family="ll4")
    assert "ec50 3.06 (" in found.plot().title


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_figures_are_drawn_at_any_width_and_the_console_is_silent(several, tmp_path, scheme):
    page = curve_page(several, x="dose (mM)", y="growth (cm)", by="line")
    drawn, console = browse(
        page, tmp_path, "--window-size=1200,900", f"--blink-settings=preferredColorScheme={scheme}"
    )
    assert console == []
    assert drawn.count('data-drawn="yes"') == 7
    if scheme:
        assert sideways(page, [360, 700, 1200], 7, tmp_path) == [360, 700, 1200]
