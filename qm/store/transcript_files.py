"""Transcripts that came as files: whose they are, and which of them is in force."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from sqlalchemy import or_, select
from sqlmodel import Session, col

from qm.store.recording_files import file_column
from qm.store.tables import Interaction, Recording, Transcript

_VERSIONS_MOST = 10_000


def known_ids(session: Session, names: Iterable[str]) -> list[str]:
    """Return those names that are ids of interactions, in their order."""
    wanted = list(names)
    query = select(col(Interaction.id)).where(col(Interaction.id).in_(wanted))
    known = set(session.scalars(query))
    return [name for name in wanted if name in known]


def ids_of_recordings(session: Session, stems: Sequence[str], *, limit: int) -> list[str]:
    """Return the interactions whose recording's file is called so, whatever its ending.

    The first of `stems` that any file has counts.
    """
    file = file_column()
    query = (
        select(col(Interaction.id), file)
        .outerjoin(Recording, col(Recording.interaction_id) == col(Interaction.id))
        .where(or_(*(file.contains(f"{stem}.", autoescape=True) for stem in stems)))
        .order_by(col(Interaction.id))
    )
    found: dict[str, list[str]] = {stem: [] for stem in stems}
    for interaction_id, name in session.execute(query):
        found.get(PurePosixPath(name).stem, []).append(interaction_id)
    return next((ids[:limit] for ids in found.values() if ids), [])


def in_force(session: Session, recording: Recording | None) -> Transcript | None:
    """Return the transcript in force of a recording, None where it has none."""
    if recording is None or recording.transcript_id is None:
        return None
    return session.get_one(Transcript, recording.transcript_id)


def uncorrected(session: Session, transcript: Transcript) -> Transcript:
    """Return the transcript that a corrected one was made from; any other one is its own."""
    for _version in range(_VERSIONS_MOST):
        if transcript.based_on_id is None:
            break
        transcript = session.get_one(Transcript, transcript.based_on_id)
    return transcript
