"""Makes src/ogive/datasets/heart.csv from the Cleveland table as UCI publishes it (processed.cleveland.data).

    python tests/reference/make_heart.py processed.cleveland.data src/ogive/datasets/heart.csv

Only names change: columns get the names of UCI's documentation, codes the words that stand there for them,
`num` (0 to 4 vessels' worth of disease) becomes `disease` (num > 0), and `?` becomes an empty cell. Every
number is kept; whole numbers lose their ".0".
"""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path

SHA256 = "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8"
COLUMNS = ["age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak"]
COLUMNS += ["slope", "ca", "thal", "num"]
LEVELS = {
    "sex": {0: "female", 1: "male"},
    "cp": {1: "typical angina", 2: "atypical angina", 3: "non-anginal pain", 4: "asymptomatic"},
    "fbs": {0: "up to 120 mg/dl", 1: "above 120 mg/dl"},
    "restecg": {0: "normal", 1: "ST-T wave abnormality", 2: "left ventricular hypertrophy"},
    "exang": {0: "no", 1: "yes"},
    "slope": {1: "upsloping", 2: "flat", 3: "downsloping"},
    "thal": {3: "normal", 6: "fixed defect", 7: "reversible defect"},
}


def cell(name: str, text: str) -> str:
    """One published cell in the words of the bundled table."""
    if text == "?":
        return ""
    number = float(text)
    if name == "num":
        return str(int(number > 0))
    if name in LEVELS:
        return LEVELS[name][int(number)]
    return str(int(number)) if number.is_integer() else repr(number)


def convert(published: bytes) -> str:
    """The bundled table as CSV text."""
    if hashlib.sha256(published).hexdigest() != SHA256:
        raise SystemExit("this is not the processed.cleveland.data that heart.csv was made from")
    rows = list(csv.reader(published.decode("ascii").splitlines()))
    lines = [",".join([*COLUMNS[:-1], "disease"])]
    lines += [",".join(cell(name, text) for name, text in zip(COLUMNS, row, strict=True)) for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_text(convert(source.read_bytes()), encoding="utf-8", newline="\n")
