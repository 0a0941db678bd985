"""The rules of coaching: who changed them when, and what is in force."""

from datetime import datetime

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.coaching.rules import KIND, CoachingRules
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.workflow.coaching_rows import coaching_rules


def read_coaching_rules(engine: Engine, actor: Actor) -> CoachingRules:
    """Return the rules in force to whoever may set them or is coached and coaches by them."""
    actor.require("see_coaching")
    with transaction(engine) as session:
        return coaching_rules(session)


def set_coaching_rules(
    engine: Engine, actor: Actor, rules: CoachingRules, *, now: datetime
) -> CoachingRules:
    """Put rules in force from now on; where nothing changes nothing is written."""
    actor.require("set_rules")
    with transaction(engine) as session:
        before = coaching_rules(session)
        if rules != before:
            add_rules(session, KIND, rules, at=now, by=actor.username)
            record(
                session,
                actor=actor.username,
                action="rules_set",
                subject=KIND,
                at=now,
                detail=rules.model_dump(mode="json"),
            )
        return rules
