from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from bench.many_interactions import CENTRE, MONTH, fill
from bench.sampling import Measured, count, figures_of, policy
from qm.store import populations
from qm.store.draw_seeds import seed_of
from qm.store.engine import open_engine, transaction
from qm.store.tables import Agent, ImportRun, Interaction


def test_what_is_measured_is_a_packed_month_with_its_numbers(database_url: str) -> None:
    engine, rules = open_engine(database_url), policy()
    fill(engine, 2_000, 50, rules)
    start, end = MONTH.bounds(CENTRE.zone)
    with transaction(engine) as session:
        seed = seed_of(session, str(MONTH))
        assert seed is not None
        found = populations.population(
            session,
            start,
            end,
            policy=rules,
            at=datetime(2026, 11, 2, tzinfo=UTC),
            seed_id=seed.id,
        )
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Interaction, Agent, ImportRun)
        ]
    assert counts == [2_000, 50, 31]
    assert len(found) == found["interaction_id"].nunique() == 2_000
    assert found["number"].notna().all()
    assert found["recorded"].all()
    assert count(database_url)["reference_s"] > 0
    engine.dispose()


def test_figures_stand_beside_their_goals() -> None:
    month = Measured(2.0, 6.1, {}, 900.0, 100)
    within, beyond = month._replace(draw_s=5.9), month._replace(draw_s=13.0, peak_mib=1000.0)
    assert [f.is_reached for f in figures_of("sqlite", month, None)] == [False, True]
    assert [f.is_reached for f in figures_of("sqlite", within, beyond)] == [True, True, False]
    assert [f.is_reached for f in figures_of("sqlite", beyond, beyond)] == [False, False, True]
