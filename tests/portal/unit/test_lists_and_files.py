"""Search over everything, lists as files, and sites from a file."""

import csv
import io
import re

import httpx
import pytest

from portal.adapters.memory import MemoryStore
from portal.domain.site_rows import NotASheet, rows_in
from portal.domain.spreadsheet import line
from tests.portal.conftest import CSRF, Browser, fill
from tests.portal.upstream import AGREEMENT, CUSTOMERS, ORDER, QUOTED, RUNNING, Upstream

IMPORT = f"/trunks/{AGREEMENT}/import"
HEADINGS = "Name;Straße;Hausnummer;Zusatz;PLZ;Ort;Vorwahl;Rufnummern"


def form(**fields: str) -> dict[str, str]:
    return {"_csrf": CSRF, "_key": "key-of-this-form", **fields}


def cells(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def sheet(*rows: str, encoding: str = "utf-8-sig") -> dict[str, tuple[str, bytes, str]]:
    return {"sites": ("standorte.csv", "\r\n".join((HEADINGS, *rows)).encode(encoding), "text/csv")}


def ordered(upstream: Upstream) -> list[str]:
    return [
        json["site"]["name"] for _, method, path, json in upstream.calls if path.endswith("/sites") and method == "POST"
    ]


async def test_one_search_finds_customers_contracts_orders_and_numbers(browser: Browser) -> None:
    client = browser("petra")
    page = (await client.get("/search?q=jäger")).text
    for heading in (
        "Kunden",
        "Verträge",
        "Aufträge",
        "Warenkörbe und Angebote",
        "Trunks, Standorte und Rufnummern",
    ):
        assert re.search(rf"<h2 id=\"h-\w+\">{heading}</h2>", page)
    assert "0221 47110 00–99" in page
    assert "Geben Sie mindestens zwei Zeichen ein." in (await client.get("/search?q=j")).text


async def test_a_whole_number_leads_straight_to_what_it_names(browser: Browser) -> None:
    client = browser("petra")
    assert (await client.get("/search?q=v-700124")).headers["location"] == f"/agreements/{RUNNING}"
    assert (await client.get("/search?q=B-2026-0815")).headers["location"] == f"/orders/{ORDER}"
    for number in ("w-1002", "A-2026-0002"):
        assert (await client.get(f"/search?q={number}")).headers["location"] == f"/carts/{QUOTED}"


@pytest.mark.rule("CART-1")
async def test_carts_and_quotes_are_found_by_number_and_customer_whatever_became_of_them(browser: Browser) -> None:
    client = browser("petra")
    for q, number in (("W-1004", "W-1004"), ("A-2026-0003", "A-2026-0003"), ("jäger", "A-2026-0003")):
        page = (await client.get("/carts", params={"q": q})).text
        assert f'">{number}</a>' in page
    assert "A-2026-0003" not in (await client.get("/carts?q=jäger&state=open")).text
    assert "Kein Warenkorb oder Angebot passt zu dieser Auswahl." in (await client.get("/carts?q=nobody")).text
    _, *rows = cells(await client.get("/export/carts.csv?q=A-2026-0003"))
    assert [row[1] for row in rows] == ["A-2026-0003"]


async def test_the_search_names_a_part_that_is_away_and_finds_the_rest(browser: Browser, upstream: Upstream) -> None:
    upstream.away = {"provisioning"}
    page = (await browser("petra").get("/search?q=jäger")).text
    assert "Ein Teil des Systems antwortet gerade nicht." in page
    assert "V-700124" in page


@pytest.mark.parametrize("name", ["customers", "carts", "orders", "agreements", "trunks", "sites", "numbers"])
async def test_every_list_is_a_file_for_german_spreadsheets(browser: Browser, name: str) -> None:
    answer = await browser("petra").get(f"/export/{name}.csv")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert f'filename="{name}-' in answer.headers["content-disposition"]
    headings, *rows = cells(answer)
    assert rows
    assert {len(row) for row in rows} == {len(headings)}


async def test_a_file_holds_all_pages_and_keeps_the_filters(browser: Browser, upstream: Upstream) -> None:
    upstream.page_size = 1
    client = browser("petra")
    assert len(cells(await client.get("/export/agreements.csv"))) == 1 + len(upstream.agreements)
    _, *rows = cells(await client.get("/export/orders.csv?status=awaiting&cursor=7"))
    assert [row[0] for row in rows] == ["B-2026-0815"]
    page = (await client.get("/orders?status=awaiting")).text
    assert 'href="/export/orders.csv?status=awaiting&amp;"' in page


async def test_a_file_says_where_it_breaks_off(browser: Browser, upstream: Upstream) -> None:
    upstream.page_size = 1
    client = browser("petra")
    answered = upstream._page

    def once(*told: object) -> object:
        upstream.away = {"cart"}
        return answered(*told)  # type: ignore[arg-type]

    upstream._page = once  # type: ignore[method-assign,assignment]
    *_, last = cells(await client.get("/export/agreements.csv"))
    assert last[0].startswith("Die Liste bricht hier ab")


async def test_a_list_that_is_refused_looks_like_a_refusal(browser: Browser, upstream: Upstream) -> None:
    upstream.away = {"cart"}
    assert (await browser("petra").get("/export/orders.csv")).status_code == 503
    assert (await browser("petra").get("/export/secrets.csv")).status_code == 404
    assert (await browser("petra").get("/export/tasks.csv")).status_code == 403


async def test_order_managements_tasks_are_a_file_too(browser: Browser, store: MemoryStore) -> None:
    await fill(store)
    _, *rows = cells(await browser("olga").get("/export/tasks.csv?kind=signed_form"))
    assert [row[0] for row in rows] == ["Unterschriebenes Formular prüfen"]


async def test_amounts_and_days_are_written_as_the_language_writes_them(browser: Browser) -> None:
    client = browser("petra")
    _, german = cells(await client.get("/export/agreements.csv?q=V-700124"))
    assert "28.02.2027" in german
    await client.post("/settings/language", data=form(language="en", next="/"))
    _, english = cells(await client.get("/export/agreements.csv?q=V-700124"))
    assert "2027-02-28" in english


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_no_cell_runs_in_a_spreadsheet(start: str) -> None:
    assert next(
        csv.reader(
            io.StringIO(
                line(
                    [f"{start}HYPERLINK(1)"],
                ),
                newline="",
            ),
            delimiter=";",
        )
    )[0].startswith("'")


async def test_a_customers_name_cannot_run_in_a_spreadsheet(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = next(iter(CUSTOMERS.values()))
    monkeypatch.setitem(evil, "name", '=HYPERLINK("http://evil.example";"Klick")')
    _, first, *_rest = cells(await browser("petra").get("/export/customers.csv"))
    assert first[0] == '\'=HYPERLINK("http://evil.example";"Klick")'


async def test_the_template_is_read_back_as_it_is_written(browser: Browser) -> None:
    template = await browser("petra").get(f"{IMPORT}/sites.csv")
    (row,) = rows_in(template.content)
    assert (row.place, row.values["town"], row.values["area_code"]) == (2, "Köln", "0221")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_files_of_every_spreadsheet_are_read(encoding: str, separator: str) -> None:
    text = f"{HEADINGS}\nLager;Hohe Straße;12;;1067;Dresden;351;10\n\n".replace(";", separator)
    (row,) = rows_in(text.encode(encoding))
    assert (row.values["street"], row.values["postcode"]) == ("Hohe Straße", "01067")


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "empty"),
        (HEADINGS.encode(), "empty"),
        (b"Name;Ort\nLager;Bonn\n", "columns"),
        (b"PK\x03\x04\x00\x00", "unreadable"),
        ((HEADINGS + "\nA;B;1;;50667;C;221;10" * 101).encode(), "too_many"),
        (('Name;"' + "x" * 200_000).encode(), "unreadable"),
    ],
)
def test_a_file_that_is_no_list_of_sites_is_refused(content: bytes, wrong: str) -> None:
    with pytest.raises(NotASheet) as refused:
        rows_in(content)
    assert refused.value.wrong == wrong


