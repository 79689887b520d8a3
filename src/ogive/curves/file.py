"""The file of fitted curves: readable JSON, strictly decoded, that carries its own checksum.

    {"format": "ogive curves", "version": 1, "ogive": "...", "checksum": "sha256:...", "family": "ll4", ...}

From `family` on stands the record, of which the checksum is. It has what curves and their standard errors are computed
from, not the points; the same curves give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ogive._base import FileKind, InputError, Record, Vector, checksum, decode, encode, write_whole
from ogive.curves.engine import Layout, Noise, Solutions
from ogive.curves.families import families
from ogive.curves.family import Variant
from ogive.curves.fitted import CurveFit
from ogive.curves.intervals import Method, Read, Uncertainty
from ogive.curves.points import Points, Refused
from ogive.curves.robust import Robust
from ogive.curves.scales import Scales

KIND = FileKind(
    format="ogive curves",
    version=1,
    name="a file of Ogive curves",
    written_by="a file written by ogive curve --save or curves.save()",
    make="make it with ogive curve --save",
    make_again="fit the curves again, or copy the file again from where it came",
    use="name the file of the curves first and the table second, as in ogive curve --apply curves.json new.csv",
)


class Estimates(Record, frozen=True, kw_only=True):
    """A parameter of all curves, one value each; a limit or a standard error that is not valid is None."""

    value: tuple[float, ...]
    se: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


class CurvesRecord(Record, frozen=True, kw_only=True):
    """Curves as they stand in a file.

    Attributes
    ----------
    columns : dict
        Names of the columns that x, y and the groups came from, by "x", "y" and "by".
    family, noise, level, intervals, share, fix, increments, robust, given
        As in `CurveFit`, where `given` is the dispersion.
    groups : tuple of str
        Empty where there are none.
    points : tuple of int
        Number of points of each curve.
    estimates : dict
        By parameter, for whoever reads the file.
    variants, variant, theta, information, loss, free, bounded, converged
        As in `Solutions`.
    dispersion : tuple of float or None
        Of each set, in the units of the core; None where no point is left to tell it.
    noise_parameter : tuple of float or None, or None
        Of each set, where the noise has one; None in it where that is infinite.
    scales : (4, sets)
        Where each set begins and how far it spans: in x, then in y.
    refused : tuple of Refused
    """

    columns: dict[str, str]
    family: str
    noise: Noise
    level: float
    intervals: Method
    share: tuple[str, ...]
    fix: dict[str, float]
    increments: bool
    robust: Robust | None
    given: float | None
    groups: tuple[str, ...]
    points: tuple[int, ...]
    estimates: dict[str, Estimates]
    variants: tuple[Variant, ...]
    variant: tuple[int, ...]
    theta: np.ndarray
    information: np.ndarray
    loss: np.ndarray
    free: tuple[tuple[bool, ...], ...]
    bounded: tuple[tuple[bool, ...], ...]
    converged: tuple[bool, ...]
    dispersion: tuple[float | None, ...]
    noise_parameter: tuple[float | None, ...] | None
    scales: np.ndarray
    refused: tuple[Refused, ...]


class _WithoutPoints(Uncertainty):
    """What is left of the uncertainty without the points: standard errors, and limits as so many of them."""

    def limits(
        self,
        curves: NDArray[np.intp],
        read: Read,
        level: float,
        method: Method = "wald",
        weight: Vector | None = None,
        *,
        simultaneous: bool = False,
    ) -> tuple[Vector, Vector]:
        """Return Wald's limits, whatever the method."""
        return super().limits(curves, read, level, "wald", weight, simultaneous=simultaneous)


