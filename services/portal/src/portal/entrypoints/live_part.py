"""The part of a page that changes by itself, as server-sent events."""

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from portal.application.ports import Away, Problem
from portal.entrypoints.visit import LoginNeeded, Visit

QUIET = 15.0
"""Seconds after which a silent feed shows that it lives."""
LOOK_AGAIN = 5.0
"""Seconds after which owners are asked again although no event came: an upload, say, has none."""
Load = Callable[[], Awaitable[dict[str, Any]]]
CLOCKS = ("as_of", "clock")
"""What the part says of the time; by itself it is no news."""


def live_part(visit: Visit, order_id: UUID, load: Load, template: str, **around: Any) -> Response:
    """Unnamed events carry the new part, named `tick` that all is quiet; the page says when they stop coming.

    `load` is asked whenever something of the order happened.
    """

    async def events() -> AsyncIterator[str]:
        shown, heard, number = "", -1, 0
        asked_at = said_at = 0.0
        while visit.session is None or visit.session.expires_at > datetime.now(UTC):
            async with visit.given.units() as unit:
                told = len(await unit.feed.of_order(order_id))
            now = time.monotonic()
            if told != heard or now - asked_at >= LOOK_AGAIN:
                heard, asked_at = told, now
                try:
                    story = await load()
                except (Away, Problem, LoginNeeded):
                    # The page says that the feed was lost, and comes back by itself.
                    return
                if (mark := _fingerprint(story)) != shown:
                    shown, said_at, number = mark, now, number + 1
                    html = visit.render(template, faults=[], **around, **story)
                    yield f"id: {number}\n" + "".join(f"data: {line}\n" for line in html.splitlines() if line) + "\n"
            if now - said_at >= QUIET:
                said_at = now
                yield "event: tick\ndata: quiet\n\n"
            await visit.given.live.wait(order_id, visit.given.live_seconds)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(), media_type="text/event-stream", headers=headers)


def _fingerprint(story: dict[str, Any]) -> str:
    parts = {name: value for name, value in story.items() if name not in CLOCKS}
    return hashlib.sha256(repr(parts).encode()).hexdigest()
