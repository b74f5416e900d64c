"""PORT-4: a paper carrier's porting waits for the signed form, over HTTP, with tenancy and links."""

from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from contracts.crm.v1 import PartiesMerged
from contracts.ordering.v1 import OrderReceived
from porting.domain.deadlines import end_of_day, window_opens
from porting.domain.particulars import Window
from porting.domain.signed_forms import LARGEST_FORM
from telecom.formats import berlin_day, day_begins
from telecom.workdays import add_working_days
from tests.porting.integration.conftest import World, party_changed
from tests.porting.pdfs import ACTIVE, encrypted, made, scanned_page
from tests.porting.pictures import DISGUISED, bomb, photographed
from tests.porting.sample import porting_of

PDF = {"Content-Type": "application/pdf"}


async def paper(world: World) -> OrderReceived:
    placed = await world.order(carrier=None)
    awaited = await world.hear("SignedFormAwaited", porting_of(placed).porting_id)
    assert awaited["return_to"]
    await known(world)
    return placed


async def known(world: World) -> None:
    """The parties are told on another topic than the order."""
    partner = world.token("partner", party_id=str(world.partner))
    await world.answered(200, f"/portings?customer_id={world.customer}", partner)


@pytest.mark.rule("PORT-4")
async def test_a_paper_porting_is_paused_until_the_form_is_released_and_a_date_entered(world: World) -> None:
    placed = await paper(world)
    porting = porting_of(placed)
    path = f"/portings/{porting.porting_id}"
    assert (await world.hear("PortingStarted", porting.porting_id))["electronic"] is False
    view = (await world.call("GET", path)).json()
    assert (view["state"], view["form"]["state"], view["electronic"]) == ("paused", "awaited", False)
    early = await world.call("POST", f"{path}/release", json={})
    assert (early.status_code, early.json()["code"]) == (409, "form-missing")
    assert early.json()["remedy"]

    link, pdf = world.link(placed.order_id, "view", "upload"), made()
    uploaded = await world.call("PUT", f"{path}/signed-form", link, content=pdf, headers=PDF)
    assert uploaded.json()["form"]["state"] == "uploaded"
    await world.hear("SignedFormReceived", porting.porting_id)
    task = await world.hear("TaskRaised", porting.porting_id)
    assert task["kind"] == "signed_form"
    fetched = await world.call("GET", f"{path}/signed-form")
    assert (fetched.content, fetched.headers["content-type"]) == (pdf, "application/pdf")
    assert uploaded.json()["form"]["sha256"] == sha256(pdf).hexdigest()

    refused = await world.call("POST", f"{path}/form-refusal", json={"reason": "Unterschrift fehlt"})
    form = refused.json()["form"]
    assert (form["state"], form["uploaded_at"], form["refused_because"]) == ("awaited", None, "Unterschrift fehlt")
    assert (await world.hear("SignedFormAwaited", porting.porting_id, count=2))["refused_because"] == form[
        "refused_because"
    ]
    await world.hear("TaskSettled", task["task_id"])

    await world.call("PUT", f"{path}/signed-form", content=made(), headers=PDF)
    ticked = {"note": "geprüft", "checked": ["name", "signature"]}
    released = await world.call("POST", f"{path}/release", json=ticked)
    form = released.json()["form"]
    assert (released.json()["state"], form["state"]) == ("requested", "accepted")
    assert (form["checked"], form["accepted_by"]) == (["name", "signature"], "Order_Management")
    assert (await world.call("GET", path, link)).json()["form"]["accepted_by"] is None
    await world.hear("SignedFormAccepted", porting.porting_id)
    await world.hear("TaskRaised", porting.porting_id, count=3)

    sunday = {"change_date": "2026-12-27", "window": "ZF1"}
    answer = await world.call("POST", f"{path}/confirm-date", json=sunday, headers={"Accept-Language": "de"})
    assert (answer.status_code, answer.json()["field"]) == (422, "change_date")
    day = await world.day_in(14)
    agreed = {"change_date": day.isoformat(), "window": "ZF1"}
    assert (await world.call("POST", f"{path}/confirm-date", json=agreed)).json()["state"] == "confirmed"
    assert (await world.hear("PortingConfirmed", porting.porting_id))["window"] == "ZF1"
    again = await world.call("POST", f"{path}/confirm-date", json=agreed)
    assert again.status_code == 409
    await world.move_to(window_opens(day, Window.EARLY) + timedelta(seconds=1))
    await world.hear("PortingDue", porting.porting_id)


