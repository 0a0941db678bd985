"""What the words beside a number say that it is, for kinds that digits alone do not prove."""

import re
from typing import Literal

from qm.core.personal_data.folding import MARKS

Label = Literal["national_id", "other"]

_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile(f"[{MARKS}]")
_WORDS_BEFORE = 3
_CHARACTERS_BEFORE = 60
_NATIONAL_ID = {"ملی", "ملیم", "ملیتون", "شناسنامه", "national", "melli"}
_OTHER = {
    *("سفارش", "سفارشم", "سفارشتون", "فاکتور", "رهگیری", "پیگیری", "تیکت", "درخواست", "مرجع"),
    *("تراکنش", "مبلغ", "بارکد", "مرسوله", "پستی", "سریال", "شناسه", "اشتراک", "قبض", "پرداخت"),
    *("order", "invoice", "tracking", "ticket", "reference", "ref", "transaction", "amount"),
    *("barcode", "parcel", "postcode", "postal", "zip", "serial", "case", "receipt", "session"),
    *("total", "interaction", "booking", "contract"),
}
_OF_A_CODE = re.compile(r"[a-z][-_/#.]{1,2}$|#\s?$|[0-9][:/.]$")
_GOES_ON = re.compile(r"[./:][0-9]")
_MONEY = re.compile(
    rf"[\s{MARKS}]*(?:تومان|تومن|ریال|درهم|دلار|یورو|میلیون|میلیارد|هزار"
    r"|tomans?\b|rials?\b|dollars?\b|euros?\b|usd\b|eur\b|irr\b|million\b|billion\b|[%$€£])"
)
_TIME = re.compile(r"(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])")
_DATE = re.compile(
    r"(?<![0-9])(?<![0-9][\s\-/.])"
    r"(?:(?:1[34]|19|20)[0-9]{2}([-/.])[0-1]?[0-9]\1[0-3]?[0-9]"
    r"|[0-3]?[0-9]([-/.])[0-3]?[0-9]\2(?:1[34]|19|20)[0-9]{2})"
    r"(?![0-9])(?![\s\-/.][0-9])"
)


def label_before(text: str, start: int) -> Label | None:
    """Return what the nearest telling word before a place of a folded text calls the number."""
    before = _MARKS.sub("", text[max(0, start - _CHARACTERS_BEFORE) : start])
    for word in reversed(_WORD.findall(before.rpartition("\0")[2])[-_WORDS_BEFORE:]):
        if word in _NATIONAL_ID:
            return "national_id"
        if word in _OTHER:
            return "other"
    return None


def is_something_else(text: str, start: int, end: int) -> bool:
    """Whether the digits are told to be a number of an order, an amount, a part of a code."""
    return bool(
        _OF_A_CODE.search(text[max(0, start - 3) : start])
        or _GOES_ON.match(text, end)
        or _MONEY.match(text, end)
        or label_before(text, start) == "other"
    )


def without_moments(text: str) -> str:
    """Return a folded text with dates and times of day blanked out, of the same length."""
    for pattern in (_TIME, _DATE):
        text = pattern.sub(lambda match: "\0" * len(match.group()), text)
    return text
