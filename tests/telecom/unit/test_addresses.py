import pytest

from telecom.addresses import (
    Address,
    AreaCodeFarAway,
    AreaCodeUnknown,
    FieldTooLong,
    HouseNumberMissing,
    PostcodeUnknown,
    StreetMissing,
    TownDoesNotFitPostcode,
    Verdict,
    area_codes_near,
    check_address,
    check_area_code,
    state_of,
    towns_of,
    verdict,
)
from telecom.places import area_code_of, area_codes, folded, towns_by_postcode
from telecom.refusal import Refusal

pytestmark = pytest.mark.rule("SITE-1")


def address(town: str = "Köln", postcode: str = "50667", street: str = "Domstraße", house_number: str = "4") -> Address:
    return Address(street=street, house_number=house_number, postcode=postcode, town=town)


@pytest.mark.parametrize(
    ("written", "postcode", "meant"),
    [
        ("Köln", "50667", "Köln"),
        ("koeln", "50667", "Köln"),
        ("KOLN", "50667", "Köln"),
        ("Köln-Porz", "51143", "Köln"),
        ("Frankfurt", "60313", "Frankfurt am Main"),
        ("frankfurt AM main", "60313", "Frankfurt am Main"),
        ("Frankfurt", "15234", "Frankfurt (Oder)"),
        ("Mühlhausen", "99998", "Mühlhausen/Thüringen"),
        ("Muenchen", "80331", "München"),
        (" Dresden ", "01067", "Dresden"),
        ("St. Augustin", "53757", "Sankt Augustin"),
    ],
)
def test_a_town_is_understood_however_it_is_spelt(written: str, postcode: str, meant: str) -> None:
    assert check_address(address(written, postcode)).address.town == meant


@pytest.mark.parametrize(
    ("wrong", "refusal", "field"),
    [
        (address(street=""), StreetMissing, "site.address.street"),
        (address(street=" 12 "), StreetMissing, "site.address.street"),
        (address(street="Postfach 10 20"), StreetMissing, "site.address.street"),
        (address(street="x" * 41), FieldTooLong, "site.address.street"),
        (address(house_number=""), HouseNumberMissing, "site.address.house_number"),
        (address(house_number="vier"), HouseNumberMissing, "site.address.house_number"),
        (address(house_number="12 Hinterhaus"), FieldTooLong, "site.address.addition"),
        (address(postcode="99999"), PostcodeUnknown, "site.address.postcode"),
        (address(postcode="5066"), PostcodeUnknown, "site.address.postcode"),
        (address(town="Bonn"), TownDoesNotFitPostcode, "site.address.town"),
        (address(town=""), TownDoesNotFitPostcode, "site.address.town"),
        (address(town="K"), TownDoesNotFitPostcode, "site.address.town"),
    ],
)
def test_a_wrong_address_is_refused_naming_field_and_remedy(wrong: Address, refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as refused:
        check_address(wrong, at="site.address")
    assert refused.value.field == field
    assert refused.value.remedy
    assert refused.value.rule == "SITE-1"


def test_a_wrong_town_is_answered_with_the_towns_of_the_postcode_and_the_postcodes_of_the_town() -> None:
    with pytest.raises(TownDoesNotFitPostcode) as refused:
        check_address(address("Bonn", "50667"))
    assert refused.value.params["suggestions"] == "Köln"
    assert refused.value.params["postcodes"].startswith("53")


def test_letters_behind_the_house_number_become_its_addition() -> None:
    assert check_address(address(house_number="12a")).address.house_number == "12"
    assert check_address(address(house_number="12a")).address.addition == "a"
    assert check_address(address(house_number="7 1/2")).address.addition == "1/2"


def test_the_area_code_of_the_town_itself_is_offered_first() -> None:
    assert area_codes_near(check_address(address("Köln", "51143")))[0].code == "221"
    assert area_codes_near(check_address(address("Berlin", "10115")))[0].code == "30"


def test_an_area_code_far_away_is_refused_with_the_near_ones() -> None:
    with pytest.raises(AreaCodeFarAway) as refused:
        check_area_code("89", check_address(address()))
    assert "221 (Köln)" in refused.value.params["suggestions"]


def test_an_area_code_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AreaCodeUnknown):
        check_area_code("999", check_address(address()))


def test_where_the_data_cannot_tell_the_area_code_passes() -> None:
    assert area_codes()["6109"].latitude is None
    assert check_area_code("6109", check_address(address("Frankfurt", "60388"))) is Verdict.UNKNOWN


def test_even_a_code_without_position_is_refused_at_the_other_end_of_the_country() -> None:
    assert verdict("6109", check_address(address("Berlin", "10115"))) is Verdict.FAR


def test_every_town_has_an_area_code_near_it() -> None:
    lonely = []
    for postcode, towns in list(towns_by_postcode().items())[::150]:
        place = check_address(address(towns[0].name, postcode))
        lonely += [] if area_codes_near(place) else [postcode]
    assert lonely == []


@pytest.mark.parametrize(
    ("postcode", "state"), [("50667", "NW"), ("10115", "BE"), ("80331", "BY"), ("01067", "SN"), ("70173", "BW")]
)
def test_a_postcode_tells_the_federal_state(postcode: str, state: str) -> None:
    assert state_of(postcode) == state


def test_an_unknown_postcode_has_neither_state_nor_towns() -> None:
    assert state_of("99999") is None
    assert towns_of("99999") == ()


def test_the_tables_hold_all_area_codes_and_no_unfit_row() -> None:
    assert len(area_codes()) == 5207
    assert all(len(towns[0].state) == 2 and folded(towns[0].name) for towns in towns_by_postcode().values())


def test_the_longest_area_code_that_fits_is_meant() -> None:
    assert area_code_of("2211234567") == "221"
    assert area_code_of("2129123") == "2129"
    assert area_code_of("1711234567") is None
