"""A file of interactions → rows that can be stored, and a problem for each one that cannot."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from qm.core.centre import Centre
from qm.core.forms.form import CHANNELS
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.transcript import Segment
from qm.intake import fields
from qm.intake.columns import (
    COLUMN_NAME,
    COLUMNS,
    NAME_CHARACTERS_MOST,
    NAMES,
    REQUIRED,
    is_usable,
)
from qm.intake.fields import Refused
from qm.intake.files import (
    FILE_UNREADABLE,
    NO_ROWS,
    UNPRINTABLE,
    Kind,
    RawRow,
    checked_kind,
    shown,
)
from qm.intake.messages import MESSAGES_OF_CALL, jsonl_rows, segments
from qm.intake.moments import moment_reader
from qm.intake.participants import Participant, participants, require_among
from qm.intake.tables_files import csv_rows
from qm.intake.xlsx_files import xlsx_rows

ROWS_EXPLAINED_MOST = 1_000
_ATTRIBUTE_CHARACTERS_MOST = 2_000
# Marks of writing direction that cling to cells copied from right-to-left pages.
_INVISIBLE = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_CELL_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"])
_ATTRIBUTE = "any other column"
# Names describe the agent and the team; a corrected one does not change the interaction.
_OF_THE_INTERACTION = NAMES - {"agent_name", "agent_name_fa", "team_name", "team_name_fa"}

DUPLICATE_ID = explain(
    "import.duplicate_id",
    N_("The id “{value}” is already in row {first_row} of this file."),
    N_("Remove one of the two rows, or give each interaction an id of its own."),
)
MORE_REJECTED = explain(
    "import.more_rejected",
    N_("{count} more rows were left out; only the first {most} are listed."),
    N_("Correct what repeats in the list, then import the file again."),
)

_canonical_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
_READERS: dict[Kind, Callable[[Path, str], Iterator[RawRow | Problem]]] = {
    "csv": csv_rows,
    "xlsx": xlsx_rows,
    "jsonl": jsonl_rows,
}


class InteractionRow(NamedTuple):
    """A row that can be stored; `row` is where it stood.

    `row_sha256` is the hash of what the row says of the interaction, however it was written:
    10:32+03:30 and 07:02Z are the same, so are CSV and XLSX. `segments` are the messages of a
    written channel, empty for calls and for tables. `agents` is None where the row names none.
    """

    row: int
    id: str
    channel: str
    agent: str
    team: str
    started_at: datetime
    agent_name: str | None
    agent_name_fa: str | None
    team_name: str | None
    team_name_fa: str | None
    agents: tuple[Participant, ...] | None
    queue: str | None
    direction: str | None
    talk_s: float | None
    hold_s: float | None
    wrap_s: float | None
    recording: str | None
    language: str | None
    customer: str | None
    outcome: str | None
    attributes: dict[str, str]
    segments: tuple[Segment, ...]
    row_sha256: str


class IntakeResult(NamedTuple):
    """What a file holds: rows to store, and what is wrong with the `rows_rejected` others.

    Where very many are wrong, `problems` explains the first ones and counts the rest.
    """

    rows: list[InteractionRow]
    problems: list[Problem]
    rows_rejected: int
    file_sha256: str


def read_interactions(
    path: Path,
    centre: Centre,
    *,
    recordings_folder: Path,
    now: datetime,
    max_bytes: int,
    file_name: str | None = None,
) -> IntakeResult:
    """Return the interactions of a CSV, XLSX or JSONL file and a problem per wrong field.

    `file_name` is what the person called the file, where it is stored under another name; its
    ending tells the kind. Raises `BadInput` where nothing can be taken: wrong kind, size,
    encoding or header, a damaged workbook, no rows.
    """
    place = shown(file_name or path.name)
    readers = _field_readers(centre, now, recordings_folder)
    rows: dict[str, InteractionRow] = {}
    problems: list[Problem] = []
    rejected = 0
    try:
        kind = checked_kind(path, Path(file_name or path.name).suffix, place, max_bytes)
        with path.open("rb") as file:
            file_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        for raw in _READERS[kind](path, place):
            found = [raw] if isinstance(raw, Problem) else _read_row(raw, place, readers)
            if isinstance(found, InteractionRow):
                first = rows.setdefault(found.id, found)
                if first is found:
                    continue
                values = {"value": shown(found.id), "first_row": first.row}
                found = [Problem(DUPLICATE_ID, place, found.row, "id", values)]
            rejected += 1
            if rejected <= ROWS_EXPLAINED_MOST:
                problems += found
    except OSError as error:
        values = {"error": shown(error.strerror or str(error))}
        raise BadInput(Problem(FILE_UNREADABLE, place, values=values)) from error
    if not rows and not rejected:
        raise BadInput(Problem(NO_ROWS, place))
    problems += further(rejected, place)
    return IntakeResult(list(rows.values()), problems, rejected, file_sha256)


def row_reader(
    centre: Centre, now: datetime, recordings_folder: Path
) -> Callable[[RawRow, str], InteractionRow | list[Problem]]:
    """Return the function that reads one row as a file's rows are read; it takes row and place."""
    readers = _field_readers(centre, now, recordings_folder)
    return lambda raw, place: _read_row(raw, place, readers)


