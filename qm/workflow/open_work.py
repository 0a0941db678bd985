"""The open work of the whole centre: what is late, and giving one assignment to somebody else."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.text import Wording
from qm.store import open_work as store
from qm.store.engine import transaction
from qm.store.life import names_of
from qm.store.open_work import Limits
from qm.workflow.moving import move_each

MOST_SHOWN = 200

NOT_OPEN = explain(
    "open_work.not_open",
    N_("This assignment is not open any more, or was submitted before and sent back."),
    N_("Reload the page to see who has what."),
)
REASON_MISSING = explain(
    "open_work.reason_missing",
    N_("Why somebody else is to evaluate it has not been said."),
    N_("Write it in a few words; it is kept in the log."),
)


@dataclass(frozen=True)
class OpenWork:
    """Everybody's open assignments.

    `people` has a row per evaluator, `listed` the most urgent assignments within the limits, of
    `count` (see `qm.store.open_work`).
    """

    people: pd.DataFrame
    listed: pd.DataFrame
    count: int


def list_open_work(
    engine: Engine, actor: Actor, limits: Limits | None = None, *, now: datetime
) -> OpenWork:
    """Return who has what open, the most urgent first, `MOST_SHOWN` at most; for who may draw."""
    actor.require("draw")
    wanted = limits or Limits()
    with transaction(engine) as session:
        return OpenWork(
            people=store.open_by_evaluator(session, now),
            listed=store.open_work(session, wanted, now, MOST_SHOWN),
            count=store.open_count(session, wanted, now),
        )


def move_assignment(
    engine: Engine,
    actor: Actor,
    assignment_id: int,
    reason: str,
    *,
    centre: Centre,
    now: datetime,
) -> Wording | None:
    """Give one open assignment to another analyst and return the name of who has it now.

    Who that is, the rules of every assignment decide: nobody picks an evaluator for a call. A
    draft is kept in the log and deleted. None where nobody else may have it; then it stays.
    Raises `BadInput` without a reason, and for what is not open or came back to its evaluator.
    """
    actor.require("draw")
    with transaction(engine) as session:
        given = store.locked_open(session, assignment_id)
        if given is None:
            raise BadInput(Problem(NOT_OPEN, f"assignment {assignment_id}"))
        if not reason.strip():
            raise BadInput(Problem(REASON_MISSING, given.assignment.interaction_id))
        moved, _problems = move_each(session, actor, [given], centre, now, reason=reason.strip())
        return next(iter(names_of(session, moved).values()), None)
