"""Importing the interactions of a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.core.problems import N_, Problem, explain
from qm.intake.files import shown
from qm.intake.interactions import (
    ROWS_EXPLAINED_MOST,
    IntakeResult,
    InteractionRow,
    further,
    read_interactions,
)
from qm.store import interactions as store
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.interaction_blocks import pack_run
from qm.store.tables import ImportRun

_ROWS_AT_ONCE = 5_000

CHANGED = explain(
    "import.changed",
    N_("The interaction “{value}” is already stored with other content."),
    N_("Stored interactions do not change. Give a different one another id, or leave it out."),
)


@dataclass(frozen=True)
class ImportReport:
    """What an import did: rows stored, rows that were stored before, and what was left out."""

    run_id: int
    rows_new: int
    rows_known: int
    rows_rejected: int
    problems: tuple[Problem, ...]


def import_interactions(  # noqa: PLR0913 (the file and the conventions it is read by)
    engine: Engine,
    actor: Actor,
    path: Path,
    *,
    centre: Centre,
    recordings_folder: Path,
    now: datetime,
    max_bytes: int,
    file_name: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Store the interactions of a CSV, XLSX or JSONL file that are not stored yet.

    Good rows are stored, all of them or (where something fails) none; each row that is left out
    has a problem in the report. Importing the same file again stores nothing. `file_name` is
    what the person called the file. Raises `BadInput` where nothing of it can be taken.
    """
    actor.require("import")
    place = shown(file_name or path.name)
    found = read_interactions(
        path,
        centre,
        recordings_folder=recordings_folder,
        now=now,
        max_bytes=max_bytes,
        file_name=file_name,
    )
    return store_rows(engine, actor, found, place, now=now, on_progress=on_progress)


