"""The contacts before and after the coaching talks, by the question that a talk was about."""

from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlmodel import Session

from qm.core.coaching.effect import Contacts
from qm.core.quality.facts import Facts
from qm.core.quality.groups import by_group
from qm.core.quality.results import FELL_SHORT, GRADED
from qm.store import coaching_figures
from qm.workflow.report_sections.month import Month

Sides = list[tuple[Contacts, Contacts]]


def contacts_of_talks(session: Session, month: Month) -> Sides:
    """Return the contacts of the month and the one before, on both sides of each talk.

    Of each question that a talk of these months was about: those of its agent, drawn by chance.
    """
    starts_at = month.period.shift(-1).bounds(month.centre.zone)[0]
    ends_at = month.period.bounds(month.centre.zone)[1]
    asked = coaching_figures.coached_questions(session, starts_at, ends_at)
    if asked.empty:
        return []
    answered = pd.concat([_answered(facts, asked) for facts in (month.before, month.facts)])
    answered = answered.sort_values(["started_at", "evaluation_id"], ignore_index=True)
    of = by_group(answered, ["agent_id", "form_id", "question_id"])
    nothing = answered[:0]
    talks = asked[["agent_id", "form_id", "question_id", "held_at"]]
    return [
        _sides(of.get(tuple(question), nothing), held_at)
        for *question, held_at in talks.itertuples(index=False, name=None)
    ]


def _sides(answered: pd.DataFrame, held_at: datetime) -> tuple[Contacts, Contacts]:
    is_before = (answered["started_at"] < held_at).to_numpy(dtype=bool)
    return _contacts(answered[is_before]), _contacts(answered[~is_before])


def _contacts(answered: pd.DataFrame) -> Contacts:
    return Contacts(
        answered["is_missed"].tolist(),
        answered["stands_for"].tolist(),
        frozenset(answered["form_version"]),
    )


def _answered(facts: Facts, asked: pd.DataFrame) -> pd.DataFrame:
    """Return a row per answer of an agent to a question that a talk with the agent was about."""
    counted = facts.counted
    columns = ["evaluation_id", "agent_id", "form_id", "form_version", "started_at", "stands_for"]
    coached, parts = asked.groupby(["form_id", "question_id"])["agent_id"].agg(set).to_dict(), []
    for form in _forms(counted):
        results = counted.codes(form)
        graded, missed = results.are(GRADED), results.are(FELL_SHORT)
        rows = counted.evaluations.iloc[results.rows][columns]
        agents = rows["agent_id"].astype("category")
        for place, question in enumerate(results.questions):
            if theirs := coached.get((form[0], question.question_id)):
                among: npt.NDArray[np.bool_] = graded[:, place] & agents.isin(theirs).to_numpy()
                told = {"question_id": question.question_id, "is_missed": missed[among, place]}
                parts.append(rows[among].assign(**told))
    empty = counted.evaluations[:0][columns].assign(question_id="", is_missed=False)
    return pd.concat(parts) if parts else empty


def _forms(facts: Facts) -> list[tuple[str, str]]:
    keys = facts.evaluations[["form_id", "form_version"]].drop_duplicates()
    return sorted(keys.itertuples(index=False, name=None))
