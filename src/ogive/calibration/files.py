"""The file of a calibrator: readable JSON, strictly decoded, that carries its own checksum.

    {"format": "ogive calibrator", "version": 1, "ogive": "...", "checksum": "sha256:...", "method": "platt", ...}

From `method` on stands the record of the calibrator, of which the checksum is. The same data give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from ogive._base import FileKind, checksum, decode, encode, write_whole
from ogive.calibration.base import CalibratorRecord
from ogive.calibration.columns import OneVsRest, OneVsRestRecord, PerLabel, PerLabelRecord
from ogive.calibration.dirichlet import DirichletCalibration, DirichletRecord
from ogive.calibration.readers import EVENT_READERS
from ogive.calibration.vector import VectorRecord, VectorScaling

KIND = FileKind(
    format="ogive calibrator",
    version=1,
    name="an Ogive calibrator",
    written_by="a file written by ogive calibrate or calibration.save()",
    make="make it with ogive calibrate",
    make_again="calibrate again, or copy the file again from where it came",
    use="name the calibrator first and the table second, as in ogive calibrate --apply calibrator.json new.csv",
)

# Every record that may stand in a file, and the calibrator that it describes.
READERS: dict[type[CalibratorRecord], Any] = {
    **EVENT_READERS,
    DirichletRecord: DirichletCalibration,
    OneVsRestRecord: OneVsRest,
    PerLabelRecord: PerLabel,
    VectorRecord: VectorScaling,
}

if TYPE_CHECKING:
    AnyRecord = CalibratorRecord
else:
    AnyRecord = reduce(or_, READERS)


class Stored(Protocol):
    """A calibrator that can be written to a file."""

    def to_record(self) -> CalibratorRecord:
        """Return options and parameters."""
        ...


def to_bytes(calibrator: Stored, columns: Sequence[str] = ()) -> bytes:
    """Return a fitted calibrator as the bytes of its file; the same data give the same bytes.

    Parameters
    ----------
    calibrator
        Any of this room.
    columns : sequence of str
        Names of the columns of scores that taught it, for whoever applies it to another table.

    Raises
    ------
    InputError
        Where the calibrator has not learnt.
    """
    from ogive import __version__  # noqa: PLC0415  (the package names its rooms: it comes after them)

    record = encode(calibrator.to_record())
    head = {
        "format": KIND.format,
        "version": KIND.version,
        "ogive": __version__,
        "checksum": checksum(record),
        **({"columns": list(columns)} if columns else {}),
    }
    return encode({**head, **msgspec.json.decode(record)})


def save(calibrator: Stored, path: str | os.PathLike[str]) -> None:
    """Write a fitted calibrator to a file, whole or not at all.

    Raises
    ------
    InputError
        Where the calibrator has not learnt, or the file cannot be written.

    Examples
    --------
    >>> import os, tempfile
    >>> from ogive.calibration import PlattScaling, load, save
    >>> platt = PlattScaling().fit([0.1, 0.4, 0.5, 0.9], [0, 1, 0, 1])
    >>> path = os.path.join(tempfile.mkdtemp(), "calibrator.json")
    >>> save(platt, path)
    >>> bool((load(path).transform([0.3]) == platt.transform([0.3])).all())
    True
    """
    write_whole(path, to_bytes(calibrator))


def load(path: str | os.PathLike[str]) -> Any:
    """Read a calibrator from its file; nothing in it is ever run.

    Raises
    ------
    InputError
        Where there is no such file, or it is not a calibrator, truncated, edited, or of a newer version.
    """
    return from_bytes(KIND.read(path), str(path))


def from_bytes(data: bytes, name: str) -> Any:
    """Read a calibrator from the bytes of its file; `name` is what messages call it.

    Raises
    ------
    InputError
        As `load`.
    """
    content = KIND.opened(data, name)
    head = {
        field: content.pop(field, None) for field in ("format", "version", "ogive", "checksum", "columns")
    }
    try:
        record = decode(msgspec.json.encode(content), AnyRecord)
    except (msgspec.DecodeError, ValueError) as error:
        raise KIND.damaged(name, error) from None
    if checksum(encode(record)) != head["checksum"]:
        raise KIND.edited(name)
    return from_record(record)


def columns_of(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the names of the columns of scores that taught the calibrator of a file; none where it does not say.

    Raises
    ------
    InputError
        As `load`.
    """
    named = KIND.opened(KIND.read(path), str(path)).get("columns") or ()
    return tuple(map(str, named))


def from_record(record: CalibratorRecord) -> Any:
    """Return the fitted calibrator that a record describes."""
    return READERS[type(record)].from_record(record)
