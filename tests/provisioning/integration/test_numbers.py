"""Pools are loaded whole, kept in balance, and a block is reserved for one at a time (SITE-3)."""

from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from contracts.provisioning.v1 import SiteProvisioned, SiteRejected
from contracts.work.v1 import TaskKind, TaskRaised, TaskSettled
from tests.provisioning import sample
from tests.provisioning.integration.conftest import Works
from tests.provisioning.integration.test_departures import adds_up, agreement, ported

__all__ = ["agreement"]
METRIC = "provisioning_number_balance_difference"


async def change(works: Works, statement: str) -> None:
    async with works.running.engine.begin() as connection:
        await connection.execute(text(statement))


async def pool(works: Works) -> dict[str, Any]:
    found: dict[str, Any] = (await works.call("GET", "/number-pools")).json()[0]
    return found


def as_chief(works: Works) -> str:
    return works.token("administrator")


@pytest.mark.rule("SITE-3")
async def test_a_dry_run_lists_every_fault_and_loads_nothing(works: Works, agreement: UUID) -> None:
    _site, block = await ported(works, agreement)
    lines = [
        "221,47900000,47900999",
        "221,47900000,47900009",
        f"221,{block.stem}0000"[:12] + f",{block.stem}9999"[:9],
        "220,47900000,47900009",
        "30,48000000,48000009",
        "30,480000000,480000999",
    ]
    before = await works.ask("SELECT count(*) FROM number_pool")
    answer = await works.call("POST", "/number-pools/dry-run", as_chief(works), content="\n".join(lines).encode())
    looked = answer.json()
    assert [one["line"] for one in looked["faults"]] == [2, 3, 4, 5]
    said = [one["text"] for one in looked["faults"]]
    assert said[0] == "einige der Nummern stehen schon in einer früheren Zeile"
    assert said[1] == "einige der Nummern sind portierte, die ein Kunde hat"
    assert [one["first"] for one in looked["known_ranges"]] == ["47900000"]
    assert (looked["new_ranges"], looked["new_numbers"]) == (
        [{"area_code": "30", "first": "480000000", "last": "480000999"}],
        1000,
    )
    refused = await works.call("POST", "/number-pools", as_chief(works), content="\n".join(lines).encode())
    problem = refused.json()
    assert (refused.status_code, problem["code"], len(problem["errors"])) == (422, "pool-faulty", 4)
    assert problem["errors"][2]["field"] == "line 4"
    assert problem["detail"].startswith("Die Datei hat 4 Fehler")
    assert await works.ask("SELECT count(*) FROM number_pool") == before


@pytest.mark.rule("SITE-3")
async def test_ranges_are_loaded_as_lines_or_as_json_and_once(works: Works) -> None:
    ranges = {"ranges": [{"area_code": "30", "first": "480000000", "last": "480000999"}]}
    loaded = [await works.call("POST", "/number-pools", as_chief(works), json=ranges) for _ in range(2)]
    assert [one.json()["new_ranges"] for one in loaded] == [1, 0]
    part = await works.call("POST", "/number-pools", as_chief(works), content=b"30,480000000,480000099")
    assert part.json()["errors"][0]["message"] == "1: einige der Nummern sind schon im Vorrat"
    for bad in ({"json": {"ranges": [{"area_code": "x"}]}}, {"content": b"\xff\xfe"}, {"json": []}):
        assert (await works.call("POST", "/number-pools", as_chief(works), **bad)).status_code in (415, 422)
    assert (await works.call("POST", "/number-pools", json=ranges)).status_code == 403
    await adds_up(works)


