"""The source's questions, each with the journey that answers it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

JOURNEYS = Path(__file__).parents[1] / "journeys"
ORDER = (
    "test_sites_are_ordered_from_the_trunks_contract_not_with_the_trunk",
    "test_a_site_with_new_numbers_is_ready_at_once_for_partner_and_customer_alike",
    "test_neither_quote_nor_order_of_a_porting_changes_a_new_quote_is_the_way",
    "test_a_wrong_site_or_block_is_not_corrected_but_there_are_three_ways_out",
    "test_without_the_tick_a_trunk_waits_until_it_gets_numbers_of_our_own",
    "test_a_porting_is_ordered_from_the_contract_not_with_the_trunk",
    "test_of_a_carrier_that_is_not_listed_the_customer_signs_a_form",
    "test_a_porting_for_a_new_or_an_existing_site_needs_the_customers_confirmation",
    "test_unified_messaging_comes_with_the_trunk_or_at_any_time_after",
    "test_a_quote_is_found_among_the_carts_and_sent_again_and_the_old_link_is_dead",
    "test_the_kombi_option_is_ticked_at_the_trunk_and_bound_to_an_internet_contract",
    "test_another_price_list_is_for_a_renewal_and_holds_with_its_new_term",
    "test_the_price_list_is_chosen_on_the_voice_channel_and_shown_in_the_cart",
    "test_encryption_is_switched_by_a_renewal_from_its_first_day_on",
    "test_a_trunk_is_encrypted_by_choosing_the_channel_with_srtp",
    "test_what_cannot_be_ordered_digitally_says_how_and_what_is_no_longer_sold_cannot_be_ordered",
    "test_business_customers_and_resellers_each_have_a_range_of_their_own",
    "test_one_centraflex_flatrate_as_many_as_licences",
    "test_trunk_flatrates_follow_the_channels_and_change_in_a_renewal_only",
    "test_minute_packages_mix_freely_at_first_and_only_those_held_are_reordered",
    "test_kombi_channels_are_cheaper_with_an_internet_contract_that_runs",
    "test_centraflex_starts_with_a_licence_once_per_customer_and_grows_by_reorders",
    "test_extended_team_is_ordered_like_any_trunk_with_the_channel_that_fits_it_alone",
)
"""As the source asks them."""
HEAD = """# Questions

The source answers 23 questions. Each answer is played from outside, over HTTP, mailbox and links, on a whole stack. The
questions are in our own words. Made by `make docs` from the [journeys](../tests/journeys).

| | question | rules | test |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A journey: the question is the first line of its docstring."""

    test: str
    question: str
    rules: tuple[str, ...]
    file: str


def answers() -> dict[str, Answer]:
    """By the test's name."""
    return {one.test: one for path in sorted(JOURNEYS.glob("test_questions_*.py")) for one in _answers_in(path)}


def page() -> str:
    """Raises KeyError for a question without a journey."""
    found = answers()
    return HEAD + "".join(_row(number, found[name]) for number, name in enumerate(ORDER, 1))


def _answers_in(path: Path) -> Iterator[Answer]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
            question = (ast.get_docstring(node) or "").split("\n", 1)[0]
            yield Answer(node.name, question, tuple(_rules(node)), path.name)


def _rules(node: ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
            yield from (ast.literal_eval(one) for one in mark.args)


def _row(number: int, one: Answer) -> str:
    words = one.test.removeprefix("test_").replace("_", " ")
    return f"| {number} | {one.question} | {', '.join(one.rules)} | [{words}](../tests/journeys/{one.file}) |\n"
