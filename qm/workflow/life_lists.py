"""What waits to be published or decided, and what is late, for those concerned."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.life.deciding import Matter, refusal
from qm.core.life.rules import LifeRules
from qm.core.life.timing import needs_review
from qm.store import life_lists as store
from qm.store.engine import transaction
from qm.store.rules import life_rules


def to_publish(engine: Engine, actor: Actor, *, now: datetime) -> pd.DataFrame:
    """Return the evaluations that are submitted and not published, the most urgent first.

    `needs_review`: for the QA lead alone; `may_publish`: the person may do it now; `is_overdue`.
    At most 500. Empty for people who publish nothing.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        rules = life_rules(session)
        table = store.in_state(session, actor, "submitted")
    if not actor.may("publish_evaluations"):
        table = table[:0]
    rows = table.to_dict("records")
    return table.assign(
        needs_review=_flags(
            needs_review(rules, row["assignment_id"], row["outcome"]) for row in rows
        ),
        may_publish=_flags(_may_publish(actor, row, rules, now) for row in rows),
        is_overdue=_flags(row["due_at"] < now for row in rows),
    )


def _may_publish(actor: Actor, row: Mapping[Any, Any], rules: LifeRules, now: datetime) -> bool:
    matter = Matter(
        state="submitted",
        agent_id=row["agent_id"],
        team_id=row["team_id"],
        evaluator=row["evaluator"],
        authors=frozenset({row["evaluator"]}),  # nobody else revises what is not published
        needs_review=needs_review(rules, row["assignment_id"], row["outcome"]),
    )
    return refusal("publish", actor, matter, rules, now) is None


def list_disputes(engine: Engine, actor: Actor, *, now: datetime) -> pd.DataFrame:
    """Return the disputes that the person may read: open ones by due date, then the decided.

    `approver` is the role that an open one waits for, None when decided; `is_mine`: the person
    may decide or pass it on now; `is_overdue`. At most 500.
    """
    actor.require("see_quality")
    with transaction(engine) as session:
        rules = life_rules(session)
        table = store.disputes(session, actor)
    rows = table.to_dict("records")
    approvers = [rules.approver(row["stage"]) if row["state"] == "open" else None for row in rows]
    return table.assign(
        approver=pd.Series(approvers, index=table.index, dtype=object),
        is_mine=_flags(_may_decide(actor, row, rules, now) for row in rows),
        is_overdue=_flags(row["state"] == "open" and row["due_at"] < now for row in rows),
    )


def _may_decide(actor: Actor, row: Mapping[Any, Any], rules: LifeRules, now: datetime) -> bool:
    if row["state"] != "open":
        return False
    authors = {row["evaluator"]} | ({actor.username} if row["own_revisions"] else set())
    matter = Matter(
        state="disputed",
        agent_id=row["agent_id"],
        team_id=row["team_id"],
        evaluator=row["evaluator"],
        authors=frozenset(authors),
        stage=row["stage"],
    )
    return refusal("uphold", actor, matter, rules, now) is None


def overdue(engine: Engine, actor: Actor, *, now: datetime) -> pd.DataFrame:
    """Return the readable evaluations whose next step is late, the latest first; at most 500."""
    actor.require("see_quality")
    with transaction(engine) as session:
        return store.overdue(session, actor, now)


def _flags(values: Any) -> Any:
    return [bool(value) for value in values]
