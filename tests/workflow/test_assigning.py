"""Giving picks to analysts, and moving an absent analyst's work, in real databases."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import (
    Assignment,
    AuditEvent,
    Draft,
    Draw,
    Interaction,
    Leave,
    Pick,
    Replacement,
    User,
)
from qm.workflow.analysts import Profile, add_leave, set_profile
from qm.workflow.assigning import AssignmentSummary, assign_picks
from qm.workflow.moving import MoveSummary, move_assignments
from tests.fixtures.drawn_rows import pick_row
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    FIRST_CALL,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    SmallCentre,
    build,
)

if TYPE_CHECKING:
    from pathlib import Path

PLACE = str(PERIOD)


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def hire(centre: SmallCentre, *names: str, team_id: str | None = None) -> None:
    with transaction(centre.engine) as session:
        session.add_all(
            User(
                username=name,
                name=name.title(),
                role="analyst",
                team_id=team_id,
                password_hash="-",
                created_at=NOW,
            )
            for name in names
        )


def drawn(centre: SmallCentre, *picks: str, policy: dict | None = None, **more: str) -> Draw:
    """A draw of these interactions, each with `purpose` (`more`: by interaction)."""
    with transaction(centre.engine) as session:
        draw = Draw(
            period=PLACE,
            seed="s",
            policy={"due_days": 7} if policy is None else policy,
            policy_sha256="0" * 64,
            frame_sha256="0" * 64,
            frame_size=30,
            at=NOW,
            by="test",
        )
        session.add(draw)
        session.flush()
        for interaction_id in picks:
            session.add(
                pick_of(
                    session.get_one(Interaction, interaction_id),
                    draw,
                    more.get(interaction_id.replace("-", "_"), "random"),
                )
            )
    return draw


def pick_of(
    interaction: Interaction, draw: Draw, purpose: str = "random", *, is_reserve: bool = False
) -> Pick:
    rank = 2 if is_reserve else 1
    return pick_row(draw, interaction, purpose=purpose, rank=rank, is_reserve=is_reserve)


def assign(centre: SmallCentre, now: datetime = NOW) -> AssignmentSummary:
    return assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=now)


def move(centre: SmallCentre, name: str, **more: object) -> MoveSummary:
    return move_assignments(centre.engine, MANAGER, name, centre=CENTRE, now=NOW, **more)


def rows(centre: SmallCentre) -> list[Assignment]:
    with transaction(centre.engine) as session:
        return list(session.scalars(select(Assignment).order_by(col(Assignment.id))))


def who(centre: SmallCentre) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows(centre):
        if row.state != "withdrawn":
            found.setdefault(row.interaction_id, set()).add(row.evaluator)
    return found


SIX = ("sara-0", "sara-1", "reza-0", "reza-1", "neda-0", "neda-1")


def test_picks_are_assigned_once_and_balanced(centre: SmallCentre) -> None:
    drawn(centre, *SIX)
    summary = assign(centre)
    assert summary == AssignmentSummary({"kaveh": 3, "mina": 3}, (), {"kaveh": 3, "mina": 3}, 0, ())
    assert assign(centre).by_analyst == {"kaveh": 0, "mina": 0}
    given = rows(centre)
    assert len(given) == 6
    assert {row.due_at for row in given} == {NOW + timedelta(days=7)}
    assert {row.state for row in given} == {"open"}
    pairs = Counter((row.evaluator, row.interaction_id.split("-")[0]) for row in given)
    assert set(pairs.values()) == {1}


def test_a_later_draw_of_the_period_goes_on_from_what_everybody_has(centre: SmallCentre) -> None:
    drawn(centre, "sara-0", "sara-1", "reza-0")
    first = assign(centre).by_analyst
    drawn(centre, "reza-1")
    second = assign(centre)
    assert second.loads == {"kaveh": 2, "mina": 2}
    assert first != second.by_analyst
    assert second.repeats == sum(
        len(people) == 1 for people in [who(centre)["reza-0"] | who(centre)["reza-1"]]
    )


def test_double_scoring_takes_two_also_across_calls(centre: SmallCentre) -> None:
    """Where only one is there at first, the second is somebody else."""
    with transaction(centre.engine) as session:
        session.get_one(User, "kaveh").is_active = False
    drawn(centre, "sara-0", "reza-0", sara_0="double_scored")
    summary = assign(centre)
    assert [problem.code for problem in summary.problems] == ["assign.no_second"]
    assert who(centre) == {"sara-0": {"mina"}, "reza-0": {"mina"}}
    with transaction(centre.engine) as session:
        session.get_one(User, "kaveh").is_active = True
    assert not assign(centre).problems
    assert who(centre) == {"sara-0": {"mina", "kaveh"}, "reza-0": {"mina"}}
    assert assign(centre).by_analyst == {"kaveh": 0, "mina": 0}


def test_a_reserve_takes_the_place_of_a_pick_and_its_double_scoring(centre: SmallCentre) -> None:
    draw = drawn(centre, "sara-0", "reza-0", sara_0="double_scored")
    with transaction(centre.engine) as session:
        replaced = session.scalars(select(Pick).where(col(Pick.interaction_id) == "sara-0")).one()
        reserve = pick_of(session.get_one(Interaction, "sara-1"), draw, is_reserve=True)
        unused = pick_of(session.get_one(Interaction, "sara-2"), draw, is_reserve=True)
        session.add_all([reserve, unused])
        session.flush()
        session.add(
            Replacement(
                pick_id=replaced.id or 0, reserve_id=reserve.id, reason="noise", at=NOW, by="mina"
            )
        )
    assign(centre)
    given = who(centre)
    assert given.keys() == {"sara-1", "reza-0"}
    assert given["sara-1"] == {"kaveh", "mina"}


def test_profiles_teams_and_capacity_are_kept(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        for number in range(3):
            session.get_one(Interaction, f"neda-{number}").language = "de"
    hire(centre, "helen")
    profiles = {
        "helen": Profile(languages=("de",), channels=("call",)),
        "kaveh": Profile(languages=("en",), team_id="orders"),
        "mina": Profile(languages=("en",), capacity=3),
    }
    for name, profile in profiles.items():
        set_profile(centre.engine, MANAGER, name, profile, now=NOW)
    drawn(centre, *(f"{agent}-{n}" for agent in ("sara", "reza", "neda") for n in range(4)))
    summary = assign(centre)
    given = who(centre)
    assert {given[f"neda-{n}"].pop() for n in range(3)} == {"helen"}
    assert given["neda-3"] == {"kaveh"}  # not of his team; a chat in English
    assert summary.by_analyst == {"helen": 3, "kaveh": 1, "mina": 3}
    assert [problem.code for problem in summary.problems] == ["assign.capacity"]
    assert summary.problems[0].values == {"analysts": ["mina"], "picks": 5}
    # The capacity is that of the period: a second call gives mina nothing more.
    assert assign(centre).by_analyst == {"helen": 0, "kaveh": 0, "mina": 0}


def test_leave_and_hours_make_the_share(centre: SmallCentre) -> None:
    """From Monday on for a week: six working days (no Friday), kaveh away for two of them."""
    today = NOW.astimezone(CENTRE.zone).date()
    assert today.strftime("%A") == "Monday"
    add_leave(centre.engine, MANAGER, "kaveh", today, today + timedelta(days=1), now=NOW)
    drawn(centre, *(f"{agent}-{n}" for agent in ("sara", "reza", "neda") for n in range(10)))
    assert assign(centre).by_analyst == {"kaveh": 12, "mina": 18}


def test_a_part_timer_gets_a_part(centre: SmallCentre) -> None:
    set_profile(centre.engine, MANAGER, "mina", Profile(hours_per_week=20), now=NOW)
    set_profile(centre.engine, MANAGER, "kaveh", Profile(hours_per_week=40), now=NOW)
    drawn(centre, *SIX)
    assert assign(centre).by_analyst == {"kaveh": 4, "mina": 2}


def test_whoever_is_away_until_it_is_due_gets_nothing(centre: SmallCentre) -> None:
    today = NOW.astimezone(CENTRE.zone).date()
    add_leave(centre.engine, MANAGER, "mina", today, today + timedelta(days=30), now=NOW)
    drawn(centre, *SIX)
    assert assign(centre).by_analyst == {"kaveh": 6, "mina": 0}


def test_the_due_date_keeps_to_the_end_of_the_period(centre: SmallCentre) -> None:
    """The month ended on Sunday, 22 November 2026 at midnight in Tehran."""
    drawn(centre, "sara-0", policy={"due_days": 7, "due_days_after_period": 3})
    assert not assign(centre).relaxed
    assert rows(centre)[0].due_at == datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def test_what_is_assigned_too_late_says_so_and_leaves_a_working_day(centre: SmallCentre) -> None:
    drawn(centre, "sara-0", policy={"due_days": 7, "due_days_after_period": 0})
    summary = assign(centre)
    assert [problem.code for problem in summary.relaxed] == ["assign.late"]
    assert not summary.problems
    assert rows(centre)[0].due_at == datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def test_two_who_assign_at_once_give_every_pick_once(centre: SmallCentre) -> None:
    drawn(centre, *SIX)
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _n: assign(centre).by_analyst, range(3)))
    assert len(rows(centre)) == 6
    assert sorted(sum(each.values()) for each in done) == [0, 0, 6]


def test_history_counts(centre: SmallCentre) -> None:
    """Whoever had an agent in the period before gets the other one now."""
    drawn(centre, "sara-0", "reza-0")
    assign(centre)
    with transaction(centre.engine) as session:
        for draw in session.scalars(select(Draw)):
            draw.period = str(PERIOD.shift(-1))
        for row in session.scalars(select(Assignment)):
            row.state = "done"
            row.assigned_at = NOW - timedelta(days=30)
    drawn(centre, "sara-1", "reza-1")
    assign(centre)
    given = who(centre)
    assert given["sara-0"] != given["sara-1"]
    assert given["reza-0"] != given["reza-1"]


def test_assigning_needs_a_draw_analysts_and_the_right(centre: SmallCentre) -> None:
    with pytest.raises(BadInput) as refused:
        assign(centre)
    assert refused.value.problems[0].code == "draw.missing"
    drawn(centre, "sara-0")
    with transaction(centre.engine) as session:
        for name in ("mina", "kaveh"):
            session.get_one(User, name).is_active = False
    with pytest.raises(BadInput) as refused:
        assign(centre)
    assert refused.value.problems[0].code == "assign.no_analyst"
    with pytest.raises(NotAllowed):
        assign_picks(centre.engine, MINA, PERIOD, centre=CENTRE, now=NOW)
    with pytest.raises(NotAllowed):
        move_assignments(centre.engine, MINA, "kaveh", centre=CENTRE, now=NOW)


def test_a_channel_without_a_form_is_told(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        session.get_one(Interaction, "sara-3").channel = "email"
    drawn(centre, "sara-3", "sara-4")
    summary = assign(centre)
    assert [problem.code for problem in summary.problems] == ["assign.no_form"]
    assert summary.problems[0].values == {"channel": "email", "picks": 1}
    assert sum(summary.by_analyst.values()) == 1


# --- absence


def state(centre: SmallCentre, *, without: str) -> list[dict]:
    return [row.model_dump() for row in rows(centre) if row.evaluator != without]


def test_only_what_the_absent_analyst_has_open_moves(centre: SmallCentre) -> None:
    hire(centre, "helen")
    drawn(centre, *(f"{agent}-{n}" for agent in ("sara", "reza", "neda") for n in range(3)))
    assign(centre)
    mine = [row for row in rows(centre) if row.evaluator == "mina"]
    with transaction(centre.engine) as session:
        session.get_one(Assignment, mine[0].id).state = "done"
        session.add(Draft(assignment_id=mine[1].id or 0, answers={"a": 1}, saved=1, updated_at=NOW))
    before = state(centre, without="mina")
    moved = move(centre, "mina")
    assert sum(moved.moved.values()) == 1
    assert (moved.begun, moved.in_time, moved.problems) == (1, 0, ())
    after = state(centre, without="mina")
    assert [row for row in after if row in before] == before
    (new,) = [row for row in after if row not in before]
    assert new["interaction_id"] == mine[2].interaction_id
    assert (new["state"], new["due_at"]) == ("open", mine[2].due_at)
    assert (new["form_id"], new["form_version"]) == (mine[2].form_id, mine[2].form_version)
    states = {row.id: row.state for row in rows(centre) if row.evaluator == "mina"}
    assert states == {mine[0].id: "done", mine[1].id: "open", mine[2].id: "withdrawn"}
    with transaction(centre.engine) as session:
        moves = select(AuditEvent).where(col(AuditEvent.action) == "assignment_moved")
        (event,) = session.scalars(moves).all()
    assert event.detail == {
        "assignment": mine[2].id,
        "from": "mina",
        "to": new["evaluator"],
        "draft": None,
    }


def test_begun_work_moves_when_asked_and_its_draft_is_kept_in_the_log(
    centre: SmallCentre,
) -> None:
    drawn(centre, "sara-0", "reza-0")
    assign(centre)
    (mine,) = [row for row in rows(centre) if row.evaluator == "mina"]
    with transaction(centre.engine) as session:
        session.add(Draft(assignment_id=mine.id or 0, answers={"a": 1}, saved=1, updated_at=NOW))
    assert move(centre, "mina", begun_too=True).moved == {"kaveh": 1}
    with transaction(centre.engine) as session:
        assert session.get(Draft, mine.id) is None
        moves = select(AuditEvent).where(col(AuditEvent.action) == "assignment_moved")
        assert session.scalars(moves).one().detail["draft"] == {"answers": {"a": 1}, "coaching": ""}


def test_a_double_scored_pick_never_moves_to_its_other_analyst(centre: SmallCentre) -> None:
    drawn(centre, "sara-0", sara_0="double_scored")
    assign(centre)
    stuck = move(centre, "mina")
    assert stuck.moved == {}
    assert [problem.code for problem in stuck.problems] == ["assign.no_second"]
    assert who(centre) == {"sara-0": {"kaveh", "mina"}}
    hire(centre, "helen")
    assert move(centre, "mina").moved == {"helen": 1}
    assert who(centre) == {"sara-0": {"kaveh", "helen"}}


def test_what_can_be_done_after_the_absence_stays(centre: SmallCentre) -> None:
    drawn(centre, *SIX)
    assign(centre)
    today = NOW.astimezone(CENTRE.zone).date()
    short = move(centre, "mina", until=today + timedelta(days=2))
    assert (short.moved, short.in_time) == ({}, 3)
    long = move(centre, "mina", until=today + timedelta(days=10))
    assert (long.moved, long.in_time) == ({"kaveh": 3}, 0)
    with transaction(centre.engine) as session:
        noted = [(row.first_day, row.last_day) for row in session.scalars(select(Leave))]
    assert noted == [
        (today, today + timedelta(days=2)),
        (today, today + timedelta(days=10)),
    ]


def test_overdue_work_moves_with_a_day_to_do_it(centre: SmallCentre) -> None:
    drawn(centre, "sara-0", "reza-0")
    assign(centre, now=NOW - timedelta(days=20))
    assert move(centre, "mina").moved == {"kaveh": 1}
    (new,) = [row for row in rows(centre) if row.assigned_at == NOW]
    assert new.due_at == datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


def test_nobody_of_that_name(centre: SmallCentre) -> None:
    with pytest.raises(BadInput) as refused:
        move(centre, "nobody")
    assert refused.value.problems[0].code == "person.unknown"


def test_the_absence_may_not_lie_behind(centre: SmallCentre) -> None:
    with pytest.raises(BadInput) as refused:
        move(centre, "mina", until=date(2026, 11, 1))
    assert refused.value.problems[0].code == "leave.order"


def test_assigning_is_in_the_log(centre: SmallCentre) -> None:
    drawn(centre, *SIX)
    assign_picks(centre.engine, ADMIN, PERIOD, centre=CENTRE, now=NOW)
    with transaction(centre.engine) as session:
        event = session.scalars(select(AuditEvent).where(col(AuditEvent.action) == "assign")).one()
    assert (event.subject, event.detail) == (PLACE, {"kaveh": 3, "mina": 3})


def test_the_calls_of_the_fixture_lie_in_the_period() -> None:
    start, end = PERIOD.bounds(CENTRE.zone)
    assert start <= FIRST_CALL < end <= NOW
