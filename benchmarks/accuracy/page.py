"""The page of the documentation, written from the records and nothing else."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Iterable
from pathlib import Path

from benchmarks.accuracy.results import Record, error_of
from benchmarks.accuracy.rows import EXACT

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "accuracy.md"

HEAD = """\
# Accuracy

<!-- Written by `python -m benchmarks.accuracy`; change the program, not the page. -->

How far each function may be from the exact value, and how far it was found to be.

An **ulp**, unit in the last place, is the distance between neighbouring numbers of a type at the exact value: 2⁻⁵² at
1 in float64, 2⁻²³ in float32, 2⁻¹⁰ in float16, and never less than the smallest subnormal number. A correctly rounded
result is within 0.5. The error is taken against the exact value itself, before any rounding.

{bounds}

**Largest term.** Some functions cross zero where no number of the type lies, so that next to it no small number of ulps
of the result can be kept: derivatives of GELU, SiLU and Mish, some second derivatives, some inverses. Others have an
input that no longer holds what the answer needs. There the ulp is that of the largest term of the sum, or of the
logarithm's argument (marked *term*).

**Inputs.** Where a cell says *all*, every number of the type was tried: 65,536 in float16, 4,294,967,296 in float32.
Where a number stands, it is a sample: every power of two with its neighbours, random bits, the ranges where
functions are lively, then a search that climbs from the worst of them. The reference is a twin of each
function, written independently and compared with mpmath: in quadruple precision or, for float32, in double, whose own
error is below 10⁻⁵ ulp there.

**Rows.** Softmax, its logarithm, log-sum-exp and the cross-entropy depend on a whole row: random rows of 1 to 1000
numbers are tried, one share near 1, all equal, far apart, directions that cancel. The reference is in long double. Sums
whose terms cancel are held to ulps of the sizes of the terms (marked *term*).

**Clones.** The compiled core chooses code for the processor: `baseline`, `v3` (with AVX2 and fused multiply-add) or
`v4` (AVX-512, the same arithmetic as `v3` on wider registers, so the same bits).

To measure again, from the root of the repository (GCC is needed for the reference):

```sh
python -m benchmarks.accuracy                # float16 in full, float64 and float32 sampled and searched
python -m benchmarks.accuracy --exhaustive   # and float32 in full
```

Columns: the bound, the largest error found for each clone, both in ulps; the input where the largest happens; how many
inputs were tried.
"""


def page(records: Iterable[Record]) -> str:
    """The whole page as Markdown."""
    ordered = sorted(
        records, key=lambda each: (each.function, each.settings, order_of(each), each.operation, each.type)
    )
    parts = [HEAD.format(bounds=bounds_in_words(ordered))]
    for (function, settings), group in itertools.groupby(
        ordered, key=lambda each: (each.function, each.settings)
    ):
        parts += [f"## {title(function, settings)}\n", table(list(group))]
    return "\n".join(parts)


def title(function: str, settings: tuple[float, ...]) -> str:
    """The function, and the numbers it takes beside x."""
    if not settings:
        return f"`{function}`"
    return f"`{function}` at {', '.join(f'{value:g}' for value in settings)}"


def table(records: list[Record]) -> str:
    """One row an operation and type, one column a clone; the place is that of the clone with the largest error."""
    clones = sorted({each.clone for each in records})
    head = ["operation", "type", "bound", *clones, "at", "inputs"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for (operation, kind), group in itertools.groupby(records, key=lambda each: (each.operation, each.type)):
        found = {each.clone: each for each in group}
        worst = max(found.values(), key=error_of)
        mark = " *term*" if worst.unit == "largest term" else ""
        errors = [shown(found[name].worst) if name in found else "" for name in clones]
        inputs = "all" if all(each.exhaustive for each in found.values()) else f"{worst.inputs:,}"
        place = float.fromhex(worst.at)
        at = f"a row of {place:g}" if (worst.function, worst.operation) in EXACT else f"{place:.9g}"
        kept = all(each.holds for each in found.values())
        bound = f"{worst.bound:g}" if kept else f"**{worst.bound:g}**"
        row = [f"`{operation}`", kind, f"{bound}{mark}", *errors, at, inputs]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def shown(error: float | None) -> str:
    """An error with three decimals, rounded up, so that what is printed is still a bound."""
    if error is None:
        return "**misses NaN or a limit**"
    return f"{math.ceil(error * 1000) / 1000:.3f}" if error < 1e6 else f"{error:.1e}"


def bounds_in_words(records: Iterable[Record]) -> str:
    """Every bound and what it holds for; the widest one holds for all the others."""
    bounds: dict[float, list[str]] = {}
    for each in records:
        if "[" not in each.operation:
            name = each.function if each.operation == "value" else f"{each.function}.{each.operation}"
            names = bounds.setdefault(each.bound, [])
            names += [] if f"`{name}`" in names else [f"`{name}`"]
    widest = max(bounds, default=0.0)
    said = [
        f"{', '.join(names)}: {bound:g} ulp." for bound, names in sorted(bounds.items()) if bound != widest
    ]
    said += [
        f"All others: {widest:g} ulp. Limits at infinity are correctly rounded, and NaN stays NaN. A slope that is"
    ]
    said += ["computed from an output is judged where its input can be an output of the function."]
    return textwrap.fill(" ".join(["**Bounds.**", *said]), 118)


def order_of(record: Record) -> int:
    operations = ("value", "derivative", "second_derivative", "derivative_from_output", "inverse")
    return operations.index(record.operation) if record.operation in operations else len(operations)
