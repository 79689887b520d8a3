"""Curves fitted to points, without start values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ogive._base import InputError, Vector, as_vector
from ogive.curves.adequacy import CurveStatistics, CurveTest, lack_of_fit, statistics
from ogive.curves.backtest import BackTest, Families, backtest
from ogive.curves.bootstrap import USUAL, Bootstrap
from ogive.curves.comparison import Comparison, equality
from ogive.curves.engine import EXACT, Noise, Solutions
from ogive.curves.family import Family
from ogive.curves.forecast import Forecast, forecast, reader
from ogive.curves.intervals import Band, Method, Read, Uncertainty
from ogive.curves.noises import noise_named
from ogive.curves.observations import expected_limits, observed
from ogive.curves.parameters import CurveParameter, in_table, parameter_of
from ogive.curves.points import Points, Refused, places_of
from ogive.curves.potency import Contrast, How, RelativePotency, contrasts, relative_potency
from ogive.curves.quantities import (
    CurveQuantity,
    Share,
    all_quantities,
    areas,
    effective_doses,
    find,
    rate_at,
    slope_at,
)
from ogive.curves.readings import Reading
from ogive.curves.robust import Outlier, Robust
from ogive.curves.solving import solved
from ogive.views import Figure

# What is drawn of a family: at x, with the parameters of a shape, which is that of a variant.
_Drawn: TypeAlias = Callable[[Vector, Vector, int], Vector]


@dataclass(frozen=True, eq=False)
class CurveFit:
    """Curves of a family, one a group.

    Attributes
    ----------
    family : Family
    points : Points
        Of the groups that were fitted.
    noise : str
    level : float
        Of the intervals.
    intervals : str
        How they are made: "profile", "wald" or "bootstrap".
    solutions : Solutions
    refused : tuple of Refused
        Groups without a curve.
    share : tuple of str
        Parameters that all groups have in common.
    fix : dict
        Parameters that are known.
    increments : bool
        Whether y is what was added since the x before.
    comparison : Comparison or None
        With other families, where this one was chosen among several.
    dispersion : float or None
        Where it was given.
    plan : Bootstrap
        Of intervals by bootstrap.
    robust : str or None
        The robust loss.
    outliers : tuple of Outlier
        Points that were left out, because they are too far from the curve.
    """

    family: Family
    points: Points
    noise: Noise
    level: float
    intervals: Method
    solutions: Solutions
    refused: tuple[Refused, ...] = ()
    share: tuple[str, ...] = ()
    fix: Mapping[str, float] = field(default_factory=dict)
    increments: bool = False
    comparison: Comparison | None = None
    dispersion: float | None = None
    plan: Bootstrap = USUAL
    robust: Robust | None = None
    outliers: tuple[Outlier, ...] = ()

    def __repr__(self) -> str:
        return in_table(self)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups; one without a name where there are none."""
        return self.points.names or ("",)

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """What the points leave open."""
        return Uncertainty(self.solutions, self.points.counts, self.noise, self.dispersion, self.plan)

    @cached_property
    def _drawn(self) -> Family:
        """The family with the variants that were fitted: constraints may have made others of its own."""
        return replace(self.family, variants=self.solutions.variants)

    @cached_property
    def _curves(self) -> NDArray[np.intp]:
        return np.arange(len(self.groups))

    @property
    def degrees_of_freedom(self) -> Vector:
        """Points less parameters that moved, of each curve; of all together where they share parameters."""
        return self.uncertainty.degrees_of_freedom[self.solutions.split(self._curves)[0]]

    @property
    def deviance(self) -> Vector:
        """Deviance of each set of curves; of Gaussian noise the weighted sum of squares of the residuals."""
        return 2 * self.solutions.loss * self.uncertainty.unit(np.arange(self.solutions.loss.size))

    @cached_property
    def z(self) -> list[Vector]:
        """Parameters of the shape of each curve, in the units of the points."""
        sets = self.solutions.split(self._curves)[0]
        found: list[Vector] = [np.empty(0)] * len(self.groups)
        for variant in np.unique(self.solutions.variant).tolist():
            rows = self._curves[self.solutions.variant[sets] == variant]
            for k, one in zip(
                rows, self.solutions.z(rows, self.solutions.theta[sets[rows]], variant), strict=True
            ):
                found[k] = np.ascontiguousarray(one)
        return found

    @cached_property
    def values(self) -> dict[str, Vector]:
        """Estimates by parameter, one a group."""
        return {reading.name: self._estimates[reading.name][0] for reading in self.family.parameters}

    @cached_property
    def standard_errors(self) -> dict[str, Vector]:
        """Standard errors by parameter, one a group; NaN where the points do not determine it."""
        return {reading.name: self._estimates[reading.name][1] for reading in self.family.parameters}

    @cached_property
    def _estimates(self) -> dict[str, tuple[Vector, Vector]]:
        return {
            reading.name: self.uncertainty.estimates(self._curves, _reader(reading))
            for reading in self.family.parameters
        }

    @cached_property
    def limits(self) -> dict[str, tuple[Vector, Vector]]:
        """Lower and upper limits by parameter, one of each a group; infinite where the points set none."""
        return {
            reading.name: expected_limits(self, self._curves, _reader(reading))
            for reading in self.family.parameters
        }

    @cached_property
    def parameters(self) -> list[CurveParameter]:
        """Every parameter of every curve, with its interval or the reason why there is none."""
        return [
            parameter_of(self, k, group, reading)
            for k, group in enumerate(self.groups)
            for reading in self.family.parameters
        ]

    def reason(self, group: int) -> str:
        """Say why a curve has no standard errors; empty where it has."""
        row = int(self.solutions.split(np.array([group]))[0][0])
        if not self.degrees_of_freedom[group] > 0:
            return "there are no more points than parameters"
        if not self.solutions.converged[row]:
            exact = self.solutions.loss[row] <= EXACT
            return "the curve goes through every point" if exact else "the fit did not converge"
        if self.intervals == "bootstrap" and self.plan.needed(
            float(self.uncertainty.quantile(self.level)[row])
        ):
            return "there are too few replicates for so few points"
        variant = int(self.solutions.variant[row])
        own = self.solutions.layouts[variant].index[group % len(self.solutions.layouts[variant].index)]
        bounded = np.flatnonzero(self.solutions.bounded[row, own])
        if not bounded.size:
            return ""
        parts = " and ".join(self._drawn.variants[variant].made.parts[index].name for index in bounded)
        return f"the points do not determine {parts}"

    @property
    def statistics(self) -> CurveStatistics:
        """Log-likelihood, AICc and the like of all curves; Gaussian noise has one variance, as in nls and drc."""
        return statistics(self, pooled=True)[0]

    @property
    def statistics_of_sets(self) -> list[CurveStatistics]:
        """Those of each group, with a variance of its own; of all together where they share parameters."""
        return statistics(self)

    @property
    def lack_of_fit(self) -> CurveTest:
        """Test whether means at each x fit better than the curves: against the spread of points at the same x."""
        return lack_of_fit(self, pooled=True)[0]

    @property
    def lack_of_fit_of_sets(self) -> list[CurveTest]:
        """That test in each group; in all together where they share parameters."""
        return lack_of_fit(self)

    def equality(self, parameters: str | Collection[str]) -> CurveTest:
        """Test whether parameters are the same in all groups, as `ogive.curves.equality` says."""
        return equality(self, parameters)

    def contrasts(
        self, parameter: str, how: How | None = None, *, reference: str | None = None
    ) -> list[Contrast]:
        """Compare a parameter between groups, as `ogive.curves.contrasts` says."""
        return contrasts(self, parameter, how, reference=reference)

    def relative_potency(self, reference: str | None = None) -> RelativePotency:
        """Return how much less of each group does what the reference does: `ogive.curves.relative_potency`."""
        return relative_potency(self, reference)

    def again(self, share: Collection[str], fix: Mapping[str, float], *, together: bool = False) -> CurveFit:
        """Fit the same points with other constraints; `together`, all groups are one set, with one variance."""
        found = solved(
            self.family,
            self.points,
            self.noise,
            share,
            fix,
            together=together,
            increments=self.increments,
            robust=self.robust,
        )
        return replace(self, solutions=found, share=tuple(share), fix=dict(fix), comparison=None)

    @overload
    def predict(self, x: ArrayLike, by: ArrayLike | None = None) -> Vector: ...
    @overload
    def predict(
        self,
        x: ArrayLike,
        by: ArrayLike | None = None,
        *,
        interval: Literal["confidence", "prediction"],
        simultaneous: bool = False,
    ) -> Band: ...
    def predict(
        self,
        x: ArrayLike,
        by: ArrayLike | None = None,
        *,
        interval: Literal["confidence", "prediction"] | None = None,
        simultaneous: bool = False,
    ) -> Vector | Band:
        """Return the curve at x: of the only group, or of the group that `by` names for each x.

        Parameters
        ----------
        x
            Places, of shape (n,), or (n, k) where a function has several coordinates.
        by
            Group of each.
        interval : "confidence" or "prediction", optional
            Of the curve, or of a new observation of weight 1; by the method of the fit's intervals.
        simultaneous : bool
            Whether the band of a curve holds everywhere at once (Scheffe's) instead of at each x.

        Raises
        ------
        InputError
            Where there are several groups and `by` is missing, or names one that was not fitted.
        """
        at = places_of(x, self.points.coordinates)
        if interval not in {None, "confidence", "prediction"}:
            raise InputError(f"there is no interval {interval!r}.", "choose confidence or prediction")
        if interval is None:
            return self._of_groups(at, by, self._drawn.value)
        curves, read = self._curve_at(at, by), reader(self, at)
        value = self.uncertainty.estimates(curves, read)[0]
        if interval == "prediction":
            low, high = observed(self, curves, read, value, simultaneous=simultaneous)
        else:
            low, high = expected_limits(self, curves, read, simultaneous=simultaneous)
        return Band(x=at, value=value, low=low, high=high)

    def precision(self, value: Vector, curves: NDArray[np.intp], trials: Vector | float = 1.0) -> Vector:
        """Weights of new observations where curves are at `value`: 1 by the variance of the noise's model."""
        sets = self.solutions.split(curves)[0]
        parameter = 0.0 if self.solutions.parameter is None else self.solutions.parameter[sets]
        model = noise_named(self.noise)
        # a power of the mean is one of the mean in spans
        own = value / self.solutions.scales.y_span[sets] if model.name == "power" else value
        return np.asarray(1 / np.maximum(model.variance(own, parameter, trials), 1e-24))

    @property
    def noise_parameter(self) -> dict[str, Vector]:
        """Parameter of the noise by its name, one a group; empty where it has none.

        Standard errors take it for known; limits count that sizes of counts and correlations of shares are not.
        """
        found = self.solutions.parameter
        if found is None:
            return {}
        return {noise_named(self.noise).parameter: found[self.solutions.split(self._curves)[0]]}

    @overload
    def derivative(self, x: ArrayLike, by: ArrayLike | None = None) -> Vector: ...
    @overload
    def derivative(
        self,
        x: ArrayLike,
        by: ArrayLike | None = None,
        *,
        interval: Literal["confidence"],
        simultaneous: bool = False,
    ) -> Band: ...
    def derivative(
        self,
        x: ArrayLike,
        by: ArrayLike | None = None,
        *,
        interval: Literal["confidence"] | None = None,
        simultaneous: bool = False,
    ) -> Vector | Band:
        """Return dy/dx of the curve at x, the sensitivity to x; arguments as of `predict`.

        It is NaN at a dose of 0 on a log scale.
        """
        at = places_of(x, self.points.coordinates)
        if interval is None:
            return self._of_groups(at, by, self._drawn.derivative)
        curves = self._curve_at(at, by)
        return self._band(at, curves, slope_at(self, curves, at), interval, simultaneous)

    @overload
    def rate(self, y: ArrayLike, by: ArrayLike | None = None) -> Vector: ...
    @overload
    def rate(
        self,
        y: ArrayLike,
        by: ArrayLike | None = None,
        *,
        interval: Literal["confidence"],
        simultaneous: bool = False,
    ) -> Band: ...
    def rate(
        self,
        y: ArrayLike,
        by: ArrayLike | None = None,
        *,
        interval: Literal["confidence"] | None = None,
        simultaneous: bool = False,
    ) -> Vector | Band:
        """Return the rate as a function of the level: dy/dx = g(y) where the curve has the level y.

        It is 0 at the levels at the ends of the curve, its equilibria, where it has no limits, and NaN at levels that
        the curve never has. Arguments as of `predict`; the x of a band are the levels.

        Raises
        ------
        InputError
            Where the family is drawn over log dose, or `by` does not name a curve.
        """
        at = as_vector(y, "y")
        curves = self._curve_at(at, by)
        read = rate_at(self, curves, at)
        if interval is None:
            return self.uncertainty.estimates(curves, read)[0]
        return self._band(at, curves, read, interval, simultaneous)

    def _band(
        self, at: Vector, curves: NDArray[np.intp], read: Read, interval: str, simultaneous: bool
    ) -> Band:
        """Band of what has no observations of its own."""
        if interval != "confidence":
            raise InputError(f"there is no interval {interval!r} of a slope.", "use interval='confidence'")
        found = find(self, curves, read, self.level, self.intervals, simultaneous)
        return Band(x=at, value=found.value, low=found.low, high=found.high)

    def effective_dose(
        self,
        percent: ArrayLike,
        *,
        kind: Share = "relative",
        level: float | None = None,
        intervals: Method | None = None,
    ) -> list[CurveQuantity]:
        """Return the doses, or times, with so much of the effect, for every curve.

        Parameters
        ----------
        percent
            Per cent of the effect, of shape (n,); with kind "absolute", values of y.
        kind : "relative" or "absolute"
            Between the levels of the curve, counted from that at dose 0 (or on the left); or the first x where y has
            this value.
        level : float, optional
            Of the intervals; that of the fit by default.
        intervals : "profile" or "wald", optional
            How they are made; as those of the fit by default. Standard errors are by the delta method.

        Returns
        -------
        list of CurveQuantity
            Curve after curve.

        Raises
        ------
        InputError
            Where per cent are not between 0 and 100, or an option is not known.

        Examples
        --------
        >>> from ogive.curves import fit
        >>> dose, y = [0, 0.1, 0.3, 1, 3, 10, 30], [9.8, 9.7, 9.0, 6.9, 3.1, 1.5, 1.1]
        >>> [(one.name, one.estimate) for one in fit(dose, y, family="ll4").effective_dose([10, 50])]
        [('ED10', 0.39 (0.28 – 0.52)), ('ED50', 1.50 (1.31 – 1.73))]
        """
        return effective_doses(self, percent, kind, level, intervals)

    def area(
        self, low: float, high: float, *, level: float | None = None, intervals: Method | None = None
    ) -> list[CurveQuantity]:
        """Return the area under each curve between two x; arguments as of `effective_dose`."""
        return areas(self, low, high, level, intervals)

    @property
    def quantities(self) -> list[CurveQuantity]:
        """What follows from every curve, by the kind of its family, with intervals.

        Of growth: tipping point, maximum rate and size there, doubling time at the start, lag, times to 10, 50 and 90 %
        of the way to the plateau, and the equilibria. Of a response to doses: ED10, ED50, ED90, Hill slope, tipping
        point and slope there, sharpness, and the factor from 10 to 90 %. Of a transition: its middle, sharpness, width.
        """
        return all_quantities(self)

    def forecast(self, x: ArrayLike, groups: Collection[str] | None = None) -> list[Forecast]:
        """Say what comes after the points, and whether they tell where it ends: `ogive.curves.forecast`."""
        return forecast(self, x, groups)

    def backtest(self, shares: Sequence[float] = (0.4, 0.6, 0.8), *, family: Families = None) -> BackTest:
        """Fit the first points, and score forecasts of those after them: `ogive.curves.backtest`."""
        return backtest(self, shares, family=family)

    def plot(
        self,
        *,
        x: str = "x",
        y: str = "y",
        by: str = "group",
        upto: float | None = None,
        groups: Sequence[str] | None = None,
    ) -> Figure:
        """Return the curves with their points and bands; `save` writes the figure to a file.

        One curve has its band and that of new points; up to three stand on common axes; more in small panels, the
        twelve whose points lie furthest from their curves unless `groups` names others.

        Parameters
        ----------
        x, y, by : str
            Titles of the axes, with their units, as in "dose (mM)", and what the groups are.
        upto : float, optional
            Where forecasts end.
        groups : sequence of str, optional
            Those to draw.
        """
        from ogive.curves.figures import fit_figure  # noqa: PLC0415  (figures are drawn of fits)

        return fit_figure(self, x=x, y=y, by=by, upto=upto, groups=groups)

    def _of_groups(self, x: Vector, by: ArrayLike | None, read: _Drawn) -> Vector:
        found = np.empty(len(x))
        for k, rows in self.points.rows_of(len(x), by):
            variant = int(self.solutions.variant[self.solutions.split(np.array([k]))[0][0]])
            found[rows] = read(x[rows], self.z[k], variant)
        return found

    def _curve_at(self, x: Vector, by: ArrayLike | None) -> NDArray[np.intp]:
        """Which curve is meant at each x."""
        curves = np.empty(len(x), dtype=np.intp)
        for k, rows in self.points.rows_of(len(x), by):
            curves[rows] = k
        return curves


def _reader(reading: Reading) -> Read:
    """Read a parameter, whichever the task and the variant."""
    return lambda tasks, z, variant: (reading.value(z), reading.gradient(z))
