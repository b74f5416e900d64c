"""Publishing lists every fault with file and line (CAT-5)."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.adapters.files import read_files, read_folder
from catalog.application.publish import published
from catalog.domain import vocabulary as words
from catalog.domain.checks import faults
from catalog.main import DATA
from contracts.catalog.v1 import (
    BusinessCase,
    Category,
    Derivation,
    DerivationKind,
    Family,
    Fulfilment,
    Offering,
    Orderability,
    PriceList,
    Rule,
    RuleKind,
    Selector,
)
from contracts.shapes import Audience

SHIPPED = sorted(path for path in DATA.iterdir() if path.is_dir())
Edit = Callable[[dict[str, str]], None]


def shipped() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SHIPPED[-1].glob("*.yaml"))}


def replaced(file: str, old: str, new: str) -> Edit:
    def edit(files: dict[str, str]) -> None:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)

    return edit


@pytest.mark.rule("CAT-5")
@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_what_we_ship_has_no_fault(folder: Path) -> None:
    assert faults(read_folder(folder)) == []


@pytest.mark.rule("CAT-1", "CAT-2")
def test_business_and_resellers_have_the_products_of_march_2021() -> None:
    offerings = [one.values for one in read_folder(SHIPPED[0]).offerings]

    def names(category: str, audience: str) -> set[str]:
        return {
            one["code"]
            for one in offerings
            if one["category"] == category and audience in one["audiences"] and one["orderability"] == "digital"
        }

    three = {"IPFONIE-EXTENDED-CONNECT-REG", "IPFONIE-EXTENDED-CONNECT-FIX", "IPFONIE-EXTENDED-LINK"}
    assert names("trunk", "business") == three | {"IPFONIE-EXTENDED-TEAM"}
    assert names("trunk", "reseller") == three
    lines = {"Q-DSL-PRO", "Q-DSL-OFFICE", "Q-DSL-MAX", "PLUSNET-VDSL", "PLUSNET-LEASED-LINE-BUSINESS"}
    assert names("internet", "business") == lines
    resale = {"RESALE-SHDSL", "RESALE-VDSL", "RESALE-ADSL-BASIC", "RESALE-ADSL", "RESALE-LEASED-LINE"}
    assert names("internet", "reseller") == resale
    assert names("licence", "business") == {"CENTRAFLEX-LICENCE-STANDARD", "CENTRAFLEX-LICENCE-BASIC"}
    assert names("licence", "reseller") == set()


@pytest.mark.rule("CAT-5")
@pytest.mark.parametrize(
    ("edit", "place", "text"),
    [
        (replaced("trunks.yaml", '12: ["49.00"', '12: [49.00'), "trunks.yaml:11", "exact decimal in quotes"),
        (replaced("trunks.yaml", '"9.90"', '"-9.90"'), "trunks.yaml:11", "is not a price"),
        (replaced("trunks.yaml", '"9.90"', '"9.905"'), "trunks.yaml:11", "more than 2 decimals"),
        (replaced("trunks.yaml", "    24:", "    25:"), "trunks.yaml:11", "no price for 24 months"),
        (replaced("trunks.yaml", "[business, reseller]", "[everybody]"), "trunks.yaml:10", "'everybody'"),
        (replaced("trunks.yaml", "IPFONIE-EXTENDED-LINK", "IPFONIE-BASIC"), "trunks.yaml", "is used already"),
        (replaced("trunks.yaml", ', en: "IPfonie Extended Link"', ""), "trunks.yaml", "no English text"),
        (replaced("voice-channels.yaml", "PL-NATIONAL", "PL-GONE"), "voice-channels.yaml", "no price list 'PL-GONE'"),
        (replaced("internet.yaml", "  manual_process:", "  other:"), "internet.yaml", "does not say how"),
        (replaced("rules.yaml", "FLAT-NATIONAL", "FLAT-GONE"), "rules.yaml", "'FLAT-GONE', which is no offering"),
        (replaced("rules.yaml", "kind: excludes", "kind: forbids"), "rules.yaml:5", "kind 'forbids' is none of"),
        (replaced("version.yaml", '"2021-03.1"', '"spring"'), "version.yaml:2", "not of the form"),
        (replaced("version.yaml", "2021-03-01", "soon"), "version.yaml:3", "no day such as"),
        (replaced("version.yaml", "EUR", "USD"), "version.yaml:4", "prices are in EUR"),
        (replaced("version.yaml", "true", "perhaps"), "version.yaml:5", "say prices_are_invented"),
        (replaced("trunks.yaml", "category: trunk", "category: boat"), "trunks.yaml", "category 'boat' is none of"),
        (replaced("trunks.yaml", "  audiences:", "  audience:"), "trunks.yaml:10", "no field 'audience'"),
        (replaced("trunks.yaml", '"9.90"', '"1E3"'), "trunks.yaml:11", "is not a price"),
        (replaced("trunks.yaml", '"9.90"', '"NaN"'), "trunks.yaml:11", "is not a price"),
        (replaced("trunks.yaml", "discontinued", "retired"), "trunks.yaml", "orderability 'retired' is none of"),
        (replaced("trunks.yaml", "prices:", "price_lists: [PL-STANDARD]\n  prices:"), "trunks.yaml", "channels only"),
        (replaced("voice-channels.yaml", "srtp: true", "srtp: maybe"), "voice-channels.yaml", "neither true nor false"),
        (replaced("voice-channels.yaml", "  price_lists: [PL-STANDARD, PL-NATIONAL, PL-INTERNATIONAL]\n", ""),
         "voice-channels.yaml", "needs a connection price list"),
        (replaced("price-lists.yaml", "[business, reseller]", "[business]"), "voice-channels.yaml", "not for reseller"),
        (replaced("price-lists.yaml", '"0.0190"', '"0.01905"'), "price-lists.yaml", "more than 4 decimals"),
        (replaced("number-blocks.yaml", "block_size: 10", "block_size: 12"), "number-blocks.yaml", "10, 100 or 1000"),
        (
            replaced("rules.yaml", "subject: {categories: [trunk]}\n  object: {categories: [voice_channel]}",
                     "subject: {categories: [trunk]}\n  object: {categories: [licence]}"),
            "rules.yaml", "no reseller customer can order",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_place(edit: Edit, place: str, text: str) -> None:
    files = shipped()
    edit(files)
    found = [str(fault) for fault in faults(read_files(files))]
    assert any(fault.startswith(place) and text in fault for fault in found), found


@pytest.mark.rule("CAT-5")
def test_all_faults_are_listed_at_once() -> None:
    files = shipped()
    replaced("trunks.yaml", '"9.90"', '"x"')(files)
    replaced("rules.yaml", "FLAT-NATIONAL", "FLAT-GONE")(files)
    replaced("internet.yaml", '"99.00"', '"99.001"')(files)
    assert {fault.place.file for fault in faults(read_files(files))} >= {"trunks.yaml", "rules.yaml", "internet.yaml"}


@pytest.mark.rule("CAT-5")
@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"a.yaml": "offerings:\n  - code: [unclosed\n"}, "a.yaml:3: is no YAML"),
        ({"a.yaml": "- just\n- a list\n"}, "a.yaml:1: the file is not a mapping"),
        ({"a.yaml": ""}, "a.yaml:1: the file is not a mapping"),
        ({"a.yaml": "offerings: none\n"}, "a.yaml:1: offerings is not a list"),
        ({"a.yaml": "offerings:\n- code: A1\n- words\n"}, "a.yaml:3: an entry is not a mapping"),
        ({"a.yaml": "offerings:\n- code: A1\n  code: A2\n"}, "a.yaml:3: 'code' stands here twice"),
        ({"a.yaml": "offering:\n- code: A1\n"}, "a.yaml:1: there is no field 'offering'"),
        ({"a.yaml": "offerings:\n- &a [*a]\n"}, "a.yaml:2: is no YAML: an alias"),
        ({"a.yaml": "offerings:\n- !!python/object:os.system {}\n"}, "a.yaml:2: can't be read"),
        ({"a.yaml": "valid_from: 2021-13-45\n"}, "a.yaml:1: can't be read"),
        ({"a.yaml": "a: \x00\n"}, "a.yaml:1: is no YAML"),
        ({"a.yaml": "a: " + "[" * 5000 + "\n"}, "a.yaml:1: is no YAML"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_read_is_named_with_its_line(files: dict[str, str], fault: str) -> None:
    found = [str(one) for one in faults(read_files(files))]
    assert any(one.startswith(fault) for one in found), found


def test_an_unreadable_file_hides_no_fault_of_the_others_and_invents_none() -> None:
    files = shipped() | {"trunks.yaml": "offerings: [\n"}
    replaced("internet.yaml", '"99.00"', '"99.001"')(files)
    assert {fault.place.file for fault in faults(read_files(files))} == {"trunks.yaml", "internet.yaml"}


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "trunks.yaml").write_bytes("offerings: [Bürotelefon]".encode("latin-1"))
    assert "trunks.yaml:1: the file is not text in UTF-8" in [str(one) for one in faults(read_folder(tmp_path))]


def rule_added(text: str) -> Edit:
    said = "  text: {de: a, en: a}\n  remedy: {de: a, en: a}\n"

    def edit(files: dict[str, str]) -> None:
        files["rules.yaml"] += "\n" + text + said

    return edit


@pytest.mark.rule("CAT-5")
@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            "- id: NEW-1\n  kind: requires\n  business_cases: [new_order]\n"
            "  subject: {categories: [unified_messaging]}\n  object: {categories: [licence]}\n",
            "needs what no reseller customer can order",
        ),
        (
            "- id: NEW-1\n  kind: excludes\n  business_cases: [new_order]\n"
            "  subject: {categories: [trunk]}\n  object: {categories: [voice_channel]}\n",
            "needs what rule NEW-1",
        ),
        (
            "- id: NEW-1\n  kind: at_most_one\n  business_cases: [new_order]\n"
            "  subject: {codes: [FLAT-NATIONAL, FLAT-MOBILE]}\n",
            "FLAT-MOBILE needs what rule NEW-1",
        ),
        (
            "- id: NEW-1\n  kind: at_least_one\n  business_cases: [new_order]\n"
            "  subject: {codes: [IPFONIE-BASIC]}\n  object: {categories: [minute_package]}\n",
            "needs what no business customer can order",
        ),
        (
            "- id: NEW-1\n  kind: quantity_equals\n  business_cases: [new_order]\n"
            "  subject: {codes: [FLAT-NATIONAL]}\n  object: {categories: [trunk]}\n",
            "the quantity of FLAT-NATIONAL is told otherwise",
        ),
        (
            "- id: NEW-1\n  kind: excludes\n  business_cases: [new_order]\n"
            "  subject: {categories: [trunk]}\n  object: {codes: [IPFONIE-EXTENDED-LINK]}\n",
            "excludes nothing",
        ),
        (
            "- id: NEW-1\n  kind: at_most_one\n  business_cases: [new_order]\n  subject: {codes: []}\n",
            "subject selects no offering",
        ),
        (
            "- id: NEW-1\n  kind: at_most_one\n  business_cases: [new_order]\n  subject: {categories: trunk}\n",
            "categories of subject is not a list",
        ),
        (
            "- id: NEW-1\n  kind: requires\n  business_cases: [new_order]\n"
            "  subject: {categories: [trunk]}\n  object: {categories: [fax]}\n",
            "names 'fax', which is no category",
        ),
        ("- id: NEW-1\n  kind: only_in\n  subject: {categories: [trunk]}\n", "names no business case"),
        (
            "- id: NEW-1\n  kind: requires\n  business_cases: [new_order]\n  subject: {categories: [trunk]}\n",
            "needs an object",
        ),
        (
            "- id: NEW-1\n  kind: at_most_one\n  business_cases: [christmas]\n  subject: {categories: [trunk]}\n",
            "'christmas' is no business case",
        ),
        (
            "- id: NEW-1\n  kind: at_most_one\n  business_cases: [new_order]\n"
            "  subject: {categories: [trunk], colour: red}\n",
            "subject has no field 'colour'",
        ),
    ],
)
def test_a_rule_that_cannot_be_asked_or_met_is_refused(rule: str, text: str) -> None:
    files = shipped()
    rule_added(rule)(files)
    found = faults(read_files(files))
    assert any(text in fault.text and fault.place.file == "rules.yaml" for fault in found), found


@pytest.mark.rule("CAT-5")
@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("kind: follows, business_cases: [reorder], subject: {categories: [trunk]}", "kind 'follows' is none of"),
        ("kind: replaces, business_cases: [reorder], subject: {categories: [trunk]}", "has no meaning in reorder"),
        ("kind: auto_added, business_cases: [reorder], subject: {categories: [trunk]}", "needs an object"),
        ("kind: inherits_term, business_cases: [reorder], subject: {codes: [GONE]}", "so nothing follows from it"),
        ("kind: inherits_term, business_cases: [], subject: {categories: [trunk]}", "names no business case"),
        (
            "kind: replaces, business_cases: [renewal_with_tariff_change], subject: {codes: [UNIFIED-MESSAGING]}, "
            "object: {categories: [unified_messaging]}",
            "replaces nothing",
        ),
    ],
)
def test_a_derivation_that_nothing_can_follow_from_is_refused(written: str, text: str) -> None:
    files = shipped()
    files["derivations.yaml"] += f"\n- {{id: NEW-1, {written}, reason: {{de: a, en: a}}}}\n"
    found = faults(read_files(files))
    assert any(text in fault.text and fault.place.file == "derivations.yaml" for fault in found), found


@pytest.mark.rule("ORD-2", "CAT-5")
def test_notice_periods_and_derivations_are_published_as_written() -> None:
    catalog = published(read_folder(SHIPPED[-1]), datetime(2021, 3, 1, tzinfo=UTC)).catalog
    notices = {one.category: one.notice_days for one in catalog.offerings if one.orderability is Orderability.DIGITAL}
    assert {category for category, days in notices.items() if days == 90} == {
        Category.TRUNK,
        Category.INTERNET,
        Category.LICENCE,
    }
    assert {category for category, days in notices.items() if days == 30} == {
        Category.USAGE_SITE,
        Category.NUMBER_BLOCK,
    }
    assert {(one.id, one.kind) for one in catalog.derivations} >= {
        ("FLAT-3", DerivationKind.AUTO_ADDED),
        ("UM-1", DerivationKind.INHERITS_TERM),
        ("AMEND-1", DerivationKind.INHERITS_CHOICE),
        ("PRICE-2", DerivationKind.REPLACES),
    }


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (words.AUDIENCES, Audience),
        (words.CATEGORIES, Category),
        (words.FAMILIES, Family),
        (words.ORDERABILITIES, Orderability),
        (words.FULFILMENTS, Fulfilment),
        (words.BUSINESS_CASES, BusinessCase),
        (words.RULE_KINDS, RuleKind),
        (words.OFFERING_FIELDS, Offering.model_fields),
        (words.PRICE_LIST_FIELDS, PriceList.model_fields),
        (words.RULE_FIELDS, Rule.model_fields),
        (words.DERIVATION_KINDS, DerivationKind),
        (words.DERIVATION_FIELDS, Derivation.model_fields),
        (words.SELECTOR_FIELDS, Selector.model_fields),
    ],
)
def test_the_files_use_the_words_of_the_contract(ours: Iterable[str], theirs: Iterable[str]) -> None:
    assert set(ours) == {str(one) for one in theirs}


SMALL = {
    name: text for name, text in shipped().items() if name in ("version.yaml", "consulting.yaml", "number-blocks.yaml")
}
JUNK = st.sampled_from(
    [
        "",
        "null",
        "true",
        "12",
        "1.5",
        "[]",
        "{}",
        "[[1]]",
        '"x"',
        "2021-03-01",
        "NaN",
        '"1E9"',
        "{none: 1}",
        "- a",
        "~: ~",
    ]
)


@pytest.mark.rule("CAT-5")
@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_written_is_either_published_or_refused_with_its_faults(data: st.DataObject) -> None:
    files = dict(SMALL)
    for _ in range(data.draw(st.integers(1, 2))):
        name = data.draw(st.sampled_from(sorted(files)))
        lines = files[name].split("\n")
        number = data.draw(st.integers(0, len(lines) - 1))
        head, colon, _rest = lines[number].partition(":")
        lines[number] = data.draw(st.just("") | JUNK.map(lambda junk: f"{head}{colon} {junk}"))  # noqa: B023 # drawn at once
        files[name] = "\n".join(lines)
    draft = read_files(files)
    if not faults(draft):
        assert published(draft, datetime(2021, 3, 1, tzinfo=UTC)).catalog.offerings
