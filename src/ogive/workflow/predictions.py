"""What a model says of the rows of a table: probability, interval, decision, in numbers and in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ogive._base import InputError, Vector, normal_quantile
from ogive._kernels import cholesky, sigmoid
from ogive.data import Design, Target
from ogive.views import probability

RESULTS = ("probability", "low", "high", "decision")


class Predictions:
    """Probability, interval and decision of each row.

    Attributes
    ----------
    probability : (n,) float64
        Of the positive class.
    low, high : (n,) float64 or None
        Limits of the probability: Wald on the log-odds scale, for the uncertainty of the coefficients alone; a
        calibrator is taken as known. None where the model has no valid covariance.
    decision : (n,) bool
        Whether the probability is at least the threshold.
    threshold, level : float
    notes : tuple of str
        What was done to the table, in sentences: levels never seen, missing values, extrapolation.
    table : pyarrow.Table
        The rows as given.
    """

    def __init__(
        self,
        table: pa.Table,
        linear: Vector,
        variance: Vector | None,
        *,
        curve: Callable[[Vector], Vector] = sigmoid,
        target: Target,
        threshold: float,
        level: float,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.table, self.target, self.threshold, self.level, self.notes = (
            table,
            target,
            threshold,
            level,
            notes,
        )
        self.probability: Vector = curve(linear)
        self.low: Vector | None = None
        self.high: Vector | None = None
        if variance is not None:
            half = normal_quantile(level) * np.sqrt(variance)
            self.low, self.high = curve(linear - half), curve(linear + half)
        self.decision: NDArray[np.bool_] = self.probability >= threshold

    def __len__(self) -> int:
        return len(self.probability)

    def to_arrow(self, *, explain: bool = False) -> pa.Table:
        """Return the table with the results beside its columns (and a sentence a row, where asked).

        Raises
        ------
        InputError
            Where the table has a column of one of the names of the results.
        """
        taken = [name for name in (*RESULTS, "explanation") if name in self.table.column_names]
        if taken:
            raise InputError(
                f"the table already has a column {taken[0]!r}, the name of a result.",
                "rename or drop that column",
            )
        nothing = pa.nulls(len(self), pa.float64())
        results = [
            ("probability", pa.array(self.probability)),
            ("low", nothing if self.low is None else pa.array(self.low)),
            ("high", nothing if self.high is None else pa.array(self.high)),
            ("decision", self.labels()),
        ]
        if explain:
            results.append(("explanation", pa.array(self.sentences(), pa.string())))
        table = self.table
        for name, values in results:
            table = table.append_column(name, values)
        return table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def labels(self) -> pa.Array:
        """Return the decisions in the words of the target where it has two labels, else as true and false."""
        flags = pa.array(self.decision)
        if len(self.target.positive) > 1 or len(self.target.negative) > 1:
            return flags
        (negative,), (positive,) = self.target.negative, self.target.positive
        if self.target.numeric and all(text.lstrip("-").isdigit() for text in (negative, positive)):
            return pc.if_else(flags, pa.scalar(int(positive)), pa.scalar(int(negative)))
        return pc.if_else(flags, pa.scalar(positive), pa.scalar(negative))

    def sentences(self) -> Iterator[str]:
        """Yield a sentence a row: the probability, its interval, and its distance from the threshold."""
        event = self.target.label
        low = [None] * len(self) if self.low is None else self.low.tolist()
        high = [None] * len(self) if self.high is None else self.high.tolist()
        rows = zip(self.probability.tolist(), low, high, self.labels().to_pylist(), strict=True)
        for number, (p, below, above, decision) in enumerate(rows, 1):
            yield f"Row {number}: {self._sentence(p, below, above, decision, event)}"

    def _sentence(self, p: float, low: float | None, high: float | None, decision: object, event: str) -> str:
        distance = abs(p - self.threshold)
        far = "just" if distance < 0.005 else probability(distance)
        side = "above" if p >= self.threshold else "below"
        text = f"the probability of {event} is {probability(p)}"
        if low is not None and high is not None:
            text += f" ({100 * self.level:g} % interval {probability(low)} – {probability(high)})"
        text += f", {far} {side} the threshold {self.threshold:g}: decided {decision}"
        if low is not None and high is not None and low < self.threshold <= high:
            text += "; the interval holds the threshold, so the model is not sure of the decision"
        return f"{text}."

    @property
    def description(self) -> str:
        """What came out, in a few words."""
        positive = int(self.decision.sum())
        decided = " or ".join(self.target.positive)
        return f"{len(self):,} rows, {positive:,} decided {decided} at {self.threshold:g}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"

    def __repr__(self) -> str:
        lines = [f"Predictions: {self.description}", *islice(self.sentences(), 10)]
        return "\n".join([*lines, "…"] if len(self) > 10 else lines)


def linear_variance(design: Design, covariance: Vector) -> Vector:
    """Return the variance of each row's linear predictor, x' V x with x starting with 1.

    With V = L L' it is the squared length of L'x: a product with the design for each column of L, so nothing
    of the size rows x columns is ever made.
    """
    known = np.flatnonzero(np.diagonal(covariance) > 0)
    scale = np.sqrt(np.diagonal(covariance)[known])
    correlation = np.ascontiguousarray(covariance[np.ix_(known, known)] / np.outer(scale, scale))
    factor, _, _ = cholesky(correlation, 1e-14)
    total = np.zeros(design.shape[0])
    for column in (factor * scale[:, None]).T:
        whole = np.zeros(len(covariance))
        whole[known] = column
        part = design.matvec(whole[1:]) + whole[0]
        total += part * part
    return total
