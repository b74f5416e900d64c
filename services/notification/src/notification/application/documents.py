"""What the documents say: quote, order acknowledgement, porting form. How they look is the press's business."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from notification.application.letter import WINDOWS
from notification.application.speech import GERMAN, Tongue, tongue_of
from notification.application.wording import CASES as BUSINESS_CASES
from notification.application.wording import what_ends
from notification.domain.notice import Happening, Recipient, Story
from telecom.refusal import _

TERMINATION = "termination"
ACKNOWLEDGEMENT, FORM, QUOTE = "order-acknowledgement", "porting-form", "quote"
TITLES = {ACKNOWLEDGEMENT: _("Order acknowledgement"), FORM: _("Porting form for signature"), QUOTE: _("Quote")}
CASES = {
    "VA-KUE-MRN": (_("ends with the porting; this form is also its cancellation"), _("are ported")),
    "VA-KUE-ORN": (_("ends; this form is also its cancellation"), _("are not ported")),
    "VA-RRNP": (_("continues"), _("are ported")),
}

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class House:
    """Who writes: the carrier, and where signed forms go (PORT-4)."""

    name: str
    address: str
    contact: str
    form_return: str


@dataclass(frozen=True, slots=True)
class Table:
    """`numeric`: columns that are written to the right; `narrow`: no wider than they need; `last`: rows set apart as
    totals.
    """

    head: list[str]
    rows: list[list[str]]
    numeric: list[int] = field(default_factory=list)
    narrow: list[int] = field(default_factory=list)
    wide: int = 0
    last: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Section:
    title: str = ""
    rows: list[Row] = field(default_factory=list)
    table: Table | None = None
    text: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document before it is set. `signature`: the captions of place, date and signature, where it is to be signed."""

    language: Literal["de", "en"]
    title: str
    number: str
    house: House
    to: list[str]
    rows: list[Row]
    text: list[str]
    sections: list[Section]
    page: str
    signature: list[str] | None = None


def documents_of(story: Story, awaited: Iterable[str] = ()) -> list[str]:
    """The kinds of documents an order has. `awaited`: portings that turned out to need a signed form."""
    if story.sort == "quote":
        return [QUOTE]
    on_paper = {*awaited, *(one["porting_id"] for one in _portings(story) if one["donor"]["carrier_code"] is None)}
    forms = [_form_name(number) for number, one in enumerate(_portings(story), 1) if one["porting_id"] in on_paper]
    return [ACKNOWLEDGEMENT, *forms]


def title_of(kind: str) -> str:
    return TITLES[FORM if kind.startswith(FORM) else kind]


def attached_to(happening: Happening, story: Story, to: Recipient) -> tuple[str, ...]:
    """PORT-4: the form goes with the customer's acknowledgement, or where it turned out later to be needed, and once
    more with each mail that asks for it again.
    """
    if to.role != "customer":
        return ()
    portings = list(_portings(story)) if story.sort == "order" else []
    match happening.kind:
        case "order-acknowledgement":
            return tuple(_form_name(nth) for nth, one in enumerate(portings, 1) if _is_by_paper(one))
        case "signed-form-awaited":
            return _form_of(happening, [one for one in enumerate(portings, 1) if not _is_by_paper(one[1])])
        case "signed-form-refused" | "signed-form-reminded":
            return _form_of(happening, list(enumerate(portings, 1)))
    return ()


def _form_of(happening: Happening, portings: list[tuple[int, dict[str, Any]]]) -> tuple[str, ...]:
    wanted = happening.facts.get("porting_id")
    return tuple(_form_name(nth) for nth, one in portings if one["porting_id"] == wanted)


def sites_named_in(story: Story) -> set[UUID]:
    """Sites that portings go to, whether the order makes them or they were there before."""
    if story.sort == "quote":
        return set()
    return {UUID(one["site_id"]) for one in _portings(story) if one["site_id"]}


def paper(kind: str, story: Story, house: House, sites: dict[UUID, tuple[str, dict[str, Any]]]) -> Paper:
    """The document of that kind, in the language of the quote's recipient or of the customer."""
    tongue = tongue_of(story.people[0].language)
    if kind == QUOTE:
        return _quote(story, house, tongue)
    if kind == ACKNOWLEDGEMENT:
        return _acknowledgement(story, house, tongue)
    number = int(kind.removeprefix(FORM).removeprefix("-") or 1)
    return _form(story, list(_portings(story))[number - 1], house, sites, tongue)


