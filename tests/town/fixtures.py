"""The town as tests get it: built once for the tests of a module."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.town.people import Family
from tests.town.services import Town


@pytest.fixture(scope="module")
def town(database_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """All services, with two families in it: `alpha` and `beta`."""
    with asyncio.Runner() as runner:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        built = Town(runner, Path(tmp_path_factory.mktemp("town")))
        runner.run(built.open(database_server))
        yield built
        runner.run(built.close(database_server))
        structlog.reset_defaults()


@pytest.fixture(scope="module")
def families(town: Town) -> tuple[Family, Family]:
    """Two trees of partners that have nothing to do with each other."""
    alpha, beta = Family(town, "alpha"), Family(town, "beta")
    town.runner.run(alpha.settle_down("customer", "closed", "above"))
    town.runner.run(beta.settle_down("customer"))
    return alpha, beta
