"""A porting form filled in from an earlier quote, or from a request that was refused (PORT-3)."""

from typing import Any

from portal.domain.numbers import national

Json = dict[str, Any]
OPEN_AGAIN = ("clearing", "rejected", "cancelled", "awaiting_new")
"""Parts of a request whose numbers a new one may ask for."""
FIELDS = {
    "8103": "numbers",
    "8108": "holder_postcode",
    "8109": "holder_town",
    "8110": "holder_street",
    "8111": "holder_house_number",
    "8112": "subscriber_name",
    "8113": "subscriber_first_name",
    "8114": "further_owners",
    "8117": "subscriber_name",
}
"""Which entry a reason of the donor concerns; others concern the request as a whole."""


def form_values(cart: Json) -> dict[str, str]:
    """What the fields of the form hold; nothing where the cart or order has no porting."""
    line = next((one for one in cart["lines"] if one.get("porting")), None)
    if line is None:
        return {}
    porting, subscriber = line["porting"], line["porting"]["subscriber"]
    site = next((one["site"] for one in cart["lines"] if one.get("site")), None)
    values = {
        "site_id": "" if site else porting["site_id"] or "",
        "donor_name": porting["donor"]["name"],
        "donor_other": "" if porting["donor"]["carrier_code"] else "on",
        "case": porting["case"],
        "subscriber_name": subscriber["name"],
        "subscriber_first_name": subscriber["first_name"] or "",
        "further_owners": "\n".join(subscriber.get("further_owners") or ()),
        "numbers": _lines(porting["numbers"]),
        "all_numbers": "on" if porting["all_numbers"] else "",
        "requested_on": porting["requested_on"],
        "window": porting["window"],
    }
    if site is not None:
        values |= {"site_name": site["name"], "area_code": site["area_code"], **_address(site["address"])}
    if site is None or site["address"] != subscriber["address"]:
        values |= _holder(subscriber["address"])
    if cart.get("quote"):
        recipient = cart["quote"]["recipient"]
        values |= {"recipient_name": recipient["name"], "recipient_email": recipient["email"]}
    return values


def corrected_values(order: Json, porting: Json) -> dict[str, str]:
    """Of a request that was refused: for the site there is now, as the donor has it, without what has moved."""
    values = form_values(order)
    if not values:
        return {}
    ordered = next(one["porting"] for one in order["lines"] if one.get("porting"))
    values |= _holder(ordered["subscriber"]["address"]) | {"site_id": ordered["site_id"] or ""}
    parts = porting.get("parts") or []
    for correction in (one for part in parts for one in part.get("corrections") or []):
        values[f"holder_{correction['field']}"] = correction["theirs"]
    open_again = [number for part in parts if part["state"] in OPEN_AGAIN for number in part["numbers"]]
    moved = any(part["state"] not in OPEN_AGAIN for part in parts)
    if moved:
        values["numbers"] = _lines(open_again)
        values["case"] = "VA-RRNP"
    return values | {"requested_on": "", "replaces": porting["porting_id"]}


def refused_fields(porting: Json, language: str) -> dict[str, list[str]]:
    """What the donor refused and why, by the entry that it concerns; "" for the request as a whole."""
    found: dict[str, list[str]] = {}
    for part in porting.get("parts") or []:
        if part["state"] not in OPEN_AGAIN:
            continue
        for reason in part.get("reasons") or []:
            said = [_said(reason[name], language) for name in ("text", "remedy") if reason.get(name)]
            said = [reason["code"], *said, *([f"„{reason['words']}“"] if reason.get("words") else [])]
            if reason.get("numbers"):
                said.append(", ".join(national(one) for one in reason["numbers"]))
            _note(found, FIELDS.get(reason["code"], ""), " ".join(said))
    return found


def corrected_fields(porting: Json) -> dict[str, Json]:
    """What the donor has (`theirs`) instead of `ours`, by the entry."""
    parts = porting.get("parts") or []
    return {f"holder_{one['field']}": one for part in parts for one in part.get("corrections") or []}


def _note(found: dict[str, list[str]], field: str, text: str) -> None:
    """Parts are often refused for the same reason."""
    notes = found.setdefault(field, [])
    if text not in notes:
        notes.append(text)


def _said(text: Json | str, language: str) -> str:
    return text if isinstance(text, str) else str(text.get(language) or text.get("de") or "")


def _lines(numbers: list[Json]) -> str:
    return "\n".join(national(one) for one in numbers)


def _holder(address: Json) -> dict[str, str]:
    return {f"holder_{name}": value for name, value in _address(address).items()}


def _address(address: Json) -> dict[str, str]:
    return {name: address.get(name) or "" for name in ("street", "house_number", "addition", "postcode", "town")}
