"""Calibrators of several classes: the optimum by SciPy, known distortions, invariances, files, and what they refuse."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax as log_shares

from ogive import InputError, Status
from ogive._kernels import set_thread_count
from ogive.calibration import (
    BetaCalibration,
    DirichletCalibration,
    IsotonicCalibration,
    OneVsRest,
    PerLabel,
    PlattScaling,
    TemperatureScaling,
    Unchanged,
    VectorScaling,
    VennAbers,
    load,
    save,
    to_bytes,
)
from ogive.calibration.files import from_bytes
from ogive.functions import sigmoid, softmax

MAKERS = [
    TemperatureScaling,
    VectorScaling,
    lambda **o: DirichletCalibration(strength=0.01, **o),
    lambda **o: OneVsRest(PlattScaling(**o)),
    Unchanged,
]
each = pytest.mark.parametrize(
    "make", MAKERS, ids=["temperature", "vector", "dirichlet", "one-vs-rest", "none"]
)


def draw(n=600, seed=0, slopes=(0.5, 0.7, 0.4), intercepts=(0.3, 0.0, -0.3)):
    """Probabilities of three classes, and classes drawn from `softmax(slopes * log(p) + intercepts)`."""
    rng = np.random.default_rng(seed)
    scores = softmax(rng.normal(0, 2, (n, 3)))
    true = softmax(np.log(scores) * np.array(slopes) + np.array(intercepts))
    y = (rng.random(n)[:, None] > np.cumsum(true, axis=1)).sum(axis=1).clip(0, 2)
    return scores, y, rng.integers(0, 4, n).astype(float)


def best(logits_of, penalty, start, scores, y, weight):
    """Minimise the penalised mean log loss by SciPy's BFGS with differences for a gradient, from a plain formula."""
    x = np.log(scores)

    def loss(t):
        log_p = log_shares(logits_of(t, x), axis=1)[np.arange(len(y)), y]
        return -np.average(log_p, weights=weight) + penalty(t)

    return minimize(loss, start, method="BFGS", options={"gtol": 1e-7}).x


def nothing(_):
    return 0.0


def test_temperature_is_the_optimum():
    scores, y, w = draw()
    ours = TemperatureScaling().fit(scores, y, w)
    slope = best(lambda t, x: t * x, nothing, np.ones(1), scores, y, w)
    np.testing.assert_allclose(ours.slope_, slope[0], rtol=1e-5)
    np.testing.assert_allclose(ours.transform(scores), softmax(ours.slope_ * np.log(scores)), rtol=1e-12)


def test_vector_scaling_is_the_optimum():
    scores, y, w = draw()
    ours = VectorScaling().fit(scores, y, w)
    found = best(
        lambda t, x: t[:3] * x + np.append(t[3:], 0), nothing, np.array([1.0, 1, 1, 0, 0]), scores, y, w
    )
    intercepts = np.append(found[3:], 0)
    np.testing.assert_allclose(ours.slopes_, found[:3], rtol=1e-4)
    np.testing.assert_allclose(ours.intercepts_, intercepts - intercepts.mean(), atol=1e-4)
    assert ours.certificate_.status is Status.OPTIMAL
    assert ours.certificate_.gradient < 1e-9


@pytest.mark.parametrize("strength", [1.0, 0.01])
def test_dirichlet_is_the_optimum_of_the_penalised_loss(strength):
    scores, y, w = draw()
    ours = DirichletCalibration(strength=strength).fit(scores, y, w)

    def penalty(t):  # Kull et al. 2019: means of squares off the diagonal and of intercepts
        matrix, intercepts = t[:9].reshape(3, 3), t[9:]
        off = matrix[~np.eye(3, dtype=bool)]
        return strength * (np.mean(off**2) + np.mean(intercepts**2))

    def logits_of(t, x):
        return x @ t[:9].reshape(3, 3).T + t[9:]

    found = best(logits_of, penalty, np.append(np.eye(3).ravel(), np.zeros(3)), scores, y, w)
    np.testing.assert_allclose(ours.matrix_.ravel(), found[:9], atol=2e-4)
    np.testing.assert_allclose(ours.intercepts_, found[9:], atol=2e-4)
    assert ours.certificate_.gradient < 1e-9


