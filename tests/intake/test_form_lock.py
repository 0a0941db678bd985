"""The lock: hashes of published versions, read back as written; a damaged one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from qm.core.problems import BadInput
from qm.intake.form_files import text_sha256
from qm.intake.form_lock import check_lock, read_lock, write_lock


def test_the_lock_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "LOCK"
    assert read_lock(path) == {}
    lock = {f"call@{version}": text_sha256(str(version)) for version in (10, 9, 1)}
    write_lock(path, lock)
    assert read_lock(path) == lock
    keys = [line.split()[0] for line in path.read_text().splitlines()[1:]]
    assert keys == ["call@1", "call@9", "call@10"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["LOCK"]


def test_another_content_under_a_locked_version_is_refused() -> None:
    lock = {"call@1": "a" * 64, "call@3": "b" * 64, "chat@7": "c" * 64}
    assert check_lock("call@1", "a" * 64, lock, "call.yaml") == []
    assert check_lock("call@2", "d" * 64, lock, "call.yaml") == []
    (problem,) = check_lock("call@1", "d" * 64, lock, "call.yaml")
    assert (problem.code, problem.field) == ("form.locked", "version")
    assert problem.remedy.startswith("Raise the version to 4")


def test_a_damaged_lock_is_refused_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "LOCK"
    entry = f"call@1 sha256:{'a' * 64}\n"
    path.write_text(f"# head\n<<<<<<< HEAD\n{entry}{entry}call@2 sha256:short\n")
    with pytest.raises(BadInput) as caught:
        read_lock(path)
    assert [(p.code, p.row) for p in caught.value.problems] == [
        ("lock.line", 2),
        ("lock.line", 4),
        ("lock.line", 5),
    ]


def test_a_lock_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "LOCK"
    folder.mkdir()
    with pytest.raises(BadInput) as caught:
        write_lock(folder, {"call@1": "a" * 64})
    assert caught.value.problems[0].code == "lock.unwritable"
    assert [entry.name for entry in tmp_path.iterdir()] == ["LOCK"]
