"""Numbers as people type or paste them into the porting form: what was understood of each entry, or why not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from telecom.numbers import NumberBlock
from telecom.places import area_code_of
from telecom.refusal import Refusal, _

MOST_ENTRIES = 200
LONGEST = 60
MOST_PIECES = 20
"""A range that isn't one block falls into several; above it, it is a typing mistake."""
TO = r"\s*(?:(?:\bbis\b|\bto\b|–|—|…)\s*[-–]?|-)\s*"
SEPARATORS = re.compile(r"[;,\t\n]+")
PREFIX = re.compile(r"^(?:\+\s*49|0049)\s*(?:\(0\)|0(?=[1-9]))?\s*")
RANGE = re.compile(rf"^(?P<first>0[1-9][\d -]*?){TO}(?P<last>0[1-9](?:[ -]?\d){{4,}})$")
EXTENSIONS = re.compile(rf"^(?P<base>0[1-9][\d -]*?)[ -]+(?P<first>\d+){TO}(?P<last>\d+)$")
ANSWERED = re.compile(r"^(?P<base>0[1-9][\d ]*)-\s*(?P<extension>\d+)$")
SINGLE = re.compile(r"^0[1-9][\d -]*$")
CELLS = re.compile(r"^(0?[1-9]\d{1,4})[;\t](\d[\d ]*)[;\t]?(\d*)[;\t]?(\d*)[;\t]*$")
COUNTRY = re.compile(r"^\s*(?:\+\s*49|0049)")


class NotANumber(Refusal):
    text = _("“%(typed)s” is no number that we understand.")
    remedy = _("Type it like 0221 4711123, a block like 0221 4711 00-99.")


class LacksAreaCode(Refusal):
    text = _("“%(typed)s” lacks its area code.")
    remedy = _("Type it with the area code, for example 0221 4711123.")


class NoSuchAreaCode(Refusal):
    text = _("“%(typed)s” begins with no area code of a place.")
    remedy = _("Only numbers with an area code can be ported here; check the number.")


class OnlyMainNumber(Refusal):
    text = _("“%(typed)s” is the main number of a block: which numbers belong to it?")
    remedy = _("Type the whole block, like 0221 4711 00-99; a single number without the hyphen.")


class OtherAreaCode(Refusal):
    text = _("“%(typed)s” is in another area code; the site has 0%(area_code)s.")
    remedy = _("Remove it; it can be ported to a site in its own area code.")


class NotARange(Refusal):
    text = _("“%(typed)s” is no range of numbers.")
    remedy = _("Type the first and the last extension with as many digits, for example 00-99.")


