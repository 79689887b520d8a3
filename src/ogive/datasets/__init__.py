"""Small real tables for the demo and the examples, with their source and licence beside them."""

from ogive.datasets.tables import heart, heart_path, hours_of_study

__all__ = ["heart", "heart_path", "hours_of_study"]
