"""Which files are taken as signed forms, and what is shown of them (PORT-4)."""

from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from porting.adapters.door import FormDoor
from porting.domain import refusals
from porting.domain.signed_forms import LARGEST_FORM, MOST_PAGES
from telecom.refusal import Refusal
from tests.porting.pdfs import made
from tests.porting.pictures import DISGUISED, JPEG, PLACE, PNG, as_file, bomb, pages, photographed, sheet

pytestmark = pytest.mark.rule("PORT-4")


def opened(page: bytes) -> Image.Image:
    return Image.open(BytesIO(page), formats=["JPEG"])


@pytest.mark.parametrize(
    ("content", "media_type", "count"),
    [
        (made(), "application/pdf", 1),
        (JPEG, "image/jpeg", 1),
        (PNG, "image/png", 1),
        (as_file(sheet().convert("RGBA"), "PNG"), "image/png", 1),
        (as_file(sheet().convert("1"), "TIFF", compression="group4"), "image/tiff", 1),
        (pages(3), "image/tiff", 3),
    ],
)
async def test_a_pdf_or_a_picture_is_taken_and_kept_as_it_came(content: bytes, media_type: str, count: int) -> None:
    taken = await FormDoor().admit(content)
    assert (taken.media_type, taken.content, len(taken.pages)) == (media_type, content, count)
    assert taken.digest == sha256(content).hexdigest()
    assert all(opened(page).size > (300, 300) for page in taken.pages)


async def test_what_is_shown_of_a_photograph_stands_upright_and_tells_no_place() -> None:
    with Image.open(BytesIO(photographed())) as sent:
        assert sent.getexif().get_ifd(PLACE)
    [page] = (await FormDoor().admit(photographed())).pages
    shown = opened(page)
    assert shown.size == (800, 600)
    assert not shown.getexif()
    assert shown.convert("L").getpixel((790, 10)) < 50
    assert shown.convert("L").getpixel((10, 590)) > 200


async def test_what_was_typed_into_the_form_on_screen_is_shown() -> None:
    def signed(pdf: pikepdf.Pdf) -> None:
        ink = pdf.make_stream(
            b"0 0 100 100 re f",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=pikepdf.Array([0, 0, 100, 100]),
        )
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("place"),
            Rect=pikepdf.Array([0, 0, 100, 100]),
            AP=pikepdf.Dictionary(N=ink),
            F=4,
        )
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(field)])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pdf.pages[0].Annots)

    blank, filled = await FormDoor().admit(made()), await FormDoor().admit(made(signed))
    corner = (5, opened(blank.pages[0]).height - 5)
    assert opened(blank.pages[0]).convert("L").getpixel(corner) > 200
    assert opened(filled.pages[0]).convert("L").getpixel(corner) < 50


@pytest.mark.parametrize("name", DISGUISED)
async def test_a_file_that_is_two_things_at_once_is_refused(name: str) -> None:
    with pytest.raises(refusals.FileDisguised):
        await FormDoor().admit(DISGUISED[name])


async def test_a_film_behind_a_phones_picture_does_no_harm() -> None:
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 4
    taken = await FormDoor().admit(JPEG + film)
    assert len(taken.pages[0]) < len(JPEG) * 10
    assert b"ftypmp42" not in taken.pages[0]


def many_pages(pdf: pikepdf.Pdf) -> None:
    for _ in range(MOST_PAGES):
        pdf.add_blank_page()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", refusals.UnfitFile),
        (b"hello", refusals.UnfitFile),
        (b"GIF89a" + bytes(100), refusals.UnfitFile),
        (JPEG[:400], refusals.UnfitFile),
        (PNG[:60] + PNG[-12:], refusals.UnfitFile),
        (b"  " + made(), refusals.UnfitFile),
        (b"\0\0\0\x18ftypheic" + bytes(200), refusals.PictureOfApple),
        (bomb(), refusals.PictureOfTooManyPixels),
        (as_file(sheet(200, 800)), refusals.PictureTooSmall),
        (pages(MOST_PAGES + 1), refusals.TooManyPages),
        (made(many_pages), refusals.TooManyPages),
        (b"0" * (LARGEST_FORM + 1), refusals.FileTooLarge),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else "",
)
async def test_what_cannot_be_reviewed_is_refused_with_the_way_out(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        await FormDoor().admit(content)
    assert type(refused.value) in (refusal, refusals.FileDisguised)
    assert refused.value.remedy
