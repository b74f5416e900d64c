"""Who may call what, as each route declares it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route

from chassis.roles import ADMINISTRATOR, CUSTOMER, MACHINE, ORDER_MANAGEMENT, ORDERING, PARTNER, SUB_PARTNER, Declared
from chassis.roles import declared as declarations_in

SERVICES = ("catalog", "cart", "provisioning", "porting", "notification", "portal")
NOBODYS = {"/health/live", "/health/ready", "/metrics", "/asyncapi", "/openapi.json", "/static"}
"""What a service tells of itself, to whoever reaches its port: no route of these knows of people or their things."""
COLUMNS = (CUSTOMER, PARTNER, SUB_PARTNER, ORDER_MANAGEMENT, ADMINISTRATOR, MACHINE)
HEAD = f"""# Who may call what

Made by `make docs` from what each route declares (`chassis/roles.py`); the declaration is what decides.

- *own*: what belongs to the party that the login stands for. *tree*: what belongs to the customers and prospects of the
  partner and of the partners below him at any depth; a customer only with customer administration switched on (else 403
  with the remedy), everything outside the tree is answered 404 like what does not exist (TEN-2, TEN-3). *all*:
  everybody's. *yes*: the same for every caller, since it belongs to nobody.
- Who may place which business case, directly or by quote, is in [business cases](business-cases.md).
- A mailed link opens its own quote and order only; the cell names the rights of which one is enough.
- A machine shows a token of its own; at the portal it signs its messages.
- Whoever reaches a service's port may ask for {", ".join(f"`{path}`" for path in sorted(NOBODYS - {"/static"}))}.
"""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    declared: tuple[Declared, ...]


def app_of(service: str) -> FastAPI:
    """The application as it is plugged together, although nothing is behind it."""
    running = import_module(f"{service}.main").service.open(
        database_url="postgresql://nobody@127.0.0.1:1/none", kafka_url="127.0.0.1:1"
    )
    app: FastAPI = running.app(consumes=False)
    return app


def operations_of(service: str) -> list[Operation]:
    """Every method and path of a service, pages included, sorted by path."""
    return sorted(_operations(app_of(service).routes, ""), key=lambda one: (one.path, one.method))


def _operations(routes: list[BaseRoute], before: str) -> Iterator[Operation]:
    for route in routes:
        if isinstance(route, APIRoute):
            found = tuple(declarations_in(route.dependant))
            for method in sorted(route.methods):
                yield Operation(method, before + route.path, found)
        elif isinstance(route, Mount) and isinstance(route.app, FastAPI):
            yield from _operations(route.app.routes, before + route.path)
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from _operations(router.routes, before + route.include_context.prefix)
        elif isinstance(route, (Mount, Route)):
            yield Operation("GET", before + route.path, ())


def page() -> str:
    """The whole document."""
    titles = " | ".join(name.replace("_", " ") for name in COLUMNS)
    head = f"| | {titles} | mailed link | anybody |\n|{'---|' * (len(COLUMNS) + 3)}\n"
    found = {name: [one for one in operations_of(name) if one.path not in NOBODYS] for name in SERVICES}
    shared = [one for one in found[SERVICES[0]] if all(one in others for others in found.values())]
    tables = {"every service": shared} | {
        name: [one for one in ours if one not in shared] for name, ours in found.items()
    }
    return HEAD + "".join(f"\n## {name}\n\n{head}{''.join(map(_row, rows))}" for name, rows in tables.items())


def _row(operation: Operation) -> str:
    (said,) = operation.declared
    cells = [_cell(role, said) for role in COLUMNS]
    cells += [", ".join(sorted(said.links)) or "–", "yes" if said.anybody else "–"]
    return f"| {operation.method} `{operation.path}` | {' | '.join(cells)} |\n"


def _cell(role: str, said: Declared) -> str:
    if role not in said.roles:
        return "–"
    if said.whose == "nobody":
        return "yes"
    if role not in ORDERING:
        return "all"
    return "own" if role == CUSTOMER else said.whose
