"""The evaluations behind a number: the very ones, those of them that the person may read."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.quality.behind import Behind
from qm.core.quality.facts import AskedQuestion, Facts
from qm.core.text import Wording
from qm.store.blind import untold
from qm.store.engine import transaction
from qm.store.evaluation_list import Wanted, listed
from qm.store.scopes import Scope
from qm.workflow.blind import without_agents
from qm.workflow.published_forms import load_form
from qm.workflow.quality_facts import quality_facts


@dataclass(frozen=True)
class EvaluationsBehind:
    """A part of the evaluations behind a number, newest first, as `list_evaluations` has them.

    `n` is how many the number rests on in the person's limits, `readable` how many of these the
    person may read. `form` is the title of the form and `question` the text of the question that
    the number is about; None where no evaluation tells it.
    """

    table: pd.DataFrame
    n: int
    readable: int
    form: Wording | None
    question: Wording | None


def evaluations_behind(
    engine: Engine,
    actor: Actor,
    behind: Behind,
    *,
    centre: Centre,
    now: datetime,
    limit: int,
    offset: int = 0,
) -> EvaluationsBehind:
    """Return `limit` of the evaluations that a number rests on, from the `offset`-th on.

    A lead's numbers are of the own team, an agent's of what is published of their own. An
    analyst reads only those they made, and where the number is an agent's, only those whose
    agent they have been told. Raises `NotAllowed` without the right to see quality.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        facts = behind.of(
            quality_facts(session, behind.periods, _scope(actor, behind)), centre.zone
        )
        rows = _readable(session, actor, behind, facts.evaluations)
        shown = rows.iloc[offset : offset + limit]["evaluation_id"]
        wanted = Wanted(ids=tuple(int(each) for each in shown), agent_id=behind.agent_id)
        table = listed(session, actor, wanted, now)
        table = without_agents(table, untold(session, actor, set(table["interaction_id"])))
        form = _form(session, facts, behind)
    question = _question(facts, behind)
    return EvaluationsBehind(table, len(facts.evaluations), len(rows), form, question)


def _scope(actor: Actor, behind: Behind) -> Scope:
    """Return the rows within the person's limits; of them no more than the number can be of."""
    team_id, agent_id = behind.team_id, behind.agent_id
    if actor.role == "lead":
        team_id = actor.team_id or ""
    if actor.role == "agent":
        agent_id = actor.agent_id or ""
    return Scope(team_id, agent_id, only_published=actor.role == "agent")


def _readable(session: Session, actor: Actor, behind: Behind, rows: pd.DataFrame) -> pd.DataFrame:
    """Return those of the evaluations that the person may read, newest first."""
    if actor.role == "analyst":
        rows = rows[rows["evaluator"] == actor.username]
        if behind.agent_id is not None:  # to list an agent's would tell whose they are
            rows = rows[
                ~rows["interaction_id"].isin(untold(session, actor, set(rows["interaction_id"])))
            ]
    return rows.sort_values(["submitted_at", "evaluation_id"], ascending=False)


def _form(session: Session, facts: Facts, behind: Behind) -> Wording | None:
    forms = [key for key, _asked in _asked_in(facts, behind)]
    if behind.form_id is None or not forms:
        return None
    return load_form(session, *forms[0]).title


def _question(facts: Facts, behind: Behind) -> Wording | None:
    asked = (
        question.text
        for _form, questions in _asked_in(facts, behind)
        for question in questions
        if question.question_id == behind.question_id
    )
    return next(asked, None)


def _asked_in(
    facts: Facts, behind: Behind
) -> list[tuple[tuple[str, str], tuple[AskedQuestion, ...]]]:
    """Return the form versions within the limits with their questions, the newest first."""
    within = [
        (form, questions)
        for form, questions in facts.questions.items()
        if behind.form_id in (None, form[0]) and behind.form_version in (None, form[1])
    ]
    return sorted(within, key=lambda each: (each[0][0], int(each[0][1])), reverse=True)
