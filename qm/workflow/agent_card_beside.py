"""An agent's month beside those of others, and what changed: the part that needs the centre's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from sqlmodel import Session

from qm.core.access import Actor
from qm.core.change.failure_signals import Contacts, failure_signals, followed
from qm.core.change.funnel_signals import Placed, funnel_signals, placed
from qm.core.change.series import SERIES, contacts_by_form
from qm.core.change.signals import Signal
from qm.core.periods import Period
from qm.core.quality.facts import Facts
from qm.core.quality.figures import scores_by
from qm.core.quality.ranking import Separation, Standing, standings, told_apart
from qm.core.quality.shrinkage import Shrunk, shrink_means
from qm.store.scopes import Scope
from qm.workflow.quality_facts import counted_evaluations


@dataclass(frozen=True)
class Beside:
    """The month beside those of others.

    `shrunk` borrows from all agents of the centre. `separation` is that of the team's agents,
    `standing` the agent's place among them, None unless they can be told apart, and for an agent.
    `places` are those in the centre's funnels of failures, one per form version.
    """

    shrunk: Shrunk
    separation: Separation
    standing: Standing | None
    places: tuple[Placed, ...]


def evaluations_beside(session: Session, actor: Actor, periods: Sequence[Period]) -> Facts:
    """Return what an agent is compared with: everybody's evaluations, without their answers.

    Those that averages rest on; for an agent the published ones.
    """
    names = [str(period) for period in periods]
    return counted_evaluations(session, names, SERIES, Scope(only_published=actor.role == "agent"))


def beside_others(
    own: Facts, everybody: Facts, agent_id: str, team_id: str, period: Period
) -> tuple[Beside, tuple[Signal, ...]]:
    """Return an agent's month beside those of others, and the agent's signals of change.

    `own` are the evaluations of the agent that the person may see.
    """
    month = str(period)
    score = scores_by(own.where(period=month))[()]
    in_month = everybody.where(period=month)
    in_centre, in_team = (
        [score, *(each for (name,), each in scores.items() if name != agent_id)]
        for scores in (
            scores_by(in_month, "agent_id"),
            scores_by(in_month.where(team_id=team_id), "agent_id"),
        )
    )
    places, signals = _changes(own, everybody, period)
    beside = Beside(
        shrunk=shrink_means(in_centre).agents[0],
        separation=told_apart(in_team),
        standing=standings(in_team)[0],
        places=tuple(places),
    )
    return beside, signals


def _changes(
    own: Facts, everybody: Facts, period: Period
) -> tuple[list[Placed], tuple[Signal, ...]]:
    """Return the own places in the month's funnels, and the own signals among all agents'.

    As `qm.workflow.signals` finds them; what a lead does not see, of the time in another team, is
    a series of its own.
    """
    ids = set(own.counted.evaluations["evaluation_id"])
    is_own = everybody.evaluations["evaluation_id"].isin(ids)
    by_form = contacts_by_form(everybody, apart=is_own.to_numpy(dtype=bool))
    series = chain.from_iterable(followed(agents) for agents in by_form)
    failures = failure_signals([each for each in series if each.contacts.last_period == period])
    places = [each for agents in by_form for each in placed(agents, period)]
    found = [*failures, *funnel_signals(places)]
    return (
        [each for each in places if _is_of(ids, each.contacts)],
        tuple(each for each in found if each.evaluation_ids[0] in ids),
    )


def _is_of(ids: set[int], contacts: Contacts) -> bool:
    return contacts.evaluation_ids[0] in ids
