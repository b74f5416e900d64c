import copy
import json
from pathlib import Path

import pytest

from contracts.documents import Document, schema_of
from contracts.ordering.v1 import OrderReceived
from contracts.registry import all_events
from tests.contracts.compatibility import faults

RELEASED: dict[str, Document] = json.loads(Path("contracts/released.json").read_text(encoding="utf-8"))


def test_no_event_changed_incompatibly_since_the_last_release() -> None:
    today = {event.type_name(): schema_of(event) for event in all_events()}
    found = [f"{name}: was removed" for name in RELEASED if name not in today]
    found += [f"{name}{fault}" for name in RELEASED if name in today for fault in faults(RELEASED[name], today[name])]
    assert found == [], "such a change needs a v2: a new module and a new topic"


@pytest.fixture
def order() -> Document:
    return copy.deepcopy(schema_of(OrderReceived))


def test_an_unchanged_event_is_compatible(order: Document) -> None:
    assert faults(order, copy.deepcopy(order)) == []


def test_an_optional_field_may_be_added_even_deep_inside(order: Document) -> None:
    changed = copy.deepcopy(order)
    changed["$defs"]["OrderLine"]["properties"]["remark"] = {"type": "string", "default": ""}
    assert faults(order, changed) == []


def test_a_required_field_may_not_be_added(order: Document) -> None:
    changed = copy.deepcopy(order)
    changed["$defs"]["OrderLine"]["properties"]["remark"] = {"type": "string"}
    changed["$defs"]["OrderLine"]["required"].append("remark")
    assert faults(order, changed) == [".lines[].remark: new fields must be optional"]


def test_a_field_may_not_be_removed(order: Document) -> None:
    changed = copy.deepcopy(order)
    del changed["properties"]["placed_at"]
    changed["required"].remove("placed_at")
    assert faults(order, changed) == [".placed_at: removed"]


def test_a_field_may_not_change_its_type(order: Document) -> None:
    changed = copy.deepcopy(order)
    changed["properties"]["order_number"] = {"type": "integer"}
    assert len(faults(order, changed)) == 2


def test_an_enumeration_may_not_grow_since_old_readers_would_refuse_it(order: Document) -> None:
    changed = copy.deepcopy(order)
    changed["$defs"]["BusinessCase"]["enum"].append("gift")
    assert faults(order, changed) == [".business_case: an old reader refuses what is written now"]
