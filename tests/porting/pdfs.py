"""PDFs as customers and attackers send them."""

from collections.abc import Callable
from io import BytesIO
from os import urandom

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String


def made(change: Callable[[Pdf], None] | None = None, **options: object) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if change is not None:
        change(pdf)
    out = BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def javascript(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def nested_launch(pdf: Pdf) -> None:
    """In an annotation's chain of actions, three levels down."""
    launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
    action = Dictionary(
        S=Name.URI, URI=String("https://example.org"), Next=Array([Dictionary(S=Name.Named, Next=launch)])
    )
    link = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action))
    pdf.pages[0].Annots = Array([link])


def launch_in_object_of_its_own(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.Launch, F=String("calc.exe")))


def embedded_file(pdf: Pdf) -> None:
    pdf.attachments["malware.exe"] = b"MZ"


def page_action(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.Print))


def form_that_is_sent(pdf: Pdf) -> None:
    button = Dictionary(FT=Name.Btn, T=String("b"), A=Dictionary(S=Name.SubmitForm, F=String("https://example.org")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(button)]))


def scanned_page(pdf: Pdf) -> None:
    """A picture of 6 MiB."""
    picture = pdf.make_stream(urandom(6 << 20), Type=Name.XObject, Subtype=Name.Image)
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=picture))


ACTIVE = [javascript, nested_launch, launch_in_object_of_its_own, embedded_file, page_action, form_that_is_sent]


def encrypted(owner: str, user: str) -> bytes:
    return made(encryption=pikepdf.Encryption(owner=owner, user=user))
