"""Design columns that others determine are left out and named, so that all the others are identified.

Infinitely many coefficients fit such columns equally well, and the probabilities are the same for all of them. Leaving
out the later column of each dependence (as R's `glm` does) gives the rest standard errors, intervals and tests.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ogive._base import Status
from ogive.data import Encoding, TableNotes, Term, encode
from ogive.fitting import Problem, Solution, solve
from ogive.inference import Collinearity, collinear_columns
from ogive.workflow.study import Study

MOST_ROUNDS = 10


def identified_fit(study: Study, encoding: Encoding, alpha: float) -> tuple[Encoding, Problem, Solution]:
    """Fit; where some columns determine each other leave out the later ones and fit again.

    A fit that stays not unique (a dependence too faint to name) is returned as it is.
    """
    for _ in range(MOST_ROUNDS):
        problem = Problem(encode(study.columns, encoding), study.y, study.weights, study.offset, alpha)
        solution = solve(problem)
        if solution.status is not Status.NOT_UNIQUE:
            break
        redundant = _reasons(
            [found for found in collinear_columns(problem, encoding.column_names) if found.exact]
        )
        if not redundant:
            break
        encoding = Encoding(terms=tuple(_without(term, redundant) for term in encoding.terms))
    return encoding, problem, solution


def _reasons(exact: Sequence[Collinearity]) -> dict[str, str]:
    """Return the later column of each set with what determines it, traced back to columns that stay."""
    by = {found.names[-1]: found.names[:-1] for found in exact}
    reasons = {}
    for name, determining in by.items():
        others = determining
        seen = {name}
        while any(other in by and other not in seen for other in others):
            seen |= set(others)
            others = tuple(dict.fromkeys(o for other in others for o in by.get(other, (other,))))
        listed = others[0] if len(others) == 1 else f"{', '.join(others[:-1])} and {others[-1]}"
        reasons[name] = f"determined by {listed}" if others else "constant"
    return reasons


def _without(term: Term, redundant: dict[str, str]) -> Term:
    """Return a term without some of its design columns; a level left out counts as the reference level."""
    numbers = tuple(number for number in term.numbers if number.name not in redundant)
    coded = dict(zip(_levels(term), term.code_names, strict=False))
    levels = tuple(level for level in term.levels if coded.get(level) not in redundant)
    missing = term.missing and f"{term.name}: missing" not in redundant
    own = {number.name for number in term.numbers} | set(term.code_names)
    dropped = term.dropped | {name: why for name, why in redundant.items() if name in own}
    return replace(term, numbers=numbers, levels=levels, missing=missing, dropped=dropped)


def _levels(term: Term) -> list[str]:
    """Levels that have a column, in the order of `code_names`."""
    return [level for level in term.levels if level != term.reference]


def without_redundant(notes: TableNotes, encoding: Encoding) -> TableNotes:
    """Return notes of a table that do not call a level unseen which training saw and another column stands for."""
    unseen: dict[str, dict[str, int]] = {}
    for name, levels in notes.unseen.items():
        dropped = encoding.term(name).dropped
        new = {level: count for level, count in levels.items() if f"{name}: {level}" not in dropped}
        unseen |= {name: new} if new else {}
    return replace(notes, unseen=unseen)
