"""The summary in a terminal, and the sentences that it shares with the page."""

from __future__ import annotations

import msgspec
import pytest
from rich.console import Console

from ogive._base import Certificate, Estimate, Status, decode, encode
from ogive._kernels import logit, sigmoid
from ogive.report import EvaluationSummary, LeftOut, Notice, Summary, terminal_summary
from ogive.report.words import (
    adequacy_line,
    calibration_words,
    certificate_words,
    effect_sentence,
    effects,
    step,
    strongest,
)
from ogive.views import as_text


def lines(summary: Summary | EvaluationSummary, width: int = 80, **options: object) -> list[str]:
    return as_text(terminal_summary(summary, **options), width).splitlines()  # type: ignore[arg-type]


def test_the_summary_says_data_fit_terms_and_evaluation(summary: Summary) -> None:
    text = "\n".join(lines(summary, 120, milliseconds=4.2))
    for part in (
        "Read heart.csv: 303 rows, 14 columns",
        "target          disease, positive = 1: 139 of 303 (45.9 %)",
        "ca (4 missing: median + indicator)",
        "thal (3; 2 missing: a level of their own)",
        "patient (every value is different)",
        "Fitted 21 coefficients by maximum likelihood in 4 ms: certified optimum (largest gradient 3e-12, "
        "condition 2e3)",
        "6.6 events a coefficient: expect new predictions to be somewhat too extreme (shrinkage 0.87)",
        "  ca                              3.65    2.11  – 6.32   <0.001",
        "… (12 more; --all, or the report)",
        "Evaluated on 5 held-out folds",
        "  discrimination  AUC 0.",
        "  calibration     slope 0.",
        "  at 0.5          sensitivity 0.",
    ):
        assert part in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(summary: Summary, judged: EvaluationSummary, width: int) -> None:
    assert max(map(len, lines(summary, width))) <= width
    assert max(map(len, lines(judged, width))) <= width


def test_all_terms_are_shown_on_demand(summary: Summary) -> None:
    text = "\n".join(lines(summary, 120, all_terms=True))
    assert all(c.name in text for c in summary.coefficients)
    assert "more;" not in text


def test_warnings_come_first_and_notes_last(summary: Summary) -> None:
    shown = lines(summary)
    assert shown[0].startswith("Caution: there are few events")
    assert "  leave columns out with --exclude, or shrink with --alpha" in shown
    assert shown[-2].startswith("Note: 4 missing values")


def test_another_table_says_which(judged: EvaluationSummary) -> None:
    text = "\n".join(lines(judged, 120))
    assert text.startswith(
        "Evaluated heart.ogive on hungarian.csv: 294 rows, 14 columns; 1 row left out (no value of disease)"
    )
    assert "106 of 293 (36.2 %)" in text


def test_colour_is_not_needed_and_names_are_taken_literally(summary: Summary) -> None:
    odd = msgspec.structs.replace(
        summary, left_out=(LeftOut(name="[red]id[/red]\x1b[2J", reason="every value is different"),)
    )
    text = "\n".join(lines(odd))
    assert "[red]id[/red]\N{REPLACEMENT CHARACTER}[2J" in text
    assert "\x1b" not in text
    console = Console(width=80, force_terminal=True)
    with console.capture() as capture:
        console.print(terminal_summary(odd))
    assert "\x1b[2J" not in capture.get()


def test_a_model_that_was_not_evaluated_is_shown(summary: Summary) -> None:
    text = "\n".join(lines(msgspec.structs.replace(summary, validation=None)))
    assert "Evaluated" not in text
    assert "odds ratio" in text


def test_a_summary_shows_itself_and_reads_back_from_a_file(
    summary: Summary, judged: EvaluationSummary
) -> None:
    assert repr(summary) == "\n".join(lines(summary))
    assert decode(encode(summary), Summary) == summary
    assert decode(encode(judged), EvaluationSummary) == judged


