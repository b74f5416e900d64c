"""Is it the customer whom the other carrier names?"""

import pytest

from porting.domain.messages import EndCustomer
from porting.domain.same_name import Likeness, likeness, owners_in

pytestmark = pytest.mark.rule("PORT-9")


@pytest.mark.parametrize(
    ("asked", "ours"),
    [
        ("Müller & Söhne GmbH", "Müller & Söhne GmbH"),
        ("MUELLER UND SOEHNE", "Müller & Söhne GmbH"),
        ("Söhne Müller G.m.b.H.", "Müller & Söhne GmbH"),
        ("Groß KG", "Gross GmbH & Co. KG"),
        ("Firma Anna Klein e.K.", "Anna Klein"),
        ("Vereinigte Wasserwerke an Rhein", "Vereinigte Wasserwerke an Rhein und Ruhr GmbH"),
    ],
)
def test_case_umlauts_legal_forms_and_the_order_of_words_do_not_matter(asked: str, ours: str) -> None:
    assert likeness(EndCustomer(asked[:30]), ours) is Likeness.SAME


@pytest.mark.parametrize(
    ("asked", "ours", "expected"),
    [
        (EndCustomer("Klein", "Anna"), "Anna Klein", Likeness.SAME),
        (EndCustomer("Klein", "Bernd"), "Anna Klein", Likeness.OTHER_FIRST_NAME),
        (EndCustomer("Müller Metallbau"), "Müller & Söhne GmbH", Likeness.ALIKE),
        (EndCustomer("Mülller Söhne"), "Müller & Söhne GmbH", Likeness.ALIKE),
        (EndCustomer("Altnetz AG"), "Müller & Söhne GmbH", Likeness.OTHER),
        (EndCustomer("GmbH"), "Müller & Söhne GmbH", Likeness.OTHER),
    ],
)
def test_a_slip_is_for_a_person_and_another_name_is_another(asked: EndCustomer, ours: str, expected: Likeness) -> None:
    assert likeness(asked, ours) is expected


def test_several_people_may_hold_a_line_and_a_firm_is_one() -> None:
    assert owners_in("Anna Klein und Bernd Groß") == ("Anna Klein", "Bernd Groß")
    assert owners_in("Müller & Söhne GmbH") == ("Müller & Söhne GmbH",)
