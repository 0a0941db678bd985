"""`qm assign` and `qm analyst` as their user meets them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from qm.cli.terminal import now
from qm.store.engine import transaction
from qm.store.tables import Assignment, Interaction, Leave
from tests.fixtures.drawn_rows import draw_row, pick_row
from tests.fixtures.small_centre import build

if TYPE_CHECKING:
    from tests.fixtures.command import Command

MONTH = "1405-08"


@pytest.fixture
def centre(qm: Command) -> Command:
    """A small centre with a draw of six calls."""
    folder = qm.folder / "var"
    engine = build(f"sqlite:///{folder / 'qm.sqlite'}", folder).engine
    with transaction(engine) as session:
        draw = draw_row(MONTH, policy={"due_days": 7}, frame_size=30)
        session.add(draw)
        session.flush()
        for interaction in session.scalars(select(Interaction)):
            if interaction.id[-1] in "01":
                session.add(pick_row(draw, interaction))
    return qm


def evaluators(qm: Command) -> list[str]:
    with transaction(qm.database()) as session:
        query = select(Assignment.evaluator).where(Assignment.state == "open")
        return sorted(session.scalars(query))


def test_assigning_tells_new_and_open(centre: Command) -> None:
    assert centre("assign", "--period", MONTH) == (
        0,
        "kaveh: 3 new, 3 open\nmina: 3 new, 3 open\n",
        "",
    )


def test_what_stays_unassigned_ends_with_1_and_the_remedy(centre: Command) -> None:
    for name in ("kaveh", "mina"):
        assert centre("analyst", "set", name, "--capacity", 2).code == 0
    ended = centre("assign", "--period", MONTH)
    assert ended.code == 1
    assert ended.err == (
        "1405-08: The capacity of kaveh, mina is short by 2 evaluations; they stay unassigned. "
        "Raise the capacity of one of them, or let others score these interactions. "
        "[assign.capacity]\n"
    )


def test_an_absent_analysts_work_moves(centre: Command) -> None:
    centre("assign", "--period", MONTH)
    ended = centre("assign", "--move-from", "mina")
    assert ended == (
        0,
        "kaveh: 3 more\n3 moved; stay: 0 begun, 0 that can be done in time\n",
        "",
    )
    assert evaluators(centre) == ["kaveh"] * 6


def test_an_absence_with_an_end_is_noted_and_moves_what_is_due_in_it(centre: Command) -> None:
    centre("assign", "--period", MONTH)
    far = (now() + timedelta(days=60)).date().isoformat()
    assert "3 moved" in centre("assign", "--move-from", "mina", "--until", far).out
    with transaction(centre.database()) as session:
        assert session.scalars(select(Leave)).one().last_day.isoformat() == far


@pytest.mark.parametrize(
    "words",
    [
        "assign",
        f"assign --period {MONTH} --move-from mina",
        f"assign --period {MONTH} --begun-too",
        f"assign --period {MONTH} --until 1405-09-01",
        "assign --move-from mina --until 1405-13-01",
        "assign --move-from mina --until soon",
        "analyst set mina --capacity many",
        "analyst set mina --capacity 1.5",
        "analyst leave mina",
        "analyst leave mina --from 1405-09-01 --remove 1",
    ],
)
def test_what_is_written_wrongly_changes_nothing(centre: Command, words: str) -> None:
    ended = centre(*words.split())
    assert ended.code == 2
    assert "Usage: qm" in ended.err
    assert evaluators(centre) == []


def test_profiles_are_set_part_by_part_and_listed(centre: Command) -> None:
    given = ("--capacity", "60", "--hours", "20.5", "--languages", "fa-IR,en", "--team", "orders")
    assert centre("analyst", "set", "mina", *given).code == 0
    ended = centre(
        "analyst", "set", "mina", "--channels", "call", "--languages", "fa", "--team=none"
    )
    said = "mina: capacity 60, hours 20.5, languages fa, channels call, team none\n"
    assert ended == (0, said, "")
    assert centre("analyst", "set", "mina", "--capacity=none", "--hours=none").code == 0
    assert centre("analyst", "list").out == (
        "kaveh\topen 0\tcapacity none\thours none\tlanguages all\tchannels all\tteam none\n"
        "mina\topen 0\tcapacity none\thours none\tlanguages fa\tchannels call\tteam none\n"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("set mina --languages klingon", "analyst.language"),
        ("set mina --channels fax", "analyst.channel"),
        ("set mina --team nowhere", "analyst.team"),
        ("set mina --channels ,", "analyst.nothing_left"),
        ("set mina --hours inf", "analyst.out_of_range"),
        ("set nobody --capacity 1", "analyst.unknown"),
        ("leave nobody --from 1405-09-01", "analyst.unknown"),
        ("leave mina --from 1405-09-02 --to 1405-09-01", "leave.order"),
        ("leave mina --remove 7", "leave.unknown"),
    ],
)
def test_what_does_not_exist_is_refused(centre: Command, words: str, code: str) -> None:
    ended = centre("analyst", *words.split())
    assert ended.code == 1
    assert ended.err.endswith(f"[{code}]\n")


def test_leave_is_listed_in_the_centres_calendar_and_taken_back(centre: Command) -> None:
    centre.set(centre_calendar="jalali")
    ended = centre("analyst", "leave", "mina", "--from", "۱۴۰۵/۰۹/۰۳", "--to", "2026-11-25")
    assert ended.code == 0
    assert "  leave 1: 1405-09-03 to 1405-09-04\n" in centre("analyst", "list").out
    assert centre("analyst", "leave", "mina", "--remove", 1) == (0, "leave 1 removed\n", "")
    assert "leave" not in centre("analyst", "list").out
