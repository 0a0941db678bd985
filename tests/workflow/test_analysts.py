"""Profiles and leave: what is kept, what is refused, and who may change them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import AuditEvent
from qm.workflow.analysts import Profile, add_leave, list_analysts, remove_leave, set_profile
from tests.fixtures.small_centre import LEAD, MANAGER, MINA, NOW, SmallCentre, build

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 24)


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def test_a_profile_is_kept_as_codes_and_logged(centre: SmallCentre) -> None:
    given = Profile(60, 20.5, ("fa-IR", "en"), ("chat", "call"), "support")
    set_profile(centre.engine, MANAGER, "mina", given, now=NOW)
    kaveh, mina = list_analysts(centre.engine, MINA)
    assert mina.profile == Profile(60, 20.5, ("en", "fa"), ("call", "chat"), "support")
    assert kaveh.profile == Profile()
    set_profile(centre.engine, MANAGER, "mina", Profile(capacity=60), now=NOW)
    assert list_analysts(centre.engine, MINA)[1].profile == Profile(60)
    with transaction(centre.engine) as session:
        told = session.scalars(
            select(AuditEvent).where(col(AuditEvent.action) == "analyst_profile_set")
        ).all()
    assert told[0].detail["capacity"] == [None, 60]
    assert "capacity" not in told[1].detail


@pytest.mark.parametrize(
    ("profile", "code", "field"),
    [
        (Profile(languages=("klingon",)), "analyst.language", "languages"),
        (Profile(channels=("fax",)), "analyst.channel", "channels"),
        (Profile(team_id="nowhere"), "analyst.team", "team"),
        (Profile(languages=()), "analyst.nothing_left", "languages"),
        (Profile(channels=()), "analyst.nothing_left", "channels"),
        (Profile(capacity=-1), "analyst.out_of_range", "capacity"),
        (Profile(hours_per_week=0), "analyst.out_of_range", "hours_per_week"),
        (Profile(hours_per_week=float("nan")), "analyst.out_of_range", "hours_per_week"),
    ],
)
def test_what_does_not_exist_is_refused(
    centre: SmallCentre, profile: Profile, code: str, field: str
) -> None:
    set_profile(centre.engine, MANAGER, "mina", Profile(capacity=7), now=NOW)
    with pytest.raises(BadInput) as refused:
        set_profile(centre.engine, MANAGER, "mina", profile, now=NOW)
    assert [(each.code, each.field) for each in refused.value.problems] == [(code, field)]
    assert list_analysts(centre.engine, MANAGER)[1].profile == Profile(capacity=7)


@pytest.mark.parametrize("name", ["nobody", "lead"])
def test_only_analysts_have_a_profile(centre: SmallCentre, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_profile(centre.engine, MANAGER, name, Profile(), now=NOW)
    assert refused.value.problems[0].code == "analyst.unknown"


def test_leave_is_noted_once_and_taken_back(centre: SmallCentre) -> None:
    for _ in range(2):
        add_leave(centre.engine, MANAGER, "mina", DAY, DAY, now=NOW)
    (leave,) = list_analysts(centre.engine, MANAGER)[1].leave
    assert (leave.first_day, leave.last_day) == (DAY, DAY)
    remove_leave(centre.engine, MANAGER, leave.id or 0, now=NOW)
    assert list_analysts(centre.engine, MANAGER)[1].leave == ()
    with pytest.raises(BadInput) as refused:
        remove_leave(centre.engine, MANAGER, leave.id or 0, now=NOW)
    assert refused.value.problems[0].code == "leave.unknown"


def test_only_those_who_draw_change_them(centre: SmallCentre) -> None:
    with pytest.raises(NotAllowed):
        set_profile(centre.engine, MINA, "mina", Profile(), now=NOW)
    with pytest.raises(NotAllowed):
        add_leave(centre.engine, MINA, "mina", DAY, DAY, now=NOW)
    with pytest.raises(NotAllowed):
        remove_leave(centre.engine, MINA, 1, now=NOW)
    with pytest.raises(NotAllowed):
        list_analysts(centre.engine, LEAD)
