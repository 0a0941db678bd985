"""The rules of an evaluation's life: which are in force, since when, and setting others."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.life.rules import KIND, LifeRules
from qm.core.text import Wording
from qm.store import rules as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.life import names_of


@dataclass(frozen=True)
class RulesInForce:
    """The rules, and who set them when; both None while nobody did and the defaults hold."""

    rules: LifeRules
    at: datetime | None
    by: Wording | None


def read_life_rules(engine: Engine, actor: Actor) -> RulesInForce:
    """Return the rules of an evaluation's life; they are no secret to anybody who works here."""
    actor.require("see_quality")
    with transaction(engine) as session:
        version = store.newest(session, KIND)
        by = names_of(session, [version.by])[version.by] if version else None
        return RulesInForce(store.life_rules(session), version.at if version else None, by)


def set_life_rules(engine: Engine, actor: Actor, rules: LifeRules, *, now: datetime) -> bool:
    """Put rules in force from now on; False where they are in force already.

    What is under way keeps the due dates it has; windows and approvers are those in force when
    a step is taken. The log tells what changed.
    """
    actor.require("set_rules")
    with transaction(engine) as session:
        before = store.life_rules(session).model_dump(mode="json")
        after = rules.model_dump(mode="json")
        changes = {key: [before[key], after[key]] for key in after if after[key] != before[key]}
        if not changes:
            return False
        store.add_rules(session, KIND, rules, at=now, by=actor.username)
        record(
            session,
            actor=actor.username,
            action="rules_set",
            subject=KIND,
            at=now,
            detail={"changes": changes},
        )
        return True
