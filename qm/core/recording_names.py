"""Names of recordings → what they tell: patterns that a contact centre writes in its settings.

A pattern is the name with fields in braces: `{agent}/{time:%Y%m%d-%H%M%S}-{id}`. A field ends where
what follows it in the pattern first fits, so reading takes time in proportion to the name's length
whatever the pattern. A pattern with folders is compared with the last folders of a path, one
without them with the file's own name; an ending such as .wav counts only where the pattern has one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import latin_digits

SETTING = "recording_names"
FIELDS = (
    *("id", "agent", "team", "time", "queue", "language", "direction", "customer"),
    "any",
)
SOUND_ENDINGS = frozenset(
    ".wav .mp3 .ogg .oga .opus .flac .m4a .aac .amr .gsm .g722 .au .aiff .w64"
    " .mp4 .m4v .mov .mkv .mka .webm .avi .ts".split()
)

FIELD_UNKNOWN = explain(
    "recording_names.field_unknown",
    N_("“{field}” at character {position} of the pattern “{pattern}” is no field."),
    N_("Write one of: {fields}."),
)
BRACE = explain(
    "recording_names.brace",
    N_("The brace at character {position} of the pattern “{pattern}” has no partner."),
    N_("Write each field in a pair of braces, such as {example}."),
)
TOGETHER = explain(
    "recording_names.together",
    N_("Nothing separates the field at character {position} of “{pattern}” from the one before."),
    N_("Write the text that stands between the two, such as - or _."),
)
TWICE = explain(
    "recording_names.twice",
    N_("“{field}” at character {position} of the pattern “{pattern}” is there twice."),
    N_("Leave one out, or write {example} for what does not matter."),
)
NO_ID = explain(
    "recording_names.no_id",
    N_("The pattern “{pattern}” tells no interaction's id."),
    N_("Add {example}: without it nobody knows whose recording a file is."),
)
FORMAT = explain(
    "recording_names.format",
    N_("“{format}” at character {position} of the pattern “{pattern}” cannot be read."),
    N_("Write it like {example}."),
)
TIME_INCOMPLETE = explain(
    "recording_names.time_incomplete",
    N_("The time in the pattern “{pattern}” lacks its {missing}."),
    N_("Write date, hour and minute, such as {example}, or {any} for a part that tells no time."),
)
FOLDERS = explain(
    "recording_names.folders",
    N_("The pattern “{pattern}” is empty or begins or ends with a folder's sign."),
    N_("Write folders relative to the recordings folder, such as {example}."),
)

_DIGIT = "[0-9۰-۹٠-٩]"
_TIME = {
    "Y": f"{_DIGIT}{{4}}",
    **dict.fromkeys("ymdHMS", f"{_DIGIT}{{2}}"),
    "s": f"{_DIGIT}{{10}}",
    "z": "(?:Z|[+-][0-9]{2}:?[0-9]{2})",
    "Z": "(?:UTC|GMT|Z)",
}
_TIME_EXAMPLE = "{time:%Y%m%d-%H%M%S}"
_DIRECTIONS = {
    **dict.fromkeys(("inbound", "in"), "inbound"),
    **dict.fromkeys(("outbound", "out"), "outbound"),
    **dict.fromkeys(("internal", "int"), "internal"),
}
_TOKEN = re.compile(r"\{(?P<field>[^{}:]*)(?::(?P<format>[^{}]*))?\}|(?P<brace>[{}])|[^{}]+")


class ToldByName(NamedTuple):
    """What the name of a recording tells; None where it does not.

    `started_at` is written as imports read it: a local time, or one with its offset from UTC.
    """

    id: str
    agent: str | None
    team: str | None
    queue: str | None
    language: str | None
    direction: str | None
    customer: str | None
    started_at: str | None


@dataclass(frozen=True)
class NamePattern:
    """A pattern that was found right; `text` is what the centre wrote."""

    text: str
    expression: re.Pattern[str]
    folders: int
    has_ending: bool

    def read(self, path: str) -> ToldByName | None:
        """Return what a path, written with slashes, tells; None where it does not fit."""
        parts = unicodedata.normalize("NFC", path).split("/")
        if len(parts) <= self.folders:
            return None
        name = "/".join(parts[-1 - self.folders :])
        found = self.expression.fullmatch(name if self.has_ending else without_ending(name))
        return None if found is None else _told(found.groupdict())


def read_name(patterns: Sequence[NamePattern], path: str) -> ToldByName | None:
    """Return what the first pattern that fits reads in a path; None where none fits."""
    return next((told for pattern in patterns if (told := pattern.read(path))), None)


def without_ending(name: str) -> str:
    """Return the name without the ending of a sound file."""
    return name[: -len(ending)] if (ending := sound_ending(name)) else name


def sound_ending(name: str) -> str | None:
    """Return the ending that makes a name that of a sound file, in small letters."""
    dot = name.rfind(".")
    ending = name[dot:].lower() if dot >= 0 else ""
    return ending if ending in SOUND_ENDINGS else None


def compiled(texts: Sequence[str], place: str) -> tuple[NamePattern, ...]:
    """Return the patterns; raises `BadInput` with each that is wrong, its place and position.

    `place` is where they are written. Fields are those of `FIELDS`. A time says how it is
    written: %Y %y (20..) %m %d %H %M %S, %s (seconds since 1970), %z (an offset), %Z (UTC); it may
    be in several parts, and a year before 1700 is a Solar Hijri one. `{direction:out}` fits
    that word alone; without a word, in and out, inbound, outbound and internal.
    """
    problems = []
    patterns = []
    for number, text in enumerate(texts):
        try:
            patterns.append(_compile(text))
        except _Fault as fault:
            field = f"{SETTING}[{number}]"
            values = {"pattern": text, **fault.values}
            problems.append(Problem(fault.code, place, field=field, values=values))
    if problems:
        raise BadInput(problems)
    return tuple(patterns)


class _Fault(Exception):  # noqa: N818 (named for the fact)
    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values


class _Piece(NamedTuple):
    """A part of the expression; a free one is as long as what follows it allows."""

    expression: str
    is_free: bool


def _compile(text: str) -> NamePattern:
    pattern = text.replace("\\", "/")
    if not pattern or pattern[0] == "/" or pattern[-1] == "/":
        raise _Fault(FOLDERS, example="{agent}/{id}")
    pieces, named, told_of_time = [], set(), ""
    for token in _TOKEN.finditer(unicodedata.normalize("NFC", pattern)):
        position = token.start() + 1
        name, written = token["field"], token["format"]
        if token["brace"]:
            raise _Fault(BRACE, position=position, example="{id}")
        if name is None:
            pieces.append(_Piece(re.escape(token[0]), is_free=False))
            continue
        if name not in FIELDS:
            fields = ", ".join(FIELDS)
            raise _Fault(FIELD_UNKNOWN, field=token[0], position=position, fields=fields)
        if name in named:
            raise _Fault(TWICE, field=token[0], position=position, example="{any}")
        named |= {name} - {"any", "time"}
        piece = _piece(name, written, position, told_of_time)
        told_of_time += _directives(written or "") if name == "time" else ""
        if piece.is_free and pieces and pieces[-1].is_free:
            raise _Fault(TOGETHER, position=position)
        pieces.append(piece)
    if "id" not in named:
        raise _Fault(NO_ID, example="{id}")
    _check_time(told_of_time)
    expression = re.compile("".join(_joined(pieces)), re.IGNORECASE)
    return NamePattern(text, expression, pattern.count("/"), sound_ending(pattern) is not None)


def _piece(name: str, written: str | None, position: int, told_of_time: str) -> _Piece:
    if name == "time":
        return _Piece(_time(written or "", position, told_of_time), is_free=False)
    if name == "direction":
        if written and written not in _DIRECTIONS:
            raise _Fault(FORMAT, format=written, position=position, example="{direction:out}")
        words = [written] if written else sorted(_DIRECTIONS, key=len, reverse=True)
        return _Piece(f"(?P<direction>{'|'.join(words)})", is_free=False)
    if written is not None:
        raise _Fault(FORMAT, format=written, position=position, example=f"{{{name}}}")
    return _Piece("[^/]*?" if name == "any" else f"(?P<{name}>[^/]+?)", is_free=True)


def _time(written: str, position: int, told: str) -> str:
    """Return the expression of a time; its groups are called after the directives."""
    parts = re.split(r"%(.)", written)
    codes = parts[1::2]
    is_known = all(code in _TIME or code == "%" for code in codes)
    real = [code for code in codes if code != "%"]
    if not real or not is_known or "%" in "".join(parts[::2]):
        raise _Fault(FORMAT, format=written, position=position, example=_TIME_EXAMPLE)
    if len(set(real) | set(told)) < len(real) + len(told):
        raise _Fault(TWICE, field=written, position=position, example="{any}")
    said = [re.escape(parts[0])]
    for code, literal in zip(codes, parts[2::2], strict=True):
        said.append("%" if code == "%" else f"(?P<time_{code}>{_TIME[code]})")
        said.append(re.escape(literal))
    return "".join(said)


def _directives(written: str) -> str:
    return "".join(code for code in re.findall(r"%(.)", written) if code != "%")


def _check_time(told: str) -> None:
    wanted = {"Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "M": "%M"}
    has = set(told) | ({"Y"} if "y" in told else set())
    missing = [directive for code, directive in wanted.items() if code not in has]
    if told and "s" not in told and missing:
        values = {"missing": ", ".join(missing), "example": _TIME_EXAMPLE, "any": "{any}"}
        raise _Fault(TIME_INCOMPLETE, **values)


def _joined(pieces: Sequence[_Piece]) -> Iterator[str]:
    """Yield groups of a free piece with the fixed ones after it, tried once and never again.

    An atomic group that has matched is not entered again, so no name makes the reading long.
    """
    group = ""
    for piece in (*pieces, _Piece(r"\Z", is_free=False)):
        if piece.is_free:
            yield f"(?>{group})"
            group = ""
        group += piece.expression
    yield f"(?>{group})"


def _told(found: Mapping[str, str | None]) -> ToldByName:
    direction = found.get("direction")
    return ToldByName(
        id=found["id"] or "",
        agent=found.get("agent"),
        team=found.get("team"),
        queue=found.get("queue"),
        language=found.get("language"),
        direction=_DIRECTIONS[direction.lower()] if direction else None,
        customer=found.get("customer"),
        started_at=_moment(found),
    )


def _moment(found: Mapping[str, str | None]) -> str | None:
    parts = {
        key[5:]: latin_digits(part) for key, part in found.items() if key[:5] == "time_" if part
    }
    if not parts:
        return None
    if "s" in parts:
        return datetime.fromtimestamp(int(parts["s"]), UTC).isoformat()
    year = parts.get("Y") or f"20{parts['y']}"
    offset = "Z" if parts.get("Z") else parts.get("z", "").upper()
    clock = f"{parts['H']}:{parts['M']}:{parts.get('S', '00')}"
    return f"{year}-{parts['m']}-{parts['d']}T{clock}{offset}"
