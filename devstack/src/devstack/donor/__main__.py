"""`python -m devstack.donor`: simulated carriers on KAFKA_URL, controlled on DONOR_HOST and DONOR_PORT.

With DATABASE_URL of the stack's server they live in business time.
"""

import asyncio
import os

from devstack.clock import BusinessClock
from devstack.donor.carriers import Carriers
from devstack.donor.control import control
from devstack.look import serve_beside


def main() -> None:
    carriers = Carriers(os.environ["KAFKA_URL"], BusinessClock(os.environ.get("DATABASE_URL")))
    host, port = os.environ.get("DONOR_HOST", "127.0.0.1"), int(os.environ.get("DONOR_PORT", "8091"))
    asyncio.run(serve_beside(control(carriers), carriers.run(), host=host, port=port))


if __name__ == "__main__":
    main()
