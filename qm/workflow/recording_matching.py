"""Whose recording a file is: what speaks against it, and storing what was found."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.recording_names import NamePattern, ToldByName, read_name
from qm.intake import fields
from qm.intake.files import RawRow, shown
from qm.intake.interactions import IntakeResult, InteractionRow, row_reader
from qm.intake.recording_files import SoundFile, place_of
from qm.store import recording_files as store
from qm.store.engine import transaction
from qm.store.interactions import teams_of
from qm.workflow.interactions import store_rows

NOT_A_CALL = explain(
    "recording_files.not_a_call",
    N_("The interaction “{id}” is not a call."),
    N_("Check the id in the file's name."),
)
HAS_OTHER = explain(
    "recording_files.has_other",
    N_("The call “{id}” has another recording already: {file}."),
    N_("Nothing, if that one is right; else take that file away and scan again."),
)
CALL_UNKNOWN = explain(
    "recording_files.call_unknown",
    N_("No interaction has the id “{id}”, and the name does not tell agent and time of a new one."),
    N_("Import the interactions first, then scan again; or describe the names with both."),
)
NO_TEAM = explain(
    "recording_files.no_team",
    N_("The agent “{agent}” is not known, so nobody knows the team of this call."),
    N_("Import the agent's interactions first, or say the team: --team."),
)


@dataclass(frozen=True)
class RecordingSource:
    """Where recordings lie and how they are read.

    `team` is that of agents whom nobody knows yet; `length_s` tells the seconds of a file, None
    where nobody may decode here (the web process): then new calls have no talk time.
    """

    folder: Path
    patterns: tuple[NamePattern, ...]
    centre: Centre
    team: str | None = None
    length_s: Callable[[Path], float | None] | None = None


class Candidate(NamedTuple):
    """A file that is nobody's yet; `call` is the interaction of its id, where there is one."""

    file: SoundFile
    told: ToldByName
    call: store.Call | None


class Taken(NamedTuple):
    """What will be stored: the file that each known call lacked, and rows of new calls.

    `seen` is how the known calls were when this was decided.
    """

    files: dict[str, str]
    seen: dict[str, store.Call]
    rows: list[InteractionRow]


RowOf = Callable[[Candidate], InteractionRow | Problem]


def told_by_name(source: RecordingSource, name: str) -> ToldByName | None:
    """Return what a name tells, the agent's id in the letters in which imports store it."""
    told = read_name(source.patterns, name)
    return told and told._replace(agent=told.agent and fields.persian_letters(told.agent))


def check_call(
    source: RecordingSource, candidate: Candidate, taken_before: Mapping[str, str]
) -> Problem | None:
    """Return what is wrong with giving the call this file, whatever the file holds.

    `taken_before` are the files that ids got just now, though they are not stored yet.
    """
    file, told, call = candidate
    place = place_of(file.name)
    values: dict[str, object] = {"id": shown(told.id)}
    if call is None and not (told.agent and told.started_at):
        return Problem(CALL_UNKNOWN, place, values=values)
    if call is not None and call.channel != "call":
        return Problem(NOT_A_CALL, place, values=values)
    other = taken_before.get(told.id) or (call.file if call else None)
    if other and (told.id in taken_before or is_there(source.folder, other)):
        return Problem(HAS_OTHER, place, values=values | {"file": place_of(other)})
    return None


def is_there(folder: Path, name: str) -> bool:
    """Whether the file of an interaction lies in the recordings folder."""
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):  # the share is gone, a null byte
        return False


def row_of_new_call(
    engine: Engine, source: RecordingSource, agents: Iterable[str | None], *, now: datetime
) -> RowOf:
    """Return the function that makes the row of a new call, as if a file had brought it.

    `agents` are those of all candidates that it will be asked about.
    """
    with transaction(engine) as session:
        teams = teams_of(session, {agent for agent in agents if agent})
    read_row = row_reader(source.centre, now, source.folder)

    def row(candidate: Candidate) -> InteractionRow | Problem:
        file, told, _call = candidate
        place = place_of(file.name)
        team = told.team or teams.get(told.agent or "") or source.team
        if not team:
            return Problem(NO_TEAM, place, values={"agent": shown(told.agent or "")})
        try:
            length_s = source.length_s(source.folder / file.name) if source.length_s else None
        except BadInput as refusal:
            return replace(refusal.problems[0], place=place)
        read = read_row(RawRow(0, _cells(file, told, team, length_s)), place)
        return read if isinstance(read, InteractionRow) else replace(read[0], row=None)

    return row


def add(candidate: Candidate, taken: Taken, row_of: RowOf) -> Problem | None:
    """Add the candidate to what is taken, or return why there is no row for it."""
    if candidate.call is not None:
        taken.files[candidate.told.id] = candidate.file.name
        taken.seen[candidate.told.id] = candidate.call
        return None
    row = row_of(candidate)
    if isinstance(row, Problem):
        return row
    taken.rows.append(row)
    return None


def save(
    engine: Engine, actor: Actor, source: RecordingSource, taken: Taken, *, now: datetime
) -> None:
    """Store what was taken; a call that changed since is left as it is: the next scan sees it."""
    actor.require("import")
    if taken.files:
        with transaction(engine) as session:
            store.hold_imports(session)
            present = store.calls(session, taken.files)
            same = {id_ for id_, call in taken.seen.items() if present[id_] == call}
            files = {id_: name for id_, name in taken.files.items() if id_ in same}
            store.give_files(session, files, actor=actor.username, at=now)
    if taken.rows:
        sha256 = hashlib.sha256("\n".join(row.row_sha256 for row in taken.rows).encode())
        found = IntakeResult(taken.rows, [], 0, sha256.hexdigest())
        store_rows(engine, actor, found, shown(f"{source.folder.name}/"), now=now)


def _cells(file: SoundFile, told: ToldByName, team: str, length_s: float | None) -> dict[str, str]:
    return {
        "id": told.id,
        "channel": "call",
        "agent": told.agent or "",
        "team": team,
        "started_at": told.started_at or "",
        "queue": told.queue or "",
        "direction": told.direction or "",
        "language": told.language or "",
        "customer": told.customer or "",
        "talk_s": "" if length_s is None else f"{length_s:.1f}",
        "recording": file.name,
    }
