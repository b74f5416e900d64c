"""The lifecycles, drawn from their tables."""

from importlib import import_module

from telecom.lifecycle import Lifecycle

SERVICES = ("cart", "provisioning", "porting", "notification", "portal")
HEAD = (
    "Made by `make docs` from the table in [{service}](../../services/{service}/src/{service}/domain/lifecycle.py).\n"
)


def pages() -> dict[str, str]:
    """Markdown by file name: a diagram and a table for each lifecycle of each service."""
    found = {}
    for service in SERVICES:
        module = import_module(f"{service}.domain.lifecycle")
        for name, one in vars(module).items():
            if isinstance(one, Lifecycle):
                title = f"{service}: {name.lower().replace('_', ' ')}"
                found[f"{service}-{name.lower().replace('_', '-')}.md"] = _page(title, service, one)
    return found


def _page(title: str, service: str, lifecycle: Lifecycle) -> str:  # type: ignore[type-arg] # any states, any triggers
    begins = "".join(f"    [*] --> {state}\n" for state in lifecycle.begins)
    arrows = "".join(f"    {one.before} --> {one.after}: {_words(one.trigger)}\n" for one in lifecycle.steps)
    ends = "".join(f"    {state} --> [*]\n" for state in sorted(lifecycle.final_states()))
    rows = "".join(
        f"| {_words(one.before)} | {_words(one.trigger)} | {_words(one.after)} |\n" for one in lifecycle.steps
    )
    return (
        f"# {title}\n\n{HEAD.format(service=service)}\n"
        f"```mermaid\nstateDiagram-v2\n{begins}{arrows}{ends}```\n\n"
        f"| state | what happens | state then |\n|---|---|---|\n{rows}"
    )


def _words(name: str) -> str:
    return str(name).replace("_", " ")
