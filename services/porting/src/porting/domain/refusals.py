"""What porting refuses, in the caller's terms."""

from telecom.refusal import Refusal, _


class NotNow(Refusal):
    kind = "conflict"
    text = _("This is not possible in the porting's present state.")
    remedy = _("Look at the porting's timeline; it shows what comes next.")


class NoDateChangeNow(NotNow):
    text = _("The date can't be changed at the moment.")
    remedy = _("It can be once the donor has agreed to a date, and while no other change is open.")


class NoCancellationNow(NotNow):
    text = _("This porting can't be called off at the moment.")
    remedy = _("While another change is open, wait for its answer; once the numbers have moved, port them back.")


class CaseCannotChange(NotNow):
    text = _("A porting of numbers alone can't become one that ends the donor's contract.")
    remedy = _("Cancel it and order a new porting.")
    field = "case"


class NothingHeld(NotNow):
    text = _("No message waits to be sent.")
    remedy = _("What was sent can be called off by a cancellation only.")


class NothingUnanswered(NotNow):
    text = _("No message of ours waits for an answer.")
    remedy = _("Look at the messages; the newest is answered.")


class NoCorrection(NotNow):
    text = _("The donor corrected nothing that is still to be accepted.")


class NoChangeOpen(NotNow):
    text = _("No date change or cancellation is open.")


class ReasonMissing(Refusal):
    text = _("A refusal needs a reason in words.")
    remedy = _("Say why; the donor reads it.")
    field = "reason"


class NoClearing(NotNow):
    text = _("Nothing of this porting is to be cleared.")
    rule = "PORT-7"


class PartUnknown(Refusal):
    kind = "not_found"
    text = _("This part of the porting does not exist.")
    remedy = _("Look at the porting's page for its parts.")


class PartNotNamed(Refusal):
    kind = "conflict"
    text = _("This porting has several parts, and this is about one of them.")
    remedy = _("Choose the part on the porting's page.")


class NoFormAwaited(NotNow):
    text = _("No signed form is awaited for this porting.")
    rule = "PORT-4"


class FormMissing(NotNow):
    text = _("The signed form has not been uploaded.")
    remedy = _("Upload the signed form first; order management may do so with one that came by mail.")
    rule = "PORT-4"


class FormReplaced(NotNow):
    text = _("A newer form has been uploaded since this one was looked at.")
    remedy = _("Look at the form that is here now, then decide anew.")
    rule = "PORT-4"


class UnfitFile(Refusal):
    """A file that isn't taken as a signed form."""

    text = _("This file is neither a readable PDF nor a readable picture (JPEG, PNG, TIFF).")
    remedy = _("Scan or photograph the signed form, and upload it as PDF, JPEG or PNG.")
    field = "body"
    rule = "PORT-4"


class FileTooLarge(UnfitFile):
    text = _("This file is larger than %(limit)s MiB.")
    remedy = _("Scan the form at a lower resolution.")


class FileInfected(UnfitFile):
    text = _("The virus scanner found something in this file.")
    remedy = _("Check your machine, and upload a clean file.")


class FileDisguised(UnfitFile):
    text = _("There is more in this file than a form: %(what)s.")


class TooManyPages(UnfitFile):
    text = _("This file has more than %(limit)s pages.")
    remedy = _("Upload the pages of the signed form only.")


class NotAPdf(UnfitFile):
    text = _("This PDF can't be read.")
    remedy = _("Scan or save the signed form as PDF and upload it again.")


class PdfLocked(NotAPdf):
    text = _("This PDF is encrypted.")
    remedy = _("Save the PDF without a password and upload it again.")


class PdfActive(NotAPdf):
    text = _("This PDF has active content: %(what)s.")
    remedy = _("Print the signed form or scan it, and upload that PDF.")


class PictureOfTooManyPixels(UnfitFile):
    text = _("This picture has more than %(limit)s million pixels.")
    remedy = _("Photograph or scan the form at a lower resolution.")


class PictureTooSmall(UnfitFile):
    text = _("This picture is too small to be read: it needs at least %(least)s pixels each way.")
    remedy = _("Photograph the whole sheet from above, in good light.")


class PictureOfApple(UnfitFile):
    text = _("Pictures of the kind HEIC can't be taken.")
    remedy = _("Save the picture as JPEG, or scan the form with your phone's document scanner as PDF.")


class ScannerAway(Refusal):
    kind = "unavailable"
    text = _("The virus scanner does not answer, so no file can be taken at the moment.")
    remedy = _("Try again in a few minutes.")


class LinkGivesNoRight(Refusal):
    kind = "forbidden"
    text = _("This link does not open that.")
    remedy = _("Open the newest mail, or log in.")


class NumbersNotOurs(Refusal):
    kind = "conflict"
    text = _("Not all of the numbers are this customer's, so they can't be given away.")
    remedy = _("Refuse with 8103, or mend the customer's numbers first.")
    rule = "PORT-9"


class NoAgreementFound(Refusal):
    kind = "conflict"
    text = _("No contract of ours was found that it is about.")
    remedy = _("Name the contract, or refuse with 8117.")
    field = "agreement_id"
    rule = "PORT-9"


class TaskUnknown(Refusal):
    kind = "not_found"
    text = _("There is no such open task about a message that fits no pre-agreement.")
    remedy = _("Look at the list again: somebody may have settled it. Other tasks are settled at their porting.")


class ReasonsNotPossible(Refusal):
    text = _("These reasons can't be sent: %(why)s.")
    remedy = _("Choose other reasons; 8116 takes any reason in words.")
    field = "reasons"
    rule = "PORT-9"


class TooLateToCancel(NotNow):
    text = _("The day is less than %(days)s working days ahead, too near to call it off.")
    remedy = _("Speak to the other carrier; it can still call it off.")
    rule = "PORT-9"
