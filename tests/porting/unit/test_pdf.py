"""Only plain PDFs are let in as signed forms."""

from collections.abc import Callable

import pikepdf
import pytest

from porting.adapters.pdf import check_pdf
from porting.domain import refusals
from tests.porting.pdfs import ACTIVE, encrypted, made

pytestmark = pytest.mark.rule("PORT-4")


def test_a_plain_pdf_is_let_in() -> None:
    check_pdf(made())
    check_pdf(made(object_stream_mode=pikepdf.ObjectStreamMode.generate))


@pytest.mark.parametrize("garbage", [b"", b"hello", b"%PDF-1.7", b"%PDF-1.7\n" + b"x" * 1000, made()[:200], b"\0" * 99])
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(refusals.NotAPdf):
        check_pdf(garbage)


@pytest.mark.parametrize("words", [("owner", "user"), ("owner", "")])
def test_an_encrypted_pdf_is_refused(words: tuple[str, str]) -> None:
    with pytest.raises(refusals.PdfLocked):
        check_pdf(encrypted(*words))


@pytest.mark.parametrize("change", ACTIVE)
@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode.__members__.values()))
def test_active_content_is_refused_however_deep_it_lies(
    change: Callable[[pikepdf.Pdf], None], mode: pikepdf.ObjectStreamMode
) -> None:
    with pytest.raises(refusals.PdfActive):
        check_pdf(made(change, object_stream_mode=mode))