@dataclass(frozen=True, eq=False)
class SavedCurves(CurveFit):
    """Curves read from a file. They have no points.

    Estimates, standard errors and limits of the parameters are those that were saved. Everything else that is read off
    them has Wald's limits: profile likelihood needs the points.

    Attributes
    ----------
    columns : dict
        Names of the columns that x, y and the groups came from, by "x", "y" and "by"; empty where the file has none.
    saved : dict
        Limits of each parameter, infinite where the points set none.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    saved: Mapping[str, tuple[Vector, Vector]] = field(default_factory=dict)

    @cached_property
    def uncertainty(self) -> Uncertainty:
        """What the points left open."""
        return _WithoutPoints(self.solutions, self.points.counts, self.noise, self.dispersion)

    @cached_property
    def limits(self) -> dict[str, tuple[Vector, Vector]]:
        """Lower and upper limits by parameter, as they were saved."""
        return dict(self.saved)


def to_bytes(fit: CurveFit, columns: Mapping[str, str] | None = None) -> bytes:
    """Return curves as the bytes of their file; the same curves give the same bytes.

    Parameters
    ----------
    fit : CurveFit
        Of a family that is listed by `families()`.
    columns : dict, optional
        Names of the columns that x, y and the groups came from, by "x", "y" and "by", for
        whoever predicts from a table.

    Raises
    ------
    InputError
        Where the family is a function of one's own, which a file cannot hold.
    """
    from ogive import __version__  # noqa: PLC0415  (the package names its rooms: it comes after them)

    record = encode(_record(fit, dict(columns or getattr(fit, "columns", {}))))
    head = {
        "format": KIND.format,
        "version": KIND.version,
        "ogive": __version__,
        "checksum": checksum(record),
    }
    return encode({**head, **msgspec.json.decode(record)})


def save(fit: CurveFit, path: str | os.PathLike[str], columns: Mapping[str, str] | None = None) -> None:
    """Write curves to a file, whole or not at all; `load` reads it.

    Parameters
    ----------
    fit : CurveFit
        Of a family that is listed by `families()`.
    path : path
        As in "curves.json".
    columns : dict, optional
        Names of the columns that x, y and the groups came from, by "x", "y" and "by".

    Raises
    ------
    InputError
        Where the family is a function of one's own, or the file cannot be written.

    Examples
    --------
    >>> import os, tempfile
    >>> from ogive.curves import fit, load, save
    >>> found = fit([0, 2, 4, 6, 8, 10, 12, 14], [1.1, 2.4, 5.6, 11.3, 18.2, 23.9, 26.8, 28.3])
    >>> path = os.path.join(tempfile.mkdtemp(), "curves.json")
    >>> save(found, path)
    >>> bool((load(path).predict([3.0, 20.0]) == found.predict([3.0, 20.0])).all())
    True
    """
    write_whole(path, to_bytes(fit, columns))


def load(path: str | os.PathLike[str]) -> SavedCurves:
    """Read curves from their file; nothing in it is ever run.

    Returns
    -------
    SavedCurves
        Predicts with the same bits as the curves that were saved, and has their estimates, standard errors and limits.

    Raises
    ------
    InputError
        Where there is no such file, or it holds no curves, is truncated, edited, or of a newer version.
    """
    return from_bytes(KIND.read(path), str(path))


def from_bytes(data: bytes, name: str) -> SavedCurves:
    """Read curves from the bytes of their file; `name` is what messages call it.

    Raises
    ------
    InputError
        As `load`.
    """
    content = KIND.opened(data, name)
    head = {key: content.pop(key, None) for key in ("format", "version", "ogive", "checksum")}
    try:
        record = decode(msgspec.json.encode(content), CurvesRecord)
    except (msgspec.DecodeError, ValueError) as error:
        raise KIND.damaged(name, error) from None
    if checksum(encode(record)) != head["checksum"]:
        raise KIND.edited(name)
    if record.family not in families():
        raise InputError(
            f"{name} holds curves of the family {record.family!r}, which this Ogive does not have.",
            "upgrade with pip install --upgrade ogive",
        )
    return _curves(record)


def _record(fit: CurveFit, columns: dict[str, str]) -> CurvesRecord:
    """Return what is kept of curves."""
    if families().get(fit.family.name) is not fit.family:
        raise InputError(
            f"the family {fit.family.name!r} is a function of your own; a file cannot hold it.",
            "keep its parameters: fit.parameters",
        )
    found, scales = fit.solutions, fit.solutions.scales
    return CurvesRecord(
        columns=columns,
        family=fit.family.name,
        noise=fit.noise,
        level=fit.level,
        intervals=fit.intervals,
        share=fit.share,
        fix=dict(fit.fix),
        increments=fit.increments,
        robust=fit.robust,
        given=fit.dispersion,
        groups=fit.points.names or (),
        points=tuple(fit.points.counts.tolist()),
        estimates={
            name: Estimates(
                value=tuple(fit.values[name].tolist()),
                se=_finite(fit.standard_errors[name]),
                low=_finite(fit.limits[name][0]),
                high=_finite(fit.limits[name][1]),
            )
            for name in fit.values
        },
        variants=found.variants,
        variant=tuple(found.variant.tolist()),
        theta=found.theta,
        information=found.information,
        loss=found.loss,
        free=_flags(found.free),
        bounded=_flags(found.bounded),
        converged=tuple(found.converged.tolist()),
        dispersion=_finite(fit.uncertainty.dispersion),
        noise_parameter=None if found.parameter is None else _finite(found.parameter),
        scales=np.stack([scales.t, scales.t_span, scales.y, scales.y_span]),
        refused=fit.refused,
    )


def _curves(record: CurvesRecord) -> SavedCurves:
    """Return the curves of a record."""
    counts = np.array(record.points, dtype=np.int64)
    each = counts.size // len(record.variant)
    solutions = Solutions(
        variants=record.variants,
        likelihoods=(),
        layouts=tuple(Layout.of(each, variant.size, variant.shared) for variant in record.variants),
        natural=(),
        scales=Scales(*record.scales),
        variant=np.array(record.variant, dtype=np.intp),
        theta=record.theta,
        loss=record.loss,
        information=record.information,
        free=np.array(record.free, dtype=bool),
        bounded=np.array(record.bounded, dtype=bool),
        steps=np.zeros(len(record.variant), dtype=np.int32),
        converged=np.array(record.converged, dtype=bool),
        parameter=None if record.noise_parameter is None else _filled(record.noise_parameter, np.inf),
        dispersion=_filled(record.dispersion, np.nan),
    )
    nothing = np.empty(0)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return SavedCurves(
        family=families()[record.family],
        points=Points(nothing, nothing, nothing, offsets, record.groups or None, np.empty(0, dtype=np.intp)),
        noise=record.noise,
        level=record.level,
        intervals=record.intervals,
        solutions=solutions,
        refused=record.refused,
        share=record.share,
        fix=record.fix,
        increments=record.increments,
        robust=record.robust,
        dispersion=record.given,
        columns=record.columns,
        saved={
            name: (_filled(one.low, -np.inf), _filled(one.high, np.inf))
            for name, one in record.estimates.items()
        },
    )


def _finite(values: Vector) -> tuple[float | None, ...]:
    return tuple(value if np.isfinite(value) else None for value in values.tolist())


def _filled(values: tuple[float | None, ...], missing: float) -> Vector:
    return np.array([missing if value is None else value for value in values], dtype=np.float64)


def _flags(rows: NDArray[np.bool_]) -> tuple[tuple[bool, ...], ...]:
    found: Any = rows.tolist()
    return tuple(map(tuple, found))
