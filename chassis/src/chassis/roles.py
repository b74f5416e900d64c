"""Who may call what: each route declares it with `require`, which decides, and `docs/roles.md` is made from it (TEN-1).

Which things a caller gets at is then tenancy's to say (`chassis.scope`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends
from fastapi.dependencies.models import Dependant

from chassis.problems import Problem, _
from chassis.tokens import Identity, PublicCaller, unauthorized

CUSTOMER, PARTNER, SUB_PARTNER = "customer", "partner", "sub_partner"
ORDER_MANAGEMENT, ADMINISTRATOR, MACHINE = "order_management", "administrator", "machine"
PARTNERS = (PARTNER, SUB_PARTNER)
ORDERING = (CUSTOMER, *PARTNERS)
STAFF = (ORDER_MANAGEMENT, ADMINISTRATOR)
PEOPLE = (*ORDERING, *STAFF)
Whose = Literal["own", "tree", "nobody"]


@dataclass(frozen=True, slots=True)
class Declared:
    """Roles that may call, rights of a mailed link that are enough, and whether somebody unknown may.

    `whose` things those without a staff's role get at: of the party they come in as, of the whole tree below it, or
    nobody's, which are the same for every caller.
    """

    roles: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    anybody: bool = False
    whose: Whose = "tree"


@dataclass(frozen=True, slots=True)
class Required(Declared):
    """A dependency: the caller as declared, or an answer 401 or 403."""

    async def __call__(self, caller: PublicCaller) -> Identity:
        if caller is None:
            raise unauthorized("login-required", _("You are not logged in."))
        if caller.link is not None:
            if self.links.isdisjoint(caller.link.get("rights", ())):
                raise Problem(403, "link-not-enough", _("A mailed link does not open this."), remedy=_("Log in."))
        elif caller.role not in self.roles:
            raise Problem(403, "role-missing", _("Your role does not allow this."))
        return caller


@dataclass(frozen=True, slots=True)
class Open(Declared):
    """A dependency: the caller if he says who he is."""

    async def __call__(self, caller: PublicCaller) -> Identity | None:
        return caller


@dataclass(frozen=True, slots=True)
class Signed(Declared):
    """A dependency: a message whose signature the route itself checks."""

    async def __call__(self) -> None:
        return None


def require(*roles: str, links: tuple[str, ...] = (), whose: Whose = "tree") -> Required:
    return Required(frozenset(roles), frozenset(links), whose=whose)


ANYBODY = Open(anybody=True, whose="nobody")
SIGNED_MESSAGE = Signed(frozenset({MACHINE}), whose="nobody")

Person = Annotated[Identity, Depends(require(*PEOPLE))]
Staff = Annotated[Identity, Depends(require(*STAFF))]
OrderManager = Annotated[Identity, Depends(require(ORDER_MANAGEMENT))]
Administrator = Annotated[Identity, Depends(require(ADMINISTRATOR))]
Operator = Annotated[Identity, Depends(require(*STAFF, MACHINE))]
Viewer = Annotated[Identity, Depends(require(*PEOPLE, links=("view",)))]
"""A person, or who holds a link that lets him look."""
Anybody = Annotated[Identity | None, Depends(ANYBODY)]


def is_staff(caller: Identity) -> bool:
    return caller.link is None and caller.role in STAFF


def declared(dependant: Dependant) -> Iterator[Declared]:
    """What a route's dependencies declare; a route has one such declaration."""
    for one in dependant.dependencies:
        if isinstance(one.call, Declared):
            yield one.call
        yield from declared(one)
