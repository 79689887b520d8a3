"""What decisions come to: frozen records that a file can hold and a page can show."""

from __future__ import annotations

from ogive._base import Estimate, Record
from ogive.metrics import Confusion


class Costs(Record, frozen=True, kw_only=True):
    """Costs of the four outcomes of a decision; their means over the rows (by weight) where each row has its own."""

    false_positive: float
    false_negative: float
    true_positive: float = 0.0
    true_negative: float = 0.0


class Saving(Record, frozen=True, kw_only=True):
    """What a choice is expected to cost less than something else.

    Attributes
    ----------
    against : str
        "acting on all rows", "acting on none", "the threshold 0.5", "the closed form" or "the thresholds of the rows".
    per_row, total : Estimate
        Of a row on average, and of as many rows as there were; below 0 where the choice costs more.
    """

    against: str
    per_row: Estimate
    total: Estimate


class Condition(Record, frozen=True, kw_only=True):
    """A condition on the threshold, and whether it is met.

    Attributes
    ----------
    name : str
        Such as "precision at least 0.8".
    bound : float
        Of the share; for a number of rows, that number as a share of all rows.
    reached : float or None
        The share at the threshold in the rows at hand (`ThresholdChoice.confusion` has intervals); None where it has no
        rows.
    met : bool
        By the rows at hand.
    """

    name: str
    bound: float
    reached: float | None
    met: bool

    def __repr__(self) -> str:
        reached = "no rows" if self.reached is None else f"{self.reached:.3g}"
        return f"{self.name}: {reached}{'' if self.met else ', not met'}"


class CostCurve(Record, frozen=True, kw_only=True):
    """Decisions over the threshold, at some 500 thresholds at most, all of them observed probabilities.

    Attributes
    ----------
    threshold : tuple of float, increasing
        A row is called where p >= threshold; the last one calls none.
    cost : tuple of float
        Of a row on average, in the rows at hand; empty without costs.
    precision : tuple of float or None
        None where no row is called.
    recall, called : tuple of float
        Share of the events found, and share of the rows called.
    true_positive, false_positive : tuple of float
        Events and non-events called (sums of weights).
    """

    threshold: tuple[float, ...]
    cost: tuple[float, ...]
    precision: tuple[float | None, ...]
    recall: tuple[float, ...]
    called: tuple[float, ...]
    true_positive: tuple[float, ...]
    false_positive: tuple[float, ...]


class ThresholdChoice(Record, frozen=True, kw_only=True):
    """A threshold, how well it is known, and what it brings.

    Attributes
    ----------
    threshold : Estimate
        The best one for the rows at hand (a row is called where p >= threshold), and an interval for the best one in
        truth. A limit of 0 or 1 says that acting on all rows, or on none, may be as good.
    closed_form : float or None
        The best one if the probabilities are calibrated; None without costs, or where each row has its own.
    agrees : bool or None
        Whether the interval holds the closed form; if not, the probabilities are miscalibrated beyond chance where it
        matters. None where there is nothing to compare.
    goal : str
        What was made best: "least cost", a measure such as "f1", "most events found" or "fewest rows called".
    score : Estimate or None
        The measure that new rows may be expected to have; None for the other goals.
    costs : Costs or None
    cost, total_cost : Estimate or None
        Expected of new rows at this threshold: of one on average, and of as many as there were. Better known than
        `in_sample_cost`, which the choice of the threshold flatters.
    in_sample_cost : float or None
        Cost of a row on average, in the rows that chose the threshold.
    savings : tuple of Saving
    confusion : Confusion
        Decisions at the threshold; its intervals take the threshold as given and rows as independent.
    conditions : tuple of Condition
    curve : CostCurve
    count, events : float
        Rows and rows with the event (sums of weights).
    level : float
        Of all intervals.
    notes : tuple of str
        What a reader should know, in sentences.
    """

    threshold: Estimate
    closed_form: float | None
    agrees: bool | None
    goal: str
    score: Estimate | None
    costs: Costs | None
    cost: Estimate | None
    total_cost: Estimate | None
    in_sample_cost: float | None
    savings: tuple[Saving, ...]
    confusion: Confusion
    conditions: tuple[Condition, ...]
    curve: CostCurve
    count: float
    events: float
    level: float
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [
            f"threshold {self.threshold} for {self.goal}: {self.count:,.0f} rows, {self.events:,.0f} events"
        ]
        if self.closed_form is not None:
            lines.append(f"  closed form      {self.closed_form:.3g}")
        if self.score is not None:
            lines.append(f"  {self.goal:<15}  {self.score}")
        if self.cost is not None:
            lines.append(f"  cost of a row    {self.cost}")
        lines += [f"  saves {saving.per_row} a row against {saving.against}" for saving in self.savings]
        lines += [f"  {one}" for one in self.conditions]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])


class LabelThresholds(Record, frozen=True, kw_only=True):
    """A choice of threshold for each of several labels.

    Attributes
    ----------
    labels : tuple of str
    choices : tuple of ThresholdChoice
        One a label.
    """

    labels: tuple[str, ...]
    choices: tuple[ThresholdChoice, ...]

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The thresholds alone, to compare the columns of p with."""
        return tuple(choice.threshold.value for choice in self.choices)

    def __repr__(self) -> str:
        width = max(map(len, self.labels))
        pairs = zip(self.labels, self.choices, strict=True)
        return "\n".join(f"{label:<{width}}  {choice.threshold}" for label, choice in pairs)
