"""Evaluating: the analyst's queue, the autosaved draft, and the submitted evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.coaching.notes import NOTES_JSON, Notes, refuse_foreign_notes
from qm.core.forms.answers import ANSWERS_JSON, Answer, Answers
from qm.core.forms.completeness import starting_answers
from qm.core.forms.conditions import Facts
from qm.core.forms.form import Form
from qm.core.personal_data.masking import masked
from qm.core.problems import BadInput, NotAllowed, Problem
from qm.core.scoring.score import score
from qm.core.scoring.scorecards import Scorecard
from qm.store import evaluations as store
from qm.store.audit import record
from qm.store.blind import untold
from qm.store.drafts import drop_draft, write_draft
from qm.store.engine import transaction
from qm.store.life import return_reason
from qm.store.privacy import rules_in_force
from qm.store.rules import life_rules
from qm.store.tables import Draft, Evaluation
from qm.workflow.blind import without_agent
from qm.workflow.coaching_proposals import propose_for
from qm.workflow.coaching_rows import add_coaching
from qm.workflow.evaluation_lacks import (
    DRAFT_MOVED_ON,
    SUBMITTED,
    WITHDRAWN,
    lacking,
    refuse_foreign_remarks,
    refuse_second_evaluation,
)
from qm.workflow.evaluation_rows import (
    answer_rows,
    answers_of,
    evaluation_row,
    facts_of,
    masked_answers,
    with_masked_quotes,
    with_suggestions,
)
from qm.workflow.life_steps import begin_life
from qm.workflow.published_forms import form_of, load_form, published_version
from qm.workflow.transcripts import Words, words_of


@dataclass(frozen=True)
class Workspace:
    """Everything the evaluation page shows of one assignment.

    `facts` are the interaction's attributes that conditions ask for. `answers` of a new
    evaluation are the form's defaults. `saved` counts the saves of the draft (0: nothing
    entered); pass it back when saving. `active_s` are the seconds of work so far. With
    `hides_agent` the context has nothing in it that names the agent.
    """

    context: store.Context
    form: Form
    facts: Facts
    words: Words
    answers: dict[str, Answer]
    coaching: str
    saved: int
    saved_at: datetime | None
    notes: Notes = ()
    active_s: float = 0.0
    hides_agent: bool = False


@dataclass(frozen=True)
class Reading:
    """A submitted evaluation with all it rests on, for those who may read it.

    `facts` are the interaction's attributes as they were when it was submitted. Personal data is
    masked in what was written, too: in `coaching`, comments and quotes.
    """

    evaluation: Evaluation
    context: store.Context
    form: Form
    facts: Facts
    words: Words
    answers: dict[str, Answer]
    coaching: str
    scorecard: Scorecard


def open_assignment(
    engine: Engine, actor: Actor, assignment_id: int, *, hides_agent: bool = False
) -> Workspace:
    """Return the workspace of one of the analyst's own assignments.

    `hides_agent` is the analyst's own wish; the rules of the centre may hide the agent anyway.
    Raises `NotAllowed` for somebody else's and for one that does not exist, `BadInput` for one
    that is submitted or was withdrawn.
    """
    with transaction(engine) as session:
        context = _own_open(session, actor, assignment_id)
        refuse_second_evaluation(session, context)
        is_hidden = hides_agent or life_rules(session).hides_agent
        draft = session.get(Draft, assignment_id)
        form = _form_of(session, context)
        return Workspace(
            context=without_agent(context) if is_hidden else context,
            form=form,
            facts=_facts(context),
            words=words_of(session, context.interaction.id),
            answers=_answers(form, draft),
            coaching=draft.coaching if draft else "",
            saved=draft.saved if draft else 0,
            saved_at=draft.updated_at if draft else None,
            notes=NOTES_JSON.validate_python(draft.notes) if draft else (),
            active_s=draft.active_s if draft else 0.0,
            hides_agent=is_hidden,
        )


def save_draft(  # noqa: PLR0913 (what a page has to save)
    engine: Engine,
    actor: Actor,
    assignment_id: int,
    answers: Answers,
    coaching: str,
    *,
    saved: int,
    now: datetime,
    notes: Notes | None = None,
    active_s: float | None = None,
) -> int:
    """Save what is entered so far and return the new count of saves.

    `saved` is the count the entry was based on; where another window has saved since,
    `BadInput` is raised and nothing is overwritten. `notes` and `active_s` stay as they are where
    they are None. Raises ValueError for answers, reasons, tags and places of notes that the form
    does not have.
    """
    with transaction(engine) as session:
        context = _own_open(session, actor, assignment_id)
        form = _form_of(session, context)
        score(form, answers, _facts(context))
        refuse_foreign_remarks(form, answers)
        refuse_foreign_notes(form, notes or ())
        values = {
            "answers": ANSWERS_JSON.dump_python(dict(answers), mode="json"),
            "coaching": coaching,
            "updated_at": now,
        }
        if notes is not None:
            values["notes"] = NOTES_JSON.dump_python(notes, mode="json")
        if active_s is not None:
            values["active_s"] = active_s
        if not write_draft(session, assignment_id, values, saved=saved):
            raise BadInput(Problem(DRAFT_MOVED_ON, context.interaction.id))
        return saved + 1


def submit_evaluation(
    engine: Engine,
    actor: Actor,
    assignment_id: int,
    *,
    saved: int,
    now: datetime,
    suggested: Mapping[str, str] | None = None,
) -> Evaluation:
    """Score the saved draft and store it as an evaluation that never changes again.

    `saved` is the count of saves that the page shows, `suggested` what the words suggested, by
    question (`qm.workflow.suggestions`). Raises `BadInput` where something is
    missing (with a problem per kind of lack, such as answers or comments), the draft moved on,
    or the evaluation is submitted already.
    """
    with transaction(engine) as session:
        context = _own_open(session, actor, assignment_id)
        draft = session.get(Draft, assignment_id, with_for_update=True)
        if (draft.saved if draft else 0) != saved:
            raise BadInput(Problem(DRAFT_MOVED_ON, context.interaction.id))
        refuse_second_evaluation(session, context)
        version = published_version(
            session, context.assignment.form_id, context.assignment.form_version
        )
        form, facts = form_of(version), _facts(context)
        answers = with_masked_quotes(_answers(form, draft), rules_in_force(session))
        card = score(form, answers, facts)
        if missing := lacking(form, answers, card, context.interaction.id):
            raise BadInput(missing)
        coaching = draft.coaching.strip() if draft else ""
        evaluation = evaluation_row(
            context, form, version.sha256, card, facts, coaching=coaching, now=now
        )
        evaluation.active_s = draft.active_s if draft else None
        if not store.set_done(session, assignment_id):  # withdrawn at this very moment
            raise BadInput(Problem(WITHDRAWN, context.interaction.id))
        rows = with_suggestions(answer_rows(form, answers, card), suggested or {})
        store.add_evaluation(session, evaluation, rows)
        if evaluation.revision > 1:
            evaluation.revision_reason = return_reason(session, assignment_id)
        life = begin_life(session, evaluation, actor=actor.username, at=now)
        add_coaching(session, actor, evaluation, draft, now=now)
        if life.state == "published":
            propose_for(session, [evaluation.agent_id], by="qm", now=now)
        if draft is not None and not drop_draft(session, assignment_id, saved=saved):
            raise BadInput(Problem(DRAFT_MOVED_ON, context.interaction.id))  # at this very moment
        record(
            session,
            actor=actor.username,
            action="evaluate",
            subject=context.interaction.id,
            at=now,
            detail={"evaluation": evaluation.id, "percent": evaluation.percent},
        )
        return evaluation


def read_evaluation(engine: Engine, actor: Actor, evaluation_id: int) -> Reading:
    """Return a submitted evaluation, re-scored from its answers.

    Raises `NotAllowed` where the person may not read it or it does not exist.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        evaluation = store.find_readable(session, actor, evaluation_id)
        if evaluation is None:
            raise NotAllowed(f"evaluation {evaluation_id} is not yours to read")
        context = store.context(session, evaluation.assignment_id)
        if context is None:
            raise NotAllowed(f"evaluation {evaluation_id} has no assignment")
        form = load_form(session, evaluation.form_id, evaluation.form_version)
        answers = answers_of(form, store.answers_of(session, evaluation_id))
        words = words_of(session, evaluation.interaction_id)
        is_hidden = bool(untold(session, actor, [evaluation.interaction_id]))
        return Reading(
            evaluation=evaluation,
            context=without_agent(context) if is_hidden else context,
            form=form,
            facts=evaluation.facts,
            words=words,
            answers=masked_answers(answers, words.rules),
            coaching=masked(evaluation.coaching, words.rules),
            scorecard=score(form, answers, evaluation.facts),
        )


def periods_drawn(engine: Engine) -> list[str]:
    """Return the months of which something was drawn, the newest first."""
    with transaction(engine) as session:
        return store.months_with_picks(session)


def _own_open(session: Session, actor: Actor, assignment_id: int) -> store.Context:
    context = store.context(session, assignment_id)
    if context is None or context.assignment.kind == "official":
        actor.require("evaluate")
    if context is None or context.assignment.evaluator != actor.username:
        raise NotAllowed(f"assignment {assignment_id} is not yours")
    if context.assignment.state != "open":
        why = WITHDRAWN if context.assignment.state == "withdrawn" else SUBMITTED
        raise BadInput(Problem(why, context.interaction.id))
    return context


def _form_of(session: Session, context: store.Context) -> Form:
    return load_form(session, context.assignment.form_id, context.assignment.form_version)


def _facts(context: store.Context) -> Facts:
    return facts_of(context.interaction, context.agent, context.team)


def _answers(form: Form, draft: Draft | None) -> dict[str, Answer]:
    return ANSWERS_JSON.validate_python(draft.answers) if draft else starting_answers(form)
