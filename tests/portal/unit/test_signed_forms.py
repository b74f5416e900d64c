"""Signed forms of paper carriers: uploaded by whoever has one, reviewed beside what was ordered (PORT-4)."""

import json
import re
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

import contracts
from contracts.registry import all_events
from portal.adapters.memory import MemoryStore
from portal.application.note_event import note_event
from tests.portal.conftest import Browser
from tests.portal.unit.test_pages import form
from tests.portal.upstream import ORDER, PORTING, SENT_FORM, Upstream, ident

pytestmark = pytest.mark.rule("PORT-4")
REVIEW = f"/portings/{PORTING}/review"
UPLOAD = f"/orders/{ORDER}/portings/{PORTING}/signed-form"
EVERYTHING = ["name", "address", "numbers", "change", "place_and_date", "signature"]
EXAMPLES = Path(contracts.__file__).parents[2] / "examples"
PDF = ("form.pdf", b"%PDF-1.7", "application/pdf")
PHOTO = ("form.jpg", b"\xff\xd8\xff\xd9", "image/jpeg")


def uploaded(upstream: Upstream, **more: object) -> None:
    upstream.portings[PORTING]["form"] = {"state": "uploaded", **SENT_FORM, **more}


async def test_the_form_is_shown_as_pictures_beside_the_particulars_in_the_forms_order(
    browser: Browser, upstream: Upstream
) -> None:
    uploaded(upstream, pages=2)
    page = (await browser("olga").get(REVIEW)).text
    assert f'src="/portings/{PORTING}/signed-form/pages/2.jpg"' in page
    assert "PDF, Seiten: 2" in page
    assert SENT_FORM["sha256"] in page
    told = ("Anschlussinhaber", "Jäger Logistik GmbH", "Erika Jäger", "Adresse dort", "Hohe Straße")
    told += ("0221 998877", "10. Dezember 2026", "Ort und Datum", "Unterschrieben vom Inhaber")
    places = [page.find(one, page.find("Was bestellt ist")) for one in told]
    assert -1 not in places, dict(zip(told, places, strict=True))
    assert places == sorted(places)


async def test_it_is_accepted_with_everything_ticked_and_the_ticks_are_kept(
    browser: Browser, upstream: Upstream
) -> None:
    uploaded(upstream)
    client = browser("olga")
    half = await client.post(REVIEW, data=form(act="accept") | {"checked": EVERYTHING[:3]})
    assert half.status_code == 422
    assert 'href="#check-change"' in half.text
    assert half.text.count(" checked") == 3
    sent = await client.post(REVIEW, data=form(act="accept", note="Vollmacht liegt bei") | {"checked": EVERYTHING})
    assert sent.headers["location"] == REVIEW
    body = {"note": "Vollmacht liegt bei", "checked": EVERYTHING}
    assert upstream.calls[-1] == ("porting", "POST", f"/portings/{PORTING}/release", body)


async def test_it_is_sent_back_with_prepared_reasons_and_own_words_in_the_customers_language(
    browser: Browser, upstream: Upstream
) -> None:
    uploaded(upstream)
    client = browser("olga")
    assert "Wählen Sie, was nicht stimmt" in (await client.post(REVIEW, data=form(act="send-back"))).text
    wordy = await client.post(REVIEW, data=form(act="send-back", reason="x" * 401))
    assert "bis zu 400 Zeichen" in wordy.text
    chosen = {"fault": ["pages", "signature"]}
    await client.post(REVIEW, data=form(act="send-back", reason="Seite 2, bitte.", language="de") | chosen)
    told = "Die Unterschrift fehlt. Es fehlen Seiten. Seite 2, bitte."
    assert upstream.calls[-1][2:] == (f"/portings/{PORTING}/form-refusal", {"reason": told})
    page = (await browser("petra").get(f"/orders/{ORDER}")).text
    assert "Ihr Formular kam zurück:" in page
    assert told in page
    uploaded(upstream)
    [seen] = set(re.findall(r'name="uploaded_at" value="([^"]*)"', (await client.get(REVIEW)).text))
    await client.post(REVIEW, data=form(act="send-back", language="en", uploaded_at=seen) | chosen)
    because = "The signature is missing. Pages are missing."
    assert upstream.calls[-1][3] == {"reason": because, "uploaded_at": SENT_FORM["uploaded_at"]}


async def test_order_management_takes_in_a_form_that_came_by_mail(browser: Browser, upstream: Upstream) -> None:
    client = browser("olga")
    upstream.portings[PORTING]["form"] |= {"awaited_since": "2026-11-23T10:00:00Z", "reminders": 2}
    empty = (await client.get(REVIEW)).text
    assert "Noch ist kein Formular da" in empty
    assert "Erinnerungen geschickt</dt><dd>2</dd>" in empty
    nameless = await client.post(f"{REVIEW}/form", data=form(came_on="morgen"), files={"form": PDF})
    assert "Geben Sie ein, wer das Formular geschickt hat." in nameless.text
    assert "Geben Sie den Tag ein, an dem es kam." in nameless.text
    assert upstream.portings[PORTING]["form"]["state"] == "awaited"
    sender = {"came_from": "einkauf@jaeger.example", "came_on": date(2026, 11, 25).isoformat()}
    await client.post(f"{REVIEW}/form", data=form(**sender), files={"form": PHOTO})
    assert upstream.portings[PORTING]["form"].items() >= sender.items()
    page = (await client.get(REVIEW)).text
    assert "einkauf@jaeger.example, 25.11.2026" in page


