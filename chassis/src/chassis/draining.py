"""A process that ends soon goes on answering, and ends each connection with its answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.readiness import Trouble

ENDING = Trouble("the process ends soon", "send requests elsewhere")


class Drain:
    """Once it has begun, whoever keeps a connection is told to open the next elsewhere, so that none is cut off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self.begun = app, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.begun or scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def last(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive, last)
