"""The compiled functions by name; those that other rooms compute with."""

from __future__ import annotations

from ogive._core import FUNCTIONS

sigmoid, logit, softplus, log_sigmoid = (
    FUNCTIONS[name]["value"] for name in ("sigmoid", "logit", "softplus", "log_sigmoid")
)
