"""Why an interaction was evaluated: its place in the draw, its replacement, how to check it."""

from dataclasses import dataclass

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.store import replacements as store
from qm.store.engine import transaction
from qm.store.tables import Draw, DrawSeed
from qm.workflow.draw_explaining import Explanation, explain_interaction
from qm.workflow.draw_seeds import Commitment


@dataclass(frozen=True)
class Reasons:
    """Why an interaction was evaluated in a draw.

    `explanation` is None for draws from before they could be repeated. As a substitute it took
    the place of `replaced`, for the policy's `reason`; both None otherwise. `commitment` is None
    where the draw's seed was not committed to.
    """

    draw_id: int
    explanation: Explanation | None
    commitment: Commitment | None
    replaced: str | None
    reason: str | None


def reasons_of(engine: Engine, actor: Actor, draw_id: int, interaction_id: str) -> Reasons:
    """Return why an interaction was evaluated in a draw, for those who may ask about it.

    Raises `NotAllowed` as `explain_interaction` does.
    """
    explained = {each.draw_id: each for each in explain_interaction(engine, actor, interaction_id)}
    explanation = explained.get(draw_id)
    with transaction(engine) as session:
        draw = session.get(Draw, draw_id)
        seed = session.get(DrawSeed, draw.seed_id) if draw and draw.seed_id else None
        replacement = store.took_place_of(session, draw_id, interaction_id)
    return Reasons(
        draw_id,
        explanation,
        Commitment.of(seed) if seed else None,
        *(replacement or (None, None)),
    )
