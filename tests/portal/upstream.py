"""The other services as the portal's unit tests and screenshots need them: small, in memory, after their OpenAPI."""

import copy
from decimal import Decimal
from itertools import count
from typing import Any

from devstack.login.people import party_id
from portal.application.ports import Answer, Away, Problem
from tests.portal.number_answers import Pools
from tests.portal.portings import PortingDesk, part, porting, task_about
from tests.portal.samples import at, ident

Json = dict[str, Any]


def both(text: str, english: str = "") -> Json:
    return {"de": text, "en": english or text}


def offering(code: str, name: str, category: str, prices: Json, **more: Any) -> Json:
    return {
        "code": code,
        "name": both(name),
        "description": both(more.pop("about", name)),
        "category": category,
        "family": more.pop("family", "trunk"),
        "audiences": ["business", "reseller"],
        "orderability": more.pop("orderability", "digital"),
        "manual_process": more.pop("manual_process", None),
        "fulfilment": "automatic",
        "prices": [{"term_months": term, "one_time": one, "monthly": month} for term, (one, month) in prices.items()],
        "price_lists": more.pop("price_lists", []),
        "srtp": False,
        "combination": False,
        "voice_ready": False,
        "block_size": None,
    } | more


def per_term(one_time: str, monthly: str) -> Json:
    base = Decimal(monthly)
    return {
        term: (one_time, str((base * factor).quantize(Decimal("0.01"))))
        for term, factor in ((12, Decimal("1.1")), (24, Decimal(1)), (36, Decimal("0.9")))
    }


def way(action: str, label: str, **more: Any) -> Json:
    names = ("offering", "line_id", "quantity", "price_list", "term_months", "agreement_id", "combination")
    return {"action": action, "label": label} | dict.fromkeys(names) | more


WEBHOOK_EVENTS = {
    "ordering.OrderReceived.v1": "ordering.order.v1",
    "ordering.OrderCompleted.v1": "ordering.order.v1",
    "ordering.AgreementChanged.v1": "ordering.agreement.v1",
    "porting.PortingConfirmed.v1": "porting.request.v1",
}
HOOK, FAILING = ident("hook"), ident("failing hook")


def webhook(name: str, **more: Any) -> Json:
    return {
        "webhook_id": ident(name),
        "party_id": ident("nordlicht"),
        "url": "https://crm.nordlicht.example/trunkline/hook-with-a-rather-long-name",
        "description": "",
        "events": list(WEBHOOK_EVENTS),
        "contact": "petra@nordlicht.example",
        "state": "active",
        "secret_shown": False,
        "earlier_secret_until": None,
        "created_at": at(-5000),
        "failures": 0,
        "failing_since": None,
        "disabled_at": None,
        "disabled_why": None,
        "waiting": 0,
    } | more


def delivery(name: str, state: str, **more: Any) -> Json:
    return {
        "delivery_id": ident(name),
        "message_id": "msg_" + ident(name).replace("-", ""),
        "type": "ordering.OrderReceived.v1",
        "at": at(-60),
        "correlation_id": "c",
        "is_test": False,
        "state": state,
        "attempts": 1,
        "next_try_at": at(5) if state == "waiting" else None,
        "tried_at": at(-59),
        "status": None,
        "latency_ms": 12,
        "error": None,
        "response": None,
    } | more


DELIVERIES = [
    delivery("test", "delivered", type="notification.WebhookTested.v1", is_test=True, status=204),
    delivery("waiting", "waiting", attempts=3, error="timeout"),
    delivery("given up", "given_up", attempts=11, status=500, response="<html>" + "x" * 300),
    delivery("withheld", "withheld", attempts=0),
]
LISTS = ["PL-STANDARD", "PL-BUSINESS", "PL-FLEX"]
OFFERINGS = [
    offering(
        "TRUNK-REG",
        "IPfonie Extended Connect SIP-Registrierung",
        "trunk",
        per_term("49.00", "9.90"),
        about="Anmeldung mit Benutzername und Kennwort, für wechselnde Adressen.",
    ),
    offering(
        "TRUNK-FIX",
        "IPfonie Extended Connect Fix-IP",
        "trunk",
        per_term("49.00", "12.90"),
        about="Feste IP-Adresse, ohne Anmeldung.",
    ),
    offering(
        "TRUNK-LINK",
        "IPfonie Extended Link",
        "trunk",
        per_term("99.00", "19.90"),
        about="Für Nebenstellenanlagen mit vielen Standorten.",
    ),
    offering(
        "TRUNK-TEAM",
        "IPfonie Extended Team",
        "trunk",
        per_term("49.00", "14.90"),
        orderability="manual",
        about="Für Teams.",
        manual_process=both("Bitte mit dem Formular des Vertriebs bestellen.", "Please order with the sales form."),
    ),
    offering("CHANNEL", "Sprachkanal", "voice_channel", per_term("5.00", "3.90"), price_lists=LISTS),
    offering(
        "CHANNEL-SRTP", "Sprachkanal mit SRTP", "voice_channel", per_term("5.00", "4.40"), price_lists=LISTS, srtp=True
    ),
    offering(
        "CHANNEL-KOMBI",
        "Sprachkanal Kombi",
        "voice_channel",
        per_term("2.50", "2.90"),
        price_lists=LISTS,
        combination=True,
    ),
    offering(
        "CHANNEL-KOMBI-SRTP",
        "Sprachkanal Kombi mit SRTP",
        "voice_channel",
        per_term("2.50", "3.40"),
        price_lists=LISTS,
        combination=True,
        srtp=True,
    ),
    offering("FLAT-NATIONAL", "Flatrate nationales Festnetz", "voice_flatrate", per_term("0.00", "3.50")),
    offering("FLAT-MOBILE", "Flatrate Mobilfunk", "voice_flatrate", per_term("0.00", "6.90")),
    offering("MIN-1000", "Minutenpaket 1000", "minute_package", per_term("0.00", "9.00")),
    offering("UM", "Unified-Messaging-Paket", "unified_messaging", per_term("10.00", "4.90")),
    offering("QDSL-PRO", "Q-DSL Pro", "internet", per_term("99.00", "79.00"), family="internet", voice_ready=True),
    offering("TENGO-STD", "Tengo Lizenz STANDARD", "licence", per_term("0.00", "8.90"), family="centraflex"),
    offering(
        "PHONE-OLD",
        "Tischtelefon T19",
        "device",
        {None: ("59.00", "0.00")},
        family="device",
        orderability="discontinued",
    ),
]
VERSION = {
    "version": "2021-03.1",
    "offerings": 40,
    "rules": 20,
    "derivations": 7,
    "valid_from": "2021-03-01",
    "published_at": at(-10000),
}
DIFFERENCES = [
    {"name": "CHANNEL", "change": "changed", "fields": ["prices", "notice_days"]},
    {"name": "FLAT-1 requires", "change": "added", "fields": []},
]


