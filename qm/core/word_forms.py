"""Words in the form that finds them: however they were typed, equal words have equal keys.

Looser than `search_key`, for looking words up; what is shown stays as it was written. Letters are
folded as Lucene's analyser for Persian does it (its Arabic normaliser, then its Persian one: one
ye, kaf and he each, alef with madda or hamza as bare alef, no vowel signs, no elongation) and
further: no hamza and no accents at all, no case, Latin digits. Prefixes and suffixes of Persian
verbs and nouns are joined to their word, as hazm's normaliser finds them: «می شود», «می‌شود» and
«میشود» are one word. Nothing is stemmed: «کتاب» is another word than «کتاب‌ها».
"""

import re
import unicodedata
from dataclasses import dataclass

_IGNORED, _SOFT, _BREAK = "\0", "\1", " "
_LETTERS = {
    **dict.fromkeys("\u0649\u064a\u06cd\u06d0\u06d2", "ی"),
    **dict.fromkeys("\u0643\u06aa", "ک"),
    **dict.fromkeys("\u0629\u06be\u06c1\u06c3\u06d5", "ه"),
    "\u0671": "ا",
    "\u0621": "",  # «امضاء» and «امضا»
    "\u0640": "",
    "\u02bc": "",  # an apostrophe that counts as a letter
}
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’ʼ`](?=[^\W\d_])")
_THOUSANDS = re.compile(r"(?<=\d)[,٬](?=\d{3}(?!\d))")
_PART = re.compile(f"[^{_BREAK}{_SOFT}]+")

_PREFIXES = {"می", "نمی"}
_SUFFIXES = {
    *("ها", "های", "هایی", "هایم", "هایت", "هایش", "هایمان", "هایتان", "هایشان"),
    *("تر", "تری", "ترین"),
}
_SUFFIXES_AFTER_HE = {"ام", "ای", "اش", "ات", "اند", "ایم", "اید"}
_EZAFE = "ی"
_SHORTEST_STEM = 2
LONGEST_WORD = 80
"""Characters of a key; databases take no words of any length."""


@dataclass(frozen=True)
class KeyedWord:
    """A word's key and where it stands in the text: the characters [start, end)."""

    key: str
    start: int
    end: int


def keyed_words(text: str) -> list[KeyedWord]:
    """Return the words of a text with their keys, in order.

    Apostrophes belong to their word (“don't” is “dont”), commas between thousands to their
    number; every other character that is neither letter nor digit ends a word.
    """
    # Both keep the length: a soft hyphen is ignored, and positions stay what they were.
    text = _THOUSANDS.sub("\u00ad", _APOSTROPHE.sub("\u00ad", text))
    folded = text.translate(_FOLDED)
    places = _places(text) if len(folded) != len(text) else range(len(text))
    words: list[KeyedWord] = []
    takes_next = False
    end = 0
    for found in _PART.finditer(folded):
        part = found.group()
        key = part.replace(_IGNORED, "")
        if not key:
            continue
        gap = folded[end : found.start()]
        follows_half_space = bool(words) and _SOFT in gap and _BREAK not in gap
        end = found.end()
        start = found.start() + len(part) - len(part.lstrip(_IGNORED))
        last = end - (len(part) - len(part.rstrip(_IGNORED)))
        word = KeyedWord(key, places[start], places[last - 1] + 1)
        if words and (takes_next or follows_half_space or _is_suffix(words[-1].key, key)):
            words[-1] = _joined(words[-1], word)
            takes_next = False
        else:
            words.append(word)
            takes_next = key in _PREFIXES
    return [KeyedWord(w.key[:LONGEST_WORD], w.start, w.end) for w in words]


def words_key(text: str) -> str:
    """Return the keys of a text's words, a space between each two."""
    return " ".join(word.key for word in keyed_words(text))


def _is_suffix(before: str, key: str) -> bool:
    if len(before) < _SHORTEST_STEM or not before.isalpha():
        return False
    if key in _SUFFIXES:
        return True
    return before.endswith("ه") and (key in _SUFFIXES_AFTER_HE or key == _EZAFE)


def _joined(before: KeyedWord, word: KeyedWord) -> KeyedWord:
    """Return both as one word; the ezafe after he, often written as a hamza, is left out."""
    is_ezafe = word.key == _EZAFE and before.key.endswith("ه")
    return KeyedWord(before.key + ("" if is_ezafe else word.key), before.start, word.end)


class _Folding(dict[int, str]):
    """What each character of a text becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    if character in "\u200b\u200c":  # zero-width space; the half-space within words
        return _SOFT
    decomposed = unicodedata.normalize("NFKD", character)
    for _ in range(2):  # folding the case may leave what decomposes again
        decomposed = unicodedata.normalize("NFKD", decomposed.casefold())
    kept = "".join(_letter(each) for each in decomposed)
    if kept:
        return kept
    is_ignored = all(
        unicodedata.category(each)[0] == "M"
        or unicodedata.category(each) == "Cf"
        or _LETTERS.get(each) == ""
        for each in decomposed
    )
    return _IGNORED if is_ignored else _BREAK


def _letter(character: str) -> str:
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    return _LETTERS.get(character, character if character.isalnum() else "")


def _places(text: str) -> list[int]:
    """Return for each character of the folded text where it came from."""
    return [place for place, character in enumerate(text) for _ in _FOLDED[ord(character)]]


_FOLDED = _Folding()
