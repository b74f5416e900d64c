"""`python -m devstack.mailbox`: SMTP on MAILBOX_SMTP_PORT, the page on MAILBOX_PORT, mails in MAILBOX_FOLDER."""

import os
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.controller import Controller

from devstack.mailbox.box import Box
from devstack.mailbox.pages import mailbox_app


class Taker:
    """Takes every mail."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self._box.put(envelope.content)
        return "250 taken"


def main() -> None:
    host = os.environ.get("MAILBOX_HOST", "127.0.0.1")
    box = Box(Path(os.environ.get("MAILBOX_FOLDER", "mails")))
    smtp = Controller(Taker(box), hostname=host, port=int(os.environ.get("MAILBOX_SMTP_PORT", "8026")))
    smtp.start()
    uvicorn.run(mailbox_app(box), host=host, port=int(os.environ.get("MAILBOX_PORT", "8025")), log_level="warning")
    smtp.stop()


if __name__ == "__main__":
    main()
