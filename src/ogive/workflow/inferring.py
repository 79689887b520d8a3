"""Which intervals and tests a fit gets: those by refits only while they cost no more than fit and evaluation.

The cost is counted in multiplications from the shape of the problem, never by the clock, so the same data and
options give the same statistics on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ogive._base import Estimate, Vector
from ogive.data import CodesBlock, DenseBlock, Encoding
from ogive.fitting import Problem, Solution
from ogive.inference import (
    HypothesisTest,
    MarginalEffect,
    WaldRow,
    all_coefficients,
    likelihood_ratio_test,
    marginal_effects,
    profile_intervals,
    wald_table,
    wald_test,
)
from ogive.workflow.options import Options, Say

# Passes of a profile-likelihood interval (both limits), and of a likelihood-ratio test (a refit).
PROFILE_PASSES, TEST_PASSES = 10, 5
# About a second's work, which starting, reading and writing take in any case.
FREE = 1e9
# Multiplications that take as long as one row of the average effect of one level.
LEVEL_EFFECT = 600
# Above so many coefficients no covariance is formed: its file would be larger than most tables.
MOST_COVARIANCE = 2000
# What a pass costs beside its arithmetic.
PASS_OVERHEAD = 1e5


@dataclass(frozen=True, kw_only=True)
class Inferred:
    """Statistics of a fit.

    Attributes
    ----------
    rows : tuple of WaldRow
        Intercept first, then the design columns.
    intervals : tuple of Estimate
        Of the same coefficients: profile likelihood where it was computed, else Wald.
    tests : dict of str to HypothesisTest
        By term.
    effects : dict of int to MarginalEffect
        By design column; those of levels are left out where they cost too much.
    stands_in : tuple of str
        What was asked of neither data nor time: as in "Wald intervals stand in for profile likelihood".
    """

    rows: tuple[WaldRow, ...]
    intervals: tuple[Estimate, ...]
    tests: dict[str, HypothesisTest] = field(default_factory=dict)
    effects: dict[int, MarginalEffect] = field(default_factory=dict)
    stands_in: tuple[str, ...] = ()


def infer(
    problem: Problem,
    solution: Solution,
    covariance: Vector,
    encoding: Encoding,
    options: Options,
    reason: str,
    say: Say,
) -> Inferred:
    """Compute what is valid and affordable; `reason` says why nothing is valid, or is empty."""
    names = ("(intercept)", *encoding.column_names)
    rows = wald_table(all_coefficients(solution), covariance, options.level, names=names, reason=reason)
    terms = {name: columns for name, columns in encoding.term_columns.items() if len(columns)}
    every_effect, refit_tests, profiles = _affordable(problem, solution, encoding, len(terms), options)
    say("Testing the terms")
    tests = {}
    if not reason and terms:
        tests["all terms"] = likelihood_ratio_test(problem, solution)
        for name, columns in terms.items():
            tests[name] = (
                likelihood_ratio_test(problem, solution, columns.tolist())
                if refit_tests
                else wald_test(solution, covariance, columns.tolist())
            )
    intervals = tuple(row.interval for row in rows)
    if profiles and not reason:
        say("Profiling the likelihood")
        intervals = profile_intervals(problem, solution, level=options.level)
    stands_in = []
    if not reason and options.inference != "wald":
        stands_in += [] if profiles else ["Wald intervals stand in for those of the profile likelihood"]
        stands_in += [] if refit_tests else ["Wald tests stand in for likelihood-ratio tests of the terms"]
    say("Averaging effects")
    wanted = np.arange(len(solution.coef)) if every_effect else number_columns(encoding)
    if len(covariance) > MOST_COVARIANCE:
        wanted = wanted[:0]
    averaged = (
        marginal_effects(
            problem,
            solution,
            covariance,
            wanted.tolist(),
            names=encoding.column_names,
            level=options.level,
            reason=reason,
        )
        if wanted.size
        else ()
    )
    effects = dict(zip(wanted.tolist(), averaged, strict=True))
    return Inferred(rows=rows, intervals=intervals, tests=tests, effects=effects, stands_in=tuple(stands_in))


def _affordable(
    problem: Problem, solution: Solution, encoding: Encoding, terms: int, options: Options
) -> tuple[bool, bool, bool]:
    """Whether effects of levels, then likelihood-ratio tests, then profile intervals fit into the budget."""
    if options.inference == "full":
        return True, True, True
    one = pass_cost(problem)
    rows, width = problem.design.shape
    budget = FREE + (1 + options.folds + options.bootstrap) * max(solution.certificate.iterations, 1) * one
    effects = (width - number_columns(encoding).size) * rows * LEVEL_EFFECT
    tests = effects + terms * TEST_PASSES * one
    profiles = tests + (width + 1) * PROFILE_PASSES * one
    wald = options.inference == "wald"
    return effects <= budget, tests <= budget and not wald, profiles <= budget and not wald


def number_columns(encoding: Encoding) -> NDArray[np.intp]:
    """Return the positions of the numeric design columns, which come first."""
    return np.arange(sum(len(term.numbers) for term in encoding.terms), dtype=np.intp)


def pass_cost(problem: Problem) -> float:
    """Multiplications of one pass that forms the Hessian, and of the factorisation that follows it."""
    rows, width = problem.design.shape
    entries = 1.0
    for block in problem.design.blocks:
        if isinstance(block, DenseBlock):
            entries += block.width
        elif isinstance(block, CodesBlock):
            entries += 1
        else:
            entries += block.matrix.nnz / max(rows, 1)
    return rows * entries**2 + float(np.float64(width) ** 3) / 3 + PASS_OVERHEAD
