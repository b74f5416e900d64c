"""`python -m provisioning load-pool FILE`, and the commands of every service."""

import asyncio
import sys
from pathlib import Path

from provisioning.domain.inventory import PoolFaulty
from provisioning.main import load_pool_file, service
from telecom.refusal import Refusal


async def loaded(file: Path) -> int:
    running = service.open()
    try:
        return await load_pool_file(file, running)
    finally:
        await running.engine.dispose()


match sys.argv[1:]:
    case ["load-pool", file]:
        try:
            print(f"{asyncio.run(loaded(Path(file)))} new ranges")
        except PoolFaulty as refused:
            raise SystemExit("\n".join(f"{file}: {one}" for one in refused.faults)) from None
        except (Refusal, OSError, UnicodeDecodeError) as refused:
            raise SystemExit(f"{file}: {refused}") from None
    case _:
        service.run()
