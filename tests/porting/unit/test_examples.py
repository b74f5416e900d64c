"""What porting hears it understands, as the contracts' examples show it."""

from pathlib import Path

import pytest

from contracts.envelope import Event
from porting.entrypoints import consumers

HEARD = sorted({event for one in consumers.ALL for event in one.events.values()}, key=lambda event: event.type_name())


@pytest.mark.parametrize("event", HEARD, ids=lambda event: event.type_name())
def test_the_example_of_every_event_heard_is_understood(event: type[Event]) -> None:
    example = Path("contracts/examples", f"{event.type_name()}.json")
    assert event.read(example.read_bytes()).partition_key()
