"""`pytest -n 2`: the tests of a file go to one process, since they share what their module built, and all journeys do,
since they share one stack."""

from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer


class ByStage(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return "tests/journeys" if nodeid.startswith("tests/journeys/") else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> ByStage:
    return ByStage(config, log)
