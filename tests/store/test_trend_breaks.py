"""Form versions, talks and speech models, dated, as trends mark them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from qm.store.engine import open_engine, transaction
from qm.store.scopes import Scope
from qm.store.tables import CoachingSession, Evaluation, Transcript
from qm.store.trend_breaks import form_versions, models_first_used, talks_held
from tests.fixtures.watched_centre import LAST, watch

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def test_dated_facts(database_url):
    engine = open_engine(database_url)
    watch(engine, lambda *_: 90.0)
    months = [str(LAST.shift(-1)), str(LAST)]
    with transaction(engine) as session:
        new = update(Evaluation).where(
            col(Evaluation.period) == months[1], col(Evaluation.agent_id) == "ali"
        )
        session.execute(new.values(form_version="2"))
        for agent, team, held_at in (
            ("sara", "orders", AT),
            ("ali", "support", AT - timedelta(days=3)),
            ("sara", "orders", None),
            ("sara", "orders", AT - timedelta(days=90)),
        ):
            session.add(
                CoachingSession(agent_id=agent, team_id=team, planned_at=AT, held_at=held_at,
                                created_by="mina", created_at=AT)
            )  # fmt: skip
        for number, (origin, model, days) in enumerate(
            [("whisper", "base", 9), ("whisper", "small", 2), ("whisper", "base", 1),
             ("file", "other", 20)]
        ):  # fmt: skip
            session.add(
                Transcript(origin=origin, model=model, created_at=AT - timedelta(days=days),
                           audio_sha256=f"{number}", settings_sha256="s")
            )  # fmt: skip
    old, new = ("inbound-call", "1"), ("inbound-call", "2")
    with transaction(engine) as session:
        assert form_versions(session, months) == {months[0]: {old}, months[1]: {old, new}}
        assert form_versions(session, months, Scope(team_id="support"))[months[1]] == {new}
        since, until = AT - timedelta(days=30), AT + timedelta(days=1)
        assert talks_held(session, since, until) == [AT - timedelta(days=3), AT]
        assert talks_held(session, since, until, Scope(agent_id="sara")) == [AT]
        assert talks_held(session, since, AT) == [AT - timedelta(days=3)]
        used = models_first_used(session)
        assert used == [(AT - timedelta(days=9), "base"), (AT - timedelta(days=2), "small")]
    engine.dispose()
