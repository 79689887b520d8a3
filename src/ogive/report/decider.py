"""The threshold slider: right and wrong decisions, precision, recall and cost at any threshold, moved together.

What stands in the page is what the script computes, so a page without scripts, or on paper, shows the threshold in use.
"""

from __future__ import annotations

from bisect import bisect_left

from ogive.metrics import ThresholdCurve
from ogive.report import html
from ogive.report.summary import Outcome
from ogive.views import count, number

_PER = 1000  # rows whose cost is told
# The quantities below the table: their names in the script, and what they are.
_SHARES = (
    ("precision", "precision", "of the rows decided positive are"),
    ("recall", "recall", "of the positive rows are found"),
    ("alarms", "false alarms", "of the negative rows are decided positive"),
)


def decider(
    curve: ThresholdCurve, threshold: float, costs: tuple[float, float] | None, outcome: Outcome
) -> str:
    """Return the slider with everything that it moves, at `threshold` to begin with.

    Parameters
    ----------
    curve : ThresholdCurve
        Counts at the thresholds that the slider stops at.
    threshold : float
        In use.
    costs : (float, float) or None
        Of a false positive and of a false negative; 1 and 1 to begin with where None.
    outcome : Outcome
        The classes in words.
    """
    start = min(bisect_left(curve.threshold, threshold), len(curve.threshold) - 1)
    false_positive, false_negative = costs or (1.0, 1.0)
    data = {
        "threshold": curve.threshold,
        "truePositive": curve.true_positive,
        "falsePositive": curve.false_positive,
        "positive": curve.positive,
        "negative": curve.negative,
    }
    at = _At(curve, start, false_positive, false_negative)
    return "\n".join(
        [
            '<div class="decider">',
            f'<script type="application/json">{html.script(data)}</script>',
            _controls(curve, start, false_positive, false_negative),
            f'<output class="said" for="threshold cost-fp cost-fn">{html.text(at.sentence())}</output>',
            _table(at, outcome),
            _bars(at),
            "</div>",
        ]
    )


class _At:
    """Decisions at one stop of the slider."""

    def __init__(
        self, curve: ThresholdCurve, place: int, false_positive: float, false_negative: float
    ) -> None:
        self.threshold = curve.threshold[place]
        self.tp, self.fp = curve.true_positive[place], curve.false_positive[place]
        self.fn, self.tn = curve.positive - self.tp, curve.negative - self.fp
        rows = curve.positive + curve.negative
        self.cost = _PER * (false_positive * self.fp + false_negative * self.fn) / rows
        self.everyone = _PER * false_positive * curve.negative / rows
        self.nobody = _PER * false_negative * curve.positive / rows
        called = self.tp + self.fp
        self.shares = {
            "precision": self.tp / called if called else None,
            "recall": self.tp / curve.positive if curve.positive else None,
            "alarms": self.fp / curve.negative if curve.negative else None,
        }

    def sentence(self) -> str:
        """Return what follows from the threshold, in one sentence."""
        return (
            f"At {threshold_text(self.threshold)}, {_count(self.tp)} of {_count(self.tp + self.fn)} positive rows are "
            f"found, with {_count(self.fp)} false alarms. 1,000 rows cost {number(self.cost)}; acting on all of them "
            f"{number(self.everyone)}, on none {number(self.nobody)}."
        )


def threshold_text(threshold: float) -> str:
    """Return a threshold with three digits, counted from 0 or from 1, whichever is nearer.

    Examples
    --------
    >>> threshold_text(1 / 21), threshold_text(0.5), threshold_text(0.99998), threshold_text(1.0)
    ('0.0476', '0.5', '0.99998', '1')
    """
    if threshold <= 0.9:
        return number(threshold)
    return f"{1 - float(f'{1 - threshold:.2e}'):.8f}".rstrip("0").rstrip(".")


def _controls(curve: ThresholdCurve, start: int, false_positive: float, false_negative: float) -> str:
    first, last = (threshold_text(curve.threshold[i]) for i in (0, -1))
    text = threshold_text(curve.threshold[start])
    total = false_positive + false_negative
    closed = threshold_text(false_positive / total) if total else "–"
    ratio = f"{number(false_positive)} / ({number(false_positive)} + {number(false_negative)})"
    return f"""<div class="controls">
<label class="wide" for="threshold">Decide positive from this probability on: <strong class="at">{text}</strong></label>
<input class="wide" type="range" id="threshold" min="0" max="{len(curve.threshold) - 1}" step="1" value="{start}"
 aria-valuetext="{text}">
<span class="wide ends" aria-hidden="true"><span>{first}</span><span>{last}</span></span>
<label for="cost-fp">A false positive costs</label>
<input type="number" id="cost-fp" min="0" step="any" value="{false_positive:g}">
<label for="cost-fn">A false negative costs</label>
<input type="number" id="cost-fn" min="0" step="any" value="{false_negative:g}">
<p class="wide">For calibrated probabilities the cheapest threshold is <span class="ratio">{ratio}</span> =
<strong class="closed">{closed}</strong>.
<button type="button" class="go">Move there</button></p>
</div>"""


def _table(at: _At, outcome: Outcome) -> str:
    rows = [(outcome.event, ("tp", at.tp), ("fn", at.fn)), (outcome.other, ("fp", at.fp), ("tn", at.tn))]
    body = "\n".join(
        f'<tr><th scope="row">{html.text(name)}</th>'
        + "".join(f'<td class="number" data-cell="{cell}">{_count(value)}</td>' for cell, value in cells)
        + "</tr>"
        for name, *cells in rows
    )
    return f"""<div class="scroll" role="region" tabindex="0" aria-label="Decisions at the threshold, in rows">
<table>
<caption>Decisions at the threshold, in rows</caption>
<thead><tr><th scope="col">what happened</th><th scope="col" class="number">decided positive</th>
<th scope="col" class="number">decided negative</th></tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>"""


def _bars(at: _At) -> str:
    lines = []
    for name, title, words in _SHARES:
        share = at.shares[name]
        text = "–" if share is None else f"{100 * share:.1f} %"
        lines.append(
            f"<dt>{title}</dt>"
            f'<dd><span class="bar"><span data-bar="{name}" style="width:{100 * (share or 0):.1f}%"></span></span>'
            f' <strong data-share="{name}">{text}</strong> {words}</dd>'
        )
    return f'<dl class="shares">\n{"".join(lines)}\n</dl>'


def _count(value: float) -> str:
    return count(round(value, 1))
