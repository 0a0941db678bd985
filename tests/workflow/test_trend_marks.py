"""The marks of a trend, for those who may see it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, update
from sqlmodel import col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import NotAllowed
from qm.store.engine import open_engine, transaction
from qm.store.tables import CoachingSession, Evaluation, Transcript
from qm.workflow.trend_marks import trend_marks
from tests.fixtures.watched_centre import LAST, watch
from tests.reports.case import CENTRE

LEAD = Actor("lead", "lead", team_id="orders")
MONTHS = [LAST.shift(-back) for back in range(4)]


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_engine(database_url)
    watch(engine, lambda *_: 90.0)
    with transaction(engine) as session:
        session.execute(
            update(Evaluation)
            .where(col(Evaluation.period) >= str(LAST), col(Evaluation.team_id) == "orders")
            .values(form_version="2")
        )
        # 23:00 in UTC on 22 October is 30 Mehr's night: in Tehran it is 1 Aban already.
        held_at = datetime(2026, 10, 22, 23, tzinfo=UTC)
        session.add(
            CoachingSession(agent_id="sara", team_id="orders", planned_at=held_at,
                            held_at=held_at, created_by="mina", created_at=held_at)
        )  # fmt: skip
        for number, (model, at) in enumerate(
            [
                ("base", datetime(2025, 1, 1, tzinfo=UTC)),
                ("small", datetime(2026, 11, 2, tzinfo=UTC)),
            ]
        ):
            session.add(
                Transcript(origin="whisper", model=model, created_at=at,
                           audio_sha256=f"{number}", settings_sha256="s")
            )  # fmt: skip
    yield engine
    engine.dispose()


def test_a_trend_knows_its_forms_talks_and_models_for_those_who_may_see_it(engine):
    found = trend_marks(engine, LEAD, MONTHS, centre=CENTRE, team_id="orders")
    assert [(mark.kind, mark.at, mark.period) for mark in found] == [
        ("form", date(2026, 10, 23), LAST),
        ("talk", date(2026, 10, 23), LAST),
        ("model", date(2026, 11, 2), LAST),
    ]
    own = trend_marks(engine, COMMAND_LINE, MONTHS, centre=CENTRE, agent_id="ali")
    assert [mark.kind for mark in own] == ["model"]
    earlier = [LAST.shift(-1)]
    assert trend_marks(engine, LEAD, earlier, centre=CENTRE, team_id="orders") == ()
    assert trend_marks(engine, LEAD, [], centre=CENTRE, team_id="orders") == ()
    with pytest.raises(NotAllowed):
        trend_marks(engine, LEAD, MONTHS, centre=CENTRE, team_id="support")
    with pytest.raises(NotAllowed):
        trend_marks(engine, LEAD, MONTHS, centre=CENTRE, agent_id="ali")
