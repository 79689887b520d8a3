"""Tables to design matrices: reading, schema, outcome, encoding. Arrow is the one table format inside."""

from ogive.data.columns import Columns, fingerprint, load_columns
from ogive.data.dates import DateAxis, is_dated, place_vector
from ogive.data.design import CodesBlock, DenseBlock, Design, SparseBlock
from ogive.data.encoding import Encoding, Number, Term, encode
from ogive.data.infer import infer_schema
from ogive.data.learning import learn_encoding
from ogive.data.names import near
from ogive.data.notes import TableNotes, table_notes
from ogive.data.schema import Column, Schema, Target
from ogive.data.tables import read_table, renamed
from ogive.data.target import (
    group_codes,
    label_codes,
    learn_target,
    number_vector,
    offset_vector,
    target_vector,
    time_vector,
    usable_rows,
    weights_vector,
)

__all__ = [
    "CodesBlock",
    "Column",
    "Columns",
    "DateAxis",
    "DenseBlock",
    "Design",
    "Encoding",
    "Number",
    "Schema",
    "SparseBlock",
    "TableNotes",
    "Target",
    "Term",
    "encode",
    "fingerprint",
    "group_codes",
    "infer_schema",
    "is_dated",
    "label_codes",
    "learn_encoding",
    "learn_target",
    "load_columns",
    "near",
    "number_vector",
    "offset_vector",
    "place_vector",
    "read_table",
    "renamed",
    "table_notes",
    "target_vector",
    "time_vector",
    "usable_rows",
    "weights_vector",
]
