"""An evaluator's own work: the queue by state, how much is done, and other windows' saves."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine, update
from sqlmodel import Session, col

from qm.core.access import Actor
from qm.core.problems import NotAllowed
from qm.store import my_work as store
from qm.store.engine import transaction
from qm.store.rules import life_rules
from qm.store.tables import Assignment, Draft

MOST_SUBMITTED = 100


@dataclass(frozen=True)
class Progress:
    """`done` of the `given` assignments of a month are submitted; `given` is at least 1."""

    period: str
    done: int
    given: int


@dataclass(frozen=True)
class MyWork:
    """The work of one evaluator.

    `open` has a row per open assignment (see `qm.store.my_work.open_work`), the most urgent
    first. `returned` tells who sent an assignment back, by both names, and why. `submitted`
    assignments are done (`my_submitted`). `progress` is that of the newest month of which there
    is any.
    """

    open: pd.DataFrame
    returned: dict[int, tuple[str, str | None, str]]
    submitted: int
    progress: Progress | None

    def count(self, state: str) -> int:
        """Return how many open assignments are in a state."""
        return int((self.open["state"] == state).sum())

    def overdue(self, now: datetime) -> int:
        """Return how many open assignments should have been submitted before `now`."""
        return int((self.open["due_at"] < now).sum())


@dataclass(frozen=True)
class Standing:
    """How an assignment stands in the database while somebody works on it.

    `saved` counts the saves of its draft. `state` is the assignment's: open, done, withdrawn.
    """

    state: str
    saved: int
    saved_at: datetime | None


def my_work(engine: Engine, actor: Actor, *, hides_agent: bool = False) -> MyWork:
    """Return the evaluator's work; nobody's name is in it where agents are hidden."""
    actor.require("evaluate")
    with transaction(engine) as session:
        opened = store.open_work(session, actor.username)
        returned = opened.loc[opened["state"] == "returned", "assignment_id"].tolist()
        return MyWork(
            open=_blind(session, opened, hides_agent),
            returned=store.returned_because(session, returned) if returned else {},
            submitted=store.submitted_count(session, actor.username),
            progress=_progress(session, actor),
        )


def my_submitted(engine: Engine, actor: Actor, *, hides_agent: bool = False) -> pd.DataFrame:
    """Return the evaluator's newest evaluations, `MOST_SUBMITTED` of them at most."""
    actor.require("evaluate")
    with transaction(engine) as session:
        submitted = store.submitted_work(session, actor.username, MOST_SUBMITTED)
        return _blind(session, submitted, hides_agent)


def my_progress(engine: Engine, actor: Actor) -> Progress | None:
    """Return how far the evaluator is with the newest month of which there is any."""
    actor.require("evaluate")
    with transaction(engine) as session:
        return _progress(session, actor)


def _progress(session: Session, actor: Actor) -> Progress | None:
    month = store.newest_month(session, actor.username)
    if month is None:
        return None
    return Progress(month, *store.progress(session, actor.username, month))


def _blind(session: Session, work: pd.DataFrame, hides_agent: bool) -> pd.DataFrame:
    if hides_agent or life_rules(session).hides_agent:
        return work.assign(agent_name="–", agent_name_fa="–")
    return work


def place_in_queue(engine: Engine, actor: Actor, assignment_id: int) -> tuple[int, int]:
    """Return the place (from 1) of an assignment among the open ones, and how many there are."""
    with transaction(engine) as session:
        ids = store.open_ids(session, actor.username)
    return (ids.index(assignment_id) + 1 if assignment_id in ids else 1), len(ids)


def next_assignment(engine: Engine, actor: Actor, after: int | None = None) -> int | None:
    """Return the most urgent open assignment, or the one that follows `after`; None at the end."""
    with transaction(engine) as session:
        ids = store.open_ids(session, actor.username)
    if after in ids:
        ids = ids[ids.index(after) + 1 :]
    return ids[0] if ids else None


def standing(engine: Engine, actor: Actor, assignment_id: int) -> Standing:
    """Return how one of the evaluator's own assignments stands; cheap enough for every second.

    Raises `NotAllowed` for somebody else's.
    """
    with transaction(engine) as session:
        assignment = session.get(Assignment, assignment_id)
        if assignment is None or assignment.evaluator != actor.username:
            raise NotAllowed(f"assignment {assignment_id} is not yours")
        saved, saved_at = store.draft_saves(session, assignment_id)
        return Standing(assignment.state, saved, saved_at)


def note_active_s(engine: Engine, actor: Actor, assignment_id: int, active_s: float) -> None:
    """Note the seconds of work on a draft; a smaller number than before changes nothing.

    Without a draft there is nothing to note it in: the first save will.
    """
    with transaction(engine) as session:
        assignment = session.get(Assignment, assignment_id)
        if assignment is None or assignment.evaluator != actor.username:
            raise NotAllowed(f"assignment {assignment_id} is not yours")
        mine = (col(Draft.assignment_id) == assignment_id, col(Draft.active_s) < active_s)
        session.execute(update(Draft).where(*mine).values(active_s=active_s))
