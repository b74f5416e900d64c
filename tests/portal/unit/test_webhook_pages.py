"""The pages of webhooks: set up, secret once, pause, rotate, test, send again (NOTE-2)."""

import pytest

from portal.adapters.memory import MemoryStore
from tests.portal.conftest import CSRF, Browser, fill
from tests.portal.upstream import DELIVERIES, FAILING, HOOK, JAEGER, Upstream, ident

URL = "https://crm.example/hook"


def form(**fields: object) -> dict[str, object]:
    return {"_csrf": CSRF, "_key": "key-of-this-form", **fields}


@pytest.mark.rule("NOTE-2")
async def test_a_webhook_is_set_up_and_its_secret_shown_once(browser: Browser, upstream: Upstream) -> None:
    events = ["ordering.OrderReceived.v1", "porting.PortingConfirmed.v1"]
    page = await browser("petra").post("/webhooks/new", data=form(url=URL, events=events, description="CRM"))
    assert "whsec_c2VjcmV0LW9mLXRoZS1wYWdl" in page.text
    assert upstream.webhooks[ident("new")]["events"] == events
    again = await browser("petra").post("/webhooks/new", data=form(url=URL, events=events, description="CRM"))
    assert "whsec_" not in (await browser("petra").get(f"/webhooks/{ident('new')}")).text
    assert len([call for call in upstream.calls if call[:3] == ("notification", "POST", "/webhooks")]) == 2
    assert again.status_code == 200


@pytest.mark.rule("NOTE-2")
@pytest.mark.parametrize(
    ("fields", "field"),
    [({"url": ""}, "url"), ({"url": URL}, "events"), ({"url": "http://crm.example", "events": ["x"]}, "url")],
)
async def test_a_webhook_that_does_not_fit_keeps_what_was_typed_and_leads_to_the_field(
    browser: Browser, fields: dict[str, object], field: str
) -> None:
    page = await browser("petra").post("/webhooks/new", data=form(description="Unser CRM", **fields))
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert "Unser CRM" in page.text


@pytest.mark.rule("NOTE-2")
async def test_a_disabled_webhook_says_why_and_offers_the_way_back(browser: Browser, upstream: Upstream) -> None:
    page = await browser("petra").get(f"/webhooks/{FAILING}")
    assert "Seit Tagen kam keine Nachricht an." in page.text
    assert f'action="/webhooks/{FAILING}/resume"' in page.text
    for words in ("keine Antwort in der Zeit", "500", "Zurückgehalten", "Aufgegeben"):
        assert words in page.text
    for act in ("resume", "pause", "test"):
        answer = await browser("petra").post(f"/webhooks/{FAILING}/{act}", data=form())
        assert answer.status_code == 303
        assert ("notification", "POST", f"/webhooks/{FAILING}/{act}", None) in upstream.calls


@pytest.mark.rule("NOTE-2")
async def test_a_delivery_or_all_since_a_time_go_out_again(browser: Browser, upstream: Upstream) -> None:
    one = DELIVERIES[2]["delivery_id"]
    await browser("petra").post(f"/webhooks/{FAILING}/replay", data=form(delivery=one))
    await browser("petra").post(f"/webhooks/{FAILING}/replay", data=form(since="168", which="all"))
    paths = [(path, body and body["which"]) for part, method, path, body in upstream.calls if method == "POST"]
    assert paths == [
        (f"/webhooks/{FAILING}/deliveries/{one}/replay", None),
        (f"/webhooks/{FAILING}/replay", "all"),
    ]


@pytest.mark.rule("NOTE-2")
async def test_a_new_secret_is_shown_once_and_says_how_long_both_are_valid(browser: Browser) -> None:
    page = await browser("petra").post(f"/webhooks/{HOOK}/rotate", data=form())
    assert "whsec_" in page.text
    assert "auch mit dem früheren Geheimnis" in page.text
    lost = await browser("petra").post(f"/webhooks/{HOOK}/delete", data=form())
    assert lost.status_code == 303
    assert (await browser("petra").get(f"/webhooks/{HOOK}")).status_code == 404


@pytest.mark.rule("NOTE-2", "TEN-1")
async def test_order_management_has_no_webhooks_and_only_administrators_see_the_crms_messages(
    browser: Browser, store: MemoryStore
) -> None:
    await fill(store)
    assert (await browser("olga").get("/webhooks")).status_code == 403
    assert (await browser("petra").get("/crm-messages")).status_code == 403
    refused = (await browser("anton").get("/crm-messages?only=refused")).text
    assert "data.email" in refused
    assert "msg_0" not in refused


@pytest.mark.rule("CRM-1")
async def test_a_profile_names_whom_to_speak_to(browser: Browser) -> None:
    page = await browser("petra").get(f"/customers/{JAEGER}")
    assert "Ina Einkauf" in page.text
    assert "geändert wird dort" in page.text
