"""`python -m devstack.crm`: the simulated CRM of the stack that the environment describes (see layout.py)."""

import asyncio

from devstack.crm.desk import Desk
from devstack.crm.pages import crm_app
from devstack.layout import Layout
from devstack.look import serve_beside


def main() -> None:
    layout = Layout()
    desk = Desk(layout.kafka_url)
    asyncio.run(serve_beside(crm_app(desk), desk.run(), host=layout.bind, port=layout.port("crm")))


if __name__ == "__main__":
    main()
