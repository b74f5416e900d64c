"""Every path as everybody, with ids of things that aren't his: nobody learns more than that there is nothing."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.roles import CUSTOMER, PARTNER, SUB_PARTNER, Signed
from tests.tenancy.paths import SERVICES, Path, api_of, pages
from tests.town.people import Family, Things
from tests.town.services import Someone, Town

Families = tuple[Family, Family]
ORDERING = ("customer", "partner", "sub", "subsub", "seller")
NOSY = "partner"
"""Who tries every id; the others try one of each kind."""
BELOW = ("customer", "sub", "subsub", "seller")
"""Who may not see what hangs on the partner himself."""
PASSING = re.compile(r'name="_key" value="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f-]{17}')
"""In a page, what differs from call to call: keys of forms and correlation ids."""


def told(answer: httpx.Response, *sent: str) -> tuple[int, str]:
    """An answer without what differs from call to call, and without the ids that were asked for."""
    text = answer.text
    if "json" in answer.headers.get("content-type", "") and isinstance(body := answer.json(), dict):
        text = json.dumps({name: body[name] for name in sorted(body) if name not in ("instance", "correlation_id")})
    for one in sent:
        text = text.replace(one, "{id}")
    return answer.status_code, PASSING.sub("", text)


def foreign_ids(path: Path, things: Things, *, every: bool = True) -> Iterator[dict[str, str]]:
    """The first id for each gap, then each other one, since answers may differ by state; fails on an unknown gap."""
    for gap in path.ids:
        assert gap in things, f"{path.label}: say in tests/tenancy/paths.py what {{{gap}}} is, or give the town one"
    first = {gap: things[gap][0] for gap in path.ids}
    yield first
    for gap in path.ids if every else ():
        for other in things[gap][1:]:
            yield {**first, gap: other}


def unknown(path: Path) -> dict[str, str]:
    return {gap: str(uuid4()) for gap in path.ids}


def may_call(path: Path, who: Someone) -> bool:
    return who.role in path.declared.roles


def tree_paths(service: str, town: Town) -> list[Path]:
    """Those whose ids name somebody's things."""
    ordering = {CUSTOMER, PARTNER, SUB_PARTNER}
    return [one for one in api_of(service, town) if one.ids and one.declared.roles & ordering]


@pytest.fixture(scope="module")
def strangers(families: Families) -> list[tuple[Someone, Family, str]]:
    """Who asks, and for whose things, none of them his."""
    alpha, beta = families
    return [(alpha.people[one], beta, "customer") for one in ORDERING] + [
        (alpha.people[one], alpha, "above") for one in BELOW
    ]


@pytest.mark.rule("TEN-2")
@pytest.mark.parametrize("service", SERVICES)
def test_a_foreign_id_in_a_path_is_answered_like_one_that_does_not_exist(
    town: Town, strangers: list[tuple[Someone, Family, str]], families: Families, service: str
) -> None:
    alpha, _beta = families

    async def walk() -> list[str]:
        leaks = []
        for path in tree_paths(service, town):
            for who, family, customer in strangers:
                if not may_call(path, who):
                    continue
                missing = unknown(path)
                nothing = await town.call(who, service, path.method, path.filled(missing), **path.request())
                for ids in foreign_ids(path, family.things[customer], every=who is alpha.people[NOSY]):
                    answer = await town.call(who, service, path.method, path.filled(ids), **path.request())
                    said, wanted = told(answer, *ids.values()), told(nothing, *missing.values())
                    if said != wanted or answer.status_code != 404:
                        leaks.append(f"{path.label} as {who.name}: {said} instead of {wanted}")
        return leaks

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


