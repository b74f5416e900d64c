"""Turn what happened into notices to those whom it concerns; a batch of events at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts.ordering.v1 import OrderReceived, QuoteLinkIssued
from contracts.shapes import Person
from notification.application.documents import attached_to, particulars
from notification.application.ports import Unit
from notification.application.speech import ENGLISH, GERMAN
from notification.domain.notice import HOLDERS, Happening, Notice, Recipient, Role, Story, same_address


async def acknowledge_order(event: OrderReceived, unit: Unit) -> None:
    """QUOTE-4: approver, customer and creator; for a direct order the customer and whoever placed it."""
    body = event.model_dump(mode="json")
    await _name_sites(body["lines"], unit)
    customer = event.customer
    people = [Recipient("customer", customer.name, customer.email, customer.language)]
    if event.approver is not None:
        people.append(_recipient("approver", event.approver))
    people.append(_recipient("creator", event.creator))
    unit.gather(tell, Story(event.order_id, "order", customer.party_id, event.order_number, tuple(people), body))
    holders = tuple(one for one in people if one.role in HOLDERS)
    for agreement_id, number in {line.agreement_id: line.agreement_number for line in event.lines}.items():
        unit.gather(tell, Story(agreement_id, "agreement", customer.party_id, number, holders, {}))
    facts = {
        "customer": customer.name,
        "lines": [_line(line) for line in body["lines"]],
        "by_quote": event.quote_id is not None,
        "term_months": body["lines"][0]["term_months"],
    }
    unit.gather(
        tell, Happening(event.order_id, "order-acknowledgement", str(event.order_id), unit.correlation_id, facts)
    )


async def mail_quote_link(event: QuoteLinkIssued, unit: Unit) -> None:
    """QUOTE-2: the link goes to the recipient; its token is kept sealed until the mail is sent."""
    body = event.model_dump(mode="json", exclude={"token"})
    to = Recipient("recipient", event.recipient_name or event.customer_name, event.recipient, event.language)
    people = (to, _recipient("creator", event.creator))
    unit.gather(tell, Story(event.quote_id, "quote", event.customer_id, event.quote_number, people, body))
    facts = {
        "customer": event.customer_name,
        "creator": event.creator.name,
        "sealed_token": unit.sealed(event.token),
        "valid_until": body["valid_until"],
        "one_time": body["one_time_total"],
        "monthly": body["monthly_total"],
        "replaces_earlier": event.replaces_earlier,
        "term_months": event.term_months,
        "lines": body["lines"],
    }
    unit.gather(tell, Happening(event.quote_id, "quote-link", str(event.link_id), unit.correlation_id, facts, to=to))


async def tell(news: Sequence[Story | Happening], unit: Unit) -> None:
    """Keep the stories and tell what happened in them; what comes before its story waits, topics aren't ordered."""
    await unit.stories.lock({one.about for one in news})
    told = [one for one in news if isinstance(one, Story)]
    happened = [one for one in news if isinstance(one, Happening)]
    if told:
        await _keep(told, happened, unit)
    stories = await unit.stories.find({one.about for one in happened})
    notices = [
        _notice(one, stories[one.about], to, unit)
        for one in happened
        if one.about in stories
        for to in one.recipients(stories[one.about])
    ]
    if notices:
        await unit.notices.add(notices)
    if early := [one for one in happened if one.about not in stories]:
        await unit.stories.wait(early)


async def _keep(told: list[Story], happened: list[Happening], unit: Unit) -> None:
    before = await unit.stories.find({one.about for one in told if one.sort == "quote"})
    for story in told:
        if story.sort == "quote":
            if (earlier := before.get(story.about)) is not None:
                happened += _link_died(earlier, story, _correlation(story, happened))
            before[story.about] = story
    await unit.stories.keep(told)
    happened += await unit.stories.take_waiting({one.about for one in told})


def _correlation(story: Story, happened: list[Happening]) -> str:
    return next(one.correlation_id for one in happened if one.about == story.about)


def _link_died(earlier: Story, story: Story, correlation_id: str) -> list[Happening]:
    """QUOTE-2: whoever held the link before is told that it is dead, unless the new one went to him."""
    was, now = earlier.people[0], story.people[0]
    if same_address(was.email, now.email):
        return []
    facts = {"creator": story.body["creator"]["name"], "customer": story.body["customer_name"]}
    return [Happening(story.about, "quote-replaced", earlier.body["link_id"], correlation_id, facts, to=was)]


def _notice(happening: Happening, story: Story, to: Recipient, unit: Unit) -> Notice:
    return Notice(
        unit.new_id(),
        happening.kind_in(story),
        replace(to, language=happening.facts.get("language", to.language)),
        story.about,
        happening.subject,
        {
            "creator": story.people[-1].name,
            **_amendment(story),
            **happening.facts,
            **_named(happening, story),
            "number": story.number,
        },
        happening.correlation_id,
        attached_to(happening, story, to),
        story.customer_id,
        story.about if story.sort == "order" else None,
        story.about if story.sort == "quote" else None,
    )


def _named(happening: Happening, story: Story) -> dict[str, Any]:
    """Lines that failed, by name."""
    failed = happening.facts.get("failed_line_ids", ())
    return {"failed": [line["name"] for line in story.body["lines"] if line["line_id"] in failed]} if failed else {}


def _amendment(story: Story) -> dict[str, Any]:
    """Of a renewal or a termination: the contract, its day, and what ends."""
    if not story.body.get("effective_on"):
        return {}
    lines = story.body["lines"]
    return {
        "case": story.body["business_case"],
        "effective_on": story.body["effective_on"],
        "agreement": story.body["agreement_number"] if story.sort == "quote" else lines[0]["agreement_number"],
        "ending": next((line["termination"] for line in lines if line.get("termination")), None),
    }


async def _name_sites(lines: list[dict[str, Any]], unit: Unit) -> None:
    """What a termination ends is called by its name."""
    ending = [line["termination"] for line in lines if line["termination"] and line["termination"]["site_id"]]
    known = await unit.sites.find({UUID(one["site_id"]) for one in ending}) if ending else {}
    for one in ending:
        one["site"] = known[UUID(one["site_id"])][0] if UUID(one["site_id"]) in known else ""


def _recipient(role: Role, person: Person) -> Recipient:
    return Recipient(role, person.name, person.email, person.language)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    both = zip(particulars(line, GERMAN), particulars(line, ENGLISH), strict=True)
    details = [{"de": german, "en": english} for german, english in both]
    shown = ("name", "quantity", "held_quantity", "one_time", "monthly")
    return {**{name: line[name] for name in shown}, "details": details}
