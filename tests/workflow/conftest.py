"""Models that several tests look at, fitted once."""

from __future__ import annotations

import pytest

import ogive
from ogive.datasets import heart, heart_path
from ogive.workflow import ProbabilityModel


@pytest.fixture(scope="session")
def heart_model() -> ProbabilityModel:
    """The demo's model."""
    return ogive.fit(heart_path(), "disease")


@pytest.fixture(scope="session")
def heart_table():
    """The demo's table."""
    return heart()
