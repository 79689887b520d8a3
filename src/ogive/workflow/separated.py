"""A perfectly predicted outcome: stop before an infinite coefficient is printed, and say what to do."""

from __future__ import annotations

import math
import shlex

from ogive._base import SeparationError
from ogive.data import Encoding
from ogive.fitting import Problem, Solution
from ogive.inference import PerfectPrediction, find_separation, suspicious
from ogive.workflow.options import Say
from ogive.workflow.study import Study, labels

MOST_RULES, MOST_NAMES = 6, 4


def refuse_separation(
    study: Study, problem: Problem, solution: Solution, encoding: Encoding, say: Say
) -> None:
    """Raise a SeparationError that names the columns at fault where coefficients are infinite.

    The linear programme runs only where the fit looks separated.
    """
    if problem.alpha > 0 or not suspicious(problem, solution):
        return
    say("Looking for columns that predict the outcome perfectly")
    found = find_separation(problem, encoding.column_names)
    if found is None:
        return
    terms = [
        name for name, place in encoding.term_columns.items() if set(place.tolist()) & set(found.columns)
    ]
    target = study.schema.target
    classes = labels(target.negative), labels(target.positive)
    phrases = _phrases(encoding)
    rules = [_rule(rule, target.name, classes, phrases) for rule in found.rules]
    if len(rules) == 1:
        infinite = _infinite(found.names)
        problem_text = f"{study.source.name}: the outcome is perfectly predicted {rules[0]}, so {infinite}."
    else:
        more = [f"  and {len(rules) - MOST_RULES} more such rules"] if len(rules) > MOST_RULES else []
        head = f"{study.source.name}: the outcome is perfectly predicted, so {_infinite(found.names)}:"
        problem_text = "\n".join([head, *(f"  {rule}" for rule in rules[:MOST_RULES]), *more])
    raise SeparationError(problem_text, _remedies(study, terms, suggested_alpha(problem)))


def suggested_alpha(problem: Problem) -> float:
    """Return a penalty as strong as one row, rounded: enough to make every coefficient finite.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> suggested_alpha(Problem(Design([DenseBlock(np.eye(4))]), np.array([0.0, 1, 0, 1])))
    0.2
    """
    return float(f"{1.0 / problem.weight_sum:.0e}")


def plain(value: float) -> str:
    """Return a small number without exponent, as one types it.

    Examples
    --------
    >>> plain(3e-05), plain(0.2)
    ('0.00003', '0.2')
    """
    return f"{value:.{max(0, -math.floor(math.log10(value)))}f}"


def _rule(rule: PerfectPrediction, target: str, classes: tuple[str, str], phrases: dict[str, str]) -> str:
    rows = f"{rule.rows:,} row{'s' * (rule.rows != 1)}"
    outcome = "" if rule.outcome is None else f", all {target} = {classes[rule.outcome]}"
    how = f"when {phrases.get(rule.condition, rule.condition)}"
    if not rule.condition:
        how = f"by {_listed(rule.names)} together"
    return f"{how} ({rows}{outcome})"


def _phrases(encoding: Encoding) -> dict[str, str]:
    """Design columns that are 1 or 0 as conditions: "NV = 1", "thal = reversible", "ca is missing"."""
    phrases = {}
    for term in encoding.terms:
        levels = [level for level in term.levels if level != term.reference]
        for level, name in zip(levels, term.code_names, strict=False):
            phrases[name] = f"{term.name} = {level}"
        if term.missing:
            phrases[f"{term.name}: missing"] = f"{term.name} is missing"
    return phrases


def _infinite(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"the maximum-likelihood coefficient of {names[0]} is infinite"
    if len(names) <= MOST_NAMES:
        return f"the maximum-likelihood coefficients of {_listed(names)} are infinite"
    return f"{len(names)} maximum-likelihood coefficients are infinite"


def _listed(names: tuple[str, ...]) -> str:
    shown = [*names[:MOST_NAMES], *([f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _remedies(study: Study, terms: list[str], alpha: float) -> list[str]:
    codes = [name for name in terms if study.schema.column(name).numeric]
    codes = [name for name in codes if study.schema.column(name).kind == "category"]
    remedies = [
        f"keep {_listed(tuple(terms))}:  --alpha {plain(alpha)} (a penalty as strong as one row: all are finite)",
        f"leave out:  --exclude {_option(terms)}",
    ]
    if codes:
        remedies.append(f"or, where the codes are amounts:  --numbers {_option(codes)}")
    return remedies


def _option(names: list[str]) -> str:
    """Names as one types them after an option."""
    return shlex.quote(",".join(f'"{name}"' if "," in name else name for name in names))
