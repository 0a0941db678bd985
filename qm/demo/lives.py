"""What happens to the demo's evaluations after they are submitted, through the real workflow."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.forms.questions import ChoiceQuestion
from qm.core.life.states import State
from qm.core.text import Language
from qm.demo.cast import AGENT_BY_ID, PERIODS, TEAM_BY_ID, USERS
from qm.demo.story import ACTORS, MANAGER, Progress, Story, counted
from qm.store.evaluation_list import Wanted
from qm.workflow.disputes import Decision, decide_dispute, raise_dispute
from qm.workflow.evaluation_life import (
    acknowledge,
    close_evaluation,
    publish_evaluations,
    return_evaluation,
)
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import Reading, read_evaluation
from qm.workflow.life_lists import list_disputes

_ALL_DAYS = 9
_PUBLISHED, _ACKNOWLEDGED, _DISPUTED, _DECIDED, _CLOSED = 1, 3, 4, 6, 8
_WAITING = 0.2
_LEADS = {user.team_id: ACTORS[user.username] for user in USERS if user.role == "lead"}
_AGENTS = {user.agent_id: ACTORS[user.username] for user in USERS if user.role == "agent"}
_QA_LEAD = ACTORS["qa"]

Row = Mapping[Any, Any]

_TEXTS: dict[str, dict[Language, str]] = {
    "return": {
        "en": "The evidence does not fit your answer to the greeting. Please listen again.",
        "fa": "شاهدی که آورده‌اید با پاسخ بخش آغاز تماس نمی‌خواند. لطفاً دوباره گوش کنید.",
    },
    "read": {
        "en": "Thank you, I will watch the closing.",
        "fa": "ممنون، به پایان تماس بیشتر دقت می‌کنم.",
    },
    "together": {
        "en": "Read together in the team meeting.",
        "fa": "در جلسهٔ گروه با هم خواندیم.",
    },
    "dispute": {
        "en": "I did say this; please listen to the end of the call.",
        "fa": "این را گفته‌ام؛ لطفاً پایان گفتگو را هم ببینید.",
    },
    "change": {
        "en": "You are right: it is said, only later than usual.",
        "fa": "حق با شماست: گفته شده، فقط دیرتر از معمول.",
    },
    "decided": {
        "en": "Changed after hearing the whole contact again.",
        "fa": "پس از شنیدن دوبارهٔ همهٔ گفتگو تغییر کرد.",
    },
}


def live(story: Story, progress: Progress) -> str | None:
    """Publish, return, acknowledge, dispute and decide, as far as that was not done before."""
    did = [
        _publish(story, progress),
        _return(story),
        _disputes(story),
        _acknowledge(story),
        _close(story),
    ]
    return ", ".join(part for part in did if part) or None


def _listed(story: Story, state: State, periods: Iterable[str] | None = None) -> list[Row]:
    wanted = Wanted(None if periods is None else tuple(periods), state=state)
    table = list_evaluations(story.engine, MANAGER, wanted, now=story.now)
    rows: list[Row] = list(table.to_dict("records"))
    return rows


def _publish(story: Story, progress: Progress) -> str | None:
    """Let each lead publish what was submitted on a day, the day after."""
    rows = [row for row in _listed(story, "submitted") if not _waits(row)]
    together: dict[tuple[str, date], list[Row]] = {}
    for row in reversed(rows):
        together.setdefault((row["team_id"], row["submitted_at"].date()), []).append(row)
    for (team_id, _day), of_day in counted(list(together.items()), progress):
        ids = [row["evaluation_id"] for row in of_day]
        at = max(_at(story, row, _PUBLISHED) for row in of_day)
        publish_evaluations(story.engine, _LEADS[team_id], ids, now=at)
    return f"{len(rows)} published" if rows else None


def _waits(row: Row) -> bool:
    return row["period"] == PERIODS[-1] and _rng("waits", row).random() < _WAITING


def _return(story: Story) -> str | None:
    """Send one evaluation per language back; the newest month only, as long as none was."""
    done = {_language(row) for row in _listed(story, "returned")}
    returned = 0
    for row in _listed(story, "submitted", PERIODS[-1:]):
        if _language(row) in done:
            continue
        done.add(_language(row))
        comment = _TEXTS["return"][_language(row)]
        at = _at(story, row, _ACKNOWLEDGED)
        return_evaluation(story.engine, _QA_LEAD, row["evaluation_id"], comment, now=at)
        returned += 1
    return f"{returned} sent back" if returned else None


def _disputes(story: Story) -> str | None:
    """Let every agent who signs in dispute two: an earlier one is decided, a newer one open."""
    raised = changed = 0
    for agent_id, agent in _AGENTS.items():
        known = set(list_disputes(story.engine, agent, now=story.now)["interaction_id"])
        rows = [row for row in _listed(story, "published") if row["agent_id"] == agent_id]
        of_newest = [row for row in rows if row["period"] == PERIODS[-1]]
        earlier = [row for row in rows if row["period"] != PERIODS[-1]]
        if known:
            continue
        for row in of_newest[:1]:
            raised += _raise(story, agent, row) is not None
        for row in earlier[:3]:
            if dispute_id := _raise(story, agent, row):
                _decide(story, row, dispute_id)
                raised, changed = raised + 1, changed + 1
                break
    return f"{raised} disputed ({changed} changed)" if raised else None


def _raise(story: Story, agent: Actor, row: Row) -> int | None:
    reading = read_evaluation(story.engine, agent, row["evaluation_id"])
    if (question_id := _short_question(reading)) is None:
        return None
    reasons = {question_id: _TEXTS["dispute"][_language(row)]}
    at = _at(story, row, _DISPUTED)
    return raise_dispute(story.engine, agent, row["evaluation_id"], reasons, now=at)


def _decide(story: Story, row: Row, dispute_id: int) -> None:
    lead, language = _LEADS[row["team_id"]], _language(row)
    reading = read_evaluation(story.engine, lead, row["evaluation_id"])
    question_id = _short_question(reading) or ""
    decision = Decision(_TEXTS["change"][language], _best(reading, question_id))
    at, comment = _at(story, row, _DECIDED), _TEXTS["decided"][language]
    decide_dispute(story.engine, lead, dispute_id, {question_id: decision}, comment, now=at)


def _short_question(reading: Reading) -> str | None:
    """Return the first question of the agent's that fell short of full points."""
    entries = reading.scorecard.entries
    return next((each.question_id for each in entries if each.is_short), None)


