"""What a development stack consists of: each program with its command, its environment, and how it says it is ready."""

import sys
from dataclasses import dataclass

from devstack import prometheus
from devstack.layout import Layout
from devstack.supervision import Program


@dataclass(frozen=True, slots=True)
class Part:
    """`ready`: the path that answers 200 once it is; None where nobody waits for it."""

    program: Program
    ready: str | None


def parts(layout: Layout, *, agreements: bool = False) -> list[Part]:
    """All Python programs, in the order in which they are worth starting on few cores.

    `agreements`: with the one that places the demo agreements, where that is not done yet.
    """
    login = {
        "LOGIN_HOST": layout.bind,
        "LOGIN_PORT": str(layout.port("login")),
        "AUTHLIB_INSECURE_TRANSPORT": "1",
    }
    mailbox = {
        "MAILBOX_HOST": layout.bind,
        "MAILBOX_PORT": str(layout.port("mailbox")),
        "MAILBOX_SMTP_PORT": str(layout.port("smtp")),
        "MAILBOX_FOLDER": str(layout.data / "mails"),
    }
    donor = {
        "KAFKA_URL": layout.kafka_url,
        "DATABASE_URL": layout.database_server,
        "DONOR_HOST": layout.bind,
        "DONOR_PORT": str(layout.port("donor")),
    }
    services = [
        Part(Program(name, [sys.executable, "-m", name, "all"], layout.environment_of(name)), "/health/ready")
        for name in layout.own_services
    ]
    return [
        *services,
        _own("login", login, "/.well-known/openid-configuration"),
        _own("mailbox", mailbox, "/health"),
        _own("donor", donor, "/health"),
        _own("crm", layout.environment, "/health"),
        _own("control-room", layout.environment, "/health"),
        *([Part(prometheus.watching(layout), "/-/ready")] if prometheus.PROGRAM else []),
        *([_own("demo-agreements", layout.environment, None)] if agreements else []),
    ]


def _own(name: str, environment: dict[str, str], ready: str | None) -> Part:
    command = [sys.executable, "-m", f"devstack.{name.replace('-', '_')}"]
    return Part(Program(name, command, environment, once=ready is None), ready)
