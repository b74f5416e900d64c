"""Shows each step as it happens, and at its end what did not."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx
from rich.console import Console

from devstack.demo.story import STEPS, Step, Story
from devstack.demo.troubles import troubles
from devstack.demo.waiting import DidNotHappen
from devstack.layout import Layout


@dataclass(slots=True)
class Done:
    step: int
    title: str
    ok: bool
    seconds: float
    details: dict[str, Any] = field(default_factory=dict)


async def play(layout: Layout, console: Console, steps: Sequence[Step] = STEPS) -> list[Done]:
    """The steps in order until one fails."""
    done: list[Done] = []
    async with Story(layout) as story:
        console.print(f"[dim]correlation id {story.correlation_id}, for the control room's search[/dim]\n")
        for number, step in enumerate(steps, 1):
            title, began = (step.__doc__ or "").strip(), time.monotonic()
            with console.status(f"{number:>2}  {title} …"):
                try:
                    details, ok = await step(story), True
                except (DidNotHappen, httpx.HTTPError) as error:
                    details, ok = {"did_not_happen": str(error) or repr(error), **await troubles(story)}, False
            one = Done(number, title, ok, round(time.monotonic() - began, 3), details)
            show(one, console)
            done.append(one)
            if not ok:
                break
    return done


def show(one: Done, console: Console) -> None:
    mark = "[green]✓[/green]" if one.ok else "[red]✗[/red]"
    console.print(
        f"{mark} {one.step:>2}  {one.title}  [bold]{one.seconds:.2f} s[/bold]", highlight=False, soft_wrap=True
    )
    for name, value in one.details.items():
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        console.print(f"       [dim]{name.replace('_', ' ')}[/dim]  {said}", highlight=False, soft_wrap=True)


async def demo(layout: Layout, *, as_json: bool) -> int:
    """Play the story and say how it went; the number for the shell."""
    console = Console(quiet=as_json)
    try:
        done = await play(layout, console)
    except httpx.HTTPError as error:
        print(
            f"Nothing answers at {layout.url('login')} ({error}). Is the stack running? `make run` starts it.",
            file=sys.stderr,
        )
        return 1
    whole = len(done) == len(STEPS) and done[-1].ok
    if as_json:
        print(json.dumps([asdict(one) for one in done], ensure_ascii=False, indent=1))
    elif whole:
        console.print(f"\nAll ten steps happened, in {sum(one.seconds for one in done):.1f} s.")
    else:
        console.print(f"\n[red]Step {done[-1].step} did not happen;[/red] the steps after it were not tried.")
    return 0 if whole else 1