@pytest.mark.rule("TEN-2")
@pytest.mark.parametrize("service", SERVICES)
def test_a_foreign_id_in_a_query_or_a_body_is_answered_like_one_that_does_not_exist(
    town: Town, families: Families, service: str
) -> None:
    alpha, beta = families
    own, foreign = alpha.things["customer"], beta.things["customer"]

    async def call(path: Path, who: Someone, place: str, name: str, value: str) -> httpx.Response:
        ids = {gap: own[gap][0] for gap in path.ids}
        return await town.call(who, service, path.method, path.filled(ids), **path.request(**{place: {name: value}}))

    async def walk() -> list[str]:
        leaks = []
        for path in api_of(service, town):
            places = [("query", name) for name in path.asks] + [("body", name) for name in path.names]
            for who in (alpha.people[one] for one in ORDERING):
                for place, name in places if may_call(path, who) else ():
                    assert name in foreign, f"{path.label}: give the town a {name}"
                    missing = str(uuid4())
                    wanted = told(await call(path, who, place, name, missing), missing)
                    for value in foreign[name]:
                        answer = await call(path, who, place, name, value)
                        is_empty = answer.status_code == 200 and answer.json() in ({"items": [], "next": None}, [])
                        if told(answer, value) != wanted or not (answer.is_client_error or is_empty):
                            leaks.append(
                                f"{path.label} {name} as {who.name}: {told(answer, value)} instead of {wanted}"
                            )
        return leaks

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


@pytest.mark.rule("TEN-3")
@pytest.mark.parametrize("service", SERVICES)
def test_ones_own_customer_without_customer_administration_is_closed_with_the_remedy(
    town: Town, families: Families, service: str
) -> None:
    alpha, _beta = families
    trunks = {str(one) for one in town.runner.run(town.ask("provisioning", "SELECT agreement_id FROM trunk"))}

    async def walk() -> list[str]:
        wrong = []
        for path in tree_paths(service, town):
            for who in (alpha.people[one] for one in ORDERING[1:]):
                if path.declared.whose != "tree" or not may_call(path, who):
                    continue
                for ids in foreign_ids(path, alpha.things["closed"], every=who is alpha.people[NOSY]):
                    if service == "provisioning" and ids.get("agreement_id") not in trunks:
                        continue
                    answer = await town.call(who, service, path.method, path.filled(ids), **path.request())
                    problem = answer.json()
                    if (answer.status_code, problem["code"]) != (403, "not-delegated") or not problem["remedy"]:
                        wrong.append(f"{path.label} as {who.name}: {answer.text}")
        return wrong

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


@pytest.mark.rule("TEN-1", "TEN-2", "TEN-3")
@pytest.mark.parametrize("service", SERVICES)
def test_no_list_shows_what_is_foreign_or_closed(town: Town, families: Families, service: str) -> None:
    alpha, beta = families
    hidden = {one: ids_of(beta.things["customer"]) | {str(one) for one in beta.ids.values()} for one in ORDERING}
    for one in BELOW:
        hidden[one] |= ids_of(alpha.things["above"])
    for one in ORDERING[1:]:
        hidden[one] |= ids_of(alpha.things["closed"]) - {str(alpha.ids["closed"])}

    async def pages_of(path: Path, who: Someone) -> list[str]:
        shown, cursor = [], {}
        while True:
            answer = await town.call(who, service, "GET", path.filled({}), **path.request(query=cursor))
            shown.append(answer.text)
            page = answer.json() if answer.status_code == 200 else None
            if not isinstance(page, dict) or not page.get("next"):
                return shown
            cursor = {"cursor": page["next"]}

    async def walk() -> list[str]:
        leaks = []
        for path in (one for one in api_of(service, town) if one.method == "GET" and not one.ids):
            for name in ORDERING:
                if not may_call(path, alpha.people[name]):
                    continue
                text = "".join(await pages_of(path, alpha.people[name]))
                seen = [one for one in hidden[name] if one in text]
                if seen or "beta" in text:
                    leaks.append(f"{path.label} as {name}: {seen}")
        return leaks

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


def ids_of(things: Things) -> set[str]:
    return {one for name, ids in things.items() for one in ids}


@pytest.mark.rule("TEN-1")
@pytest.mark.parametrize("service", SERVICES)
def test_nobody_calls_what_his_role_does_not_declare(town: Town, families: Families, service: str) -> None:
    alpha, _beta = families
    everybody = [*(alpha.people[one] for one in ORDERING), Someone("nobody"), alpha.links["customer"]]
    everybody += [town.signed(role, role) for role in ("order_management", "administrator", "machine", "passer-by")]

    async def walk() -> list[str]:
        wrong = []
        for path in api_of(service, town):
            for who in everybody:
                may = may_call(path, who) or path.declared.anybody or (who.role == "approver" and path.declared.links)
                if may:
                    continue
                answer = await town.call(who, service, path.method, path.filled(unknown(path)), **path.request())
                wanted = {"": "login-required", "approver": "link-not-enough"}.get(who.role, "role-missing")
                if isinstance(path.declared, Signed):
                    wanted = "bad-signature"
                if answer.json().get("code") != wanted:
                    wrong.append(f"{path.label} as {who.name}: {answer.text}")
        return wrong

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


