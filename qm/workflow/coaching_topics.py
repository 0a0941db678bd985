"""What a talk with an agent may be about: the questions of their published evaluations."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.problems import NotAllowed
from qm.core.text import Wording
from qm.store import coaching_talks as store
from qm.store.coaching_history import history
from qm.store.engine import transaction
from qm.workflow.coaching_questions import question_texts
from qm.workflow.coaching_rows import coaching_rules


@dataclass(frozen=True)
class MissedQuestion:
    """A question that fell short in `missed` of the `answered` evaluations."""

    form_id: str
    question_id: str
    text: Wording
    missed: int
    answered: int


def missed_questions(
    engine: Engine, actor: Actor, agent_id: str, *, now: datetime
) -> list[MissedQuestion]:
    """Return the questions that an agent of the person's team was asked, the most missed first.

    Of the published evaluations of contacts within the days that before and after a talk are
    compared (the rules' `compare_days`). Raises `NotAllowed` for an agent of another team.
    """
    actor.require("discuss_coaching")
    with transaction(engine) as session:
        team_id = store.team_of(session, agent_id)
        if team_id is None or not actor.sees(team_id=team_id, agent_id=agent_id):
            raise NotAllowed(f"agent {agent_id} is not of your team")
        since = now - timedelta(days=coaching_rules(session).compare_days)
        evaluated = history(session, [agent_id], since=since).get(agent_id, [])
        answered = Counter((each.form, name) for each in evaluated for name in each.answered)
        missed = Counter((each.form, name) for each in evaluated for name in each.missed)
        texts = question_texts(session, answered)
    found = [MissedQuestion(*key, texts[key], missed[key], answered[key]) for key in answered]
    return sorted(found, key=lambda each: (-each.missed, each.form_id, each.question_id))
