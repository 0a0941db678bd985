"""An agent's questions on the card: strengths, what to work on, and the stretches to listen to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.answers import Evidence
from qm.core.periods import Period
from qm.core.personal_data.masking import masked
from qm.core.personal_data.rules import PrivacyRules
from qm.core.quality.facts import Facts
from qm.core.quality.questions import QuestionFigures, questions_by
from qm.core.quality.strengths import Compared, compared, strengths, to_work_on
from qm.store.answer_evidence import evidence_of_short_answers
from qm.store.blind import untold
from qm.store.privacy import rules_in_force
from qm.store.scopes import Scope
from qm.workflow.quality_facts import quality_facts
from qm.workflow.team_median import AGENTS_MIN

WINDOW_MONTHS = 3
MOST_QUESTIONS = 5
MOST_CLIPS = 2


@dataclass(frozen=True)
class Clip:
    """A stretch of a contact that an answer short of full points rests on; texts are masked."""

    evaluation_id: int
    interaction_id: str
    channel: str
    started_at: datetime
    comment: str
    evidence: Evidence


@dataclass(frozen=True)
class ToWorkOn:
    """A question that fell short of full points, with its newest evidence."""

    question: Compared
    clips: tuple[Clip, ...]


@dataclass(frozen=True)
class CardQuestions:
    """The questions of the months up to the card's (`periods`).

    `asked` counts those that earn points; `others` the team's other agents that they are compared
    with, 0 where there is no comparison.
    """

    periods: tuple[Period, ...]
    asked: int
    others: int
    strengths: tuple[Compared, ...]
    to_work_on: tuple[ToWorkOn, ...]


def card_questions(
    session: Session, actor: Actor, agent_id: str, team_id: str, own: Facts, period: Period
) -> CardQuestions:
    """Return an agent's questions beside those of the team's other agents.

    `own` has the agent's evaluations that the person may see, of these and maybe more months.
    Agents are compared only where so many have evaluations that nobody's answers show through.
    """
    periods = tuple(period.shift(-back) for back in reversed(range(WINDOW_MONTHS)))
    names = [str(each) for each in periods]
    own = own.where(period=names)
    of_team = Scope(team_id=team_id, only_published=actor.role == "agent")
    theirs, agents = _of_others(quality_facts(session, names, of_team), actor, agent_id)
    found = compared(questions_by(own, versions_together=True)[()], theirs)
    wanted = to_work_on(found)[:MOST_QUESTIONS]
    clips = _clips(session, actor, own, wanted)
    return CardQuestions(
        periods,
        len(found),
        agents,
        strengths(found)[:MOST_QUESTIONS],
        tuple(ToWorkOn(each, _newest(clips, each)) for each in wanted),
    )


def _of_others(team: Facts, actor: Actor, agent_id: str) -> tuple[list[QuestionFigures], int]:
    others = set(team.counted.evaluations["agent_id"]) - {agent_id}
    if not others or (actor.role == "agent" and len(others) + 1 < AGENTS_MIN):
        return [], 0
    found = questions_by(team.where(agent_id=others), versions_together=True)[()]
    return found, len(others)


_Key = tuple[str, str]


def _clips(
    session: Session, actor: Actor, own: Facts, wanted: Sequence[Compared]
) -> list[tuple[_Key, Clip]]:
    """Return the evidence of the answers that lost points, the newest contacts first."""
    evaluation_ids = own.counted.evaluations["evaluation_id"].tolist()
    question_ids = {each.own.question_id for each in wanted}
    table = evidence_of_short_answers(session, actor, evaluation_ids, question_ids)
    hidden = untold(session, actor, set(table["interaction_id"]))
    privacy = rules_in_force(session)
    rows: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    return [
        ((row["form_id"], row["question_id"]), _clip(row, privacy))
        for row in rows
        if row["interaction_id"] not in hidden
    ]


def _clip(row: dict[str, Any], privacy: PrivacyRules) -> Clip:
    evidence = Evidence.model_validate(row["evidence"][0])
    return Clip(
        row["evaluation_id"],
        row["interaction_id"],
        row["channel"],
        row["started_at"],
        masked(row["comment"], privacy),
        evidence.model_copy(update={"quote": masked(evidence.quote, privacy)}),
    )


def _newest(clips: Sequence[tuple[_Key, Clip]], wanted: Compared) -> tuple[Clip, ...]:
    keys = {(asked.form_id, asked.question_id) for asked in wanted.own.asked}
    return tuple(clip for key, clip in clips if key in keys)[:MOST_CLIPS]