def _quote(story: Story, house: House, say: Tongue) -> Paper:
    body = story.body
    ends = body["business_case"] == TERMINATION
    lines = [
        _Line(
            say.of(line["name"]),
            [say.of(one) for one in (*line["details"], *filter(None, [line.get("why")]))],
            line,
        )
        for line in body["lines"]
    ]
    rows = [
        (say(_("Quote")), story.number),
        (say(_("Concerns")), say(BUSINESS_CASES[body["business_case"]])),
        *_agreed(body.get("agreement_number"), body, None, say),
        (say(_("Valid until")), say.day(body["valid_until"])),
        (say(_("Put together by")), body["creator"]["name"]),
    ]
    if ends:
        opening = say(_("This is the termination that was prepared for you:"))
        binding = _(
            "It is given only when you confirm it by the button behind the link in our mail. Until its day begins it "
            "can be taken back."
        )
    else:
        opening = say(_("Thank you for your interest. This is what we offer you:"))
        binding = _(
            "This quote is not binding. It becomes an order when it is confirmed by the button behind the link in our "
            "mail."
        )
    consent = _(
        "Who confirms gives his name and agrees to the text shown beside the button. The text, its version, name, "
        "e-mail address and time are kept as evidence."
    )
    return Paper(
        say.language,
        say(_("Quote")),
        story.number,
        house,
        [body["customer_name"], *_named_apart(body), body["recipient"]],
        rows,
        [say(_("Dear Sir or Madam,")), opening],
        [
            *([] if ends else [Section(table=_prices(lines, say))]),
            Section(text=[*([] if ends else _about_prices(body["lines"], say)), say(binding), say(consent)]),
        ],
        say(_("Page")),
    )


def _named_apart(body: dict[str, Any]) -> list[str]:
    """The recipient, where he isn't the customer."""
    name = body.get("recipient_name")
    return [name] if name and name != body["customer_name"] else []


def _agreed(agreement: str | None, body: dict[str, Any], term: int | None, say: Tongue) -> Iterator[Row]:
    """Contract, day and term of what starts from a contract; the term alone of what makes one."""
    day, term = body.get("effective_on"), term or body.get("term_months")
    ends = body["business_case"] == TERMINATION
    if agreement:
        yield say(_("Contract")), agreement
    if ends:
        yield from what_ends(next((one["termination"] for one in body["lines"] if one.get("termination")), None), say)
    if day:
        yield say(_("Ends at 0:00 on") if ends else _("Starts on")), say.day(day)
    if term and not ends:
        yield say(_("Term")), say(_("%(months)s months"), months=term)


