"""What a person types to search for, as values: words, phrases, what is excluded."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.word_forms import KeyedWord, keyed_words

NOTHING_TO_FIND = explain(
    "search.nothing",
    N_("There is no word to look for."),
    N_("Type a word, or a phrase in quotation marks."),
)
TOO_MANY_WORDS = explain(
    "search.too_many_words",
    N_("The search has more than {most} words."),
    N_("Look for fewer words."),
)

_MOST_WORDS = 20
_SHORTEST_BEGINNING = 2
_TERM = re.compile(
    r"(?P<minus>(?<!\S)-)?"
    r'(?:"(?P<plain>[^"]*)"?|«(?P<persian>[^»]*)»?|[“„](?P<curved>[^”“]*)[”“]?'
    r'|(?P<word>[^\s"«“„]+))'
)
_OR = {"OR", "|"}
_HALF_SPACE = "\u200c"


@dataclass(frozen=True)
class Phrase:
    """Keys of words that stand next to each other; the last one may go on where it is open."""

    words: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True)
class Query:
    """What a line must have: of each group one phrase, and none of the excluded ones."""

    all_of: tuple[tuple[Phrase, ...], ...]
    none_of: tuple[Phrase, ...] = ()


def parsed(text: str) -> Query:
    """Return what is looked for: all words, whole ones, in any order.

    `"…"` and «…» hold words that must stand next to each other, `-` before a word or phrase
    excludes it, `OR` (or `|`) between two asks for one of them, `*` after two letters or more
    finds every word that begins so. Everything else is a word or nothing. Raises `BadInput`
    where no word is left to look for, or more than 20 are.
    """
    all_of: list[tuple[Phrase, ...]] = []
    none_of: list[Phrase] = []
    is_either = False
    for term in _terms(text):
        if term is None:
            is_either = bool(all_of)
        elif term.is_excluded:
            none_of += term.phrases
        elif is_either:
            all_of[-1] += term.phrases
            is_either = False
        else:
            all_of.append(term.phrases)
    if not all_of:
        raise BadInput(Problem(NOTHING_TO_FIND, text.strip()))
    words = sum(len(phrases[0].words) for phrases in all_of) + len(none_of)
    if words > _MOST_WORDS:
        raise BadInput(Problem(TOO_MANY_WORDS, text.strip(), values={"most": _MOST_WORDS}))
    return Query(tuple(all_of), tuple(none_of))


@dataclass(frozen=True)
class _Term:
    """A word or phrase in all its spellings."""

    phrases: tuple[Phrase, ...]
    is_excluded: bool = False


def _terms(text: str) -> Iterator[_Term | None]:
    """Yield the terms in order, None for an OR."""
    run: list[str] = []
    for found in _TERM.finditer(text):
        word = found["word"]
        if word is not None and not found["minus"] and word not in _OR:
            run.append(word)
            continue
        # Words in a row are read together: «می شود» is one.
        yield from _words_of(" ".join(run))
        run = []
        if word in _OR:
            yield None
        elif word is not None:
            yield from (_Term(each.phrases, True) for each in _words_of(word))
        else:
            quoted = found["plain"] or found["persian"] or found["curved"] or ""
            if phrases := _phrases(quoted):
                yield _Term(phrases, bool(found["minus"]))
    yield from _words_of(" ".join(run))


def _words_of(run: str) -> Iterator[_Term]:
    words = keyed_words(run)
    for place, word in enumerate(words):
        phrases = list(_phrases(run[word.start : word.end + 1]))
        for one, two in ((place - 1, place), (place, place + 1)):
            if one >= 0 and two < len(words) and _may_be_one(words[one].key, words[two].key):
                phrases.append(Phrase((words[one].key + words[two].key,)))
        yield _Term(tuple(dict.fromkeys(phrases)))


def _phrases(text: str) -> tuple[Phrase, ...]:
    """Return the spellings of words that stand next to each other; none where no word is left.

    Parts of a Persian word are written apart, together or with a half-space: both are looked for.
    """
    spellings = [text, text.replace(_HALF_SPACE, " ")] if _HALF_SPACE in text else [text]
    phrases: list[Phrase] = []
    for spelling in spellings:
        words = keyed_words(spelling)
        if not words:
            return ()
        is_open = (
            spelling[words[-1].end :].startswith("*") and len(words[-1].key) >= _SHORTEST_BEGINNING
        )
        keys = [word.key for word in words]
        phrases.append(Phrase(tuple(keys), is_open))
        for place, (one, two) in enumerate(pairwise(keys)):
            if _may_be_one(one, two):
                joined = (*keys[:place], one + two, *keys[place + 2 :])
                phrases.append(Phrase(joined, is_open))
    return tuple(dict.fromkeys(phrases))


def _may_be_one(one: str, two: str) -> bool:
    return all(key.isalpha() and not key.isascii() for key in (one, two))


def found_in(query: Query, words: Sequence[KeyedWord]) -> list[tuple[int, int]]:
    """Return the stretches [start, end) of a text that the query asks for, in order.

    `words` are the text's; stretches that overlap are one.
    """
    stretches = [
        (words[place].start, words[place + len(phrase.words) - 1].end)
        for phrases in query.all_of
        for phrase in phrases
        for place in range(len(words) - len(phrase.words) + 1)
        if _begins(phrase, [word.key for word in words[place : place + len(phrase.words)]])
    ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _begins(phrase: Phrase, keys: Sequence[str]) -> bool:
    *before, last = phrase.words
    if list(keys[:-1]) != before:
        return False
    return keys[-1].startswith(last) if phrase.is_open else keys[-1] == last