def test_known_distortions_are_undone():
    scores, y, _ = draw(40_000)
    vector = VectorScaling().fit(scores, y)
    np.testing.assert_allclose(vector.slopes_, [0.5, 0.7, 0.4], atol=0.03)
    np.testing.assert_allclose(vector.intercepts_, [0.3, 0, -0.3], atol=0.04)
    scores, y, _ = draw(40_000, slopes=(0.5, 0.5, 0.5), intercepts=(0, 0, 0))
    assert abs(TemperatureScaling().fit(scores, y).slope_ - 0.5) < 0.01


def test_dirichlet_scores_give_their_own_posterior():
    """Kull et al. 2019, theorem 1: where scores are Dirichlet in each class, the calibration map is log-linear."""
    rng = np.random.default_rng(1)
    alpha = np.array([[4.0, 1, 2], [1, 5, 2], [2, 1, 3]])
    y = rng.integers(0, 3, 30_000)
    scores = np.array([rng.dirichlet(alpha[k]) for k in y])
    ours = DirichletCalibration(strength=1e-6).fit(scores, y)
    from scipy.stats import dirichlet

    density = np.column_stack([dirichlet.pdf(scores.T, row) for row in alpha])
    assert np.abs(ours.transform(scores) - density / density.sum(axis=1, keepdims=True)).mean() < 0.01


def test_the_strength_is_chosen_and_wide_penalties_leave_the_diagonal():
    scores, y, _ = draw(150)
    chosen = DirichletCalibration().fit(scores, y)
    assert chosen.strength_ in (10.0, 1.0, 0.1, 0.01, 0.001, 0.0001)
    strong = DirichletCalibration(strength=1e6).fit(scores, y)
    assert np.abs(strong.matrix_[~np.eye(3, dtype=bool)]).max() < 1e-4
    order = np.random.default_rng(0).permutation(150)
    again = DirichletCalibration().fit(
        np.repeat(scores, 2, axis=0)[np.tile(order, 2)], np.repeat(y, 2)[np.tile(order, 2)]
    )
    weighted = DirichletCalibration().fit(
        scores[order], y[order], np.bincount(np.tile(order, 2) // 2, minlength=150)[order]
    )
    assert again.strength_ == weighted.strength_


def test_of_two_classes_it_is_what_binary_calibrators_do():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.02, 0.98, 500)
    y = (rng.random(500) < sigmoid(0.6 * np.log(p) - 0.9 * np.log(1 - p) + 0.2)).astype(int)
    two = np.column_stack([1 - p, p])
    temperature = TemperatureScaling().fit(p, y)
    np.testing.assert_allclose(TemperatureScaling().fit(two, y).slope_, temperature.slope_, rtol=1e-8)
    np.testing.assert_allclose(temperature.transform(two)[:, 1], temperature.transform(p), rtol=1e-10)
    beta, vector = BetaCalibration().fit(p, y), VectorScaling().fit(two, y)
    np.testing.assert_allclose(vector.transform(two)[:, 1], beta.transform(p), rtol=1e-6)


@pytest.mark.parametrize("make", [*MAKERS[:3], Unchanged], ids=["temperature", "vector", "dirichlet", "none"])
def test_logits_are_the_probabilities_that_they_stand_for(make):
    scores, y, w = draw()
    shift = np.random.default_rng(3).normal(0, 5, (len(y), 1))
    probabilities, logits = make().fit(scores, y, w), make(logits=True).fit(np.log(scores) + shift, y, w)
    np.testing.assert_allclose(
        logits.transform(np.log(scores) + shift), probabilities.transform(scores), rtol=1e-6, atol=1e-9
    )


@each
def test_weights_are_rows_repeated_and_order_does_not_matter(make):
    scores, y, w = draw(200)
    rows = np.random.default_rng(4).permutation(np.repeat(np.arange(200), w.astype(int)))
    p = make().fit(scores, y, w).transform(scores)
    np.testing.assert_allclose(make().fit(scores[rows], y[rows]).transform(scores), p, rtol=1e-6)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    assert (p >= 0).all()


