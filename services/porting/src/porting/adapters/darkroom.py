"""Makes a picture of each page of a PDF, and a clean one of a picture: `python -m porting.adapters.darkroom`.

It runs as a process of its own that may use only so much memory and time: whoever decodes strangers' files may come to
harm. The file comes by standard input. The answer is a line of JSON and the pictures one after another: made anew of
pixels, so that nothing of the file lives on in them, its places and cameras neither.
"""

import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2 import PdfiumError

MEMORY, SECONDS = 2 << 30, 30
MOST_PIXELS = 60_000_000
LEAST_SIDE = 300
LONGEST_SIDE = 2000
QUALITY = 80
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "TIFF": "image/tiff"}


class Refused(Exception):
    """By the name of a refusal of the domain, and what fills its gaps."""

    def __init__(self, name: str, **gaps: Any) -> None:
        super().__init__(name)
        self.answer = {"refused": name, "gaps": gaps}


def developed(content: bytes, most_pages: int) -> tuple[str, list[bytes]]:
    """The media type by what could be decoded, and the pictures."""
    if content.startswith(b"%PDF-"):
        return "application/pdf", list(_pages(content, most_pages))
    return _pictures(content, most_pages)


def _pages(content: bytes, most_pages: int) -> Iterator[bytes]:
    try:
        pdf = pypdfium2.PdfDocument(content)
        pdf.init_forms()  # What was typed into fields is drawn, too.
        if len(pdf) > most_pages:
            raise Refused("TooManyPages", limit=most_pages)
        for page in pdf:
            scale = LONGEST_SIDE / max(*page.get_size(), 1)
            yield _picture(page.render(scale=min(scale, 200 / 72), may_draw_forms=True).to_pil())
    except PdfiumError as error:
        raise Refused("NotAPdf") from error


def _pictures(content: bytes, most_pages: int) -> tuple[str, list[bytes]]:
    try:
        with Image.open(BytesIO(content), formats=tuple(KINDS)) as picture:
            count = getattr(picture, "n_frames", 1)
            if count > most_pages:
                raise Refused("TooManyPages", limit=most_pages)
            found = []
            for number in range(count):
                picture.seek(number)
                _check_size(picture)
                found.append(_picture(ImageOps.exif_transpose(picture)))
            return KINDS[picture.format or ""], found
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, EOFError) as error:
        raise Refused("UnfitFile") from error
    except Image.DecompressionBombError as error:
        raise Refused("PictureOfTooManyPixels", limit=MOST_PIXELS // 1_000_000) from error


def _check_size(picture: Image.Image) -> None:
    """Before any pixel is decoded."""
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused("PictureOfTooManyPixels", limit=MOST_PIXELS // 1_000_000)
    if min(picture.size) < LEAST_SIDE:
        raise Refused("PictureTooSmall", least=LEAST_SIDE)


def _picture(page: Image.Image) -> bytes:
    """On white paper, where the picture lets anything through."""
    page.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if page.has_transparency_data:
        shown = page.convert("RGBA")
        page = Image.new("RGB", page.size, "white")
        page.paste(shown, mask=shown.getchannel("A"))
    out = BytesIO()
    page.convert("RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _limit() -> None:
    """macOS knows no limit of memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    _limit()
    pages: list[bytes] = []
    try:
        media_type, pages = developed(sys.stdin.buffer.read(), int(sys.argv[1]))
        answer: dict[str, Any] = {"media_type": media_type, "sizes": [len(page) for page in pages]}
    except Refused as refused:
        answer = refused.answer
    except MemoryError:
        answer = Refused("UnfitFile").answer
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(pages))


if __name__ == "__main__":
    main()
