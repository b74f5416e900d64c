"""Documents and notices over HTTP, for those who may see them (TEN-2, TEN-3, PORT-4, ORD-1)."""

import io
from uuid import UUID, uuid4

import httpx
import pytest
from pypdf import PdfReader

from contracts.ordering import v1 as ordering
from contracts.porting import v1 as porting
from tests.notification.integration.conftest import Desk, example
from tests.notification.integration.test_sending import by_paper

ORDER, LINK = by_paper(), example(ordering.QuoteLinkIssued)
CUSTOMER: UUID = ORDER.customer.party_id
PARTNER, FOREIGNER = uuid4(), uuid4()
DOCUMENTS = f"/orders/{ORDER.order_id}/documents"
QUOTE = f"/quotes/{LINK.quote_id}/documents/quote.pdf"


def text_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


async def town(desk: Desk, *, delegated: bool = True) -> None:
    await desk.party(PARTNER, "partner")
    await desk.party(FOREIGNER, "partner")
    await desk.party(CUSTOMER, "customer", PARTNER, delegated=delegated)
    await desk.hear(ORDER, LINK)


@pytest.mark.rule("PORT-4", "ORD-1")
async def test_an_orders_documents_are_listed_and_fetched(desk: Desk) -> None:
    await town(desk)
    found = (await desk.get(DOCUMENTS)).json()
    assert [(one["kind"], one["title"]) for one in found] == [
        ("order-acknowledgement", "Order acknowledgement"),
        ("porting-form", "Porting form for signature"),
    ]
    texts = [text_of(await desk.get(one["url"])) for one in found]
    assert "AU-2026-000042" in texts[0]
    assert "Stadtnetz" in texts[1]
    assert "AN-2026-000017" in text_of(await desk.get(QUOTE))


@pytest.mark.rule("TEN-2", "TEN-3")
async def test_foreigners_get_no_hint_and_a_partner_needs_customer_administration(desk: Desk) -> None:
    await town(desk, delegated=False)
    paths = (DOCUMENTS, f"{DOCUMENTS}/porting-form.pdf", QUOTE, f"/notices?order_id={ORDER.order_id}")
    expected = {
        desk.token("customer", party_id=str(CUSTOMER)): 200,
        desk.token("partner", party_id=str(PARTNER)): 403,
        desk.token("partner", party_id=str(FOREIGNER)): 404,
        desk.token("order_management"): 200,
    }
    for token, status in expected.items():
        assert [(await desk.get(path, token)).status_code for path in paths] == [status] * 4
    foreign = desk.token("partner", party_id=str(FOREIGNER))
    hidden = (await desk.get(DOCUMENTS, foreign)).json()
    absent = (await desk.get(f"/orders/{uuid4()}/documents", foreign)).json()
    assert hidden["detail"] == absent["detail"]
    assert (await desk.http.get(DOCUMENTS)).status_code == 401


@pytest.mark.rule("QUOTE-2", "QUOTE-3")
async def test_a_link_opens_its_own_quote_and_order_only(desk: Desk) -> None:
    await town(desk)
    ids = {"link_id": str(LINK.link_id), "quote": str(LINK.quote_id), "order": str(ORDER.order_id)}
    opened = desk.link("view", "upload", **ids)
    assert "AN-2026-000017" in text_of(await desk.get(QUOTE, opened))
    assert "Stadtnetz" in text_of(await desk.get(f"{DOCUMENTS}/porting-form.pdf", opened))
    assert len((await desk.get(DOCUMENTS, opened)).json()) == 2
    foreign = desk.link("view", **{**ids, "quote": str(uuid4()), "order": None})
    assert [(await desk.get(path, foreign)).status_code for path in (QUOTE, DOCUMENTS)] == [404, 404]
    assert (await desk.get(DOCUMENTS, desk.link("confirm", **ids))).status_code == 403
    assert (await desk.get(f"/notices?order_id={ORDER.order_id}", opened)).status_code == 403


@pytest.mark.rule("QUOTE-2")
async def test_a_token_made_of_a_replaced_link_shows_no_quote(desk: Desk) -> None:
    await town(desk)
    ids = {"link_id": str(LINK.link_id), "quote": str(LINK.quote_id)}
    await desk.hear(example(ordering.QuoteLinkIssued, link_id=uuid4()))
    answer = await desk.get(QUOTE, desk.link("view", **ids))
    assert (answer.status_code, answer.json()["code"]) == (410, "link-replaced")


@pytest.mark.parametrize("kind", ["porting-form-2", "porting-form-x", "quote", "..%2Fquote", "invoice"])
async def test_a_document_that_the_order_has_not_is_not_found(desk: Desk, kind: str) -> None:
    await town(desk)
    assert (await desk.get(f"{DOCUMENTS}/{kind}.pdf")).status_code == 404


@pytest.mark.rule("PORT-4")
async def test_a_form_that_turned_out_to_be_needed_is_listed_as_well(desk: Desk) -> None:
    order = ORDER.model_dump(mode="json")
    moved = order["lines"][1]
    moved["porting"]["donor"] = {"carrier_code": "DEU.GONE", "name": "Altnetz"}
    await desk.hear(example(ordering.OrderReceived, lines=order["lines"]))
    await desk.party(CUSTOMER, "customer")
    assert [one["kind"] for one in (await desk.get(DOCUMENTS)).json()] == ["order-acknowledgement"]
    awaited = example(porting.SignedFormAwaited, porting_id=moved["porting"]["porting_id"])
    await desk.hear(awaited)
    assert [one["kind"] for one in (await desk.get(DOCUMENTS)).json()] == ["order-acknowledgement", "porting-form"]


@pytest.mark.rule("ORD-1", "NOTE-1")
async def test_it_shows_what_was_mailed_to_whom_masked_and_in_full_to_order_management(desk: Desk) -> None:
    await town(desk)
    with desk.mail_server():
        await desk.send()
    own = await desk.get("/notices", desk.token("customer", party_id=str(CUSTOMER)), order_id=str(ORDER.order_id))
    assert [(one["kind"], one["state"]) for one in own.json()["items"]] == [("order-acknowledgement", "sent")] * 3
    assert {one["recipient"] for one in own.json()["items"]} == {
        "e***@muellerundsoehne.example",
        "k***@muellerundsoehne.example",
        "p***@telepartner.example",
    }
    assert all(one["sent_at"] for one in own.json()["items"])
    inside = await desk.get("/notices", quote_id=str(LINK.quote_id))
    assert [one["recipient"] for one in inside.json()["items"]] == [LINK.recipient]


async def test_order_management_pages_through_what_came_back(desk: Desk) -> None:
    orders = [example(ordering.OrderReceived, order_id=uuid4()) for _ in range(20)]
    await desk.hear(*orders)
    await desk.change("UPDATE notice SET state = 'bounced'")
    first = (await desk.get("/notices", state="bounced")).json()
    second = (await desk.get("/notices", state="bounced", cursor=first["next"])).json()
    ids = [one["notice_id"] for page in (first, second) for one in page["items"]]
    assert (len(ids), len(set(ids)), second["next"]) == (60, 60, None)
    assert (await desk.get("/notices", state="bounced", cursor="WyJub25lIl0=")).status_code == 400
    assert (await desk.get("/notices", state="lost")).status_code == 422
    partner = desk.token("partner", party_id=str(PARTNER))
    assert (await desk.get("/notices", partner, state="bounced")).status_code == 422
    assert (await desk.get(f"/notices/{ids[0]}")).json()["state"] == "bounced"
    assert (await desk.get(f"/notices/{ids[0]}", partner)).status_code == 403
