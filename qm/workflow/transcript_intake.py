"""Transcripts made elsewhere become the words of their interactions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.recording_names import NamePattern
from qm.core.transcript import Speaker
from qm.intake.files import shown
from qm.intake.transcripts.reader import BYTES_MOST, read_transcript
from qm.intake.transcripts.speakers import NOT_SAID, AgentIs
from qm.intake.transcripts.transcript_file import TranscriptFile
from qm.store import transcript_files as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.recording_files import drawn_calls
from qm.store.tables import Interaction, Recording, Transcript
from qm.store.transcript_search import index_transcript
from qm.store.transcription_queue import free
from qm.store.transcripts import add_transcript
from qm.workflow.transcript_owners import owner_of

UNKNOWN_INTERACTION = explain(
    "transcript.unknown_interaction",
    N_("There is no interaction “{id}”."),
    N_("Import the interactions first, or correct the id."),
)
HAS_MESSAGES = explain(
    "transcript.has_messages",
    N_("The interaction “{id}” was imported with its messages."),
    N_("Nothing needs to be done; its own messages count."),
)
WAS_CORRECTED = explain(
    "transcript.was_corrected",
    N_("Somebody corrected the transcript of “{id}”; this file would take its place."),
    N_("If it shall, say so (--replace-corrected); the corrected one stays stored."),
)

Result = Literal["attached", "replaced", "known", "refused"]


@dataclass(frozen=True)
class GivenFile:
    """A transcript file: where it lies or what it holds, and what its owner calls it."""

    name: str
    source: Path | bytes
    interaction_id: str | None = None


@dataclass(frozen=True)
class AttachOptions:
    """How files are attached.

    `agent` is who of a file's speakers the agent is, `patterns` are those of recordings' names,
    `replace_corrected` lets a file take the place of a transcript that somebody corrected.
    """

    agent: AgentIs = NOT_SAID
    patterns: tuple[NamePattern, ...] = ()
    replace_corrected: bool = False
    max_bytes: int = BYTES_MOST


@dataclass(frozen=True)
class Attached:
    """What became of a file.

    `known`: it is in force already, nothing changed; `refused`: nothing was stored, `problems`
    say why; otherwise they say what was left out.
    """

    file_name: str
    result: Result
    interaction_id: str | None = None
    format: str | None = None
    language: str | None = None
    speakers: Mapping[Speaker, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return sum(self.speakers.values())


def attach_transcripts(
    engine: Engine,
    actor: Actor,
    files: Sequence[GivenFile],
    options: AttachOptions,
    *,
    now: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Attached]:
    """Attach each file to its interaction, in a transaction of its own; return what became of it.

    A file's interaction is the one it is given for, else the one that its content or its name
    tells (`qm.workflow.transcript_owners.owner_of`).
    """
    _require(actor)
    outcomes = []
    for done, file in enumerate(files, start=1):
        try:
            outcomes.append(attach_transcript(engine, actor, file, options, now=now))
        except BadInput as refusal:
            name = shown(file.name)
            outcomes.append(Attached(name, "refused", problems=refusal.problems))
        if on_progress is not None:
            on_progress(done, len(files))
    return outcomes


def attach_transcript(
    engine: Engine, actor: Actor, file: GivenFile, options: AttachOptions, *, now: datetime
) -> Attached:
    """Put the words of a file in force for its interaction, searchable at once.

    The same file again changes nothing; another one takes the place of what was in force, which
    stays in the table. A recording that waits for transcription no longer does. Raises `BadInput`
    where the file is no transcript, nobody knows whose it is, or words are there that it must not
    replace: those of a written interaction's import, and corrected ones without the option.
    """
    _require(actor)
    read = read_transcript(file.source, file.name, agent=options.agent, max_bytes=options.max_bytes)
    place = shown(file.name)
    with transaction(engine) as session:
        interaction = _interaction(session, file, read, options, place)
        recording = session.get(Recording, interaction.id, with_for_update=True)
        settings = _settings(read, options.agent)
        before = store.in_force(session, recording)
        result = _result(session, before, settings, options, interaction.id, place)
        if result != "known":
            row = _transcript(file, read, settings, interaction, actor, now)
            added = _put(session, row, read, interaction.id, recording)
            detail = {"file": place, "format": read.format, "lines": len(read.segments)}
            detail |= {"transcript": added, "instead_of": before.id if before else None}
            _log(session, actor, interaction.id, detail, now)
    return Attached(
        place, result, interaction.id, read.format, read.language, read.speakers, read.warnings
    )


def calls_without_words(engine: Engine, actor: Actor, *, limit: int) -> pd.DataFrame:
    """Return the newest drawn calls that have no words yet, as `drawn_calls` describes them."""
    _require(actor)
    with transaction(engine) as session:
        return drawn_calls(session, limit=limit)


def _require(actor: Actor) -> None:
    if not actor.may("transcribe"):
        actor.require("import")


def _interaction(
    session: Session, file: GivenFile, read: TranscriptFile, options: AttachOptions, place: str
) -> Interaction:
    """Return the file's interaction, held until the end of the transaction."""
    id_ = file.interaction_id
    if id_ is None:
        id_ = owner_of(session, file.name, read.names, options.patterns, place)
    found = session.get(Interaction, id_[:200], with_for_update=True)
    if found is None:
        raise BadInput(Problem(UNKNOWN_INTERACTION, place, values={"id": shown(id_)}))
    return found


def _settings(read: TranscriptFile, agent: AgentIs) -> dict[str, Any]:
    """Return what decided the words: the file and who was said to be its agent."""
    return {
        "file_sha256": read.file_sha256,
        "agent_channel": agent.channel,
        "agent_label": agent.label,
    }


def _result(
    session: Session,
    before: Transcript | None,
    settings: Mapping[str, Any],
    options: AttachOptions,
    interaction_id: str,
    place: str,
) -> Result:
    if before is None:
        return "attached"
    values = {"id": interaction_id}
    if before.origin == "imported":
        raise BadInput(Problem(HAS_MESSAGES, place, values=values))
    if store.uncorrected(session, before).settings == settings:
        return "known"
    if before.origin == "corrected" and not options.replace_corrected:
        raise BadInput(Problem(WAS_CORRECTED, place, values=values))
    return "replaced"


def _transcript(
    file: GivenFile,
    read: TranscriptFile,
    settings: dict[str, Any],
    interaction: Interaction,
    actor: Actor,
    now: datetime,
) -> Transcript:
    return Transcript(
        origin="file",
        model=read.model,
        language=read.language or interaction.language,
        duration_s=read.duration_s,
        settings=settings,
        source_format=read.format,
        source_file=shown(file.name),
        created_at=now,
        created_by=actor.username,
    )


def _put(
    session: Session,
    transcript: Transcript,
    read: TranscriptFile,
    interaction_id: str,
    recording: Recording | None,
) -> int:
    added = add_transcript(session, transcript, read.segments)
    index_transcript(session, added, read.segments, rules_in_force(session))
    at = transcript.created_at
    if recording is None:
        recording = Recording(interaction_id=interaction_id, updated_at=at)
        session.add(recording)
    free(recording)
    recording.transcript_id = added
    recording.state = "done"
    recording.problem = recording.next_try_at = None
    recording.duration_s = recording.duration_s or read.duration_s
    recording.updated_at = at
    return added


def _log(
    session: Session, actor: Actor, interaction_id: str, detail: Mapping[str, Any], at: datetime
) -> None:
    record(
        session,
        actor=actor.username,
        action="transcript_attached",
        subject=interaction_id,
        at=at,
        detail=detail,
    )
