"""Text as exports write it."""

import pytest

from ndaudit.text import header_key, normal_name, normal_register_no, repair_substitutes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("УЮ60050111", "УЮ60050111"),
        ("YХ60050111", "УХ60050111"),
        (" ую 60050111", "УЮ60050111"),
        ("AB1", "АВ1"),
    ],
)
def test_register_number_loses_look_alikes(written: str, meant: str) -> None:
    assert normal_register_no(written) == meant


def test_register_number_of_all_look_alikes() -> None:
    assert normal_register_no("ABEHKMOPCTXY") == "АВЕНКМОРСТХУ"


def test_name_is_equal_however_it_is_spaced_or_cased() -> None:
    assert normal_name(" Бат - Эрдэнэ ") == normal_name("БАТ-ЭРДЭНЭ") == "БАТ-ЭРДЭНЭ"


def test_latin_letter_inside_a_cyrillic_name_is_put_right() -> None:
    assert normal_name("Бaт") != normal_name("Bat")
    assert normal_name("БAТ") == "БАТ"


def test_foreign_name_stays_latin() -> None:
    assert normal_name("Tom Cox") == "TOM COX"


def test_substitutes_of_the_old_code_page() -> None:
    assert repair_substitutes("Хєдєлмєр їнэ Є Ї") == "Хөдөлмөр үнэ Ө Ү"


def test_header_key_ignores_space_case_and_substitutes() -> None:
    assert header_key("\ufeff Хєдєлмєрийн  хөлс ") == header_key("хөдөлмөрийн хөлс")
