"""What is stored comes back as it was, also what was stored before requests had parts."""

import json
from uuid import uuid4

from porting.adapters.codec import loaded, stored
from porting.domain import asking, changing, paper
from porting.domain.lifecycle import PortingState
from porting.domain.pre_agreement import settlement_of
from tests.porting.requests import (
    BLOCKS,
    DAY,
    NOW,
    RULES,
    SINGLES,
    US,
    agreement,
    asked,
    cancellation,
    date_change,
    refusal,
    request,
)

BEFORE = {
    "porting_id": str(uuid4()),
    "order_id": str(uuid4()),
    "line_id": str(uuid4()),
    "agreement_id": str(uuid4()),
    "site_id": str(uuid4()),
    "customer_id": str(uuid4()),
    "donor": {"carrier_code": "DEU.ALTNET", "name": "Altnetz"},
    "subscriber": {
        "name": "Müller",
        "address": {"street": "Rosenstraße", "house_number": "12", "postcode": "50678", "town": "Köln"},
    },
    "case": "VA-KUE-MRN",
    "numbers": [{"area_code": "221", "stem": "479", "extension_from": "00", "extension_to": "99"}],
    "all_numbers": False,
    "requested_on": "2026-12-10",
    "window": "ZF2",
    "federal_state": "NW",
    "electronic": True,
    "state": "asked",
    "pre_agreement": {"pre_agreement_id": "DEU.TRUNK.V00000001A", "state": "sent", "sent_at": "2026-11-23T09:00:00Z"},
    "tasks": {"answer_late": str(uuid4())},
    "timeline": [{"step": "porting-started", "at": "2026-11-23T09:00:00Z"}],
}


def test_a_request_in_the_midst_of_everything_comes_back_as_it_was() -> None:
    one = request(numbers=BLOCKS[:12] + SINGLES[:3])
    for part in one.parts:
        asking.send(one, part, RULES, NOW)
    first, second, third, fourth = one.parts
    for part in (first, third, fourth):
        asking.agree(one, part, agreement(part), US, RULES, NOW)
    asking.refuse(one, second, refusal(second, "8116"), RULES, NOW)
    paper.write_mail(one, "Rückfrage", "Guten Tag", "de", NOW, "Olga")
    changing.reschedule(one, third, date_change(third), RULES, NOW)
    said = cancellation(fourth, carrier="DEU.ALTNET", final=False)
    asked(fourth).hear_change(said, NOW)
    changing.donor_cancels(one, fourth, said, RULES, NOW)
    found = loaded(json.loads(json.dumps(stored(one))), one.version)
    found.facts = one.facts
    assert found == one


def test_a_request_stored_before_there_were_parts_goes_on() -> None:
    one = loaded(json.loads(json.dumps(BEFORE)), 3)
    (part,) = one.parts
    assert (one.state, part.requested_on, part.numbers) == (PortingState.ASKED, DAY, one.numbers)
    assert list(one.tasks) == ["overdue/1"]
    assert asked(part).hear_answer(agreement(part), NOW.date()).faults == ()
    asking.agree(one, part, agreement(part), US, RULES, NOW)
    changing.reschedule(one, part, date_change(part), RULES, NOW)
    sent = changing.send_change(one, part, RULES, NOW)
    asked(part).hear_settlement(settlement_of(sent))
    changing.change_agreed(one, part, RULES, NOW, "Altnetz")
    assert loaded(json.loads(json.dumps(stored(one))), 4).change_date == part.change_date != DAY


def test_a_paper_request_stored_before_there_were_parts_goes_on() -> None:
    before = BEFORE | {"electronic": False, "state": "form_uploaded", "pre_agreement": None, "tasks": {}}
    one = loaded(json.loads(json.dumps(before | {"form": {"uploaded_at": "2026-11-23T09:00:00Z"}})), 3)
    paper.release(one, RULES, NOW, "Olga", None)
    assert one.state is PortingState.AWAITING_DATE
