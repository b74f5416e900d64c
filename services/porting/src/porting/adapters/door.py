"""Lets in signed forms: a PDF or a picture and nothing else, not too large, and clean where a scanner is asked."""

import asyncio
import json
import re
import sys
import zipfile
from io import BytesIO
from typing import Any, Protocol

from porting.adapters.pdf import check_pdf
from porting.domain import refusals
from porting.domain.signed_forms import LARGEST_FORM, MOST_PAGES, SignedFile
from telecom.refusal import Refusal, _

PATIENCE = 60.0
AT_ONCE = 2
PDF = b"%PDF-"
OTHERS = re.compile(rb"%PDF-|<script|<html|<!doctype html|<\?php|<svg", re.IGNORECASE)
"""What no picture has in it."""
END_OF_PNG, END_OF_JPEG = b"IEND\xaeB`\x82", b"\xff\xd9"
APPLE = re.compile(rb"^.{4}ftyp(heic|heix|mif1|hevc)", re.DOTALL)


class Scanner(Protocol):
    async def scan(self, content: bytes) -> None:
        """Raises FileInfected or ScannerAway."""
        ...


class FormDoor:
    """One for a process."""

    def __init__(self, scanner: Scanner | None = None) -> None:
        self._scanner, self._free = scanner, asyncio.Semaphore(AT_ONCE)

    async def admit(self, content: bytes) -> SignedFile:
        """The file with pictures of its pages; what it is, its content says, whatever it is called."""
        if len(content) > LARGEST_FORM:
            raise refusals.FileTooLarge(limit=LARGEST_FORM >> 20)
        await asyncio.to_thread(_check, content)
        if self._scanner is not None:
            await self._scanner.scan(content)
        async with self._free:
            return await _developed(content)


def _check(content: bytes) -> None:
    if APPLE.match(content):
        raise refusals.PictureOfApple()
    if content.startswith(PDF):
        check_pdf(content)
    elif OTHERS.search(content):
        raise refusals.FileDisguised(what=_("a picture and something else at once"))
    elif _goes_on(content):
        raise refusals.FileDisguised(what=_("something behind the picture's end"))
    if zipfile.is_zipfile(BytesIO(content)):
        raise refusals.FileDisguised(what=_("an archive"))


def _goes_on(picture: bytes) -> bool:
    """Phones put films and depths behind a JPEG, but no text; behind a PNG there is nothing."""
    if picture.startswith(b"\x89PNG"):
        return not picture.endswith(END_OF_PNG)
    if not picture.startswith(b"\xff\xd8"):
        return False
    try:
        rest = picture.rpartition(END_OF_JPEG)[2].strip(b"\0").decode()
    except UnicodeDecodeError:
        return False
    return len(rest) > len(PDF) and "".join(rest.split()).isprintable()


async def _developed(content: bytes) -> SignedFile:
    """By a process that may be killed."""
    room = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "porting.adapters.darkroom",
        str(MOST_PAGES),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _err = await asyncio.wait_for(room.communicate(content), PATIENCE)
    except TimeoutError:
        room.kill()
        await room.wait()
        raise refusals.UnfitFile() from None
    line, _newline, pictures = out.partition(b"\n")
    if not line:
        raise refusals.UnfitFile()
    answer = json.loads(line)
    if "refused" in answer:
        raise _refusal(answer["refused"], answer["gaps"])
    stream = BytesIO(pictures)
    return SignedFile(answer["media_type"], content, tuple(stream.read(size) for size in answer["sizes"]))


def _refusal(name: str, gaps: dict[str, Any]) -> Refusal:
    known: type[Refusal] = getattr(refusals, name)
    return known(**gaps)
