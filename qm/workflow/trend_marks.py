"""What happened while a trend ran: for those who may see the trend."""

from collections.abc import Sequence

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.change.breaks import Break, form_breaks, model_changes, talk_marks
from qm.core.periods import Period
from qm.store import trend_breaks as store
from qm.store.engine import transaction
from qm.workflow.quality import agent_scope, team_scope


def trend_marks(
    engine: Engine,
    actor: Actor,
    periods: Sequence[Period],
    *,
    centre: Centre,
    agent_id: str | None = None,
    team_id: str | None = None,
) -> tuple[Break, ...]:
    """Return what happened in the months of an agent's, a team's or the centre's trend, in order.

    New form versions in the scores of the months, coaching talks held, and speech models that
    came into use. Raises as the trends of `qm.workflow.quality` do.
    """
    actor.require("see_quality")
    if not periods:
        return ()
    first, last = min(periods), max(periods)
    start, end = first.bounds(centre.zone)[0], last.bounds(centre.zone)[1]
    with transaction(engine) as session:
        if agent_id is not None:
            scope = agent_scope(session, actor, agent_id)
        else:
            scope = team_scope(actor, team_id)
        used = store.form_versions(session, [str(period) for period in periods], scope)
        talks = store.talks_held(session, start, end, scope)
        models = store.models_first_used(session)
    changes = model_changes(
        [(at.astimezone(centre.zone).date(), model) for at, model in models], centre.calendar
    )
    marks = [
        *form_breaks({Period.parse(name): versions for name, versions in used.items()}),
        *talk_marks([at.astimezone(centre.zone).date() for at in talks], centre.calendar),
        *(each for each in changes if first <= each.period <= last),
    ]
    return tuple(sorted(marks, key=lambda mark: (mark.at, mark.kind)))
