"""What somebody may hear of a recording: the file itself, or a copy with silences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.personal_data.masking import silences
from qm.core.personal_data.rules import PrivacyRules
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.transcript import Segment
from qm.speech.media_types import browser_type
from qm.speech.playback_copies import COPY_FAILED, copy_for_playing
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.recording_files import file_of
from qm.store.tables import Interaction, Recording
from qm.store.transcripts import calls_with_words
from qm.workflow.recordings import located, recording_path, require_may_open
from qm.workflow.transcripts import words_of

NOT_SILENCED = explain(
    "playback.not_silenced",
    N_("It is not known yet where personal data is said in this recording."),
    N_(
        "It can be played once it has a transcript with times; who may see personal data can play "
        "it now."
    ),
)

Stretches = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Playback:
    """A recording's file and the seconds of it that are to be silent.

    `needs_copy`: the file itself must not be played, or no browser can.
    """

    path: Path
    silences: Stretches = ()

    @property
    def needs_copy(self) -> bool:
        """Whether a copy is played in the file's place."""
        return bool(self.silences) or browser_type(self.path) is None


@dataclass(frozen=True)
class Prepared:
    """How many copies there are now, and what kept others from being made."""

    copies: int
    problems: tuple[Problem, ...]


def playback(
    engine: Engine,
    actor: Actor,
    interaction_id: str,
    recordings_folder: Path,
    *,
    now: datetime,
) -> Playback:
    """Return what the actor may hear of a recording, and log that they opened it.

    With the right to see personal data nothing is silent. Raises `NotAllowed` and `BadInput` as
    `recording_path` does, and `BadInput` where silences are wanted and nobody knows where.
    """
    with transaction(engine) as session:
        require_may_open(session, actor, interaction_id)
        rules = rules_in_force(session)
        stretches: Stretches = ()
        if rules.silences_audio and not actor.may("see_personal_data"):
            stretches = _stretches(session, interaction_id, rules)
    path = recording_path(engine, actor, interaction_id, recordings_folder, now=now)
    return Playback(path, stretches)


def prepare_copies(
    engine: Engine,
    actor: Actor,
    recordings_folder: Path,
    copies_folder: Path,
    *,
    interaction_ids: Sequence[str] | None = None,
    made: Callable[[Path, Path, Stretches], Path] = copy_for_playing,
    on_progress: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Make the copies that will be played in place of recordings, of all calls with words.

    So nobody waits for one. Copies that nobody will play any more are deleted, unless only some
    interactions are named. `made` returns a copy and makes it where it is missing.
    """
    actor.require("transcribe")
    with transaction(engine) as session:
        rules = rules_in_force(session)
        calls = calls_with_words(session, interaction_ids)
    copies: set[Path] = set()
    problems: list[Problem] = []
    for done, interaction_id in enumerate(calls):
        try:
            with transaction(engine) as session:
                played = _as_masked(session, interaction_id, recordings_folder, rules)
            if played.needs_copy:
                copies.add(made(copies_folder, played.path, played.silences))
        except (BadInput, OSError) as error:
            problems.append(_problem_of(error, interaction_id))
        if on_progress:
            on_progress(done + 1, len(calls))
    if interaction_ids is None and copies_folder.is_dir():
        for copy in set(copies_folder.glob("*.flac")) - copies:
            copy.unlink(missing_ok=True)
    return Prepared(len(copies), tuple(problems))


def _as_masked(
    session: Session, interaction_id: str, recordings_folder: Path, rules: PrivacyRules
) -> Playback:
    """Return what people without the right to see personal data hear of a recording."""
    interaction = session.get_one(Interaction, interaction_id)
    name = file_of(interaction, session.get(Recording, interaction_id))
    path = located(recordings_folder, name or "", f"interaction {interaction_id}")
    is_silent = rules.silences_audio
    return Playback(path, _stretches(session, interaction_id, rules) if is_silent else ())


def _stretches(session: Session, interaction_id: str, rules: PrivacyRules) -> Stretches:
    words = words_of(session, interaction_id, unmasked=True)
    found = _silences(words.segments, rules) if words.transcript is not None else None
    if found is None:
        raise BadInput(Problem(NOT_SILENCED, f"interaction {interaction_id}"))
    return found


@lru_cache(maxsize=16)  # a player asks for many parts of one recording
def _silences(segments: tuple[Segment, ...], rules: PrivacyRules) -> Stretches | None:
    found = silences(segments, rules)
    return None if found is None else tuple(found)


def _problem_of(error: BadInput | OSError, interaction_id: str) -> Problem:
    if isinstance(error, BadInput):
        return error.problems[0]
    values = {"detail": error.strerror or type(error).__name__}
    return Problem(COPY_FAILED, f"interaction {interaction_id}", values=values)
