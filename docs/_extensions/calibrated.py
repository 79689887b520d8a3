"""The directive `ogive-calibrated`: the reliability of a model of the calibration guide, before and after."""

from __future__ import annotations

from typing import Any

import numpy as np
from docutils import nodes
from docutils.parsers.rst import Directive
from figures import image
from sklearn.naive_bayes import GaussianNB

from ogive import CalibratedClassifier
from ogive.metrics import reliability_diagram
from ogive.views import Curve, before_after_figure


class Calibrated(Directive):
    """Naive Bayes on the rows of the guide."""

    def run(self) -> list[nodes.Node]:
        """Return the figure with how to read it."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=(5000, 3))
        X = np.hstack([x, x + 0.5 * rng.normal(size=x.shape), x + 0.5 * rng.normal(size=x.shape)])
        y = rng.random(5000) < 1 / (1 + np.exp(1 - x @ [1.5, -1.0, 0.5]))
        model = CalibratedClassifier(GaussianNB()).fit(X[:1000], y[:1000])
        curves = [
            curve(name, y[1000:], by.predict_proba(X[1000:])[:, 1])
            for name, by in (("naive Bayes", model.estimator_), ("calibrated", model))
        ]
        figure = before_after_figure(
            "Naive Bayes is far too sure; calibrated, it means what it says", *curves
        )
        images = image(figure, "light") + image(figure, "dark")
        return [nodes.raw("", images, format="html"), nodes.paragraph(text=figure.reading)]


def curve(name: str, y: Any, p: Any) -> Curve:
    """Return the isotonic reliability curve, with the band that calibrated probabilities would keep to."""
    diagram = reliability_diagram(y, p)
    return Curve(name=name, probability=diagram.p, share=diagram.observed, low=diagram.low, high=diagram.high)


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("ogive-calibrated", Calibrated)
    return {"parallel_read_safe": True}
