"""The best threshold: by trying all of them, by R, and under every change that should not matter."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogive import InputError
from ogive._base import decode, encode
from ogive.decisions import CostMatrix, ThresholdChoice, choose_threshold, choose_thresholds
from ogive.metrics import SamplingWeights, confusion

COST = CostMatrix(false_positive=1, false_negative=9)

samples = (
    st.integers(4, 60)
    .flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(0, 1), min_size=n, max_size=n).filter(lambda y: 0 < sum(y) < len(y)),
            st.lists(st.sampled_from(np.linspace(0, 1, 21).tolist()), min_size=n, max_size=n),
            st.lists(st.integers(0, 3), min_size=n, max_size=n),
        )
    )
    .filter(lambda rows: len({y for y, w in zip(rows[0], rows[2], strict=True) if w}) == 2)
)


def costs_of_all(y, p, w, fp, fn, tp=0.0, tn=0.0):
    """Cost of a row at every threshold that can be told apart, by counting."""
    found = {}
    for t in [*np.unique(p[w > 0]), np.inf]:
        called = p >= t
        rows = np.where(called, np.where(y == 1, tp, fp), np.where(y == 1, fn, tn))
        found[t] = (w * rows).sum() / w.sum()
    return found


@settings(max_examples=40)
@given(samples, st.floats(0.1, 20), st.floats(0.1, 20))
def test_no_threshold_costs_less(rows, fp, fn):
    y, p, w = map(np.array, rows)
    choice = choose_threshold(y, p, CostMatrix(false_positive=fp, false_negative=fn), w, replicates=0)
    every = costs_of_all(y, p, w, fp, fn)
    assert choice.in_sample_cost == pytest.approx(min(every.values()), abs=1e-12)
    best = max(t for t, cost in every.items() if cost <= min(every.values()) + 1e-9)
    assert choice.threshold.value == pytest.approx(min(best, 1.0))
    called = p >= choice.threshold.value
    assert choice.confusion.true_positive == (w * called * y).sum()


@pytest.mark.parametrize("name", ["f1", "f2", "f0.5", "kappa", "matthews", "youden"])
def test_no_threshold_has_a_larger_measure(cases, name):
    metrics = pytest.importorskip("sklearn.metrics")
    measures = {
        "f1": metrics.f1_score,
        "f2": lambda y, d, **kw: metrics.fbeta_score(y, d, beta=2, **kw),
        "f0.5": lambda y, d, **kw: metrics.fbeta_score(y, d, beta=0.5, **kw),
        "kappa": metrics.cohen_kappa_score,
        "matthews": metrics.matthews_corrcoef,
        "youden": lambda y, d, **kw: 2 * metrics.balanced_accuracy_score(y, d, **kw) - 1,
    }
    for y, p, w in (cases["small"], cases["ties"]):
        choice = choose_threshold(y, p, None, w, maximise=name, replicates=0)
        every = {t: measures[name](y, p >= t, sample_weight=w) for t in np.unique(p)}
        best = max(every.values())
        assert choice.score.value == pytest.approx(best, abs=1e-12)
        assert choice.threshold.value == max(t for t, value in every.items() if value > best - 1e-12)


def test_thresholds_are_those_of_proc(reference, cases):
    for (case, even), rows in group(reference("best")).items():
        y, p, w = cases[case]
        cost = CostMatrix(false_positive=even, false_negative=1 - even)
        found = choose_threshold(y, p, cost, w, replicates=0).confusion
        assert (found.true_positive, found.false_positive) in [
            (float(row["tp"]), float(row["fp"])) for row in rows
        ]


def group(rows):
    found: dict[tuple[str, float], list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault((row["case"], float(row["even"])), []).append(row)
    return found


def test_scaling_all_costs_changes_the_money_alone(drawn):
    one = choose_threshold(*drawn, COST)
    many = choose_threshold(*drawn, CostMatrix(false_positive=1e3 / 7, false_negative=9e3 / 7))
    assert many.threshold == one.threshold
    assert many.confusion == one.confusion
    for name in ("value", "low", "high"):
        assert getattr(many.cost, name) == pytest.approx(getattr(one.cost, name) * 1e3 / 7, rel=1e-12)


def test_weights_of_two_are_rows_twice(drawn):
    y, p = (column[:300] for column in drawn)
    w = np.tile([1.0, 2.0, 3.0], 100)
    long = np.repeat(np.arange(300), w.astype(int))
    assert choose_threshold(y, p, COST, w, replicates=200) == choose_threshold(
        y[long], p[long], COST, replicates=200
    )


def test_the_order_of_rows_does_not_matter(drawn):
    y, p = drawn
    order = np.random.default_rng(3).permutation(y.size)
    assert choose_threshold(y, p, COST, replicates=200) == choose_threshold(
        y[order], p[order], COST, replicates=200
    )


def test_increasing_functions_carry_the_threshold_along(drawn):
    y, p = drawn
    bent = p**3
    one = choose_threshold(y, p, COST, replicates=0)
    other = choose_threshold(y, bent, COST, replicates=0)
    for name in ("value", "low", "high"):
        assert getattr(other.threshold, name) == pytest.approx(getattr(one.threshold, name) ** 3, rel=1e-12)
    assert other.in_sample_cost == one.in_sample_cost
    assert one.agrees is True
    assert other.agrees is False
    assert "not calibrated" in other.notes[-1]


def test_the_threshold_comes_to_the_closed_form():
    """Of calibrated probabilities, as rows grow in number."""
    errors = []
    for n in (1000, 30_000, 1_000_000):
        rng = np.random.default_rng(n)
        p = rng.beta(1, 6, n)
        choice = choose_threshold(rng.random(n) < p, p, COST, replicates=0)
        assert choice.agrees
        errors.append(choice.threshold.high - choice.threshold.low)
    assert errors[0] > 2 * errors[1] > 4 * errors[2]
    assert errors[2] < 0.015


def test_same_seed_same_record_for_any_number_of_threads(drawn):
    from ogive._kernels import set_thread_count

    one = choose_threshold(*drawn, COST, replicates=200, seed=5)
    try:
        set_thread_count(1)
        assert choose_threshold(*drawn, COST, replicates=200, seed=5) == one
    finally:
        set_thread_count(None)
    assert choose_threshold(*drawn, COST, replicates=200, seed=6).cost != one.cost


def test_gains_are_negative_costs(drawn):
    y, p = drawn
    cost = CostMatrix(false_positive=1, false_negative=0, true_positive=-9)
    choice = choose_threshold(y, p, cost)
    assert choice.threshold == choose_threshold(y, p, COST).threshold
    assert choice.in_sample_cost == pytest.approx(min(costs_of_all(y, p, np.ones(y.size), 1, 0, -9).values()))
    assert choice.cost.low < choice.cost.value < choice.cost.high < 0


def test_costs_of_each_row(drawn):
    y, p = drawn
    rng = np.random.default_rng(4)
    fp, fn = rng.uniform(0.5, 2, y.size), rng.exponential(9, y.size)
    choice = choose_threshold(y, p, CostMatrix(false_positive=fp, false_negative=fn), replicates=200)
    every = costs_of_all(y, p, np.ones(y.size), fp, fn)
    assert choice.in_sample_cost == pytest.approx(min(every.values()), rel=1e-12)
    own = np.where(p >= fp / (fp + fn), np.where(y == 1, 0, fp), np.where(y == 1, fn, 0)).mean()
    (saving,) = (one for one in choice.savings if one.against == "the thresholds of the rows")
    # Without the correction for the choice, which is the same in both parts of the difference.
    assert saving.per_row.low < own - choice.in_sample_cost < saving.per_row.high
    assert choice.closed_form is None
    assert choice.costs.false_negative == pytest.approx(fn.mean())


def test_the_same_costs_in_every_row_are_one_cost(drawn):
    y, p = drawn
    same = CostMatrix(false_positive=np.ones(y.size), false_negative=9)
    one, each = (choose_threshold(y, p, cost, replicates=0) for cost in (COST, same))
    assert each.threshold.value == one.threshold.value
    # The variance is then estimated near the threshold instead of known.
    assert each.threshold.low == pytest.approx(one.threshold.low, abs=0.02)
    assert each.threshold.high == pytest.approx(one.threshold.high, abs=0.02)


def test_conditions_are_kept_or_the_nearest_is_named(drawn):
    y, p = drawn
    precise = choose_threshold(y, p, precision_at_least=0.3)
    met = [t for t in np.unique(p) if y[p >= t].mean() >= 0.3]
    most = max((y * (p >= t)).sum() for t in met)
    assert precise.confusion.true_positive == most
    assert precise.conditions[0].met
    assert precise.conditions[0].reached >= 0.3
    found = choose_threshold(y, p, recall_at_least=0.9)
    assert found.threshold.value == max(t for t in np.unique(p) if y[p >= t].sum() >= 0.9 * y.sum())
    few = choose_threshold(y, p, COST, at_most=60, replicates=0)
    assert few.confusion.true_positive + few.confusion.false_positive == 60
    assert few.agrees is None
    assert few.notes[0].startswith("Without 60 rows called at most the threshold would be")
    daily = choose_threshold(y, p, COST, at_most=2, days=30, replicates=0)
    share = choose_threshold(y, p, COST, at_most=0.03, replicates=0)
    assert few.threshold == daily.threshold == share.threshold
    assert daily.conditions[0].name == "2 rows called a day at most"
    both = choose_threshold(y, p, recall_at_least=0.9, at_most=0.1)
    assert not any(condition.met for condition in both.conditions)
    assert both.threshold.low is None
    assert both.notes[0].startswith("No threshold meets recall at least 0.9 and share called at most 0.1")
    slack = choose_threshold(y, p, COST, recall_at_least=0.05, replicates=0)
    assert slack.threshold == choose_threshold(y, p, COST, replicates=0).threshold


def test_a_condition_that_binds_gives_its_own_interval(drawn):
    """That of an order statistic: the threshold that finds 90 % of the events is a quantile of theirs."""
    y, p = drawn
    events = np.sort(p[y == 1])
    from scipy.stats import norm

    m = events.size
    spread = norm.ppf(0.975) * np.sqrt(m * 0.9 * 0.1)
    found = choose_threshold(y, p, recall_at_least=0.9).threshold
    # Cuts that find between 0.9 m ± spread events.
    least, most = int(np.ceil(0.9 * m - spread)), int(np.floor(0.9 * m + spread))
    values = np.unique(p)
    hits = np.array([(events >= t).sum() for t in values])
    kept = np.flatnonzero((hits >= least) & (hits <= most))
    assert found.low == values[kept[0] - 1]
    assert found.high == values[kept[-1]]
    assert found.method.startswith("score test")


def test_acting_on_all_or_none_can_be_best():
    rng = np.random.default_rng(5)
    p = rng.uniform(0.3, 0.7, 400)
    y = rng.random(400) < p
    none = choose_threshold(y, p, CostMatrix(false_positive=50, false_negative=1))
    assert none.threshold.value == 1
    assert none.threshold.high == 1
    assert none.confusion.false_positive == 0
    assert "none of these rows" in none.notes[0]
    every = choose_threshold(y, p, CostMatrix(false_positive=1, false_negative=50))
    assert every.threshold.value < 0.31
    assert every.threshold.low == 0
    assert "all of these rows" in choose_threshold([0, 1, 0, 1], [0.5, 0.4, 0.6, 0.4], COST).notes[0]
    certain = np.where(np.arange(400) < 5, 1.0, p)
    above = choose_threshold(y, certain, CostMatrix(false_positive=1e6, false_negative=1))
    assert above.threshold.value > 1
    assert above.confusion.threshold == above.threshold.value
    assert above.confusion.true_positive == 0


def test_probabilities_that_tell_nothing_have_no_interval():
    rng = np.random.default_rng(6)
    y, p = rng.random(100) < 0.5, rng.uniform(0.45, 0.55, 100)
    choice = choose_threshold(y, p, CostMatrix(false_positive=1, false_negative=1))
    assert choice.threshold.low is None
    assert choice.threshold.method.startswith("no interval: the rows do not tell")
    assert choice.agrees is None


def test_what_is_not_known_well_enough_is_withheld(drawn):
    y, p = drawn
    bare = choose_threshold(y, p, COST, replicates=0)
    assert bare.cost.low is None
    assert "replicates" in bare.cost.method
    few = choose_threshold(y[:60], p[:60], COST)
    assert few.events < 20
    assert "fewer than 20 events" in few.savings[0].per_row.method
    assert choose_threshold(y, p, maximise="matthews").threshold.low is None
    assert choose_threshold(y, p, maximise="f1", replicates=0).threshold.low is None
    assert choose_threshold(y, p, maximise="youden", replicates=0).threshold.low is not None
    handful = choose_threshold(y, p, COST, clusters=np.arange(y.size) % 10)
    assert handful.threshold.method == handful.cost.method == "no interval: fewer than 20 clusters"


def test_units_widen_the_interval(drawn):
    y, p = (np.repeat(column[:1000], 4) for column in drawn)
    rows = choose_threshold(y, p, COST)
    clusters = choose_threshold(y, p, COST, clusters=np.repeat(np.arange(1000), 4))
    once = choose_threshold(y[::4], p[::4], COST)
    assert clusters.threshold.value == rows.threshold.value
    assert (clusters.threshold.low, clusters.threshold.high) == pytest.approx(
        (once.threshold.low, once.threshold.high), rel=1e-9
    )
    assert clusters.cost.high - clusters.cost.low > 1.5 * (rows.cost.high - rows.cost.low)


def test_sampling_weights_have_no_scale(drawn):
    y, p = drawn
    w = np.random.default_rng(7).uniform(1, 5, y.size)
    one, many = (choose_threshold(y, p, COST, SamplingWeights(f * w), replicates=200) for f in (1, 1024))
    assert one == many
    unweighted = choose_threshold(y, p, COST, SamplingWeights(np.ones(y.size)), replicates=200)
    assert unweighted.threshold.value == choose_threshold(y, p, COST, replicates=0).threshold.value


def test_the_curve_counts(drawn):
    y, p = drawn
    choice = choose_threshold(y, p, COST, replicates=0)
    curve = choice.curve
    assert len(curve.threshold) <= 510
    assert choice.threshold.value in curve.threshold
    for k in (0, 100, 300, len(curve.threshold) - 1):
        t = curve.threshold[k]
        table = confusion(y, p, threshold=t)
        assert (curve.true_positive[k], curve.false_positive[k]) == (
            table.true_positive,
            table.false_positive,
        )
        assert curve.cost[k] == pytest.approx((table.false_positive + 9 * table.false_negative) / y.size)
        assert curve.precision[k] == (table.precision.value if table.precision else None)
    assert curve.threshold == tuple(sorted(curve.threshold))


def test_records_survive_their_file(drawn):
    choice = choose_threshold(*drawn, COST, recall_at_least=0.5, replicates=100)
    assert decode(encode(choice), ThresholdChoice) == choice
    assert "threshold" in repr(choice)
    with pytest.raises((AttributeError, dataclasses.FrozenInstanceError)):
        choice.count = 3


def test_each_label_gets_its_own_threshold(drawn):
    y, p = drawn
    both = choose_thresholds(
        np.column_stack([y, 1 - y]),
        np.column_stack([p, 1 - p]),
        [COST, COST],
        labels=["a", "b"],
        replicates=0,
    )
    assert both.choices[0] == choose_threshold(y, p, COST, replicates=0)
    assert both.choices[1] == choose_threshold(1 - y, 1 - p, COST, replicates=0)
    assert both.thresholds == tuple(choice.threshold.value for choice in both.choices)
    with pytest.raises(InputError, match="label b: y must be 0 or 1"):
        choose_thresholds(np.column_stack([y, y + 1]), np.column_stack([p, p]), COST, labels=["a", "b"])
    with pytest.raises(InputError, match="2 labels, 2 names and 3 cost matrices"):
        choose_thresholds(np.column_stack([y, y]), np.column_stack([p, p]), [COST] * 3)
    with pytest.raises(InputError, match="same two dimensions"):
        choose_thresholds(y, p, COST)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "nothing says which threshold is best"),
        ({"maximise": "profit"}, "no measure 'profit'"),
        ({"precision_at_least": 80}, "precision_at_least must lie between 0 and 1"),
        ({"at_most": 0}, "at_most must be above 0"),
        ({"at_most": 0.1, "days": 30}, "days turns a number"),
        ({"maximise": "f1", "level": 1.5}, "level must lie between 0 and 1"),
        ({"maximise": "f1", "replicates": -1}, "replicates must be 0 or more"),
        ({"maximise": "f1", "clusters": [1, 2]}, "clusters has 2 values"),
        ({"cost": CostMatrix(false_positive=[1, 2], false_negative=9)}, "costs for 2 rows and y has 2000"),
    ],
)
def test_questions_without_an_answer_are_refused(drawn, options, words):
    with pytest.raises(InputError, match=words):
        choose_threshold(*drawn, **options)


@pytest.mark.parametrize("weight", [None, [0.5, 1.5, 0.25, 0, 3.5, 1], SamplingWeights([1, 2, 1, 0, 5, 1])])
@pytest.mark.parametrize("p", [[0.3] * 6, [0, 0, 1, 1, 0.2, 0.5], [0.1, 0.2, 0.3, 1, 0.4, 0.4]])
@pytest.mark.parametrize("clusters", [None, list("abcabc")])
@pytest.mark.parametrize("fn", [9, [9, 8, 7, 6, 5, 4]])
def test_a_handful_of_rows_is_no_error(weight, p, clusters, fn):
    cost = CostMatrix(false_positive=1, false_negative=fn)
    options = {"recall_at_least": 0.5, "precision_at_least": 0.2, "replicates": 100, "clusters": clusters}
    choice = choose_threshold([0, 1, 0, 1, 1, 0], p, cost, weight, **options)
    assert choice.threshold.value in choice.curve.threshold
    for measure in ("f1", "matthews", "kappa", "youden"):
        found = choose_threshold([0, 1, 0, 1, 1, 0], p, None, weight, maximise=measure, replicates=50)
        assert np.isfinite(found.score.value)


def test_one_class_is_refused():
    with pytest.raises(InputError, match="every row has y = 0"):
        choose_threshold([0, 0, 0], [0.1, 0.2, 0.3], COST)
