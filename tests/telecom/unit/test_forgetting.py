"""What is personal goes from a document, and nothing else."""

import json
from pathlib import Path

import pytest

from contracts.registry import all_events
from telecom.forgetting import WORD, forgotten

EXAMPLES = Path("contracts/examples")
PERSONAL = ("Müller", "Rosenstr", "muellerundsoehne", "+49 221 4790")
NOT_THEIRS = ("donor", "donor_name", "return_to")


@pytest.mark.rule("CRM-2")
@pytest.mark.parametrize("event", all_events(), ids=lambda one: one.__name__)
def test_no_event_says_who_it_was_once_it_is_forgotten_and_still_says_what_it_was(event: type) -> None:
    before = json.loads((EXAMPLES / f"{event.type_name()}.json").read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    after = forgotten(before)
    said = json.dumps({name: one for name, one in after.items() if name not in NOT_THEIRS}, ensure_ascii=False)
    assert not [word for word in PERSONAL if word in said]
    assert {name: one for name, one in after.items() if name.endswith(("_id", "number", "total", "_at", "status"))} == {
        name: one for name, one in before.items() if name.endswith(("_id", "number", "total", "_at", "status"))
    }
    event.read(json.dumps(after).encode())  # type: ignore[attr-defined] # readers still understand it


@pytest.mark.rule("CRM-2")
def test_a_name_goes_from_free_texts_too_and_words_that_only_contain_it_stay() -> None:
    document = {
        "customer": {"name": "Weber", "email": "weber@x.example"},
        "note": "Herr Weber, nicht Weberei: weber@x.example",
    }
    assert forgotten(document)["note"] == f"Herr {WORD}, nicht Weberei: geloescht@deleted.invalid"


@pytest.mark.rule("CRM-2")
def test_products_and_carriers_keep_their_names() -> None:
    line = {"name": {"de": "SIP-Trunk", "en": "SIP trunk"}, "donor": {"carrier_code": "DEU.ALT", "name": "Altnetz"}}
    assert forgotten(line) == line
