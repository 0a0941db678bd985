"""Recordings of a folder: what they become, what is left out, and what never changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.known_recording_names import name_patterns
from qm.core.problems import BadInput, NotAllowed
from qm.speech.sound_length import length_s
from qm.store.engine import transaction
from qm.store.tables import (
    Agent,
    AuditEvent,
    ImportRun,
    Interaction,
    InteractionBlock,
    Recording,
    Transcript,
)
from qm.workflow import recording_intake, recording_scans
from qm.workflow.recording_intake import RecordingReport
from qm.workflow.recording_matching import RecordingSource
from qm.workflow.recording_scans import scan_recordings, watch_recordings
from qm.workflow.recordings import recording_path
from tests.fixtures.recording_files import put, wav_bytes
from tests.fixtures.small_centre import ADMIN, CENTRE, LEAD, MINA, NOW, SARA, SmallCentre, build

NEW = "out-0912-sara-20261110-092517-1762759517.7.wav"
KEPT = (Interaction, ImportRun, InteractionBlock, Recording, AuditEvent, Agent)


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    yield from built(database_url, tmp_path)


@pytest.fixture
def sqlite_centre(migrated_sqlite: Path, tmp_path: Path) -> Iterator[SmallCentre]:
    shutil.copyfile(migrated_sqlite, tmp_path / "qm.db")
    yield from built(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)


def built(database_url: str, folder: Path) -> Iterator[SmallCentre]:
    centre = build(database_url, folder, calls_per_agent=4)
    folder_of(centre).mkdir()
    yield centre
    centre.engine.dispose()


def folder_of(centre: SmallCentre) -> Path:
    return centre.folder / "recordings"


def source_of(centre: SmallCentre, *names: str, team: str | None = None) -> RecordingSource:
    patterns = name_patterns(names, "qm.toml")
    return RecordingSource(folder_of(centre), patterns, CENTRE, team, length_s)


def scan(
    centre: SmallCentre,
    *names: str,
    actor: Actor = COMMAND_LINE,
    team: str | None = None,
    **more: Any,
) -> RecordingReport:
    source = source_of(centre, *names, team=team)
    more = {"now": NOW, "settle_s": 0.0, **more}
    return scan_recordings(centre.engine, actor, source, **more)


def codes(report: RecordingReport) -> dict[str, str]:
    return {p.place: p.code.removeprefix("recording_files.") for p in report.problems}


def stored(engine: Engine) -> dict[str, list[Any]]:
    """Every row that a scan could touch."""
    with transaction(engine) as session:
        return {
            table.__tablename__: sorted(
                str(row) for row in session.execute(select(*_columns(table)))
            )
            for table in KEPT
        }


def _columns(table: Any) -> list[Any]:
    return [column for column in table.__table__.c if column.name != "content"]


def recording(centre: SmallCentre, id_: str) -> Recording:
    with transaction(centre.engine) as session:
        return session.get_one(Recording, id_)


def interaction(centre: SmallCentre, id_: str) -> Interaction:
    with transaction(centre.engine) as session:
        return session.get_one(Interaction, id_)


def set_recording(centre: SmallCentre, id_: str, **values: Any) -> None:
    with transaction(centre.engine) as session:
        session.merge(Recording(interaction_id=id_, updated_at=NOW, **values))


def test_a_known_call_gets_the_file_that_it_lacked(centre: SmallCentre) -> None:
    before = interaction(centre, "sara-0")
    path = put(folder_of(centre), "2026/11/sara-0.wav")
    report = scan(centre)
    assert (report.given, report.new, report.problems) == (("2026/11/sara-0.wav",), (), ())
    row = recording(centre, "sara-0")
    assert (row.file_name, row.state, row.attempts) == ("2026/11/sara-0.wav", "waiting", 0)
    assert interaction(centre, "sara-0") == before
    heard = recording_path(centre.engine, ADMIN, "sara-0", folder_of(centre), now=NOW)
    assert heard == path.resolve()


def test_a_file_that_tells_enough_becomes_a_call_as_if_imported(centre: SmallCentre) -> None:
    put(folder_of(centre), NEW, wav_bytes("new", 2.5))
    assert scan(centre).new == (NEW,)
    call = interaction(centre, "1762759517.7")
    assert call.model_dump(include={"agent_id", "team_id", "channel", "direction", "talk_s"}) == {
        "agent_id": "sara",
        "team_id": "orders",
        "channel": "call",
        "direction": "outbound",
        "talk_s": 2.5,
    }
    assert call.started_at == datetime(2026, 11, 10, 5, 55, 17, tzinfo=UTC)
    assert call.recording_file == NEW
    with transaction(centre.engine) as session:
        run = session.get_one(ImportRun, call.import_run_id)
        rows = select(func.sum(InteractionBlock.rows)).where(
            col(InteractionBlock.import_run_id) == run.id
        )
        assert (run.rows_new, run.by, session.scalar(rows)) == (1, "command line", 1)
        assert session.get(Recording, call.id) is None  # it waits once it is drawn


def test_a_second_scan_changes_nothing(centre: SmallCentre) -> None:
    for name in ("sara-0.mp3", "x/reza-1.wav", NEW, "unknown.wav", "neda-3.wav"):
        put(folder_of(centre), name)
    first = scan(centre)
    assert (len(first.given), len(first.new), len(first.known)) == (1, 1, 1)
    before = stored(centre.engine)
    second = scan(centre)
    assert stored(centre.engine) == before
    assert (second.given, second.new) == ((), ())
    assert second.known == {"sara-0.mp3", "x/reza-1.wav", NEW}
    assert second.problems == first.problems


def test_a_dry_run_tells_the_same_and_stores_nothing(centre: SmallCentre) -> None:
    for name in ("x/sara-0.wav", NEW, "unknown.wav"):
        put(folder_of(centre), name)
    before = stored(centre.engine)
    rehearsed = scan(centre, is_dry_run=True)
    assert stored(centre.engine) == before
    assert rehearsed == scan(centre)


def test_what_is_left_out_is_told_and_the_good_ones_are_kept(sqlite_centre: SmallCentre) -> None:
    folder = folder_of(sqlite_centre)
    for name in ("sara-0.wav", "copies/sara-0.wav", "unknown.wav", "neda-3.wav", "reza-0.mp3"):
        put(folder, name)
    put(folder, "reza-0.wav")
    put(folder, "sara-1.wav", wav_bytes("copies/sara-0.wav"))
    put(folder, "sara-2.wav", b"no sound")
    put(folder, "reza-1.wav", wav_bytes("cut")[:999])
    put(folder, "reza-2.wav", b"")
    put(folder, "out-1-nobody-20261110-092517-5.5.wav")
    put(folder, "out-1-sara-20301110-092517-6.6.wav")
    put(folder, "out-1-sara-20261310-092517-7.7.wav")
    put(folder, "out-1-sara-20261110-092517-8.8.wav", b"ID3" + bytes(500))
    report = scan(sqlite_centre)
    assert report.given == ("copies/sara-0.wav",)
    assert report.known == {"reza-0.mp3"}
    assert codes(report) == {
        "sara-0.wav": "has_other",
        "sara-1.wav": "same_sound",
        "unknown.wav": "call_unknown",
        "neda-3.wav": "not_a_call",
        "reza-0.wav": "has_other",
        "sara-2.wav": "no_sound",
        "reza-1.wav": "cut_short",
        "reza-2.wav": "empty",
        "out-1-nobody-20261110-092517-5.5.wav": "no_team",
        "out-1-sara-20301110-092517-6.6.wav": "import.in_future",
        "out-1-sara-20261310-092517-7.7.wav": "import.no_such_date",
        "out-1-sara-20261110-092517-8.8.wav": "audio.not_audio",
    }
    assert report.left_out == len(report.problems)
    assert all(problem.reason and problem.remedy for problem in report.problems)


def test_names_that_fit_no_pattern_are_told(sqlite_centre: SmallCentre) -> None:
    put(folder_of(sqlite_centre), "call_sara-0.wav")
    put(folder_of(sqlite_centre), "sara-1.wav")
    report = scan(sqlite_centre, "call_{id}")
    assert report.given == ("call_sara-0.wav",)
    assert codes(report) == {"sara-1.wav": "no_pattern"}


def test_the_team_is_the_names_or_the_agents_or_the_one_that_is_said(
    sqlite_centre: SmallCentre,
) -> None:
    pattern = "{team}/{agent}_{time:%Y%m%d%H%M}_{id}_{language}"
    folder = folder_of(sqlite_centre)
    put(folder, "fresh/nobody_140508141032_c1_fa.wav")
    assert scan(sqlite_centre, pattern).new
    call = interaction(sqlite_centre, "c1")
    assert (call.team_id, call.agent_id, call.language) == ("fresh", "nobody", "fa")
    assert call.started_at == datetime(2026, 11, 5, 7, 2, tzinfo=UTC)
    for name in ("out-1-sara-20261110-092517-2.wav", "out-1-somebody-20261110-092517-3.wav"):
        put(folder, name)
    scan(sqlite_centre, team="late", folder=None)
    teams = [interaction(sqlite_centre, id_).team_id for id_ in ("2", "3")]
    assert teams == ["orders", "late"]


def test_an_agent_is_the_same_however_the_keyboard_writes_it(sqlite_centre: SmallCentre) -> None:
    folder = folder_of(sqlite_centre)
    put(folder, "علی_202611100925_1.wav")
    scan(sqlite_centre, "{agent}_{time:%Y%m%d%H%M}_{id}", team="orders")
    put(folder, "علي_202611100926_2.wav")  # with the Arabic letter
    assert scan(sqlite_centre, "{agent}_{time:%Y%m%d%H%M}_{id}").left_out == 0
    assert interaction(sqlite_centre, "2").agent_id == interaction(sqlite_centre, "1").agent_id


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"state": "failed", "attempts": 3, "problem": {"code": "x"}, "file_sha256": "0" * 64},
            {"state": "waiting", "attempts": 0, "problem": None, "file_sha256": None},
        ),
        (
            {"state": "waiting", "attempts": 1, "next_try_at": NOW, "is_held": True},
            {"state": "waiting", "attempts": 0, "next_try_at": None, "is_held": True},
        ),
        (
            {"state": "running", "attempts": 1, "worker_id": "w"},
            {"state": "running", "attempts": 1, "worker_id": "w"},
        ),
        ({"state": "done", "transcript_id": 1}, {"state": "done", "transcript_id": 1}),
    ],
    ids=lambda values: values["state"],
)
def test_what_a_found_file_does_to_the_state(
    centre: SmallCentre, before: dict[str, Any], after: dict[str, Any]
) -> None:
    with transaction(centre.engine) as session:
        assert session.get(Transcript, 1)  # of a chat
    set_recording(centre, "sara-0", **before)
    put(folder_of(centre), "sara-0.wav")
    assert scan(centre).given
    row = recording(centre, "sara-0").model_dump()
    assert {name: row[name] for name in after} == after
    assert row["file_name"] == "sara-0.wav"


def test_a_call_keeps_its_file_as_long_as_that_is_there(sqlite_centre: SmallCentre) -> None:
    folder = folder_of(sqlite_centre)
    put(folder, "a/sara-0.wav")
    scan(sqlite_centre)
    put(folder, "b/sara-0.wav")
    assert codes(scan(sqlite_centre)) == {"b/sara-0.wav": "has_other"}
    assert recording(sqlite_centre, "sara-0").file_name == "a/sara-0.wav"
    (folder / "a/sara-0.wav").unlink()
    assert scan(sqlite_centre).given == ("b/sara-0.wav",)


def test_a_folder_is_scanned_alone(sqlite_centre: SmallCentre) -> None:
    put(folder_of(sqlite_centre), "2026/sara-0.wav")
    put(folder_of(sqlite_centre), "2025/sara-1.wav")
    assert scan(sqlite_centre, folder=Path("2026")).given == ("2026/sara-0.wav",)
    with pytest.raises(BadInput, match="folder_outside"):
        scan(sqlite_centre, folder=sqlite_centre.folder)


def test_a_file_that_grows_during_the_scan_is_left_for_the_next(
    sqlite_centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder_of(sqlite_centre), "sara-0.wav", wav_bytes("x")[:500])
    put(folder_of(sqlite_centre), "sara-1.wav")
    waited = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        path.write_bytes(wav_bytes("x"))

    monkeypatch.setattr(recording_scans.time, "sleep", sleep)
    report = scan(sqlite_centre, settle_s=3.0)
    assert (report.given, codes(report)) == (("sara-1.wav",), {"sara-0.wav": "growing"})
    assert waited == [3.0]
    monkeypatch.undo()
    assert scan(sqlite_centre).given == ("sara-0.wav",)


def test_two_scans_at_once_store_everything_once(centre: SmallCentre) -> None:
    folder = folder_of(centre)
    for number in range(40):
        put(folder, f"out-1-sara-20261110-092517-n{number}.wav")
    for agent in ("sara", "reza", "neda"):
        put(folder, f"{agent}-0.wav")
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: scan(centre), range(3)))
    with transaction(centre.engine) as session:
        new = col(Interaction.id).startswith("n", autoescape=True)
        count = select(func.count()).select_from(Interaction).where(new, ~_old())
        assert session.scalar(count) == 40
        runs = select(func.sum(ImportRun.rows_new))
        assert session.scalar(runs) == 40
    assert scan(centre).left_out == 0


def _old() -> Any:
    return col(Interaction.id).like("neda-%")


def test_a_scan_that_dies_is_gone_on_with(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(centre)
    for number in range(6):
        put(folder, f"out-1-sara-20261110-092517-n{number}.wav")
    monkeypatch.setattr(recording_intake, "_FILES_AT_ONCE", 2)
    real, saved = recording_intake.save, []

    def save(*given: Any, **more: Any) -> None:
        if saved:
            raise KeyboardInterrupt
        saved.append(real(*given, **more))

    monkeypatch.setattr(recording_intake, "save", save)
    with pytest.raises(KeyboardInterrupt):
        scan(centre)
    monkeypatch.undo()
    report = scan(centre)
    assert (len(report.known), len(report.new), report.left_out) == (2, 4, 0)


def test_progress_is_told(sqlite_centre: SmallCentre) -> None:
    for number in range(3):
        put(folder_of(sqlite_centre), f"sara-{number}.wav")
    told: list[tuple[int, int]] = []
    scan(sqlite_centre, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("actor", [MINA, LEAD, SARA], ids=lambda actor: actor.role)
def test_only_those_who_import_may_scan(sqlite_centre: SmallCentre, actor: Actor) -> None:
    put(folder_of(sqlite_centre), "sara-0.wav")
    with pytest.raises(NotAllowed):
        scan(sqlite_centre, actor=actor)


def test_very_many_problems_are_counted(
    sqlite_centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_scans, "_EXPLAINED_MOST", 2)
    for number in range(5):
        put(folder_of(sqlite_centre), f"x{number}.wav")
    report = scan(sqlite_centre)
    assert report.left_out == 5
    assert [p.code.rpartition(".")[2] for p in report.problems] == ["call_unknown"] * 2 + ["more"]
    assert report.problems[-1].values["count"] == 3


# --- a watch


def watch(
    centre: SmallCentre, *between: Callable[[], Any], actor: Actor = COMMAND_LINE
) -> list[RecordingReport]:
    """The reports of a watch during which these things happen, each after one more look."""
    steps = iter(between)

    def is_stopped(_seconds: float) -> bool:
        step = next(steps, None)
        if step is not None:
            step()
        return step is None

    reports = watch_recordings(
        centre.engine,
        actor,
        source_of(centre),
        clock=lambda: NOW,
        every_s=60,
        is_stopped=is_stopped,
    )
    return list(reports)


def nothing() -> None:
    """What happens between two looks when nothing does."""


def test_a_watch_takes_a_file_up_once_it_is_whole(centre: SmallCentre) -> None:
    folder = folder_of(centre)
    whole = wav_bytes("arrives")
    reports = watch(
        centre,
        lambda: put(folder, "sara-0.wav", whole[:3000]),
        lambda: put(folder, "sara-0.wav", whole),
        nothing,
        nothing,
    )
    assert [report.given for report in reports] == [(), (), (), ("sara-0.wav",), ()]
    assert [report.problems for report in reports] == [()] * 5


def test_a_copy_that_stalls_is_told_once_and_taken_up_when_it_goes_on(
    sqlite_centre: SmallCentre,
) -> None:
    folder = folder_of(sqlite_centre)
    whole = wav_bytes("arrives")
    put(folder, "sara-0.wav", whole[:3000])
    reports = watch(
        sqlite_centre,
        nothing,
        nothing,
        lambda: put(folder, "sara-0.wav", whole),
        nothing,
    )
    told = [list(codes(report).values()) for report in reports]
    assert told == [[], ["cut_short"], [], [], []]
    assert [report.given for report in reports] == [(), (), (), (), ("sara-0.wav",)]


def test_calls_may_be_imported_after_their_recordings(sqlite_centre: SmallCentre) -> None:
    put(folder_of(sqlite_centre), "later-1.wav")

    def import_call() -> None:
        with transaction(sqlite_centre.engine) as session:
            known = session.get_one(Interaction, "sara-0").model_dump()
            session.add(Interaction(**known | {"id": "later-1", "recording_file": None}))

    reports = watch(sqlite_centre, nothing, import_call, nothing)
    assert [report.given for report in reports] == [(), (), ("later-1.wav",), ()]


def test_a_watch_outlives_its_database_and_its_share(
    sqlite_centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(sqlite_centre)
    put(folder, "sara-0.wav")
    real, away = recording_scans.take_up, folder.with_name("away")

    def lost(*_given: Any, **_more: Any) -> RecordingReport:
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    reports = watch(
        sqlite_centre,
        lambda: folder.rename(away),
        lambda: away.rename(folder),
        lambda: monkeypatch.setattr(recording_scans, "take_up", lost),
        lambda: monkeypatch.setattr(recording_scans, "take_up", real),
    )
    told = [list(codes(report).values()) for report in reports]
    assert told == [[], ["folder_unreadable"], [], ["database_lost"], []]
    assert reports[-1].given == ("sara-0.wav",)


def test_only_those_who_import_may_watch(sqlite_centre: SmallCentre) -> None:
    with pytest.raises(NotAllowed):
        watch(sqlite_centre, actor=MINA)
