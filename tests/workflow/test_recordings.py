from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from qm.core.access import Actor
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.tables import AuditEvent, Evaluation, Interaction
from qm.workflow.recordings import recording_path
from tests.fixtures.recorded_centre import build_recorded, recordings_folder
from tests.fixtures.small_centre import (
    ADMIN,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    OTHER_LEAD,
    REZA,
    SARA,
    SmallCentre,
)

CALLS = ("sara-0", "sara-1", "sara-2", "neda-2")
MAY_HEAR = {
    ADMIN: set(CALLS),
    MANAGER: set(CALLS),
    MINA: {"sara-1", "sara-2"},
    KAVEH: {"neda-2"},
    LEAD: {"sara-2"},
    OTHER_LEAD: {"neda-2"},
    SARA: {"sara-2"},
    REZA: set(),
}


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    centre = build_recorded(database_url, tmp_path)
    yield centre
    centre.engine.dispose()


@pytest.fixture
def sqlite_centre(tmp_path: Path) -> Iterator[SmallCentre]:
    centre = build_recorded(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    yield centre
    centre.engine.dispose()


def hear(centre: SmallCentre, actor: Actor, interaction_id: str, minutes: int = 0) -> Path:
    now = NOW + timedelta(minutes=minutes)
    folder = recordings_folder(centre)
    return recording_path(centre.engine, actor, interaction_id, folder, now=now)


def test_who_may_hear_which_call(centre: SmallCentre) -> None:
    heard: dict[Actor, set[str]] = {}
    for actor in MAY_HEAR:
        heard[actor] = set()
        for call in CALLS:
            try:
                path = hear(centre, actor, call)
            except NotAllowed:
                continue
            assert path == recordings_folder(centre).resolve() / f"{call}.mp3"
            heard[actor].add(call)
    assert heard == MAY_HEAR


def test_whom_an_evaluation_is_of_may_hear_the_call_that_was_imported_for_another(
    sqlite_centre: SmallCentre,
) -> None:
    with pytest.raises(NotAllowed):
        hear(sqlite_centre, REZA, "sara-2")
    with transaction(sqlite_centre.engine) as session:
        of_sara = col(Evaluation.interaction_id) == "sara-2"
        session.exec(update(Evaluation).where(of_sara).values(agent_id="reza"))
    assert hear(sqlite_centre, REZA, "sara-2")


def test_a_hearing_is_logged_once_an_hour_and_a_refusal_never(centre: SmallCentre) -> None:
    for minutes in (0, 1, 59, 61):
        hear(centre, MINA, "sara-2", minutes)
    hear(centre, SARA, "sara-2")
    with pytest.raises(NotAllowed):
        hear(centre, REZA, "sara-2")
    opened = select(AuditEvent.actor, AuditEvent.subject).where(
        col(AuditEvent.action) == "recording_opened"
    )
    with transaction(centre.engine) as session:
        events = session.exec(opened.order_by(AuditEvent.actor)).all()
    assert [tuple(event) for event in events] == [
        ("mina", "sara-2"),
        ("mina", "sara-2"),
        ("sara", "sara-2"),
    ]


def test_only_who_hears_everything_learns_that_an_interaction_is_unknown(
    sqlite_centre: SmallCentre,
) -> None:
    for actor in (MINA, LEAD, SARA):
        with pytest.raises(NotAllowed):
            hear(sqlite_centre, actor, "no-such")
    with pytest.raises(BadInput, match=r"recording\.unknown"):
        hear(sqlite_centre, MANAGER, "no-such")


@pytest.mark.parametrize(
    ("file_name", "code"),
    [
        (None, "recording.none"),
        ("", "recording.none"),
        ("gone.wav", "recording.missing"),
        (".", "recording.missing"),
        ("../secret", "recording.outside"),
        ("../../../../../../etc/passwd", "recording.outside"),
        ("/etc/passwd", "recording.outside"),
        ("link.wav", "recording.outside"),
        ("loop.wav", "recording.missing"),
        ("x" * 400, "recording.missing"),
    ],
)
def test_a_path_never_leaves_the_folder(
    sqlite_centre: SmallCentre, file_name: str | None, code: str
) -> None:
    folder = recordings_folder(sqlite_centre)
    (folder.parent / "secret").write_text("not for you")
    (folder / "link.wav").symlink_to(folder.parent / "secret")
    (folder / "loop.wav").symlink_to(folder / "loop.wav")
    with transaction(sqlite_centre.engine) as session:
        session.get_one(Interaction, "sara-2").recording_file = file_name
    with pytest.raises(BadInput) as bad:
        hear(sqlite_centre, MANAGER, "sara-2")
    assert [problem.code for problem in bad.value.problems] == [code]
    assert "secret" not in str(bad.value)


def test_a_null_byte_in_a_name_is_a_missing_file(sqlite_centre: SmallCentre) -> None:
    with transaction(sqlite_centre.engine) as session:
        session.get_one(Interaction, "sara-2").recording_file = "a\0b.wav"
    with pytest.raises(BadInput, match=r"recording\.missing"):
        hear(sqlite_centre, MANAGER, "sara-2")


def test_a_file_in_a_subfolder_and_a_link_within_the_folder_are_fine(
    sqlite_centre: SmallCentre,
) -> None:
    folder = recordings_folder(sqlite_centre)
    (folder / "2026").mkdir()
    (folder / "2026" / "call.wav").symlink_to(folder / "sara-1.mp3")
    with transaction(sqlite_centre.engine) as session:
        session.get_one(Interaction, "sara-2").recording_file = "2026/../2026/call.wav"
    assert hear(sqlite_centre, MANAGER, "sara-2") == (folder / "sara-1.mp3").resolve()
