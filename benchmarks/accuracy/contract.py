"""What is promised: every cell of the contract and its bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.accuracy import twins

TYPES = ("float16", "float32", "float64")

BOUNDS = {
    ("sigmoid", "value"): 1.0,
    ("sigmoid", "derivative"): 1.0,
    ("log_sigmoid", "value"): 2.0,
    ("log1m_sigmoid", "value"): 2.0,
    ("softplus", "value"): 2.0,
    ("logit", "value"): 2.0,
}
OTHERS = 4.0
"""Ulps that an error may reach: of the result or, where a twin names a largest term, of that."""

SETTINGS: dict[str, tuple[tuple[float, ...], ...]] = {
    "prelu": ((0.25,),),
    "swish": ((1.0,), (1.7,)),
    "elu_alpha": ((1.0,),),
    "binary_cross_entropy": ((0.0,), (1.0,), (0.3,)),
    "binary_cross_entropy_from_probability": ((0.0,), (1.0,), (0.3,)),
    "focal_loss": ((1.0, 2.0), (0.0, 2.0)),
}
"""Functions of more than x, and the numbers at which they are measured."""

SUMS = {("softmax", "jvp"), ("log_softmax", "jvp"), ("log_sum_exp", "value")}
"""Functions of a row whose terms may cancel: their ulp is that of the sizes of the terms, or of the largest."""

ONE_PASS = "value_and_derivative"


@dataclass(frozen=True)
class Answer:
    """One output of one compiled function."""

    label: str
    ufunc: str
    output: int = 0


@dataclass(frozen=True)
class Question:
    """What one twin answers exactly, and the outputs of the compiled core that answer the same."""

    function: str
    operation: str
    settings: tuple[float, ...]
    answers: tuple[Answer, ...]
    of_rows: bool = False
    """Whether the function is one of a whole row, which `rows.py` knows exactly."""

    @property
    def twin(self) -> str:
        """Name of the twin, which is that of the compiled function."""
        return self.function if self.operation == "value" else f"{self.function}_{self.operation}"

    @property
    def in_term(self) -> bool:
        """Whether ulps of the result can not be promised, but ulps of the largest term."""
        return self.term is not None or (self.function, self.operation) in SUMS

    @property
    def term(self) -> str | None:
        """The twin of the largest term."""
        name = f"{self.twin}_term"
        return name if twins.has(name) else None

    @property
    def bound(self) -> float:
        """Ulps that an error may reach."""
        return BOUNDS.get((self.function, self.operation), OTHERS)

    @property
    def lenient(self) -> bool:
        """Whether anything goes outside the domain: a slope from what is no output of the function."""
        return self.operation == "derivative_from_output" or self.twin == "selu_inverse"


def questions(functions: Mapping[str, Mapping[str, Any]]) -> Iterator[Question]:
    """All questions that the compiled functions (name -> operation -> ufunc) answer."""
    for function, offered in functions.items():
        of_rows = offered["value"].signature is not None
        for settings in SETTINGS.get(function, ((),)):
            for operation in offered:
                if operation != ONE_PASS:
                    yield Question(function, operation, settings, answers_to(operation, offered), of_rows)


def answers_to(operation: str, offered: Mapping[str, Any]) -> tuple[Answer, ...]:
    parts = ("value", "derivative")
    if ONE_PASS not in offered or operation not in parts:
        return (Answer(operation, operation),)
    output = parts.index(operation)
    return Answer(operation, operation), Answer(f"{ONE_PASS}[{output}]", ONE_PASS, output)
