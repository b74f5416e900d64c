"""Publishing lists every fault with file and line (CAT-5)."""

from collections.abc import Callable

import pytest

from catalog.adapters.files import read_files, read_folder
from catalog.domain.checks import faults
from catalog.domain.refusals import CatalogFaulty
from catalog.main import DATA

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
def test_what_we_ship_has_no_fault(folder: object) -> None:
    assert faults(read_folder(folder)) == []  # type: ignore[arg-type] # a Path, which pytest's ids take for any object


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
        (replaced("trunks.yaml", '12: ["49.00"', '12: [49.00'), "trunks.yaml:10", "exact decimal in quotes"),
        (replaced("trunks.yaml", '"9.90"', '"-9.90"'), "trunks.yaml:10", "is not a price"),
        (replaced("trunks.yaml", '"9.90"', '"9.905"'), "trunks.yaml:10", "more than 2 decimals"),
        (replaced("trunks.yaml", "    24:", "    25:"), "trunks.yaml:10", "no price for 24 months"),
        (replaced("trunks.yaml", "[business, reseller]", "[everybody]"), "trunks.yaml:9", "'everybody'"),
        (replaced("trunks.yaml", "IPFONIE-EXTENDED-LINK", "IPFONIE-BASIC"), "trunks.yaml", "is used already"),
        (replaced("trunks.yaml", ', en: "IPfonie Extended Link"', ""), "trunks.yaml", "no English text"),
        (replaced("voice-channels.yaml", "PL-NATIONAL", "PL-GONE"), "voice-channels.yaml", "no price list 'PL-GONE'"),
        (replaced("internet.yaml", "  manual_process:", "  other:"), "internet.yaml", "does not say how"),
        (replaced("rules.yaml", "FLAT-NATIONAL", "FLAT-GONE"), "rules.yaml", "'FLAT-GONE', which is no offering"),
        (replaced("rules.yaml", "kind: excludes", "kind: forbids"), "rules.yaml:5", "kind 'forbids' is none of"),
        (replaced("version.yaml", '"2021-03.1"', '"spring"'), "version.yaml:2", "not of the form"),
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


def test_a_file_that_is_no_yaml_is_named_with_its_line() -> None:
    with pytest.raises(CatalogFaulty) as refused:
        read_files({"trunks.yaml": "offerings:\n  - code: [unclosed\n"})
    assert str(refused.value.faults[0]).startswith("trunks.yaml:")
