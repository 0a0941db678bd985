"""A month of millions of calls in a database, as imports leave it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from qm.core.access import COMMAND_LINE
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.sampling.policy import Policy
from qm.store.bulk import insert_frame
from qm.store.engine import migrate, transaction
from qm.store.interaction_blocks import pack_missing
from qm.store.tables import ImportRun, metadata
from qm.workflow.draw_seeds import commit_seed

CENTRE = Centre(ZoneInfo("UTC"), "gregorian", "en")
MONTH = Period(2026, 10)
TEAMS = 100

_ROWS_AT_ONCE = 100_000
_BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
_AFTER = datetime(2026, 11, 1, tzinfo=UTC)
_S_OF_MONTH = (_AFTER - datetime(2026, 10, 1, tzinfo=UTC)) // timedelta(seconds=1)


def fill(engine: Engine, interactions: int, agents: int, policy: Policy) -> None:
    """Make the tables and store a month of interactions of as many imports as it has days.

    As in a centre that committed to its seed before the month began, the imports are packed with
    the permanent numbers.
    """
    migrate(engine)
    rng = np.random.default_rng(1405)
    commit_seed(engine, COMMAND_LINE, MONTH, policy, centre=CENTRE, now=_BEFORE)
    with transaction(engine) as session:
        for table, frame in (("team", _teams()), ("agent", _agents(agents))):
            insert_frame(session, metadata.tables[table], frame)
    days = np.array_split(np.sort(rng.integers(0, _S_OF_MONTH, interactions)), 31)
    for number, day in enumerate(days):
        with transaction(engine) as session:
            run = ImportRun(
                file_name="day.csv",
                file_sha256="0" * 64,
                at=_AFTER,
                by="bench",
                rows_new=len(day),
                rows_known=0,
                rows_rejected=0,
            )
            session.add(run)
            session.flush()
            rows = _interactions(rng, number, day, agents).assign(import_run_id=run.id)
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                some = rows.iloc[start : start + _ROWS_AT_ONCE]
                insert_frame(session, metadata.tables["interaction"], some)
            pack_missing(session)
    _settle(engine)


def _settle(engine: Engine) -> None:
    """Let the database know its own size, as a maintained one does."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_postgres = engine.dialect.name == "postgresql"
        connection.exec_driver_sql("VACUUM ANALYZE" if is_postgres else "ANALYZE")


def _teams() -> pd.DataFrame:
    names = [f"team-{number:02d}" for number in range(TEAMS)]
    return pd.DataFrame({"id": names, "name": names})


def _agents(count: int) -> pd.DataFrame:
    names = [f"agent-{number:05d}" for number in range(count)]
    teams = [f"team-{number % TEAMS:02d}" for number in range(count)]
    return pd.DataFrame({"id": names, "name": names, "team_id": teams})


def _interactions(
    rng: np.random.Generator, day: int, seconds: np.ndarray, agents: int
) -> pd.DataFrame:
    count = len(seconds)
    agent = rng.integers(0, agents, count)
    started = np.datetime64("2026-10-01T00:00:00", "s") + seconds.astype("m8[s]")
    # The day and a hash, as long as half a UUID: an odd factor makes no two numbers one.
    hashes = (np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(8)
    names = pd.Series([f"{day:02x}{number:014x}" for number in hashes.tolist()], dtype="str")
    return pd.DataFrame(
        {
            "id": names,
            "channel": rng.choice(["call", "chat", "email"], count, p=[0.8, 0.15, 0.05]),
            "agent_id": pd.Categorical.from_codes(agent, pd.Index(_agents(agents)["id"])),
            "team_id": pd.Categorical.from_codes(agent % TEAMS, pd.Index(_teams()["id"])),
            "queue": rng.choice(["sales", "support", "billing"], count),
            "direction": rng.choice(
                ["inbound", "outbound", "internal"], count, p=[0.8, 0.18, 0.02]
            ),
            # As SQLite keeps it; PostgreSQL reads the same.
            "started_at": pd.Series(started).dt.strftime("%Y-%m-%d %H:%M:%S.000000"),
            "talk_s": np.round(rng.exponential(240, count), 1),
            "hold_s": np.round(rng.exponential(20, count)),
            "wrap_s": 20.0,
            "language": "fa",
            "customer_ref": [
                f"k-{number}" for number in rng.integers(0, 3_000_000, count).tolist()
            ],
            "recording_file": names + ".wav",
            "attributes": "{}",
            "row_sha256": names * 4,
        }
    )
