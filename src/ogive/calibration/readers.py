"""Which calibrator of one event a record describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from ogive.calibration.base import CalibratorRecord
from ogive.calibration.beta import BetaCalibration, BetaRecord
from ogive.calibration.isotonic import CentredIsotonicRecord, IsotonicCalibration, IsotonicRecord
from ogive.calibration.platt import PlattRecord, PlattScaling
from ogive.calibration.prior import PriorShift, PriorShiftRecord
from ogive.calibration.spline import SplineCalibration, SplineRecord
from ogive.calibration.temperature import TemperatureRecord, TemperatureScaling
from ogive.calibration.unchanged import Unchanged, UnchangedRecord
from ogive.calibration.venn_abers import VennAbers, VennAbersRecord

EVENT_READERS: dict[type[CalibratorRecord], Any] = {
    BetaRecord: BetaCalibration,
    CentredIsotonicRecord: IsotonicCalibration,
    IsotonicRecord: IsotonicCalibration,
    PlattRecord: PlattScaling,
    PriorShiftRecord: PriorShift,
    SplineRecord: SplineCalibration,
    TemperatureRecord: TemperatureScaling,
    UnchangedRecord: Unchanged,
    VennAbersRecord: VennAbers,
}

if TYPE_CHECKING:
    EventRecord = CalibratorRecord
else:
    EventRecord = Union[tuple(EVENT_READERS)]  # noqa: UP007
