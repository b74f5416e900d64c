"""The town is built where tests ask for it."""

from tests.town.fixtures import families, town

__all__ = ["families", "town"]
