"""Penalties on standardised coefficients."""

from ogive.penalties.ridge import Ridge

__all__ = ["Ridge"]
