"""Whatever is typed, uploaded or put into an address, the portal answers with a page, never with a fault of its own."""

import inspect
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from portal.entrypoints.site import PAGES
from tests.fuzz.nasty import CURSORS, TEXTS
from tests.tenancy.paths import NO_IDS, Path, pages
from tests.town.people import Family
from tests.town.services import Someone, Town

FIELD = re.compile(r"""form(?:\.\w+\(|\[)["'](\w+)["']""")
WRITTEN = tuple(text.encode("utf-8", "replace").decode() for text in TEXTS)
FIELDS = sorted({name for module in PAGES for name in FIELD.findall(inspect.getsource(module))})
"""Every field that some page reads from its form."""
LONG = 3_000
"""Letters: more in each question make an address that no client sends."""
QUERIES = (
    "q",
    "kind",
    "state",
    "risk",
    "status",
    "family",
    "customer_id",
    "agreement_id",
    "site",
    "audience",
    "category",
    "owner",
    "whose",
    "when",
    "who",
    "task",
    "order",
    "day",
    "next",
)
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/x-www-form-urlencoded", b"_csrf=%00%ff&%=&\xff"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=b"),
    ("multipart/form-data", b"--"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\xff\r\n\r\n\xff\r\n--x--\r\n"),
    ("application/json", b'{"a":'),
    ("", b"\0"),
)


@pytest.fixture(scope="module")
def visitors(town: Town, families: tuple[Family, Family]) -> list[Someone]:
    alpha, _beta = families
    clerks = [town.signed(role, role) for role in ("order_management", "administrator")]
    for one in clerks:
        town.runner.run(town.log_in(one))
    return [alpha.people["customer"], alpha.people["seller"], *clerks, Someone("nobody")]


def addresses(page: Path, things: dict[str, str]) -> Iterator[str]:
    """The page's own address, with what is there, and with nasty words where words are asked for."""
    yield page.filled(things)
    for place, gap in enumerate(page.gaps):
        if gap in NO_IDS or gap == "token":
            yield page.filled({**things, gap: quote(WRITTEN[place % len(WRITTEN)], safe="")})


def queries() -> Iterator[dict[str, str]]:
    """Each nasty word in every question at once, and each broken cursor."""
    for place, word in enumerate(WRITTEN):
        yield dict.fromkeys(QUERIES, word[:LONG]) | {"cursor": CURSORS[place]}


def broken(page: Path, who: Someone, answer: httpx.Response) -> list[str]:
    return [f"{page.label} as {who.name}: {answer.status_code} at {answer.url}"] if answer.is_server_error else []


@pytest.mark.timeout(300)
def test_no_address_breaks_a_page(town: Town, families: tuple[Family, Family], visitors: list[Someone]) -> None:
    alpha, _beta = families
    things = {name: ids[0] for name, ids in alpha.things["customer"].items()} | alpha_token(alpha)

    async def ask() -> list[str]:
        wrong = []
        for place, page in enumerate(one for one in pages(town) if one.method == "GET"):
            if page.path.endswith("/live"):
                continue  # never ends
            for who in visitors:
                for address in addresses(page, things):
                    wrong += broken(page, who, await town.visit(who, "GET", address))
            asked: list[Any] = list(queries())
            for nth in range(3):
                who = visitors[(place + nth) % len(visitors)]
                query = asked[(place * 3 + nth) % len(asked)]
                wrong += broken(page, who, await town.visit(who, "GET", page.filled(things), params=query))
        return wrong

    found = town.runner.run(ask())
    assert not found, "\n".join(found)


def test_no_form_breaks_a_page(town: Town, families: tuple[Family, Family], visitors: list[Someone]) -> None:
    alpha, _beta = families
    things = {name: ids[0] for name, ids in alpha.things["customer"].items()} | alpha_token(alpha)

    async def ask() -> list[str]:
        wrong = []
        for place, page in enumerate(one for one in pages(town) if one.method == "POST"):
            for nth, who in enumerate(visitors):
                word = WRITTEN[(place + nth) % len(WRITTEN)]
                form = dict.fromkeys(FIELDS, word)
                if who.token and page.path != "/logout":
                    wrong += broken(page, who, await town.visit(who, "POST", page.filled(things), form))
            for kind, body in BODIES:
                who = visitors[place % len(visitors)]
                headers = {"Content-Type": kind, "Cookie": f"session={who.name}"}
                answer = await town.client("portal").post(page.filled(things), content=body, headers=headers)
                wrong += broken(page, who, answer)
        return wrong

    assert len(FIELDS) > 20
    found = town.runner.run(ask())
    assert not found, "\n".join(found)


def alpha_token(alpha: Family) -> dict[str, str]:
    return {"token": alpha.tokens["customer"]}
