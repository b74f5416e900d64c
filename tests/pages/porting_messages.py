"""What becomes of every message of another carrier in every state."""

from porting.domain.lifecycle import PRE_AGREEMENT, PreAgreementState
from porting.domain.sequence import ANSWERS_TO_CHANGES, REACTIONS, TABLES, Heard, Reaction, Role, reaction

HEAD = """# Every message in every state

Made by `make docs` from the tables in [sequence](../services/porting/src/porting/domain/sequence.py): what a side makes
of a message it hears, by the state in which it keeps the pre-agreement. Before the tables come:

- A message that repeats one heard before under the same id changes nothing and gets the answer that it got then.
- What the other side can't read of ours counts by what it names: a VA is cleared by a person, a TV, STR or AKM-TR is
  refused; of anything else a person is told.
- A message that is not complete or contradicts itself is refused technically (0995); what can't be read at all goes to
  the dead letters.
- An answer to a change ({changes}) is taken where the change of that id is open, in every state; else a person looks.
- A pre-agreement that nobody knows: a VA begins it at the donor; a change or cancellation is refused (8140), and a
  person looks; so he does at everything else.
- A VA under an id that stands for something else is refused (8115).

How a pre-agreement goes from state to state is in [its lifecycle](lifecycles/porting-pre-agreement.md). Where something
is to be decided, an answer is due in time: a deadline runs, with a warning before it and a task after it.
"""
SIDES = {
    Role.RECIPIENT: "The recipient hears the donor",
    Role.DONOR: "The donor hears the recipient",
}
SHORT = {
    Reaction.TAKE: "taken",
    Reaction.DECIDE: "decided",
    Reaction.SETTLE: "agreed at once",
    Reaction.NOTE: "kept",
    Reaction.LOOK: "a person looks",
    Reaction.REFUSE_DATE: "refused 8141",
    Reaction.REFUSE_CANCELLATION: "refused 8142",
}


def page() -> str:
    """Both sides, and what the words mean."""
    changes = ", ".join(ANSWERS_TO_CHANGES)
    words = "".join(f"| {SHORT[one]} | {REACTIONS[one]} |\n" for one in Reaction)
    sides = "".join(_side(role) for role in Role)
    return f"{HEAD.format(changes=changes)}{sides}\n## What the words mean\n\n| | |\n|---|---|\n{words}"


def _side(role: Role) -> str:
    states = [one for one in PreAgreementState if role is Role.RECIPIENT or one in _of_donor()]
    head = "".join(f" {_words(one)} |" for one in states)
    rows = "".join(
        f"| {heard} |" + "".join(f" {SHORT[reaction(role, heard, state)]} |" for state in states) + "\n"
        for heard in Heard
        if heard in TABLES[role]
    )
    return f"\n## {SIDES[role]}\n\n| |{head}\n|---|{'---|' * len(states)}\n{rows}"


def _of_donor() -> set[PreAgreementState]:
    """A donor knows of a VA only once it was sent."""
    found, known = set[PreAgreementState](), {PreAgreementState.ASKED}
    while known - found:
        found |= known
        known = {step.after for step in PRE_AGREEMENT.steps if step.before in found}
    return found


def _words(name: str) -> str:
    return str(name).replace("_", " ")
