from __future__ import annotations

import random

import pytest
import schwifty
from schwifty import registry

from qm.core.personal_data.checks import (
    IBAN_LENGTHS,
    is_card,
    is_iban,
    is_national_id,
    is_sheba,
    phone,
)
from tests.core.personal_data import spoken_numbers as made


def test_lengths_are_those_of_the_worlds_registry() -> None:
    lengths = {country: registry.get_iban_spec(country).iban_length for country in IBAN_LENGTHS}
    assert lengths == IBAN_LENGTHS


@pytest.mark.parametrize("country", ["IR", "DE"])
def test_an_iban_is_one_exactly_where_schwifty_says_so(country: str) -> None:
    rng = random.Random(3)
    seen = {True: 0, False: 0}
    for _ in range(400):
        rest = made.digits(rng, IBAN_LENGTHS[country] - 4)
        number = "".join(str(int(letter, 36)) for letter in rest + country + "00")
        check = rng.choice([98 - int(number) % 97, rng.randrange(2, 99)])
        text = f"{country}{check:02d}{rest}"
        theirs = schwifty.IBAN(text, allow_invalid=True).is_valid
        assert is_iban(text) == theirs, text
        seen[theirs] += 1
    assert min(seen.values()) > 50


@pytest.mark.parametrize("make", [made.card, made.national_id])
def test_one_wrong_digit_is_no_number(make: object) -> None:
    rng = random.Random(5)
    check = is_card if make is made.card else is_national_id
    for _ in range(200):
        number = make(rng)  # type: ignore[operator]
        assert check(number)
        place = rng.randrange(4, len(number))
        digit = str((int(number[place]) + rng.randrange(1, 10)) % 10)
        wrong = number[:place] + digit + number[place + 1 :]
        # Modulo 11 with the digit 10 written as 1 lets some pairs of digits pass.
        assert not check(wrong) or (check is is_national_id and place < 9)


def test_known_numbers() -> None:
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")
    assert not is_card("0000000000000000")
    assert is_national_id("0067749828")
    assert not is_national_id("1111111111")
    assert is_sheba("820540102680020817909002")
    assert not is_sheba("820540102680020817909003")


@pytest.mark.parametrize(
    ("digits", "region", "expected"),
    [
        ("09123456789", "IR", "sure"),
        ("+989123456789", "DE", "sure"),
        ("00989123456789", "IR", "sure"),
        ("9123456789", "IR", "likely"),
        ("989123456789", "IR", "likely"),
        ("02188776655", "IR", "sure"),
        ("2188776655", "IR", None),
        ("88776655", "IR", None),
        ("1234567890", "IR", None),
        ("4111111111111111", "IR", None),
        ("2125552368", "US", "likely"),
        ("110", "IR", None),
    ],
)
def test_telephone_numbers(digits: str, region: str, expected: str | None) -> None:
    assert phone(digits, region) == expected
