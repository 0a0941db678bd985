"""The month is closed by the centre's rules, once, however many processes look after it."""

from datetime import datetime, timedelta

from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import BadInput
from qm.core.report_rules import KIND, ReportRules
from qm.store.engine import transaction
from qm.store.reports import ClosedReport, is_something_there, last_number
from qm.store.rules import rules_in_force
from qm.workflow.report_freezing import ALREADY_CLOSED, close_month

BY_RULES = "by_rules"
"""The reason of what the rules close while picks are open (`qm.reports.words`)."""


def close_due_month(
    engine: Engine, actor: Actor, *, centre: Centre, now: datetime
) -> ClosedReport | None:
    """Close the month that the rules want closed by now, with its deliveries; None: none is due.

    It is the latest month that ended `closes_after_days` ago or earlier. Older ones are closed
    by hand, and one without a pick or an evaluation not at all.
    """
    actor.require("close_report")
    with transaction(engine) as session:
        days = rules_in_force(session, KIND, ReportRules).closes_after_days
        if days is None:
            return None
        period = due_month(centre, days, now)
        if last_number(session, str(period)) or not is_something_there(session, str(period)):
            return None
    try:
        return close_month(engine, actor, period, centre=centre, now=now, reason=BY_RULES)
    except BadInput as refusal:
        if refusal.problems[0].code == ALREADY_CLOSED:  # somebody else was quicker
            return None
        raise


def due_month(centre: Centre, days: int, now: datetime) -> Period:
    """Return the latest month of the centre's calendar that ended so many days before `now`."""
    then = now - timedelta(days=days)
    return Period.containing(then, centre.calendar, centre.zone).shift(-1)
