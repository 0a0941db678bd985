"""A centre of a thousand agents whose months are drawn, evaluated and talked about.

The newest month is drawn by the project's own draw, so its weights are real; its sheets are
scored by the project's own scoring (`bench.report_forms`). The months before are copies of it
(`bench.report_history`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from bench.report_evaluations import (
    Hashes,
    add_assignments,
    add_evaluations,
    assign_picks,
    evaluations_of,
    replace_picks,
)
from bench.report_forms import CHANNELS, publish_forms
from bench.report_history import add_history
from bench.report_lives import add_coaching, add_disputes, add_lives, corrections, disputed
from bench.report_rows import add, as_stored, settle
from qm.core.access import COMMAND_LINE
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.sampling.policy import Policy
from qm.intake.policy_files import POLICY_FILE, read_policy
from qm.store.engine import migrate, transaction
from qm.store.tables import ImportRun
from qm.workflow.draw_seeds import commit_seed
from qm.workflow.draws import draw_period

CENTRE = Centre(ZoneInfo("UTC"), "gregorian", "en")
MONTH = Period(2026, 10)
AFTER = datetime(2026, 11, 2, 8, tzinfo=UTC)
POLICY = Path(__file__).parents[1] / "forms" / POLICY_FILE

_BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
_INTERACTIONS_PER_EVALUATION, _PERCENT = 4, 27
# Whole months can be taken from any of these days: every month has them.
_DAYS = 28


class Size(NamedTuple):
    """How large the centre is: its people, and the evaluations and scored sheets of a month."""

    evaluations: int = 100_000
    agents: int = 1_000
    teams: int = 40
    analysts: int = 250
    sheets: int = 2_000

    @classmethod
    def of(cls, evaluations: int) -> Size:
        """Return a centre of so many evaluations a month, smaller in all where there are fewer."""
        agents, sheets = max(10, evaluations // 100), min(2_000, evaluations // 10)
        return cls(evaluations, agents, max(2, agents // 25), max(5, agents // 4), sheets)

    @property
    def agent_names(self) -> list[str]:
        """The ids of the agents."""
        return [f"agent-{number:04d}" for number in range(self.agents)]

    @property
    def analyst_names(self) -> list[str]:
        """The usernames of the analysts."""
        return [f"analyst-{number:03d}" for number in range(self.analysts)]

    def team_of(self, agent: int) -> str:
        """Return the team of an agent, by number."""
        return f"team-{agent % self.teams:02d}"


def fill(engine: Engine, folder: Path, size: Size, *, months: int = 1, answers: int = 1) -> None:
    """Make the tables and store the centre with so many months, in the newest ones with answers."""
    migrate(engine)
    hashes, rules = publish_forms(engine, folder), _policy()
    commit_seed(engine, COMMAND_LINE, MONTH, rules, centre=CENTRE, now=_BEFORE, seed="1405")
    with transaction(engine) as session:
        _people(session, size)
        _interactions(session, size)
    draw_period(engine, COMMAND_LINE, MONTH, rules, centre=CENTRE, now=AFTER)
    with transaction(engine) as session:
        _evaluate(session, size, hashes)
    settle(engine)
    if months > 1:
        add_history(engine, MONTH, months - 1, hashes, with_answers=answers - 1)
        settle(engine)


def _evaluate(session: Session, size: Size, hashes: Hashes) -> None:
    replace_picks(session, AFTER)
    work = assign_picks(session, size.analyst_names, size.evaluations)
    add_assignments(session, work, AFTER)
    rows = evaluations_of(work, size.sheets, AFTER)
    disputes = disputed(rows)
    corrected = corrections(disputes, size.sheets, len(rows) + 1)
    rows["is_latest"] = ~rows["assignment_id"].isin(corrected["assignment_id"])
    add_evaluations(session, pd.concat([rows, corrected], ignore_index=True), hashes, size.sheets)
    add_lives(session, rows, disputes)
    add_disputes(session, disputes, corrected)
    add_coaching(session, rows)


def _policy() -> Policy:
    changes = {"percent": _PERCENT, "calendar": "gregorian", "min_per_agent": 0}
    return Policy.model_validate(read_policy(POLICY).model_dump(by_alias=True) | changes)


def _people(session: Session, size: Size) -> None:
    teams = sorted({size.team_of(number) for number in range(size.agents)})
    add(session, "team", pd.DataFrame({"id": teams, "name": teams}))
    agents = pd.DataFrame({"id": size.agent_names, "name": size.agent_names})
    agents["name_fa"] = [f"کارشناس {number:04d}" for number in range(size.agents)]
    agents["team_id"] = [size.team_of(number) for number in range(size.agents)]
    add(session, "agent", agents)
    users = pd.DataFrame({"username": size.analyst_names, "name": size.analyst_names})
    fixed: dict[str, Any] = {
        "role": "analyst",
        "password_hash": "-",
        "language": "en",
        "is_active": True,
    }
    add(
        session, "user_account", users.assign(**fixed, created_at=f"{_BEFORE:%Y-%m-%d %H:%M:%S.%f}")
    )


def _interactions(session: Session, size: Size) -> None:
    rng = np.random.default_rng(1405)
    count = _INTERACTIONS_PER_EVALUATION * size.evaluations
    run = ImportRun(
        file_name="month.csv",
        file_sha256="0" * 64,
        at=datetime(2026, 11, 1, tzinfo=UTC),
        by="bench",
        rows_new=count,
        rows_known=0,
        rows_rejected=0,
    )
    session.add(run)
    session.flush()
    agent = rng.integers(0, size.agents, count)
    names = pd.Series([f"{MONTH}-{number:07d}" for number in range(count)])
    rows = pd.DataFrame(
        {
            "id": names,
            "channel": rng.choice(list(CHANNELS), count, p=list(CHANNELS.values())),
            "agent_id": np.array(size.agent_names)[agent],
            "team_id": [size.team_of(int(number)) for number in agent],
            "queue": rng.choice(["sales", "support", "billing"], count),
            "direction": rng.choice(
                ["inbound", "outbound", "internal"], count, p=[0.8, 0.18, 0.02]
            ),
            "started_at": _moments(rng, count),
            "talk_s": np.round(rng.exponential(240, count), 1),
            "hold_s": np.round(rng.exponential(20, count)),
            "wrap_s": 20.0,
            "language": "fa",
            "recording_file": names + ".wav",
            "attributes": "{}",
            "row_sha256": "0" * 64,
            "import_run_id": run.id,
        }
    )
    add(session, "interaction", rows)


def _moments(rng: np.random.Generator, count: int) -> pd.Series:
    """Return moments of the month as stored, in most hours of the day more than at night."""
    hour = np.clip(np.round(rng.normal(14, 4, count)), 0, 23).astype(int)
    day, second = rng.integers(0, _DAYS, count), rng.integers(0, 3600, count)
    seconds = (24 * day + hour) * 3600 + second
    start = np.datetime64(f"{MONTH}-01T00:00:00", "s")
    return as_stored(pd.Series(start + seconds.astype("m8[s]")))
