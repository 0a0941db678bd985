"""Moving the open work of somebody who is absent to the other analysts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.assignment.due_dates import end_of_next_working_day, working_days
from qm.core.assignment.given import Item
from qm.core.centre import Centre
from qm.core.problems import BadInput, Problem
from qm.core.sign_in import username_key
from qm.store import assignments as store
from qm.store.analysts import leave_that_meets
from qm.store.assignments import OpenAssignment
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.people import find_user
from qm.store.tables import Draft
from qm.workflow.analysts import note_leave
from qm.workflow.people import UNKNOWN_USER
from qm.workflow.staffing import Staffing


@dataclass(frozen=True)
class MoveSummary:
    """What became of the open assignments of somebody who is absent.

    `moved` counts those that others got, by analyst; `begun` stayed because their draft is
    begun, `in_time` because they can be done after the absence. `problems` say why others stayed.
    """

    moved: dict[str, int]
    begun: int
    in_time: int
    problems: tuple[Problem, ...]


def move_assignments(
    engine: Engine,
    actor: Actor,
    username: str,
    *,
    centre: Centre,
    now: datetime,
    until: date | None = None,
    begun_too: bool = False,
) -> MoveSummary:
    """Give the open assignments of `username` to others, under the rules of every assignment.

    With `until`, their last day of absence, the days from today are noted as leave, and what
    they can do afterwards before it is due stays. What they have begun stays, too, unless
    `begun_too`: then the draft is kept in the log and deleted. Nobody else's assignments change.
    Due dates stay, except that a new analyst always has a working day.
    """
    actor.require("draw")
    with transaction(engine) as session:
        user = find_user(session, username_key(username))
        if user is None:
            raise BadInput(Problem(UNKNOWN_USER, username, values={"username": username}))
        if until is not None:
            today = now.astimezone(centre.zone).date()
            note_leave(session, actor, user.username, today, until, now)
        every = store.open_assignments_of(session, user.username)
        begun = [] if begun_too else [each for each in every if each.is_begun]
        rest = [each for each in every if begun_too or not each.is_begun]
        late = [each for each in rest if until is None or not _in_time(session, each, centre, now)]
        moved, problems = move_each(session, actor, late, centre, now)
    return MoveSummary(dict(sorted(moved.items())), len(begun), len(rest) - len(late), problems)


def _in_time(session: Session, given: OpenAssignment, centre: Centre, now: datetime) -> bool:
    """Whether its analyst has a working day before it is due."""
    due_at = given.assignment.due_at
    first, last = (moment.astimezone(centre.zone).date() for moment in (now, due_at))
    leave = leave_that_meets(session, given.assignment.evaluator, first, last)
    days = [(each.first_day, each.last_day) for each in leave]
    return working_days(now, due_at, days, centre=centre) > 0


def move_each(
    session: Session,
    actor: Actor,
    given: Iterable[OpenAssignment],
    centre: Centre,
    now: datetime,
    *,
    reason: str = "",
) -> tuple[Counter[str], tuple[Problem, ...]]:
    """Move assignments within a transaction, those of a period due at the same time together.

    Returns how many others got, and why the rest stayed. `reason` is kept in the log.
    """
    by_due: dict[tuple[str, datetime], dict[int, OpenAssignment]] = {}
    for each in given:
        due_at = each.assignment.due_at
        if not working_days(now, due_at, centre=centre):
            due_at = end_of_next_working_day(now, centre)
        by_due.setdefault((each.period, due_at), {})[each.assignment.pick_id] = each
    moved: Counter[str] = Counter()
    problems: list[Problem] = []
    for (period, due_at), mine in sorted(by_due.items()):
        staffing = Staffing.of(session, period, now)
        plan = staffing.plan(_items(session, mine, centre), now=now, due_at=due_at, centre=centre)
        for pick_id, username in plan.given:
            _hand_over(session, actor, mine[pick_id], username, due_at, now, reason)
        moved.update(username for _pick, username in plan.given)
        problems += plan.problems
    return moved, tuple(problems)


def _items(session: Session, given: dict[int, OpenAssignment], centre: Centre) -> dict[int, Item]:
    had = store.evaluators_of(session, given)
    return {
        pick_id: Item(
            pick_id,
            each.pick.agent_id,
            each.pick.team_id,
            each.channel,
            each.language or centre.language,
            taken_by=had[pick_id],
        )
        for pick_id, each in given.items()
    }


def _hand_over(
    session: Session,
    actor: Actor,
    given: OpenAssignment,
    username: str,
    due_at: datetime,
    now: datetime,
    reason: str,
) -> None:
    """Withdraw an assignment, give its pick to `username`, and log both."""
    old = given.assignment
    draft = session.get(Draft, old.id)
    old.state = "withdrawn"
    session.add(old)
    if draft is not None:
        session.delete(draft)
    row = old.model_dump(include={"pick_id", "interaction_id", "form_id", "form_version"})
    row |= {"evaluator": username, "assigned_at": now, "due_at": due_at}
    store.add_assignments(session, [row])
    record(
        session,
        actor=actor.username,
        action="assignment_moved",
        subject=old.interaction_id,
        at=now,
        detail={
            "assignment": old.id,
            "from": old.evaluator,
            "to": username,
            **({"reason": reason} if reason else {}),
            "draft": {"answers": draft.answers, "coaching": draft.coaching} if draft else None,
        },
    )
