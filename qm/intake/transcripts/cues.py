"""Subtitle files: WebVTT and SubRip (SRT), read with the row of every cue.

Formats: https://www.w3.org/TR/webvtt1/ and https://www.matroska.org/technical/subtitles.html
(SRT has no standard). The libraries for them leave broken cues out silently, or join their text
to the cue before, and neither tells the row nor resolves entities; the tests compare this reader
with them on sound files.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import latin_digits
from qm.intake.fields import Refused
from qm.intake.files import shown
from qm.intake.transcripts.json_lines import in_time, language_code
from qm.intake.transcripts.prefixes import with_named_speakers
from qm.intake.transcripts.told import (
    LINE_CHARACTERS_MOST,
    LINE_ENDLESS,
    LINES_MOST,
    RECORDING_S_MOST,
    TIME_WRONG,
    TOO_MANY_LINES,
    Line,
    Told,
    Voice,
)

_ARROW = "-->"
_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})", re.ASCII)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]*)>|</v>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[\d:.]+>|\{\\[a-z]+\d*\}", re.ASCII)
_NUMBER = re.compile(r"\s*\d+\s*")
_LANGUAGE = re.compile("Language: ?([A-Za-z-]{2,20})")

CUE_TIMES = explain(
    "transcript.cue_times",
    N_("“{value}” are no times of a cue; the cue was left out."),
    N_("Write them like 00:01:02.500 --> 00:01:05.000."),
)


class _Cue(NamedTuple):
    """The rows of a cue; `row` is that of its times, counted from 1."""

    row: int
    times: str
    rows: list[str]


def is_webvtt(text: str) -> bool:
    """Whether it is a WebVTT file."""
    return text.startswith("WEBVTT")


def is_srt(text: str) -> bool:
    """Whether it is an SRT file: cue times among its first rows."""
    return any(_ARROW in row and _TIME.search(latin_digits(row)) for row in text[:4000].split("\n"))


def read_cues(text: str, place: str) -> Told:
    """Return what the file tells; a cue with several voices becomes a line for each.

    `<v Agent>` names the speaker, and so does a name before a colon; other tags are taken out.
    Cues may overlap.
    """
    is_vtt = is_webvtt(text)
    told = Told("webvtt" if is_vtt else "srt", language=_language(text) if is_vtt else None)
    for cue in _cues(text.split("\n")):
        if len(told.lines) + len(told.problems) >= LINES_MOST:
            raise BadInput(Problem(TOO_MANY_LINES, place, values={"most": LINES_MOST}))
        try:
            start_s, end_s = _times(cue.times)
            told.lines += [
                in_time(Line(voice, said, start_s, end_s)) for voice, said in _voices(cue.rows)
            ]
        except Refused as refused:
            told.problems.append(Problem(refused.code, place, cue.row, values=refused.values))
    told.lines = with_named_speakers(told.lines)
    return told


def _language(text: str) -> str | None:
    found = _LANGUAGE.search(text.partition("\n\n")[0])
    return language_code(found[1]) if found else None


def _cues(rows: list[str]) -> Iterator[_Cue]:
    """Yield the cues: each from its times to a blank row, or the number or times of the next."""
    cue: _Cue | None = None
    for place, row in enumerate(rows):
        following = rows[place + 1] if place + 1 < len(rows) else ""
        is_next = _ARROW in row or (_ARROW in following and bool(_NUMBER.fullmatch(row)))
        if cue and (is_next or not row.strip()):
            yield cue
            cue = None
        if _ARROW in row:
            cue = _Cue(place + 1, row, [])
        elif cue:
            cue.rows.append(row)
    if cue:
        yield cue


def _times(row: str) -> tuple[float, float]:
    first, _arrow, rest = latin_digits(row).partition(_ARROW)
    last = rest.split(maxsplit=1)[0] if rest.strip() else ""
    return _seconds(first.strip(), row), _seconds(last, row)


def _seconds(text: str, row: str) -> float:
    found = _TIME.fullmatch(text)
    if found is None or int(found[2]) > 59 or int(found[3]) > 59:
        raise Refused(CUE_TIMES, value=shown(row))
    seconds = int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    if seconds > RECORDING_S_MOST:
        raise Refused(TIME_WRONG, value=shown(row), most=RECORDING_S_MOST)
    return seconds + int(found[4].ljust(3, "0")) / 1000


def _voices(rows: list[str]) -> Iterator[tuple[Voice, str]]:
    text = " ".join(rows)
    if len(text) > LINE_CHARACTERS_MOST:
        raise Refused(LINE_ENDLESS, length=len(text), most=LINE_CHARACTERS_MOST)
    voice, begins = Voice(), 0
    for mark in [*_VOICE.finditer(text), None]:
        said = _without_tags(text[begins : mark.start() if mark else len(text)])
        if said:
            yield voice, said
        if mark:
            label = _without_tags(mark[1] or "")
            voice, begins = Voice(label or None), mark.end()


def _without_tags(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", text)).split())
