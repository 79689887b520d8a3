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

    @property
    def twin(self) -> str:
        """Name of the twin, which is that of the compiled function."""
        return self.function if self.operation == "value" else f"{self.function}_{self.operation}"

    @property
    def term(self) -> str | None:
        """The twin of the largest term, where ulps of the result can not be promised."""
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


def elementwise(functions: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Those that are not along an axis: how exact these are depends on the row, which the tests of rows look at."""
    return {name: offered for name, offered in functions.items() if offered["value"].signature is None}


def questions(functions: Mapping[str, Mapping[str, Any]]) -> Iterator[Question]:
    """All questions that the compiled elementwise functions (name -> operation -> ufunc) answer."""
    for function, offered in elementwise(functions).items():
        for settings in SETTINGS.get(function, ((),)):
            for operation in offered:
                if operation != ONE_PASS:
                    yield Question(function, operation, settings, answers_to(operation, offered))


def answers_to(operation: str, offered: Mapping[str, Any]) -> tuple[Answer, ...]:
    parts = ("value", "derivative")
    if ONE_PASS not in offered or operation not in parts:
        return (Answer(operation, operation),)
    output = parts.index(operation)
    return Answer(operation, operation), Answer(f"{ONE_PASS}[{output}]", ONE_PASS, output)
