"""Thermal melting between two states, over temperatures in degrees Celsius."""

from __future__ import annotations

import numpy as np

from ogive._base import Vector
from ogive.curves.family import Family, Variant
from ogive.curves.readings import Computed, Reading
from ogive.curves.shapes import GRADIENT_LEFT, GRADIENT_RIGHT, LEFT, MELTING, MELTING_RATE, RIGHT, ZERO

GAS_CONSTANT = 8.314462618  # J/(mol K), as the SI fixes it


def _enthalpy(z: Vector) -> Vector:
    return np.asarray(GAS_CONSTANT * (z[MELTING] - z[ZERO]) ** 2 * np.exp(z[MELTING_RATE]))


def _with_enthalpy(z: Vector, value: float) -> None:
    z[MELTING_RATE] = np.log(value / GAS_CONSTANT) - 2 * np.log(z[MELTING] - z[ZERO])


def _folded(z: Vector) -> Vector:
    return np.asarray(z[LEFT] - z[GRADIENT_LEFT] * z[MELTING])


def _with_folded(z: Vector, value: float) -> None:
    z[LEFT] = value + z[GRADIENT_LEFT] * z[MELTING]


def _unfolded(z: Vector) -> Vector:
    return np.asarray(z[RIGHT] - z[GRADIENT_RIGHT] * z[MELTING])


def _with_unfolded(z: Vector, value: float) -> None:
    z[RIGHT] = value + z[GRADIENT_RIGHT] * z[MELTING]


MELT = Family(
    name="melt",
    title="two-state melting, degrees Celsius",
    kind="physics and physiology",
    formula="folded + folded_slope * x + (unfolded - folded + (unfolded_slope - folded_slope) * x) "
    "/ (1 + exp(enthalpy / 8.314462618 * (1 / (x + 273.15) - 1 / (tm + 273.15))))",
    source="Marky and Breslauer, Calculating thermodynamic data for transitions of any molecularity from equilibrium "
    "melting curves, Biopolymers 26 (1987)",
    parameters=(
        Reading("tm", "melting point: half is unfolded", "x", MELTING),
        Computed(
            name="enthalpy",
            meaning="van 't Hoff enthalpy of unfolding",
            unit="J/mol",
            read=_enthalpy,
            write=_with_enthalpy,
        ),
        Reading("folded_slope", "slope of the folded state's baseline", "y/x", GRADIENT_LEFT),
        Reading("unfolded_slope", "slope of the unfolded state's baseline", "y/x", GRADIENT_RIGHT),
        Computed(
            name="folded",
            meaning="folded state's baseline at x = 0",
            unit="y",
            read=_folded,
            write=_with_folded,
        ),
        Computed(
            name="unfolded",
            meaning="unfolded state's baseline at x = 0",
            unit="y",
            read=_unfolded,
            write=_with_unfolded,
        ),
    ),
    variants=(Variant("melt", {ZERO: -273.15}),),
)
