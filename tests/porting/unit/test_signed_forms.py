"""A signed form that has come is told, and decided about by whoever has looked at it (PORT-4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from porting.domain import paper, refusals
from porting.domain.facts import FormReceived
from porting.domain.lifecycle import PortingState
from porting.domain.porting import Porting
from tests.porting.requests import NOW, RULES, SENT, request

pytestmark = pytest.mark.rule("PORT-4")
LATER = NOW + timedelta(minutes=3)


def release(porting: Porting, seen: datetime) -> None:
    paper.release(porting, RULES, LATER, "Olga", None, seen=seen)


def send_back(porting: Porting, seen: datetime) -> None:
    paper.refuse_form(porting, "Unterschrift fehlt", RULES, LATER, "Olga", seen)


@pytest.mark.rule("ORD-1")
def test_every_form_that_comes_is_told() -> None:
    porting = request(electronic=False)
    for at in (NOW, LATER):
        porting.facts.clear()
        paper.upload_form(porting, SENT, at)
        assert FormReceived() in porting.facts


@pytest.mark.parametrize(
    ("decide", "state"), [(release, PortingState.AWAITING_DATE), (send_back, PortingState.AWAITING_FORM)]
)
def test_a_form_that_nobody_has_looked_at_is_neither_accepted_nor_sent_back(
    decide: Callable[[Porting, datetime], None], state: PortingState
) -> None:
    porting = request(electronic=False)
    paper.upload_form(porting, SENT, NOW)
    paper.upload_form(porting, SENT, LATER)
    with pytest.raises(refusals.FormReplaced):
        decide(porting, NOW)
    assert porting.state is PortingState.FORM_UPLOADED
    decide(porting, LATER)
    assert porting.state is state