@pytest.mark.rule("TEN-2", "QUOTE-3")
@pytest.mark.parametrize("service", SERVICES)
def test_a_mailed_link_opens_its_own_quote_and_order_and_no_other(town: Town, families: Families, service: str) -> None:
    alpha, beta = families
    link = alpha.links["customer"]

    async def walk() -> list[str]:
        leaks = []
        for path in (one for one in api_of(service, town) if one.declared.links and one.ids):
            missing = unknown(path)
            nothing = await town.call(link, service, path.method, path.filled(missing), **path.request())
            for things in (beta.things["customer"], alpha.things["above"]):
                for ids in foreign_ids(path, things):
                    answer = await town.call(link, service, path.method, path.filled(ids), **path.request())
                    said, wanted = told(answer, *ids.values()), told(nothing, *missing.values())
                    if said != wanted or answer.status_code != 404:
                        leaks.append(f"{path.label}: {said} instead of {wanted}")
        return leaks

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


@pytest.mark.rule("TEN-2")
def test_no_page_of_the_portal_tells_of_foreign_things(
    town: Town, strangers: list[tuple[Someone, Family, str]], families: Families
) -> None:
    token = {"token": families[0].tokens["customer"]}

    async def walk() -> list[str]:
        leaks = []
        for page in (one for one in pages(town) if one.ids and one.ids != ["token"]):
            by_link = "token" in page.ids
            for who, family, customer in strangers:
                if not (by_link or may_call(page, who)):
                    continue
                missing = unknown(page) | (token if by_link else {})
                nothing = await town.visit(who, page.method, page.filled(missing), **page.filled_form())
                things = {**family.things[customer], "token": [token["token"]]}
                for ids in foreign_ids(page, things, every=who is families[0].people[NOSY]):
                    answer = await town.visit(who, page.method, page.filled(ids), **page.filled_form())
                    said, wanted = told(answer, *ids.values()), told(nothing, *missing.values())
                    if said != wanted or answer.status_code != 404:
                        leaks.append(f"{page.label} as {who.name}: {said[0]} instead of {wanted[0]}")
        return leaks

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


@pytest.mark.rule("TEN-1", "TEN-2")
def test_no_page_of_the_portal_lists_foreign_things_or_opens_to_the_wrong_role(town: Town, families: Families) -> None:
    alpha, beta = families
    hidden = ids_of(beta.things["customer"]) | {str(one) for one in beta.ids.values()}

    async def walk() -> list[str]:
        wrong = []
        for page in (one for one in pages(town) if one.method == "GET" and not one.ids):
            for who in (alpha.people[one] for one in ORDERING):
                answer = await town.visit(who, "GET", page.filled({}))
                if page.declared.anybody or may_call(page, who):
                    if answer.is_server_error or "beta" in answer.text or any(one in answer.text for one in hidden):
                        wrong.append(f"{page.label} as {who.name}: {answer.status_code}")
                elif answer.status_code != 403:
                    wrong.append(f"{page.label} as {who.name}: {answer.status_code} instead of 403")
        return wrong

    found = town.runner.run(walk())
    assert not found, "\n".join(found)


def test_the_walk_finds_things_to_walk_over(town: Town, families: Families) -> None:
    """So that the walk can't pass by walking nowhere: the owner gets at what the strangers don't."""
    alpha, _beta = families

    async def walk() -> dict[str, int]:
        opened = dict.fromkeys(SERVICES, 0)
        for service in SERVICES:
            for path in (one for one in tree_paths(service, town) if one.method == "GET"):
                for ids in foreign_ids(path, alpha.things["customer"]):
                    answer: Any = await town.call(
                        alpha.people["customer"], service, "GET", path.filled(ids), **path.request()
                    )
                    opened[service] += answer.status_code == 200
        return opened

    opened = town.runner.run(walk())
    assert {name for name, times in opened.items() if times} >= {"cart", "provisioning", "porting", "notification"}
