"""What a porting means for the person who confirmed it: questions people ask, answered in plain words.

Texts are English message ids with `%(name)s` places; the page translates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from telecom.refusal import _

Json = Mapping[str, Any]
OVER = ("completed", "rejected", "cancelled")


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answers, a paragraph each."""

    question: str
    answers: tuple[str, ...]
    places: Mapping[str, object] = field(default_factory=dict)


def plain(porting: Json) -> list[Answer]:
    """In the order in which people ask."""
    if porting["case"] == "VA-KUE-ORN":
        asked = [_to_do(porting)] if _form_state(porting) == "awaited" else []
        return [_ending(porting), *asked, _numbers_end()]
    found = [_now(porting)]
    if porting["state"] not in OVER:
        found += [_meanwhile(), _day(porting), _to_do(porting)]
    if porting["state"] != "completed":
        found.append(_old_contract(porting))
    return [*found, _cost()]


def _now(porting: Json) -> Answer:
    places = {"donor": porting["donor"]["name"]}
    said: dict[str, tuple[str, ...]] = {
        "clearing": (
            _("%(donor)s could not agree to the request yet; below it says why. Nothing is lost."),
            _("We write to you if we need something from you."),
        ),
        "changing": (
            _("A change of what was agreed has been asked for. Until it is answered, everything stays as agreed."),
        ),
        "confirmed": (_("%(donor)s has agreed. Your numbers move to us on the day below."),),
        "due": (_("Today is the day: your numbers are moving to us now."),),
        "completed": (_("It is done. Your numbers are with us and work."),),
        "rejected": (
            _("%(donor)s has refused; your numbers stay there. With corrected particulars a new quote is possible."),
        ),
        "cancelled": (_("The porting was called off. Your numbers stay with %(donor)s and work as before."),),
    }
    form = _form_state(porting)
    if form == "awaited":
        answer: tuple[str, ...] = (
            _("%(donor)s wants your signature. The porting starts as soon as we have the signed form."),
        )
    elif form == "uploaded":
        answer = (_("Your signed form is here; we check it and then ask %(donor)s."),)
    else:
        asked = (_("We have asked %(donor)s to hand your numbers over and wait for its answer."),)
        answer = said.get(porting["state"], asked)
    return Answer(_("What happens now?"), answer, places)


def _ending(porting: Json) -> Answer:
    """Where the contract there moves to us, and no number does."""
    said = {
        "confirmed": _("%(donor)s has agreed: your contract there ends on the day below."),
        "completed": _("Your contract with %(donor)s has ended."),
        "rejected": _("%(donor)s has refused; your contract there goes on."),
        "cancelled": _("It was called off; your contract with %(donor)s goes on."),
    }
    awaiting = {
        "awaited": _("%(donor)s wants your signature. We have your contract there ended once we have the signed form."),
        "uploaded": _("Your signed form is here; we check it and then ask %(donor)s to end your contract there."),
    }
    asked = _("We have asked %(donor)s to end your contract there and wait for its answer.")
    answers = [awaiting.get(_form_state(porting)) or said.get(porting["state"], asked)]
    if porting["state"] not in OVER:
        answers.append(_("Please do not cancel it yourself: we do it for you."))
    return Answer(_("What happens now?"), tuple(answers), {"donor": porting["donor"]["name"]})


def _numbers_end() -> Answer:
    return Answer(
        _("What becomes of my numbers there?"),
        (_("They end with the contract and do not move to us. You telephone with the numbers that you have from us."),),
    )


def _meanwhile() -> Answer:
    return Answer(
        _("Does the telephone work meanwhile?"),
        (
            _("Yes. Until the day of the move your numbers work with the previous provider as before."),
            _("Your new line with us is ready already; calls to your numbers come there from the day of the move on."),
        ),
    )


def _day(porting: Json) -> Answer:
    dated = any(part.get("change_date") for part in porting.get("parts") or ()) or porting.get("change_date")
    first = (
        _("On the agreed day your numbers move in the part of the day that is named below.")
        if dated
        else _("The day is not agreed yet; we tell you by e-mail as soon as it is.")
    )
    return Answer(
        _("What happens on the day?"),
        (
            first,
            _("For a while calls may not get through. By law this lasts one working day at most."),
            _("As soon as your numbers work with us, you get an e-mail. Leave the old equipment in place until then."),
        ),
    )


def _to_do(porting: Json) -> Answer:
    if _form_state(porting) == "awaited":
        return Answer(
            _("Must I do anything?"),
            (_("Yes: sign the form and send it back. You can upload it on the page of your order."),),
        )
    return Answer(
        _("Must I do anything?"),
        (_("No. Test your telephones on the day, in the afternoon, and call us if something does not work."),),
    )


def _form_state(porting: Json) -> str:
    """Of the form that a carrier without electronic portings wants; of others it is neither awaited nor uploaded."""
    return str((porting.get("form") or {}).get("state"))


def _old_contract(porting: Json) -> Answer:
    question = _("Must I cancel the old contract?")
    if porting["case"] == "VA-RRNP":
        return Answer(
            question,
            (_("The contract with %(donor)s goes on without these numbers; it is for you to decide on."),),
            {"donor": porting["donor"]["name"]},
        )
    if porting["state"] in ("rejected", "cancelled"):
        return Answer(
            question,
            (_("The contract with %(donor)s goes on as it is. Without it you would lose the numbers."),),
            {"donor": porting["donor"]["name"]},
        )
    return Answer(
        question,
        (
            _("No, please not: we do it for you together with the numbers."),
            _("If you cancel it yourself, the numbers can be lost, or the line can end before they move."),
        ),
        {"donor": porting["donor"]["name"]},
    )


def _cost() -> Answer:
    return Answer(_("What does it cost?"), (_("Moving your numbers costs you nothing; the law says so (§ 59 TKG)."),))
