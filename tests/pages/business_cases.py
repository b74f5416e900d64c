"""The table of business cases."""

from collections.abc import Iterable

from cart.domain.business_cases import EVERYBODY, TABLE, Case

HEAD = """# Business cases

Made by `make docs` from the table in [cart](../services/cart/src/cart/domain/business_cases.py). *Directly*: who may
place it at once; all others need the customer's consent by a quote (QUOTE-5). A partner needs customer administration
(TEN-3).

| case | starts from | in state | may contain | directly | by quote |
|---|---|---|---|---|---|
"""


def page() -> str:
    return HEAD + "".join(_row(one) for one in TABLE)


def _row(one: Case) -> str:
    name = f"{one.case} of {_words(one.endings)}" if one.endings else one.case
    start = f"a contract: {_words(one.families)}" if one.families else "the customer"
    cells = (name, start, _words(one.statuses), _words(one.contains), _roles(one.direct), _roles(one.by_quote))
    return f"| {' | '.join(cell.replace('_', ' ') for cell in cells)} |\n"


def _roles(roles: tuple[str, ...]) -> str:
    return "everybody" if set(roles) == set(EVERYBODY) else _words(roles)


def _words(words: Iterable[str]) -> str:
    return ", ".join(words) or "–"
