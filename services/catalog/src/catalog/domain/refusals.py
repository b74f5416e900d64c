"""Why a catalog is not published."""

from catalog.domain.draft import Fault
from telecom.refusal import Refusal, _


class CatalogFaulty(Refusal):
    """Every fault, with file and line, in `faults` (CAT-5)."""

    kind, rule = "invalid", "CAT-5"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("The catalog has %(count)s faults."), remedy=_("Mend the faults listed."), count=len(faults))
        self.faults = faults


class VersionFrozen(Refusal):
    """CAT-5: a published version never changes; `differences` says in what the other content differs."""

    kind, rule = "conflict", "CAT-5"

    def __init__(self, version: str, differences: list[str]) -> None:
        super().__init__(
            _("Version %(version)s is published and never changes."),
            remedy=_("Give the changed catalog a new version."),
            version=version,
        )
        self.differences = differences


class AudienceMissing(Refusal):
    kind, rule, field = "invalid", "TEN-4", "audience"
    text = _("Whose catalog is it to be?")
    remedy = _("Say audience=business or audience=reseller.")


class AudienceUnknown(Refusal):
    kind, rule = "not_found", "TEN-4"
    text = _("We do not know this customer yet.")
    remedy = _("Try again in a moment; the customer reaches us from the CRM.")


class NoSuchVersion(Refusal):
    kind = "not_found"

    def __init__(self, version: str) -> None:
        super().__init__(_("There is no catalog version %(version)s."), version=version)