def told(id_: str, kind: str, subject: Json, object_: Json | None = None, **more: Any) -> Json:
    said = {"text": both(f"{id_} gilt."), "remedy": both("Tun Sie es.")}
    return {
        "id": id_,
        "kind": kind,
        "business_cases": ["new_order", "reorder"],
        "subject": {"categories": [], "codes": [], "srtp": None, "combination": None} | subject,
        "object": {"categories": [], "codes": [], "srtp": None, "combination": None} | object_ if object_ else None,
        "quantity_one": False,
    } | (more or said)


CHANNELS = {"categories": ["voice_channel"]}
RULES = [
    told("TRUNK-2", "requires", {"categories": ["trunk"]}, CHANNELS),
    told("TRUNK-4", "fits_only", {"codes": ["UM"]}, {"codes": ["TRUNK-REG"]}),
    told("KOMBI-1", "fits_only", {"categories": ["trunk"], "combination": True}, CHANNELS | {"combination": True}),
    told("UM-1", "at_most_one", {"categories": ["unified_messaging"]}) | {"quantity_one": True},
    told("CTX-1", "at_least_one", {"categories": ["licence"]}, {"categories": ["service"]}),
    told("FLAT-1", "quantity_equals", {"codes": ["FLAT-NATIONAL"]}, CHANNELS),
    told("TRUNK-1", "excludes", {"categories": ["trunk"]}, {"categories": ["usage_site"]}),
    told("FLAT-4", "only_in", {"categories": ["voice_flatrate"]}),
    told("PRICE-2", "same_as_agreement", CHANNELS | {"srtp": True}),
]
DERIVATIONS = [
    told("FLAT-3", "auto_added", {"codes": ["FLAT-NATIONAL"]}, CHANNELS, reason=both("Kommt mit.")),
    told("UM-1", "inherits_term", {"categories": ["unified_messaging"]}, reason=both("Endet mit dem Vertrag.")),
    told("AMEND-1", "inherits_choice", CHANNELS, reason=both("Wie im Vertrag.")),
    told("PRICE-2", "replaces", CHANNELS, CHANNELS, reason=both("Statt des bisherigen.")),
]
CATEGORIES = sorted({one["category"] for one in OFFERINGS})
PRICE_LISTS = [
    {
        "code": code,
        "name": both(name),
        "audiences": ["business"],
        "orderability": "digital",
        "rates": [{"destination": both("Festnetz national"), "per_minute": rate}],
    }
    for code, name, rate in (
        ("PL-STANDARD", "Standard", "0.0120"),
        ("PL-BUSINESS", "Business", "0.0090"),
        ("PL-FLEX", "Flex", "0.0150"),
    )
]
CUSTOMERS = {
    ident(name): {
        "party_id": ident(name),
        "name": name,
        "customer_number": number,
        "kind": "customer" if number else "prospect",
        "audience": "business",
        "language": "de",
        "email": "post@" + name.split()[0].lower().replace("ä", "ae") + ".example",
        "phone": "+49 221 4711000",
        "address": {
            "street": "Hohe Straße",
            "house_number": "12",
            "addition": None,
            "postcode": "50667",
            "town": "Köln",
        },
        "open": is_open,
        "contacts": [
            {"contact_id": ident(f"{name} contact"), "name": "Ina Einkauf", "email": "ina@post.example", "phone": None}
        ],
    }
    for name, number, is_open in (
        ("Jäger Logistik GmbH", "100234", True),
        ("Bäckerei Müller & Söhne", "100235", True),
        ("Kanzlei Dr. Weiß “Recht & Rat” 🙂", "100236", False),
        ("Neue Ideen UG", None, True),
    )
}
JAEGER = ident("Jäger Logistik GmbH")
STARTS = {"after_term": "2027-03-01", "next_month": "2026-12-01"}
AGREEMENT, SITE, ORDER, PORTING, QUOTED = (
    ident("agreement"),
    ident("site"),
    ident("order"),
    ident("porting"),
    ident("quoted"),
)
CENTRAFLEX = ident("centraflex")
CORRECTABLE, CORRECTABLE_ORDER = ident("refused porting"), ident("order of the refused porting")
PORTING_CART = ident("porting cart")
"""A porting whose quote ran out."""
RUNNING, ENDING, ENDING_ORDER, DEPOT = ident("running"), ident("ending"), ident("ending order"), ident("depot")
"""A contract in its term with a renewal agreed, one that is terminated, its order, and a second site."""
DUE, RENEWAL = ident("due"), ident("renewal")
"""A contract that can be renewed, at the Kombi price, and a cart that does so."""
BARE = ident("bare")
"""A cart that breaks a rule: a trunk without voice channels."""


def customer_of(party_id: str) -> Json:
    party = CUSTOMERS[party_id]
    return {name: party[name] for name in ("party_id", "name", "customer_number", "kind", "audience")}


def _sought(one: Json, params: Json) -> bool:
    quote = (one.get("quote") or {}).get("number", "")
    return params.get("q", "").lower() in f"{one['number']} {quote} {one['customer']['name']}".lower()


SENT_FORM = {"uploaded_at": at(5), "media_type": "application/pdf", "pages": 1, "sha256": "a1" * 32}


