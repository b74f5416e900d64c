"""What a request brings along: its unit of work, its language, and the plugs that `main` put into the application.

The dependencies are `async` although they wait for nothing: others would each be sent to a thread.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends, Header, Query, Request

from cart.application.ports import Feasibility, Terms, Unit
from cart.domain import refusals
from chassis import http

Speech = Literal["de", "en"]


class LinkTokens(Protocol):
    lifetime: int

    def sign(self, claims: Mapping[str, Any]) -> str: ...


class Misses(Protocol):
    def wait(self, address: str) -> int: ...

    def note(self, address: str) -> None: ...


async def _language(request: Request) -> Speech:
    return "en" if request.state.language == "en" else "de"


async def _terms(request: Request) -> Terms:
    terms: Terms = request.app.state.terms
    return terms


async def _feasibility(request: Request) -> Feasibility:
    feasibility: Feasibility = request.app.state.feasibility
    return feasibility


async def _link_tokens(request: Request) -> LinkTokens:
    tokens: LinkTokens = request.app.state.link_tokens
    return tokens


async def _misses(request: Request) -> Misses:
    misses: Misses = request.app.state.misses
    return misses


async def _seen(if_match: Annotated[str | None, Header()] = None) -> int:
    """The version of the cart that the caller saw (CART-4)."""
    version = (if_match or "").strip().removeprefix("W/").strip('"')
    if not version.isdecimal() or len(version) > 9:
        raise refusals.VersionMissing()
    return int(version)


InUnit = http.InUnit[Unit]
Language = Annotated[Speech, Depends(_language)]
WithTerms = Annotated[Terms, Depends(_terms)]
WithFeasibility = Annotated[Feasibility, Depends(_feasibility)]
WithLinkTokens = Annotated[LinkTokens, Depends(_link_tokens)]
WithMisses = Annotated[Misses, Depends(_misses)]
Seen = Annotated[int, Depends(_seen)]
Sought = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
"""What a list is searched for."""
