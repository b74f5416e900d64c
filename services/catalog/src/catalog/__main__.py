"""`python -m catalog check FOLDER | publish FOLDER`, and the commands of every service."""

import asyncio
import sys
from pathlib import Path

from catalog.domain.refusals import CatalogFaulty, VersionFrozen
from catalog.main import check, publish_folder, service


def existing(folder: str) -> Path:
    if not Path(folder).is_dir():
        raise SystemExit(f"{folder} is no folder; name the folder of a version, such as data/2021-03.1")
    return Path(folder)


async def published(folder: Path) -> str:
    running = service.open()
    try:
        return (await publish_folder(folder, running)).catalog_version
    finally:
        await running.engine.dispose()


match sys.argv[1:]:
    case ["check", folder]:
        found = check(existing(folder))
        print("\n".join(found) or "no faults")
        sys.exit(bool(found))
    case ["publish", folder]:
        try:
            print(f"version {asyncio.run(published(existing(folder)))} is published")
        except CatalogFaulty as refused:
            raise SystemExit("\n".join(map(str, refused.faults))) from None
        except VersionFrozen as refused:
            raise SystemExit("\n".join([str(refused), *refused.differences])) from None
    case _:
        service.run()