class Upstream:
    """Implements the portal's `Services` port. `away` names parts that do not answer."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.sold_since: list[Json] = []
        """Offerings of today's catalog that earlier versions don't have."""
        self.closed: set[str] = set()
        """Parts that have nothing for whoever asks."""
        self.calls: list[tuple[str, str, str, Any]] = []
        self.numbers = count(1)
        self.pools = Pools()
        self.page_size = 50
        self.planned: list[Json] = []
        self.carriers = [
            {"carrier_code": "DEU.DTAG", "name": "Deutsche Telekom", "invented": False},
            {"carrier_code": "DEU.VFDE", "name": "Vodafone", "invented": True},
        ]
        self.sites_ordered = 0
        self.stored: dict[str, Json] = {}
        self.webhooks = {
            HOOK: webhook("hook", description="CRM"),
            FAILING: webhook("failing hook", state="disabled", disabled_at=at(-10), disabled_why="failing", waiting=3),
        }
        self.carts: dict[str, Json] = {}
        self.partners = [
            {"party_id": str(party_id(name)), "name": said, "kind": kind}
            for name, said, kind in (
                ("nordlicht", "Nordlicht Telekom GmbH", "partner"),
                ("kuestennetz", "Küstennetz GmbH", "sub_partner"),
            )
        ]
        """Those that whoever asks may see."""
        self.links = {"good": "valid", "old": "replaced", "late": "expired", "gone": "withdrawn", "done": "confirmed"}
        self.confirmed = False
        self.orders = {ORDER: self._order(), ENDING_ORDER: self._ending_order()}
        self.agreements = {
            AGREEMENT: self._agreement(),
            RUNNING: self._running(),
            ENDING: self._ending(),
            DUE: self._due(),
            CENTRAFLEX: self._centraflex(),
        }
        self.page_picture = b"\xff\xd8\xff\xd9"
        self.porting_desk = PortingDesk()
        self.portings = self.porting_desk.portings
        self.portings[PORTING] = self._porting_view()
        quoted = self._cart_view(QUOTED, "W-1002", state="quoted", lines=self._sample_lines())
        quoted["quote"] = {
            "quote_id": ident("quote"),
            "number": "A-2026-0002",
            "recipient": {"name": "Karl Jäger", "email": "karl@jaeger-logistik.example"},
            "sent_at": at(-60),
            "creator": {"name": "Petra Nordmann", "email": "petra@nordlicht.example"},
            "valid_until": at(60 * 24 * 14),
            "times_sent": 2,
            "consent": {"version": "2021-03.1", "language": "de", "text": "Ich bestelle zahlungspflichtig."},
        }
        self.carts[QUOTED] = quoted
        self.carts[BARE] = self._cart_view(BARE, "W-1004", lines=[self._line("TRUNK-REG", 1)])
        porting = self._cart_view(PORTING_CART, "W-1003", state="expired", lines=[self._porting_line()])
        porting |= {"business_case": "porting", "agreement_id": AGREEMENT, "agreement_number": "V-700123"}
        self.carts[PORTING_CART] = porting | {"quote": quoted["quote"] | {"number": "A-2026-0003"}}
        self.carts[RENEWAL] = self._cart_view(RENEWAL, "W-1003") | {"combination": True}
        renewal = {"agreement_id": DUE, "business_case": "renewal_with_tariff_change", "starts": "after_term"}
        self._amend(self.carts[RENEWAL], renewal)

    async def call(
        self,
        part: str,
        method: str,
        path: str,
        *,
        token: str | None,
        language: str,
        params: Json | None = None,
        json: Any = None,
        content: bytes | None = None,
        content_type: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
        on_behalf_of: str | None = None,
    ) -> Answer:
        if part in self.away:
            raise Away(part)
        if part in self.closed:
            raise Problem(404, {"detail": "nothing for you"})
        self.calls.append((part, method, path, json))
        if key and method != "GET" and f"{key} {path}" in self.stored:
            return Answer(200, copy.deepcopy(self.stored[f"{key} {path}"]))
        names = [piece for piece in path.split("/") if piece]
        body = getattr(self, f"_{part}")(
            method, names, {k: str(v) for k, v in (params or {}).items() if v not in (None, "")}, json, if_match
        )
        if isinstance(body, bytes):
            return Answer(200, None, body)
        if key and method != "GET":
            self.stored[f"{key} {path}"] = copy.deepcopy(body)
        return Answer(200, copy.deepcopy(body))

    # catalog
    def _catalog(self, method: str, names: list[str], params: Json, json: Any, if_match: str | None) -> Any:
        match method, names:
            case "GET", ["catalog", "current"] | ["catalog", "versions", "2021-03.1"]:
                offerings = OFFERINGS + (self.sold_since if names[1] == "current" else [])
                return {
                    "audience": params.get("audience", "business"),
                    "version": "2021-03.1",
                    "valid_from": "2021-03-01",
                    "prices_are_invented": True,
                    "currency": "EUR",
                    "categories": [
                        {"category": name, "offerings": [one for one in offerings if one["category"] == name]}
                        for name in CATEGORIES
                    ],
                    "price_lists": PRICE_LISTS,
                    "rules": RULES,
                    "derivations": DERIVATIONS,
                }
            case "GET", ["catalog", "versions"]:
                return [VERSION]
            case "GET", ["catalog", "versions", "2021-03.1", "differences"]:
                return DIFFERENCES
            case "POST", ["catalog", "versions"]:
                return VERSION
            case "POST", ["catalog", "versions", "check"] if "whole.yaml" in json["files"]:
                return VERSION | {"is_published": False, "since": "2021-03.0", "differences": DIFFERENCES}
            case "POST", ["catalog", "versions", "check"]:
                raise Problem(
                    422,
                    {
                        "detail": "broken",
                        "errors": [{"field": "offerings.yaml:14", "message": "Die Preisliste PL-NEU gibt es nicht."}],
                    },
                )
        return self._operations(method, names)

    def _operations(self, method: str, names: list[str]) -> Any:
        match method, names:
            case "GET", ["operations", "parked"]:
                return []
            case "GET", ["operations", "settings"]:
                return {"quote_days": 30, "quarantine_days": 90.0, "warn_days": 1, "form_return_address": "a@b.example"}
            case "POST", ["operations", "redrive"]:
                return {"played": 1, "still_parked": {}}
        raise Problem(404, {"detail": "nothing here"})

    # cart
    def _cart(self, method: str, names: list[str], params: Json, json: Any, if_match: str | None) -> Any:
        match method, names:
            case "GET", ["parties"] if params.get("kind") in ("partner", "sub_partner"):
                return self._page([one for one in self.partners if one["kind"] == params["kind"]], params)
            case "GET", ["parties"]:
                wanted = params.get("q", "").lower()
                return {
                    "items": [
                        one
                        for one in CUSTOMERS.values()
                        if wanted in one["name"].lower() and params.get("kind", one["kind"]) == one["kind"]
                    ],
                    "next": None,
                }
            case "GET", ["parties", party] if party == str(party_id("jaeger-logistik")):
                return CUSTOMERS[JAEGER] | {"party_id": party}
            case "GET", ["parties", party]:
                if party not in CUSTOMERS:
                    raise Problem(404, {"detail": "unknown"})
                if not CUSTOMERS[party]["open"]:
                    raise Problem(
                        403,
                        {
                            "detail": "Für diesen Kunden ist die Kundenverwaltung nicht eingeschaltet.",
                            "remedy": "Bitten Sie den Kunden, sie einzuschalten.",
                        },
                    )
                return CUSTOMERS[party]
            case "GET", ["carts"]:
                active = ["open", "quoted"] if "q" not in params else [one["state"] for one in self.carts.values()]
                states = [params["state"]] if "state" in params else active
                found = [one for one in self.carts.values() if one["state"] in states and _sought(one, params)]
                return self._page(found, params)
            case "POST", ["carts"]:
                cart_id = ident(f"cart{next(self.numbers)}")
                self.carts[cart_id] = self._cart_view(
                    cart_id, f"W-{2000 + len(self.carts)}", customer=json["customer_id"]
                )
                self.carts[cart_id]["term_months"] = json.get("term_months") or 24
                if json.get("agreement_id"):
                    self._amend(self.carts[cart_id], json)
                return self._computed(cart_id)
            case "GET", ["carts", cart_id]:
                if cart_id not in self.carts:
                    raise Problem(404, {"detail": "unknown"})
                return self._computed(cart_id)
            case _, ["carts", cart_id, "lines", *rest]:
                return self._change_line(method, cart_id, rest, json, if_match)
            case "PATCH", ["carts", cart_id]:
                self._check(cart_id, if_match)
                self.carts[cart_id].update(json)
                if "starts" in json:
                    self.carts[cart_id]["effective_on"] = STARTS[json["starts"]]
                return self._changed(cart_id)
            case "POST", ["carts", cart_id, "quote"]:
                self._check(cart_id, if_match)
                cart = self.carts[cart_id]
                recipient = json.get("recipient") or {"name": "Karl Jäger", "email": "karl@jaeger-logistik.example"}
                cart |= {
                    "state": "quoted",
                    "quote": {
                        "quote_id": ident(cart_id),
                        "number": f"A-{cart['number'][2:]}",
                        "recipient": recipient,
                        "creator": {"name": "Petra Nordmann", "email": "petra@nordlicht.example"},
                        "sent_at": at(0),
                        "valid_until": at(60 * 24 * 14),
                        "times_sent": 1,
                    },
                }
                return cart
            case "POST", ["carts", cart_id, "withdraw"]:
                cart = self.carts[cart_id]
                if cart["state"] not in ("open", "quoted"):
                    raise Problem(409, {"code": "cart-frozen", "detail": "Der Warenkorb lässt sich nicht mehr ändern."})
                cart["state"] = "withdrawn"
                return cart
            case "POST", ["carts", cart_id, "copy"]:
                copied = ident(f"cart{next(self.numbers)}")
                self.carts[copied] = self.carts[cart_id] | {
                    "cart_id": copied,
                    "state": "open",
                    "quote": None,
                    "version": 1,
                    "number": "W-COPY",
                    "copied_from": {
                        "cart_id": cart_id,
                        "number": self.carts[cart_id]["number"],
                        "changes": [
                            {
                                "name": both("Sprachkanal", "Voice channel"),
                                "before": {"one_time": "5.00", "monthly": "3.90"},
                                "now": {"one_time": "5.00", "monthly": "4.20"},
                            },
                            {
                                "name": both("Minutenpaket 500", "Minute package 500"),
                                "before": {"one_time": "0.00", "monthly": "5.00"},
                                "now": None,
                            },
                        ],
                    },
                }
                return self._computed(copied)
            case "POST", ["carts", cart_id, "order"]:
                self._check(cart_id, if_match)
                return self.orders[ORDER]
            case "POST", ["quotes", quote_id, "resend"]:
                cart = next(
                    one for one in self.carts.values() if one.get("quote") and one["quote"]["quote_id"] == quote_id
                )
                cart["quote"]["times_sent"] += 1
                cart["quote"]["recipient"] = json.get("recipient") or cart["quote"]["recipient"]
                return cart
            case "POST", ["links", "exchange"]:
                if json["token"] == "guessed":
                    raise Problem(429, {"code": "too-many-tries"})
                state = self.links.get(json["token"], "unknown")
                if state == "valid":
                    order = (
                        {"order_id": ORDER, "rights": ["view", "upload"]}
                        if self.confirmed
                        else {"rights": ["view", "confirm"]}
                    )
                    return {
                        "state": "confirmed" if self.confirmed else "valid",
                        "access_token": "link-token",
                        "expires_in": 600,
                        "quote_id": ident("quote"),
                        **order,
                    }
                return {"state": state, "rights": []}
            case "GET", ["quotes", _]:
                return self._computed(QUOTED)
            case "POST", ["quotes", _, "confirm"]:
                consent = self.carts[QUOTED]["quote"]["consent"]
                if json["consent_version"] != consent["version"]:
                    problem = {
                        "code": "consent-outdated",
                        "detail": "Der Text wurde durch einen neueren ersetzt.",
                        "remedy": "Lesen Sie ihn.",
                        "field": "consent_version",
                        "consent": consent,
                    }
                    raise Problem(409, problem)
                self.confirmed = True
                return self.orders[ORDER]
            case "GET", ["orders"]:
                found = [one for one in self.orders.values() if params.get("status", one["status"]) == one["status"]]
                return self._page([one for one in found if _sought(one, params)], params)
            case "GET", ["orders", order_id] if order_id == CORRECTABLE_ORDER:
                return self._order() | {"order_id": CORRECTABLE_ORDER, "lines": [self._porting_line()]}
            case "GET", ["orders", order_id]:
                if order_id not in self.orders:
                    raise Problem(404, {"detail": "unknown"})
                return self.orders[order_id]
            case "GET", ["agreements"]:
                return self._page([one for one in self.agreements.values() if _sought(one, params)], params)
            case "GET", ["agreements", agreement_id]:
                if agreement_id not in self.agreements:
                    raise Problem(404, {"detail": "unknown"})
                return self._held_on(self.agreements[agreement_id], params.get("on"))
            case "GET", ["agreements", agreement_id, "versions"]:
                return self._versions(self.agreements[agreement_id])
            case "GET", ["agreements", agreement_id, "termination-options"]:
                return self._endings(agreement_id)
            case "POST", ["agreements", agreement_id, "terminations", *quote]:
                return self._terminate(agreement_id, json, by_quote=bool(quote))
            case "POST", ["orders", order_id, "reversal"]:
                self.orders[order_id]["status"] = "cancelled"
                for one in self.agreements.values():
                    one |= {"terminates_on": None, "status": "active"} if one["status"] == "terminating" else {}
                return self.orders[order_id]
            case "POST", ["agreements", _, "sites" | "numbers"] if self.pools.order_refused:
                raise Problem(409, {"code": "trunk-terminated", "detail": "Der Trunk ist gekündigt."})
            case "POST", ["agreements", _, "sites" | "numbers"]:
                if json.get("reservation_id") and self.pools.lapsed:
                    lost = "Die Rufnummern 0221 479000 00-99 sind nicht mehr reserviert; es wurde nichts bestellt."
                    raise Problem(409, {"field": "reservation_id", "detail": lost})
                if json.get("site", {}).get("name") == "Lager Zwei" and not self.sites_ordered:
                    self.sites_ordered += 1
                    raise Away("cart")
                self.sites_ordered += 1
                return self.orders[ORDER]
            case "POST", ["agreements", _, "portings"]:
                return self.carts[QUOTED]
            case "GET", ["agreements", _, "porting-options"]:
                days = {"earliest_on": "2026-12-07", "comfortable_on": "2026-12-10"}
                only = {"earliest_on": "2026-11-27", "comfortable_on": "2026-11-27"}
                cases = [{"case": "VA-KUE-MRN", **days}, {"case": "VA-RRNP", **only}]
                return {"most_blocks": 25, "most_singles": 50, "days": cases}
            case "POST", ["agreements", _, "portings", "check"]:
                return self._porting_check(json)
        return self._operations(method, names)

    # provisioning
    def _provisioning(self, method: str, names: list[str], params: Json, json: Any, if_match: str | None) -> Any:
        if names[0] == "fiber":
            return self._fiber(method, names[1:], json)
        match method, names:
            case "GET", ["trunks"]:
                return {"items": [self._trunk()], "next": None}
            case "GET", ["trunks", agreement_id] if agreement_id in (AGREEMENT, RUNNING):
                return self._trunk() | {"agreement_id": agreement_id}
            case "GET", ["towns"]:
                return [{"name": "Köln"}]
            case "GET", ["area-codes"]:
                return [
                    {"area_code": "221", "name": "Köln", "distance_km": 2.4},
                    {"area_code": "2236", "name": "Wesseling", "distance_km": 11.8},
                ]
            case "POST", ["feasibility"]:
                if json["address"]["town"] == "München":
                    raise Problem(
                        422,
                        {
                            "detail": "Die Postleitzahl 50667 gehört nicht zu München.",
                            "field": "address.town",
                            "suggestions": ["Köln"],
                        },
                    )
                return {
                    "verdict": "near",
                    "state": "NW",
                    "doubtful": False,
                    "numbers_available": json["block_size"] != 1000,
                    "area_codes": [],
                    "reserved": self.pools.reserved() if json.get("reservation_id") else None,
                }
            case _, ["number-pools" | "numbers" | "reservations", *_] if found := self.pools.answer(
                method, names, json
            ):
                return found
            case "GET", ["number-pools", area_code, "resting"]:
                block = {"area_code": area_code, "stem": "479000", "extension_from": "00", "extension_to": "99"}
                return {"items": [{**block, "rests_until": at(90 * 1440)}], "next": None}
            case "POST", ["work-orders" | "trunks" | "portings" | "departures" | "tasks", *_]:
                return {}
        return self._operations(method, names)

    # porting
    def _fiber(self, method: str, names: list[str], json: Any) -> Any:
        """Links "new", "agreed", "gone" and "late" stand for what became of them."""
        states = {"new": "unconfirmed", "agreed": "confirmed", "gone": "withdrawn", "late": "expired"}
        consent = both("Ich stimme zu, kontaktiert zu werden.", "I agree to be contacted.")
        match method, names:
            case "GET", ["texts"]:
                return {
                    "version": "2021-03.1",
                    "notice": [both("Verantwortlich sind wir.", "We are responsible.")],
                    "privacy": both("Ich habe die Datenschutzbestimmungen gelesen.", "I have read the privacy notice."),
                    "consent": consent,
                }
            case "POST", ["pre-registrations"]:
                if json["address"]["town"] == "München":
                    raise Problem(
                        422,
                        {"code": "town-does-not-fit-postcode", "field": "address.town", "detail": "Passt nicht."},
                    )
                if json["version"] != "2021-03.1":
                    raise Problem(409, {"code": "texts-changed", "field": "consent_given", "detail": "Neue Texte."})
                if json["name"] == "Viel":
                    raise Problem(429, {"code": "too-many-tries", "detail": "Zu viele.", "remedy": "Später."})
                return {"state": "awaits_confirmation"}
            case "POST", ["links", "look"]:
                state = states.get(json["token"], "unknown")
                is_open = state in ("unconfirmed", "confirmed")
                return {
                    "state": state,
                    "valid_until": at(10000) if state == "unconfirmed" else None,
                    "address": next(iter(CUSTOMERS.values()))["address"] if is_open else None,
                    "consent": consent["de"] if is_open else None,
                    "language": "de" if is_open else None,
                }
            case "POST", ["links", "confirm" | "withdraw"]:
                return {"state": "confirmed"}
        raise Problem(404, {"code": "not-found", "detail": "?"})

    def _porting(self, method: str, names: list[str], params: Json, json: Any, if_match: str | None) -> Any:
        match method, names:
            case "GET", ["carriers"]:
                return self.carriers
            case "GET", ["portings", porting_id] if porting_id == CORRECTABLE:
                return self._refused_view()
            case "GET", ["portings", _, "signed-form"]:
                return b"%PDF-1.7"
            case "GET", ["portings", _, "signed-form", "pages", "1.jpg"]:
                return self.page_picture
            case "PUT", ["portings", porting_id, "signed-form"]:
                self.portings[porting_id]["form"] = {"state": "uploaded", **SENT_FORM, **params}
                return self.portings[porting_id]
            case "POST", ["portings", porting_id, "form-refusal"]:
                self.portings[porting_id]["form"] = {"state": "awaited", "refused_because": json["reason"]}
                return self.portings[porting_id]
            case "POST", ["portings", porting_id, *_, "release" | "confirm-date" | "message-seen" | "stop"]:
                self.portings[porting_id]["form"]["state"] = "accepted"
                return self.portings[porting_id]
            case "POST", ["tasks", _, "settle"]:
                return {"state": "settled"}
            case _, ["portings" | "departures", *_]:
                return self.porting_desk.answer(method, names, params, json)
        return self._operations(method, names)

    def _webhooks(self, method: str, names: list[str], params: Json, json: Any) -> Any:
        match method, names:
            case "GET", ["webhook-events"]:
                return [{"type": name, "topic": topic, "about": ""} for name, topic in WEBHOOK_EVENTS.items()]
            case "GET", ["webhooks"]:
                return {"items": list(self.webhooks.values()), "next": None}
            case "POST", ["webhooks"]:
                if not json["url"].startswith("https://"):
                    detail = "Die Adresse beginnt nicht mit https."
                    raise Problem(422, {"detail": detail, "field": "url", "code": "url-not-secure"})
                made = webhook("new", url=json["url"], description=json["description"], events=json["events"])
                self.webhooks[made["webhook_id"]] = made
                return made
            case _, ["webhooks", one, *_] if one not in self.webhooks:
                raise Problem(404, {"detail": "unknown"})
            case "POST", ["webhooks", one, "secret"]:
                if self.webhooks[one]["secret_shown"]:
                    raise Problem(409, {"code": "secret-shown"})
                self.webhooks[one]["secret_shown"] = True
                return {"secret": "whsec_c2VjcmV0LW9mLXRoZS1wYWdl"}
            case "POST", ["webhooks", one, "rotate"]:
                self.webhooks[one] |= {"secret_shown": False, "earlier_secret_until": at(24 * 60)}
                return self.webhooks[one]
            case "GET", ["webhooks", one, "deliveries"]:
                found = [
                    delivery for delivery in DELIVERIES if params.get("state", delivery["state"]) == delivery["state"]
                ]
                return {"items": found if one == FAILING else [], "next": None}
            case "DELETE", ["webhooks", one]:
                self.webhooks.pop(one)
                return None
            case _, ["webhooks", one, *_]:
                return self.webhooks[one]
        return None

    def _notification(self, method: str, names: list[str], params: Json, json: Any, if_match: str | None) -> Any:
        match method, names:
            case "GET", ["orders", _, "documents"]:
                return [
                    {"kind": "order-acknowledgement", "title": "Auftragseingangsbestätigung"},
                    {"kind": "porting-form", "title": "Portierungsformular"},
                ]
            case "POST", ["notices", *_]:
                return {}
            case _, ["webhook-events"] | ["webhooks", *_]:
                return self._webhooks(method, names, params, json)
            case "GET", [*_, "documents", _]:
                return b"%PDF-1.7"
            case "GET", ["operations", "parked"]:
                return [
                    {
                        "group": "notification.ordering-order",
                        "key": ORDER,
                        "id": ident("m"),
                        "topic": "ordering.order.v1",
                        "type": "ordering.OrderReceived.v1",
                        "correlation_id": "c",
                        "error": "ValidationError: placed_at",
                        "head": head,
                        "parked_at": at(-5),
                    }
                    for head in (True, False)
                ]
        return self._operations(method, names)

    def _page(self, found: list[Json], params: Json) -> Json:
        start = int(params.get("cursor", 0))
        more = start + self.page_size < len(found)
        return {
            "items": found[start : start + self.page_size],
            "next": str(start + self.page_size) if more else None,
        }

    # samples
    def _sample_lines(self) -> list[Json]:
        return [
            self._line("TRUNK-REG", 1),
            self._line("CHANNEL", 10, price_list="PL-BUSINESS"),
            self._line("FLAT-NATIONAL", 10, computed=True, locked="quantity", why="So viele wie Sprachkanäle."),
        ]

    def _held_lines(self) -> list[Json]:
        """A contract names the price list by its code only."""
        return [line | {"price_list_name": None} for line in self._sample_lines()]

    def _porting_line(self) -> Json:
        """A porting to the site there is, as a quote has it."""
        return self._line("UM", 1) | {
            "name": both("Anbieterwechsel", "Porting"),
            "category": "porting",
            "site": None,
            "porting": {
                "porting_id": ident("porting of the quote"),
                "site_id": SITE,
                "donor": {"carrier_code": None, "name": "Stadtnetz Musterstadt"},
                "subscriber": {
                    "name": "Jäger",
                    "first_name": "Karl",
                    "further_owners": [],
                    "address": CUSTOMERS[JAEGER]["address"],
                },
                "case": "VA-RRNP",
                "numbers": [
                    {"area_code": "221", "stem": "9988", "extension_from": "00", "extension_to": "99"},
                    {"area_code": "221", "stem": "12345", "extension_from": None, "extension_to": None},
                ],
                "all_numbers": True,
                "requested_on": "2026-12-10",
                "window": "ZF1",
            },
        }

    def _line(self, code: str, quantity: int, **more: Any) -> Json:
        found = next(one for one in OFFERINGS if one["code"] == code)
        price = next(one for one in found["prices"] if one["term_months"] in (24, None))
        chosen = next((one["name"] for one in PRICE_LISTS if one["code"] == more.get("price_list")), None)
        return {
            "line_id": ident(f"line{next(self.numbers)}"),
            "offering": code,
            "name": found["name"],
            "category": found["category"],
            "family": found["family"],
            "quantity": quantity,
            "one_time": price["one_time"],
            "monthly": price["monthly"],
            "one_time_total": str(Decimal(price["one_time"]) * quantity),
            "monthly_total": str(Decimal(price["monthly"]) * quantity),
            "computed": False,
            "locked": None,
            "why": None,
            "price_list": None,
            "price_list_name": chosen,
            "srtp": found["srtp"],
            "combination": found["combination"],
            "details": [],
        } | more

    def _cart_view(
        self, cart_id: str, number: str, *, state: str = "open", customer: str = JAEGER, lines: list[Json] | None = None
    ) -> Json:
        return {
            "cart_id": cart_id,
            "number": number,
            "version": 1,
            "state": state,
            "customer": customer_of(customer),
            "business_case": "new_order",
            "agreement_id": None,
            "agreement_number": None,
            "term_months": 24,
            "immediate_activation": True,
            "combination": False,
            "internet": None,
            "catalog_version": "2021-03.1",
            "lines": lines or [],
            "totals": {"one_time": "0", "monthly": "0"},
            "broken_rules": [],
            "quote": None,
            "order_id": None,
            "copied_from": None,
            "changed_at": at(-30),
            "changed_by": "Petra Nordmann",
        }

    def _computed(self, cart_id: str) -> Json:
        cart = self.carts[cart_id]
        channels = sum(line["quantity"] for line in cart["lines"] if line["category"] == "voice_channel")
        for line in cart["lines"]:
            if line["category"] == "voice_flatrate":
                line |= self._line(
                    line["offering"],
                    max(channels, 1),
                    computed=True,
                    locked="quantity",
                    why="So viele wie Sprachkanäle.",
                ) | {"line_id": line["line_id"]}
        cart["broken_rules"] = (
            []
            if channels or not cart["lines"]
            else [
                {
                    "rule": "TRUNK-2",
                    "text": "Ein Trunk braucht mindestens einen Sprachkanal.",
                    "remedy": "Fügen Sie Sprachkanäle hinzu.",
                    "line_id": cart["lines"][0]["line_id"],
                    "lines": [cart["lines"][0]["line_id"]],
                    "ways": [
                        way("add", "Sprachkanal hinzufügen", offering="CHANNEL", quantity=1),
                        way("remove", "SIP-Trunk entfernen", line_id=cart["lines"][0]["line_id"]),
                        way("renew", "Zur Vertragsverlängerung mit Tarifwechsel", agreement_id=AGREEMENT),
                    ],
                }
            ]
        )
        cart["totals"] = {
            name: str(sum((Decimal(line[f"{name}_total"]) for line in cart["lines"]), Decimal(0)))
            for name in ("one_time", "monthly")
        }
        return cart

    def _amend(self, cart: Json, json: Json) -> None:
        """A renewal's cart is filled with what the contract holds; a reorder's is empty."""
        agreement = self.agreements[json["agreement_id"]]
        cart |= {
            "business_case": json["business_case"],
            "agreement_id": agreement["agreement_id"],
            "agreement_number": agreement["number"],
        }
        if json["business_case"] == "renewal_with_tariff_change":
            cart |= {"starts": json["starts"], "effective_on": STARTS[json["starts"]]}
            cart["lines"] = [
                self._line(one["offering"], one["quantity"], price_list=one["price_list"])
                | {"held_quantity": one["quantity"], "one_time_total": "0"}
                for one in agreement["lines"]
            ]

    def _check(self, cart_id: str, if_match: str | None) -> None:
        cart = self.carts[cart_id]
        if str(cart["version"]) != if_match:
            raise Problem(409, {"detail": "stale", "code": "stale", "current": copy.deepcopy(self._computed(cart_id))})

    def _changed(self, cart_id: str) -> Json:
        self.carts[cart_id]["version"] += 1
        return self._computed(cart_id)

    def _change_line(self, method: str, cart_id: str, rest: list[str], json: Any, if_match: str | None) -> Json:
        self._check(cart_id, if_match)
        lines = self.carts[cart_id]["lines"]
        if method == "POST":
            lines.append(self._line(json["offering"], json.get("quantity") or 1, price_list=json.get("price_list")))
        elif method == "DELETE":
            self.carts[cart_id]["lines"] = [line for line in lines if line["line_id"] != rest[0]]
        else:
            line = next(line for line in lines if line["line_id"] == rest[0])
            if json.get("quantity") == 0:
                raise Problem(422, {"detail": "Die Menge muss mindestens 1 sein.", "field": "quantity"})
            line |= self._line(
                json.get("offering") or line["offering"],
                json.get("quantity") or line["quantity"],
                price_list=json.get("price_list") or line["price_list"],
            ) | {"line_id": line["line_id"]}
        return self._changed(cart_id)

    def _order(self) -> Json:
        line = self._line("TRUNK-REG", 1)
        site = {"site_id": SITE, "name": "Zentrale Köln", "address": CUSTOMERS[JAEGER]["address"], "area_code": "221"}
        lines = [
            line
            | {
                "state": "in_progress",
                "agreement_id": AGREEMENT,
                "agreement_number": "V-700123",
                "site": site,
                "new_numbers": None,
                "porting": {"porting_id": PORTING},
            }
        ]
        return {
            "order_id": ORDER,
            "number": "B-2026-0815",
            "status": "awaiting",
            "awaiting": ["donor"],
            "business_case": "porting",
            "customer": customer_of(JAEGER),
            "creator": {"name": "Petra Nordmann", "email": "petra@nordlicht.example"},
            "approver": {"name": "Karl Jäger", "email": "karl@jaeger-logistik.example"},
            "lines": lines,
            "quote_id": None,
            "quote_number": "A-2026-0001",
            "placed_at": at(-20),
            "finished_at": None,
        }

    def _agreement(self) -> Json:
        return {
            "agreement_id": AGREEMENT,
            "number": "V-700123",
            "family": "trunk",
            "status": "ready",
            "customer": customer_of(JAEGER),
            "lines": self._held_lines(),
            "term_months": 24,
            "starts_on": None,
            "ends_on": None,
            "activation": "delayed",
            "voice_ready": False,
            "orders": [{"order_id": ORDER, "number": "B-2026-0815", "business_case": "porting"}],
            "terminates_on": None,
            "upcoming": None,
            "combination_agreement_id": None,
            "may": {"reorder": True, "renew": False, "sites": True, "terminate": True},
        }

    def _centraflex(self) -> Json:
        return self._agreement() | {
            "agreement_id": CENTRAFLEX,
            "number": "V-700200",
            "family": "centraflex",
            "status": "active",
            "lines": [self._line("TENGO-STD", 5)],
            "activation": None,
            "may": {"reorder": True, "renew": False, "sites": False, "port": True, "terminate": True},
        }

    def _running(self) -> Json:
        """Its renewal, agreed already, brings encryption."""
        encrypted = [self._line("TRUNK-REG", 1), self._line("CHANNEL-SRTP", 12, price_list="PL-FLEX")]
        return self._agreement() | {
            "agreement_id": RUNNING,
            "number": "V-700124",
            "status": "active",
            "activation": "immediate",
            "starts_on": "2025-03-01",
            "ends_on": "2027-02-28",
            "lines": [*self._held_lines(), self._line("MIN-1000", 2)],
            "upcoming": {
                "valid_from": "2027-03-01",
                "order_id": ORDER,
                "lines": encrypted,
                "term_months": 36,
                "ends_on": "2030-02-28",
            },
            "may": {"reorder": True, "renew": False, "sites": True, "terminate": True},
        }

    def _due(self) -> Json:
        kombi = [self._line("CHANNEL-KOMBI", 10, price_list="PL-BUSINESS", combination=True), self._line("MIN-1000", 2)]
        lines = [self._held_lines()[0], self._held_lines()[2], *kombi]
        may = {"reorder": True, "renew": True, "sites": True, "terminate": True}
        return self._running() | {
            "agreement_id": DUE,
            "number": "V-700126",
            "upcoming": None,
            "lines": lines,
            "combination_agreement_id": ENDING,
            "may": may,
        }

    def _ending(self) -> Json:
        return self._agreement() | {
            "agreement_id": ENDING,
            "number": "V-700125",
            "family": "internet",
            "voice_ready": True,
            "status": "terminating",
            "starts_on": "2024-06-01",
            "ends_on": None,
            "terminates_on": "2027-06-01",
            "lines": [self._line("QDSL-PRO", 1)],
            "may": {"reorder": False, "renew": False, "sites": False, "terminate": False},
        }

    def _ending_order(self) -> Json:
        line = self._line("QDSL-PRO", 1) | {"agreement_id": ENDING, "agreement_number": "V-700125", "site": None}
        ends = {"subject": "agreement", "site_id": None, "numbers": [], "effective_on": "2027-06-01"}
        return self._order() | {
            "order_id": ENDING_ORDER,
            "number": "B-2026-0820",
            "status": "in_progress",
            "awaiting": [],
            "business_case": "termination",
            "effective_on": "2027-06-01",
            "lines": [line | {"termination": ends, "porting": None, "new_numbers": None, "state": "in_progress"}],
        }

    def _held_on(self, agreement: Json, on: str | None) -> Json:
        if on is None:
            return agreement
        if on < (agreement["starts_on"] or "2026-11-23"):
            raise Problem(404, {"code": "not-yet", "detail": "An diesem Tag gab es den Vertrag noch nicht."})
        coming = agreement["upcoming"]
        return agreement | coming if coming and on >= coming["valid_from"] else agreement

    def _versions(self, agreement: Json) -> list[Json]:
        first = {
            "valid_from": agreement["starts_on"] or "2026-11-23",
            "valid_until": None,
            "order_id": ORDER,
            "order_number": "B-2025-0101",
            "business_case": "new_order",
            "by": "Petra Nordmann",
            "approver": "Karl Jäger",
            "changed_at": at(-60 * 24 * 600),
            "term_months": 24,
            "ends_on": agreement["ends_on"],
            "lines": agreement["lines"],
            "changes": [{"kind": "added", "text": "10 × Sprachkanal"}],
        }
        coming = agreement["upcoming"]
        if coming is None:
            return [first]
        renewal = first | coming | {"order_number": "B-2026-0815", "business_case": "renewal_with_tariff_change"}
        changes = [
            {"kind": "removed", "text": "10 × Sprachkanal fällt weg"},
            {"kind": "added", "text": "12 × Sprachkanal mit SRTP kommt dazu"},
            {"kind": "price_list", "text": "Verbindungspreisliste Flex statt Business"},
        ]
        return [renewal | {"changes": changes, "changed_at": at(-30)}, first | {"valid_until": "2027-03-01"}]

    def _endings(self, agreement_id: str) -> Json:
        agreement = self.agreements[agreement_id]
        allowed = agreement["status"] in ("ready", "active")
        why = None if allowed else "Der Vertrag ist schon gekündigt."
        blocks = [
            {
                "area_code": "221",
                "stem": stem,
                "extension_from": "00",
                "extension_to": "99",
                "allowed": free,
                "why": none,
            }
            for stem, free, none in (("47110", True, None), ("47111", False, "Ein Anbieterwechsel läuft."))
        ]
        sites = [
            {
                "site_id": SITE,
                "name": "Zentrale Köln",
                "allowed": allowed,
                "earliest_on": "2026-12-26",
                "notice_days": 30,
                "why": None,
                "blocks": blocks,
            },
            {
                "site_id": DEPOT,
                "name": "Lager Bonn",
                "allowed": False,
                "earliest_on": None,
                "notice_days": 30,
                "why": "Ein Anbieterwechsel läuft. Warten Sie, bis er abgeschlossen ist.",
                "blocks": [],
            },
        ]
        planned = {
            "order_id": ENDING_ORDER,
            "order_number": "B-2026-0820",
            "subject": "agreement",
            "site_id": None,
            "effective_on": "2027-06-01",
        }
        return {
            "agreement": {
                "allowed": allowed,
                "earliest_on": "2027-03-01" if allowed else None,
                "notice_days": 90,
                "why": why,
                "needs_quote": True,
            },
            "sites": sites if agreement["family"] == "trunk" else [],
            "planned": [planned] if agreement["terminates_on"] else self.planned,
        }

    def _terminate(self, agreement_id: str, json: Json, *, by_quote: bool) -> Json:
        if json["effective_on"] == "2027-12-24":
            raise Problem(409, {"code": "last-site", "detail": "Der letzte Standort.", "remedy": "Erst einen neuen."})
        if by_quote:
            return self.carts[QUOTED]
        return self.orders[ENDING_ORDER]

    def _trunk(self) -> Json:
        block = {"area_code": "221", "stem": "47110", "extension_from": "00", "extension_to": "99", "origin": "own"}
        return {
            "trunk_id": ident("trunk"),
            "agreement_id": AGREEMENT,
            "agreement_number": "V-700123",
            "status": "ready",
            "channels": 10,
            "srtp": False,
            "activation": "delayed",
            "activated_at": None,
            "activates_on": "2026-12-03",
            "sites": [
                {
                    "site_id": SITE,
                    "name": "Zentrale Köln",
                    "address": CUSTOMERS[JAEGER]["address"],
                    "area_code": "221",
                    "status": "ready",
                    "blocks": [block],
                    "portings": [],
                }
            ],
        }

    def _refused_view(self) -> Json:
        """Two parts of a request: one has moved, the other is in clearing, with the donor's version of the street."""
        ported, wanted = self._porting_line()["porting"]["numbers"]
        code = {
            "code": "8103",
            "text": both("Rufnummer nicht geschaltet", "Number not in service"),
            "cause": both("Vertippt.", "Mistyped."),
            "remedy": both("Prüfen Sie die Rufnummer.", "Check the number."),
            "words": None,
            "numbers": [wanted],
        }
        correction = {
            "code": "8106",
            "field": "street",
            "ours": "Hohe Straße",
            "theirs": "Hohe Str.",
            "accepted": False,
        }
        parts = [
            {"part": 1, "numbers": [ported], "state": "completed", "reasons": [], "corrections": []},
            {"part": 2, "numbers": [wanted], "state": "clearing", "reasons": [code], "corrections": [correction]},
        ]
        more = {"porting_id": CORRECTABLE, "order_id": CORRECTABLE_ORDER, "state": "clearing", "parts": parts}
        return self._porting_view() | more

    def _porting_check(self, json: Json) -> Json:
        """Numbers that begin with 999 are with us already; with 888 another quote asks for them."""
        faults = [
            {
                "field": f"numbers.{row}.stem",
                "message": f"0{one['area_code']} {one['stem']} ist schon bei uns.",
                "remedy": "Nehmen Sie sie aus der Liste.",
            }
            for row, one in enumerate(json["numbers"])
            if one["stem"].startswith("999")
        ]
        if faults:
            raise Problem(422, {"detail": faults[0]["message"], "field": faults[0]["field"], "errors": faults})
        blocks = sum("extension_from" in one for one in json["numbers"])
        other = any(one["stem"].startswith("888") for one in json["numbers"])
        warning = {
            "field": "numbers.0.stem",
            "text": "Angebot A-1 fragt sie auch an.",
            "remedy": "Ziehen Sie es zurück.",
        }
        return {
            "blocks": blocks,
            "singles": len(json["numbers"]) - blocks,
            "pre_agreements": 1 + (blocks > 0) if json["donor"]["carrier_code"] else 0,
            "warnings": [warning] if other else [],
        }

    def _porting_view(self) -> Json:
        numbers = [{"area_code": "221", "stem": "998877", "extension_from": "0", "extension_to": "9"}]
        return porting(
            PORTING,
            "paused",
            [
                part(
                    1,
                    "awaiting_form",
                    numbers,
                    pre_agreement_id=None,
                    tasks=[task_about("signed_form", "signed_form")],
                )
            ],
            order_id=ORDER,
            donor={"carrier_code": None, "name": "Stadtnetz Musterstadt"},
            electronic=False,
            form={"state": "awaited", "uploaded_at": None},
            waiting_for="customer",
            subscriber={
                "name": "Jäger Logistik GmbH",
                "first_name": None,
                "further_owners": ["Erika Jäger"],
                "address": CUSTOMERS[JAEGER]["address"],
            },
        )