@each
def test_names_of_classes_do_not_matter(make):
    scores, y, w = draw(300)
    order = np.array([2, 0, 1])
    back = np.argsort(order)
    p = make().fit(scores, y, w).transform(scores)
    turned = make().fit(scores[:, order], back[y], w).transform(scores[:, order])
    np.testing.assert_allclose(turned[:, back], p, rtol=1e-6, atol=1e-9)


@each
def test_threads_do_not_change_a_bit(make):
    scores, y, w = draw(3000)
    results = []
    for threads in (1, 2, 5):
        set_thread_count(threads)
        results.append(make().fit(scores, y, w).transform(scores))
    set_thread_count()
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


@each
@pytest.mark.parametrize("logits", [False, True])
def test_the_file_is_the_calibrator(make, logits, tmp_path):
    scores, y, _ = draw(300)
    x = np.log(scores) if logits else scores
    calibrator = make(logits=logits).fit(x, y)
    save(calibrator, tmp_path / "calibrator.json")
    again = load(tmp_path / "calibrator.json")
    np.testing.assert_array_equal(again.transform(x), calibrator.transform(x))
    assert type(again) is type(calibrator) and to_bytes(again) == to_bytes(calibrator)
    assert json.loads((tmp_path / "calibrator.json").read_text())["classes"] == 3
    with pytest.raises(InputError, match="2 columns, and this calibrator is for 3"):
        again.transform(x[:, :2])
    with pytest.raises(InputError, match="one column a class"):
        again.transform(x[:, 0])


def test_separated_classes_have_a_finite_answer_that_says_so():
    scores = softmax(
        6 * np.eye(3)[np.repeat([0, 1, 2], 10)] + np.random.default_rng(0).normal(0, 0.3, (30, 3))
    )
    y = np.repeat([0, 1, 2], 10)
    for calibrator in (VectorScaling(), DirichletCalibration(strength=0.1)):
        calibrator.fit(scores, y)
        assert calibrator.certificate_.status is Status.SEPARATED
        assert np.isfinite(calibrator.transform(scores)).all()
    assert np.isfinite(TemperatureScaling().fit(scores, y).slope_)
    same = VectorScaling().fit(np.full((30, 3), 1 / 3), y)
    assert same.certificate_.status is Status.NOT_UNIQUE
    np.testing.assert_allclose(same.transform([[1 / 3, 1 / 3, 1 / 3]]), 1 / 3, rtol=1e-6)


def test_zeros_and_scores_that_rank_the_wrong_way_round():
    scores = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0.2, 0.3, 0.5], [0.6, 0.2, 0.2]])
    for make in MAKERS:
        p = make().fit(scores, [0, 1, 2, 1, 0, 2]).transform(scores)
        assert np.isfinite(p).all() and np.allclose(p.sum(axis=1), 1)
    wrong = TemperatureScaling().fit(scores, [1, 2, 0, 2, 1, 2])
    assert wrong.slope_ == 0
    np.testing.assert_allclose(wrong.transform(scores), 1 / 3)


def test_each_class_against_the_rest_is_divided_by_the_sum():
    scores, y, w = draw(400)
    for template in (PlattScaling(), IsotonicCalibration(), VennAbers()):
        ours = OneVsRest(template).fit(scores, y, w)
        columns = np.column_stack(
            [type(template)().fit(scores[:, k], y == k, w).transform(scores[:, k]) for k in range(3)]
        )
        total = columns.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(
            ours.transform(scores),
            np.where(total > 0, columns / np.where(total, total, 1), 1 / 3),
            rtol=1e-12,
        )
        restored = from_bytes(to_bytes(ours), "file")
        np.testing.assert_array_equal(restored.transform(scores), ours.transform(scores))
    assert repr(OneVsRest(IsotonicCalibration(centred=True))).startswith("OneVsRest(IsotonicCalibration(")
    zero = OneVsRest(IsotonicCalibration()).fit([[0.1, 0.9], [0.9, 0.1]], [1, 0])
    np.testing.assert_array_equal(zero.transform([[0.1, 0.1]]), [[0.5, 0.5]])