@pytest.mark.rule("PORT-4")
async def test_a_photograph_that_came_by_mail_is_kept_as_it_came_and_shown_without_its_place(world: World) -> None:
    placed = await paper(world)
    path = f"/portings/{porting_of(placed).porting_id}"
    customer = world.token("customer", party_id=str(world.customer))
    sender = {"came_from": "einkauf@mueller.example", "came_on": "2026-11-25"}
    sent = {"content": photographed(), "headers": {"Content-Type": "image/jpeg"}, "params": sender}
    form = (await world.call("PUT", f"{path}/signed-form", **sent)).json()["form"]
    assert form.items() >= {**sender, "media_type": "image/jpeg", "pages": 1, "uploaded_by": "Order_Management"}.items()
    seen = (await world.call("GET", path, customer)).json()["form"]
    assert (seen["media_type"], seen["came_from"], seen["uploaded_by"]) == ("image/jpeg", None, None)

    original = await world.call("GET", f"{path}/signed-form")
    assert (original.content, original.headers["content-type"]) == (photographed(), "image/jpeg")
    assert original.headers["content-disposition"].endswith('.jpg"')
    shown = await world.call("GET", f"{path}/signed-form/pages/1.jpg")
    with Image.open(BytesIO(shown.content)) as picture:
        assert not picture.getexif()
    for answer in (original, shown):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    for one in ("signed-form", "signed-form/pages/1.jpg"):
        assert (await world.call("GET", f"{path}/{one}", customer)).status_code == 403
    assert (await world.call("GET", f"{path}/signed-form/pages/2.jpg")).status_code == 404

    pdf = {"content": made(), "headers": PDF, "params": sender}
    by_customer = await world.call("PUT", f"{path}/signed-form", customer, **pdf)
    assert by_customer.json()["form"]["media_type"] == "application/pdf"
    assert (await world.call("GET", path)).json()["form"]["came_from"] is None
    assert (await world.call("GET", f"{path}/signed-form/pages/1.jpg")).content != shown.content


@pytest.mark.rule("PORT-4")
async def test_a_missing_form_is_asked_for_again_and_at_last_a_person_is(world: World) -> None:
    placed, other = await paper(world), await paper(world)
    porting, called_off = porting_of(placed).porting_id, porting_of(other).porting_id
    path = f"/portings/{porting}"
    awaited = await world.hear("SignedFormAwaited", porting)
    view = (await world.call("GET", path)).json()
    [deadline] = [one for one in view["deadlines"] if one["deadline"] == "signed_form"]
    await world.call("POST", f"/portings/{called_off}/stop", json={"reason": "bleibt dort"})
    day = berlin_day(datetime.fromisoformat(awaited["awaited_since"]))
    for reminder in (1, 2, 3):
        day = add_working_days(day, 5, "NW")
        await world.move_to(day_begins(day) + timedelta(hours=8, seconds=1))
        told = await world.hear("SignedFormReminded", porting, count=reminder)
        assert (told["reminder"], told["awaited_since"]) == (reminder, awaited["awaited_since"])
        assert told["return_to"] == awaited["return_to"]
    assert datetime.fromisoformat(deadline["due_at"]) == end_of_day(add_working_days(day, 5, "NW"))
    await world.move_to(datetime.fromisoformat(deadline["due_at"]) + timedelta(seconds=1))
    assert (await world.hear("TaskRaised", porting))["kind"] == "deadline_passed"
    assert (await world.hear("PortingAtRisk", porting, count=2))["level"] == "overdue"

    await world.call("PUT", f"{path}/signed-form", content=made(), headers=PDF)
    assert (await world.hear("PortingBackOnTrack", porting))["deadline"] == "signed_form"
    await world.hear("TaskSettled", (await world.hear("TaskRaised", porting))["task_id"])
    view = (await world.call("GET", path)).json()
    assert (view["form"]["reminders"], view["deadlines"]) == (3, [])
    await world.move_to(end_of_day(add_working_days(day, 20, "NW")))
    await world.settled()
    assert world.count("SignedFormReminded", porting) == 3
    assert world.count("SignedFormReminded", called_off) == 0


@pytest.mark.rule("PORT-4")
async def test_bad_files_are_refused_with_a_remedy_and_change_nothing(world: World) -> None:
    placed = await paper(world)
    path = f"/portings/{porting_of(placed).porting_id}/signed-form"
    bad = [b"hello", b"%PDF-1.7", encrypted("owner", "user"), bomb(), *DISGUISED.values()]
    bad += [made(change) for change in ACTIVE]
    for content in bad:
        answer = await world.call("PUT", path, content=content, headers=PDF)
        assert answer.status_code == 422, answer.text
        assert answer.json()["remedy"]
    assert (await world.call("PUT", path, content=made(), headers={"Content-Type": "text/html"})).status_code == 415
    large = await world.call("PUT", path, content=b"%PDF-" + b"0" * LARGEST_FORM, headers=PDF)
    assert (large.status_code, large.json()["code"]) == (413, "too-large")
    assert str(LARGEST_FORM) in large.json()["remedy"]
    view = (await world.call("GET", path.removesuffix("/signed-form"))).json()
    assert view["form"]["state"] == "awaited"
    assert (await world.call("GET", path)).status_code == 404


async def test_only_the_upload_takes_large_bodies(world: World) -> None:
    path = f"/portings/{uuid4()}/form-refusal"
    assert (await world.call("POST", path, json={"reason": "x" * (2 << 20)})).status_code == 413


