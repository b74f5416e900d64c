"""The public page for fiber, and what the mailed link opens (FIBER-1)."""

import re

import httpx
import pytest

from devstack.demo.client import hidden_fields
from tests.portal.conftest import Browser
from tests.portal.upstream import Upstream

TYPED = {
    "name": "Zoë Müller",
    "street": "Rosenstraße",
    "house_number": "12",
    "addition": "a",
    "postcode": "50678",
    "town": "Köln",
    "email": "zoe@mueller.example",
    "phone": "0221 4711",
    "privacy_accepted": "on",
    "consent_given": "on",
}
THANKS = "Wir werden Ihre Anfrage schnellstmöglich bearbeiten."
NOT_PROCESSED = "Das Formular konnte nicht verarbeitet werden. Bitte prüfen Sie Ihre Eingaben und versuchen es erneut."


async def send(client: httpx.AsyncClient, **changed: str) -> httpx.Response:
    shown = hidden_fields((await client.get("/glasfaser")).text)
    return await client.post("/glasfaser", data={**shown, **TYPED, **changed})


def sent(upstream: Upstream, path: str) -> list[dict[str, object]]:
    return [json for _part, method, called, json in upstream.calls if (method, called) == ("POST", path)]


@pytest.mark.rule("FIBER-1")
async def test_the_page_is_public_linked_and_shows_both_texts_apart(browser: Browser) -> None:
    client = browser("")
    assert 'href="/glasfaser"' in (await client.get("/signed-out")).text
    assert 'href="/glasfaser"' in (await client.get("/q/never")).text
    page = await client.get("/glasfaser")
    assert page.status_code == 200
    assert "Wir informieren Sie, sobald Ihre Adresse im Ausbaugebiet für Glasfaser liegt." in page.text
    assert "Verantwortlich sind wir." in page.text
    boxes = re.findall(r'<input type="checkbox" id="(\w+)"[^>]*>', page.text)
    assert boxes == ["privacy_accepted", "consent_given"]
    assert "checked" not in page.text


@pytest.mark.rule("FIBER-1")
async def test_what_was_entered_goes_to_provisioning_with_the_texts_that_were_read(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("")
    answer = await send(client)
    assert answer.headers["location"] == "/glasfaser/danke"
    thanks = (await client.get("/glasfaser/danke")).text
    assert "Vielen Dank für Ihre Anfrage" in thanks
    assert THANKS in thanks
    [json] = sent(upstream, "/fiber/pre-registrations")
    assert json == {
        "name": "Zoë Müller",
        "address": {
            "street": "Rosenstraße",
            "house_number": "12",
            "addition": "a",
            "postcode": "50678",
            "town": "Köln",
        },
        "email": "zoe@mueller.example",
        "phone": "0221 4711",
        "privacy_accepted": True,
        "consent_given": True,
        "version": "2021-03.1",
        "language": "de",
    }


@pytest.mark.rule("FIBER-1")
@pytest.mark.parametrize("missing", ["name", "street", "house_number", "postcode", "town", "email"])
async def test_what_is_missing_is_named_at_its_field_and_nothing_is_sent(
    browser: Browser, upstream: Upstream, missing: str
) -> None:
    answer = await send(browser(""), **{missing: "  "})
    assert answer.status_code == 422
    assert NOT_PROCESSED in answer.text
    assert f'<a href="#{missing}">' in answer.text
    assert 'value="Zoë Müller"' in answer.text or missing == "name"
    assert sent(upstream, "/fiber/pre-registrations") == []


@pytest.mark.rule("FIBER-1")
@pytest.mark.parametrize("box", ["privacy_accepted", "consent_given"])
async def test_each_box_is_needed_by_itself_and_the_other_stays_ticked(
    browser: Browser, upstream: Upstream, box: str
) -> None:
    answer = await send(browser(""), **{box: ""})
    assert answer.status_code == 422
    assert f'<a href="#{box}">' in answer.text
    assert len(re.findall(r'type="checkbox"[^>]* checked', answer.text)) == 1
    assert sent(upstream, "/fiber/pre-registrations") == []


@pytest.mark.rule("FIBER-1")
@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"town": "München"}, 422, '<a href="#town">Passt nicht.</a>'),
        ({"version": "2020-01.1"}, 409, '<a href="#consent_given">Neue Texte.</a>'),
        ({"name": "Viel"}, 429, "Zu viele."),
        ({"name": '"><script>alert(1)</script>', "town": "München"}, 422, "&lt;script&gt;"),
    ],
)
async def test_what_provisioning_refuses_stands_at_its_field_with_what_was_typed(
    browser: Browser, changed: dict[str, str], status: int, said: str
) -> None:
    answer = await send(browser(""), **changed)
    assert answer.status_code == status
    assert said in answer.text
    assert NOT_PROCESSED in answer.text
    assert 'value="zoe@mueller.example"' in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.rule("FIBER-1")
