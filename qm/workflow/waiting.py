"""What waits for somebody: counted at every call, never stored, so that it is never wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.life.rules import LifeRules
from qm.core.life.timing import needs_review
from qm.store import waiting as store
from qm.store.engine import transaction
from qm.store.rules import life_rules
from qm.store.scopes import scope_of
from qm.store.waiting import Count

Kind = Literal[
    "returned",
    "assignments",
    "reviews",
    "publications",
    "disputes",
    "acknowledgements",
    "decisions",
    "own_evaluations",
    "changed_by_disputes",
    "notes_to_review",
    "notes_returned",
    "notes_to_read",
    "notes_to_discuss",
    "talks",
    "commitments",
    "proposals",
    "steps_overdue",
    "late_assignments",
]
_DECIDED_DAYS = 7
_SOON_DAYS = 7


@dataclass(frozen=True)
class Waiting:
    """So many things of a kind wait, `overdue` of them too long, the first due at `due_at`.

    `page` is the address of the page where they are dealt with, `query` what to ask it for.
    """

    kind: Kind
    count: int
    overdue: int
    due_at: datetime | None
    page: str
    query: Mapping[str, str] = field(default_factory=dict)


_PLACES: dict[Kind, tuple[str, dict[str, str]]] = {
    "returned": ("my-queue", {"state": "returned"}),
    "assignments": ("my-queue", {}),
    "reviews": ("disputes", {"show": "publish"}),
    "publications": ("disputes", {"show": "publish"}),
    "disputes": ("disputes", {"show": "decide"}),
    "acknowledgements": ("evaluation-list", {"state": "published"}),
    "decisions": ("disputes", {"show": "decided"}),
    "own_evaluations": ("evaluation-list", {}),
    "changed_by_disputes": ("disputes", {"show": "decided"}),
    "notes_to_review": ("coaching-notes", {"show": "review"}),
    "notes_returned": ("coaching-notes", {"show": "returned"}),
    "notes_to_read": ("coaching-notes", {"show": "acknowledge"}),
    "notes_to_discuss": ("coaching-notes", {"show": "discuss"}),
    "talks": ("coaching-notes", {"show": "talks"}),
    "commitments": ("coaching-notes", {"show": "commitments"}),
    "proposals": ("coaching-notes", {"show": "proposals"}),
    "steps_overdue": ("disputes", {"show": "overdue"}),
    "late_assignments": ("sampling-draws", {"show": "work"}),
}


def waiting_for(
    engine: Engine, actor: Actor, *, centre: Centre, now: datetime
) -> tuple[Waiting, ...]:
    """Return what waits for the person, in their limits: the overdue first, then by due date."""
    with transaction(engine) as session:
        counts: dict[Kind, Count] = {}
        if actor.may("evaluate"):
            counts |= _for_evaluators(session, actor, now)
        if actor.may("decide_disputes"):
            counts |= _for_approvers(session, actor, now)
        if actor.may("answer_evaluations"):
            counts |= _for_agents(session, actor, now)
        if actor.may("see_coaching"):
            counts |= _coaching(session, actor, now, now.astimezone(centre.zone).date())
    found = [
        Waiting(kind, count.number, count.overdue, _moment(count.first_due, centre), page, query)
        for kind, count in counts.items()
        for page, query in [_PLACES[kind]]
        if count.number
    ]
    never = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(found, key=lambda each: (not each.overdue, each.due_at or never)))


def _for_evaluators(session: Session, actor: Actor, now: datetime) -> dict[Kind, Count]:
    who = actor.username
    since = now - timedelta(days=_DECIDED_DAYS)
    returned, others = store.assignments(session, who, now)
    return {
        "changed_by_disputes": store.changed_by_disputes(session, who, since),
        "returned": returned,
        "assignments": others,
    }


def _for_approvers(session: Session, actor: Actor, now: datetime) -> dict[Kind, Count]:
    """What the lead or the QA lead decides; those above them are told what is late."""
    rules, scope = life_rules(session), scope_of(actor)
    counts: dict[Kind, Count] = {}
    if actor.role in {"lead", "qa_lead"}:
        kind: Kind = "publications" if actor.role == "lead" else "reviews"
        counts[kind] = _to_publish(session, actor, rules, now)
    stage = _stage(actor, rules)
    if stage is not None:
        counts["disputes"] = store.disputes(
            session, scope, now, stage=stage, is_last=rules.is_last(stage),
            not_by=actor.username,
        )  # fmt: skip
    if actor.role in {"manager", "admin"}:
        counts["steps_overdue"] = store.steps_overdue(session, now)
    if actor.may("draw"):
        counts["late_assignments"] = store.late_assignments(session, now)
    return counts


def _to_publish(session: Session, actor: Actor, rules: LifeRules, now: datetime) -> Count:
    """Count what the lead, or the QA lead, is to publish; the rules say whose each of them is.

    Only where they ask for reviews is that looked up one by one.
    """
    scope, is_qa_lead = scope_of(actor), actor.role == "qa_lead"
    is_all_for_qa_lead = rules.publication == "by_qa_lead"
    if not rules.review_share_percent and not rules.review_fatal:
        if is_all_for_qa_lead != is_qa_lead:
            return Count(0)
        return store.submitted(session, scope, now, not_by=actor.username)
    dues = [
        due
        for assignment_id, outcome, due in store.each_submitted(
            session, scope, not_by=actor.username
        )
        if is_qa_lead == (is_all_for_qa_lead or needs_review(rules, assignment_id, outcome))
    ]
    known = [due for due in dues if due is not None]
    return Count(len(dues), sum(due < now for due in known), min(known, default=None))


def _stage(actor: Actor, rules: LifeRules) -> int | None:
    roles = [str(role) for role in rules.approvers]
    return roles.index(actor.role) if actor.role in roles else None


def _for_agents(session: Session, actor: Actor, now: datetime) -> dict[Kind, Count]:
    since = now - timedelta(days=_DECIDED_DAYS)
    return {
        "acknowledgements": store.to_acknowledge(session, scope_of(actor), now),
        "decisions": store.disputes_decided(session, actor.agent_id or "", since),
        "own_evaluations": store.own_evaluations(session, actor.username, now),
    }


def _coaching(session: Session, actor: Actor, now: datetime, today: date) -> dict[Kind, Count]:
    soon = timedelta(days=_SOON_DAYS)
    scope = scope_of(actor)
    if actor.role == "analyst":
        return {"notes_returned": store.notes_returned(session, actor.username, now)}
    if actor.role not in {"agent", "lead"}:
        return {}
    counts: dict[Kind, Count] = {
        "talks": store.talks(session, scope, now, now + soon),
        "commitments": store.commitments(session, scope, today, today + soon),
    }
    if actor.role == "agent":
        return {**counts, "notes_to_read": store.notes(session, "shared", scope, now)}
    return {
        **counts,
        "notes_to_review": store.notes(session, "review", scope, now),
        "notes_to_discuss": store.notes(session, "acknowledged", scope, now),
        "proposals": store.proposals(session, actor.team_id or ""),
    }


def _moment(due: datetime | date | None, centre: Centre) -> datetime | None:
    if due is None or isinstance(due, datetime):
        return due
    return datetime.combine(due, time.max, tzinfo=centre.zone)  # a day is over at its end
