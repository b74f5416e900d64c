"""Sets documents as PDF: tagged, with fonts of our own, and with fields where somebody is to sign."""

import asyncio
import io
import json
from dataclasses import asdict
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import structlog
import typst
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from notification.application.documents import Paper

log = structlog.get_logger()
HERE = Path(str(files("notification")))
Standard = Literal["ua-1"] | None
TEMPLATE = HERE / "paper" / "letter.typ"
MILLIMETRE = 72 / 25.4
FOOT, HEIGHT = 34.4, 9
FIELDS = (("place", 24, 66), ("date", 72, 104), ("signature", 110, 188))
"""Millimetres from the lower left corner of the last page, as `paper/letter.typ` lays the lines out."""


async def pdf_of(paper: Paper) -> bytes:
    """Takes milliseconds of a thread, never of the event loop."""
    return await asyncio.to_thread(_set, json.dumps(asdict(paper)))


@lru_cache(64)
def _set(paper: str) -> bytes:
    captions = json.loads(paper)["signature"]
    if captions is None:
        return _compiled(paper, "ua-1")
    # Fields that are added afterwards are not part of the page's tags: tagged, but no claim to PDF/UA.
    return _with_fields(_compiled(paper, None), captions)


def _compiled(paper: str, standard: Standard) -> bytes:
    try:
        return _compile(paper, standard, system_fonts=False)
    except typst.TypstError as error:
        if standard is None:
            raise
        # A name in a script that our fonts lack: whatever the machine has, and no claim to PDF/UA.
        log.warning("document set without PDF/UA", error=str(error))
        return _compile(paper, None, system_fonts=True)


def _compile(paper: str, standard: Standard, *, system_fonts: bool) -> bytes:
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=not system_fonts,
        sys_inputs={"paper": paper},
        pdf_standards=standard,
    )
    return pdf


def _with_fields(pdf: bytes, captions: list[str]) -> bytes:
    """Text fields for place and date and an empty field for a signature, for those who sign on screen."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    last = int(writer.root["/Pages"]["/Count"]) - 1
    page, _ = writer.find_page_for_modification(last)
    for (name, left, right), caption in zip(FIELDS, captions, strict=True):
        low, high = _points(FOOT), _points(FOOT + HEIGHT)
        box = (_points(left), low, _points(right), high)
        if name == "signature":
            append_signature_field(writer, SigFieldSpec(name, on_page=last, box=box, readable_field_name=caption))
        else:
            _add_text_field(writer, page, name, caption, box)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _add_text_field(
    writer: IncrementalPdfFileWriter,
    page: generic.IndirectObject,
    name: str,
    caption: str,
    box: tuple[int, int, int, int],
) -> None:
    key, text = generic.NameObject, generic.pdf_string
    form = _form_of(writer)
    field = writer.add_object(
        generic.DictionaryObject(
            {
                key("/Type"): key("/Annot"),
                key("/Subtype"): key("/Widget"),
                key("/FT"): key("/Tx"),
                key("/T"): text(name),
                key("/TU"): text(caption),
                key("/DA"): text("/Helv 11 Tf 0 g"),
                key("/F"): generic.NumberObject(4),
                key("/Rect"): generic.ArrayObject(map(generic.NumberObject, box)),
                key("/P"): page,
            }
        )
    )
    form["/Fields"].append(field)
    writer.update_container(form["/Fields"])
    found = page.get_object()
    found.setdefault(key("/Annots"), generic.ArrayObject()).append(field)
    writer.update_container(found)


def _points(millimetres: float) -> int:
    return round(millimetres * MILLIMETRE)


def _form_of(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    """The document's form, made if there is none, with the font that its fields are filled in with."""
    key = generic.NameObject
    if "/AcroForm" not in writer.root:
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
        helvetica = writer.add_object(generic.DictionaryObject({key(one): key(other) for one, other in font.items()}))
        fonts = generic.DictionaryObject({key("/Helv"): helvetica})
        form = generic.DictionaryObject(
            {
                key("/Fields"): generic.ArrayObject(),
                key("/DR"): generic.DictionaryObject({key("/Font"): fonts}),
                key("/NeedAppearances"): generic.BooleanObject(True),
            }
        )
        writer.root[key("/AcroForm")] = writer.add_object(form)
        writer.update_root()
    found = writer.root["/AcroForm"]
    assert isinstance(found, generic.DictionaryObject)
    return found