async def test_new_texts_have_to_be_agreed_to_anew(browser: Browser) -> None:
    answer = await send(browser(""), version="2020-01.1")
    assert 'name="version" value="2021-03.1"' in answer.text
    assert re.findall(r'type="checkbox"[^>]* checked', answer.text) == []


@pytest.mark.rule("FIBER-1")
async def test_opening_the_mailed_link_sends_nothing_and_each_button_does_what_it_says(
    browser: Browser, upstream: Upstream
) -> None:
    client = browser("")
    page = await client.get("/glasfaser/link/new")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "Hohe Straße 12, 50667 Köln" in page.text
    assert [path for _part, _method, path, _json in upstream.calls] == ["/fiber/links/look"]
    for act in ("confirm", "withdraw"):
        assert f'action="/glasfaser/link/new/{act}"' in page.text
        answer = await client.post(f"/glasfaser/link/new/{act}", data=hidden_fields(page.text))
        assert answer.headers["location"] == "/glasfaser/link/new"
        assert sent(upstream, f"/fiber/links/{act}") == [{"token": "new"}]
    assert (await client.post("/glasfaser/link/new/delete", data={})).status_code == 404


@pytest.mark.rule("FIBER-1")
@pytest.mark.parametrize(
    ("token", "status", "said", "buttons"),
    [
        ("agreed", 200, "Ihre Vormerkung ist bestätigt", ["withdraw"]),
        ("gone", 200, "Die Einwilligung ist widerrufen", []),
        ("late", 410, "Dieser Link ist abgelaufen", []),
        ("guessed", 404, "Diesen Link kennen wir nicht", []),
    ],
)
async def test_a_link_says_in_plain_words_what_became_of_it_and_gives_nothing_away(
    browser: Browser, token: str, status: int, said: str, buttons: list[str]
) -> None:
    page = await browser("").get(f"/glasfaser/link/{token}")
    assert page.status_code == status
    assert said in page.text
    assert re.findall(rf'action="/glasfaser/link/{token}/(\w+)"', page.text) == buttons
    assert ("Hohe Straße" in page.text) is (token == "agreed")


@pytest.mark.rule("FIBER-1")
async def test_a_login_in_the_same_browser_plays_no_part(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    assert (await send(client)).status_code == 303
    assert "Petra" not in (await client.get("/glasfaser")).text


@pytest.mark.rule("FIBER-1")
async def test_the_page_is_there_in_english(browser: Browser) -> None:
    client = browser("")
    client.cookies.set("language", "en")
    page = (await client.get("/glasfaser")).text
    assert "I agree to be contacted." in page
    assert 'name="language" value="en"' in page
    assert "Glasfaser für" not in page


@pytest.mark.rule("FIBER-1")
async def test_while_provisioning_is_away_the_page_says_so(browser: Browser, upstream: Upstream) -> None:
    upstream.away.add("provisioning")
    assert (await browser("").get("/glasfaser")).status_code == 503