@pytest.mark.parametrize("field", ["form", "photo"])
async def test_a_customer_sends_a_pdf_or_a_picture_from_the_orders_page(
    browser: Browser, upstream: Upstream, field: str
) -> None:
    client = browser("petra")
    page = (await client.get(f"/orders/{ORDER}")).text
    assert 'accept="application/pdf,image/jpeg,image/png,image/tiff"' in page
    assert 'capture="environment"' in page
    assert "bis 10 MB" in page
    assert "Der Standort funktioniert inzwischen" in page
    text = await client.post(UPLOAD, data=form(), files={"form": ("form.txt", b"hello", "text/plain")})
    assert "als PDF oder Bild" in text.text
    sent = await client.post(UPLOAD, data=form(), files={field: PHOTO})
    assert sent.headers["location"] == f"/orders/{ORDER}"
    page = (await client.get(f"/orders/{ORDER}")).text
    assert "liegt ein Formular vor" in page
    assert "Erhalten: PDF, Seiten: 1." in page


async def test_a_phone_that_does_not_say_what_it_sends_is_taken_by_the_files_name(
    browser: Browser, upstream: Upstream
) -> None:
    unnamed = ("Foto.JPG", b"\xff\xd8\xff\xd9", "application/octet-stream")
    await browser("petra").post(UPLOAD, data=form(), files={"form": unnamed})
    assert upstream.portings[PORTING]["form"]["state"] == "uploaded"
    strange = ("form.exe", b"MZ", "application/octet-stream")
    assert "als PDF oder Bild" in (await browser("petra").post(UPLOAD, data=form(), files={"form": strange})).text


async def test_two_forms_of_one_order_have_a_field_each(browser: Browser, upstream: Upstream) -> None:
    upstream.portings["another"] = upstream.portings[PORTING] | {"porting_id": ident("another")}
    page = (await browser("petra").get(f"/orders/{ORDER}")).text
    assert page.count('id="form"') == page.count('id="form-2"') == page.count('for="form-2"') == 1


async def test_what_came_from_outside_is_saved_or_shown_as_a_picture_and_can_do_nothing(browser: Browser) -> None:
    client = browser("olga")
    for path, kind in ((f"/portings/{PORTING}/signed-form/pages/1.jpg", "image/jpeg"),):
        answer = await client.get(path)
        assert answer.headers["content-type"] == kind
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    saved = await client.get(f"/portings/{PORTING}/signed-form")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert saved.headers["content-security-policy"].startswith("default-src 'none'; sandbox")


async def test_customers_and_partners_do_not_review(browser: Browser) -> None:
    for path in (REVIEW, f"/portings/{PORTING}/signed-form", f"/portings/{PORTING}/signed-form/pages/1.jpg"):
        assert (await browser("petra").get(path)).status_code == 403
    assert (await browser("petra").post(REVIEW, data=form(act="accept"))).status_code == 403
    assert (await browser("anton").get(REVIEW)).status_code == 200
    assert (await browser("anton").post(REVIEW, data=form(act="accept"))).status_code == 403


async def told(store: MemoryStore, name: str, place: int, **facts: object) -> None:
    event_type = next(one for one in all_events() if one.__name__ == name)
    example = json.loads((EXAMPLES / f"{event_type.type_name()}.json").read_bytes())
    event = event_type.read(json.dumps(example | {"order_id": ORDER} | facts).encode())
    await note_event(event, UUID(ident(f"told{place}")), store)


@pytest.mark.rule("ORD-1")
async def test_the_timeline_tells_of_a_form_that_came_or_went_back_and_of_each_reminder(
    browser: Browser, store: MemoryStore
) -> None:
    await told(store, "SignedFormAwaited", 1, awaited_since="2026-11-23T10:00:00Z")
    await told(store, "SignedFormReminded", 2, reminder=1, reminded_at="2026-11-30T07:00:00Z")
    await told(store, "SignedFormReceived", 4, received_at="2026-12-01T10:00:00Z")
    back = {"awaited_since": "2026-12-02T10:00:00Z", "refused_because": "Es fehlen Seiten."}
    await told(store, "SignedFormAwaited", 3, **back)
    page = (await browser("petra").get(f"/orders/{ORDER}")).text
    course = page[page.index("Verlauf") :]
    steps = ("Portierung angehalten", "An das unterschriebene Formular erinnert", "30.11.2026, 08:00", "Erinnerung 1")
    steps += ("Unterschriebenes Formular eingegangen", "Das Formular für Stadtwerke Musterstadt ist da.")
    steps += ("Unterschriebenes Formular zurückgeschickt", "Es fehlen Seiten.", "Senden Sie ein neues")
    places = [course.find(step) for step in steps]
    assert -1 not in places, dict(zip(steps, places, strict=True))
    assert places == sorted(places)
