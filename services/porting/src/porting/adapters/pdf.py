"""A PDF that does nothing by itself, and is nothing else besides."""

from io import BytesIO
from typing import Any

import pikepdf

from porting.domain import refusals
from telecom.refusal import _

MOST_OBJECTS = 200_000
ACTIVE_KEYS = {
    "/JavaScript": _("JavaScript"),
    "/JS": _("JavaScript"),
    "/AA": _("automatic actions"),
    "/EmbeddedFiles": _("embedded files"),
    "/EF": _("embedded files"),
    "/RichMedia": _("rich media"),
    "/XFA": _("an XFA form"),
}
ACTIVE_ACTIONS = {
    "/JavaScript": _("JavaScript"),
    "/Launch": _("starting a program"),
    "/SubmitForm": _("sending a form"),
    "/ImportData": _("importing data"),
    "/GoToR": _("opening another file"),
    "/GoToE": _("opening another file"),
    "/Rendition": _("playing media"),
}


def check_pdf(content: bytes) -> None:
    """Refuses what is no PDF, encrypted, or has anything in it that acts by itself, however deep it lies."""
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise refusals.PdfLocked()
            if not len(pdf.pages):
                raise refusals.NotAPdf()
            _search(pdf)
    except pikepdf.PasswordError as error:
        raise refusals.PdfLocked() from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise refusals.NotAPdf() from error
    if content.rpartition(b"%%EOF")[2].strip(b"\0\r\n\t "):
        raise refusals.FileDisguised(what=_("something behind the PDF's end"))


def _search(pdf: pikepdf.Pdf) -> None:
    """All indirect objects, and what is nested in each; references are objects of their own."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    looked_at = 0
    while waiting:
        one = waiting.pop()
        looked_at += 1
        if looked_at > MOST_OBJECTS:
            raise refusals.PdfActive(what=_("too many objects"))
        if isinstance(one, pikepdf.Array):
            waiting += [item for item in one.as_list() if not getattr(item, "is_indirect", False)]
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            _look_at(one)
            waiting += [item for _key, item in one.items() if not getattr(item, "is_indirect", False)]


def _look_at(one: Any) -> None:
    for key in one.keys():  # noqa: SIM118 - pikepdf's objects iterate otherwise
        if key in ACTIVE_KEYS:
            raise refusals.PdfActive(what=ACTIVE_KEYS[key])
    action = str(one.get("/S", ""))
    if action in ACTIVE_ACTIONS:
        raise refusals.PdfActive(what=ACTIVE_ACTIONS[action])
    if str(one.get("/Type", "")) == "/EmbeddedFile":
        raise refusals.PdfActive(what=_("embedded files"))
    if str(one.get("/Subtype", "")) in ("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen"):
        raise refusals.PdfActive(what=_("attached files or media"))
