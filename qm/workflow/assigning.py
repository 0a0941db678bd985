"""Giving the picks of a period to analysts, balanced, with the form that is in force."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.assignment.due_dates import due_date
from qm.core.assignment.given import Item
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.store import assignments as store
from qm.store.assignments import WantingPick
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.forms import all_versions, version_in_force
from qm.store.tables import Draw, FormVersion
from qm.workflow.staffing import Staffing

NOT_DRAWN = explain(
    "draw.missing",
    N_("The period has not been drawn."),
    N_("Draw it first: qm draw run --period {period}"),
)
NO_ANALYST = explain(
    "assign.no_analyst",
    N_("There is no active analyst to assign to."),
    N_("Add one: qm user add NAME --role analyst"),
)
NO_FORM = explain(
    "assign.no_form",
    N_("No form is published for the channel “{channel}”; {picks} picks stay unassigned."),
    N_("Publish one: qm form publish FILE"),
)
NO_FORM_IN_FORCE = explain(
    "assign.no_form_in_force",
    N_(
        "No form version of the channel “{channel}” is in force on the days of {picks} picks; "
        "they stay unassigned."
    ),
    N_("Publish a version whose effective dates hold those days, then assign again."),
)
LATE = explain(
    "assign.late",
    N_(
        "{picks} evaluations are assigned too late to be done {days} days after the period's end, "
        "as the policy of the draw wants; they are due after the next working day."
    ),
    N_("Draw and assign earlier, or allow more days in the next version of the policy."),
)


@dataclass(frozen=True)
class AssignmentSummary:
    """What was assigned.

    `by_analyst` counts the new assignments of every active analyst, `loads` what each has open
    then. `repeats` are picks of an agent whom their analyst had in this period already.
    `problems` say what stays unassigned, why, and which limit to relax; `relaxed` which limits
    could not be kept.
    """

    by_analyst: dict[str, int]
    problems: tuple[Problem, ...]
    loads: dict[str, int]
    repeats: int
    relaxed: tuple[Problem, ...]


def assign_picks(
    engine: Engine, actor: Actor, period: Period, *, centre: Centre, now: datetime
) -> AssignmentSummary:
    """Give every pick of `period` that wants an analyst to one, balanced, with the form in force.

    Picks in effect: a reserve that took a pick's place is assigned, the pick is not. What is
    scored twice goes to two analysts. Languages, channels, teams, capacity and leave are kept;
    interactions without a language count as the centre's. In force is what
    `qm.store.forms.version_in_force` says for the interaction's channel and its day in the
    centre's zone; later versions and retirements change nothing on an assignment. Picks that are
    assigned stay where they are, so running it again changes nothing. Raises `BadInput` where the
    period is not drawn or there is no analyst.
    """
    actor.require("draw")
    place = str(period)
    with transaction(engine) as session:
        draws = {draw.id or 0: draw for draw in store.lock_draws(session, place)}
        if not draws:
            raise BadInput(Problem(NOT_DRAWN, place, values={"period": period}))
        staffing = Staffing.of(session, place, now)
        if not staffing.members:
            raise BadInput(Problem(NO_ANALYST, place))
        picks = store.wanting_picks(session, place)
        versions = all_versions(session)
        forms = _forms_in_force(versions, picks, centre)
        ready = [pick for pick in picks if forms[pick.pick_id]]
        by_analyst = Counter({member.user.username: 0 for member in staffing.members})
        problems, relaxed, repeats = _without_form(picks, forms, versions, place), [], 0
        for draw_id, group in groupby(sorted(ready, key=_draw_of), key=_draw_of):
            mine = {pick.pick_id: pick for pick in group}
            due_at, is_late = _due(draws[draw_id], period, centre, now)
            items = {pick.pick_id: item_of(pick, centre) for pick in mine.values()}
            plan = staffing.plan(items, now=now, due_at=due_at, centre=centre)
            repeats += plan.repeats
            problems += plan.problems
            if is_late and plan.given:
                days = draws[draw_id].policy["due_days_after_period"]
                values = {"picks": len(plan.given), "days": days}
                relaxed.append(Problem(LATE, place, values=values))
            by_analyst.update(username for _pick, username in plan.given)
            store.add_assignments(
                session,
                [
                    _row(mine[pick_id], username, forms[pick_id], now, due_at)
                    for pick_id, username in plan.given
                ],
            )
        record(
            session,
            actor=actor.username,
            action="assign",
            subject=place,
            at=now,
            detail=by_analyst,
        )
    return AssignmentSummary(
        dict(by_analyst), tuple(problems), staffing.loads(), repeats, tuple(relaxed)
    )


def _draw_of(pick: WantingPick) -> int:
    return pick.draw_id


def item_of(pick: WantingPick, centre: Centre) -> Item:
    """Return the pick as an assignment sees it."""
    language = pick.language or centre.language
    return Item(
        pick.pick_id,
        pick.agent_id,
        pick.team_id,
        pick.channel,
        language,
        pick.wanted,
        pick.taken_by,
    )


def _due(draw: Draw, period: Period, centre: Centre, now: datetime) -> tuple[datetime, bool]:
    return due_date(
        now,
        draw.ends_at or period.bounds(centre.zone)[1],
        days=draw.policy["due_days"],
        days_after_period=draw.policy.get("due_days_after_period"),  # new since version 0.2
        centre=centre,
    )


def _row(
    pick: WantingPick, username: str, form: FormVersion | None, now: datetime, due_at: datetime
) -> dict[str, object]:
    if form is None:  # only picks with a form are planned
        raise ValueError(f"pick {pick.pick_id} has no form")
    return {
        "pick_id": pick.pick_id,
        "interaction_id": pick.interaction_id,
        "evaluator": username,
        "form_id": form.form_id,
        "form_version": form.version,
        "assigned_at": now,
        "due_at": due_at,
    }


def _forms_in_force(
    versions: list[FormVersion], picks: Iterable[WantingPick], centre: Centre
) -> dict[int, FormVersion | None]:
    """Return the form version of every pick, by its id."""

    @cache
    def chosen(channel: str, day: date) -> FormVersion | None:
        return version_in_force(versions, channel, day)

    return {
        pick.pick_id: chosen(pick.channel, pick.started_at.astimezone(centre.zone).date())
        for pick in picks
    }


def _without_form(
    picks: Sequence[WantingPick],
    forms: dict[int, FormVersion | None],
    versions: list[FormVersion],
    place: str,
) -> list[Problem]:
    """Return a problem for each channel of the picks that no form was found for."""
    missing = Counter(pick.channel for pick in picks if not forms[pick.pick_id])
    served = {version.channel for version in versions}
    return [
        Problem(
            NO_FORM_IN_FORCE if channel in served else NO_FORM,
            place,
            values={"channel": channel, "picks": missing[channel]},
        )
        for channel in sorted(missing)
    ]