@pytest.mark.rule("SITE-1")
async def test_a_dry_run_names_each_rows_faults_and_orders_nothing(browser: Browser, upstream: Upstream) -> None:
    files = sheet(
        "Lager Eins;Hohe Straße;12;;50667;Köln;0221;100",
        "Lager Zwei;Hohe Straße;14;;50667;München;0221;100",
        "Lager Drei;Hohe Straße;;;5066;Köln;0221;7",
        "Lager Eins;Hohe Straße;12;;50667;Köln;0221;10",
        "Zentrale Köln;Hohe Straße;12;;50667;Köln;0221;10",
        "Lager Vier;Hohe Straße;16;;50667;Köln;0221;1000",
    )
    page = await browser("petra").post(IMPORT, data=form(), files=files)
    assert "1 von 6 Zeilen lassen sich bestellen. Noch ist nichts bestellt." in page.text
    for fault in (
        "Ort: Die Postleitzahl 50667 gehört nicht zu München. Meinten Sie: Köln?",
        "Hausnummer: ",
        "Rufnummern: Wählen Sie die Anzahl der Rufnummern: 10, 100, 1000.",
        "Derselbe Standort steht schon in Zeile 2. Entfernen Sie eine der Zeilen.",
        "Diesen Standort hat der Trunk schon.",
        "In der Vorwahl 0221 ist kein Block dieser Größe mehr frei.",
    ):
        assert fault in re.sub(r"\s+", " ", page.text), fault
    assert ordered(upstream) == []


@pytest.mark.rule("SITE-1", "QUOTE-5")
async def test_rows_are_ordered_one_by_one_and_never_twice(browser: Browser, upstream: Upstream) -> None:
    client = browser("petra")
    files = sheet("Lager Zwei;Hohe Straße;14;;50667;Köln;0221;10", "Lager Eins;Hohe Straße;12;;50667;Köln;0221;100")
    check = (await client.post(IMPORT, data=form(), files=files)).text
    rows, key = re.search(r'name="rows" value="([^"]*)"', check), re.search(r'name="order_key" value="([^"]*)"', check)
    assert rows
    assert key
    fields = form(rows=rows[1].replace("&#34;", '"'), order_key=key[1])
    first = (await client.post(f"{IMPORT}/order", data=fields)).text
    assert "1 von 2 Standorten bestellt" in first
    assert "Noch einmal versuchen" in first
    second = (await client.post(f"{IMPORT}/order", data=fields)).text
    assert "2 von 2 Standorten bestellt" in second
    assert upstream.sites_ordered == 3
    await client.post(f"{IMPORT}/order", data=fields)
    assert upstream.sites_ordered == 3


@pytest.mark.parametrize("rows", ["", "{}", "[1]", '[["x", {}]]', "[[1, 2]]"])
async def test_rows_that_nobody_checked_are_refused(browser: Browser, upstream: Upstream, rows: str) -> None:
    answer = await browser("petra").post(f"{IMPORT}/order", data=form(rows=rows, order_key="k"))
    assert answer.status_code in (200, 422)
    assert ordered(upstream) == []


async def test_a_file_is_needed(browser: Browser) -> None:
    page = await browser("petra").post(IMPORT, data=form(), files={"sites": ("", b"")})
    assert page.status_code == 422
    assert '<a href="#sites">' in page.text
