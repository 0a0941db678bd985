"""The only way to the words of an interaction: masked, or unmasked with the right and logged."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.personal_data.masking import mask_segments
from qm.core.personal_data.rules import Kind, PrivacyRules
from qm.core.transcript import Segment
from qm.store import transcripts as store
from qm.store.engine import transaction
from qm.store.privacy import rules_in_force
from qm.store.tables import Transcript
from qm.workflow.recordings import log_opened, require_may_open


@dataclass(frozen=True)
class Words:
    """The words of an interaction as they may be read.

    `segments` hold masks as `rules` say, unless `is_unmasked`; `masked` counts what they hide or
    would hide, by kind. Without words `transcript` is None and there are no segments.
    """

    transcript: Transcript | None
    segments: tuple[Segment, ...]
    masked: dict[Kind, int]
    rules: PrivacyRules
    is_unmasked: bool = False


def words_of(session: Session, interaction_id: str, *, unmasked: bool = False) -> Words:
    """Return the words of an interaction, masked as the rules in force say.

    `unmasked` is for work that no person sees the words of, and for `read_unmasked`.
    """
    rules = rules_in_force(session)
    segments = store.segments_of(session, interaction_id)
    safe = mask_segments(segments, rules)
    return Words(
        transcript=store.transcript_of(session, interaction_id),
        segments=segments if unmasked else safe.segments,
        masked=safe.counts,
        rules=rules,
        is_unmasked=unmasked,
    )


def read_words(engine: Engine, actor: Actor, interaction_id: str) -> Words:
    """Return the masked words of an interaction to whoever may open it, else `NotAllowed`."""
    with transaction(engine) as session:
        require_may_open(session, actor, interaction_id)
        return words_of(session, interaction_id)


def read_unmasked(engine: Engine, actor: Actor, interaction_id: str, *, now: datetime) -> Words:
    """Return the words of an interaction as they were said, and log who read them.

    Within an hour, reading the same interaction is one event of the log. Raises `NotAllowed`
    for people without the right to see personal data or to open this interaction.
    """
    actor.require("see_personal_data")
    with transaction(engine) as session:
        require_may_open(session, actor, interaction_id)
        log_opened(session, actor, "transcript_unmasked", interaction_id, now)
        return words_of(session, interaction_id, unmasked=True)
