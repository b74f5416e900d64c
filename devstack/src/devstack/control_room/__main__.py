"""`python -m devstack.control_room`: the control room of the stack that the environment describes (see layout.py)."""

import asyncio

from devstack.control_room.pages import control_room
from devstack.layout import Layout
from devstack.look import serve


def main() -> None:
    layout = Layout()
    asyncio.run(serve(control_room(layout), host=layout.bind, port=layout.port("control-room")))


if __name__ == "__main__":
    main()
