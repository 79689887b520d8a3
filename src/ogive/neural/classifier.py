"""Networks with scikit-learn's interface: binary, multiclass and multilabel."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ogive.models import ConvergenceWarning
from ogive.neural.activations import Array
from ogive.neural.optimisers import Adam
from ogive.neural.rows import learn


class NetworkClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A network of dense layers, taught by Adam; columns are standardised.

    Parameters
    ----------
    hidden, activation, init, epochs, batch, held_out, patience
        As of `learn`.
    rate, weight_decay : float
        Of `Adam`.
    random_state : int, RandomState or None, default 0
        Of the weights, the rows held out and the order of the others.

    Attributes
    ----------
    classes_ : ndarray of shape (K,)
        Of several labels at once 0 and 1, or what stands for them.
    network_ : RowsNetwork
        With `network_.net`, the layers and weights.
    history_ : History
        Epochs, and verdicts on what is wrong inside.
    n_iter_ : int
        Epochs.

    Warns
    -----
    ConvergenceWarning
        If learning broke off at a number that is none.

    Examples
    --------
    >>> import numpy as np
    >>> from ogive.neural import NetworkClassifier
    >>> x = np.linspace(-3, 3, 60)[:, None]
    >>> model = NetworkClassifier(hidden=(8,), rate=0.03, held_out=0).fit(x, np.abs(x[:, 0]) < 1)
    >>> model.predict([[0.0], [3.0]])
    array([ True, False])
    """

    def __init__(
        self,
        hidden: Sequence[int] = (32,),
        activation: str = "relu",
        *,
        init: str = "auto",
        rate: float = 1e-3,
        weight_decay: float = 0.0,
        epochs: int = 200,
        batch: int = 32,
        held_out: float = 0.1,
        patience: int = 10,
        random_state: Any = 0,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.init = init
        self.rate = rate
        self.weight_decay = weight_decay
        self.epochs = epochs
        self.batch = batch
        self.held_out = held_out
        self.patience = patience
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from X of shape (n, features) and y: labels of shape (n,), or 0 and 1 of shape (n, labels)."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True)
        check_classification_targets(y)
        if y.ndim == 2 and y.shape[1] == 1:
            y = y[:, 0]
        seed = self.random_state
        own = ["hidden", "activation", "init", "epochs", "batch", "held_out", "patience"]
        self.network_ = learn(
            X,
            y,
            optimiser=Adam(self.rate, weight_decay=self.weight_decay),
            seed=int(seed if isinstance(seed, Integral) else check_random_state(seed).randint(2**31 - 1)),
            **{name: getattr(self, name) for name in own},
        )
        self.classes_, self.history_ = self.network_.classes, self.network_.history
        self.n_iter_ = len(self.history_.epochs) - 1
        if self.history_.diverged:
            warnings.warn(ConvergenceWarning(f"Learning broke off {self.history_.stopped}."), stacklevel=2)
        return self

    def predict_proba(self, X: Any) -> Array:
        """Return probabilities of shape (n, classes), or (n, labels) of several labels at once."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return self.network_.probabilities(rows)

    def predict(self, X: Any) -> Array:
        """Return the most probable class of each row; of several labels, those of probability one half or more."""
        p = self.predict_proba(X)
        several = self.network_.net.head.name == "multilabel"
        return np.asarray(self.classes_[(p >= 0.5).astype(np.intp) if several else p.argmax(axis=1)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.target_tags.multi_output = True
        return tags
