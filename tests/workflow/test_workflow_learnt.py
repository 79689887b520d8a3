"""Any learner on a table: what it is given, and that held-out rows teach it nothing."""

from __future__ import annotations

import numpy as np
import pytest

from ogive import InputError
from ogive._base import Record
from ogive.metrics import evaluate
from ogive.report import Learning
from ogive.workflow import Lesson, learn_table

ROWS = 60


class Share(Record, frozen=True, kw_only=True):
    """Predicts the log-odds of the training rows, moved by the first column."""

    base: float
    slope: float = 0.0

    def log_odds(self, x):
        return self.base + self.slope * x[:, 0]


class Spy:
    """Remembers what it was given to learn from."""

    def __init__(self, slope=0.0, failed=False):
        self.seen, self.slope, self.failed = [], slope, failed
        self.options = {"memory": "good"}

    def learn(self, x, y, names, say):
        self.seen.append((x.copy(), y.copy(), names))
        share = y.mean()
        learning = Learning(
            what="share",
            described="the share",
            facts=(("rows", str(len(y))),),
            loss=(0.7, 0.6),
            held_out=(),
            best=1,
            no_intervals="nobody knows: really",
        )
        learnt = Share(base=float(np.log(share / (1 - share))), slope=self.slope)
        return Lesson(learnt=learnt, learning=learning, failed=self.failed)


@pytest.fixture
def table():
    random = np.random.default_rng(0)
    gaps = np.where(np.arange(ROWS) % 6 == 0, np.nan, np.arange(ROWS) ** 2.0)
    return {
        "row": np.arange(ROWS) + 0.5,  # names each row
        "gaps": gaps,
        "y": random.permutation(np.arange(ROWS) % 2),
        "block": np.arange(ROWS) // 12,
    }


def test_held_out_rows_teach_nothing(table):
    spy = Spy()
    learn_table(table, "y", spy, exclude=["block"], numbers=["row"])
    assert [len(y) for _, y, _ in spy.seen] == [ROWS, *5 * [ROWS * 4 // 5]]
    everything = spy.seen[0][0][:, 0]
    held_out = [np.setdiff1d(everything, x[:, 0]) for x, _, _ in spy.seen[1:]]
    np.testing.assert_array_equal(np.sort(np.concatenate(held_out)), table["row"])
    for x, y, names in spy.seen:
        rows = (x[:, 0] - 0.5).astype(int)
        np.testing.assert_array_equal(y, table["y"][rows])
        gaps = table["gaps"][rows]
        filled = np.where(np.isnan(gaps), np.nanmedian(gaps), gaps)  # medians of these rows alone
        np.testing.assert_array_equal(x[:, names.index("gaps")], filled)
        np.testing.assert_array_equal(x[:, names.index("gaps: missing")], np.isnan(gaps))


def test_what_is_held_out_is_what_is_judged(table):
    spy = Spy(slope=0.1)
    record, _ = learn_table(table, "y", spy, exclude=["block", "gaps"], numbers=["row"])
    linear = np.empty(ROWS)
    for x, y, _ in spy.seen[1:]:
        out = np.setdiff1d(np.arange(ROWS), (x[:, 0] - 0.5).astype(int))
        linear[out] = np.log(y.mean() / (1 - y.mean())) + 0.1 * (out + 0.5)
    expected = evaluate(table["y"], 1 / (1 + np.exp(-linear)), threshold=0.5)
    assert record.summary.validation.evaluation.auc.value == expected.auc.value
    assert record.summary.validation.evaluation.brier.value == pytest.approx(expected.brier.value, rel=1e-12)
    assert record.summary.provenance.options["memory"] == "good"


def test_groups_are_held_out_whole(table):
    spy = Spy()
    learn_table(table, "y", spy, groups="block", numbers=["row"])
    for x, _, _ in spy.seen[1:]:
        rows = (x[:, 0] - 0.5).astype(int)
        assert len(rows) == ROWS - 12 * len(np.setdiff1d(np.arange(5), rows // 12))


def test_time_holds_out_what_comes_later(table):
    spy = Spy()
    learn_table(table, "y", spy, time="row")
    order = table["gaps"]  # rises with the row where known
    ends = [x[:, 0].max() for x, _, _ in spy.seen[1:]]
    assert ends == sorted(ends)
    assert ends[-1] < np.nanmax(order)


def test_folds_that_break_off_are_told(table):
    record, _ = learn_table(table, "y", Spy(failed=True), numbers=["row"])
    assert "in 5 of 5 folds learning broke off" in [n.sentence for n in record.summary.notices]
    assert record.no_intervals == "nobody knows: really"


def test_log_odds_that_are_no_numbers_are_refused(table):
    with pytest.raises(InputError, match="no finite number"):
        learn_table(table, "y", Spy(slope=float("inf")), numbers=["row"])


def test_a_fold_without_a_column_to_learn_from_is_refused(table):
    first = {"first": (table["block"] == 0) * 1.0, "y": table["y"], "block": table["block"]}
    with pytest.raises(InputError, match="no column is left to learn from"):
        learn_table(first, "y", Spy(), groups="block")


def test_without_evaluation_it_is_said(table):
    record, _ = learn_table(table, "y", Spy(), folds=0, numbers=["row"])
    assert record.summary.validation is None
    assert record.summary.notices[0].sentence == "the model was not evaluated on rows that it had not seen"
