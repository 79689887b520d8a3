"""Separation: columns that predict the outcome perfectly, so that maximum likelihood is infinite.

A direction d of the coefficients (intercept included) is one of recession when no row speaks against it: for
all rows s_i x_i'd >= 0, with s_i = +1 where y_i = 1 and -1 where y_i = 0. The likelihood then never falls
along d; if some row has s_i x_i'd > 0 it rises for ever and the estimate is infinite (Albert and Anderson
1984, Biometrika 71:1). Separation is complete if some d has all rows above 0, and quasi-complete otherwise.

One pass over the columns finds what a single column or level does. Only where that finds nothing is the
linear programme of all columns solved.
"""

# ruff: noqa: PLC0415 (SciPy is imported when it is needed)

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ogive._base import InputError, Record, Status, Vector
from ogive.data import CodesBlock, DenseBlock, SparseBlock
from ogive.fitting import Problem, Solution, linear_predictor
from ogive.inference.likelihood import Mask, row_weights
from ogive.inference.wald import default_names

FAR = 20.0  # linear predictor beyond which a row may be on its way to infinity


class PerfectPrediction(Record, frozen=True, kw_only=True):
    """One rule that predicts some rows without error.

    Attributes
    ----------
    columns : tuple of int
        Design columns whose coefficients are infinite.
    names : tuple of str
        Their names.
    directions : tuple of int
        +1 where the coefficient is plus infinity, -1 where it is minus infinity.
    condition : str
        Which rows, as in "NV = 1", "age > 52.5" or "thal: reversible"; empty for a combination of columns.
    rows : int
        How many rows are predicted (weights of zero not counted).
    outcome : int or None
        Their outcome; None where both occur, each on its side.
    """

    columns: tuple[int, ...]
    names: tuple[str, ...]
    directions: tuple[int, ...]
    condition: str
    rows: int
    outcome: int | None