async def test_a_large_scan_is_taken(world: World) -> None:
    placed = await paper(world)
    path = f"/portings/{porting_of(placed).porting_id}/signed-form"
    answer = await world.call("PUT", path, content=made(scanned_page), headers=PDF)
    assert answer.json()["form"]["state"] == "uploaded"


@pytest.mark.rule("TEN-2", "TEN-3")
async def test_who_may_see_and_upload(world: World) -> None:
    placed = await paper(world)
    porting = porting_of(placed)
    path = f"/portings/{porting.porting_id}"
    customer = world.token("customer", party_id=str(world.customer))
    partner = world.token("partner", party_id=str(world.partner))
    stranger = world.token("partner", party_id=str(uuid4()))
    for token in (customer, partner, world.token()):
        assert (await world.call("GET", path, token)).status_code == 200
        listed = (await world.call("GET", f"/portings?order_id={placed.order_id}", token)).json()["items"]
        assert [one["porting_id"] for one in listed] == [str(porting.porting_id)]
    foreign = await world.call("GET", path, stranger)
    unknown = await world.call("GET", f"/portings/{uuid4()}", stranger)
    told = [{**one.json(), "instance": "", "correlation_id": ""} for one in (foreign, unknown)]
    assert foreign.status_code == 404
    assert told[0] == told[1]
    assert (await world.call("GET", f"/portings?order_id={placed.order_id}", stranger)).json()["items"] == []
    for act, body in (("release", {}), ("form-refusal", {"reason": "x"}), ("stop", {"reason": "x"})):
        assert (await world.call("POST", f"{path}/{act}", partner, json=body)).status_code == 403
    assert (await world.call("GET", f"{path}/signed-form", partner)).status_code == 403
    assert (await world.http.get(path)).status_code == 401

    await world.say(party_changed(world.customer, "customer", world.partner, version=2, delegated=False))
    await world.answered(403, path, partner)
    assert (await world.call("GET", f"/portings?order_id={placed.order_id}", partner)).json()["items"] == []
    assert (await world.call("GET", path, customer)).status_code == 200


@pytest.mark.rule("CRM-1", "TEN-2")
async def test_what_hung_on_a_double_hangs_on_the_survivor(world: World) -> None:
    placed, survivor = await paper(world), uuid4()
    await world.say(party_changed(survivor, "customer", world.partner))
    merged = PartiesMerged(party_id=world.customer, survivor_id=survivor, version=9, merged_at=placed.placed_at)
    await world.say(merged)
    theirs = world.token("customer", party_id=str(survivor))
    await world.answered(200, f"/portings/{porting_of(placed).porting_id}", theirs)
    old = world.token("customer", party_id=str(world.customer))
    assert (await world.call("GET", f"/portings/{porting_of(placed).porting_id}", old)).status_code == 404


async def test_a_status_link_opens_its_own_order_and_nothing_else(world: World) -> None:
    placed, other = await paper(world), await paper(world)
    path = f"/portings/{porting_of(placed).porting_id}"
    mine, look, foreign = (
        world.link(placed.order_id, "view", "upload"),
        world.link(placed.order_id, "view"),
        world.link(other.order_id, "view", "upload"),
    )
    assert (await world.call("GET", path, mine)).json()["timeline"][0]["by"] is None
    assert len((await world.call("GET", f"/portings?order_id={placed.order_id}", mine)).json()["items"]) == 1
    assert (await world.call("GET", path, foreign)).status_code == 404
    assert (await world.call("GET", f"/portings?order_id={placed.order_id}", foreign)).status_code == 403
    assert (await world.call("GET", "/portings", mine)).status_code == 403
    upload = {"content": made(), "headers": PDF}
    assert (await world.call("PUT", f"{path}/signed-form", look, **upload)).status_code == 403
    assert (await world.call("PUT", f"{path}/signed-form", foreign, **upload)).status_code == 404
    assert (await world.call("PUT", f"{path}/signed-form", mine, **upload)).status_code == 200


async def test_order_management_stops_a_porting_that_waits(world: World) -> None:
    placed = await paper(world)
    path = f"/portings/{porting_of(placed).porting_id}"
    assert (await world.call("POST", f"{path}/stop", json={"reason": ""})).status_code == 422
    stopped = await world.call("POST", f"{path}/stop", json={"reason": "Kunde bleibt “100 %” dort 🙂"})
    assert stopped.json()["state"] == "cancelled"
    assert "🙂" in (await world.hear("PortingCancelled", porting_of(placed).porting_id))["reason"]["de"]
    assert (await world.call("PUT", f"{path}/signed-form", content=made(), headers=PDF)).status_code == 409


async def test_the_form_offers_the_electronic_carriers(world: World) -> None:
    offered = (await world.call("GET", "/carriers", world.token("customer"))).json()
    assert {"DEU.ALTNET", "DEU.STUMM"} <= {one["carrier_code"] for one in offered}
    assert (await world.http.get("/carriers")).status_code == 401
    assert (await world.call("GET", "/portings?cursor=WyJ4Il0=")).status_code == 400