def further(rejected: int, place: str) -> list[Problem]:
    """Return the finding that stands for the rejected rows beyond those explained, if any."""
    if rejected <= ROWS_EXPLAINED_MOST:
        return []
    values = {"count": rejected - ROWS_EXPLAINED_MOST, "most": ROWS_EXPLAINED_MOST}
    return [Problem(MORE_REJECTED, place, values=values)]


def _field_readers(
    centre: Centre, now: datetime, recordings_folder: Path
) -> dict[str, Callable[[str], Any]]:
    name = fields.label(200)
    readers: dict[str, Callable[[str], Any]] = {
        "id": fields.identifier(100),
        "channel": fields.choice(CHANNELS),
        "agent": fields.name_of_group(100),
        "agent_name": name,
        "agent_name_fa": name,
        "team": fields.name_of_group(100),
        "team_name": name,
        "team_name_fa": name,
        "agents": participants,
        "queue": fields.name_of_group(100),
        "direction": fields.choice(("inbound", "outbound", "internal")),
        "started_at": moment_reader(centre, now),
        "talk_s": fields.duration_s,
        "hold_s": fields.duration_s,
        "wrap_s": fields.duration_s,
        "recording": fields.recording_name(recordings_folder),
        "language": fields.language,
        "customer": fields.identifier(200),
        "outcome": fields.label(200),
        _ATTRIBUTE: fields.label(_ATTRIBUTE_CHARACTERS_MOST),
    }
    cells = {name: _cell_reader(read, name in REQUIRED) for name, read in readers.items()}
    # Most columns say the same few things over and over.
    return {name: lru_cache(maxsize=10_000)(read) for name, read in cells.items()}


def _cell_reader(read: Callable[[str], Any], is_required: bool) -> Callable[[str], Any]:
    """Return the function that reads a cell with `read`, and an optional empty one as None."""

    def cell(text: str) -> Any:
        text = text.strip(_INVISIBLE)
        if not text:
            if is_required:
                raise Refused(fields.MISSING_VALUE)
            return None
        if text in _CELL_ERRORS:
            raise Refused(fields.CELL_ERROR, value=text)
        if UNPRINTABLE.search(text):
            raise Refused(fields.UNPRINTABLE_TEXT)
        return read(text)

    return cell


def _read_row(
    raw: RawRow, place: str, readers: Mapping[str, Callable[[str], Any]]
) -> InteractionRow | list[Problem]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []

    def refuse(name: str, refused: Refused) -> None:
        field = refused.field or shown(name)
        problems.append(Problem(refused.code, place, raw.row, field, refused.values))

    for column in COLUMNS:
        try:
            values[column.name] = readers[column.name](raw.cells.get(column.name, ""))
        except Refused as refused:
            refuse(column.name, refused)
    if values.keys() >= {"agent", "agents"}:
        try:
            require_among(values["agent"], values["agents"])
        except Refused as refused:
            refuse("agents", refused)
    attributes = _attributes(raw, readers[_ATTRIBUTE], refuse)
    words: tuple[Segment, ...] = ()
    if raw.messages is not None and values.keys() >= {"channel", "started_at"}:
        try:
            words = _words(raw.messages, values, readers["started_at"])
        except Refused as refused:
            refuse("messages", refused)
    if problems:
        return problems
    sha256 = _sha256(values, attributes, words)
    return InteractionRow(
        row=raw.row, **values, attributes=attributes, segments=words, row_sha256=sha256
    )


def _attributes(
    raw: RawRow, read: Callable[[str], Any], refuse: Callable[[str, Refused], None]
) -> dict[str, str]:
    """Return what the centre's own columns say."""
    attributes: dict[str, str] = {}
    for name, cell in raw.cells.items():
        if name in NAMES:
            continue
        try:
            if not is_usable(name):
                raise Refused(COLUMN_NAME, most=NAME_CHARACTERS_MOST)
            if (text := read(cell)) is not None:
                attributes[name] = text
        except Refused as refused:
            refuse(name, refused)
    return attributes


def _words(
    messages: Any, values: Mapping[str, Any], moment: Callable[[str], datetime]
) -> tuple[Segment, ...]:
    if values["channel"] == "call":
        if messages:
            raise Refused(MESSAGES_OF_CALL)
        return ()
    return segments(messages, values["started_at"], moment)


def _sha256(
    values: Mapping[str, Any], attributes: Mapping[str, str], words: tuple[Segment, ...]
) -> str:
    said = {name: values[name] for name in _OF_THE_INTERACTION if values[name] is not None}
    said["started_at"] = values["started_at"].isoformat()  # in UTC, as it was read
    messages = [(segment.speaker, segment.start_s, segment.text) for segment in words]
    canonical = _canonical_json([said, attributes, messages])
    return hashlib.sha256(canonical.encode()).hexdigest()
