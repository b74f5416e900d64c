"""What fails once may heal: the tries of a message, and its place among others of its key."""

from typing import Any

from tests.chassis.probe import service_on
from tests.chassis.stage import Stage
from tests.waiting import eventually


class HealsLater(set[str]):
    """Says of each key twice that it is broken, then no more."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[object] = []

    def __contains__(self, key: object) -> bool:
        self.asked.append(key)
        return self.asked.count(key) <= 2


async def test_a_message_that_heals_between_tries_keeps_its_place_before_those_behind_it(stage: Stage) -> None:
    stage.service = service_on(stage.topic, stage.thing, broken=HealsLater())

    def failing(name: str) -> dict[str, Any]:
        return stage.message(name, 1, value=stage.thing(name=name, number=1, note="bug").body())

    async with stage.run("worker", "relay") as service:
        await stage.send(
            failing("a"), failing("b"), stage.message("a", 2), stage.message("b", 2), stage.message("c", 1)
        )
        await eventually(lambda: stage.effects(service, "a"), [1, 2])
        await eventually(lambda: stage.effects(service, "b"), [1, 2])
        assert await stage.effects(service, "c") == [1]
        assert await stage.parked(service) == []
