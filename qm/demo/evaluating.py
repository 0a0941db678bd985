"""The demo's analysts: what they answer, cite and advise, through the real workflow."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.forms.answers import Answer, Evidence
from qm.core.forms.form import Form
from qm.core.forms.gradables import Option
from qm.core.forms.questions import ChoiceQuestion
from qm.core.scoring.scorecards import State
from qm.core.scoring.visibility import conditions_of, is_asked
from qm.core.text import Language
from qm.core.transcript import Segment
from qm.demo.cast import AGENT_BY_ID, TEAM_BY_ID
from qm.demo.feedback import chance_of_not_applicable, coaching, comment, notes, place_of
from qm.store.evaluation_list import Wanted
from qm.workflow.evaluation_list import count_evaluations
from qm.workflow.evaluations import (
    Workspace,
    open_assignment,
    save_draft,
    submit_evaluation,
)
from qm.workflow.my_work import my_work
from qm.workflow.replacements import replace_pick, replacement_terms

DAYS_TO_EVALUATE = 6

_COACHED = 0.85
_NOTED = 0.4
# Though every call of an agent is the same recording, the invented centre is no disaster.
_FATAL = 0.3


def work_to_do(
    engine: Engine, analyst: Actor, share_left: Mapping[str, float], *, now: datetime
) -> list[dict[Any, Any]]:
    """Return the rows of an analyst's queue that the story evaluates.

    `share_left` says by period which share of all assignments, done or not, stays in the queue;
    what stays holds a Persian call, an English call, a chat and an e-mail as far as there are.
    The choice depends on ids alone, so that a story which was killed goes on as planned.
    """
    queue = my_work(engine, analyst).open
    work: list[dict[Any, Any]] = []
    for period, share in share_left.items():
        is_new = (queue["period"] == period) & (queue["state"] != "returned")
        rows = _what_stays_first(queue[is_new])
        done = count_evaluations(engine, analyst, Wanted((period,)), now=now)
        work += rows[math.ceil(share * (len(rows) + done)) :]
    return work


def _what_stays_first(queue: pd.DataFrame) -> list[dict[Any, Any]]:
    rows: list[dict[Any, Any]] = queue.to_dict("records")
    rows.sort(key=lambda row: _rng("stays", row["interaction_id"]).random())
    one_of_each: dict[object, dict[Any, Any]] = {}
    for row in rows:
        one_of_each.setdefault(_kind(row), row)
    others = [row for row in rows if row is not one_of_each[_kind(row)]]
    return [*one_of_each.values(), *others]


def _kind(row: Mapping[Any, Any]) -> tuple[str, str]:
    return row["channel"], row["language"] if row["channel"] == "call" else ""


def replace_one(
    engine: Engine, analyst: Actor, period: str, *, centre: Centre, latest: datetime
) -> int:
    """Exchange one call of the analyst's queue for a reserve where the policy allows any more.

    Returns how many were exchanged: one or none.
    """
    queue = my_work(engine, analyst).open
    calls = queue[(queue["period"] == period) & (queue["channel"] == "call")].to_dict("records")
    calls.sort(key=lambda row: _rng("unsuitable", row["interaction_id"]).random())
    for row in calls[:1]:
        terms = replacement_terms(engine, analyst, row["assignment_id"])
        if terms.used >= terms.most:
            return 0
        rng = _rng("reason", row["interaction_id"])
        reason = rng.choice([each.reason for each in terms.reasons[:3]])
        assigned_at = open_assignment(engine, analyst, row["assignment_id"]).context.assignment
        at = _moment(rng, assigned_at.assigned_at, latest)
        replace_pick(engine, analyst, row["assignment_id"], reason, "", centre=centre, now=at)
        return 1
    return 0


def evaluate(
    engine: Engine,
    analyst: Actor,
    assignment_id: int,
    *,
    care_of: Callable[[str], float],
    latest: datetime,
    writes_notes: bool,
) -> None:
    """Evaluate one assignment as its analyst would: open, save the draft, submit.

    With notes for coaching, or without.

    `care_of` tells how well an interaction was handled; `latest` is the real time, which no
    invented one passes unless the assignment itself lies behind it.
    """
    workspace = open_assignment(engine, analyst, assignment_id)
    context = workspace.context
    # The analyst counts, too: what two of them score is not the same in everything.
    rng = _rng("evaluates", context.interaction.id, analyst.username)
    language = TEAM_BY_ID[context.team.id].language
    answers = answers_of(workspace, care_of(context.interaction.id), language, rng)
    note = (
        coaching(workspace.form, answers, language, rng)
        if writes_notes and rng.random() < _COACHED
        else ""
    )
    at = _moment(rng, context.assignment.assigned_at, latest)
    # A chance of its own: the answers stay as they were without notes.
    own = _rng("notes", context.interaction.id, analyst.username)
    written = (
        notes(workspace.form, answers, language, own)
        if writes_notes and own.random() < _NOTED
        else ()
    )
    saved = save_draft(
        engine,
        analyst,
        assignment_id,
        answers,
        note,
        saved=workspace.saved,
        now=at,
        notes=written,
    )
    submit_evaluation(engine, analyst, assignment_id, saved=saved, now=at)


def answers_of(
    workspace: Workspace, care: float, language: Language, rng: Random
) -> dict[str, Answer]:
    """Return an answer for every visible question of the form, hidden ones left out."""
    agent_id = workspace.context.agent.id
    is_call = workspace.context.interaction.channel == "call"
    deserved = AGENT_BY_ID[agent_id].fatal if is_call else None
    answers: dict[str, Answer] = {}
    states: dict[str, State] = {}
    for question in workspace.form.questions():
        if not isinstance(question, ChoiceQuestion):
            raise TypeError(f"the demo's analysts cannot answer “{question.id}”")
        conditions = conditions_of(workspace.form, question)
        if not is_asked(conditions, answers, states, workspace.facts):
            states[question.id] = State.HIDDEN
            continue
        # Everybody has stronger and weaker sides, the same ones in every month.
        section = workspace.form.part_of(question.id)[0]
        side = _rng("side", agent_id, section.id).gauss(0, 0.06)
        is_fatal = question.id == deserved and rng.random() < _FATAL
        if not is_fatal and rng.random() < chance_of_not_applicable(question):
            states[question.id] = State.NOT_APPLICABLE
            answers[question.id] = Answer(not_applicable=True)
            continue
        option = _option(question, care + side, rng, is_fatal=is_fatal)
        states[question.id] = State.ANSWERED
        answers[question.id] = _answer(workspace, question, option, language, rng)
    return answers


def _option(question: ChoiceQuestion, chance: float, rng: Random, *, is_fatal: bool) -> Option:
    """Return the best option with `chance`, else a lower one, rather the next than the worst."""
    best = [option for option in question.options if option.points == question.possible_points]
    fatal = [option for option in question.options if option.fatal]
    lower = [option for option in question.options if option not in best and not option.fatal]
    if is_fatal and fatal:
        return rng.choice(fatal)
    if not lower or rng.random() < chance:
        return rng.choice(best)
    lower.sort(key=lambda option: option.points, reverse=True)
    return rng.choices(lower, [3 / (1 + place) for place in range(len(lower))])[0]


def _answer(
    workspace: Workspace, question: ChoiceQuestion, option: Option, language: Language, rng: Random
) -> Answer:
    if option.points == question.possible_points:
        return Answer(option=option.id)
    said = comment(question, option, language, rng) if option.fatal or rng.random() < 0.85 else ""
    evidence = _evidence(workspace.form, question, workspace.words.segments)
    return Answer(option=option.id, comment=said, evidence=evidence)


def _evidence(
    form: Form, question: ChoiceQuestion, segments: Sequence[Segment]
) -> tuple[Evidence, ...]:
    """Point at what the agent said about where the question belongs."""
    own = [place for place, segment in enumerate(segments) if segment.speaker == "agent"]
    share = place_of(form, question)
    if share is None or not own:
        return ()
    place = own[int(share * len(own))]
    cited = segments[place]
    quote = cited.text[:2000]
    return (Evidence(segment=place, start_s=cited.start_s, end_s=cited.end_s, quote=quote),)


def _moment(rng: Random, assigned_at: datetime, latest: datetime) -> datetime:
    """Return a moment in office hours (assignments are made at midnight), or before `latest`."""
    all_days = timedelta(days=DAYS_TO_EVALUATE)
    after = timedelta(days=rng.randrange(DAYS_TO_EVALUATE), hours=rng.uniform(9, 17))
    if assigned_at < latest < assigned_at + all_days:
        after *= (latest - assigned_at) / all_days
    return assigned_at + after


def _rng(*about: str) -> Random:
    return Random(" ".join(about))  # noqa: S311 (an invented centre, no secret)
