"""How a month stands: open or closed, what waits, and whether the closed report still holds."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.store.engine import transaction
from qm.store.tables import Dispute, Evaluation, Pick
from qm.workflow.report_reading import verify_report
from qm.workflow.report_standing import read_standing
from qm.workflow.revisions import revise
from tests.reports.case import ABAN, AZAR, CENTRE, NOW

QA = Actor("nima", "qa_lead")


def standing(engine, period=ABAN):
    return read_standing(engine, QA, period, centre=CENTRE, now=NOW)


def first_of_aban(session) -> Evaluation:
    is_latest = col(Evaluation.is_latest).is_(True)
    query = select(Evaluation).where(col(Evaluation.interaction_id) == "1405-08-003", is_latest)
    return session.scalars(query.where(col(Evaluation.evaluator) == "mina")).one()


def test_an_open_month_says_what_waits(open_month):
    with transaction(open_month) as session:
        evaluation = first_of_aban(session)
        own = {name: getattr(evaluation, name) for name in ("agent_id", "team_id")}
        told = {"assignment_id": evaluation.assignment_id, "evaluation_id": evaluation.id}
        due = {"raised_at": NOW, "due_at": NOW + timedelta(days=3)}
        session.add(Dispute(**own, **told, **due, round=1, raised_by="sara"))
    found = standing(open_month)
    assert (found.is_over, found.versions, found.has_changed) == (True, (), False)
    assert [pick.evaluator for pick in found.open_picks] == ["mina", "mina", None]
    assert found.open_disputes == 1
    assert not standing(open_month, AZAR).is_over


def test_a_correction_makes_a_closed_month_differ_and_only_that_is_seen_at_a_glance(closed_month):
    assert (standing(closed_month).versions[0].number, standing(closed_month).has_changed) == (
        1, False,
    )  # fmt: skip
    with transaction(closed_month) as session:  # as nothing of qm ever would
        of_omid = update(Pick).where(col(Pick.interaction_id) == "1405-08-014")
        session.execute(of_omid.values(zone=99))
    assert not standing(closed_month).has_changed
    assert not verify_report(closed_month, QA, ABAN).holds
    with transaction(closed_month) as session:
        changes = dict.fromkeys(("greeting", "identity", "closing"), Answer(option="yes"))
        revise(session, first_of_aban(session), changes, by="nima", reason="Heard again", now=NOW)
    assert standing(closed_month).has_changed
