"""A person in front of the stack: logs in as a browser does, calls services, reads mails, opens links."""

import base64
import hashlib
import html
import re
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx

from devstack.demo.waiting import DidNotHappen, expect, until
from devstack.layout import Layout

HIDDEN = re.compile(r"<input\s[^>]*type=\"?hidden\"?[^>]*>")
NAME, VALUE = re.compile(r"name=\"([^\"]*)\""), re.compile(r"value=\"([^\"]*)\"")
MAIL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: httpx.Headers

    @property
    def version(self) -> str:
        return str(self.body["version"])


class Caller:
    """Calls the services with a token, or with none; every write has a key of its own."""

    def __init__(self, layout: Layout, correlation_id: str, token: str | None = None) -> None:
        self._layout, self.token = layout, token
        headers = {"X-Correlation-Id": correlation_id, "Accept-Language": "en"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.AsyncClient(headers=headers, timeout=15)

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, method: str, service: str, path: str, **how: Any) -> Answer:
        """Whatever is answered; `seen` becomes If-Match."""
        headers: dict[str, str] = how.pop("headers", {})
        if method != "GET":
            headers = {"Idempotency-Key": str(uuid4()), **headers}
        if (seen := how.pop("seen", None)) is not None:
            headers["If-Match"] = f'"{seen}"'
        try:
            answer = await self._http.request(method, self._layout.url(service) + path, headers=headers, **how)
        except httpx.HTTPError as error:
            raise DidNotHappen(f"{service} did not answer {method} {path}", repr(error)) from error
        is_json = "json" in answer.headers.get("Content-Type", "")
        return Answer(answer.status_code, answer.json() if is_json else answer.text, answer.headers)

    async def get(self, service: str, path: str, **params: Any) -> Any:
        """The body; anything but a success is DidNotHappen."""
        return self._good("GET", service, path, await self.ask("GET", service, path, params=params))

    async def post(self, service: str, path: str, body: Any = None, *, seen: int | None = None) -> Any:
        return self._good("POST", service, path, await self.ask("POST", service, path, json=body, seen=seen))

    async def patch(self, service: str, path: str, body: Any, *, seen: int | None = None) -> Any:
        return self._good("PATCH", service, path, await self.ask("PATCH", service, path, json=body, seen=seen))

    async def look(self, service: str, path: str, **params: Any) -> Any | None:
        """The body, or None where there is nothing yet or it is not ours yet."""
        answer = await self.ask("GET", service, path, params=params)
        return None if answer.status in (403, 404) else self._good("GET", service, path, answer)

    @staticmethod
    def _good(method: str, service: str, path: str, answer: Answer) -> Any:
        expect(answer.status < 300, f"{method} {path} of {service} answered {answer.status}", answer.body)
        return answer.body


async def logged_in(layout: Layout, who: str, correlation_id: str) -> Caller:
    """By the code flow with PKCE at the login provider, as the portal sends a browser through it."""
    issuer, back = layout.url("login"), f"{layout.url('portal')}/login/done"
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    wanted = {
        "response_type": "code",
        "client_id": "portal",
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    async with httpx.AsyncClient(timeout=15) as browser:
        known = (await browser.get(f"{issuer}/.well-known/openid-configuration")).json()
        sent = await browser.post(known["authorization_endpoint"], params=wanted, data={"sub": who})
        gone_to = parse_qs(urlsplit(sent.headers.get("Location", "")).query)
        expect("code" in gone_to, f"the login of {who} gave no code", sent.text[:200])
        redeemed = await browser.post(
            known["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": gone_to["code"][0],
                "redirect_uri": back,
                "code_verifier": verifier,
            },
            auth=("portal", "portal"),
        )
    expect(redeemed.status_code == httpx.codes.OK, f"the login of {who} gave no token", redeemed.text[:200])
    return Caller(layout, correlation_id, redeemed.json()["id_token"])


class Mailbox:
    """The stack's mails, as their recipients find them."""

    def __init__(self, layout: Layout) -> None:
        self._url = f"{layout.url('mailbox')}/api/mails"
        self._http = httpx.AsyncClient(timeout=15)
        self._known: set[str] = set()

    async def close(self) -> None:
        await self._http.aclose()

    async def to(self, address: str) -> list[dict[str, Any]]:
        """Newest first."""
        found: list[dict[str, Any]] = (await self._http.get(self._url, params={"to": address})).json()
        return found

    async def mail(self, address: str, words: str) -> dict[str, Any]:
        """The newest mail to somebody that has these words in subject or text; waits for it."""

        async def ask() -> dict[str, Any] | None:
            return next((one for one in await self.to(address) if words in f"{one['subject']}\n{one['text']}"), None)

        return await until(f"a mail to {address} with “{words}”", ask, MAIL_SECONDS)

    async def link(self, address: str) -> str:
        """The quote link mailed to somebody since the last time this was asked; waits for it."""

        async def ask() -> str | None:
            links = [link for one in await self.to(address) for link in one["links"]]
            return next((link for link in links if "/q/" in link and link not in self._known), None)

        found = await until(f"a quote link to {address}", ask, MAIL_SECONDS)
        self._known.add(found)
        return found


class LinkVisitor:
    """Somebody who was mailed a link and has a browser, and no login."""

    def __init__(self, layout: Layout, correlation_id: str) -> None:
        self._caller = Caller(layout, correlation_id)
        self._http = httpx.AsyncClient(timeout=15, headers={"X-Correlation-Id": correlation_id})

    async def close(self) -> None:
        await self._caller.close()
        await self._http.aclose()

    async def open(self, link: str) -> httpx.Response:
        return await self._http.get(link)

    async def confirm(self, link: str, name: str) -> str:
        """Read the page, type the name, tick the box, press the button; the order's id."""
        page = await self.open(link)
        expect(page.status_code == httpx.codes.OK, "the page behind the quote link is not shown", page.status_code)
        fields = {**hidden_fields(page.text), "name": name, "agreed": "on"}
        pressed = await self._http.post(f"{link}/confirm", data=fields, follow_redirects=True)
        expect(pressed.status_code == httpx.codes.OK, "the quote was not confirmed", pressed.status_code)
        exchanged = await self.exchange(link)
        expect(bool(exchanged.get("order_id")), "the confirmed link leads to no order", exchanged.get("state"))
        return str(exchanged["order_id"])

    async def exchange(self, link: str) -> dict[str, Any]:
        """What the link is worth now: its state, and a token where it is alive."""
        answer = await self._caller.ask(
            "POST", "cart", "/links/exchange", json={"token": urlsplit(link).path.rsplit("/", 1)[-1]}
        )
        found: dict[str, Any] = answer.body
        return found


def hidden_fields(page: str) -> dict[str, str]:
    """What a page's forms send along by themselves."""
    found = {}
    for tag in HIDDEN.findall(page):
        name, value = NAME.search(tag), VALUE.search(tag)
        if name:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found
