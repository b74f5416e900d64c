"""Both roles meet: two instances of porting, each the other's donor, a network that can't be trusted, and people.

`make both-roles SECONDS=3600` plays it long. Hypothesis chooses messages, delays, losses, doubles, order and acts.
"""

import os
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts.ordering.v1 import PortingCase, Window
from porting.domain.particulars import PortingCase as Case
from telecom.refusal import Refusal
from tests.porting.both_roles import people
from tests.porting.both_roles.invariants import check, open_ones
from tests.porting.both_roles.people import Whim
from tests.porting.both_roles.world import World, new_world

PLAYED: Counter[str] = Counter()
HOUSES, NTH = st.integers(0, 1), st.integers(0, 10**6)
WHIMS = st.builds(Whim, st.booleans(), st.integers(1, 15), st.sampled_from(list(Case)))
DELAYS = st.sampled_from([timedelta(minutes=31), timedelta(hours=6), timedelta(days=1), timedelta(days=4)])
NAMES = st.sampled_from(["{}", "{}", "{}", "{} Metallbau", "Fremde AG"])


class BothRoles(RuleBasedStateMachine):
    """Each rule is something that can happen; after each of them everything of `invariants` holds."""

    world: World

    @initialize(seed=st.integers(0, 2**32))
    def open(self, seed: int) -> None:
        self.world = new_world(seed)

    @rule(
        house=HOUSES,
        person=NTH,
        many=st.integers(1, 12),
        singles=st.booleans(),
        case=st.sampled_from(list(PortingCase)),
        days=st.integers(1, 15),
        window=st.sampled_from(list(Window)),
        name=NAMES,
        all_numbers=st.booleans(),
    )
    def order(self, house: int, person: int, many: int, singles: bool, days: int, **wish: Any) -> None:
        """Numbers of a customer of the other's, or none; what is asked for already can't be ordered."""
        recipient, who = self.world.houses[house], self.world.people[person % len(self.world.people)]
        mine = {
            holding.numbers.stem
            for holding in recipient.other.stores.holdings.values()
            if holding.customer_id == who.party_id
        }
        free = [one for one in self.world.places if one.stem in mine and one not in self.world.asked_for()]
        chosen = tuple(one for one in free if singles or one.extension_from is not None)[:many]
        if wish["case"] is PortingCase.END_WITHOUT_NUMBERS:
            chosen = chosen[:1]
        elif not chosen:
            return
        name, all_numbers = wish["name"].format(who.name), wish["all_numbers"] and len(chosen) > 1
        self._count("order")
        self.world.order(recipient, who, chosen, wish["case"], days, wish["window"], name, all_numbers=all_numbers)

    @precondition(lambda self: self.world.network)
    @rule(nth=NTH)
    def deliver(self, nth: int) -> None:
        self._count("deliver")
        self.world.deliver(nth % len(self.world.network))

    @precondition(lambda self: self.world.network)
    @rule()
    def deliver_all(self) -> None:
        self._count("deliver all")
        while self.world.network:
            self.world.deliver(0)

    @precondition(lambda self: self.world.network)
    @rule(nth=NTH)
    def double(self, nth: int) -> None:
        self._count("double")
        self.world.deliver(nth % len(self.world.network), keep=True)

    @precondition(lambda self: self.world.network)
    @rule(nth=NTH)
    def lose(self, nth: int) -> None:
        self._count("lose")
        del self.world.network[nth % len(self.world.network)]

    @rule(delay=DELAYS, provisioning_works=st.sampled_from([True, True, True, False]))
    def wait(self, delay: timedelta, provisioning_works: bool) -> None:
        self._count("wait")
        self.world.provisioning_works = provisioning_works
        self.world.let_provisioning_work()
        self.world.go_on(self.world.now + delay)

    @rule()
    def wait_a_moment(self) -> None:
        """Until what is held back has gone out."""
        self._count("wait")
        self.world.go_on(self.world.now + timedelta(seconds=6))

    @rule(house=HOUSES, nth=NTH, whim=WHIMS)
    def act(self, house: int, nth: int, whim: Whim) -> None:
        """Somebody of order management does one of the things that may be done."""
        choices = people.acts_at(self.world.houses[house])
        if not choices:
            return
        name, subject, part = choices[nth % len(choices)]
        try:
            done = people.do(self.world.houses[house], name, subject, part, whim)
        except Refusal:
            self._count("refused act")
        else:
            self._count(f"act {name}" if done else "act not true")

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "world"):
            check(self.world)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            finish(self.world)
        finally:
            PLAYED["cases"] += 1
            PLAYED.update({name: self.world.played[name] for name in ("messages", "delivered", "portings")})

    def _count(self, what: str) -> None:
        PLAYED["steps"] += 1
        PLAYED[what] += 1


def finish(world: World) -> None:
    """From here on nothing is lost and people do what they are asked to: then everything comes to its end."""
    world.provisioning_works = True
    for _day in range(120):
        for _round in range(3):
            while world.network:
                world.deliver(0)
            world.go_on(world.now + timedelta(seconds=6))
        check(world)
        if not open_ones(world):
            return
        _people_work(world)
        world.go_on(world.now + timedelta(days=1))
    raise AssertionError(f"still open after 120 days: {open_ones(world)}")


USEFUL = (
    "confirm-date",
    "send-again",
    "settle-by-hand",
    "answer",
    "agree",
    "hand-over",
    "close",
    "ask-again",
    "see-message",
)


def _people_work(world: World) -> None:
    """Who has a task does what helps; where it is refused, or did not help before, the way out."""
    for house in world.houses:
        for name, subject, part in people.acts_at(house):
            if name not in USEFUL or not house.tasks_about(subject):
                continue
            tried = world.played[f"{name} {subject} {part}"]
            world.played[f"{name} {subject} {part}"] += 1
            chosen = INSTEAD.get(name, name) if tried else name
            if (chosen, subject, part) not in people.acts_at(house):
                continue
            try:
                people.do(house, chosen, subject, part, Whim(True, 10, Case.NUMBERS_ONLY))
            except Refusal:
                continue


INSTEAD = {"ask-again": "cancel", "agree": "refuse"}


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        BothRoles,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            derandomize="SECONDS" not in os.environ,
            database=None,
            print_blob=True,
        ),
    )


@pytest.mark.rule("PORT-5", "PORT-8", "PORT-9")
@pytest.mark.timeout(0)
def test_two_carriers_always_come_to_an_end_together() -> None:
    """For some seconds, or for as many as `SECONDS` says; then what was played is told."""
    end = time.monotonic() + float(os.environ.get("SECONDS", 0))
    try:
        play(12, 30)
        while time.monotonic() < end:
            play(50, 60)
    finally:
        print(f"\n{', '.join(f'{what} {count}' for what, count in sorted(PLAYED.items()))}")
    assert PLAYED["portings"] > 0
