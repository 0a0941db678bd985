"""Versions in force, retirement, uploads that are kept as files, and forms found by name."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from qm.core.access import Actor
from qm.core.problems import BadInput, NotAllowed
from qm.exchange.sheets.workbooks import write_sheets
from qm.intake.form_lock import read_lock
from qm.store.engine import migrate, open_engine, transaction
from qm.store.forms import version_in_force
from qm.store.tables import Assignment, AuditEvent, FormVersion, Interaction
from qm.workflow import form_publishing
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import open_assignment
from qm.workflow.forms import (
    check_upload,
    list_forms,
    named_form,
    publish_form,
    publish_text,
    retire_form,
)
from qm.workflow.my_work import my_work
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    FORM,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SmallCentre,
    build,
)


def text_of(version: int, *more: str, form: str = "call") -> str:
    written = FORM.format(channel="call").replace('version: "1"', f"version: {version}")
    return written.replace("form: call\n", "\n".join([f"form: {form}", *more, ""]), 1)


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_engine(database_url)
    migrate(engine)
    return engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


def upload(
    engine: Engine, folder: Path, text: str, actor: Actor = MANAGER, *, replace: bool = False
) -> FormVersion:
    lock = folder / "LOCK"
    return publish_text(
        engine, actor, text, folder=folder, lock_path=lock, now=NOW, replace=replace
    )


def states(engine: Engine, days: int = 0) -> dict[str, str]:
    table = list_forms(engine, ADMIN, centre=CENTRE, now=NOW + timedelta(days=days))
    keys = table["form_id"] + "@" + table["version"]
    return dict(zip(keys, table["state"], strict=True))


def codes(refused: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- which version an interaction gets


def version(form: str, number: int, published: int, **more: object) -> FormVersion:
    fields = {"channel": "call", "sha256": "0", "source": "", "published_by": "x", **more}
    at = NOW + timedelta(days=published)
    return FormVersion(form_id=form, version=str(number), published_at=at, **fields)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([version("a", 1, 0), version("a", 10, 1), version("a", 9, 2)], "a@10"),
        ([version("a", 3, 0), version("b", 1, 1)], "b@1"),
        ([version("a", 3, 0), version("b", 1, 1, retired_at=NOW)], "a@3"),
        ([version("a", 3, 0), version("b", 1, 1, channel="chat")], "a@3"),
        ([version("a", 1, 0), version("a", 2, 1, effective_from=date(2026, 11, 6))], "a@1"),
        ([version("a", 1, 0), version("a", 2, 1, effective_from=date(2026, 11, 5))], "a@2"),
        ([version("a", 1, 0), version("a", 2, 1, effective_to=date(2026, 11, 5))], "a@2"),
        ([version("a", 1, 0), version("a", 2, 1, effective_to=date(2026, 11, 4))], "a@1"),
        ([version("b", 1, 0), version("a", 1, 0)], "a@1"),
        ([version("a", 1, 0, retired_at=NOW)], None),
        ([], None),
    ],
)
def test_the_version_in_force(versions: list[FormVersion], expected: str | None) -> None:
    found = version_in_force(versions, "call", date(2026, 11, 5))
    assert (found and f"{found.form_id}@{found.version}") == expected


def test_each_pick_gets_the_version_of_its_own_day_in_the_centres_zone(
    centre: SmallCentre,
) -> None:
    # 20:30 UTC is midnight in Tehran: the call just before it belongs to the day before.
    with transaction(centre.engine) as session:
        calls = session.exec(
            select(Interaction).where(col(Interaction.channel) == "call").order_by(Interaction.id)
        ).all()
        for number, call in enumerate(calls):
            midnight = NOW.replace(month=11, day=5, hour=20, minute=30)
            call.started_at = midnight - timedelta(minutes=number % 2)
    day = ("effective_from: 2026-11-06",)
    upload(centre.engine, centre.folder, text_of(2, *day), replace=True)
    draw_all(centre)
    assigned = assigned_versions(centre)
    with transaction(centre.engine) as session:
        for call in calls:
            is_later = session.get_one(Interaction, call.id).started_at.minute == 30
            assert assigned[call.id] == ("2" if is_later else "1")


def test_what_was_assigned_stays_whatever_comes_later(centre: SmallCentre) -> None:
    draw_all(centre)
    before = assigned_versions(centre)
    upload(centre.engine, centre.folder, text_of(2))
    retire_form(centre.engine, MANAGER, "call", "1", now=NOW)
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    assert assigned_versions(centre) == before
    queue = my_work(centre.engine, MINA).open
    calls = queue[queue["channel"] == "call"]
    workspace = open_assignment(centre.engine, MINA, int(calls["assignment_id"].iloc[0]))
    assert workspace.form.key == "call@1"


def test_picks_that_no_version_is_for_are_told(centre: SmallCentre) -> None:
    retire_form(centre.engine, MANAGER, "call", "1", now=NOW)
    over = text_of(2, "effective_to: 2026-10-24")  # the day before the first call
    upload(centre.engine, centre.folder, over)
    summary = draw_all(centre)
    (problem,) = summary.problems
    assert problem.code == "assign.no_form_in_force"
    assert problem.values["channel"] == "call"
    assert problem.values["picks"] == 24  # of 30, every fourth is a chat
    assert set(assigned_versions(centre).values()) == {"1"}
    upload(centre.engine, centre.folder, text_of(3))
    assert not assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW).problems


def draw_all(centre: SmallCentre):  # type: ignore[no-untyped-def]
    everything = POLICY.model_copy(update={"min_per_agent": 10})
    draw_period(centre.engine, MANAGER, PERIOD, everything, centre=CENTRE, now=NOW, seed="s")
    return assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)


def assigned_versions(centre: SmallCentre) -> dict[str, str]:
    with transaction(centre.engine) as session:
        rows = session.exec(select(Assignment)).all()
    return {row.interaction_id: row.form_version for row in rows}


# --- retiring


def test_retiring_is_told_in_list_and_log(engine: Engine, folder: Path) -> None:
    upload(engine, folder, text_of(1))
    upload(engine, folder, text_of(2))
    assert states(engine) == {"call@1": "superseded", "call@2": "in_force"}
    retired = retire_form(engine, MANAGER, "call", "2", now=NOW)
    assert (retired.retired_at, retired.retired_by) == (NOW, "manager")
    assert states(engine) == {"call@1": "in_force", "call@2": "retired"}
    table = list_forms(engine, ADMIN, centre=CENTRE, now=NOW)
    assert table["retired_at"].tolist() == [NOW, None]
    with transaction(engine) as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
    assert [(e.action, e.subject) for e in events][-1] == ("retire_form", "call@2")


def test_retiring_twice_or_what_was_never_published(engine: Engine, folder: Path) -> None:
    upload(engine, folder, text_of(1))
    retire_form(engine, MANAGER, "call", "1", now=NOW)
    with pytest.raises(BadInput) as refused:
        retire_form(engine, MANAGER, "call", "1", now=NOW + timedelta(days=1))
    assert codes(refused) == ["form.retired"]
    with pytest.raises(BadInput) as refused:
        retire_form(engine, MANAGER, "call", "2", now=NOW)
    assert codes(refused) == ["form.not_published"]
    with pytest.raises(NotAllowed):
        retire_form(engine, LEAD, "call", "1", now=NOW)
    with transaction(engine) as session:
        row = session.get_one(FormVersion, ("call", "1"))
    assert row.retired_at == NOW


def test_effective_dates_make_a_version_scheduled_or_ended(engine: Engine, folder: Path) -> None:
    dates = ("effective_from: 2026-11-24", "effective_to: 2026-11-30")
    version = upload(engine, folder, text_of(1, *dates))
    assert (version.effective_from, version.effective_to) == (
        date(2026, 11, 24),
        date(2026, 11, 30),
    )
    found = {days: states(engine, days)["call@1"] for days in (0, 1, 7, 8)}
    assert found == {0: "scheduled", 1: "in_force", 7: "in_force", 8: "ended"}


# --- uploads


def test_an_upload_is_kept_in_a_file_named_after_the_form(engine: Engine, folder: Path) -> None:
    text = "\ufeff" + text_of(1).replace("\n", "\r\n")
    version = upload(engine, folder, text)
    assert names_in(folder) == {"LOCK", "call.yaml"}
    assert (folder / "call.yaml").read_text(encoding="utf-8") == version.source == text_of(1)
    lock = read_lock(folder / "LOCK")
    assert lock == {"call@1": version.sha256}
    upload(engine, folder, text_of(2))  # the published version makes room
    assert (folder / "call.yaml").read_text(encoding="utf-8") == text_of(2)
    assert names_in(folder) == {"LOCK", "call.yaml"}


def test_a_file_that_only_the_folder_holds_is_kept(engine: Engine, folder: Path) -> None:
    for content in (text_of(7), text_of(1, form="other"), "no form"):
        code = "form.file_in_the_way" if content == "no form" else "form.draft_in_the_way"
        (folder / "call.yaml").write_text(content, encoding="utf-8")
        with pytest.raises(BadInput) as refused:
            upload(engine, folder, text_of(2))
        assert codes(refused) == [code]
        assert (folder / "call.yaml").read_text(encoding="utf-8") == content
        assert names_in(folder) == {"call.yaml"}
    upload(engine, folder, text_of(2), replace=True)
    assert (folder / "call.yaml").read_text(encoding="utf-8") == text_of(2)


def test_an_upload_that_lies_there_already_is_published_from_there(
    engine: Engine, folder: Path
) -> None:
    (folder / "mine.yaml").write_text(text_of(1), encoding="utf-8")
    upload(engine, folder, text_of(1))
    assert names_in(folder) == {"LOCK", "mine.yaml"}
    (folder / "mine.yaml").write_text(text_of(2), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        upload(engine, folder, text_of(2).replace("Greets?", "Says hello?"), replace=True)
    assert codes(refused) == ["form.written_elsewhere"]
    assert names_in(folder) == {"LOCK", "mine.yaml"}


@pytest.mark.parametrize("id_", ["sampling", "phrases"])
def test_what_is_no_form_is_never_overwritten(engine: Engine, folder: Path, id_: str) -> None:
    (folder / f"{id_}.yaml").write_text("policy: monthly", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        upload(engine, folder, text_of(1, form=id_), replace=True)
    assert codes(refused) == ["form.reserved_id"]
    assert (folder / f"{id_}.yaml").read_text(encoding="utf-8") == "policy: monthly"


@pytest.mark.parametrize("name", ["../evil", "a/b", "C:x", ".hidden", "Großes"])
def test_no_form_id_is_a_path(engine: Engine, folder: Path, name: str) -> None:
    with pytest.raises(BadInput):
        upload(engine, folder, text_of(1, form=f'"{name}"'))
    assert names_in(folder) == set()
    assert names_in(folder.parent) <= {"kept", "qm.db", "qm.db-wal", "qm.db-shm"}


@pytest.mark.parametrize("earlier", [False, True])
def test_when_publishing_fails_no_file_is_changed(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch, earlier: bool
) -> None:
    if earlier:
        upload(engine, folder, text_of(1))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(*_: object) -> None:
        assert (folder / "call.yaml").read_text(encoding="utf-8") == text_of(2)
        raise BadInput([])

    monkeypatch.setattr(form_publishing, "write_lock", fail)
    with pytest.raises(BadInput):
        upload(engine, folder, text_of(2))
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with transaction(engine) as session:
        assert len(session.exec(select(FormVersion)).all()) == earlier
    assert upload(engine, folder, text_of(2)).version == "2"


def test_only_those_with_the_right_upload(engine: Engine, folder: Path) -> None:
    with pytest.raises(NotAllowed):
        upload(engine, folder, text_of(1), LEAD)
    assert names_in(folder) == set()


# --- names


def test_forms_are_found_by_key_id_and_path(engine: Engine, folder: Path, tmp_path: Path) -> None:
    upload(engine, folder, text_of(1))
    upload(engine, folder, text_of(2))
    upload(engine, folder, text_of(10))
    (folder / "draft.yaml").write_text(text_of(3, form="draft"), encoding="utf-8")
    (folder / "broken.yaml").write_text("form: [", encoding="utf-8")
    elsewhere = tmp_path / "new.YAML"
    elsewhere.write_text(text_of(99, form="elsewhere"), encoding="utf-8")
    found = {
        name: named_form(engine, name, folder=folder).key
        for name in ("call@2", "call", "draft", "draft@3", str(elsewhere))
    }
    assert list(found.values()) == ["call@2", "call@10", "draft@3", "draft@3", "elsewhere@99"]
    for name in ("call@3", "unknown", "", "@", str(folder / "broken.yaml"), "LOCK"):
        with pytest.raises(BadInput):
            named_form(engine, name, folder=folder)
    with pytest.raises(BadInput) as refused:
        named_form(engine, "nothing", folder=folder)
    assert refused.value.problems[0].remedy.endswith(": call@1, call@10, call@2, draft@3.")
    with pytest.raises(BadInput):
        named_form(engine, str(elsewhere), folder=folder, paths=False)


def test_a_published_version_comes_before_a_changed_file(engine: Engine, folder: Path) -> None:
    upload(engine, folder, text_of(1))
    (folder / "call.yaml").write_text(text_of(1).replace("Greets?", "Hm?"), encoding="utf-8")
    question = named_form(engine, "call@1", folder=folder).question("greeting")
    assert question is not None
    assert question.text.en == "Greets?"


def test_uploaded_bytes_are_checked_without_keeping_them(tmp_path: Path) -> None:
    finding = check_upload(text_of(1).encode(), "mine.yaml")
    assert (finding.form and finding.form.key, finding.text) == ("call@1", text_of(1))
    refused = check_upload(b"\xff\xfe\x00", "mine.yaml")
    assert ([p.code for p in refused.problems], refused.form) == (["yaml.encoding"], None)
    assert list(tmp_path.iterdir()) == []


def test_an_uploaded_workbook_becomes_the_text_that_is_published(
    engine: Engine, folder: Path
) -> None:
    form = check_upload(text_of(4, "effective_to: 2026-12-01").encode(), "a.yaml").form
    assert form is not None
    content = write_sheets(form, "fa").content
    (folder.parent / "new.xlsx").write_bytes(content)
    finding = check_upload(content, "../New.XLSX")
    assert (finding.form, finding.problems) == (form, ())
    assert {problem.row for problem in finding.warnings} <= {None}
    upload(engine, folder, finding.text or "")
    assert named_form(engine, "call@4", folder=folder) == form
    assert named_form(engine, str(folder.parent / "new.xlsx"), folder=folder) == form
    refused = check_upload(b"PK no workbook", "new.xlsx")
    assert refused.problems
    assert (refused.form, refused.text) == (None, None)


def test_publishing_a_file_keeps_its_dates(engine: Engine, folder: Path) -> None:
    (folder / "a.yaml").write_text(text_of(1, "effective_to: 2026-12-01"), encoding="utf-8")
    version = publish_form(engine, ADMIN, folder / "a.yaml", lock_path=folder / "LOCK", now=NOW)
    assert version.effective_to == date(2026, 12, 1)
