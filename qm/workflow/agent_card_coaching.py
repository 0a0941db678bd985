"""An agent's coaching on the card: talks with their commitments and effect, and notes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.store.tables import Commitment
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_talk_reading import CoachedQuestion, Talk, list_talks, read_talk

MOST_TALKS = 3
MOST_COMMITMENTS = 4
MOST_NOTES = 4
_OPEN_NOTES = ("review", "returned", "shared", "acknowledged")


@dataclass(frozen=True)
class CardCoaching:
    """What was agreed and written with an agent, as far as the person may read it.

    `talks` are the newest, and older ones with an open commitment; of these there are
    `commitments_open` in all talks. `notes` are the newest open ones as rows of
    `qm.workflow.coaching.list_notes`; of all there are `notes_open` and `notes_done`.
    """

    talks: tuple[Talk, ...]
    commitments_open: int
    notes: tuple[dict[str, Any], ...]
    notes_open: int
    notes_done: int

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """Some commitments of these talks, the open ones first, then the newest."""
        made = [each for talk in self.talks for each in talk.rows.commitments]
        made.sort(key=lambda each: (each.state != "open", -(each.id or 0)))
        return tuple(made[:MOST_COMMITMENTS])

    def talk_of(self, commitment: Commitment) -> Talk:
        """Return the talk that one of the commitments was made in."""
        return next(talk for talk in self.talks if talk.rows.talk.id == commitment.session_id)

    def effect_on(self, commitment: Commitment) -> CoachedQuestion | None:
        """Return what became of the commitment's question since the talk it was made in."""
        about = commitment.form_id, commitment.question_id
        asked = self.talk_of(commitment).questions
        return next((each for each in asked if (each.form_id, each.question_id) == about), None)


def card_coaching(engine: Engine, actor: Actor, agent_id: str) -> CardCoaching:
    """Return an agent's coaching; who reads about nobody else's gets nothing."""
    talks = list_talks(engine, actor, agent_id=agent_id)
    in_force = talks[talks["state"] != "cancelled"]
    is_promising = in_force["open_commitments"].fillna(0).astype(int) > 0
    worth = [in_force[:MOST_TALKS], in_force[is_promising][:MOST_COMMITMENTS]]
    numbers = dict.fromkeys(number for part in worth for number in part["session_id"].tolist())
    notes = list_notes(engine, actor, agent_id=agent_id)
    is_open = notes["state"].isin(_OPEN_NOTES)
    rows: list[Any] = notes[is_open].head(MOST_NOTES).to_dict("records")
    return CardCoaching(
        tuple(read_talk(engine, actor, int(number)) for number in numbers),
        int(in_force["open_commitments"].fillna(0).sum()),
        tuple(rows),
        int(is_open.sum()),
        int((~is_open).sum()),
    )
