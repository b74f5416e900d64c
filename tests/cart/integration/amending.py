"""What amendments start from: a running contract, made over HTTP, and days that pass."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from cart.application.follow_fulfilment import TrunkActive, follow_fulfilment, follow_trunks, keep_sites
from cart.application.ports import ReadySite
from cart.domain.lifecycle import LineTrigger
from cart.domain.order import Happening
from cart.main import service
from chassis.alarm import Alarm
from telecom.formats import berlin_day
from telecom.numbers import NumberBlock
from tests.cart.conftest import Browser, Office, Shopper
from tests.cart.sample import ADDRESS, CUSTOMER, KARLA, NOW
from tests.clock import days_pass

TODAY = berlin_day(datetime.now(UTC))
BLOCK = NumberBlock("221", "479", "00", "99")
OTHER_BLOCK = NumberBlock("221", "4801", "0", "9")
LOCKS_AWAITED = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@dataclass
class Running:
    """An active contract of the customer, and who works on it."""

    office: Office
    agreement_id: str
    order: dict[str, Any]

    @property
    def karla(self) -> Browser:
        return self.office.as_(KARLA)

    async def now(self, **gaps: Any) -> dict[str, Any]:
        answer = await self.karla.get(f"/agreements/{self.agreement_id}", **gaps)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def versions(self) -> list[dict[str, Any]]:
        return list((await self.karla.get(f"/agreements/{self.agreement_id}/versions")).json())

    async def held(self, on: date | None = None) -> dict[str, int]:
        lines = (await self.now(**({"on": str(on)} if on else {})))["lines"]
        return {line["offering"]: line["quantity"] for line in lines}

    async def renewal(self, browser: Browser | None = None, **more: Any) -> Shopper:
        return await Shopper(browser or self.karla, CUSTOMER).start(
            "renewal_with_tariff_change", agreement_id=self.agreement_id, **more
        )

    async def site(self, *blocks: NumberBlock) -> str:
        site = ReadySite(uuid4(), UUID(self.agreement_id), "Werk", ADDRESS, "221", CUSTOMER, blocks)
        await self.office.in_unit(lambda unit: keep_sites([site], unit))
        return str(site.site_id)

    async def end(self, subject: str, browser: Browser | None = None, **more: Any) -> Any:
        path = f"/agreements/{self.agreement_id}/terminations"
        return await (browser or self.karla).post(path, {"subject": subject, **more})

    async def pass_days(self, days: float) -> None:
        """Business time moves on, and what is due is done."""
        engine = self.office.running.engine
        await days_pass(engine, days)
        await Alarm(engine, service.timers, self.office.running.units.writing).ring()


async def placed(shopper: Shopper) -> dict[str, Any]:
    answer = await shopper.order()
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def running_trunk(office: Office, shopper: Shopper | None = None) -> Running:
    """Done, and active from the business day of the sample on."""
    shopper = shopper or await Shopper(office.as_(KARLA), CUSTOMER).trunk(channels=4)
    order = await placed(shopper)
    agreement_id = next(line["agreement_id"] for line in order["lines"] if line["category"] == "trunk")
    await finish(office, order)
    await office.in_unit(lambda unit: follow_trunks([TrunkActive(UUID(agreement_id), NOW)], unit))
    return Running(office, agreement_id, order)


async def finish(office: Office, order: dict[str, Any]) -> None:
    """Provisioning has done each line."""
    await office.in_unit(lambda unit: follow_fulfilment(done(order), unit))


def done(order: dict[str, Any]) -> list[Happening]:
    return [
        Happening(UUID(order["order_id"]), UUID(line["line_id"]), LineTrigger.FINISH, "set-up", NOW)
        for line in order["lines"]
    ]


async def comes_upon(office: Office, change: Callable[[Any], Awaitable[None]], asked: Coroutine[Any, Any, Any]) -> Any:
    """The answer to what is asked while a change is made; it is committed when the asker waits for its locks."""
    async with office.running.units.writing() as unit:
        await change(unit)
        asking = asyncio.create_task(asked)
        async with asyncio.timeout(30), office.running.engine.connect() as connection:
            while not asking.done() and not (await connection.execute(LOCKS_AWAITED)).scalar_one():  # noqa: ASYNC110 - nobody sets an event for us
                await asyncio.sleep(0.02)
    return await asking


def in_days(days: int) -> str:
    return str(TODAY + timedelta(days=days))
