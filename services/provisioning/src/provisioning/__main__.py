"""`python -m provisioning load-pool FILE`, and the commands of every service."""

import asyncio
import sys
from pathlib import Path

from provisioning.application.load_pool import load_pool
from provisioning.main import service
from telecom.refusal import Refusal


async def loaded(pool: str) -> int:
    running = service.open()
    try:
        async with running.units.writing() as unit:
            return await load_pool(pool, unit)
    finally:
        await running.engine.dispose()


match sys.argv[1:]:
    case ["load-pool", file]:
        try:
            print(f"{asyncio.run(loaded(Path(file).read_text(encoding='utf-8')))} new ranges")
        except (Refusal, OSError) as refused:
            raise SystemExit(f"{file}: {refused}") from None
    case _:
        service.run()
