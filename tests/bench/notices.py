"""Notices rendered and sent by the real sender to a mail sink in another process, per second of a core."""

import json
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import text

from chassis.ids import uuid7
from contracts.ordering.v1 import OrderReceived
from devstack.programs import free_ports, start_and_wait
from notification.adapters.post import Post
from notification.adapters.tables import metadata
from notification.application.tell import acknowledge_order
from notification.main import service
from tests.bench.figure import ROUNDS, Figure
from tests.bench.ground import Ground

ORDERS = 1000
"""Each is acknowledged to three people."""
BAR = 200.0
EXAMPLE = Path("contracts/examples/ordering.OrderReceived.v1.json")


class Sink:
    """Takes every mail and forgets it."""

    async def handle_DATA(self, *_: Any) -> str:
        return "250 taken"


@contextmanager
def sink(folder: Path) -> Iterator[int]:
    """The port of a mail server in a process of its own."""
    (port,) = free_ports(1)

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    process = start_and_wait([sys.executable, "-m", "tests.bench.notices", str(port)], folder / "sink.log", listens)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def order(language: str) -> OrderReceived:
    """A new order of the contracts' example, its customer reading `language`."""
    body = json.loads(EXAMPLE.read_text(encoding="utf-8")) | {"order_id": str(uuid7())}
    body["customer"]["language"] = language
    return OrderReceived.read(json.dumps(body).encode())


async def rounds(database: str, folder: Path) -> list[float]:
    """Notices per second of this process's CPU, round by round, the first one to warm up left out."""
    found = []
    with sink(folder) as port:
        running: Any = service.open(database_url=database, kafka_url="127.0.0.1:1", smtp_port=port)
        post = Post(running)
        for _ in range(ROUNDS + 1):
            async with running.units.writing() as unit:
                for number in range(ORDERS):
                    await acknowledge_order(order("de" if number % 2 else "en"), unit)
            began, sent = time.process_time(), 0
            while done := await post.send_due():
                sent += done
            found.append(sent / (time.process_time() - began))
            assert sent == ORDERS * 3, f"{sent} of {ORDERS * 3} were sent"
            async with running.units.writing() as unit:
                await unit.connection.execute(text("TRUNCATE outbox, notice, story"))
        await post.close()
        await running.engine.dispose()
    return found[1:]


async def measure(ground: Ground) -> list[Figure]:
    found = await rounds(await ground.new_database("notices", metadata), ground.folder)
    return [Figure("notices rendered and sent, per second and core", median(found), "notices/s", BAR)]


def main(port: int) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
