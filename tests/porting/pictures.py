"""Pictures as customers' phones and attackers send them."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageDraw

from tests.porting.pdfs import made

ORIENTATION, TURNED_RIGHT = 0x0112, 6
PLACE = 0x8825
LATITUDE = {1: "N", 2: (50.0, 56.0, 28.0)}


def sheet(width: int = 600, height: int = 800) -> Image.Image:
    """A white sheet with a dark corner at its upper left."""
    found = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(found).rectangle((0, 0, width // 4, height // 4), fill="black")
    return found


def as_file(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photographed() -> bytes:
    """Held sideways, with the place in it."""
    about = Image.Exif()
    about[ORIENTATION] = TURNED_RIGHT
    about.get_ifd(PLACE).update(LATITUDE)
    return as_file(sheet(), exif=about)


def bomb() -> bytes:
    """A PNG of 40,000 × 40,000 pixels in a few kilobytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        whole = name + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 40_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def pages(count: int) -> bytes:
    """A TIFF, as scanners send."""
    return as_file(sheet(), "TIFF", save_all=True, append_images=[sheet()] * (count - 1), compression="tiff_lzw")


JPEG, PNG = as_file(sheet()), as_file(sheet(), "PNG")
DISGUISED = {
    "a PDF behind a picture": JPEG + made(),
    "a page behind a picture": PNG + b"<html><script>alert(1)</script></html>",
    "a script behind a picture": JPEG + b"*/=1;alert(document.cookie)//",
    "an archive behind a picture": JPEG + b"PK\x05\x06" + b"\0" * 18,
    "a page in a picture's comment": as_file(sheet(), comment=b"<script src=//evil.example></script>"),
    "bytes behind a picture": PNG + b"\1" * 40,
    "a page behind a PDF": made() + b"<html><script>alert(1)</script></html>",
    "an archive behind a PDF": made() + b"PK\x05\x06" + b"\0" * 18,
}
