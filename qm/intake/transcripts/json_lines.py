"""Values of a JSON document → lines with their words; what cannot be read is left out and told."""

import re
from collections.abc import Callable, Iterable
from statistics import fmean

from babel import Locale

from qm.core.problems import BadInput, Problem
from qm.core.transcript import Word
from qm.intake.fields import Refused
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.told import (
    ENDS_BEFORE_START,
    LINES_MOST,
    TOO_MANY_LINES,
    Line,
    Told,
)

_LANGUAGE = re.compile("[a-z]{2,3}([-_][a-z0-9-]{2,20})?", re.ASCII)
_LANGUAGES = Locale("en").languages
_CODES = {str(name).casefold(): str(code) for code, name in _LANGUAGES.items()}


def add_lines(
    told: Told, nodes: Iterable[Node], read: Callable[[Node], Line | None], place: str
) -> None:
    """Add the line that `read` makes of each node; one that it refuses becomes a problem."""
    for node in nodes:
        if len(told.lines) + len(told.problems) >= LINES_MOST:
            raise BadInput(Problem(TOO_MANY_LINES, place, values={"most": LINES_MOST}))
        try:
            line = read(node)
            if line is not None:
                told.lines.append(in_time(line, node.path))
        except Refused as refused:
            field = refused.field or node.path
            told.problems.append(Problem(refused.code, place, field=field, values=refused.values))


def in_time(line: Line, path: str | None = None) -> Line:
    """Return the line; raises `Refused` where it ends before it starts."""
    if line.start_s is not None and line.end_s is not None and line.end_s < line.start_s:
        values = {"start": line.start_s, "end": line.end_s}
        raise Refused(ENDS_BEFORE_START, field=path, **values)
    return line


def all_words(nodes: Iterable[Node], read: Callable[[Node], Word | None]) -> tuple[Word, ...]:
    """Return the words of a line, none at all where one of them has no credible times.

    Words that stand for only a part of a line would be silenced and sought wrongly.
    """
    words = []
    for node in nodes:
        try:
            word = read(node)
        except Refused:
            return ()
        if word is None or word.end_s < word.start_s:
            return ()
        words.append(word)
    return tuple(words)


def word_of(text: Node, start_s: float | None, end_s: float | None, share: Node) -> Word | None:
    """Return a word, None where it has no text or no times."""
    said = (text.text() or "").strip()
    if not said or start_s is None or end_s is None:
        return None
    return Word(start_s, end_s, said, share.share())


def mean_of(words: Iterable[Word]) -> float | None:
    """Return the mean probability of words, None where one of them does not tell any."""
    told = [word.probability for word in words]
    known = [each for each in told if each is not None]
    return round(fmean(known), 4) if known and len(known) == len(told) else None


def language_code(said: str | None) -> str | None:
    """Return the ISO 639 code in a language tag or English name; None where it is neither."""
    name = (said or "").strip().casefold()
    if name in _CODES:
        return re.split("[-_]", _CODES[name], maxsplit=1)[0]
    code = re.split("[-_]", name, maxsplit=1)[0]
    return code if _LANGUAGE.fullmatch(name) and code in _LANGUAGES else None
