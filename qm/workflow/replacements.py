"""Replacing a pick that cannot be evaluated by the next reserve of its zone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.core.replacing import most_of, rules_of
from qm.core.sampling.policy import ReplacementReason
from qm.store import replacements as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.evaluations import Context, context
from qm.store.forms import all_versions, version_in_force
from qm.store.life import life_of
from qm.store.tables import Assignment, Interaction, Pick, Replacement

UNKNOWN_REASON = explain(
    "replacement.reason",
    N_("“{reason}” is no reason of this draw's policy."),
    N_("Choose one of these: {reasons}."),
)
NO_REASONS = explain(
    "replacement.none",
    N_("The policy of this draw allows no replacement."),
    N_("Evaluate it as far as it goes; policies name reasons under “replacements”."),
)
CAP_REACHED = explain(
    "replacement.cap",
    N_("You have replaced {used} of your {assigned} picks of this period; {most} are allowed."),
    N_("Ask whoever runs the draws: they may go beyond."),
)
NOT_OPEN = explain(
    "replacement.not_open",
    N_("This pick cannot be replaced any more."),
    N_("Open the next one in your queue."),
)
NO_FORM = explain(
    "replacement.no_form",
    N_("The next in the zone, {interaction}, has no form in force on its channel and day."),
    N_("Publish a form for the channel “{channel}”, then replace again."),
)


@dataclass(frozen=True)
class Terms:
    """What the policy allows about one assignment.

    `used` of the `assigned` picks of the period were replaced by this person, `most` may be.
    """

    reasons: tuple[ReplacementReason, ...]
    used: int
    most: int
    assigned: int


@dataclass(frozen=True)
class Substitution:
    """What came of a replacement.

    `interaction_id` took the place, None where the zone had no reserve left; `assignment_id` is
    that of the person who asked, None where they had none.
    """

    replaced: str
    interaction_id: str | None
    assignment_id: int | None


def replacement_terms(engine: Engine, actor: Actor, assignment_id: int) -> Terms:
    """Return the reasons for which a pick may be replaced, and how often this person still may.

    Raises `NotAllowed` for an assignment that is not theirs, where they have no right to draw.
    """
    with transaction(engine) as session:
        return _terms(session, actor, _context(session, actor, assignment_id))


def replace_pick(
    engine: Engine,
    actor: Actor,
    assignment_id: int,
    reason: str,
    comment: str,
    *,
    centre: Centre,
    now: datetime,
) -> Substitution:
    """Take a pick out of the draw's work and put the next reserve of its zone in its place.

    Every open assignment of the pick is withdrawn, and the same people get the substitute, due
    at the same time. Without a reserve the pick is withdrawn alone. By whoever has it, within
    the policy's cap, or by whoever may draw. Raises `BadInput` where the reason is none of the
    policy's, the cap is reached or the pick was evaluated.
    """
    with transaction(engine) as session:
        around = _context(session, actor, assignment_id)
        store.lock_period(session, around.draw.period)
        assignments = store.assignments_of(session, around.pick.id or 0)
        _check(session, actor, around, reason, assignments)
        withdrawn = _withdraw(session, assignments)
        reserve = store.next_reserve(session, around.pick)
        given = _assign(session, reserve, assignments, centre, now) if reserve else []
        session.add(
            Replacement(
                pick_id=around.pick.id or 0,
                reserve_id=reserve.id if reserve else None,
                reason=reason,
                comment=comment.strip(),
                at=now,
                by=actor.username,
            )
        )
        session.flush()
        substitute = reserve.interaction_id if reserve else None
        detail = {
            "draw": around.draw.id,
            "reason": reason,
            "substitute": substitute,
            "withdrawn": withdrawn,
        }
        record(
            session,
            actor=actor.username,
            action="replace",
            subject=around.pick.interaction_id,
            at=now,
            detail=detail,
        )
        own = next((each.id for each in given if each.evaluator == actor.username), None)
        return Substitution(around.pick.interaction_id, substitute, own)


def _context(session: Session, actor: Actor, assignment_id: int) -> Context:
    found = context(session, assignment_id)
    is_own = found is not None and found.assignment.evaluator == actor.username
    if found is None or not (actor.may("draw") or (actor.may("evaluate") and is_own)):
        raise NotAllowed(f"assignment {assignment_id} is not yours")
    return found


def _terms(session: Session, actor: Actor, around: Context) -> Terms:
    rules = rules_of(around.draw.policy)
    period = around.draw.period
    assigned = store.assigned_to(session, period, actor.username)
    used = store.replacements_by(session, period, actor.username)
    return Terms(rules.reasons, used, most_of(rules, assigned), assigned)


def _check(
    session: Session, actor: Actor, around: Context, reason: str, assignments: list[Assignment]
) -> None:
    """Raise `BadInput` where this pick may not be replaced now, for this reason, by this person."""
    place = around.pick.interaction_id
    asked = [each for each in assignments if each.id == around.assignment.id]
    # Not open, evaluated by a second analyst, or returned: then it can be evaluated. Which of
    # them is not said, as nobody is to know whether there is a second one.
    is_open = all(
        each.state == "open" and not life_of(session, each.id or 0) for each in assignments
    )
    if not asked or not is_open:
        raise BadInput(Problem(NOT_OPEN, place))
    terms = _terms(session, actor, around)
    known = [each.reason for each in terms.reasons]
    if not known:
        raise BadInput(Problem(NO_REASONS, place))
    if reason not in known:
        raise BadInput(Problem(UNKNOWN_REASON, place, values={"reason": reason, "reasons": known}))
    if terms.used >= terms.most and not actor.may("draw"):
        values = {"used": terms.used, "assigned": terms.assigned, "most": terms.most}
        raise BadInput(Problem(CAP_REACHED, place, values=values))


def _withdraw(session: Session, assignments: list[Assignment]) -> list[dict[str, object]]:
    """Withdraw the assignments and delete their drafts; return both for the log."""
    drafts = {draft.assignment_id: draft for draft in store.drafts_of(session, assignments)}
    told: list[dict[str, object]] = []
    for assignment in assignments:
        draft = drafts.get(assignment.id or 0)
        entered = {"answers": draft.answers, "coaching": draft.coaching} if draft else None
        told.append(
            {"assignment": assignment.id, "evaluator": assignment.evaluator, "draft": entered}
        )
        assignment.state = "withdrawn"
        session.add(assignment)
        if draft is not None:
            session.delete(draft)
    return told


def _assign(
    session: Session, reserve: Pick, before: list[Assignment], centre: Centre, now: datetime
) -> list[Assignment]:
    """Give the reserve to those who had the pick, with the form that is in force for it."""
    interaction = session.get_one(Interaction, reserve.interaction_id)
    day = interaction.started_at.astimezone(centre.zone).date()
    form = version_in_force(all_versions(session), interaction.channel, day)
    if form is None:
        values = {"interaction": interaction.id, "channel": interaction.channel}
        raise BadInput(Problem(NO_FORM, interaction.id, values=values))
    given = [
        Assignment(
            pick_id=reserve.id or 0,
            interaction_id=reserve.interaction_id,
            evaluator=each.evaluator,
            form_id=form.form_id,
            form_version=form.version,
            assigned_at=now,
            due_at=each.due_at,
        )
        for each in before
    ]
    session.add_all(given)
    session.flush()
    return given
