"""The only importer of the compiled core: functions, design matrices, sorting, threads, small linear algebra."""

from ogive._core import (
    FUNCTIONS,
    add_brain_float,
    cholesky,
    cholesky_inverse,
    cholesky_solve,
    count_below,
    curve_scores,
    curve_values,
    fit_curves,
    isotonic_pools,
    precision_area,
    proper_of_rows,
    proper_of_table,
    roc_area,
    tally,
    venn_abers,
)
from ogive._core import Design as CoreDesign
from ogive._kernels.functions import log_sigmoid, logit, sigmoid, softplus
from ogive._kernels.threads import set_thread_count, side_by_side, thread_count

__all__ = [
    "FUNCTIONS",
    "CoreDesign",
    "add_brain_float",
    "cholesky",
    "cholesky_inverse",
    "cholesky_solve",
    "count_below",
    "curve_scores",
    "curve_values",
    "fit_curves",
    "isotonic_pools",
    "log_sigmoid",
    "logit",
    "precision_area",
    "proper_of_rows",
    "proper_of_table",
    "roc_area",
    "set_thread_count",
    "side_by_side",
    "sigmoid",
    "softplus",
    "tally",
    "thread_count",
    "venn_abers",
]
