"""Bad input, here and always: each gets its clear answer from every service, and leaves no trace."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from catalog.main import DATA
from chassis.tokens import sign_token
from tests.porting import pdfs
from tests.tenancy.paths import SERVICES, Path, api_of
from tests.town.people import SITE, Family, porting
from tests.town.services import Someone, Town

Families = tuple[Family, Family]
NASTY_NAME = 'Jürß "Chefin" O\'Neill & <b>Söhne</b> 😀'
LARGE = 12 << 20
"""More than the largest body that any route takes."""
TRACES = ("outbox", "idempotency_key", "parked")


def files() -> dict[str, str]:
    """The shipped catalog, as administrators upload one."""
    folder = DATA / "2021-03.1"
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}


def caller_for(path: Path, families: Families, town: Town) -> Someone:
    """Somebody whom the route lets in."""
    alpha, _beta = families
    for one in (*alpha.people.values(), alpha.links["customer"]):
        if one.role in path.declared.roles or (one.role == "approver" and path.declared.links):
            return one
    roles = sorted(path.declared.roles) or ["machine"]
    return town.signed(roles[0], roles[0])


async def traces(town: Town, service: str) -> list[int]:
    return [(await town.ask(service, f"SELECT count(*) FROM {table}"))[0] for table in TRACES]


def filled(path: Path, families: Families) -> str:
    things = families[0].things["customer"]
    return path.filled({gap: things.get(gap, [str(uuid4())])[0] for gap in path.ids})


@pytest.mark.parametrize("service", SERVICES)
def test_an_oversized_body_is_refused_everywhere_and_leaves_no_trace(
    town: Town, families: Families, service: str
) -> None:
    async def ask() -> list[str]:
        wrong, before = [], await traces(town, service)
        for path in (one for one in api_of(service, town) if one.schema is not None or one.method == "PUT"):
            who = caller_for(path, families, town)
            more: dict[str, Any] = path.request() | {"content": b"x" * LARGE}
            more.pop("json", None)
            answer = await town.call(who, service, path.method, filled(path, families), **more)
            if (answer.status_code, answer.json()["code"]) != (413, "too-large"):
                wrong.append(f"{path.label}: {answer.status_code} {answer.text[:200]}")
        assert await traces(town, service) == before
        return wrong

    found = town.runner.run(ask())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("service", SERVICES)
def test_an_expired_token_opens_nothing(town: Town, families: Families, service: str) -> None:
    claims = {"sub": "petra", "role": "administrator", "email": "petra@people.example"}
    token = sign_token(town.folder / "people.jwk", issuer="people", audience="trunkline", claims=claims, lifetime=-3600)

    async def ask() -> list[str]:
        wrong = []
        for path in (one for one in api_of(service, town) if one.declared.roles - {"machine"} or one.declared.links):
            late = Someone("petra", token=token)
            answer = await town.call(late, service, path.method, filled(path, families), **path.request())
            if (answer.status_code, answer.json()["code"]) != (401, "token-expired"):
                wrong.append(f"{path.label}: {answer.text}")
        return wrong

    found = town.runner.run(ask())
    assert not found, "\n".join(found)


def writes(families: Families, town: Town) -> dict[str, tuple[Someone, str, dict[str, Any], dict[str, Any]]]:
    """A write for each service, and the same with another body."""
    alpha, _beta = families
    clerk, chief = town.signed("clerk", "order_management"), town.signed("chief", "administrator")
    things = alpha.things["customer"]
    cart = {"customer_id": str(alpha.ids["customer"]), "business_case": "new_order"}
    hook = {"url": "https://crm.example/again", "events": ["ordering.OrderReceived.v1"]}
    stop = f"/portings/{things['porting_id'][0]}/stop"
    return {
        "catalog": (chief, "/catalog/versions", {"files": files()}, {"files": files() | {"more.yaml": "a: 1"}}),
        "cart": (alpha.people["customer"], "/carts", cart, {**cart, "term_months": 12}),
        "provisioning": (
            chief,
            "/number-pools",
            {"content": b"30,480000000,480000999\n"},
            {"content": b"30,490000000,490000999\n"},
        ),
        "porting": (clerk, stop, {"reason": "Der Kunde will nicht mehr."}, {"reason": NASTY_NAME}),
        "notification": (alpha.people["customer"], "/webhooks", hook, {**hook, "description": NASTY_NAME}),
    }


def sent(body: dict[str, Any]) -> dict[str, Any]:
    return body if "content" in body else {"json": body}


@pytest.mark.parametrize("service", [one for one in SERVICES if one != "portal"])
def test_the_same_key_replays_and_with_another_body_is_refused(town: Town, families: Families, service: str) -> None:
    who, path, body, other = writes(families, town)[service]
    key = {"Idempotency-Key": uuid4().hex}

    async def ask() -> list[httpx.Response]:
        return [
            await town.call(who, service, "POST", path, headers=dict(key), **sent(one)) for one in (body, body, other)
        ]

    first, again, refused = town.runner.run(ask())
    assert first.is_success, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")


def test_a_name_with_quotes_umlauts_and_emoji_is_kept_as_it_was_typed(town: Town, families: Families) -> None:
    alpha, _beta = families
    clerk, customer, things = town.signed("clerk", "order_management"), alpha.people["customer"], alpha.things["above"]
    hook = {"url": "https://crm.example/x", "events": ["ordering.OrderReceived.v1"], "description": NASTY_NAME}
    site = {"site": {**SITE, "name": NASTY_NAME}, "block_size": 10}

    async def ask() -> None:
        made = await town.call(customer, "notification", "POST", "/webhooks", json=hook)
        assert made.json()["description"] == NASTY_NAME
        path = f"/portings/{things['porting_id'][0]}"
        pdf = {"content": pdfs.made(), "headers": {"Content-Type": "application/pdf"}}
        assert (await town.call(alpha.people["above"], "porting", "PUT", f"{path}/signed-form", **pdf)).is_success
        refused = await town.call(clerk, "porting", "POST", f"{path}/form-refusal", json={"reason": NASTY_NAME})
        assert refused.json()["form"]["refused_because"] == NASTY_NAME
        work = await town.ask("provisioning", "SELECT work_order_id FROM work_order WHERE state = 'open'")
        failed = await town.call(
            clerk, "provisioning", "POST", f"/work-orders/{work[0]}/fail", json={"reason": NASTY_NAME}
        )
        assert failed.json()["reason"] == {"de": NASTY_NAME, "en": NASTY_NAME}
        [trunk] = await town.ask(
            "provisioning", "SELECT agreement_id FROM trunk WHERE customer_id = :me", me=alpha.ids["customer"]
        )
        placed = await town.call(customer, "cart", "POST", f"/agreements/{trunk}/sites", json=site)
        assert placed.json()["lines"][0]["site"]["name"] == NASTY_NAME
        await town.settle()
        shown = await town.call(customer, "provisioning", "GET", f"/trunks/{trunk}")
        assert NASTY_NAME in [one["name"] for one in shown.json()["sites"]]

    town.runner.run(ask())


def test_a_day_in_the_past_is_refused_by_its_field_and_leaves_no_trace(town: Town, families: Families) -> None:
    _alpha, beta = families
    customer, clerk = beta.people["customer"], town.signed("clerk", "order_management")
    path = f"/portings/{beta.things['customer']['porting_id'][0]}"
    pdf = {"content": pdfs.made(), "headers": {"Content-Type": "application/pdf"}}

    async def ask() -> list[tuple[httpx.Response, str]]:
        assert (await town.call(customer, "porting", "PUT", f"{path}/signed-form", **pdf)).is_success
        assert (await town.call(clerk, "porting", "POST", f"{path}/release", json={})).is_success
        trunks = "SELECT agreement_id FROM trunk WHERE customer_id = :me"
        [trunk] = await town.ask("provisioning", trunks, me=beta.ids["customer"])
        past, wanted = "2019-01-01", {**porting("654"), "requested_on": "2019-01-01"}
        before = [await traces(town, one) for one in ("porting", "cart")]
        agreed = await town.call(clerk, "porting", "POST", f"{path}/confirm-date", json={"change_date": past})
        asked = await town.call(customer, "cart", "POST", f"/agreements/{trunk}/portings", json=wanted)
        assert [await traces(town, one) for one in ("porting", "cart")] == before
        return [(agreed, "change_date"), (asked, "requested_on")]

    for answer, field in town.runner.run(ask()):
        problem = answer.json()
        named = [problem.get("field"), *(one["field"] for one in problem.get("errors") or ())]
        assert (answer.status_code, field in named) == (422, True), answer.text
        assert problem["detail"]


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_no_json_or_of_another_kind_is_refused_everywhere(town: Town, families: Families, service: str) -> None:
    async def ask() -> list[str]:
        wrong = []
        for path in (one for one in api_of(service, town) if one.schema is not None):
            who = caller_for(path, families, town)
            for kind, body in (
                ("application/json", b'{"a":'),
                ("application/json", b"[" * 100_000),
                ("application/json", b"\xff\xfe"),
                ("application/json", b"null"),
                ("text/plain", b"{}"),
                ("application/xml", b"<a/>"),
            ):
                headers = {"Content-Type": kind, "If-Match": '"1"'}
                answer = await town.call(
                    who, service, path.method, filled(path, families), content=body, headers=headers
                )
                is_optional = answer.is_success and body == b"null"
                if not (answer.is_client_error or is_optional) or (
                    answer.is_client_error and not answer.json()["code"]
                ):
                    wrong.append(f"{path.label} {kind} {body[:9]!r}: {answer.status_code} {answer.text[:200]}")
        return wrong

    found = town.runner.run(ask())
    assert not found, "\n".join(found)
