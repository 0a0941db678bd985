"""Draws of earlier releases, brought to the tables of today and back."""

from __future__ import annotations

from datetime import UTC, datetime

from alembic import command
from sqlalchemy import Engine, inspect, text

from qm.core.sampling.policy import Policy
from qm.store import draws, populations
from qm.store.engine import _alembic, migrate, transaction
from qm.store.tables import Agent, Draw, Interaction, Pick
from tests.store.test_migration_0002 import AT, _released

MOMENT = datetime.fromisoformat(AT)


def _before(url: str) -> Engine:
    """Return a database of the second release, with a call, its draw and its evaluation."""
    engine = _released(url)
    command.upgrade(_alembic(engine), "0002")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO agent (id, name, team_id) VALUES ('new','N','orders')")
        )
        connection.execute(
            text(
                "INSERT INTO draw_coverage (draw_id, agent_id, frame_size, picked) "
                "VALUES (1, 'sara', 40, 1), (1, 'new', 3, 0)"
            )
        )
    return engine


def test_what_was_drawn_gets_what_later_tables_ask_for(bare_database_url: str) -> None:
    engine = _before(bare_database_url)
    migrate(engine)
    with transaction(engine) as session:
        assert session.get_one(Agent, "sara").first_at == MOMENT
        assert session.get_one(Agent, "new").first_at is None
        pick = session.get_one(Pick, 1)
        assert (pick.team_id, pick.month, pick.zone_size) == ("orders", "1405-08", 40)
        assert (pick.quota, pick.rank, pick.number) == (None, 1, 0.5)
        draw = session.get_one(Draw, 1)
        unknown = (draw.seed_id, draw.extends_id, draw.starts_at, draw.last_import_run_id)
        assert (unknown, draw.new_agents) == ((None,) * 4, [])
        assert session.get_one(Interaction, "c-1").participants is None
        found = draws.picks_of(session, [1])
        assert found["is_in_effect"].tolist() == [True]
        covered = draws.coverage_of(session, 1)
    assert covered.to_numpy().tolist() == [["new", "1405-08", 3, 0], ["sara", "1405-08", 40, 1]]


def test_interactions_from_before_are_packed_when_they_are_needed(bare_database_url: str) -> None:
    engine = _before(bare_database_url)
    migrate(engine)
    policy = Policy.model_validate({"policy": "monthly", "version": "1", "percent": 5})
    with transaction(engine) as session:
        found = populations.population(
            session,
            datetime(2026, 11, 1, tzinfo=UTC),
            datetime(2026, 12, 1, tzinfo=UTC),
            policy=policy,
            at=datetime(2026, 12, 2, tzinfo=UTC),
        )
    assert found["interaction_id"].tolist() == ["c-1"]
    assert (found.loc[0, "drawn"], found.loc[0, "evaluated"]) == (True, True)


def test_picks_no_longer_refer_to_millions_but_others_still_to_them(bare_database_url: str) -> None:
    engine = _before(bare_database_url)
    migrate(engine)

    def referred(table: str) -> set[str]:
        return {key["referred_table"] for key in inspect(engine).get_foreign_keys(table)}

    assert referred("pick") == {"draw"}
    assert "pick" in referred("assignment")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_a_filled_database_can_go_back(bare_database_url: str) -> None:
    engine = _before(bare_database_url)
    keys = inspect(engine).get_foreign_keys("pick")
    migrate(engine)
    command.downgrade(_alembic(engine), "0002")
    inspector = inspect(engine)

    def named(found: object) -> list[str]:
        return sorted(str(key["name"]) for key in found)  # type: ignore[attr-defined]

    assert named(inspector.get_foreign_keys("pick")) == named(keys)
    assert "ix_pick_draw_id" in named(inspector.get_indexes("pick"))
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT agent_id, frame_size, picked FROM draw_coverage ORDER BY 1")
        ).all()
        assert [tuple(row) for row in rows] == [("new", 3, 0), ("sara", 40, 1)]
        assert connection.execute(text("SELECT interaction_id FROM pick")).scalar() == "c-1"
    migrate(engine)
    with transaction(engine) as session:
        assert session.get_one(Pick, 1).month == "1405-08"
