"""The customer's earlier contacts, as far as the person may know of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import NotAllowed
from qm.store import earlier_contacts as store
from qm.store.engine import transaction
from qm.store.recording_files import file_of
from qm.store.rules import life_rules
from qm.store.tables import Interaction, Recording
from qm.workflow.recordings import require_may_open
from qm.workflow.transcripts import Words, words_of

MOST = 50
"""So many are told, the newest; nobody reads more of them."""


@dataclass(frozen=True)
class EarlierContact:
    """A contact of the same customer; who of the agents had it is not told.

    `duration_s` counts talking and holding, None where nobody counted it. `may_open`: the person
    may hear or read it. `percent` is its score, and only where the rules of the centre show it.
    """

    interaction_id: str
    channel: str
    queue: str | None
    started_at: datetime
    duration_s: float | None
    may_open: bool
    percent: float | None


@dataclass(frozen=True)
class OpenedContact:
    """An earlier contact with its masked words."""

    interaction: Interaction
    words: Words
    has_recording: bool
    duration_s: float | None


def count_earlier_contacts(engine: Engine, actor: Actor, interaction_id: str) -> int:
    """Return how many earlier contacts there are, `MOST` at most.

    Raises `NotAllowed` where the person may not open the interaction itself.
    """
    with transaction(engine) as session:
        return len(_contacts(session, actor, interaction_id))


def earlier_contacts(
    engine: Engine, actor: Actor, interaction_id: str
) -> tuple[EarlierContact, ...]:
    """Return the customer's contacts before this interaction, the newest first, `MOST` at most.

    Leads know of their team's, agents of their own. Raises `NotAllowed` where the person may not
    open the interaction itself.
    """
    with transaction(engine) as session:
        found = _contacts(session, actor, interaction_id)
        shows_scores = life_rules(session).shows_earlier_scores
        ids = [contact.id for contact in found]
        scored = store.readable_evaluations(session, actor, ids) if shows_scores else {}
        return tuple(
            EarlierContact(
                interaction_id=contact.id,
                channel=contact.channel,
                queue=contact.queue,
                started_at=contact.started_at,
                duration_s=_duration_s(contact),
                may_open=_may_open(session, actor, contact.id),
                percent=scored[contact.id].percent if contact.id in scored else None,
            )
            for contact in found
        )


def open_earlier_contact(engine: Engine, actor: Actor, interaction_id: str) -> OpenedContact:
    """Return an interaction with its masked words to whoever may open it, else `NotAllowed`."""
    with transaction(engine) as session:
        standing = require_may_open(session, actor, interaction_id)
        if standing is None:
            raise NotAllowed(f"there is no interaction {interaction_id}")
        recording = session.get(Recording, interaction_id)
        interaction = standing.interaction
        return OpenedContact(
            interaction=interaction,
            words=words_of(session, interaction_id),
            has_recording=interaction.channel == "call"
            and file_of(interaction, recording) is not None,
            duration_s=recording.duration_s if recording else None,
        )


def _contacts(session: Session, actor: Actor, interaction_id: str) -> list[Interaction]:
    standing = require_may_open(session, actor, interaction_id)
    if standing is None:
        return []
    return [
        contact
        for contact in store.contacts_before(session, standing.interaction, MOST)
        if actor.sees(team_id=contact.team_id, agent_id=contact.agent_id)
    ]


def _may_open(session: Session, actor: Actor, interaction_id: str) -> bool:
    try:
        require_may_open(session, actor, interaction_id)
    except NotAllowed:
        return False
    return True


def _duration_s(interaction: Interaction) -> float | None:
    counted = [s for s in (interaction.talk_s, interaction.hold_s) if s is not None]
    return sum(counted) if counted else None
