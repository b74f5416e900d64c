"""An issuer's keys by HTTP: read before anybody calls, read again for a key that is new, and missed in a 503."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from chassis.problems import Problem
from chassis.settings import TrustedIssuer
from chassis.tokens import Keys, TokenCheck, new_key, sign_token
from devstack.programs import free_ports


class Login:
    """A login provider, as far as its keys are concerned."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked, self.status, self.nonsense = folder, 0, 200, ""
        self.rotate()

    def rotate(self) -> None:
        new_key(self.folder / "login.jwk", self.folder / "login.jwks")

    async def keys(self, _: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=self.status, text=self.nonsense or (self.folder / "login.jwks").read_text())

    def token(self) -> str:
        claims: dict[str, Any] = {"sub": "petra", "role": "partner"}
        return sign_token(self.folder / "login.jwk", issuer="login", audience="portal", claims=claims, lifetime=60)


def check(url: str) -> TokenCheck:
    return TokenCheck([TrustedIssuer(issuer="login", audience="portal", jwks_url=url)])


@pytest.fixture
def login(tmp_path: Path) -> Login:
    return Login(tmp_path)


@pytest_asyncio.fixture
async def url(login: Login) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_get("/jwks", login.keys)
    async with TestServer(application) as server:
        yield str(server.make_url("/jwks"))


async def test_who_learnt_the_keys_asks_nobody_when_the_first_caller_comes(login: Login, url: str) -> None:
    tokens = check(url)
    await tokens.learn()
    assert login.asked == 1
    assert (await tokens.identify(login.token())).subject == "petra"
    assert login.asked == 1


async def test_a_new_key_is_asked_for_once_in_a_while(login: Login, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = check(url)
    await tokens.learn()
    login.rotate()
    with pytest.raises(Problem) as refused:
        await tokens.identify(login.token())
    assert (refused.value.code, login.asked) == ("bad-signature", 1)
    monkeypatch.setattr("chassis.tokens.REFRESH_AT_MOST_EVERY", 0.0)
    assert (await tokens.identify(login.token())).subject == "petra"
    assert login.asked == 2


@pytest.mark.parametrize("status", [None, 500])
async def test_a_login_provider_that_is_away_keeps_nobody_from_starting_and_is_asked_again(
    login: Login, url: str, status: int | None
) -> None:
    login.status = status or 200
    tokens = check(url if status else f"http://127.0.0.1:{free_ports(1)[0]}/jwks")
    await tokens.learn()
    with pytest.raises(Problem) as refused:
        await tokens.identify(login.token())
    assert (refused.value.status, refused.value.code) == (503, "login-unavailable")
    if status:
        login.status = 200
        assert (await tokens.identify(login.token())).subject == "petra"


@pytest.mark.parametrize("nonsense", ["<h1>Login</h1>", "[]", "{}", '{"keys": [{"kty": "RSA"}]}', '{"keys": 7}'])
async def test_what_is_no_set_of_keys_is_said_and_keeps_nobody_from_starting(
    login: Login, url: str, nonsense: str
) -> None:
    login.nonsense, tokens = nonsense, check(url)
    await tokens.learn()
    with pytest.raises(Problem) as refused:
        await tokens.identify(login.token())
    assert refused.value.code == "login-unavailable"
    login.nonsense = ""
    assert (await tokens.identify(login.token())).subject == "petra"


async def test_a_second_caller_waits_for_the_keys_that_the_first_one_asked_for(login: Login, url: str) -> None:
    keys = Keys(TrustedIssuer(issuer="login", audience="portal", jwks_url=url))
    await asyncio.gather(keys.find(None), keys.find(None))
    assert login.asked == 1
