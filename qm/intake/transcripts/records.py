"""Lines given one by one with named values: chat logs as JSON, and tables of speech as CSV.

The names are those of common exports, such as the Gridspace-Stanford Harper Valley dialogues
(https://github.com/cricketclub/gridspace-stanford-harper-valley), of which `human_transcript` is
taken before the machine's, and `start_ms`, the time both channels share, before `offset_ms`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from functools import partial

from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.fields import Refused
from qm.intake.files import shown
from qm.intake.transcripts.json_lines import add_lines
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.told import NOT_TEXT, Line, Told, Voice
from qm.intake.transcripts.written_times import Moments, span_s

_SPEAKER = (
    "speaker_role role from speaker author sender participant participant_role گوینده فرستنده نقش"
).split()
_TEXT = (
    "human_transcript text transcript message content utterance body asr_transcript متن پیام"
).split()
_START = "start_s start_ms start begin offset_ms offset شروع".split()
_END = "end_s end_ms end پایان".split()
_LENGTH = "duration_s duration_ms duration".split()
_AT = "at time timestamp sent_at created_at date زمان ساعت".split()
_CHANNEL = "channel channel_index".split()
_LISTS = "messages turns conversation lines utterances transcript chat".split()
_NAMES = "conversation_id conversationId interaction_id id".split()
_SEPARATORS = ",;\t|"
_COLUMNS_MOST = 200

NO_CSV = explain(
    "transcript.no_csv",
    N_("The table cannot be read: {cause}."),
    N_("Export it again as CSV with a header."),
)
CELLS = explain(
    "transcript.cells",
    N_("The row has {count} cells, the header {columns}; it was left out."),
    N_("Put texts that hold the separator into double quotes."),
)


def is_records(document: Node) -> bool:
    """Whether it is a list of lines, or an object with one, that names speaker and text."""
    return any(_is_record(each) for each in _records(document))


def read_records(document: Node, place: str) -> Told:
    """Return what a JSON chat log tells; written messages have a start and no end."""
    names = (document[name].label() for name in _NAMES)
    told = Told("chat_json", names=tuple(name for name in names if name))
    moments = Moments()
    add_lines(told, _records(document), partial(_line, moments=moments), place)
    return told


def is_table(text: str) -> bool:
    """Whether it is a CSV file whose header names a text, and a speaker or a time."""
    header = _cells(text.partition("\n")[0])
    return _has(header, _TEXT) and any(
        _has(header, each) for each in (_SPEAKER, _START, _AT, _CHANNEL)
    )


def read_table(text: str, place: str) -> Told:
    """Return what a CSV file with a header tells, a line per row."""
    told = Told("table")
    moments = Moments()
    before = 0
    for row, node in _rows(text, told, place):
        add_lines(told, [node], partial(_line, moments=moments), place)
        for at in range(before, len(told.problems)):
            found = told.problems[at]
            if found.row is None:
                told.problems[at] = Problem(found.code, place, row, found.field, found.values)
        before = len(told.problems)
    return told


def _rows(text: str, told: Told, place: str) -> Iterator[tuple[int, Node]]:
    reader = csv.reader(io.StringIO(text), delimiter=_separator(text), strict=True)
    try:
        header = [name.strip().casefold() for name in next(reader)]
        for cells in reader:
            row = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                values = {"count": len(cells), "columns": len(header)}
                told.problems.append(Problem(CELLS, place, row, values=values))
                continue
            yield row, Node(dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        cause = {"cause": shown(str(error))}
        raise BadInput(Problem(NO_CSV, place, reader.line_num, values=cause)) from None


def _cells(header: str) -> list[str]:
    separator = _separator(header)
    return [cell.strip().strip('"').casefold() for cell in header.split(separator)[:_COLUMNS_MOST]]


def _separator(text: str) -> str:
    header = text.partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


def _has(names: Iterable[str], wanted: Iterable[str]) -> bool:
    return not set(wanted).isdisjoint(names)


def _records(document: Node) -> Node:
    if document.is_list:
        return document
    return next((document[name] for name in _LISTS if document[name].is_list), Node([]))


def _is_record(node: Node) -> bool:
    if not isinstance(node.value, dict):
        return False
    names = {name.casefold() for name in node.value}
    return _has(names, _TEXT) and _has(names, [*_SPEAKER, *_START, *_AT, *_CHANNEL])


def _line(record: Node, moments: Moments) -> Line:
    if not isinstance(record.value, dict):
        raise Refused(NOT_TEXT)
    named = Node({name.casefold(): value for name, value in record.value.items()}, record.path)
    text = named.first(*_TEXT).words()
    start_s, end_s = _times(named, moments)
    return Line(_voice(named), text, start_s, end_s)


def _voice(record: Node) -> Voice:
    channel = record.first(*_CHANNEL)
    number = channel.label() or ""
    return Voice(
        record.first(*_SPEAKER).label(),
        int(number) if number.isascii() and number.isdigit() and len(number) < 4 else None,
    )


def _times(record: Node, moments: Moments) -> tuple[float | None, float | None]:
    start_s = _span(record, _START)
    if start_s is None:
        return moments.seconds(record.first(*_AT)), None
    end_s = _span(record, _END)
    length_s = _span(record, _LENGTH)
    if end_s is None and length_s is not None:
        end_s = round(start_s + length_s, 3)
    return start_s, end_s


def _span(record: Node, names: list[str]) -> float | None:
    value = record.first(*names)
    return span_s(value, 1e-3 if value.path.endswith("_ms") else 1.0)
