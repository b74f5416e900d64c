"""What porting refuses, in the caller's terms."""

from telecom.refusal import Refusal, _


class NotNow(Refusal):
    kind = "conflict"
    text = _("This is not possible in the porting's present state.")
    remedy = _("Look at the porting's timeline; it shows what comes next.")


class NoFormAwaited(NotNow):
    text = _("No signed form is awaited for this porting.")
    rule = "PORT-4"


class FormMissing(NotNow):
    text = _("The signed form has not been uploaded.")
    remedy = _("Upload the signed PDF first; order management may do so with one that came by mail.")
    rule = "PORT-4"


class NotAPdf(Refusal):
    text = _("This file is not a readable PDF.")
    remedy = _("Scan or save the signed form as PDF and upload it again.")
    field = "body"
    rule = "PORT-4"


class PdfLocked(NotAPdf):
    text = _("This PDF is encrypted.")
    remedy = _("Save the PDF without a password and upload it again.")


class PdfActive(NotAPdf):
    text = _("This PDF has active content: %(what)s.")
    remedy = _("Print the signed form or scan it, and upload that PDF.")


class PdfTooLarge(NotAPdf):
    text = _("This file is larger than %(limit)s MiB.")
    remedy = _("Scan the form at a lower resolution.")


class PdfInfected(NotAPdf):
    text = _("The virus scanner found something in this file.")
    remedy = _("Check your machine, and upload a clean file.")


class ScannerAway(Refusal):
    kind = "unavailable"
    text = _("The virus scanner does not answer, so no file can be taken at the moment.")
    remedy = _("Try again in a few minutes.")


class LinkGivesNoRight(Refusal):
    kind = "forbidden"
    text = _("This link does not open that.")
    remedy = _("Open the newest mail, or log in.")
