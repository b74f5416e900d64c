"""A refusal: what cannot be done, said in the customer's terms.

Domains derive from `Refusal`; the chassis answers one as a problem document, in the reader's language.
"""

import re
from typing import Any, ClassVar, Literal

Kind = Literal["invalid", "conflict", "not_found", "forbidden", "gone", "unavailable"]
STATUS: dict[Kind, int] = {
    "invalid": 422,
    "conflict": 409,
    "not_found": 404,
    "forbidden": 403,
    "gone": 410,
    "unavailable": 503,
}


def _(text: str) -> str:
    """Marks an English text for the translators' catalogue; changes nothing."""
    return text


class Refusal(Exception):
    """`text` and `remedy` are English message ids with `%(name)s` places, filled from `params`.

    >>> class LinkReplaced(Refusal):
    ...     kind = "gone"
    ...     text = _("This link was replaced by a newer one.")
    ...     remedy = _("Open the newest mail.")
    ...     rule = "QUOTE-2"
    """

    kind: ClassVar[Kind] = "invalid"
    code: ClassVar[str] = "refusal"
    text: str = ""
    remedy: str | None = None
    rule: str | None = None
    field: str | None = None

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "code" not in vars(cls):
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def __init__(
        self,
        text: str | None = None,
        *,
        field: str | None = None,
        remedy: str | None = None,
        rule: str | None = None,
        **params: Any,
    ) -> None:
        self.text = text or self.text
        self.field = field or self.field
        self.remedy = remedy or self.remedy
        self.rule = rule or self.rule
        self.params = params
        super().__init__(self.text % params if params else self.text)