class TypedTwice(Refusal):
    text = _("“%(typed)s” shares numbers with “%(other)s”.")
    remedy = _("Name each number once.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line or pasted cell: the blocks it stands for, or the fault."""

    typed: str
    blocks: tuple[NumberBlock, ...] = ()
    fault: Refusal | None = None


def entries_in(text: str, area_code: str | None) -> list[Entry]:
    """`area_code` (without 0) is the site's, which all must have; None where any will do.

    >>> [str(one) for one in entries_in("0221/479-0 bis -99", "221")[0].blocks]
    ['0221 479 00-99']
    """
    found: list[Entry] = []
    owners: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for typed in islice(_pieces(text), MOST_ENTRIES):
        entry = _understood(typed, area_code)
        for block in entry.blocks:
            starts = [block.prefix[:length] for length in range(1, len(block.prefix) + 1)]
            other = beginnings.get(block.prefix) or next((owners[one] for one in starts if one in owners), None)
            if other is not None:
                entry = Entry(typed, fault=TypedTwice(typed=typed, other=other))
                break
        for block in entry.blocks:
            owners[block.prefix] = typed
            beginnings |= {block.prefix[:length]: typed for length in range(1, len(block.prefix))}
        found.append(entry)
    return found


def numbers_of(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """As cart takes them; `place` in it is the row that its refusals name."""
    return [_plain(block) for entry in entries for block in entry.blocks]


def entry_of_row(entries: Sequence[Entry], row: int) -> int:
    """The place of the entry from which the number with that row came."""
    rows = [place for place, entry in enumerate(entries) for _block in entry.blocks]
    return rows[row] if 0 <= row < len(rows) else 0


def _pieces(text: str) -> Iterator[str]:
    """Lines; rows of a spreadsheet are put together, lists taken apart, headings left out."""
    for line in text.splitlines():
        cells = CELLS.match(line.strip())
        if cells is not None and area_code_of(cells[1].lstrip("0") + cells[2]) == cells[1].lstrip("0"):
            code, base, first, last = (cell.strip() for cell in cells.groups())
            yield f"0{code.lstrip('0')} {base}" + (f" {first}-{last}" if first and last else first)
            continue
        for piece in SEPARATORS.split(line):
            if re.search(r"\d", piece):
                yield piece.strip(" \"'.")
            elif piece.strip() and not SEPARATORS.search(line):
                yield piece.strip()


def _understood(typed: str, area_code: str | None) -> Entry:
    if len(typed) > LONGEST:
        return Entry(typed, fault=NotANumber(typed=f"{typed[:LONGEST]}…"))
    try:
        blocks = tuple(_blocks(typed))
        for block in blocks:
            if area_code is not None and block.area_code != area_code:
                raise OtherAreaCode(typed=typed, area_code=area_code)
    except Refusal as fault:
        return Entry(typed, fault=fault)
    return Entry(typed, blocks)


def _blocks(typed: str) -> Iterator[NumberBlock]:
    plain = re.sub(r"[()/.]", " ", PREFIX.sub("0", typed)) if COUNTRY.match(typed) else re.sub(r"[()/.]", " ", typed)
    plain = " ".join(re.sub(r"(?<=\D)\+\s*49\s*", "0", plain).split())
    if found := RANGE.match(plain):
        yield from _range(_digits(found["first"]), _digits(found["last"]), typed)
    elif found := _single_with_extension(plain):
        if found["extension"].strip("0") == "":
            raise OnlyMainNumber(typed=typed)
        yield NumberBlock(*_split(_digits(plain), typed))
    elif found := EXTENSIONS.match(plain):
        yield from _extensions(_digits(found["base"]), found["first"], found["last"], typed)
    elif SINGLE.match(plain):
        yield NumberBlock(*_split(_digits(plain), typed))
    elif re.fullmatch(r"[1-9][\d -]*", plain):
        raise LacksAreaCode(typed=typed)
    else:
        raise NotANumber(typed=typed)


def _single_with_extension(plain: str) -> re.Match[str] | None:
    """`0221 4711-123` is one number; `0221 4711-4719` is a range, since both have as many digits."""
    found = ANSWERED.match(plain)
    if found is None:
        return None
    digits = _digits(found["base"])
    code = area_code_of(digits)
    first, last = digits[len(code or "") :], found["extension"]
    spaced = EXTENSIONS.match(plain)
    written_apart = spaced is not None and _digits(spaced["base"]) != code
    is_range = not first or written_apart or (len(first) == len(last) and first < last)
    return None if is_range else found


def _extensions(base: str, first: str, last: str, typed: str) -> Iterator[NumberBlock]:
    """`479-0 bis -99` names the answering extension first: the block is 00 to 99."""
    answering = None
    if len(first) < len(last) and first.strip("0") == "" and last.strip("9") == "":
        answering, first = first, "0" * len(last)
    for block in _range(base + first, base + last, typed):
        whole = answering is not None and block.width == len(last)
        yield NumberBlock(
            block.area_code, block.stem, block.extension_from, block.extension_to, answering if whole else None
        )


def _range(first: str, last: str, typed: str) -> Iterator[NumberBlock]:
    """The fewest blocks and single numbers that make up the range."""
    if len(first) != len(last) or first > last:
        raise NotARange(typed=typed)
    code, _rest = _split(first, typed)
    pieces, low, high = 0, int(first), int(last)
    while low <= high:
        width = 0
        while width < 4 and low % 10 ** (width + 1) == 0 and low + 10 ** (width + 1) - 1 <= high:
            width += 1
        pieces += 1
        stem = str(low)[len(code) : len(str(low)) - width]
        if pieces > MOST_PIECES or not str(low).startswith(code):
            raise NotARange(typed=typed)
        yield NumberBlock(code, stem, *(("0" * width, "9" * width) if width else (None, None)))
        low += 10**width


def _split(digits: str, typed: str) -> tuple[str, str]:
    code = area_code_of(digits)
    if code is None:
        raise NoSuchAreaCode(typed=typed)
    if len(digits) <= len(code):
        raise NotANumber(typed=typed)
    return code, digits[len(code) :]


def _digits(written: str) -> str:
    """National, without the 0."""
    return re.sub(r"\D", "", written)[1:]


def _plain(block: NumberBlock) -> dict[str, Any]:
    found: dict[str, Any] = {"area_code": block.area_code, "stem": block.stem}
    if not block.is_single:
        found |= {"extension_from": block.extension_from, "extension_to": block.extension_to}
    if block.answering_extension is not None:
        found["answering_extension"] = block.answering_extension
    return found
