"""TLS before a PostgreSQL that has none, as a pooler or proxy does it: the devstack's is built without OpenSSL."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.chassis.certificates import Certificate

ASKS_FOR_TLS = (8).to_bytes(4) + (80877103).to_bytes(4)
"""What a client says before anything else (PostgreSQL manual, “SSLRequest”)."""


@asynccontextmanager
async def gateway(port: int, certificate: Certificate | None) -> AsyncIterator[int]:
    """Its port, before the server at `port`; without a certificate it declines TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if certificate is not None:
        context.load_cert_chain(certificate.certificate, certificate.key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            begun = await reader.readexactly(len(ASKS_FOR_TLS))
            if begun == ASKS_FOR_TLS:
                writer.write(b"N" if certificate is None else b"S")
                await writer.drain()
                if certificate is not None:
                    await writer.start_tls(context)
                begun = b""
            behind, onwards = await asyncio.open_connection("127.0.0.1", port)
            onwards.write(begun)
            await asyncio.gather(_pass_on(reader, onwards), _pass_on(behind, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()
