import pytest
from pydantic import ValidationError

from qm.core.text import Wording, clock, latin_digits, localise_digits, number, search_key


def test_persian_numbers_use_persian_digits_separator_and_percent() -> None:
    assert localise_digits("78.3 %", "fa") == "۷۸٫۳ ٪"
    assert localise_digits("78.3 %", "en") == "78.3 %"
    assert localise_digits("v. 2", "fa") == "v. ۲"
    assert number(81.64, "fa") == "۸۱٫۶"
    assert (
        number(-3.14, "fa") == "\u2066\u2212۳٫۱\u2069"
    )  # the sign is left of it, apart from others
    assert number(None, "en") == "–"


def test_clock() -> None:
    assert clock(52, "en") == "00:52"
    assert clock(3725, "en") == "1:02:05"
    assert clock(245, "fa") == "۰۴:۰۵"
    assert clock(None, "fa") == "–"


def test_latin_digits_from_persian_and_arabic_ones() -> None:
    assert latin_digits("۱۴۰۵ ٣٤") == "1405 34"


@pytest.mark.parametrize(
    ("one", "other"),
    [("كتاب", "کتاب"), ("علي", "علی"), ("می‌شود", "میشود"), ("۱۲۳", "123"), ("Straße ", "STRASSE")],
)
def test_equal_words_have_equal_search_keys(one: str, other: str) -> None:
    assert search_key(one) == search_key(other)


def test_a_wording_falls_back_to_the_other_language() -> None:
    assert Wording(en="Yes").in_language("fa") == "Yes"
    assert Wording(en="Yes", fa="بله").in_language("fa") == "بله"


@pytest.mark.parametrize("texts", [{}, {"en": " "}, {"en": "Yes", "fa": ""}])
def test_an_empty_wording_is_refused(texts: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Wording(**texts)
