"""What keeps a service from being ready: what is wrong and what to do, said once in the log and by `/health/ready`."""

import logging
import ssl
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

log = structlog.get_logger()

UNREACHABLE = (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)
AT = text("SELECT version_num FROM alembic_version")
NO_TABLE = "42P01"
BROKER_ASKED_MS = 5000


@dataclass(frozen=True, slots=True)
class Trouble:
    """The cause holds nothing that changes from try to try, or the log would repeat it."""

    cause: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.cause}: {self.remedy}"


ENDED = Trouble(
    "the broker takes the connection and ends it",
    "it may want TLS or a login, or neither: check KAFKA_SECURITY and the port in KAFKA_URL",
)


class Troubles:
    """What is wrong with which part; the log tells when that changes, and only then."""

    def __init__(self) -> None:
        self._known: dict[str, Trouble] = {}

    def __getitem__(self, part: str) -> Trouble | None:
        return self._known.get(part)

    def note(self, part: str, found: Trouble | None) -> Trouble | None:
        """`found`, which is the part's state from now on."""
        known = self._known.get(part)
        if found is None:
            if self._known.pop(part, None) is not None:
                log.info("no longer in trouble", part=part)
        elif found != known:
            self._known[part] = found
            log.warning("not ready", part=part, cause=found.cause, remedy=found.remedy)
        return found


def versions_in(migrations: Path) -> list[str]:
    """The versions that a service's code knows, oldest first."""
    return sorted(one.name.split("_", 1)[0] for one in (migrations / "versions").glob("[0-9]*.py"))


async def store_trouble(engine: AsyncEngine, versions: Sequence[str], migrate: str) -> Trouble | None:
    """Does the database answer, and has it all `versions`? `migrate` is the command that brings it there."""
    try:
        async with engine.connect() as connection:
            if not versions:
                await connection.execute(text("SELECT 1"))
                return None
            return migrations_missing((await connection.execute(AT)).scalar_one_or_none(), versions, migrate)
    except UNREACHABLE as error:
        if _sqlstate(error) == NO_TABLE:
            return migrations_missing(None, versions, migrate)
        return database_trouble(error)


def migrations_missing(at: str | None, versions: Sequence[str], migrate: str) -> Trouble | None:
    """A database ahead is no trouble: migrations are safe beside the version before them, so that upgrades can roll."""
    newest, remedy = versions[-1], f"run `{migrate}`"
    if at is None:
        return Trouble("no migration has been run", remedy)
    if at in versions:
        behind = len(versions) - 1 - versions.index(at)
        said = "one migration" if behind == 1 else f"{behind} migrations"
        return Trouble(f"{said} behind ({at} of {newest})", remedy) if behind else None
    if at.isdigit() and at > newest:
        return None
    return Trouble(f"at a migration unknown here ({at})", "let DATABASE_URL name this service's own database")


def database_trouble(error: BaseException) -> Trouble:
    """Why a database can't be used, by its own error code where it gave one."""
    match error:
        case ssl.SSLCertVerificationError():
            return Trouble(
                f"the database's certificate is not trusted ({error.verify_message})",
                "let PGSSLROOTCERT name who signed it, and DATABASE_URL the host it was made for",
            )
        case FileNotFoundError() | PermissionError():
            return Trouble(
                "a file named by PGSSLROOTCERT, PGSSLCERT or PGSSLKEY can't be read", "mount it, or name another"
            )
        case asyncpg.ClientConfigurationError():
            return Trouble(
                f"the database can't be asked like this ({error})", "correct DATABASE_URL and the PGSSL… beside it"
            )
        case ssl.SSLError():
            return Trouble(
                "the database does not speak TLS as we do",
                "check PGSSLMODE and PGSSLROOTCERT, and the port in DATABASE_URL",
            )
        case ConnectionError() if "SSL upgrade" in str(error):
            return Trouble("the database does not offer TLS", "let it, or lower PGSSLMODE")
    state = _sqlstate(error)
    match state[:2]:
        case "28":
            return Trouble("the database refuses the user or the password", "correct them in DATABASE_URL")
        case "3D":
            return Trouble("there is no database of this name", "create it, or correct the name in DATABASE_URL")
        case "42":
            return Trouble(
                f"the database lets us not look ({state})", "let the user of DATABASE_URL own the database's tables"
            )
        case "53":
            return Trouble("the database has no connection left", "raise max_connections, or lower POOL_SIZE")
        case "55":
            return Trouble(
                "somebody else holds a table that is needed", "let what runs long in the database end, and try again"
            )
        case "57":
            return Trouble("the database starts or stops", "wait; if it stays so, look at its log")
        case "" | "08":
            return Trouble(
                "the database does not answer", "check that it runs, and host and port in DATABASE_URL; see its log"
            )
    return Trouble(f"the database answers with error {state}", "look at its log")


