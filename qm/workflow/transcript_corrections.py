"""Correcting transcripts: every save is a version of its own, the machine's words stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.corrections import Change, LineCorrection, changes, corrected
from qm.core.personal_data.masking import masked_segments
from qm.core.personal_data.rules import PrivacyRules
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.transcript import Segment
from qm.store import transcripts as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.tables import Transcript
from qm.store.transcript_search import index_transcript, segments_of_transcripts
from qm.workflow.recordings import require_may_open
from qm.workflow.transcripts import Words, words_of

MOVED_ON = explain(
    "correction.moved_on",
    N_("Somebody else corrected this transcript since you opened it; nothing of theirs is lost."),
    N_("Look at the line as it stands now, then save yours again if it still differs."),
)
NO_TRANSCRIPT = explain(
    "correction.no_transcript",
    N_("There is no transcript to correct."),
    N_("Wait until the recording is transcribed."),
)
WRITTEN = explain(
    "correction.written",
    N_("What was written cannot be corrected."),
    N_("Only transcripts of what was spoken can be."),
)
NOT_CORRECTED = explain(
    "correction.not_corrected",
    N_("The transcript is the machine's version already."),
    N_("There is nothing to take back."),
)


@dataclass(frozen=True)
class Revision:
    """A corrected version: by whom, when, and the lines that differ from the one before, masked.

    `is_back`: the corrections before it were taken back.
    """

    transcript_id: int
    by: str
    at: datetime
    changes: tuple[Change, ...]
    is_back: bool


def correct_transcript(
    engine: Engine,
    actor: Actor,
    interaction_id: str,
    corrections: Sequence[LineCorrection],
    *,
    transcript_id: int,
    now: datetime,
) -> int:
    """Save corrections as a new version of the interaction's transcript and return its id.

    `transcript_id` is the version that was corrected: where another one is in force by now,
    `BadInput` is raised and nothing is lost. Other interactions with the same audio keep theirs.
    Raises `NotAllowed` without the right or where the actor may not open the interaction, and
    `BadInput` for corrections that cannot be made (`qm.core.corrections`).
    """
    with transaction(engine) as session:
        words, base = _correctable(session, actor, interaction_id, transcript_id)
        made = corrected(words.segments, corrections, words.rules)
        lines = [change.line for change in changes(words.segments, made)]
        return _put(session, actor, interaction_id, base, words.rules, made, now, {"lines": lines})


def take_back_corrections(
    engine: Engine, actor: Actor, interaction_id: str, *, transcript_id: int, now: datetime
) -> int:
    """Return to the machine's words, as a new version; the corrected ones stay. Return its id.

    Raises as `correct_transcript` does, and `BadInput` where nothing is corrected.
    """
    with transaction(engine) as session:
        words, base = _correctable(session, actor, interaction_id, transcript_id)
        first = store.versions_of(session, interaction_id)[0].id or 0
        original = segments_of_transcripts(session, [first])[first]
        if original == words.segments:
            raise BadInput(Problem(NOT_CORRECTED, interaction_id))
        detail = {"back_to": first}
        return _put(session, actor, interaction_id, base, words.rules, original, now, detail)


def transcript_history(engine: Engine, actor: Actor, interaction_id: str) -> list[Revision]:
    """Return the corrected versions of an interaction's transcript, the newest first.

    Raises `NotAllowed` where the actor may not correct transcripts or not open this interaction.
    """
    actor.require("correct_transcripts")
    with transaction(engine) as session:
        require_may_open(session, actor, interaction_id)
        versions = store.versions_of(session, interaction_id)
        revisions = _revisions(session, versions, rules_in_force(session))
    return revisions[::-1]


def corrected_lines(engine: Engine, actor: Actor, interaction_id: str) -> tuple[int, ...]:
    """Return the lines, from 0, that differ from the machine's; for whoever may open it."""
    with transaction(engine) as session:
        require_may_open(session, actor, interaction_id)
        versions = store.versions_of(session, interaction_id)
        if not versions:
            return ()
        first, last = versions[0].id or 0, versions[-1].id or 0
        found = segments_of_transcripts(session, [first, last])
        return tuple(change.line for change in changes(found[first], found[last]))


def _correctable(
    session: Session, actor: Actor, interaction_id: str, transcript_id: int
) -> tuple[Words, Transcript]:
    """Return the original words, if they are in force and the actor may correct them."""
    actor.require("correct_transcripts")
    require_may_open(session, actor, interaction_id)
    words = words_of(session, interaction_id, unmasked=True)
    if words.transcript is None:
        raise BadInput(Problem(NO_TRANSCRIPT, interaction_id))
    if words.transcript.origin == "imported":
        raise BadInput(Problem(WRITTEN, interaction_id))
    if words.transcript.id != transcript_id:
        raise BadInput(Problem(MOVED_ON, interaction_id))
    return words, words.transcript


def _put(
    session: Session,
    actor: Actor,
    interaction_id: str,
    base: Transcript,
    rules: PrivacyRules,
    segments: Sequence[Segment],
    now: datetime,
    detail: Mapping[str, object],
) -> int:
    made = Transcript(
        origin="corrected",
        model=base.model,
        language=base.language,
        duration_s=base.duration_s,
        left_out=base.left_out,
        source_format=base.source_format,
        source_file=base.source_file,
        based_on_id=base.id,
        created_at=now,
        created_by=actor.username,
    )
    based_on = base.id or 0
    made_id = store.add_transcript(session, made, segments)
    if not store.put_in_force(session, interaction_id, made_id, instead_of=based_on, now=now):
        raise BadInput(Problem(MOVED_ON, interaction_id))  # at this very moment
    index_transcript(session, made_id, segments, rules)
    record(
        session,
        actor=actor.username,
        action="transcript_corrected",
        subject=interaction_id,
        at=now,
        detail={"transcript": made_id, "instead_of": based_on, **detail},
    )
    return made_id


def _revisions(
    session: Session, versions: Sequence[Transcript], rules: PrivacyRules
) -> list[Revision]:
    ids = [version.id or 0 for version in versions]
    found = segments_of_transcripts(session, ids)
    shown = {id_: masked_segments(segments, rules) for id_, segments in found.items()}
    return [
        Revision(
            transcript_id=version.id or 0,
            by=version.created_by or "",
            at=version.created_at,
            changes=tuple(_changes(found, shown, version.based_on_id or 0, version.id or 0)),
            is_back=place > 1 and found[version.id or 0] == found[ids[0]],
        )
        for place, version in enumerate(versions)
        if place
    ]


def _changes(
    found: dict[int, tuple[Segment, ...]],
    shown: dict[int, tuple[Segment, ...]],
    before: int,
    after: int,
) -> list[Change]:
    """Return what differs in the words as they were said, told in masked ones."""
    return [
        Change(change.line, shown[before][change.line], shown[after][change.line])
        for change in changes(found[before], found[after])
    ]
