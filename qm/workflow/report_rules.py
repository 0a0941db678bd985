"""The rules of the monthly report: which are in force, and setting others."""

from datetime import datetime

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.report_rules import KIND, ReportRules
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.rules import add_rules, rules_in_force


def read_report_rules(engine: Engine, actor: Actor) -> ReportRules:
    """Return the rules of the report that are in force."""
    actor.require("export_report")
    with transaction(engine) as session:
        return rules_in_force(session, KIND, ReportRules)


def set_report_rules(engine: Engine, actor: Actor, rules: ReportRules, *, now: datetime) -> bool:
    """Put rules in force from now on; False where they are in force already."""
    actor.require("set_rules")
    with transaction(engine) as session:
        before = rules_in_force(session, KIND, ReportRules).model_dump(mode="json")
        after = rules.model_dump(mode="json")
        changes = {key: [before[key], after[key]] for key in after if after[key] != before[key]}
        if not changes:
            return False
        add_rules(session, KIND, rules, at=now, by=actor.username)
        detail = {"changes": changes}
        user = actor.username
        record(session, actor=user, action="rules_set", subject=KIND, at=now, detail=detail)
        return True
