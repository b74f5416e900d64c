"""A connection to a real broker that breaks between two requests."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.metadata import MetadataRequest

import chassis.connection  # noqa: F401 - makes aiokafka's connections ours


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_request_after_the_break_says_so(kafka_url: str, run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
    host, _, port = kafka_url.rpartition(":")

    async def break_and_ask() -> None:
        connection = await create_conn(host, int(port))
        connection._writer.transport.abort()
        with pytest.raises(KafkaConnectionError):  # noqa: PT012 - at first it may not know yet
            while True:
                asking = asyncio.ensure_future(connection.send(MetadataRequest([])))
                asking.add_done_callback(lambda done: done.cancelled() or done.exception())
                await asyncio.sleep(0)

    run(break_and_ask())
