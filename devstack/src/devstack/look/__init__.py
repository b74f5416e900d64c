"""What the pages of the development stack have in common: one look, and no clicks from other sites."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


def page_app(title: str) -> FastAPI:
    """An application that takes no write which another site's page makes a browser send."""
    app = FastAPI(title=title, docs_url="/docs", redoc_url=None)

    @app.middleware("http")
    async def refuse_strangers(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.method not in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Site") in (
            "cross-site",
            "same-site",
        ):
            return PlainTextResponse("This came from another site.", 403)
        return await go_on(request)

    return app


def pages(folder: Path) -> Callable[..., HTMLResponse]:
    """Renders templates of `folder`, which may extend `_page.html`."""
    environment = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )

    def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(environment.get_template(name).render(**values), status)

    return page


class _QuietServer(uvicorn.Server):
    """Leaves signals to `serve_beside`: uvicorn's own way ends the process before the work has cleaned up."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: FastAPI, *, host: str, port: int) -> None:
    """Serve the application until SIGTERM or SIGINT."""
    await serve_beside(app, asyncio.Event().wait(), host=host, port=port)


async def serve_beside(app: FastAPI, work: Coroutine[Any, Any, object], *, host: str, port: int) -> None:
    """Serve the application while the work goes on; whichever ends first, or SIGTERM or SIGINT, ends both in order."""
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)
    server = _QuietServer(config)
    serving, working = asyncio.create_task(server.serve()), asyncio.create_task(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, working.cancel)
    done, _ = await asyncio.wait({serving, working}, return_when=asyncio.FIRST_COMPLETED)
    working.cancel()
    server.should_exit = True
    await asyncio.gather(serving, working, return_exceptions=True)
    for task in done:
        if not task.cancelled():
            task.result()
