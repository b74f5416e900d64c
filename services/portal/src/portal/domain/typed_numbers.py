"""Numbers as people type them into the porting form, one a line."""

import re
from typing import Any

SINGLE = re.compile(r"^0(?P<rest>[1-9][\d ]*)$")
BLOCK = re.compile(r"^0(?P<rest>[1-9][\d ]*?)[ -]+(?P<first>0{1,4})\s*(?:-|–|bis|to)\s*(?P<last>9{1,4})$")


class NotNumbers(ValueError):
    """`line` is the one that could not be read."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


def numbers_in(text: str, area_code: str) -> list[dict[str, Any]]:
    """Blocks and single numbers; `area_code` (without 0) is the site's, which all of them must have.

    >>> numbers_in("0221 4711 00-99", "221")[0]["stem"]
    '4711'
    """
    return [_block(line.strip(), area_code) for line in text.splitlines() if line.strip()]


def _block(line: str, area_code: str) -> dict[str, Any]:
    plain = re.sub(r"^\+49\s*\(?0?\)?", "0", line.replace("/", " ").replace("(", "").replace(")", ""))
    block, single = BLOCK.match(plain), SINGLE.match(plain)
    match = block or single
    digits = re.sub(r"\D", "", match["rest"]) if match else ""
    if not match or not digits.startswith(area_code) or len(digits) <= len(area_code):
        raise NotNumbers(line)
    found: dict[str, Any] = {"area_code": area_code, "stem": digits[len(area_code) :]}
    if block:
        if len(block["first"]) != len(block["last"]):
            raise NotNumbers(line)
        found |= {"extension_from": block["first"], "extension_to": block["last"]}
    return found
