"""Personal data made up for tests, and the ways in which people write and say it."""

from __future__ import annotations

import random

EN = "zero one two three four five six seven eight nine".split()
EN_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
FA = "صفر یک دو سه چهار پنج شش هفت هشت نه".split()
FA_TEENS = "ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده".split()
FA_TENS = "بیست سی چهل پنجاه شصت هفتاد هشتاد نود".split()
FA_HUNDREDS = "صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد".split()

BINS = ("603799", "589210", "627353", "636214", "610433", "991975", "411111", "550000", "222100")
MOBILE = ("0912", "0935", "0901", "0919", "0990")


def with_luhn(digits: str) -> str:
    """Return a card's first digits with the digit that makes it valid (ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def card(rng: random.Random) -> str:
    """Return a valid card number of 16 digits, now and then of 15."""
    if rng.random() < 0.1:
        return with_luhn("37" + digits(rng, 12))
    return with_luhn(rng.choice(BINS) + digits(rng, 9))


def iban(rng: random.Random) -> str:
    """Return a valid Iranian IBAN, or a German or British one."""
    country, rest = rng.choice(
        [("IR", "0" + digits(rng, 21))] * 3
        + [("DE", digits(rng, 18)), ("GB", "WEST" + digits(rng, 14))]
    )
    number = "".join(str(int(letter, 36)) for letter in rest + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{rest}"


def national_id(rng: random.Random) -> str:
    """Return a valid Iranian national id."""
    first = f"{rng.randrange(1, 660):03d}" + digits(rng, 6)
    rest = sum(int(digit) * weight for digit, weight in zip(first, range(10, 1, -1), strict=True))
    rest %= 11
    return first + str(rest if rest < 2 else 11 - rest)


def phone(rng: random.Random) -> str:
    """Return an Iranian mobile number or a telephone in Tehran, as they are dialled there."""
    if rng.random() < 0.2:
        return "021" + rng.choice("2468") + digits(rng, 7)
    return rng.choice(MOBILE) + rng.choice("123456789") + digits(rng, 6)


def digits(rng: random.Random, count: int) -> str:
    """Return random digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def groups(rng: random.Random, number: str) -> list[str]:
    """Return a number cut into groups of one to five digits, or uncut."""
    if rng.random() < 0.3:
        return [number]
    size = rng.choice([1, 2, 3, 4, 4, 5])
    return [number[start : start + size] for start in range(0, len(number), size)]


def written(rng: random.Random, number: str) -> str:
    """Return a number grouped, in Latin, Persian or Arabic digits."""
    separator = rng.choice([" ", "-", "\u200c", ".", " - ", ", ", "  ", "–", "، "])
    text = separator.join(groups(rng, number))
    to = rng.choice(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"])
    return text.translate(str.maketrans("0123456789", to))


def said_english(rng: random.Random, number: str) -> str:
    """Return a number as words: digit by digit, with doubles, or in pairs."""
    if rng.random() < 0.5:
        words, place = [], 0
        while place < len(number):
            if number[place : place + 2] == number[place] * 2 and rng.random() < 0.6:
                words += ["double", EN[int(number[place])]]
                place += 2
            else:
                words.append(EN[int(number[place])])
                place += 1
        return rng.choice([" ", ", "]).join(words)
    first = len(number) % 2  # alone, for 50 6 at the end would sound like 56
    pairs = [number[start : start + 2] for start in range(first, len(number), 2)]
    return " ".join(map(_pair_english, [number[0]] * first + pairs))


def _pair_english(pair: str) -> str:
    if len(pair) == 1:
        return EN[int(pair)]
    if pair[0] == "0":
        return f"{EN[0]} {EN[int(pair[1])]}"
    if pair[0] == "1":
        return EN_TEENS[int(pair[1])]
    return EN_TENS[int(pair[0]) - 2] + ("" if pair[1] == "0" else f" {EN[int(pair[1])]}")


def said_persian(rng: random.Random, number: str) -> str:
    """Return a number as words: digit by digit, in pairs or in threes."""
    size = rng.choice([1, 2, 3])
    parts = [number[start : start + size] for start in range(0, len(number), size)]
    return " ".join(_part_persian(part) for part in parts)


def _part_persian(part: str) -> str:
    words = []
    while part.startswith("0"):
        words.append(FA[0])
        part = part[1:]
    said = []
    if len(part) == 3:
        said.append(FA_HUNDREDS[int(part[0]) - 1])
        part = part[1:].lstrip("0")
    if len(part) == 2 and part[0] == "1":
        said.append(FA_TEENS[int(part[1])])
    elif len(part) == 2:
        said.append(FA_TENS[int(part[0]) - 2])
        said += [] if part[1] == "0" else [FA[int(part[1])]]
    elif part:
        said.append(FA[int(part)])
    return " ".join([*words, " و ".join(said)]).strip()
