"""The recording of an interaction, for whoever may hear it."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.speech.files import UNREADABLE
from qm.store.access import Standing, standing, was_logged
from qm.store.audit import record
from qm.store.draw_explanations import owners_of
from qm.store.engine import transaction
from qm.store.recording_files import file_of
from qm.store.tables import Recording

UNKNOWN_INTERACTION = explain(
    "recording.unknown",
    N_("There is no such interaction."),
    N_("Open it again from a list."),
)
NO_RECORDING = explain(
    "recording.none",
    N_("The interaction has no recording."),
    N_("Read its text instead."),
)
FILE_OUTSIDE = explain(
    "recording.outside",
    N_("The recording is not inside the recordings folder."),
    N_("Import the interaction with a file name relative to that folder."),
)
FILE_MISSING = explain(
    "recording.missing",
    N_("The recording's file was not found."),
    N_("Put it into the recordings folder under the imported name."),
)

_ONE_LISTENING = timedelta(hours=1)


def recording_path(
    engine: Engine,
    actor: Actor,
    interaction_id: str,
    recordings_folder: Path,
    *,
    now: datetime,
) -> Path:
    """Return the file of a recording that the actor may hear, and log that they opened it.

    A player asks for many parts of one file: within an hour they are one event of the log.
    Raises `NotAllowed`, for unknown interactions too unless the role may open all of them, and
    `BadInput` where there is no recording or its file is missing or outside the folder.
    """
    with transaction(engine) as session:
        found = require_may_open(session, actor, interaction_id)
        recording = session.get(Recording, interaction_id)
        path = _path_of(recordings_folder, interaction_id, found, recording)
        log_opened(session, actor, "recording_opened", interaction_id, now)
    return path


def require_may_open(session: Session, actor: Actor, interaction_id: str) -> Standing | None:
    """Return how the interaction stands to the actor, None where there is none of this id.

    Raises `NotAllowed` unless they may open it, for unknown ones too unless the role may open all.
    """
    found = standing(session, interaction_id, actor.username)
    _check_access(actor, interaction_id, found, owners_of(session, interaction_id))
    return found


def _check_access(
    actor: Actor, interaction_id: str, found: Standing | None, owners: list[tuple[str, str]]
) -> None:
    """Raise `NotAllowed` unless the actor may open it as one of these teams' and agents'."""
    nobodys: list[tuple[str | None, str | None]] = [(None, None)]
    may_open = [
        actor.may_open(
            team_id=team_id,
            agent_id=agent_id,
            is_own_work=found is not None and found.is_own_work,
            is_evaluated=found is not None and found.is_evaluated,
            is_published=found is not None and found.is_published,
        )
        for team_id, agent_id in owners or nobodys
    ]
    if not any(may_open):
        raise NotAllowed(f"“{actor.username}” may not open interaction {interaction_id}")


def located(folder: Path, name: str, place: str) -> Path:
    """Return the path of a recording; `place` is the name that problems show.

    Raises `BadInput` for a file that is missing, may not be looked at, or lies outside the
    folder, also behind links.
    """
    try:
        path = (folder / name).resolve()
        is_file = path.is_file()
    except PermissionError as error:
        raise BadInput(Problem(UNREADABLE, place, values={"detail": error.strerror})) from error
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null byte
        raise BadInput(Problem(FILE_MISSING, place)) from error
    if not path.is_relative_to(folder.resolve()):
        raise BadInput(Problem(FILE_OUTSIDE, place))
    if not is_file:
        raise BadInput(Problem(FILE_MISSING, place))
    return path


def _path_of(
    folder: Path, interaction_id: str, found: Standing | None, recording: Recording | None
) -> Path:
    place = f"interaction {interaction_id}"
    if found is None:
        raise BadInput(Problem(UNKNOWN_INTERACTION, place))
    name = file_of(found.interaction, recording)
    if name is None:
        raise BadInput(Problem(NO_RECORDING, place))
    return located(folder, name, place)


def log_opened(
    session: Session, actor: Actor, action: str, interaction_id: str, now: datetime
) -> None:
    """Log that somebody opened something of an interaction, once within an hour."""
    since = now - _ONE_LISTENING
    who = actor.username
    if not was_logged(session, actor=who, action=action, subject=interaction_id, since=since):
        record(session, actor=who, action=action, subject=interaction_id, at=now)
