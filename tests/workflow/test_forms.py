"""Checking, publishing, listing and loading forms, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import BadInput, NotAllowed
from qm.intake.form_files import text_sha256
from qm.intake.form_lock import read_lock
from qm.store.engine import migrate, open_engine, transaction
from qm.store.forms import all_versions, version_in_force
from qm.store.tables import Assignment, AuditEvent, Evaluation, FormVersion, Interaction
from qm.workflow import form_publishing
from qm.workflow.forms import LIST_COLUMNS, check_forms, check_text, list_forms, publish_form
from qm.workflow.published_forms import load_form, published_version
from tests.fixtures import small_centre
from tests.fixtures.drawn_rows import draw_row, pick_row

NOW = datetime(2026, 10, 23, 8, 0, tzinfo=UTC)

FORM = """\
form: small
version: 1
channel: call
title: {en: Small, fa: کوچک}
pass_percent: 75
sections:
  - id: first
    title: {en: First, fa: نخست}
    weight: 100
    questions:
      - id: greeting
        text: {en: Greeted?, fa: سلام کرد؟}
        options:
          - {id: yes, label: {en: Yes, fa: بله}, points: 1}
          - {id: no, label: {en: No, fa: خیر}, points: 0}
"""


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_engine(database_url)
    migrate(engine)
    return engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "small.yaml").write_text(FORM, encoding="utf-8")
    return folder


def publish(engine: Engine, folder: Path, name: str = "small.yaml", **later: float) -> FormVersion:
    return publish_form(
        engine,
        COMMAND_LINE,
        folder / name,
        lock_path=folder / "LOCK",
        now=NOW + timedelta(**later),
    )


def write(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    changed = FORM
    for old, new in changes:
        assert old in changed
        changed = changed.replace(old, new)
    (folder / name).write_text(changed, encoding="utf-8")


def listed(engine: Engine, actor: Actor = COMMAND_LINE) -> pd.DataFrame:
    return list_forms(engine, actor, centre=small_centre.CENTRE, now=NOW)


def codes(error: BadInput) -> list[str]:
    return [problem.code for problem in error.problems]


def published(engine: Engine) -> list[tuple[str, str, str]]:
    with transaction(engine) as session:
        rows = session.exec(select(FormVersion)).all()
    return sorted((row.form_id, row.version, row.sha256) for row in rows)


# --- check


def test_check_tells_of_every_file_and_needs_no_database(folder: Path) -> None:
    write(folder, "misspelt.yaml", ("channel:", "chanel:"))
    write(folder, "again.yml", ("Greeted?", "Did they greet?"))
    (folder / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    (folder / "sampling.yaml").write_text("policy: monthly", encoding="utf-8")
    (folder / "notes.txt").write_text("no form", encoding="utf-8")
    findings = {f.path.name: f for f in check_forms(folder, folder / "LOCK")}
    assert {name: [p.code for p in f.problems] for name, f in findings.items()} == {
        "again.yml": [],
        "binary.yaml": ["yaml.encoding"],
        "misspelt.yaml": ["form.misspelt_key"],
        "small.yaml": ["form.same_version"],
    }
    assert "again.yml" in str(findings["small.yaml"].problems[0])


def test_check_compares_with_the_lock(engine: Engine, folder: Path) -> None:
    publish(engine, folder)
    (clean,) = check_forms(folder, folder / "LOCK")
    assert (clean.problems, clean.form is not None) == ((), True)
    write(folder, "small.yaml", ("Greeted?", "Did they greet?"))
    (changed,) = check_forms(folder, folder / "LOCK")
    assert [p.code for p in changed.problems] == ["form.locked"]
    assert changed.problems[0].remedy.startswith("Raise the version to 2")


def test_check_of_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        check_forms(tmp_path / "none", tmp_path / "LOCK")
    assert codes(caught.value) == ["form.no_folder"]


def test_an_uploaded_text_is_checked_without_keeping_it() -> None:
    finding = check_text(FORM.replace("\n", "\r\n"), "upload.yaml")
    assert finding.form is not None
    assert finding.form.key == "small@1"
    bad = check_text(FORM.replace("weight: 100", "weight: 0"), "upload.yaml")
    assert [(p.code, p.place, p.row) for p in bad.problems] == [
        ("form.zero_weights", "upload.yaml", 6)
    ]


# --- publish


def test_publishing_writes_row_lock_and_audit_event(engine: Engine, folder: Path) -> None:
    version = publish(engine, folder)
    digest = text_sha256(FORM)
    assert (version.form_id, version.version, version.channel) == ("small", "1", "call")
    assert (version.sha256, version.source) == (digest, FORM)
    assert (version.published_at, version.published_by) == (NOW, "command line")
    assert read_lock(folder / "LOCK") == {"small@1": digest}
    with transaction(engine) as session:
        (event,) = session.exec(select(AuditEvent)).all()
    assert (event.action, event.subject, event.at) == ("publish_form", "small@1", NOW)
    assert event.detail == {"sha256": digest}


def test_publishing_the_same_file_again_changes_nothing(engine: Engine, folder: Path) -> None:
    publish(engine, folder)
    (folder / "small.yaml").write_bytes(FORM.replace("\n", "\r\n").encode())
    again = publish(engine, folder, days=1)
    assert again.published_at == NOW
    with transaction(engine) as session:
        assert len(session.exec(select(AuditEvent)).all()) == 1


def test_only_those_with_the_right_publish(engine: Engine, folder: Path) -> None:
    lead = Actor("lead", "lead", team_id="orders")
    with pytest.raises(NotAllowed):
        publish_form(engine, lead, folder / "small.yaml", lock_path=folder / "LOCK", now=NOW)
    with pytest.raises(NotAllowed):
        listed(engine, Actor("sara", "agent", agent_id="sara.nouri"))
    assert published(engine) == []
    assert not (folder / "LOCK").exists()


def test_a_form_with_problems_is_not_published(engine: Engine, folder: Path) -> None:
    write(folder, "small.yaml", ("weight: 100", "wieght: 100"))
    with pytest.raises(BadInput) as caught:
        publish(engine, folder)
    assert codes(caught.value) == ["form.misspelt_key"]
    assert published(engine) == []
    assert not (folder / "LOCK").exists()


@pytest.mark.parametrize("known_to", ["both", "lock", "database"])
def test_a_changed_file_under_a_published_version_is_refused(
    engine: Engine, folder: Path, known_to: str
) -> None:
    publish(engine, folder)
    if known_to == "lock":
        with transaction(engine) as session:
            session.execute(text("DELETE FROM form_version"))
    if known_to == "database":
        (folder / "LOCK").unlink()
    rows, lock = published(engine), read_lock(folder / "LOCK")
    write(folder, "small.yaml", ("Greeted?", "Did they greet?"))
    with pytest.raises(BadInput) as caught:
        publish(engine, folder)
    assert codes(caught.value) == ["form.locked"]
    assert (published(engine), read_lock(folder / "LOCK")) == (rows, lock)

    write(folder, "small.yaml", ("Greeted?", "Did they greet?"), ("version: 1", "version: 2"))
    assert publish(engine, folder).version == "2"


@pytest.mark.parametrize("lost", ["lock", "database"])
def test_publishing_again_mends_what_only_one_side_knows(
    engine: Engine, folder: Path, lost: str
) -> None:
    publish(engine, folder)
    rows, lock = published(engine), read_lock(folder / "LOCK")
    if lost == "lock":
        (folder / "LOCK").unlink()
    else:
        with transaction(engine) as session:
            session.execute(text("DELETE FROM form_version"))
    publish(engine, folder, days=1)
    assert (published(engine), read_lock(folder / "LOCK")) == (rows, lock)


def test_an_error_with_the_lock_leaves_the_database_untouched(engine: Engine, folder: Path) -> None:
    (folder / "LOCK").mkdir()
    with pytest.raises(BadInput):
        publish(engine, folder)
    (folder / "LOCK").rmdir()
    (folder / "LOCK").write_text("<<<<<<< HEAD\n")
    with pytest.raises(BadInput) as caught:
        publish(engine, folder)
    assert codes(caught.value) == ["lock.line"]
    assert published(engine) == []
    with transaction(engine) as session:
        assert session.exec(select(AuditEvent)).all() == []


def test_a_crash_before_the_commit_is_mended_by_publishing_again(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash_after(path: Path, lock: dict[str, str]) -> None:
        write_lock(path, lock)
        raise KeyboardInterrupt

    write_lock = form_publishing.write_lock
    monkeypatch.setattr(form_publishing, "write_lock", crash_after)
    with pytest.raises(KeyboardInterrupt):
        publish(engine, folder)
    assert (published(engine), set(read_lock(folder / "LOCK"))) == ([], {"small@1"})
    monkeypatch.undo()
    publish(engine, folder)
    assert published(engine) == [("small", "1", text_sha256(FORM))]


def test_several_publish_the_same_version_at_once(engine: Engine, folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda _: publish(engine, folder), range(8)))
    assert {version.sha256 for version in versions} == {text_sha256(FORM)}
    assert published(engine) == [("small", "1", text_sha256(FORM))]
    with transaction(engine) as session:
        assert len(session.exec(select(AuditEvent)).all()) == 1


# --- list and load


def test_the_list_of_published_forms(engine: Engine, folder: Path) -> None:
    empty = listed(engine)
    assert (list(empty.columns), len(empty)) == (LIST_COLUMNS, 0)
    for version in (1, 2, 10):
        write(folder, f"small-{version}.yaml", ("version: 1", f"version: {version}"))
        publish(engine, folder, f"small-{version}.yaml")
    table = listed(engine, Actor("lead", "lead", team_id="orders"))
    assert table["version"].tolist() == ["10", "2", "1"]
    assert table["state"].tolist() == ["in_force", "superseded", "superseded"]
    row = table.iloc[0]
    assert (row["title_fa"], row["title_en"], row["questions"]) == ("کوچک", "Small", 1)
    assert (row["channel"], row["published_by"], row["evaluations"]) == ("call", "command line", 0)
    assert row["published_at"] == NOW


def test_a_published_form_is_loaded_from_the_database(engine: Engine, folder: Path) -> None:
    publish(engine, folder)
    (folder / "small.yaml").unlink()
    with transaction(engine) as session:
        form = load_form(session, "small", "1")
        assert published_version(session, "small", "1").sha256 == text_sha256(FORM)
        assert load_form(session, "small", "1") is form  # parsed once
        with pytest.raises(BadInput) as caught:
            load_form(session, "small", "2")
    assert codes(caught.value) == ["form.not_published"]
    assert form.key == "small@1"


def test_a_form_that_was_changed_in_the_database_is_refused(engine: Engine, folder: Path) -> None:
    publish(engine, folder)
    with transaction(engine) as session:
        session.execute(text("UPDATE form_version SET source = replace(source, '75', '10')"))
    with transaction(engine) as session, pytest.raises(BadInput) as caught:
        load_form(session, "small", "1")
    assert codes(caught.value) == ["form.tampered"]


def test_the_form_in_force_on_a_channel(engine: Engine, folder: Path) -> None:
    def in_force(channel: str) -> str | None:
        with transaction(engine) as session:
            row = version_in_force(all_versions(session), channel, NOW.date())
        return row and f"{row.form_id}@{row.version}"

    assert in_force("call") is None
    write(folder, "10.yaml", ("version: 1", "version: 10"))
    publish(engine, folder, "10.yaml")
    publish(engine, folder, days=1)  # version 1, later
    assert (in_force("call"), in_force("chat")) == ("small@10", None)
    write(folder, "other.yaml", ("form: small", "form: other"))
    publish(engine, folder, "other.yaml", days=2)
    assert in_force("call") == "other@1"
    write(folder, "chat.yaml", ("channel: call", "channel: chat"), ("form: small", "form: talk"))
    publish(engine, folder, "chat.yaml", days=3)
    assert (in_force("call"), in_force("chat")) == ("other@1", "talk@1")


def test_the_list_counts_the_evaluations_of_a_version_but_not_their_revisions(
    database_url: str, tmp_path: Path
) -> None:
    centre = small_centre.build(database_url, tmp_path, calls_per_agent=2)
    for number, revisions in enumerate([1, 3]):
        _evaluate(centre.engine, f"sara-{number}", revisions)
    table = listed(centre.engine, small_centre.MINA)
    assert dict(zip(table["form_id"], table["evaluations"], strict=True)) == {
        "call": 2,
        "chat": 0,
    }


def _evaluate(engine: Engine, interaction_id: str, revisions: int) -> None:
    with transaction(engine) as session:
        draw = draw_row("1405-08")
        session.add(draw)
        session.flush()
        pick = pick_row(draw, session.get_one(Interaction, interaction_id))
        session.add(pick)
        session.flush()
        form = {"form_id": "call", "form_version": "1"}
        assignment = Assignment(
            pick_id=pick.id or 0,
            interaction_id=interaction_id,
            evaluator="mina",
            assigned_at=NOW,
            due_at=NOW,
            **form,
        )
        session.add(assignment)
        session.flush()
        session.add_all(
            Evaluation(
                assignment_id=assignment.id or 0,
                revision=revision + 1,
                is_latest=revision + 1 == revisions,
                interaction_id=interaction_id,
                agent_id="sara",
                team_id="orders",
                channel="call",
                period="1405-08",
                purpose="random",
                inclusion_probability=1.0,
                form_sha256="0" * 64,
                evaluator="mina",
                submitted_at=NOW,
                **form,
            )
            for revision in range(revisions)
        )