def store_rows(
    engine: Engine,
    actor: Actor,
    found: IntakeResult,
    place: str,
    *,
    now: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Store what was read, as one import: all rows that are not stored yet, or none of them.

    `place` names what they were read from.
    """
    actor.require("import")
    counts = {"rows_new": 0, "rows_known": 0, "rows_rejected": found.rows_rejected}
    run = ImportRun(
        file_name=place, file_sha256=found.file_sha256, at=now, by=actor.username, **counts
    )
    with transaction(engine) as session:
        run_id = store.start_run(session, run)
        known = store.known_rows(session, (row.id for row in found.rows))
        new = [row for row in found.rows if row.id not in known]
        changed = [row for row in found.rows if known.get(row.id, row.row_sha256) != row.row_sha256]
        run.rows_new = len(new)
        run.rows_known = len(known) - len(changed)
        run.rows_rejected += len(changed)
        _save(session, new, run_id, now, on_progress)
        detail = {"file": place, "new": len(new), "rejected": run.rows_rejected}
        record(
            session,
            actor=actor.username,
            action="import_interactions",
            subject=f"import {run_id}",
            at=now,
            detail=detail,
        )
    problems = (*found.problems, *_changed_problems(changed, place))
    return ImportReport(run_id, run.rows_new, run.rows_known, run.rows_rejected, problems)


def list_interactions(
    engine: Engine, actor: Actor, period: Period, *, centre: Centre, channel: str | None, limit: int
) -> pd.DataFrame:
    """Return the newest interactions of a month, of one channel or (None) of all.

    For those who import: everybody else finds interactions through their assignments and
    evaluations.
    """
    actor.require("import")
    with transaction(engine) as session:
        bounds = period.bounds(centre.zone)
        return store.listing(session, bounds=bounds, channel=channel, limit=limit)


def problems_table(
    problems: Iterable[Problem],
    translate: Callable[[str], str] = str,
    digits: Callable[[str], str] = str,
) -> pd.DataFrame:
    """Return problems as a table: file, row, field, code, reason, remedy.

    `translate` turns the English templates into the reader's language before their placeholders
    are filled, with numbers through `digits`; row and field are None where the problem concerns
    the whole file.
    """
    return pd.DataFrame(
        [
            {
                "file": problem.place,
                "row": problem.row,
                "field": problem.field,
                "code": problem.code,
                **problem.explained(translate, digits)._asdict(),
            }
            for problem in problems
        ],
        columns=["file", "row", "field", "code", "reason", "remedy"],
        dtype=object,
    )


def _save(
    session: Session,
    rows: Sequence[InteractionRow],
    run_id: int,
    now: datetime,
    on_progress: Callable[[int, int], None] | None,
) -> None:
    if not rows:
        return
    store.save_teams(session, _teams(rows))
    store.save_agents(session, _agents(rows))
    others = {each.agent for row in rows for each in row.agents or ()}
    teams = store.teams_of(session, others)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        store.insert_interactions(session, [_columns(row, run_id, teams) for row in some])
        store.insert_texts(session, _texts(some), now)
        if on_progress is not None:
            on_progress(start + len(some), len(rows))
    pack_run(session, run_id)


def _changed_problems(changed: Sequence[InteractionRow], place: str) -> list[Problem]:
    explained = [
        Problem(CHANGED, place, row.row, "id", {"value": shown(row.id)})
        for row in changed[:ROWS_EXPLAINED_MOST]
    ]
    return explained + further(len(changed), place)


def _teams(rows: Iterable[InteractionRow]) -> dict[str, store.Named]:
    teams: dict[str, store.Named] = {}
    for row in rows:
        before = teams.get(row.team, store.Named(None, None))
        teams[row.team] = store.Named(
            row.team_name or before.name, row.team_name_fa or before.name_fa
        )
    return teams


def _agents(rows: Iterable[InteractionRow]) -> dict[str, store.AgentSeen]:
    agents: dict[str, store.AgentSeen] = {}
    others: dict[str, store.AgentSeen] = {}
    for row in sorted(rows, key=lambda row: row.started_at):
        before = agents.get(row.agent)
        named = before.named if before else store.Named(None, None)
        named = store.Named(row.agent_name or named.name, row.agent_name_fa or named.name_fa)
        first_at = before.first_at if before else row.started_at
        stays = before is not None and before.team_id == row.team
        since = before.team_since if before and stays else row.started_at
        agents[row.agent] = store.AgentSeen(named, row.team, row.started_at, first_at, since)
        for agent, _seconds in row.agents or ():
            at = row.started_at
            seen = store.AgentSeen(store.Named(None, None), row.team, None, at, at)
            others.setdefault(agent, seen)
    for agent, seen in others.items():
        own = agents.get(agent, seen)
        agents[agent] = own._replace(first_at=min(own.first_at, seen.first_at))
    return agents


def _columns(row: InteractionRow, run_id: int, teams: Mapping[str, str]) -> Mapping[str, Any]:
    """Return a row of the table; `teams` are those of all agents that `row.agents` names.

    The row tells the team of its own agent only; the others are noted with their present one.
    """
    participants = [
        [each.agent, each.seconds, row.team if each.agent == row.agent else teams[each.agent]]
        for each in row.agents or ()
    ]
    return {
        "id": row.id,
        "channel": row.channel,
        "agent_id": row.agent,
        "team_id": row.team,
        "queue": row.queue,
        "direction": row.direction,
        "started_at": row.started_at,
        "talk_s": row.talk_s,
        "hold_s": row.hold_s,
        "wrap_s": row.wrap_s,
        "language": row.language,
        "customer_ref": row.customer,
        "outcome": row.outcome,
        "recording_file": row.recording,
        "attributes": row.attributes,
        "participants": participants or None,
        "row_sha256": row.row_sha256,
        "import_run_id": run_id,
    }


def _texts(rows: Iterable[InteractionRow]) -> list[store.WrittenText]:
    return [store.WrittenText(row.id, row.language, row.segments) for row in rows if row.segments]
