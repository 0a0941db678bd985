"""A small centre whose calls were all drawn, for the tests around transcription."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import Agent, Draw, ImportRun, Interaction, Pick, Team

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

NOW = datetime(2026, 10, 25, 9, 0, tzinfo=UTC)


def engine_with_calls(
    database_url: str, files: Mapping[str, str | None], language: str | None = "en"
) -> Engine:
    """Return a migrated database with a drawn call per id; the value is its recording file."""
    engine = open_engine(database_url)
    migrate(engine)
    with transaction(engine) as session:
        session.add(Team(id="international", name="International"))
        session.flush()
        session.add(Agent(id="emma.clark", name="Emma Clark", team_id="international"))
        run = ImportRun(
            file_name="calls.csv",
            file_sha256="0" * 64,
            at=NOW,
            by="test",
            rows_new=len(files),
            rows_known=0,
            rows_rejected=0,
        )
        draw = Draw(
            period="2026-10",
            seed="test",
            policy={},
            policy_sha256="0" * 64,
            frame_sha256="0" * 64,
            frame_size=len(files),
            at=NOW,
            by="test",
        )
        session.add_all([run, draw])
        session.flush()
        for interaction_id, file in files.items():
            session.add(_call(interaction_id, file, language, run.id or 0))
        session.flush()
        for rank, interaction_id in enumerate(files):
            session.add(pick(interaction_id, rank, draw.id or 0))
    return engine


def pick(interaction_id: str, rank: int, draw_id: int, *, is_reserve: bool = False) -> Pick:
    return Pick(
        draw_id=draw_id,
        interaction_id=interaction_id,
        agent_id="emma.clark",
        team_id="international",
        month="2026-10",
        stratum="emma.clark",
        zone=0,
        zone_size=1,
        number=0.5,
        inclusion_probability=1.0,
        purpose="random",
        rank=rank,
        is_reserve=is_reserve,
    )


def _call(interaction_id: str, file: str | None, language: str | None, run_id: int) -> Interaction:
    return Interaction(
        id=interaction_id,
        channel="call",
        agent_id="emma.clark",
        team_id="international",
        started_at=NOW,
        language=language,
        recording_file=file,
        row_sha256="0" * 64,
        import_run_id=run_id,
    )
