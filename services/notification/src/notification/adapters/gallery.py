"""Every mail and document with samples in both languages, for looking at: `python -m notification gallery FOLDER`."""

import asyncio
from dataclasses import replace
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet

from notification.adapters.letters import Letters
from notification.adapters.mime import Mail
from notification.adapters.press import pdf_of
from notification.application.documents import documents_of, paper
from notification.application.porting_wording import LATE
from notification.domain.notice import TOLD, Recipient, Story
from notification.settings import Settings

LANGUAGES = ("de", "en")
SAMPLE_ID = UUID("01930000-0000-7000-8000-000000000020")
SITE_ID = "01930000-0000-7000-8000-000000000040"
CUSTOMER = 'Müller & Söhne "Süd" 🦊 GmbH'
ADDRESS = {"street": "Rosenstraße", "house_number": "12", "addition": "a", "postcode": "50678", "town": "Köln"}
BLOCKS: list[dict[str, Any]] = [
    {"area_code": "221", "stem": "4790", "extension_from": "00", "extension_to": "99", "answering_extension": "0"},
    {
        "area_code": "221",
        "stem": "9988776",
        "extension_from": None,
        "extension_to": None,
        "answering_extension": None,
    },
]
MOVED_BEFORE = [{**BLOCKS[0], "stem": "4791"}]
NATIONAL = {"de": "Verbindungspreisliste National", "en": "Connection price list National"}
CHANNELS = {
    "name": {"de": "Sprachkanal Extended Connect", "en": "Voice channel Extended Connect"},
    "quantity": 10,
    "one_time": "0.00",
    "monthly": "2.70",
    "details": [NATIONAL],
}
FLATRATE = {
    "name": {"de": "Flatrate nationales Festnetz", "en": "Flatrate national fixed lines"},
    "quantity": 10,
    "one_time": "0.00",
    "monthly": "4.99",
    "details": [],
    "why": {"de": "Immer so viele wie Sprachkanäle.", "en": "Always as many as there are voice channels."},
}
TRUNK = {
    "name": {"de": "IPfonie Extended Connect SIP-Registrierung", "en": "IPfonie Extended Connect SIP registration"},
    "quantity": 1,
    "one_time": "49.00",
    "monthly": "1219.90",
    "details": [],
}
REASON = {"de": "Im Vorwahlbereich 0221 sind keine Rufnummern frei.", "en": "No numbers are free in area code 0221."}
MOVE = {"donor": "Altnetz Süd", "numbers": BLOCKS}
QUOTE = {"number": "AN-2026-000017", "creator": "Petra Partner", "customer": CUSTOMER, "cart_id": str(SAMPLE_ID)}
ORDER = {"number": "AU-2026-000042", "creator": "Petra Partner"}
FORM_AWAITED = {**ORDER, "donor": "Stadtnetz", "return_to": "portierung@carrier.example"}
NO_CAPACITY = {"de": "An diesem Tag ist kein Termin frei.", "en": "There is no appointment left on that day."}
STILL_WANTED = {"de": "Der Kunde möchte wechseln.", "en": "The customer wants to change."}
TOO_NEAR = {"de": "Der Termin liegt zu nah.", "en": "The date is too near."}
NOT_IN_SERVICE = {"de": "Die Rufnummer ist dort nicht geschaltet.", "en": "The number is not in service there."}
NOT_THE_OWNER = {"de": "Der Anschlussinhaber stimmt nicht.", "en": "The line owner is wrong."}
CALLED_OFF = {"de": "Der andere Anbieter hat abgesagt.", "en": "The other carrier has called it off."}
DEPARTURE = {
    "number": "VT-100234",
    "agreement_id": str(SAMPLE_ID),
    "recipient": "Neunetz AG",
    "numbers": BLOCKS,
    "case": "VA-RRNP",
}
RENEWAL = {
    "case": "renewal_with_tariff_change",
    "effective_on": "2027-01-01",
    "agreement": "VT-100234",
    "ending": None,
    "term_months": 36,
}
TERMINATION = {
    "case": "termination",
    "effective_on": "2027-02-01",
    "agreement": "VT-100234",
    "ending": {"subject": "site", "site": "Zentrale", "numbers": []},
}
FACTS: dict[str, dict[str, Any]] = {
    "quote-link": {
        **QUOTE,
        "valid_until": "2026-12-23T22:00:00+00:00",
        "one_time": "49.00",
        "monthly": "1246.90",
        "replaces_earlier": True,
        "lines": [TRUNK, CHANNELS],
    },
    "quote-replaced": QUOTE,
    "quote-resent": {
        **QUOTE,
        "by": "Selma Submandantin",
        "recipient": "k***@kunden.example",
        "valid_until": "2026-12-23T22:00:00+00:00",
    },
    "quote-expired": QUOTE,
    "quote-withdrawn": {**QUOTE, "by": "Selma Submandantin"},
    "quote-confirmation-refused": {**QUOTE, "approver": "Karla Kundin", "reasons": [REASON]},
    "order-acknowledgement": {**ORDER, "customer": CUSTOMER, "lines": [TRUNK, CHANNELS], "by_quote": True},
    "renewal-acknowledgement": {
        **ORDER,
        **RENEWAL,
        "customer": CUSTOMER,
        "lines": [TRUNK, CHANNELS],
        "by_quote": True,
    },
    "renewal-begun": {**ORDER, **RENEWAL},
    "termination-acknowledgement": {**ORDER, **TERMINATION, "customer": CUSTOMER},
    "termination-taken-back": {
        **ORDER,
        **TERMINATION,
        "ending": {"subject": "numbers", "site": "Zentrale", "numbers": BLOCKS},
    },
    "termination-carried-out": {**ORDER, **TERMINATION, "ending": {"subject": "agreement"}},
    "order-completed": ORDER,
    "order-partly-completed": {**ORDER, "reason": REASON, "failed": [CHANNELS["name"]]},
    "order-failed": {**ORDER, "reason": REASON},
    "order-cancelled": {**ORDER, "reason": {"de": "Der Kunde hat widerrufen.", "en": "The customer has revoked it."}},
    "trunk-activated": {**ORDER, "activated_at": "2026-11-23T10:00:00+00:00"},
    "numbers-assigned": {**ORDER, "blocks": BLOCKS},
    "site-ready": {**ORDER, "site": "Zentrale", "address": "Rosenstraße 12 a, 50678 Köln", "blocks": BLOCKS},
    "porting-started": {**ORDER, **MOVE, "requested_on": "2026-12-14"},
    "signed-form-awaited": FORM_AWAITED,
    "signed-form-refused": {**FORM_AWAITED, "refused_because": "Die Unterschrift fehlt. Es fehlen Seiten."},
    "signed-form-reminded": {**FORM_AWAITED, "awaited_since": "2026-11-23T10:00:00+00:00"},
    "porting-confirmed": {
        **ORDER,
        **MOVE,
        "day": "2026-12-16",
        "window": "ZF2",
        "as_requested": False,
        "awaiting": BLOCKS[1:],
        "numbers": BLOCKS[:1],
    },
    "porting-date-asked": {**ORDER, **MOVE, "new_date": "2026-12-21"},
    "porting-date-refused": {**ORDER, **MOVE, "unchanged_date": "2026-12-16", "reason": NO_CAPACITY},
    "porting-rescheduled": {**ORDER, **MOVE, "earlier": "2026-12-16", "day": "2026-12-21", "window": "ZF3"},
    "porting-rejected": {
        **ORDER,
        **MOVE,
        "fixable": True,
        "reasons": [
            {"de": "Anschlussinhaber stimmt nicht überein", "en": "The owner of the line does not match"},
            {"de": "Rufnummer nicht vorhanden", "en": "Number does not exist"},
        ],
    },
    "porting-cancelled": {**ORDER, "reason": {"de": "Auf Wunsch des Kunden.", "en": "At the customer's wish."}},
    "porting-asked-again": {**ORDER, **MOVE, "requested_on": "2026-12-18"},
    "porting-called-off-for-new": {**ORDER, **MOVE, "earlier_date": "2026-12-16"},
    "porting-cancellation-asked": {**ORDER, **MOVE, "reason": "Der Kunde möchte bei uns bleiben."},
    "porting-cancellation-averted": {**ORDER, **MOVE, "unchanged_date": "2026-12-16", "reason": STILL_WANTED},
    "porting-cancellation-refused": {**ORDER, **MOVE, "unchanged_date": "2026-12-16", "reason": TOO_NEAR},
    "porting-reduced": {**ORDER, "numbers": BLOCKS[1:], "reason": NOT_IN_SERVICE},
    "porting-at-risk": {**ORDER, "deadline": "answer", "due_at": "2026-12-08T23:00:00+00:00"},
    "porting-due": {**ORDER, **MOVE},
    "porting-part-completed": {**ORDER, "numbers": BLOCKS[:1], "awaiting": BLOCKS[1:]},
    "porting-completed": {**ORDER, "numbers": BLOCKS[:1], "not_ported": BLOCKS[1:], "earlier": MOVED_BEFORE},
    "ending-asked": {**ORDER, "donor": MOVE["donor"], "requested_on": "2026-12-14"},
    "ending-agreed": {**ORDER, "donor": MOVE["donor"], "earlier": "2026-12-16", "day": "2026-12-21"},
    "ending-refused": {
        **ORDER,
        "donor": MOVE["donor"],
        "fixable": True,
        "reasons": [{"de": "Der Kunde lässt sich nicht zuordnen", "en": "The customer can't be identified"}],
    },
    "ending-called-off": {**ORDER, "reason": {"de": "Auf Wunsch des Kunden.", "en": "At the customer's wish."}},
    "ending-called-off-for-new": {**ORDER, "earlier_date": "2026-12-16"},
    "ending-done": ORDER,
    "clearing-mail": {
        **ORDER,
        "subject": "Ihr Anbieterwechsel: eine Rückfrage zum Anschlussinhaber",
        "text": "Guten Tag Frau Kundin,\n\nAltnetz Süd kennt den Anschluss unter einem anderen Namen.\n\n"
        "Bitte sehen Sie auf Ihrer letzten Rechnung nach:\n- Name des Anschlussinhabers\n- Kundennummer dort\n\n"
        "Freundliche Grüße\nOlga Ordnung",
        "reply_to": "portierung@carrier.example",
    },
    "departure-asked": {**DEPARTURE, "day": "2026-12-18"},
    "departure-agreed": {**DEPARTURE, "day": "2026-12-21"},
    "departure-rescheduled": {**DEPARTURE, "earlier": "2026-12-21", "day": "2026-12-28"},
    "departure-refused": {**DEPARTURE, "reasons": [NOT_THE_OWNER]},
    "departure-cancelled": {**DEPARTURE, "reason": CALLED_OFF},
    "departure-completed": DEPARTURE,
    "webhook-disabled": {
        "number": "",
        "webhook_id": str(SAMPLE_ID),
        "url": "https://crm.nordlicht.example/trunkline",
        "description": "CRM",
        "why": "failing",
        "since": "2026-11-18T10:00:00+00:00",
    },
    "fiber-link": {
        "number": "",
        "address": "Rosenstraße 12 a, 50678 Köln",
        "valid_until": "2026-12-02T10:00:00+00:00",
    },
}
VARIANTS = {
    f"{kind} of {case}": (kind, {**FACTS[kind], **facts, "ending": None})
    for case, facts in (("renewal", RENEWAL), ("termination", TERMINATION))
    for kind in ("quote-link", "quote-expired", "quote-withdrawn")
}
VARIANTS |= {
    f"{kind} of {value}": (kind, {**FACTS[kind], name: value})
    for kind, name, value in (
        *(("porting-at-risk", "deadline", deadline) for deadline in LATE),
        ("webhook-disabled", "why", "gone"),
    )
}
VARIANTS["porting-completed of the rest"] = ("porting-completed", {**FACTS["porting-completed"], "numbers": []})
"""What a kind says where it is about something else than its sample: a renewal, a termination, another deadline."""
WRITTEN = {
    "en": {
        "subject": "Your porting: a question about the line owner",
        "text": "Good day Ms Kundin,\n\nAltnetz Süd knows the line under another name.\n\nKind regards\nOlga Ordnung",
    }
}
"""What people wrote, in other languages than the sample's."""
ROLES = {kind: "recipient" if kind.startswith("quote") or kind == "fiber-link" else "customer" for kind in FACTS} | {
    kind: roles[0] for kind, roles in TOLD.items() if len(roles) == 1
}


