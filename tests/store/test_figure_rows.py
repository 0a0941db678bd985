"""The rows that figures of disputes, coaching and coverage are computed from."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from qm.core.quality.coaching import coaching_by
from qm.core.quality.disputes import disputed_questions_by, disputes_by
from qm.store.coaching_figures import coached_questions, commitments, notes, talks
from qm.store.coverage import replaced_by_reason
from qm.store.dispute_figures import disputed_questions, disputes, published
from qm.store.engine import open_engine, transaction
from qm.store.scopes import Scope
from qm.store.tables import (
    CoachingNote,
    CoachingSession,
    Commitment,
    Dispute,
    DisputedQuestion,
    Evaluation,
    EvaluationLife,
    Pick,
    Replacement,
    SessionTopic,
)
from tests.reports.case import ABAN, MEHR, NOW, fill

MONTH = [str(ABAN)]
STARTS, ENDS = datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
TEHRAN = ZoneInfo("Asia/Tehran")


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    fill(engine)
    yield engine
    engine.dispose()


def evaluation_of(session: Session, agent_id: str, percent: float) -> Evaluation:
    query = select(Evaluation).where(
        col(Evaluation.agent_id) == agent_id, col(Evaluation.percent) == percent
    )
    return session.scalars(query).one()


def dispute(
    session: Session, evaluation: Evaluation, round_: int, state: str, **decisions: str | None
) -> None:
    is_open = state == "open"
    row = Dispute(
        assignment_id=evaluation.assignment_id,
        evaluation_id=evaluation.id or 0,
        agent_id=evaluation.agent_id,
        team_id=evaluation.team_id,
        round=round_,
        state=state,
        raised_by=evaluation.agent_id,
        raised_at=days(-6),
        due_at=days(-1),
        decided_at=None if is_open else days(-4),
    )
    session.add(row)
    session.flush()
    session.add_all(
        DisputedQuestion(dispute_id=row.id or 0, question_id=name, reason="No.", decision=decision)
        for name, decision in decisions.items()
    )


def test_disputes_are_those_about_the_months_published_evaluations(engine: Engine) -> None:
    with transaction(engine) as session:
        sara, reza = (
            evaluation_of(session, *who) for who in (("sara.nouri", 70.0), ("reza.karimi", 60.0))
        )
        dispute(session, sara, 1, "upheld", greeting="upheld")
        dispute(session, sara, 2, "changed", greeting="changed", closing="upheld")
        dispute(session, reza, 1, "open", identity=None)
        dispute(session, evaluation_of(session, "sara.nouri", 62.0), 1, "upheld", greeting="upheld")
        hidden = session.get_one(
            EvaluationLife, evaluation_of(session, "ali.moradi", 90.0).assignment_id
        )
        hidden.published_revision = None
        session.add(hidden)
    with transaction(engine) as session:
        evaluations = published(session, MONTH)
        rows, asked = disputes(session, MONTH), disputed_questions(session, MONTH)
        assert len(disputes(session, [str(MEHR)])) == 1
        orders = disputes(session, MONTH, Scope(team_id="orders"))
        assert len(disputes(session, MONTH, Scope(team_id="support"))) == 0
    # Ten official ones in their latest revision, less Ali's that nobody published.
    assert (len(evaluations), len(orders)) == (9, 3)
    found = disputes_by(evaluations, rows, now=NOW)[()]
    assert (found.raised, found.upheld, found.changed, found.open, found.overdue) == (3, 1, 1, 1, 1)
    assert (found.rate.count, found.rate.n, found.days_to_decide.value) == (2, 9, 2)
    by_analyst = disputes_by(evaluations, rows, "evaluator", now=NOW)
    assert (by_analyst["nima",].published, by_analyst["nima",].raised) == (1, 0)
    by_question = disputed_questions_by(asked, "form_id", "question_id")
    assert by_question["inbound-call", "greeting"].overturned.value == 50
    assert by_question["inbound-call", "identity"].open == 1


def talk(session: Session, state: str, planned: float, held: float | None = None) -> int:
    row = CoachingSession(
        agent_id="sara.nouri",
        team_id="orders",
        state=state,
        planned_at=days(planned),
        held_at=None if held is None else days(held),
        created_by="lead",
        created_at=days(-30),
    )
    session.add(row)
    session.flush()
    return row.id or 0


def test_coaching_is_that_of_the_months_notes_and_talks(engine: Engine) -> None:
    with transaction(engine) as session:
        # Planned in the month and held after it: told with the month in which it was held.
        talk(session, "held", -10, 3)
        talk(session, "planned", -5)
        held = talk(session, "held", -8, -7)
        note = session.scalars(select(CoachingNote).order_by(col(CoachingNote.id))).first()
        assert note is not None
        note.question_id, note.session_id, note.state = "closing", held, "discussed"
        asked = {"form_id": "inbound-call", "question_id": "greeting"}
        session.add_all(
            [
                note,
                SessionTopic(session_id=held, **asked),
                SessionTopic(session_id=held, evaluation_id=note.evaluation_id),
                Commitment(
                    session_id=held, agent_id="sara.nouri", text="Greet.", **asked,
                    due_on=date(2026, 11, 20), state="kept", closed_at=days(-6),
                ),
                Commitment(session_id=held, agent_id="sara.nouri", text="Listen."),
                CoachingNote(
                    evaluation_id=note.evaluation_id, agent_id="sara.nouri", team_id="orders",
                    period=str(ABAN), text="Old.", author="mina", created_at=NOW, state="replaced",
                ),
            ]
        )  # fmt: skip
    with transaction(engine) as session:
        tables = (
            notes(session, MONTH),
            talks(session, STARTS, ENDS),
            commitments(session, STARTS, ENDS),
        )
        about = coached_questions(session, STARTS, ENDS)
        support = coached_questions(session, STARTS, ENDS, Scope(team_id="support"))
    found = coaching_by(*tables, "agent_id", now=NOW, zone=TEHRAN)["sara.nouri",]
    assert (found.notes, found.completed.value, found.notes_open) == (2, 50, 1)
    assert (found.held, found.planned, found.overdue) == (1, 0, 1)
    # Held a day after the planned one.
    assert (found.held_on_time.value, found.held_on_time.n) == (0, 2)
    assert (found.made, found.kept.value, found.kept_on_time.value) == (2, 100, 100)
    told = list(about[["session_id", "form_id", "question_id"]].itertuples(index=False, name=None))
    # The greeting is a topic and a commitment, and is told once.
    assert told == [(held, "inbound-call", "closing"), (held, "inbound-call", "greeting")]
    assert len(support) == 0


def test_replacements_are_counted_by_reason_and_agent(engine: Engine) -> None:
    with transaction(engine) as session:
        query = select(Pick).where(col(Pick.month) == str(ABAN)).order_by(col(Pick.id))
        picks = session.scalars(query).all()
        random = [pick for pick in picks if pick.purpose == "random" and not pick.is_reserve]
        targeted = next(pick for pick in picks if pick.purpose == "targeted")
        reasons = [(random[0], "no_audio"), (random[1], "no_audio"), (random[4], "cut_off")]
        session.add_all(
            Replacement(pick_id=pick.id or 0, reason=reason, at=NOW, by="mina")
            for pick, reason in [*reasons, (targeted, "no_audio")]
        )
        agents = [(pick.agent_id, reason) for pick, reason in reasons]
    with transaction(engine) as session:
        found = replaced_by_reason(session, MONTH)
        assert len(replaced_by_reason(session, [str(MEHR)])) == 0
    counted = {(row.agent_id, row.reason): row.picks for row in found.itertuples()}
    assert counted == {each: agents.count(each) for each in agents}
