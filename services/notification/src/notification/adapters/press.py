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
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from notification.application.documents import Paper

log = structlog.get_logger()
HERE = Path(str(files("notification")))
Standard = Literal["ua-1"] | None
TEMPLATE = HERE / "paper" / "letter.typ"
MILLIMETRE = 72 / 25.4
FOOT, HEIGHT = 34.4, 9
FIELDS = (("place", 24, 66), ("date", 72, 104), ("signature", 110, 188))
"""Millimetres from the lower left corner of the last page, as `paper/letter.typ` lays the lines out."""
PRINTED = 4
"""An annotation's flag."""
HELVETICA = {
    "/Type": Name.Font,
    "/Subtype": Name.Type1,
    "/BaseFont": Name.Helvetica,
    "/Encoding": Name.WinAnsiEncoding,
}
"""What the fields are filled in with."""


async def pdf_of(paper: Paper) -> bytes:
    """Takes milliseconds of a thread, never of the event loop."""
    return await asyncio.to_thread(_set, json.dumps(asdict(paper)))


@lru_cache(64)
def _set(paper: str) -> bytes:
    captions = json.loads(paper)["signature"]
    pdf = _compiled(paper, "ua-1")
    return pdf if captions is None else _with_fields(pdf, captions)


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
    """Text fields for place and date and an empty field for a signature, for those who sign on screen.

    Each is a form element of the document's structure, with its caption as name: PDF/UA stays true.
    """
    with Pdf.open(io.BytesIO(pdf)) as document:
        page, root = document.pages[-1], document.Root
        fields = Array()
        for (name, left, right), caption in zip(FIELDS, captions, strict=True):
            box = Array([_points(left), _points(FOOT), _points(right), _points(FOOT + HEIGHT)])
            field = document.make_indirect(_field(document, name, caption, box))
            field.P = page.obj
            field.StructParent = _tagged(document, page.obj, field, caption)
            fields.append(field)
        page.obj.Annots, page.obj.Tabs = Array(list(fields)), Name.S
        fonts = Dictionary(Helv=Dictionary(HELVETICA))
        root.AcroForm = document.make_indirect(Dictionary(Fields=fields, SigFlags=1, DR=Dictionary(Font=fonts)))
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _field(document: Pdf, name: str, caption: str, box: Array) -> Dictionary:
    """Drawn as nothing while it is empty: the line below it is the page's."""
    nothing = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]))
    same = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        T=String(name),
        TU=String(caption),
        F=PRINTED,
        Rect=box,
        AP=Dictionary(N=nothing),
    )
    if name == "signature":
        same.FT = Name.Sig
    else:
        same.FT, same.DA = Name.Tx, String("/Helv 11 Tf 0 g")
    return same


def _tagged(document: Pdf, page: Object, field: Object, caption: str) -> int:
    """The field as the last element of the structure; its key there."""
    tree = document.Root.StructTreeRoot
    top = tree.K[0] if isinstance(tree.K, Array) else tree.K
    place = Dictionary(Type=Name.OBJR, Obj=field, Pg=page)
    element = document.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Form, P=top, Pg=page, Alt=String(caption), K=Array([place]))
    )
    top.K.append(element)
    key = int(tree.ParentTreeNextKey)
    tree.ParentTree.Nums.extend(Array([key, element]))
    tree.ParentTreeNextKey = key + 1
    return key


def _points(millimetres: float) -> int:
    return round(millimetres * MILLIMETRE)
