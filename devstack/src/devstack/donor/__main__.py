"""`python -m devstack.donor`: simulated carriers on KAFKA_URL, controlled on DONOR_HOST and DONOR_PORT."""

import asyncio
import os

import uvicorn

from devstack.donor.carriers import Carriers
from devstack.donor.control import control


async def main() -> None:
    carriers = Carriers(os.environ["KAFKA_URL"])
    host, port = os.environ.get("DONOR_HOST", "127.0.0.1"), int(os.environ.get("DONOR_PORT", "8091"))
    server = uvicorn.Server(uvicorn.Config(control(carriers), host=host, port=port, log_level="warning"))
    serving, answering = asyncio.create_task(server.serve()), asyncio.create_task(carriers.run())
    done, _ = await asyncio.wait({serving, answering}, return_when=asyncio.FIRST_COMPLETED)
    answering.cancel()
    server.should_exit = True
    await asyncio.gather(serving, answering, return_exceptions=True)
    for task in done:
        task.result()


if __name__ == "__main__":
    asyncio.run(main())
