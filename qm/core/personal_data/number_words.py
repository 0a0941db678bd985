"""Numbers as people say them, in English and Persian, as transcripts write them."""

_ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "o": 0, "oh": 0,
}  # fmt: skip
_PERSIAN = {
    "صفر": 0, "یک": 1, "یه": 1, "دو": 2, "سه": 3, "چهار": 4, "چار": 4, "پنج": 5, "شش": 6, "شیش": 6,
    "هفت": 7, "هشت": 8, "نه": 9, "ده": 10, "یازده": 11, "دوازده": 12, "سیزده": 13, "چهارده": 14,
    "پانزده": 15, "پونزده": 15, "شانزده": 16, "شونزده": 16, "هفده": 17, "هیفده": 17, "هجده": 18,
    "هیجده": 18, "هژده": 18, "نوزده": 19, "بیست": 20, "سی": 30, "چهل": 40, "پنجاه": 50, "شصت": 60,
    "هفتاد": 70, "هشتاد": 80, "نود": 90, "صد": 100, "یکصد": 100, "دویست": 200, "سیصد": 300,
    "چهارصد": 400, "چارصد": 400, "پانصد": 500, "پونصد": 500, "ششصد": 600, "شیشصد": 600,
    "هفتصد": 700, "هشتصد": 800, "نهصد": 900,
}  # fmt: skip
WORDS = _ENGLISH | _PERSIAN
"""What a word counts."""

TIMES = {"hundred": 100, "thousand": 1000, "هزار": 1000}
"""Words that multiply what was said before them."""

REPEATS = {"double": 2, "triple": 3, "دوتا": 2, "سهتا": 3}
"""Words that say how often the next digit stands; «دو تا» is two words."""

AND = {"و", "and"}
AMBIGUOUS = {"نه", "یه", "یک", "one", "o", "oh"}
"""Numbers that are words of another meaning as well: no, a, one."""

FILLERS = {
    "و", "بعد", "بعدش", "بله", "آره", "خب", "خط", "تیره", "فاصله", "درسته", "اوکی", "باشه", "هم",
    "yes", "yeah", "ok", "okay", "uh", "um", "er", "right", "then", "dash", "and", "space",
}  # fmt: skip
"""What may be said between two parts of one number."""


def magnitude(value: int) -> int:
    """Return the place that a number word leaves closed: below it more may follow.

    Fifty (10) takes a digit, five hundred (100) takes fifty, twelve (1) takes nothing.
    """
    if value >= 100:
        return 1000 if value % 1000 == 0 else 100
    return 10 if value >= 20 and value % 10 == 0 else 1
