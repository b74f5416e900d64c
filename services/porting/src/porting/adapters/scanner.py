"""A virus scanner that speaks clamd's protocol (INSTREAM)."""

import asyncio
import struct

from porting.domain import refusals

CHUNK = 1 << 16
PATIENCE = 20.0


class ClamdScanner:
    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port

    async def scan(self, content: bytes) -> None:
        try:
            answer = await asyncio.wait_for(self._ask(content), PATIENCE)
        except (OSError, TimeoutError) as error:
            raise refusals.ScannerAway() from error
        if answer.endswith(b"FOUND"):
            raise refusals.FileInfected()
        if not answer.endswith(b"OK"):
            raise refusals.ScannerAway()

    async def _ask(self, content: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                writer.write(struct.pack("!L", len(part)) + part)
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.read(4096)).rstrip(b"\0\n")
        finally:
            writer.close()