def _best(reading: Reading, question_id: str) -> Answer:
    question = reading.form.question(question_id)
    if not isinstance(question, ChoiceQuestion):
        raise TypeError(f"the demo's leads cannot answer “{question_id}”")
    best = max(question.options, key=lambda option: option.points)
    return Answer(option=best.id)


def _acknowledge(story: Story) -> str | None:
    """Let the agents who sign in read what is published: the earlier months, half of the newest."""
    rows = [
        row
        for row in _listed(story, "published")
        if row["agent_id"] in _AGENTS
        and (row["period"] != PERIODS[-1] or _rng("reads", row).random() < 0.5)
    ]
    for row in rows:
        comment = _TEXTS["read"][_language(row)] if _rng("answers", row).random() < 0.3 else ""
        agent, at = _AGENTS[row["agent_id"]], _at(story, row, _ACKNOWLEDGED)
        acknowledge(story.engine, agent, row["evaluation_id"], comment, now=at)
    return f"{len(rows)} acknowledged" if rows else None


def _close(story: Story) -> str | None:
    """Close the earlier months' evaluations of agents who have no account."""
    rows = [
        row
        for row in _listed(story, "published")
        if row["agent_id"] not in _AGENTS and row["period"] != PERIODS[-1]
    ]
    for row in rows:
        lead, reason = _LEADS[row["team_id"]], _TEXTS["together"][_language(row)]
        at = _at(story, row, _CLOSED)
        close_evaluation(story.engine, lead, row["evaluation_id"], reason, now=at)
    return f"{len(rows)} closed" if rows else None


def _at(story: Story, row: Row, days: float) -> datetime:
    """Return so many days after the submission; earlier where real time has not got that far."""
    submitted: datetime = row["submitted_at"]
    left = story.now - submitted
    if timedelta(0) < left < timedelta(days=_ALL_DAYS):
        return submitted + left * (days / _ALL_DAYS)
    return submitted + timedelta(days=days)


def _language(row: Row) -> Language:
    return TEAM_BY_ID[AGENT_BY_ID[row["agent_id"]].team].language


def _rng(about: str, row: Row) -> Random:
    return Random(f"{about} {row['interaction_id']}")  # noqa: S311 (an invented centre, no secret)
