"""Explaining to people why an interaction was drawn, or why not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period, moment_label
from qm.core.problems import N_, BadInput, NotAllowed, Problem, Sentence, explain
from qm.core.sampling import explaining
from qm.core.sampling.explaining import Standing
from qm.core.sampling.policy import Policy
from qm.core.sampling.standing_words import sentences
from qm.core.text import Language
from qm.store import access
from qm.store import draw_explanations as store
from qm.store.engine import transaction
from qm.store.tables import Draw
from qm.workflow.draw_checks import centre_of
from qm.workflow.draws import draw_input

UNKNOWN_INTERACTION = explain(
    "explain.unknown",
    N_("There is no interaction with this id."),
    N_("Write the id as the source system's export has it."),
)

REPLACED = N_("Afterwards it was exchanged for a reserve, because it could not be evaluated.")
TOOK_ITS_PLACE = N_("Afterwards it took the place of a pick that could not be evaluated.")


@dataclass(frozen=True)
class Explanation:
    """What became of an interaction in one draw.

    `is_in_effect` tells whether it is to be evaluated for this draw; `is_replaced` that it was
    picked, but exchanged for a reserve.
    """

    draw_id: int
    period: str
    drawn_at: datetime
    standing: Standing
    policy: Policy
    is_in_effect: bool
    is_replaced: bool

    def sentences(self, language: Language, centre: Centre) -> list[Sentence]:
        """Return the explanation for people, names and moments in `language`."""

        def moment(at: datetime) -> str:
            return moment_label(at, centre.calendar, centre.zone, language)

        told = sentences(self.standing, self.policy, language, moment)
        if self.is_replaced:
            told.append(Sentence(REPLACED))
        elif self.is_in_effect and self.standing.status == "reserve":
            told.append(Sentence(TOOK_ITS_PLACE))
        return told


def explain_interaction(
    engine: Engine, actor: Actor, interaction_id: str, *, period: Period | None = None
) -> list[Explanation]:
    """Return what became of an interaction in each draw of its time, the first draw first.

    Of one `period` or (None) of all whose bounds hold it; draws from before they could be
    verified are left out. An agent asks about what was evaluated of theirs, a lead about what was
    evaluated in their team, an analyst about their own work, without learning that another one
    scores it, too. Raises `NotAllowed` for others and `BadInput` where there is no such
    interaction.
    """
    with transaction(engine) as session:
        found = access.standing(session, interaction_id, actor.username)
        if not _may_ask(actor, found, store.owners_of(session, interaction_id)):
            raise NotAllowed(f"“{actor.username}” may not ask about interaction {interaction_id}")
        if found is None:
            raise BadInput(Problem(UNKNOWN_INTERACTION, f"interaction {interaction_id}"))
        rows = store.draws_at(session, found.interaction.started_at)
        wanted = [row for row in rows if period is None or row.period == str(period)]
        explained = [_explanation(session, row, interaction_id) for row in wanted]
    return [_blind(each) for each in explained] if actor.role == "analyst" else explained


def _may_ask(
    actor: Actor, found: access.Standing | None, owners: Iterable[tuple[str, str]]
) -> bool:
    """Return whether the actor may ask about the interaction of one of these teams and agents."""
    if found is None:
        return actor.may_open(
            team_id=None,
            agent_id=None,
            is_own_work=False,
            is_evaluated=False,
            is_published=False,
        )
    return any(
        actor.may_open(
            team_id=team_id,
            agent_id=agent_id,
            is_own_work=found.is_own_work,
            is_evaluated=found.is_evaluated,
            is_published=found.is_published,
        )
        for team_id, agent_id in owners
    )


def _blind(explanation: Explanation) -> Explanation:
    standing = explanation.standing
    if standing.is_double_scored:
        standing = replace(standing, purpose="random")
    return replace(explanation, standing=standing)


def _explanation(session: Session, row: Draw, interaction_id: str) -> Explanation:
    policy, draw_id = Policy.model_validate(row.policy), row.id or 0
    given = draw_input(session, row, policy, centre=centre_of(row))
    is_in_effect, is_replaced = store.fate(session, draw_id, interaction_id)
    return Explanation(
        draw_id=draw_id,
        period=row.period,
        drawn_at=row.at,
        standing=explaining.explain(given, interaction_id),
        policy=policy,
        is_in_effect=is_in_effect,
        is_replaced=is_replaced,
    )
