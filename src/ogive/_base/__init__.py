"""What every room speaks: errors, weights, statuses with remedies, records and their JSON, small Protocols."""

from ogive._base.certainty import CERTAIN, certain_limits
from ogive._base.checks import as_vector, check_binary, check_finite, check_same_length, check_weights
from ogive._base.codec import decode, encode
from ogive._base.errors import InputError, OgiveError, SeparationError
from ogive._base.outputs import Outputs, write_whole
from ogive._base.protocols import Loss, Objective, Penalty, Point, Reading, Solver, Vector
from ogive._base.records import Estimate, Record, interval_texts
from ogive._base.sealed import FileKind, checksum
from ogive._base.status import Certificate, Status
from ogive._base.tails import (
    chi_square_tail,
    f_tail,
    holm,
    normal_quantile,
    normal_tails,
    student_quantile,
    student_tails,
)
from ogive._base.weights import SampleWeight, SamplingWeights, as_frequencies, scaled_to_mean_one, squared

__all__ = [
    "CERTAIN",
    "Certificate",
    "Estimate",
    "FileKind",
    "InputError",
    "Loss",
    "Objective",
    "OgiveError",
    "Outputs",
    "Penalty",
    "Point",
    "Reading",
    "Record",
    "SampleWeight",
    "SamplingWeights",
    "SeparationError",
    "Solver",
    "Status",
    "Vector",
    "as_frequencies",
    "as_vector",
    "certain_limits",
    "check_binary",
    "check_finite",
    "check_same_length",
    "check_weights",
    "checksum",
    "chi_square_tail",
    "decode",
    "encode",
    "f_tail",
    "holm",
    "interval_texts",
    "normal_quantile",
    "normal_tails",
    "scaled_to_mean_one",
    "squared",
    "student_quantile",
    "student_tails",
    "write_whole",
]
