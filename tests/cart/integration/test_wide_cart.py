"""A cart of many lines costs no more questions to the database than one of a single line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from chassis.service import Running
from tests.cart.conftest import Office, Shopper
from tests.cart.sample import CATALOG, CLERK, CUSTOMER

LINES = 300


@contextmanager
def statements(running: Running[Any]) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    engine = running.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def widen(office: Office, shopper: Shopper) -> None:
    """Give the cart its many lines, each of another product, without asking for each."""

    async def fill(unit: Any) -> None:
        cart = await unit.carts.get(UUID(shopper.view["cart_id"]))
        known = next(line for line in cart.lines if line.offering == "FAX-SERVICE")
        cart.lines += [
            replace(known, line_id=unit.new_id(), offering=f"FAX-{nth}") for nth in range(LINES - len(cart.lines))
        ]
        cart.touch(cart.changed_by, cart.changed_at)
        await unit.carts.save(cart)

    await office.in_unit(fill)


@pytest.mark.rule("CART-2")
async def test_changing_a_cart_of_300_lines_asks_the_database_no_more_than_changing_one_of_two(
    office: Office, running: Running[Any]
) -> None:
    fax = CATALOG.find("FAX-SERVICE")
    assert fax is not None
    more = tuple(replace(fax, code=f"FAX-{nth}") for nth in range(LINES))
    wide = replace(CATALOG, version="2021-03.2", offerings=CATALOG.offerings + more)
    await office.in_unit(lambda unit: unit.catalogs.save(wide))
    asked = {}
    for lines in (2, LINES):
        shopper = await Shopper(office.as_(CLERK), CUSTOMER).start()
        await shopper.add("STANDARD")
        await shopper.add("FAX-SERVICE")
        if lines == LINES:
            await widen(office, shopper)
            shopper.view["version"] += 1
            await shopper.add("STANDARD")
        with statements(running) as sent:
            await shopper.add("STANDARD")
        assert (len(shopper.view["lines"]), shopper.view["broken_rules"]) == (lines, [])
        asked[lines] = len(sent)
    assert asked[LINES] == asked[2]
