"""What every room speaks: errors, statuses with remedies, records and their JSON, small Protocols."""

from ogive._base.codec import decode, encode
from ogive._base.errors import InputError, OgiveError, SeparationError
from ogive._base.protocols import Loss, Objective, Penalty, Point, Reading, Solver, Vector
from ogive._base.records import Estimate, Record
from ogive._base.status import Certificate, Status
from ogive._base.tails import chi_square_tail, normal_quantile, normal_tails, student_quantile

__all__ = [
    "Certificate",
    "Estimate",
    "InputError",
    "Loss",
    "Objective",
    "OgiveError",
    "Penalty",
    "Point",
    "Reading",
    "Record",
    "SeparationError",
    "Solver",
    "Status",
    "Vector",
    "chi_square_tail",
    "decode",
    "encode",
    "normal_quantile",
    "normal_tails",
    "student_quantile",
]
