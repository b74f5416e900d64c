"""The virus scanner's protocol, against a server that speaks it."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from devstack.programs import free_ports
from porting.adapters.scanner import ClamdScanner
from porting.domain import refusals


@asynccontextmanager
async def clamd() -> AsyncIterator[ClamdScanner]:
    """Finds the word virus."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
        writer.write(b"stream: Eicar FOUND\0" if b"virus" in content else b"stream: OK\0")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield ClamdScanner("127.0.0.1", server.sockets[0].getsockname()[1])


async def test_a_clean_file_passes_and_an_infected_one_is_refused() -> None:
    async with clamd() as scanner:
        await scanner.scan(b"clean" * 50_000)
        with pytest.raises(refusals.PdfInfected):
            await scanner.scan(b"a virus")


async def test_without_its_scanner_nothing_is_let_in() -> None:
    with pytest.raises(refusals.ScannerAway):
        await ClamdScanner("127.0.0.1", free_ports(1)[0]).scan(b"clean")