def test_the_steepest_effect_is_a_quarter_of_the_coefficient(summary: Summary) -> None:
    oldpeak = next(c for c in summary.coefficients if c.name == "oldpeak")
    assert step(oldpeak) == 1.0
    steepest, at_mean = effects(oldpeak, summary.fit)
    b, mean = oldpeak.estimate.value, summary.fit.probability_at_mean
    assert steepest == b / 4
    # both are slopes of the S-curve: compare with finite differences
    h = 1e-6
    for p, slope in ((0.5, steepest), (mean, at_mean)):
        eta = logit(p)
        assert (sigmoid(eta + b * h) - sigmoid(eta - b * h)) / (2 * h) == pytest.approx(slope, rel=1e-8)
    assert effect_sentence(oldpeak, summary.fit) == (
        "multiplies the odds by 1.44 and raises the probability by at most 9.1 percentage points "
        "(where it is near 50 %), by 8.6 at the mean of all columns"
    )


def test_no_step_of_a_number_moves_the_probability_further_than_said(summary: Summary) -> None:
    for c in (c for c in summary.coefficients if c.kind == "number"):
        change = c.estimate.value * step(c)
        most = abs(sigmoid(change / 2) - sigmoid(-change / 2))
        assert most <= abs(effects(c, summary.fit)[0])
        assert 0.05 <= step(c) / c.sd <= 4


def test_the_strongest_come_first(summary: Summary) -> None:
    order = strongest(summary.coefficients)
    assert [abs(c.z) for c in order] == sorted((abs(c.z) for c in order), reverse=True)
    penalised = [msgspec.structs.replace(c, z=None, p=None, se=None) for c in summary.coefficients]
    assert strongest(penalised)[0].name == "ca"


@pytest.mark.parametrize(
    ("slope", "intercept", "verdict"),
    [
        ((0.7, 0.9), (-0.1, 0.1), "are too extreme"),
        ((1.1, 1.3), (-0.1, 0.1), "are not extreme enough"),
        ((0.9, 1.1), (0.1, 0.3), "are too low on the whole"),
        ((0.7, 0.9), (-0.3, -0.1), "are too high on the whole and too extreme"),
        ((0.9, 1.1), (-0.1, 0.1), "are in line with what happened"),
    ],
)
def test_calibration_is_judged_by_its_intervals(
    summary: Summary, slope: tuple[float, float], intercept: tuple[float, float], verdict: str
) -> None:
    def middle(limits: tuple[float, float]) -> Estimate:
        return Estimate(value=sum(limits) / 2, low=limits[0], high=limits[1])

    assert summary.validation is not None
    evaluation = summary.validation.evaluation
    line = msgspec.structs.replace(evaluation.calibration, slope=middle(slope), intercept=middle(intercept))
    words = calibration_words(msgspec.structs.replace(evaluation, calibration=line))
    shown = "intercept" if "on the whole" in verdict and "extreme" not in verdict else "slope"
    assert words.startswith(f"the probabilities {verdict} (calibration {shown} ")


def test_an_uncertified_fit_says_why_and_what_to_do() -> None:
    words = certificate_words(
        Certificate(status=Status.ITERATION_LIMIT, solver="newton", iterations=3, gradient=0.02)
    )
    assert words == (
        "not certified: the iterations ran out before the optimum was certified (largest gradient 2e-2); "
        "raise max_iter"
    )


@pytest.mark.parametrize(
    ("shrinkage", "words"),
    [(0.97, "about as extreme as they should"), (0.87, "somewhat too extreme"), (0.5, "much too extreme")],
)
def test_shrinkage_in_words(summary: Summary, shrinkage: float, words: str) -> None:
    adequacy = msgspec.structs.replace(summary.adequacy, events_per_coefficient=25.0, shrinkage=shrinkage)
    assert words in adequacy_line(adequacy)


def test_few_events_are_never_said_to_be_enough(summary: Summary) -> None:
    adequacy = msgspec.structs.replace(summary.adequacy, events_per_coefficient=7.0, shrinkage=0.97)
    assert "somewhat too extreme" in adequacy_line(adequacy)


def test_an_infinite_odds_ratio_is_no_number(summary: Summary) -> None:
    wild = msgspec.structs.replace(
        summary.coefficients[0], estimate=Estimate(value=900.0, method="none"), z=99.0
    )
    text = "\n".join(lines(msgspec.structs.replace(summary, coefficients=(wild,))))
    assert "very large" in text
    assert " inf" not in text


def test_a_notice_without_cause_or_remedy(summary: Summary) -> None:
    shown = lines(msgspec.structs.replace(summary, notices=(Notice(level="invalid", sentence="no p-value"),)))
    assert shown[0] == "Not valid: no p-value"
