"""Whether there are data enough, and what is valid."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from ogive import InputError, Status
from ogive.data import DenseBlock, Design
from ogive.fitting import Problem, solve
from ogive.inference import expected_shrinkage, sample_adequacy, validity


def test_shrinkage_is_the_share_of_the_statistic_that_is_not_chance():
    assert expected_shrinkage(100, 10) == 0.9
    assert expected_shrinkage(5, 10) == -1.0
    assert expected_shrinkage(0, 3) is None
    with pytest.raises(InputError):
        expected_shrinkage(-1, 3)


@pytest.mark.parametrize(
    ("statistic", "events", "verdict"),
    [(100, 500, "enough"), (80, 500, "few"), (30, 500, "too few"), (None, 500, "enough"), (None, 150, "few")],
)
def test_verdicts(statistic, events, verdict):
    assert sample_adequacy(1000, events, 10, statistic).verdict == verdict


def test_events_are_those_of_the_rarer_outcome():
    judged = sample_adequacy(rows=100, events=80, parameters=4)
    assert (judged.events, judged.events_per_parameter, judged.shrinkage) == (20, 5.0, None)
    assert judged.verdict == "too few"
    assert sample_adequacy(100, 80, 0).verdict == "enough"


def problem(**options) -> Problem:
    x = np.arange(8.0)[:, None]
    return Problem(Design([DenseBlock(x)]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]), **options)


def test_everything_is_valid_for_a_maximum_likelihood_fit():
    found = validity(problem(), solve(problem()))
    assert found.standard_errors and found.tests and found.information_criteria and found.probabilities
    assert found.reasons == ()


def test_a_penalised_fit_has_valid_probabilities_only():
    p = problem(alpha=0.1)
    found = validity(p, solve(p))
    assert not (found.standard_errors or found.tests or found.information_criteria)
    assert found.probabilities
    assert "alpha = 0.1" in found.reasons[0] and "shrunken" in found.reasons[0]


def test_separation_says_what_to_do():
    p = Problem(problem().design, (np.arange(8) > 3).astype(float))
    found = validity(p, solve(p))
    assert not found.standard_errors and "alpha > 0" in found.reasons[0]


def test_class_weights_void_errors_and_probabilities():
    found = validity(problem(), solve(problem()), class_weighted=True)
    assert not (found.standard_errors or found.probabilities)
    assert "class weights are not frequencies" in found.reasons[0]


def test_imputed_values_are_noted_and_forbid_nothing():
    found = validity(problem(), solve(problem()), imputed={"ca": 4, "age": 0})
    assert found.standard_errors
    assert len(found.reasons) == 1 and found.reasons[0].startswith("4 missing values of ca")


def test_collinear_columns_are_noted():
    x = np.arange(8.0)
    p = Problem(Design([DenseBlock(np.column_stack([x, 2 * x]))]), problem().y)
    found = validity(p, solve(p))
    assert found.standard_errors and "determine each other" in found.reasons[0]


def test_a_fit_that_ran_out_of_iterations_has_nothing_valid():
    solution = solve(problem())
    certificate = msgspec.structs.replace(solution.certificate, status=Status.ITERATION_LIMIT, decrement=0.01)
    found = validity(problem(), replace(solution, certificate=certificate))
    assert not (found.standard_errors or found.probabilities)
    assert "max_iter" in found.reasons[0]
