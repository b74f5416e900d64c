"""A drill that goes wrong ends, whatever is away."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from devstack.demo.waiting import DidNotHappen
from tests.drills.drills import Drill, drill
from tests.drills.stage import Stage

BROKER = Drill("the broker is away", "kafka", frozenset({("OutboxOld", "cart")}))


class Partner:
    """Is answered the same each time."""

    def __init__(self, status: int) -> None:
        self.status = status

    async def ask(self, *_: Any, **__: Any) -> Any:
        return SimpleNamespace(status=self.status, body={"code": "tried"})


class Programs:
    def __init__(self) -> None:
        self.told: list[str] = []

    def stop(self, name: str) -> None:
        self.told.append(f"stop {name}")

    def start(self, name: str) -> None:
        self.told.append(f"start {name}")


class Silent:
    """A Prometheus that ends."""

    async def rules(self) -> Any:
        raise DidNotHappen("Prometheus did not answer")


class Slow:
    """One that never answers."""

    async def rules(self) -> Any:
        await asyncio.Event().wait()


def a_stage(status: int, watcher: Any) -> tuple[Stage, Programs]:
    programs = Programs()
    story: Any = SimpleNamespace(partner=Partner(status))
    return Stage(programs, story, watcher, "agreement"), programs


async def test_what_was_taken_away_is_brought_back_though_no_order_is_accepted_any_more() -> None:
    stage, programs = a_stage(503, Silent())
    with pytest.raises(ExceptionGroup) as wrong:
        await drill(stage, BROKER)
    assert wrong.group_contains(DidNotHappen, match="Prometheus did not answer")
    assert programs.told == ["stop kafka", "start kafka"]


async def test_an_order_that_is_refused_for_good_ends_the_drill_at_once() -> None:
    stage, programs = a_stage(422, Slow())
    with pytest.raises(ExceptionGroup) as wrong:
        await drill(stage, BROKER)
    assert wrong.group_contains(DidNotHappen, match="takes a site")
    assert programs.told == ["stop kafka", "start kafka"]
