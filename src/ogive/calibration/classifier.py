"""Any classifier with calibrated probabilities, in scikit-learn's interface.

One calibrator learns from the scores that each row got from an estimator which did not see it, and one estimator is
fitted on all rows. (The other design keeps an estimator and a calibrator for each fold and averages what they say.) So
a prediction costs one model, which can be looked at, explained and kept; the calibrator learns from all rows instead of
a fold's; and a method is chosen once. The price: the scores that taught the calibrator came from estimators fitted on
fewer rows, with 5 folds a fifth fewer, so that those of the estimator of all rows may be a little more or less extreme.
"""

from __future__ import annotations

import copy
import warnings
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.model_selection import StratifiedGroupKFold, check_cv
from sklearn.utils import get_tags, indexable
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_method_params,
    _check_sample_weight,
    assert_all_finite,
    check_is_fitted,
    column_or_1d,
    has_fit_parameter,
)

from ogive._base import InputError, SampleWeight, SamplingWeights, Vector, as_frequencies
from ogive.calibration.choosing import Choice, choose
from ogive.calibration.naming import by_name

Indices = NDArray[np.intp]


class CalibratedClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier whose probabilities mean what they say.

    `fit` takes the score of each row from an estimator that did not see the row, fits a calibrator to them, and the
    estimator to all rows.

    Parameters
    ----------
    estimator : classifier
        With `predict_proba`, or `decision_function`, whose values then count as log-odds.
    method : str or calibrator, default "auto"
        "auto" lets `ogive.calibration.choose` decide; below 400 rows that is Platt scaling. Otherwise a name that
        `ogive.calibration.by_name` knows, or a calibrator that has yet to learn.
    cv : int, splitter, iterable of splits, or "prefit", default 5
        How rows are held out: so many stratified folds (of whole groups where `groups` are given), a splitter of
        scikit-learn, or pairs of training and held-out rows. Rows that are never held out teach the estimator only.
        "prefit" takes the estimator as it is; then `fit` must get rows that it was not trained on.

    Attributes
    ----------
    estimator_ : classifier
        Fitted on all rows, or the one given.
    calibrator_ : calibrator
        Fitted on the held-out scores; `ogive.calibration.save` keeps it.
    choice_ : Choice or None
        Which method "auto" chose, and why; None where one was given.
    classes_ : ndarray of shape (K,)
    n_features_in_ : int
        Where the estimator has it.

    Raises
    ------
    InputError
        Where the estimator has no scores, a class or an option cannot be used, or scores are not finite.

    References
    ----------
    Platt, Probabilistic outputs for support vector machines, 1999 (cross-validated scores). Zadrozny and Elkan,
    Transforming classifier scores into accurate multiclass probability estimates, KDD 2002.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.naive_bayes import GaussianNB
    >>> import ogive
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> new = np.arange(len(y)) % 4 == 0
    >>> model = ogive.CalibratedClassifier(GaussianNB()).fit(X[~new], y[~new])
    >>> model.calibrator_
    TemperatureScaling()
    >>> ogive.metrics.log_loss(y[new], model.estimator_.predict_proba(X[new])[:, 1])
    1.80 (0.68 – 4.80)
    >>> ogive.metrics.log_loss(y[new], model.predict_proba(X[new])[:, 1])
    0.31 (0.14 – 0.67)
    """

    # Its own fit uses both, whatever the estimator and the splitter ask for.
    __metadata_request__fit = {"sample_weight": True, "groups": True}  # noqa: RUF012

    def __init__(self, estimator: Any, *, method: Any = "auto", cv: Any = 5) -> None:
        self.estimator = estimator
        self.method = method
        self.cv = cv

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: SampleWeight = None,
        groups: ArrayLike | None = None,
        **fit_params: Any,
    ) -> Self:
        """Fit estimator and calibrator.

        Parameters
        ----------
        X : array, data frame, sparse matrix or list of n rows
            Whatever the estimator takes.
        y : array of shape (n,)
            Two classes or more, under any names.
        sample_weight : array of shape (n,) or SamplingWeights, optional
            Frequencies, for the calibrator, and for the estimator where it takes them; sampling weights are scaled to
            their effective number of rows.
        groups : array of shape (n,), optional
            Rows that belong together: they are held out together, and count as one when "auto" compares.
        **fit_params
            For the estimator's `fit`.

        Returns
        -------
        self
        """
        if y is None:
            raise InputError("this classifier requires y to be passed, but the target y is None.")
        labels: NDArray[Any] = column_or_1d(y, warn=True)
        assert_all_finite(labels, input_name="y")
        check_classification_targets(labels)
        X, labels, groups = indexable(X, labels, groups)
        given = as_frequencies(sample_weight) if isinstance(sample_weight, SamplingWeights) else sample_weight
        weight = None if given is None else _check_sample_weight(given, X, dtype=np.float64)
        prefit = isinstance(self.cv, str) and self.cv == "prefit"
        if prefit:
            check_is_fitted(self.estimator)
            self.estimator_, self.classes_ = self.estimator, np.asarray(self.estimator.classes_)
            _check_known(labels, self.classes_)
            scores, logits = _scores(self.estimator, X, self.classes_)
            rows = np.arange(len(scores))
        else:
            self.classes_ = _classes(labels, weight)
            params = self._routed(weight, groups, fit_params)
            scores, logits, rows = self._held_out(X, labels, groups, params)
            self.estimator_ = clone(self.estimator).fit(X, labels, **params["estimator"]["fit"])
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(self.estimator_, name):
                setattr(self, name, getattr(self.estimator_, name))
        together = groups
        if groups is None and isinstance(sample_weight, SamplingWeights):
            together = np.arange(len(labels))  # however much it stands for, a row is one
        self._calibrate(scores, logits, np.searchsorted(self.classes_, labels)[rows], rows, weight, together)
        return self

    def predict_proba(self, X: Any) -> Vector:
        """Return the calibrated probabilities of the classes, shape (n, K)."""
        check_is_fitted(self)
        scores, _ = _scores(self.estimator_, X, self.classes_)
        p: Vector = self.calibrator_.transform(scores)
        return p if p.ndim == 2 else np.column_stack([1 - p, p])

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable class of each row, shape (n,)."""
        best = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def get_metadata_routing(self) -> MetadataRouter:
        """Return who gets which metadata: the estimator's `fit`, the splitter, and this `fit` itself."""
        return (
            MetadataRouter(owner=self)
            .add_self_request(self)
            .add(estimator=self.estimator, method_mapping=MethodMapping().add(caller="fit", callee="fit"))
            .add(splitter=self.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
        )

    def __sklearn_tags__(self) -> Any:
        tags, inner = super().__sklearn_tags__(), get_tags(self.estimator)
        tags.input_tags = inner.input_tags
        if inner.classifier_tags is not None:
            tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
        return tags

    def _routed(self, weight: Vector | None, groups: Any, fit_params: dict[str, Any]) -> Any:
        """Return what `fit` of the estimator and `split` of the splitter are given."""
        given = {
            name: value
            for name, value in (("sample_weight", weight), ("groups", groups))
            if value is not None
        }
        if get_config()["enable_metadata_routing"]:
            return process_routing(self, "fit", **given, **fit_params)
        fit = dict(fit_params)
        if weight is not None and has_fit_parameter(self.estimator, "sample_weight"):
            fit["sample_weight"] = weight
        elif weight is not None:
            warnings.warn(
                f"{type(self.estimator).__name__} does not take sample_weight, so the weights serve the calibrator "
                "only; repeat the rows instead, or choose an estimator that takes them",
                stacklevel=3,
            )
        return {
            "estimator": {"fit": fit},
            "splitter": {"split": {} if groups is None else {"groups": groups}},
        }

    def _held_out(self, X: Any, y: NDArray[Any], groups: Any, params: Any) -> tuple[Vector, bool, Indices]:
        """Return the scores of held-out rows, whether they are log-odds, and which rows they are of."""
        cv = self.cv
        if isinstance(cv, Integral) and groups is not None:
            cv = StratifiedGroupKFold(cv)
        elif isinstance(cv, Integral):
            _check_folds(y, int(cv))
        scores, rows, logits = [], [], False
        for train, test in check_cv(cv, y, classifier=True).split(X, y, **params["splitter"]["split"]):
            model = clone(self.estimator)
            own = _check_method_params(X, params["estimator"]["fit"], indices=train)
            model.fit(*_safe_split(model, X, y, train), **own)
            found, logits = _scores(model, _safe_split(model, X, y, test, train)[0], self.classes_)
            scores.append(found)
            rows.append(np.arange(len(y))[test])
        return np.concatenate(scores), logits, np.concatenate(rows)

    def _calibrate(
        self,
        scores: Vector,
        logits: bool,
        y: Indices,
        rows: Indices,
        weight: Vector | None,
        groups: Any,
    ) -> None:
        """Fit the calibrator; a row that was held out more than once counts as one, and its scores stay together."""
        times = np.bincount(rows)
        own = (1.0 if weight is None else weight[rows]) / times[rows]
        repeated = times.max() > 1
        together = np.asarray(groups)[rows] if groups is not None else rows if repeated else None
        self.choice_: Choice | None = None
        if not isinstance(self.method, str):
            calibrator = copy.deepcopy(self.method)
        elif self.method == "auto":
            self.choice_ = choose(scores, y, own, logits=logits, groups=together)
            calibrator = self.choice_.calibrator()
        else:
            calibrator = by_name(self.method, logits=logits, classes=self.classes_.size)
        if calibrator.logits != logits:
            kind = "decision values" if logits else "probabilities"
            raise InputError(
                f"{type(self.estimator).__name__} gives {kind}, and {calibrator!r} is for the other.",
                f"use a calibrator with logits={logits}",
            )
        self.calibrator_ = calibrator.fit(scores, y, own)


def _scores(model: Any, X: Any, classes: NDArray[Any]) -> tuple[Vector, bool]:
    """Return the scores of rows, shape (n,) of two classes or (n, K), and whether they are log-odds."""
    logits = not hasattr(model, "predict_proba")
    if logits and not hasattr(model, "decision_function"):
        raise InputError(
            f"{type(model).__name__} has neither predict_proba nor decision_function: nothing to calibrate.",
            "choose an estimator with one of them",
        )
    scores = np.asarray(model.decision_function(X) if logits else model.predict_proba(X), dtype=np.float64)
    missing = np.setdiff1d(classes, getattr(model, "classes_", classes))
    if missing.size:
        raise InputError(
            f"the rows that train one of the folds lack the class {missing.tolist()[0]!r}, which has too few rows.",
            ["merge rare classes", "pass cv splits of which each trains on every class"],
        )
    if scores.ndim == 2 and classes.size == 2:
        scores = scores[:, 1]
    if scores.shape[1:] != (() if classes.size == 2 else (classes.size,)):
        raise InputError(
            f"{type(model).__name__} gives scores of shape {scores.shape} for {classes.size} classes.",
            "let it give one column a class; for support vector machines decision_function_shape='ovr'",
        )
    return scores, logits


def _classes(y: NDArray[Any], weight: Vector | None) -> NDArray[Any]:
    """Return the classes, of which there must be two."""
    classes = np.unique(y)
    there = classes if weight is None else np.unique(y[weight > 0])
    if there.size < 2:
        raise InputError(
            f"Classifier can't train when only one class is present: y must have two classes, got {there.size}.",
            "add rows of another class",
        )
    return classes


def _check_known(y: NDArray[Any], classes: NDArray[Any]) -> None:
    unknown = np.setdiff1d(y, classes)
    if unknown.size:
        raise InputError(
            f"y has the class {unknown.tolist()[0]!r}, which the estimator was not fitted on.",
            "leave those rows out",
        )


def _check_folds(y: NDArray[Any], folds: int) -> None:
    """Refuse stratified folds of which one would train without some class."""
    rarest = int(np.unique(y, return_counts=True)[1].min())
    if rarest < 2:
        raise InputError(
            f"a class has {rarest} row, so that it cannot be held out and train in {folds} folds.",
            "add rows of that class, or merge it with another",
        )
