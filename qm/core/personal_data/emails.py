"""E-mail addresses in a folded text, written or said."""

import re

from qm.core.personal_data.finding import Finding, apart
from qm.core.personal_data.folding import MARKS

_S = rf"[\s{MARKS}]"
_WRITTEN = re.compile(r"[\w.%+\-]+\s?@\s?[\w\-]+(?:\.[\w\-]+)+", re.ASCII)
_AT = rf"(?:@|at(?:\s+sign)?|[اأ]ت(?:{_S}?ساین)?|اد{_S}?ساین)"
_DOT = r"(?:\.|\s+(?:dot|point|دات|نقطه)\s+)"
_LINKS = (
    *("dot", "point", "dash", "hyphen", "underscore", r"under\s+score"),
    *("دات", "نقطه", r"خط\s+تیره", "دش", "آندرلاین", rf"[آا]ندر{_S}?اسکور", "زیرخط"),
)
_LINK = rf"(?:[.\-_]|\s+(?:{'|'.join(_LINKS)})\s+)"
_TOPS = (
    *("com", "org", "net", "ir", r"co(?:\.|\s+dot\s+)uk", "io", "info", "edu", "gov", "de"),
    *("uk", "fr", "eu", "کام", "نت", "ارگ", rf"[آا]ی{_S}?[آا]ر"),
)
_PROVIDERS = (
    *(r"g\s?mail", r"google\s?mail", "yahoo", "hotmail", "outlook", "icloud", "live"),
    *(r"proton\s?mail", "chmail", "aol", rf"جی{_S}?میل", "یاهو", rf"هات{_S}?میل"),
    *(rf"[اآ]وت{_S}?لوک", rf"[آا]ی{_S}?کلود", "چاپار", rf"میهن{_S}?میل"),
)
_WORD = r"[^\W_]+"
_SAID = re.compile(
    rf"\s+{_AT}\s+(?:(?P<known>{'|'.join(_PROVIDERS)})|{_WORD}(?:-{_WORD})*)"
    rf"{_DOT}(?:{'|'.join(_TOPS)})(?![^\W_])"
)
_LOCAL = re.compile(rf"(?<![^\W_]){_WORD}(?:{_LINK}{_WORD})*$")
_SPELLED = re.compile(r"(?<![^\W_])(?:[^\W_]\s+)+$")
_NAMES = ("e-?mail", r"e\s?mail", "mail", "ایمیل", rf"ای{_S}?میل", r"پست\s+الکترونیک", "رایانامه")
_CALLED = re.compile(rf"(?<![^\W_])(?:{'|'.join(_NAMES)})[^\n]{{0,60}}$")
_LOOK_BACK = 90


def emails_in(text: str) -> list[Finding]:
    """Return the addresses; said ones where domain or words before tell that it is one.

    “Look at example dot com” is a web site; “sara at gmail dot com” is an address, and so is
    “my e-mail is sara at example dot com” or “sara dot nouri at example dot com”.
    """
    written = _WRITTEN.finditer(text) if "@" in text else ()
    found = [Finding(*match.span(), "email") for match in written]
    said = [_said(text, match) for match in _SAID.finditer(text)]
    return apart(found + [finding for finding in said if finding])


def _said(text: str, match: re.Match[str]) -> Finding | None:
    base = max(0, match.start() - _LOOK_BACK)
    local = _LOCAL.search(text[base : match.start()])
    if local is None:
        return None
    before = text[base : base + local.start()]
    spelled = _SPELLED.search(before) if len(local.group().split()[0]) == 1 else None
    is_composed = spelled is not None or re.fullmatch(_WORD, local.group()) is None
    if not (match["known"] or is_composed or _CALLED.search(before)):
        return None
    return Finding(base + (spelled or local).start(), match.end(), "email")
