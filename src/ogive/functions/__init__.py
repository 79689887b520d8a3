"""S-shaped functions as NumPy universal functions: `out=`, `where=`, broadcasting, pandas in and out.

Accuracy: at most 2 units in the last place over the whole of float64, results rounded once in float32; the true
limits at infinity, subnormal results kept, NaN kept.

>>> from ogive import functions as F
>>> F.sigmoid([-1000.0, 0.0, 1000.0])
array([0. , 0.5, 1. ])
"""

from ogive._kernels import log_sigmoid, logit, sigmoid, softplus

__all__ = ["log_sigmoid", "logit", "sigmoid", "softplus"]