async def topics_at(url: str, security: dict[str, Any]) -> set[str] | Trouble:
    """The topics that the broker shows us, or why it can't be used."""
    with _without_its_own_words():
        admin = AIOKafkaAdminClient(bootstrap_servers=url, **security)
        try:
            await admin.start()
            return set(await admin.list_topics())
        except KafkaConnectionError:
            return await _why_no_broker(url, security)
        except (KafkaError, OSError) as error:
            return broker_refusal(error)
        finally:
            await admin.close()


def topics_missing(missing: Collection[str]) -> Trouble | None:
    if not missing:
        return None
    return Trouble(
        f"topics are missing or hidden: {', '.join(sorted(missing))}",
        "create them as docs/topics.md lists them, or let our user describe them",
    )


@contextmanager
def _without_its_own_words() -> Iterator[None]:
    """What aiokafka logs of each try, we say once, with the remedy."""
    library = logging.getLogger("aiokafka")
    before = library.level
    library.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        library.setLevel(before)


async def _why_no_broker(url: str, security: dict[str, Any]) -> Trouble:
    """aiokafka logs why it found no broker, and does not raise it: the first address is asked again."""
    host, _, port = url.split(",")[0].strip().rpartition(":")
    try:
        (await create_conn(host, int(port), request_timeout_ms=BROKER_ASKED_MS, **security)).close()
    except (KafkaError, OSError, TimeoutError) as error:
        return broker_refusal(error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error)
    return ENDED


def broker_refusal(error: BaseException) -> Trouble:
    """Why a broker can't be used."""
    match error:
        case UnsupportedSaslMechanismError():
            return Trouble("the broker does not know this way to log in", "set KAFKA_MECHANISM to one it offers")
        case AuthenticationFailedError() | SaslAuthenticationFailed():
            return Trouble("the broker refuses the user or the password", "correct KAFKA_USER and KAFKA_PASSWORD")
        case ssl.SSLCertVerificationError():
            return Trouble(
                f"the broker's certificate is not trusted ({error.verify_message})",
                "let KAFKA_CA_FILE name who signed it, and KAFKA_URL the host it was made for",
            )
        case ssl.SSLError() if "CERTIFICATE_REQUIRED" in (error.reason or ""):
            return Trouble("the broker asks for a certificate", "set KAFKA_CERTIFICATE_FILE and KAFKA_KEY_FILE")
        case ssl.SSLError() if "CERTIFICATE" in (error.reason or "") or "UNKNOWN_CA" in (error.reason or ""):
            return Trouble(
                f"the broker does not accept our certificate ({error.reason})",
                "let KAFKA_CERTIFICATE_FILE be valid, and signed by an authority that the broker trusts",
            )
        case ssl.SSLError():
            return Trouble("the broker does not speak TLS as we do", "check KAFKA_SECURITY and the port in KAFKA_URL")
        case ConnectionResetError() | ConnectionAbortedError():
            return ENDED
        case OSError() | TimeoutError():
            return Trouble("the broker does not answer", "check that it runs, and host and port in KAFKA_URL")
        case KafkaError() if "Authorization" in type(error).__name__:
            return Trouble(f"the broker forbids it ({type(error).__name__})", "give the user of KAFKA_USER its rights")
    return ENDED


def _sqlstate(error: BaseException) -> str:
    """Errors of a connection's making come from asyncpg as they are, all others within SQLAlchemy's."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""