class Separation(Record, frozen=True, kw_only=True):
    """Why the maximum-likelihood estimate is infinite.

    Attributes
    ----------
    complete : bool
        One of the rules predicts every row. Where none does, what was found is quasi-complete.
    rules : tuple of PerfectPrediction
        What was found: every single column or level that predicts perfectly, or else a few columns that do
        so together. More may come to light once these are left out.
    rows : int
        Rows of positive weight.
    """

    complete: bool
    rules: tuple[PerfectPrediction, ...]
    rows: int

    @property
    def columns(self) -> tuple[int, ...]:
        """Design columns at fault, in their order."""
        return tuple(sorted({j for rule in self.rules for j in rule.columns}))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the design columns at fault, in their order."""
        named = {j: name for rule in self.rules for j, name in zip(rule.columns, rule.names, strict=True)}
        return tuple(named[j] for j in self.columns)


def suspicious(problem: Problem, solution: Solution) -> bool:
    """Return whether a fit looks separated, so that `find_separation` is worth its time.

    The fit of separated data creeps along the direction of recession until its gradient is lost in rounding:
    if `solve` did not notice, the rows that are predicted perfectly have come to lie far out, on the right
    side. A row with a linear predictor of 20 still has a gradient of 2e-9, so a certified optimum without any
    such row is not separated. Costs one product with the design.

    Parameters
    ----------
    problem, solution
        What was fitted, and the result of `ogive.fitting.solve`. A penalised fit is never suspicious.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem, solve
    >>> from ogive.inference import suspicious
    >>> problem = Problem(Design([DenseBlock(np.arange(8.0)[:, None])]), np.array([0, 0, 1, 0, 1, 0, 1, 1.0]))
    >>> suspicious(problem, solve(problem))
    False
    """
    if problem.alpha > 0:
        return False
    if solution.status not in (Status.OPTIMAL, Status.NOT_UNIQUE):
        return True
    eta = linear_predictor(problem, solution)
    return bool(np.any((row_weights(problem) > 0) & (np.where(problem.y > 0.5, eta, -eta) > FAR)))


def find_separation(problem: Problem, names: Sequence[str] | None = None) -> Separation | None:
    """Return the columns that predict the outcome perfectly, or None where the estimate is finite.

    The linear programme is that of Konis (2007, "Linear programming algorithms for detecting separated data
    in binary logistic regression models", thesis, University of Oxford), solved with HiGHS on distinct rows,
    and on as few of them as settle the matter. Overlaps narrower than about 1e-9 of a column's standard
    deviation count as ties.

    Parameters
    ----------
    problem : Problem
        Outcomes 0 and 1; rows of weight zero are left aside, the offset and alpha play no part.
    names : sequence of str, optional
        Of the design columns.

    Raises
    ------
    InputError
        Where only one outcome occurs, or `names` do not match the columns.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.data import DenseBlock, Design
    >>> from ogive.fitting import Problem
    >>> from ogive.inference import find_separation
    >>> X = np.array([[1.0, 0], [2, 0], [3, 0], [4, 0], [2.5, 1], [3.5, 1]])
    >>> problem = Problem(Design([DenseBlock(X)]), np.array([0, 1, 0, 1, 1, 1.0]))
    >>> found = find_separation(problem, ["dose", "NV"])
    >>> found.names, found.rules[0].condition, found.rules[0].rows, found.rules[0].outcome
    (('NV',), 'NV = 1', 2, 1)
    """
    p = problem.design.shape[1]
    names = default_names(p) if names is None else names
    if len(names) != p:
        raise InputError(f"{p} names were expected; got {len(names)}.", "name every design column")
    counted = row_weights(problem) > 0
    # An outcome between 0 and 1 stands for both.
    ones, zeros = counted & (problem.y > 0), counted & (problem.y < 1)
    rows = int(counted.sum())
    if not ones.any() or not zeros.any():
        raise InputError(
            f"both outcomes were expected; all {rows} rows of positive weight have {int(ones.any())}.",
            "there is nothing to predict: check the target",
        )
    rules = tuple(_single_columns(problem, names, ones, zeros))
    if not rules:
        rules = tuple(_combination(problem, names, ones, zeros))
    if not rules:
        return None
    return Separation(complete=any(rule.rows == rows for rule in rules), rules=rules, rows=rows)


def _single_columns(
    problem: Problem, names: Sequence[str], ones: Mask, zeros: Mask
) -> Iterator[PerfectPrediction]:
    """Rules of one column each, from one pass over the columns."""
    first = 0
    for block in problem.design.blocks:
        own = names[first : first + block.width]
        if isinstance(block, CodesBlock):
            yield from _pure_levels(block, first, own, ones, zeros, problem.fit_intercept)
        else:
            low1, high1 = _ranges(block, ones)
            low0, high0 = _ranges(block, zeros)
            for k in range(block.width):
                for side, highest, lowest in ((1, high0[k], low1[k]), (-1, -low0[k], -high1[k])):
                    # The direction of this column (turned by side) has no row against it where no value with
                    # outcome 0 lies above the threshold and none with outcome 1 below; without an intercept
                    # the threshold can only be 0.
                    ordered = highest <= lowest if problem.fit_intercept else highest <= 0 <= lowest
                    if ordered and min(low0[k], low1[k]) < max(high0[k], high1[k]):
                        middle = (highest + lowest) / 2 if problem.fit_intercept else 0.0
                        yield _split(block.column(k), first + k, own[k], side, side * middle, ones, zeros)
        first += block.width


def _ranges(block: DenseBlock | SparseBlock, rows: Mask) -> tuple[Vector, Vector]:
    """Smallest and largest value of each column over `rows`."""
    if isinstance(block, SparseBlock):
        part = block.matrix[rows]
        return part.min(axis=0).toarray().ravel(), part.max(axis=0).toarray().ravel()
    columns = [block.column(k)[rows] for k in range(block.width)]
    return np.array([x.min() for x in columns]), np.array([x.max() for x in columns])


def _split(
    x: Vector, column: int, name: str, side: int, threshold: float, ones: Mask, zeros: Mask
) -> PerfectPrediction:
    """Return the rule that rows have one outcome above a threshold and the other below."""
    above, below = (ones, zeros) if side > 0 else (zeros, ones)
    above, below = above & (x > threshold), below & (x < threshold)
    condition = f"{name} is {'split at' if (x != threshold).all() else 'below or above'} {threshold:g}"
    outcome = None
    if not below.any() or not above.any():
        values = x[above | below]
        sign = "=" if values.min() == values.max() else ">" if above.any() else "<"
        condition = f"{name} {sign} {values[0] if sign == '=' else threshold:g}"
        outcome = int(above.any() == (side > 0))
    return PerfectPrediction(
        columns=(column,),
        names=(name,),
        directions=(side,),
        condition=condition,
        rows=int(above.sum() + below.sum()),
        outcome=outcome,
    )


def _pure_levels(
    block: CodesBlock, first: int, names: Sequence[str], ones: Mask, zeros: Mask, intercept: bool
) -> Iterator[PerfectPrediction]:
    """Levels in which only one outcome occurs."""
    # Code -1 is counted in slot 0: such a row has no column, like one of the reference level.
    count1, count0 = (
        np.bincount(block.codes[rows] + 1, minlength=block.levels + 1) for rows in (ones, zeros)
    )
    for k in range(block.width):
        with1, with0 = count1[block.level(k) + 1], count0[block.level(k) + 1]
        if bool(with1) != bool(with0):
            yield PerfectPrediction(
                columns=(first + k,),
                names=(names[k],),
                directions=(1 if with1 else -1,),
                condition=names[k],
                rows=int(with1 + with0),
                outcome=int(with1 > 0),
            )
    if block.reference is None or not intercept:
        return
    with1, with0 = (int(count[0] + count[block.reference + 1]) for count in (count1, count0))
    others = [k for k in range(block.width) if count1[block.level(k) + 1] + count0[block.level(k) + 1]]
    if bool(with1) != bool(with0) and others:
        yield PerfectPrediction(
            columns=tuple(first + k for k in others),
            names=tuple(names[k] for k in others),
            directions=(-1 if with1 else 1,) * len(others),
            condition=f"not {' or '.join(names[k] for k in others)}",
            rows=with1 + with0,
            outcome=int(with1 > 0),
        )


def _combination(
    problem: Problem, names: Sequence[str], ones: Mask, zeros: Mask
) -> Iterator[PerfectPrediction]:
    """Yield the rule of several columns together, from the linear programme."""
    from ogive.inference.recession import recession_direction

    found = recession_direction(problem, ones, zeros)
    if found is None:
        return
    direction, predicted = found
    columns = np.flatnonzero(direction).tolist()
    outcomes = set(problem.y[predicted].tolist())
    yield PerfectPrediction(
        columns=tuple(columns),
        names=tuple(names[j] for j in columns),
        directions=tuple(int(np.sign(direction[j])) for j in columns),
        condition="",
        rows=int(predicted.sum()),
        outcome=int(outcomes.pop()) if len(outcomes) == 1 else None,
    )