@pytest.mark.rule("SITE-3")
async def test_what_does_not_add_up_is_a_task_and_a_figure_until_it_does_again(works: Works, agreement: UUID) -> None:
    await works.hear(sample.site(agreement, size=100))
    await change(works, "DELETE FROM free_block WHERE area_code = '3643'")
    await change(works, "INSERT INTO free_block (area_code, size, first) VALUES ('221', 10, 22147900010)")
    await works.days_pass(1.2)
    [asked] = await works.said(TaskRaised, kind=TaskKind.CLEARING)
    assert asked.title.de == "20 Rufnummern sind nicht, wo sie sein sollen"
    assert "03643: 036434711000-036434711009" in asked.explanation.de
    assert "0221: 022147900010-022147900019" in asked.explanation.de
    assert REGISTRY.get_sample_value(METRIC) == 20
    await works.days_pass(1)
    assert len(await works.said(TaskRaised)) == 1
    await change(works, "DELETE FROM free_block WHERE first = 22147900010")
    await change(works, "INSERT INTO free_block (area_code, size, first) VALUES ('3643', 10, 36434711000)")
    await works.days_pass(1)
    assert await works.said(TaskSettled, task_id=asked.task_id)
    assert REGISTRY.get_sample_value(METRIC) == 0
    assert (await pool(works))["balance"]["difference"] == 0


@pytest.mark.rule("SITE-3")
async def test_numbers_that_are_nobodys_pool_are_found(works: Works) -> None:
    await change(works, "DELETE FROM number_pool WHERE area_code = '3643'")
    [_cologne, weimar] = (await works.call("POST", "/number-pools/check")).json()
    assert (weimar["difference"], weimar["surplus"]) == (10, [{"first": "036434711000", "last": "036434711009"}])


async def free(works: Works, **asked: Any) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = (await works.call("GET", "/number-pools/221/free", params=asked)).json()["blocks"]
    return blocks


async def reserved(works: Works, block: dict[str, Any]) -> Any:
    return await works.call("POST", "/reservations", json={"customer_id": str(works.customer), "block": block})


@pytest.mark.rule("SITE-3")
async def test_a_chosen_block_is_kept_and_free_again_when_time_is_up(works: Works, agreement: UUID) -> None:
    [chosen] = await free(works, size=100, containing="9007")
    assert chosen["stem"] == "479007"
    made = await reserved(works, chosen)
    assert made.status_code == 201, made.text
    assert (await reserved(works, chosen)).json()["code"] == "block-taken"
    [overlapping] = [one for one in await free(works, size=10, containing="9006") if one["stem"] == "4790060"]
    assert (await reserved(works, overlapping)).status_code == 201
    assert await free(works, size=10, containing="90071") == []
    assert (await pool(works))["reserved"] == 110
    await works.hear(sample.site(agreement, size=1000))
    assert await works.said(SiteRejected)
    await adds_up(works)
    await works.days_pass(20 / 1440)
    assert (await works.call("GET", "/reservations")).json()["items"] == []
    assert (await pool(works))["blocks"] == [{"size": 1000, "blocks": 1}]
    history = (await works.call("GET", "/numbers/022147900700/history")).json()["history"]
    assert [(one["state"], one["ended"]) for one in history[:2]] == [("free", None), ("reserved", "given_up")]
    await works.hear(sample.site(agreement, size=1000))
    assert await works.said(SiteProvisioned)


@pytest.mark.rule("SITE-3")
async def test_a_reservation_is_given_up_once_and_a_customer_has_so_many_and_no_more(
    works: Works, agreement: UUID
) -> None:
    blocks = await free(works, size=10)
    made = [await reserved(works, block) for block in blocks[:11]]
    assert [one.status_code for one in made] == [201] * 10 + [409]
    assert made[-1].json()["code"] == "too-many-reservations"
    path = f"/reservations/{made[0].json()['reservation_id']}/give-up"
    assert (await works.call("POST", path)).status_code == 204
    assert (await works.call("POST", path)).status_code == 404
    assert (await reserved(works, blocks[0])).status_code == 201
    assert (await works.call("GET", "/number-pools/221/free", params={"size": 50})).status_code == 422
    odd = {"area_code": "221", "stem": "47900", "extension_from": "0", "extension_to": "9"}
    assert (await reserved(works, odd)).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/number-pools/dry-run"),
        ("POST", "/number-pools/check"),
        ("GET", "/number-pools/221/ported-out"),
        ("GET", "/numbers/02214790000/history"),
        ("POST", "/numbers/come-back"),
        ("GET", "/reservations"),
    ],
)
async def test_numbers_are_the_houses_business(works: Works, method: str, path: str) -> None:
    partner = works.token("partner", works.partner)
    assert (await works.call(method, path, partner)).status_code == 403
