"""The portal with its store in memory and the other services small and close by."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from jinja2 import Environment

from contracts.registry import all_events
from devstack.login.people import LOGINS, party_id
from portal.adapters.live import Hub
from portal.adapters.memory import MemoryStore
from portal.application.note_event import note_event
from portal.application.ports import CrmMessage, Json, Session, Task
from portal.entrypoints.rendering import environment
from portal.entrypoints.site import site
from portal.entrypoints.visit import Given
from telecom.texts import Texts
from tests.portal.as_shown import AsShown
from tests.portal.samples import NOW, ident
from tests.portal.upstream import ORDER, PORTING, Upstream, both

CSRF = "csrf-of-this-session"


class KnownLogin:
    """A login provider that vouches for whom the code names."""

    async def authorize_url(self, *, state: str, nonce: str, verifier: str) -> str:
        return f"http://login.example/authorize?state={state}&nonce={nonce}"

    async def redeem(self, *, code: str, nonce: str, verifier: str) -> tuple[str, Json]:
        login = next(one for one in LOGINS if one.subject == code)
        expires = (datetime.now(UTC) + timedelta(hours=1)).timestamp()
        return f"token-of-{code}", {"sub": code, "nonce": nonce, "exp": expires, **login.claims()}

    async def logout_url(self, id_token: str) -> str | None:
        return None


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture(scope="session")
def pages() -> Environment:
    """One for all, as in the service: compiling them takes most of a page's first visit."""
    return environment()


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts("portal", "telecom", "chassis")


@pytest.fixture
def four_eyes() -> frozenset[str]:
    """Acts that need a second person; tests of those say which."""
    return frozenset()


@pytest.fixture
def app(store: MemoryStore, upstream: Upstream, pages: Environment, texts: Texts, four_eyes: frozenset[str]) -> FastAPI:
    return site(
        Given(
            units=store.unit,
            services=upstream,
            login=KnownLogin(),
            live=Hub(),
            templates=pages,
            texts=texts,
            public_url="http://portal.example",
            login_origin="http://login.example",
            secret="for-tests",
            live_seconds=0.05,
            queue_seconds=0.3,
            four_eyes=four_eyes,
        )
    )


Browser = Callable[[str], httpx.AsyncClient]


@pytest.fixture
def browser(app: FastAPI, store: MemoryStore) -> Browser:
    """`browser("petra")` is a client logged in as that person; `browser("")` nobody."""

    def make(subject: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=AsShown(app), base_url="http://portal.example")
        if subject:
            store.sessions.kept[subject] = session_of(subject)
            client.cookies.set("session", subject)
        return client

    return make


def session_of(subject: str, *, hours: float = 1) -> Session:
    login = next(one for one in LOGINS if one.subject == subject)
    return Session(
        key=subject,
        id_token=f"token-of-{subject}",
        csrf=CSRF,
        subject=subject,
        name=login.name,
        email=login.email,
        role=login.role,
        language=login.language,
        party_id=party_id(login.party) if login.party else None,
        expires_at=datetime.now(UTC) + timedelta(hours=hours),
    )


async def fill(store: MemoryStore) -> None:
    """An order's story from the contracts' own examples, and two tasks."""
    from pathlib import Path

    import contracts

    examples = Path(contracts.__file__).parents[2] / "examples"
    told = (
        "OrderReceived",
        "TrunkProvisioned",
        "SiteProvisioned",
        "PortingStarted",
        "SignedFormAwaited",
        "NoticeSent",
    )
    for place, name in enumerate(told):
        event_type = next(one for one in all_events() if one.__name__ == name)
        event = event_type.read((examples / f"{event_type.type_name()}.json").read_bytes())
        event = event.model_copy(update={"order_id": UUID(ORDER)})
        await note_event(event, UUID(ident(f"event{place}")), store)
    for number, code in enumerate((None, "invalid-event")):
        errors: tuple[Json, ...] = ({"field": "data.email", "message": "no mail address"},) if code else ()
        said = CrmMessage(
            f"msg_{number}", b"", UUID(ident(code or "taken")), None, "PartyChanged", NOW, "refused", code, errors
        )
        await store.crm_messages.claim(said)
    for kind, owner, subject, title in (
        ("signed_form", "porting", PORTING, both("Unterschriebenes Formular prüfen", "Check the signed form")),
        ("manual_work", "provisioning", ident("work"), both("Internetleitung bereitstellen", "Set up the line")),
    ):
        store.tasks.raise_(
            Task(
                task_id=UUID(ident(kind)),
                kind=kind,
                owner=owner,
                subject_id=UUID(subject),
                title=title,
                explanation=both("Ohne Sie geht es hier nicht weiter.", "It cannot go on without you."),
                raised_at=NOW,
                due_at=NOW + timedelta(days=2),
                order_id=UUID(ORDER),
            )
        )
