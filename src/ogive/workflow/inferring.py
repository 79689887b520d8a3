"""Which intervals and tests a fit gets: those that need refits only while they cost no more than fit and evaluation.

The cost is counted in multiplications from the shape of the problem, never by the clock, so the same data and
options give the same statistics on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

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

# Passes of a profile-likelihood interval (both limits) and of a likelihood-ratio test (one refit, started at the fit).
PROFILE_PASSES, TEST_PASSES = 10, 5
# About a second's work, which starting, reading and writing take in any case.
FREE = 1e9
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
    effects : tuple of MarginalEffect
        By design column; empty where they cost too much.
    stands_in : tuple of str
        What was asked of neither data nor time: as in "Wald intervals stand in for profile likelihood".
    """

    rows: tuple[WaldRow, ...]
    intervals: tuple[Estimate, ...]
    tests: dict[str, HypothesisTest] = field(default_factory=dict)
    effects: tuple[MarginalEffect, ...] = ()
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
    refit_tests, profiles = _affordable(problem, solution, len(terms), options)
    say("Testing the terms")
    tests = {}
    if not reason:
        for name, columns in terms.items():
            tests[name] = (
                likelihood_ratio_test(problem, solution, columns)
                if refit_tests
                else wald_test(solution, covariance, columns)
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
    effects = marginal_effects(
        problem, solution, covariance, names=encoding.column_names, level=options.level, reason=reason
    )
    return Inferred(
        rows=rows, intervals=intervals, tests=tests, effects=effects, stands_in=tuple(stands_in)
    )


def _affordable(problem: Problem, solution: Solution, terms: int, options: Options) -> tuple[bool, bool]:
    """Whether likelihood-ratio tests, and then profile intervals too, cost no more than fit and evaluation."""
    if options.inference != "auto":
        return options.inference == "full", options.inference == "full"
    one = pass_cost(problem)
    fits = 1 + options.folds + options.bootstrap
    budget = FREE + fits * max(solution.certificate.iterations, 1) * one
    tests = terms * TEST_PASSES * one
    profiles = (len(solution.coef) + 1) * PROFILE_PASSES * one
    return tests <= budget, tests + profiles <= budget


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
