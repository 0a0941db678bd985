"""Chats as plain text: rows such as “10:32 Agent: Good morning”, also with Persian digits."""

import re
from collections.abc import Iterator

from qm.core.problems import BadInput, Problem
from qm.core.text import latin_digits
from qm.intake.fields import Refused
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.speakers import role_of
from qm.intake.transcripts.told import (
    LINE_CHARACTERS_MOST,
    LINE_ENDLESS,
    LINES_MOST,
    TOO_MANY_LINES,
    Line,
    Told,
    Voice,
)
from qm.intake.transcripts.written_times import Moments

_ROW = re.compile(
    r"\s*[\[(]?"
    r"(?P<at>(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}[T ,]+)?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?)?"
    r"[\])]?\s*[-–]?\s*"
    r"(?P<who>[^\s:\[\]<>{}\"][^:\[\]<>{}\"]{0,59}?)\s*:(?!//)\s*(?P<said>.*)",
    re.ASCII,
)
_ROWS_LOOKED_AT = 50
_BEGIN_CHARACTERS = 400


def is_chat_text(text: str) -> bool:
    """Whether the first row names a time or a role before a colon, or most rows a speaker."""
    rows = [row for row in text[:20_000].split("\n") if row.strip()][:_ROWS_LOOKED_AT]
    found = [match for row in rows if (match := _match(row))]
    if not found or not _match(rows[0]):
        return False
    if found[0]["at"] or role_of(found[0]["who"]):
        return True
    return len(found) > 1 and 2 * len(found) > len(rows)


def read_chat_text(text: str, place: str) -> Told:
    """Return what the file tells; rows that name nobody go on with the message before them."""
    told = Told("chat_text")
    moments = Moments()
    for row, at, who, said in _messages(text):
        if len(told.lines) + len(told.problems) >= LINES_MOST:
            raise BadInput(Problem(TOO_MANY_LINES, place, values={"most": LINES_MOST}))
        try:
            if len(said) > LINE_CHARACTERS_MOST:
                raise Refused(LINE_ENDLESS, length=len(said), most=LINE_CHARACTERS_MOST)
            told.lines.append(Line(Voice(who), said, moments.seconds(Node(at))))
        except Refused as refused:
            told.problems.append(Problem(refused.code, place, row, values=refused.values))
    return told


def _messages(text: str) -> Iterator[tuple[int, str | None, str, str]]:
    """Yield row, time, speaker and text of each message."""
    begun: tuple[int, str | None, str] | None = None
    said: list[str] = []
    for number, row in enumerate(text.split("\n"), start=1):
        found = _match(row)
        if found is None:
            said.append(row)
            continue
        if begun:
            yield *begun, "\n".join(said).strip()
        begun = number, found["at"], row[slice(*found.span("who"))]
        said = [row[found.start("said") :]]
    if begun:
        yield *begun, "\n".join(said).strip()


def _match(row: str) -> re.Match[str] | None:
    """Return where time, speaker and text stand; digits of any script tell the time."""
    begin = row[:_BEGIN_CHARACTERS]
    return _ROW.match(latin_digits(begin))  # letter by letter, so the places stay
