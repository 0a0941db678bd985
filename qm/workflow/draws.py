"""Drawing the interactions of a period, and giving the picks to analysts."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import pandas as pd
from sqlalchemy import Engine

from qm.core import sampling
from qm.core.access import Actor
from qm.core.assignment import Item, balance
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import N_, BadInput, Problem, explain
from qm.store import draws as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.forms import all_versions, version_in_force
from qm.store.tables import Assignment, Draw, FormVersion, Interaction

ALREADY_DRAWN = explain(
    "draw.exists",
    N_("The period was drawn already (draw {draw}, seed {seed})."),
    N_("A draw is never repeated or changed; evaluate its picks."),
)
EMPTY_FRAME = explain(
    "draw.empty",
    N_("No interaction of this period can be picked ({excluded} left out)."),
    N_("Import the interactions of the period, calls with their recording, and draw again."),
)
NOT_DRAWN = explain(
    "draw.missing",
    N_("The period has not been drawn."),
    N_("Draw it first: qm draw --period {period}"),
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


@dataclass(frozen=True)
class DrawSummary:
    """A stored draw with the coverage per agent (agent_id, frame_size, picked).

    `is_running` tells that the period had not ended when it was drawn: interactions that
    start later are outside the frame.
    """

    draw: Draw
    coverage: pd.DataFrame
    is_running: bool


@dataclass(frozen=True)
class AssignmentSummary:
    """How many picks each analyst got, and what kept others unassigned."""

    by_analyst: dict[str, int]
    problems: tuple[Problem, ...]


def draw_period(
    engine: Engine,
    actor: Actor,
    period: Period,
    policy: sampling.Policy,
    *,
    centre: Centre,
    now: datetime,
    seed: str | None = None,
) -> DrawSummary:
    """Draw the interactions of `period` once and store all that is needed to repeat it.

    Calls without a recording are left out of the frame and counted. Without `seed` a random
    one is made. Raises `BadInput` where the period is drawn already or nothing can be picked.
    """
    actor.require("draw")
    seed = seed or secrets.token_hex(16)
    start, end = period.bounds(centre.zone)
    with transaction(engine) as session:
        earlier = store.draw_of(session, str(period))
        if earlier is not None:
            values = {"draw": earlier.id, "seed": earlier.seed}
            raise BadInput(Problem(ALREADY_DRAWN, str(period), values=values))
        contacts = store.interactions_between(session, start, end)
        unrecorded = (contacts["channel"] == "call") & ~contacts["has_recording"].astype(bool)
        frame = contacts[~unrecorded]
        if frame.empty:
            values = {"excluded": int(unrecorded.sum())}
            raise BadInput(Problem(EMPTY_FRAME, str(period), values=values))
        result = sampling.draw(frame, policy, seed)
        draw = Draw(
            period=str(period),
            seed=seed,
            policy=policy.model_dump(mode="json"),
            policy_sha256=policy.sha256(),
            frame_sha256=result.frame_sha256,
            frame_size=len(frame),
            excluded={"no_recording": int(unrecorded.sum())},
            at=now,
            by=actor.username,
        )
        store.add_draw(session, draw, result.picks, result.coverage)
        record(
            session,
            actor=actor.username,
            action="draw",
            subject=str(period),
            at=now,
            detail={"draw": draw.id, "frame_sha256": draw.frame_sha256},
        )
    return DrawSummary(draw, result.coverage, is_running=now < end)


def assign_picks(
    engine: Engine, actor: Actor, period: Period, *, centre: Centre, now: datetime
) -> AssignmentSummary:
    """Give every unassigned pick of `period` to an analyst, balanced, with the form in force.

    In force is what `qm.store.forms.version_in_force` says for the interaction's channel and its
    day in the centre's zone; later versions and retirements change nothing on an assignment.
    Picks that are assigned stay where they are, so running it again changes nothing. Raises
    `BadInput` where the period is not drawn or there is no analyst.
    """
    actor.require("draw")
    with transaction(engine) as session:
        draw = store.draw_of(session, str(period))
        if draw is None:
            raise BadInput(Problem(NOT_DRAWN, str(period), values={"period": period}))
        analysts = store.analysts(session)
        if not analysts:
            raise BadInput(Problem(NO_ANALYST, str(period)))
        picks = store.unassigned_picks(session, str(period))
        versions = all_versions(session)
        forms = _forms_in_force(versions, [interaction for _, interaction in picks], centre)
        ready = [(pick, form) for pick, interaction in picks if (form := forms[interaction.id])]
        plan = balance(
            [Item(pick.id or 0, pick.agent_id) for pick, _ in ready],
            analysts,
            store.open_load(session),
        )
        due_at = now + timedelta(days=draw.policy["due_days"])
        store.add_assignments(
            session,
            [
                Assignment(
                    pick_id=pick.id or 0,
                    interaction_id=pick.interaction_id,
                    evaluator=plan[pick.id or 0],
                    form_id=form.form_id,
                    form_version=form.version,
                    assigned_at=now,
                    due_at=due_at,
                )
                for pick, form in ready
            ],
        )
        by_analyst = {name: list(plan.values()).count(name) for name in analysts}
        record(
            session,
            actor=actor.username,
            action="assign",
            subject=str(period),
            at=now,
            detail=by_analyst,
        )
    missing = [interaction.channel for _, interaction in picks if not forms[interaction.id]]
    return AssignmentSummary(by_analyst, _without_form(missing, versions, period))


def _forms_in_force(
    versions: list[FormVersion], interactions: Iterable[Interaction], centre: Centre
) -> dict[str, FormVersion | None]:
    """Return the form version of every interaction, by its id."""

    @cache
    def chosen(channel: str, day: date) -> FormVersion | None:
        return version_in_force(versions, channel, day)

    return {
        each.id: chosen(each.channel, each.started_at.astimezone(centre.zone).date())
        for each in interactions
    }


def _without_form(
    missing: list[str], versions: list[FormVersion], period: Period
) -> tuple[Problem, ...]:
    """Return a problem for each channel of the picks that no form was found for."""
    served = {version.channel for version in versions}
    return tuple(
        Problem(
            NO_FORM_IN_FORCE if channel in served else NO_FORM,
            str(period),
            values={"channel": channel, "picks": missing.count(channel)},
        )
        for channel in sorted(set(missing))
    )


def list_draws(engine: Engine, actor: Actor) -> pd.DataFrame:
    """Return a row per draw, newest first, with its numbers of picks and assignments."""
    actor.require("see_sampling")
    with transaction(engine) as session:
        return store.draws(session)