def _acknowledgement(story: Story, house: House, say: Tongue) -> Paper:
    body = story.body
    ends = body["business_case"] == TERMINATION
    lines = [_Line(say.of(line["name"]), list(particulars(line, say)), line) for line in body["lines"]]
    rows = [
        (say(_("Order")), story.number),
        (say(_("Concerns")), say(BUSINESS_CASES[body["business_case"]])),
        (say(_("Received on")), say.day(body["placed_at"])),
    ]
    if body.get("effective_on"):
        first = body["lines"][0]
        rows += _agreed(first["agreement_number"], body, first["term_months"], say)
    if body["customer"]["customer_number"]:
        rows.append((say(_("Customer number")), body["customer"]["customer_number"]))
    if body["quote_number"]:
        rows.append((say(_("Quote")), body["quote_number"]))
    if body["approver"]:
        rows.append((say(_("Confirmed by")), body["approver"]["name"]))
    rows.append((say(_("Put together by") if body["approver"] else _("Placed by")), body["creator"]["name"]))
    return Paper(
        say.language,
        say(_("Order acknowledgement")),
        story.number,
        house,
        [body["customer"]["name"], body["customer"]["email"]],
        rows,
        [
            say(_("Dear Sir or Madam,")),
            say(
                _("Your termination has arrived and is planned. Until its day begins it can be taken back.")
                if ends
                else _("Thank you for your order. It has arrived and is being worked on:")
            ),
        ],
        [
            *([] if ends else [Section(table=_prices(lines, say))]),
            Section(
                text=[
                    *([] if ends else _about_prices(body["lines"], say)),
                    say(_("We write again with each step. The page of your order shows at any time how far it is.")),
                ]
            ),
        ],
        say(_("Page")),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a price table; `priced` is the event's."""

    name: str
    details: list[str]
    priced: dict[str, Any]

    @property
    def monthly(self) -> Decimal:
        return Decimal(self.priced["monthly"]) * int(self.priced["quantity"])

    @property
    def one_time(self) -> Decimal:
        """What the contract holds already costs nothing once more (AMEND-2)."""
        return Decimal(self.priced["one_time"]) * (
            int(self.priced["quantity"]) - int(self.priced.get("held_quantity", 0))
        )


def _prices(lines: list[_Line], say: Tongue) -> Table:
    head = [say(_("Product")), say(_("Quantity")), say(_("Monthly, each")), say(_("Monthly")), say(_("One-time"))]
    rows = [
        [
            "\n".join([line.name, *line.details]),
            str(line.priced["quantity"]),
            say.money(line.priced["monthly"]),
            say.money(line.monthly),
            say.money(line.one_time),
        ]
        for line in lines
    ]
    monthly, one_time = sum(line.monthly for line in lines), sum(line.one_time for line in lines)
    totals = [say(_("Altogether, net")), "", "", say.money(Decimal(monthly)), say.money(Decimal(one_time))]
    return Table(head, rows, [1, 2, 3, 4], last=[totals])


def _about_prices(lines: list[dict[str, Any]], say: Tongue) -> list[str]:
    said = [say(_("Prices are in euros, net, plus value added tax."))]
    if any(line.get("held_quantity") for line in lines):
        said.append(
            say(_("One-time prices are for what is added; what the contract holds already costs nothing once more."))
        )
    return said


def particulars(line: dict[str, Any], say: Tongue) -> Iterator[str]:
    """The further rows of an order's line."""
    yield say(_("Contract %(number)s"), number=line["agreement_number"])
    if line["term_months"]:
        yield say(_("Term: %(months)s months"), months=line["term_months"])
    if (name := line["price_list_name"]) is not None:
        yield say.of(name)
    elif line["price_list"]:
        yield say(_("Connection price list: %(name)s"), name=line["price_list"])
    if line["srtp"]:
        yield say(_("Encrypted (SRTP)"))
    if line["activation"] == "delayed":
        yield say(_("Activation delayed until the porting"))
    if (site := line["site"]) is not None:
        yield say(_("Site: %(name)s"), name=f"{site['name']}, {_address(site['address'])}")
    if (numbers := line["new_numbers"]) is not None:
        yield say(
            _("%(size)s new numbers in area code %(code)s"),
            size=numbers["block_size"],
            code=f"0{numbers['area_code']}",
        )
        if (chosen := numbers.get("reserved")) is not None:
            yield say(_("Chosen: %(numbers)s"), numbers=say.block(chosen))
    if (porting := line["porting"]) is not None:
        yield say(_("Present carrier: %(name)s"), name=porting["donor"]["name"])
        yield from (say(_("Number: %(number)s"), number=say.block(one)) for one in porting["numbers"])
        yield say(_("Requested date: %(day)s"), day=say.day(porting["requested_on"]))


def _form(
    story: Story, porting: dict[str, Any], house: House, sites: dict[UUID, tuple[str, dict[str, Any]]], say: Tongue
) -> Paper:
    body, donor, subscriber = story.body, porting["donor"]["name"], porting["subscriber"]
    both = _Both(say)
    agreement, numbers = CASES[porting["case"]]
    line = next(one for one in body["lines"] if one["porting"] == porting)
    owner = " ".join(filter(None, (subscriber["first_name"], subscriber["name"])))
    text = [
        both(
            _(
                "I authorise %(carrier)s to take the numbers below over from %(donor)s and to settle with it "
                "all that this needs."
            ),
            carrier=house.name,
            donor=donor,
        )
    ]
    rows = [
        (both(_("Order")), story.number),
        (both(_("Received on")), say.day(body["placed_at"])),
        (both(_("Customer")), _joined(body["customer"]["name"], body["customer"]["customer_number"])),
        (both(_("Contract")), line["agreement_number"]),
    ]
    return Paper(
        say.language,
        say(_("Porting form")),
        story.number,
        house,
        [],
        rows,
        text,
        [
            Section(
                both(_("Carriers")),
                [
                    (both(_("Present carrier")), donor),
                    (both(_("New carrier")), f"{house.name}, {house.address}, {house.contact}"),
                ],
            ),
            Section(
                both(_("Owner of the line, as the present carrier has it")),
                [
                    (both(_("Name or company")), subscriber["name"]),
                    *([(both(_("First name")), subscriber["first_name"])] if subscriber["first_name"] else []),
                    *((both(_("Further owner")), one) for one in subscriber["further_owners"]),
                    (both(_("Address")), _address(subscriber["address"])),
                ],
            ),
            *_numbers_sections(porting, both),
            Section(
                both(_("Change of carrier")),
                [
                    (both(_("Requested date")), say.day(porting["requested_on"])),
                    (both(_("Time of day")), both(WINDOWS[porting["window"]])),
                    (both(_("Contract with the present carrier")), both(agreement)),
                    (both(_("Numbers")), both(numbers)),
                ],
            ),
            *_place_section(porting, body, sites, both),
            Section(
                both(_("Return")),
                text=[
                    both(
                        _(
                            "Please return the signed form as PDF or picture (JPEG, PNG) to %(return_to)s, or upload "
                            "it on the page of your order."
                        ),
                        return_to=house.form_return,
                    )
                ],
            ),
        ],
        say(_("Page")),
        [both(_("Place")), both(_("Date")), both(_("Signature of the owner of the line")) + f": {owner}"],
    )


def _numbers_sections(porting: dict[str, Any], both: "_Both") -> list[Section]:
    """Counted, so that a lost page shows: blocks, then single numbers, then what else the line has."""
    blocks = [one for one in porting["numbers"] if one["extension_from"]]
    singles = [one for one in porting["numbers"] if not one["extension_from"]]
    found = []
    if blocks:
        head = [
            both(_("No.")),
            both(_("Area code")),
            both(_("Base number")),
            both(_("Extensions")),
            both(_("Answering extension")),
        ]
        rows = [
            [
                str(nth),
                f"0{one['area_code']}",
                one["stem"],
                f"{one['extension_from']} – {one['extension_to']}",
                one["answering_extension"] or "–",
            ]
            for nth, one in enumerate(blocks, 1)
        ]
        title = both(_("Number blocks")) + f" ({len(blocks)})"
        found.append(Section(title, table=Table(head, rows, narrow=[0])))
    if singles:
        head = [both(_("No.")), both(_("Area code")), both(_("Number"))]
        rows = [[str(nth), f"0{one['area_code']}", one["stem"]] for nth, one in enumerate(singles, 1)]
        title = both(_("Single numbers")) + f" ({len(singles)})"
        found.append(Section(title, table=Table(head, rows, narrow=[0])))
    if porting["all_numbers"]:
        found.append(
            Section("" if found else both(_("Numbers")), text=[both(_("And all further numbers of this line."))])
        )
    return found


def _place_section(
    porting: dict[str, Any], body: dict[str, Any], sites: dict[UUID, tuple[str, dict[str, Any]]], both: "_Both"
) -> Iterator[Section]:
    """Where the numbers will hang; with Centraflex on the contract, so there is none."""
    if porting["site_id"] is None:
        return
    made = (line["site"] for line in body["lines"] if line["site"] and line["site"]["site_id"] == porting["site_id"])
    known = sites.get(UUID(porting["site_id"]))
    site = next(((one["name"], one["address"]) for one in made), known)
    if site is not None:
        name, address = site
        yield Section(both(_("New place of the numbers")), [(both(_("Site")), f"{name}, {_address(address)}")])


class _Both:
    """What a form says in English stands in German below it: a German carrier reads it as well."""

    def __init__(self, say: Tongue) -> None:
        self._say = say

    def __call__(self, text: str, **params: Any) -> str:
        said, german = self._say(text, **params), GERMAN(text, **params)
        return said if said == german else f"{said} / {german}"


def _portings(story: Story) -> Iterator[dict[str, Any]]:
    return (line["porting"] for line in story.body["lines"] if line["porting"] is not None)


def _is_by_paper(porting: dict[str, Any]) -> bool:
    return porting["donor"]["carrier_code"] is None


def _form_name(number: int) -> str:
    return FORM if number == 1 else f"{FORM}-{number}"


def _address(address: dict[str, Any]) -> str:
    return f"{address['street']} {address['house_number']}{_addition(address)}, {address['postcode']} {address['town']}"


def _addition(address: dict[str, Any]) -> str:
    return f" {address['addition']}" if address["addition"] else ""


def _joined(name: str, number: str | None) -> str:
    return f"{name} ({number})" if number else name
