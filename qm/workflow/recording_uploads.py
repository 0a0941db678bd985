"""Recordings that people upload: kept below the recordings folder under names of ours."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.problems import BadInput, Problem
from qm.core.recording_names import ToldByName
from qm.intake.recording_files import SoundFile, place_of
from qm.intake.recording_storing import checked_sound, keep_sound
from qm.store import recording_files as store
from qm.store.engine import transaction
from qm.workflow.recording_intake import NO_PATTERN, SAME_SOUND
from qm.workflow.recording_matching import (
    Candidate,
    RecordingSource,
    Taken,
    add,
    check_call,
    is_there,
    row_of_new_call,
    save,
    told_by_name,
)

_LOOKED_AT = 2_000


@dataclass(frozen=True)
class Uploaded:
    """What became of an uploaded recording: given to a known call, or to a new one.

    `was_there`: the call had this very recording before, so nothing changed.
    """

    interaction_id: str
    is_new: bool
    was_there: bool


def upload_recording(
    engine: Engine,
    actor: Actor,
    source: RecordingSource,
    content: BinaryIO,
    *,
    file_name: str,
    interaction_id: str | None,
    max_bytes: int,
    now: datetime,
) -> Uploaded:
    """Keep an uploaded recording and give it to a call: the one that is named, or its name's.

    Nobody decodes it here. It waits to be transcribed as soon as its call is known. Whoever may
    import or transcribe may upload, but only those who import make new calls. Raises `BadInput`
    where nothing was kept.
    """
    if not actor.may("transcribe"):
        actor.require("import")
    place = place_of(file_name.replace("\\", "/").rpartition("/")[2])
    told = _told(interaction_id) if interaction_id else told_by_name(source, place)
    if told is None:
        raise BadInput(Problem(NO_PATTERN, place))
    sound = checked_sound(content, place, max_bytes)
    with transaction(engine) as session:
        call = store.calls(session, [told.id]).get(told.id)
        is_in_use = bool(store.names_in_use(session, [sound.name]))
    if call is not None and call.file == sound.name and is_there(source.folder, sound.name):
        return Uploaded(told.id, is_new=False, was_there=True)
    if is_in_use and (call is None or call.file != sound.name):
        raise BadInput(Problem(SAME_SOUND, place, values={"file": sound.name}))
    candidate = Candidate(SoundFile(sound.name, sound.bytes, 0), told, call)
    taken = Taken({}, {}, [])
    problem = check_call(source, candidate, {}) or _add(
        engine, actor, source, candidate, taken, now
    )
    if problem:
        raise BadInput(Problem(problem.code, place, field=problem.field, values=problem.values))
    keep_sound(content, sound, source.folder, place)
    save(engine, actor, source, taken, now=now)
    return Uploaded(told.id, is_new=call is None, was_there=False)


def calls_without_file(
    engine: Engine, actor: Actor, recordings_folder: Path, *, most: int
) -> pd.DataFrame:
    """Return drawn calls whose recording is not there, the newest first.

    id, agent_name, agent_name_fa, started_at, file (the one that is missing, None without one).
    It looks at the files of the newest 2,000 drawn calls that have no words.
    """
    if not actor.may("transcribe"):
        actor.require("import")
    with transaction(engine) as session:
        drawn = store.drawn_calls(session, limit=_LOOKED_AT)
    is_missing = [not (name and is_there(recordings_folder, name)) for name in drawn["file"]]
    return drawn[is_missing].head(most)


def _told(interaction_id: str) -> ToldByName:
    return ToldByName(interaction_id, *(None,) * 7)


def _add(
    engine: Engine,
    actor: Actor,
    source: RecordingSource,
    candidate: Candidate,
    taken: Taken,
    now: datetime,
) -> Problem | None:
    if candidate.call is None:
        actor.require("import")
    return add(candidate, taken, row_of_new_call(engine, source, [candidate.told.agent], now=now))
