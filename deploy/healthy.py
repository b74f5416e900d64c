"""Ends with 0 where the service of this container is ready, or all those at the addresses given; names who isn't."""

import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import urlopen

PATIENCE = 60.0


def trouble(address: str) -> str:
    try:
        with urlopen(f"{address}/health/ready", timeout=5) as answer:  # noqa: S310 - addresses are the chart's own
            return "" if answer.status == 200 else f"answers {answer.status}"
    except HTTPError as error:
        return f"answers {error.code}: {error.read(500).decode(errors='replace')}"
    except OSError as error:
        return repr(error)


def main(addresses: list[str]) -> int:
    if not addresses:
        return bool(trouble(f"http://127.0.0.1:{os.environ['HTTP_PORT']}"))
    end = time.monotonic() + PATIENCE
    while found := {address: why for address in addresses if (why := trouble(address))}:
        if time.monotonic() > end:
            print(*(f"{address}: {why}" for address, why in found.items()), sep="\n")
            return 1
        time.sleep(1)
    print(*(f"{address}: ready" for address in addresses), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