def sample_mail(name: str, language: str, settings: Settings, role: str | None = None) -> Mail:
    """`name` is a kind or one of the variants."""
    kind, facts = VARIANTS.get(name) or (name, FACTS[name])
    facts = dict(facts)
    if kind == "clearing-mail":
        facts |= WRITTEN.get(language, {})
    if kind in ("quote-link", "fiber-link"):
        facts["sealed_token"] = Fernet(settings.token_key).encrypt(b"token-of-the-gallery").decode()
    notice = SimpleNamespace(
        notice_id=SAMPLE_ID,
        kind=kind,
        role=role or ROLES[kind],
        name="Karla Kundin",
        email="karla@kunden.example",
        language=language,
        facts=facts,
        documents=["porting-form"] if kind == "order-acknowledgement" else [],
        order_id=SAMPLE_ID,
    )
    return Letters(settings).write(notice)


def sample_stories(language: str) -> list[Story]:
    """A quote, and an order with new numbers and a porting from a paper carrier."""
    line = {
        "line_id": str(SAMPLE_ID),
        "agreement_number": "VT-100234",
        "term_months": 36,
        "price_list": None,
        "price_list_name": None,
        "srtp": False,
        "activation": None,
        "site": None,
        "new_numbers": None,
        "porting": None,
        "termination": None,
    }
    porting = {
        "porting_id": str(SAMPLE_ID),
        "site_id": SITE_ID,
        "donor": {"carrier_code": None, "name": "Stadtnetz Köln-Süd 🦊"},
        "subscriber": {
            "name": "Müller & Söhne GmbH",
            "first_name": None,
            "further_owners": ["Erika Müller"],
            "address": ADDRESS,
        },
        "case": "VA-KUE-MRN",
        "numbers": BLOCKS,
        "all_numbers": True,
        "requested_on": "2026-12-14",
        "window": "ZF2",
    }
    free = {"quantity": 1, "one_time": "0.00", "monthly": "0.00"}
    site = {"site_id": SITE_ID, "name": "Zentrale", "address": ADDRESS, "area_code": "221"}
    order = {
        "business_case": "new_order",
        "quote_number": QUOTE["number"],
        "customer": {"name": CUSTOMER, "email": "einkauf@kunden.example", "customer_number": "K-204711"},
        "creator": {"name": "Petra Partner"},
        "approver": {"name": "Karla Kundin"},
        "placed_at": "2026-11-23T09:15:00Z",
        "lines": [
            {**line, **TRUNK},
            {**line, **CHANNELS, "price_list_name": NATIONAL, "srtp": True, "activation": "delayed"},
            {**line, **free, "name": {"de": "Nutzungsstandort", "en": "Usage site"}, "site": site},
            {**line, **free, "name": {"de": "Anbieterwechsel", "en": "Porting"}, "porting": porting},
        ],
    }
    quote = {
        "business_case": "new_order",
        "customer_name": CUSTOMER,
        "recipient_name": "Karla Kundin",
        "recipient": "karla@kunden.example",
        "creator": {"name": "Petra Partner"},
        "lines": [TRUNK, CHANNELS, FLATRATE],
        "one_time_total": "49.00",
        "monthly_total": "1296.80",
        "term_months": 36,
        "valid_until": "2026-12-23T22:00:00Z",
        "link_id": str(SAMPLE_ID),
    }
    customer = Recipient("customer", CUSTOMER, "einkauf@kunden.example", language)
    return [
        Story(SAMPLE_ID, "quote", SAMPLE_ID, QUOTE["number"], (customer,), quote),
        Story(SAMPLE_ID, "order", SAMPLE_ID, ORDER["number"], (customer,), order),
    ]


