"""A porting form filled in from an earlier quote, since the quote itself can't be corrected (PORT-3)."""

from typing import Any

from portal.domain.numbers import national

Json = dict[str, Any]


def form_values(cart: Json) -> dict[str, str]:
    """What the fields of the form hold; nothing where the cart has no porting."""
    line = next((one for one in cart["lines"] if one.get("porting")), None)
    if line is None:
        return {}
    porting, subscriber = line["porting"], line["porting"]["subscriber"]
    site = next((one["site"] for one in cart["lines"] if one.get("site")), None)
    values = {
        "site_id": "" if site else porting["site_id"] or "",
        "donor": porting["donor"]["carrier_code"] or "other",
        "donor_name": "" if porting["donor"]["carrier_code"] else porting["donor"]["name"],
        "case": porting["case"],
        "subscriber_name": subscriber["name"],
        "subscriber_first_name": subscriber["first_name"] or "",
        "numbers": "\n".join(national(one) for one in porting["numbers"]),
        "all_numbers": "on" if porting["all_numbers"] else "",
        "requested_on": porting["requested_on"],
        "window": porting["window"],
    }
    if site is not None:
        values |= {"site_name": site["name"], "area_code": site["area_code"], **_address(site["address"])}
    if site is None or site["address"] != subscriber["address"]:
        values |= {f"holder_{name}": value for name, value in _address(subscriber["address"]).items()}
    if cart.get("quote"):
        recipient = cart["quote"]["recipient"]
        values |= {"recipient_name": recipient["name"], "recipient_email": recipient["email"]}
    return values


def _address(address: Json) -> dict[str, str]:
    return {name: address.get(name) or "" for name in ("street", "house_number", "addition", "postcode", "town")}
