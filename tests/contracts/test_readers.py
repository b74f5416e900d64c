"""Who listens to what is declared once, and is what the services do: topics are made from the declaration."""

from importlib import import_module
from typing import Any

import pytest

from chassis.service import Service
from contracts.readers import LISTENS, PUBLISHES


@pytest.mark.parametrize("name", sorted(LISTENS))
def test_a_service_reads_and_writes_the_topics_that_are_declared(name: str) -> None:
    service: Service[Any] = import_module(f"{name}.main").service
    assert {one.topic for one in service.subscriptions} == set(LISTENS[name])
    assert set(service.publishes) == set(PUBLISHES[name])
