"""PORT-4: a paper carrier's porting waits for the signed form, over HTTP, with tenancy and links."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.crm.v1 import PartiesMerged
from contracts.ordering.v1 import OrderReceived
from porting.domain.deadlines import window_opens
from porting.domain.paper import LARGEST_FORM
from porting.domain.particulars import Window
from tests.porting.integration.conftest import World, party_changed
from tests.porting.pdfs import ACTIVE, encrypted, made, scanned_page
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
    task = await world.hear("TaskRaised", porting.porting_id)
    assert task["kind"] == "signed_form"
    fetched = await world.call("GET", f"{path}/signed-form")
    assert (fetched.content, fetched.headers["content-type"]) == (pdf, "application/pdf")

    refused = await world.call("POST", f"{path}/form-refusal", json={"reason": "Unterschrift fehlt"})
    assert refused.json()["form"] == {"state": "awaited", "uploaded_at": None, "refused_because": "Unterschrift fehlt"}
    await world.hear("SignedFormAwaited", porting.porting_id, count=2)
    await world.hear("TaskSettled", task["task_id"])

    await world.call("PUT", f"{path}/signed-form", content=made(), headers=PDF)
    released = await world.call("POST", f"{path}/release", json={"note": "geprüft"})
    assert (released.json()["state"], released.json()["form"]["state"]) == ("requested", "accepted")
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
async def test_bad_files_are_refused_with_a_remedy_and_change_nothing(world: World) -> None:
    placed = await paper(world)
    path = f"/portings/{porting_of(placed).porting_id}/signed-form"
    bad = [b"hello", b"%PDF-1.7", encrypted("owner", "user"), *(made(change) for change in ACTIVE)]
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
