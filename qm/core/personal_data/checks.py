"""Whether digits can be a card, an IBAN, a national id or a telephone number.

The check digits are a few lines each, from the standards named below. python-stdnum would bring
them too, but it is LGPL and refuses Iranian IBANs; schwifty brings pycountry, which is LGPL.
"""

import re
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

# Issuers by first digits, with the lengths they use (ISO/IEC 7812); 99 is an Iranian bank's.
_CARDS = re.compile(
    r"(?:4(?:\d{12}|\d{15}|\d{18})|(?:5|2[2-7]|99)\d{14,15}|6\d{15}(?:\d{3})?"
    r"|3[47]\d{13}|35\d{14}|3(?:0|6|8|9)\d{12})"
)
# Letters of an IBAN in the whole world's registry (ISO 13616), by country.
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IR": 26, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15,
    "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33,
    "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25,
    "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
_PERSONS = {
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
}
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_SHORTEST_PHONE = 9

Phone = Literal["sure", "likely"]


def is_card(digits: str) -> bool:
    """Whether the digits are a payment card's: an issuer's range and Luhn's sum (ISO/IEC 7812)."""
    if not _CARDS.fullmatch(digits):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[::-2])) % 10 == 0


def is_iban(iban: str) -> bool:
    """Whether letters and digits without spaces are an IBAN (ISO 13616; ISO 7064 mod 97-10)."""
    iban = iban.upper()
    if IBAN_LENGTHS.get(iban[:2]) != len(iban) or not iban.isascii() or not iban.isalnum():
        return False
    number = "".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])
    return iban[2:4].isdecimal() and int(number) % 97 == 1


def is_sheba(digits: str) -> bool:
    """Whether 24 digits are an Iranian IBAN without its IR; bank codes there begin with 0."""
    return len(digits) == 24 and digits[2] == "0" and is_iban("IR" + digits)


def is_national_id(digits: str) -> bool:
    """Whether ten digits are an Iranian national id.

    The last digit is the sum of the others times 10 … 2, modulo 11, taken from 11 where it is 2
    or more (published by the National Organization for Civil Registration). Ten equal digits
    satisfy it and are nobody's.
    """
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1))) % 11  # noqa: B905
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def phone(digits: str, region: str) -> Phone | None:
    """Return whether digits, with a + where one was said, are a telephone number in `region`.

    Sure: it begins as one dials it there, or with +. Likely: a mobile number without that.
    """
    if len(digits) < _SHORTEST_PHONE or len(digits) > 16:
        return None
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    kind = phonenumbers.number_type(number)
    if _begins_as_dialled(digits, number, region):
        return "sure" if kind in _PERSONS else None
    return "likely" if kind in _MOBILE else None


def _begins_as_dialled(digits: str, number: PhoneNumber, region: str) -> bool:
    if digits.startswith(("+", "00")):
        return True
    country = phonenumbers.country_code_for_region(region)
    trunk = phonenumbers.ndd_prefix_for_region(region, True)
    return bool(trunk and number.country_code == country and digits.startswith(trunk))