def sample_amendments(language: str) -> dict[str, Story]:
    """Quotes of a renewal and of a termination, and the order of a site's termination."""
    quote, order = sample_stories(language)
    agreed = {"agreement_number": "VT-100234", "effective_on": "2027-01-01"}
    added = CHANNELS | {"one_time": "5.00", "held_quantity": 8}
    renewal = {"business_case": "renewal_with_tariff_change", "lines": [TRUNK | {"held_quantity": 1}, added, FLATRATE]}
    ending = {"subject": "site", "site": "Zentrale", "site_id": SITE_ID, "numbers": [], "effective_on": "2027-01-01"}
    site = order.body["lines"][2] | {"site": None, "termination": ending}
    return {
        "quote of renewal": replace(quote, body=quote.body | agreed | renewal | {"one_time_total": "10.00"}),
        "quote of termination": replace(quote, body=quote.body | agreed | {"business_case": "termination"}),
        "order-acknowledgement of termination": replace(
            order, body=order.body | {"business_case": "termination", "effective_on": "2027-01-01", "lines": [site]}
        ),
    }


def hang(folder: Path, settings: Settings) -> list[Path]:
    """Write all of them, and a page that leads to them."""
    folder.mkdir(parents=True, exist_ok=True)
    hung: list[Path] = []

    def put(name: str, content: bytes) -> None:
        hung.append(folder / name)
        hung[-1].write_bytes(content)

    for language in LANGUAGES:
        for name in (*FACTS, *VARIANTS):
            mail = sample_mail(name, language, settings)
            put(f"{name}.{language}.html", mail.html.encode())
            put(f"{name}.{language}.txt", f"{mail.subject}\n\n{mail.text}".encode())
        for story in sample_stories(language):
            for kind in documents_of(story):
                put(f"{kind}.{language}.pdf", asyncio.run(pdf_of(paper(kind, story, settings.house, {}))))
        for name, story in sample_amendments(language).items():
            kind = name.split(" ")[0]
            put(f"{name}.{language}.pdf", asyncio.run(pdf_of(paper(kind, story, settings.house, {}))))
    links = "".join(f'<li><a href="{escape(path.name)}">{escape(path.name)}</a></li>' for path in hung)
    put("index.html", f'<!doctype html><meta charset="utf-8"><title>Gallery</title><ul>{links}</ul>'.encode())
    return hung
