"""The invented interactions: always the same, and such that the importer takes every row."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from qm.core.access import ROLES
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.demo.cast import AGENTS, EARLIEST_MONTH, PERIODS, TEAMS, USERS
from qm.demo.conversations import all_conversations
from qm.demo.interactions import ID_PREFIX, interactions_of, write_files
from qm.intake.interactions import read_interactions

if TYPE_CHECKING:
    from pathlib import Path

    from qm.intake.interactions import InteractionRow

TEHRAN = Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa")


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> list[list[InteractionRow]]:
    """What the importer makes of the files of the three months, none of whose rows it refuses."""
    folder = tmp_path_factory.mktemp("demo")
    months = []
    for month, period in enumerate(PERIODS):
        rows: list[InteractionRow] = []
        for path in write_files(month, interactions_of(month), folder):
            result = read_interactions(
                path,
                TEHRAN,
                recordings_folder=folder,
                now=Period.parse(period).bounds(TEHRAN.zone)[1],
                max_bytes=10**8,
            )
            assert (result.problems, result.rows_rejected) == ([], 0)
            rows += result.rows
        months.append(rows)
    return months


def test_the_files_are_the_same_every_time(tmp_path: Path) -> None:
    def hashes(folder: Path) -> list[str]:
        paths = write_files(1, interactions_of(1, per_agent=10), folder)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]

    assert hashes(tmp_path / "once") == hashes(tmp_path / "again")


def test_the_centre_has_about_3000_interactions(read_back: list[list[InteractionRow]]) -> None:
    rows = [row for month in read_back for row in month]
    assert 2_800 <= len(rows) <= 3_200
    assert len({row.id for row in rows}) == len(rows)
    assert all(row.id.startswith(ID_PREFIX) for row in rows)
    assert {row.agent for row in rows} == {agent.id for agent in AGENTS}
    assert {row.team for row in rows} == {team.id for team in TEAMS}
    channels = Counter(row.channel for row in rows)
    shares = {channel: round(100 * n / len(rows)) for channel, n in channels.items()}
    assert shares == pytest.approx({"call": 60, "chat": 25, "email": 15}, abs=3)
    per_agent = Counter(row.agent for row in rows)
    assert min(per_agent.values()) > 3 * 83 * 0.85


def test_every_interaction_lies_in_its_month(read_back: list[list[InteractionRow]]) -> None:
    for rows, period in zip(read_back, PERIODS, strict=True):
        months = {Period.containing(row.started_at, "jalali", TEHRAN.zone) for row in rows}
        assert months == {Period.parse(period)}
        local = [row.started_at.astimezone(TEHRAN.zone) for row in rows]
        assert all(8 <= moment.hour < 20 for moment in local)
        by_weekday = Counter(moment.weekday() for moment in local)
        friday = by_weekday.pop(4)
        assert friday < min(by_weekday.values()) / 2


def test_calls_name_their_recording_and_the_rest_has_words(
    read_back: list[list[InteractionRow]],
) -> None:
    for row in (row for month in read_back for row in month):
        if row.channel == "call":
            assert row.recording == f"{row.agent}.mp3"
            assert not row.segments
        else:
            assert row.recording is None
            assert 2 <= len(row.segments) <= 10
            assert {"agent", "customer"} <= {segment.speaker for segment in row.segments}
            assert not any("{" in segment.text for segment in row.segments)
        assert set(row.attributes) <= {"survey_score", "transferred"}
        assert row.attributes["transferred"] in {"yes", "no"}


def test_the_months_before_are_small_and_every_agent_is_in_them() -> None:
    for month in range(EARLIEST_MONTH, 0):
        made = interactions_of(month)
        period = Period.parse(PERIODS[0]).shift(month)
        starts = [datetime.fromisoformat(each.cells["started_at"]) for each in made]
        assert {Period.containing(at, "jalali", TEHRAN.zone) for at in starts} == {period}
        per_agent = Counter(each.cells["agent"] for each in made)
        assert per_agent.keys() == {agent.id for agent in AGENTS}
        assert 2 < min(per_agent.values()) <= max(per_agent.values()) < 12


def test_some_customers_come_back(read_back: list[list[InteractionRow]]) -> None:
    contacts = Counter(row.customer for month in read_back for row in month)
    assert max(contacts.values()) >= 10
    assert len(contacts) > 500


def test_conversations_of_every_quality_in_both_languages() -> None:
    languages = {team.id: team.language for team in TEAMS}
    written = all_conversations()
    for language in ("fa", "en"):
        own = [c for c in written if languages[c.team] == language]
        assert len(own) >= 8
        assert min(c.care for c in own) < 0.5
        assert max(c.care for c in own) > 0.9


def test_every_role_has_somebody_to_sign_in() -> None:
    assert {user.role for user in USERS} == set(ROLES)
    assert {u.team_id for u in USERS if u.role == "lead"} == {team.id for team in TEAMS}