def test_labels_are_calibrated_one_by_one():
    rng = np.random.default_rng(5)
    scores = rng.random((300, 4))
    y = (rng.random((300, 4)) < scores**2).astype(int)
    ours = PerLabel(BetaCalibration()).fit(scores, y)
    for label in range(4):
        alone = BetaCalibration().fit(scores[:, label], y[:, label])
        np.testing.assert_array_equal(ours.transform(scores)[:, label], alone.transform(scores[:, label]))
    restored = from_bytes(to_bytes(ours), "file")
    np.testing.assert_array_equal(restored.transform(scores), ours.transform(scores))


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: VectorScaling().fit([[0.2, 0.2], [0.3, 0.7]], [0, 1]), "do not add up to 1 in 1 of 2 rows"),
        (lambda: VectorScaling().fit([[2.0, -1], [0.3, 0.7]], [0, 1]), "logits=True"),
        (lambda: VectorScaling().fit([[np.nan, 1], [0.3, 0.7]], [0, 1]), "missing"),
        (lambda: VectorScaling().fit([0.2, 0.8], [0, 1]), "matrix"),
        (lambda: VectorScaling().fit([["a", "b"]], [0]), "numbers"),
        (lambda: VectorScaling().fit([[0.3, 0.7], [0.5, 0.5]], [0, 2]), "from 0 to 1; got 2"),
        (lambda: VectorScaling().fit([[0.3, 0.7], [0.5, 0.5]], [0, 0.5]), "from 0 to 1; got 0.5"),
        (lambda: VectorScaling().fit([[0.3, 0.7], [0.5, 0.5]], [1, 1]), "every row has y = 1"),
        (lambda: VectorScaling().fit([[0.3, 0.7], [0.5, 0.5]], [0]), "2 values and y has 1"),
        (lambda: VectorScaling().fit([[0.3, 0.7], [0.5, 0.5]], [0, 1], [1]), "sample_weight has 1"),
        (lambda: VectorScaling().fit([[0.3, 0.7], [0.5, 0.5]], [0, 1], [1, -1]), "negative"),
        (lambda: VectorScaling().transform([[0.3, 0.7]]), "not learnt"),
        (lambda: DirichletCalibration().fit(np.full((2, 50), 0.02), [0, 1]), "2,550 parameters"),
        (lambda: OneVsRest().fit([[0.2, 0.3, 0.5], [0.3, 0.4, 0.3]], [0, 1]), "class 2: .*y = 0"),
        (lambda: PerLabel().fit([[0.2, 0.3], [0.3, 0.4]], [[0, 1], [1, 1]]), "label 1: .*y = 1"),
        (lambda: PerLabel().fit([[0.2, 0.3], [0.3, 0.4]], [[0], [1]]), "shape"),
        (
            lambda: TemperatureScaling().fit([0.2, 0.8, 0.3], [0, 1, 1]).transform([[0.2, 0.3, 0.5]]),
            "is for 2",
        ),
    ],
)
def test_what_cannot_be_used_is_said(attempt, message):
    with pytest.raises(InputError, match=message):
        attempt()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slopes": [1.0, 2.0]}, "as many"),
        ({"limits": None}, "limits"),
        ({"classes": 1}, "classes"),
        ({"slopes": [1.0, 2.0, None]}, "slopes|finite|number|float"),
    ],
)
def test_a_record_that_is_no_calibrator_is_refused(change, message):
    content = json.loads(to_bytes(VectorScaling().fit(*draw(100)[:2])))
    with pytest.raises(InputError, match=message):
        from_bytes(json.dumps({**content, **change}).encode(), "vendor.json")


def test_network_softmax_is_too_sure_and_temperature_mends_it(shared_data):
    """Guo et al. 2017 on a real network: fitted on half of the test images, judged on the other half."""
    table = np.load(shared_data / "calibration" / "nn_softmax_wideresnet-16-4-cifar-10.npz")
    scores, y = table["predictions"].astype(float), table["ground_truth"].ravel().astype(int)

    def loss(p):
        return -np.log(p[np.arange(5000), y[5000:]]).mean()

    before, after = loss(scores[5000:]), {}
    for make in (TemperatureScaling, VectorScaling, lambda: DirichletCalibration(strength=1.0)):
        calibrator = make().fit(scores[:5000], y[:5000])
        after[calibrator.method] = loss(calibrator.transform(scores[5000:]))
    assert before > 0.35
    assert max(after.values()) < 0.28
    assert 0.4 < TemperatureScaling().fit(scores[:5000], y[:5000]).slope_ < 0.6
