from __future__ import annotations

import errno
import os
import shutil
from io import BytesIO
from pathlib import Path

import pytest

from qm.core.problems import BadInput
from qm.intake import recording_storing
from qm.intake.recording_files import (
    SoundFile,
    checked_folder,
    checked_start,
    look,
    unchanged,
)
from qm.intake.recording_storing import checked_sound, keep_sound
from qm.intake.recording_twins import SoundTwins
from tests.fixtures.recording_files import put, wav_bytes

DEMO_CALLS = Path(__file__).parents[2] / "recordings"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    folder.mkdir()
    return folder


def seen(folder: Path) -> tuple[list[str], dict[str, str]]:
    """Names of the sound files, and the code of what is wrong with others."""
    found = look(folder, folder)
    return list(found.files), {p.place: p.code.rpartition(".")[2] for p in found.problems}


def file_at(folder: Path, name: str) -> SoundFile:
    return look(folder, folder).files[name]


def start_problem(folder: Path, name: str) -> str | None:
    problem = checked_start(folder, file_at(folder, name))
    return problem and problem.code.rpartition(".")[2]


def test_sound_files_of_all_folders_are_seen_in_order(folder: Path) -> None:
    for name in ("b.wav", "2026/11/a.MP3", "2026/c.opus", "تماس/۱.ogg", "notes.txt", "x.json"):
        put(folder, name)
    assert seen(folder) == (["2026/11/a.MP3", "2026/c.opus", "b.wav", "تماس/۱.ogg"], {})


def test_a_folder_within_is_seen_alone_with_names_from_the_recordings_folder(folder: Path) -> None:
    for name in ("a.wav", "2026/b.wav"):
        put(folder, name)
    assert list(look(folder, checked_folder(folder, Path("2026"))).files) == ["2026/b.wav"]
    assert list(look(folder, checked_folder(folder, folder / "2026")).files) == ["2026/b.wav"]


def test_a_folder_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (folder / "link").symlink_to(tmp_path / "other")
    for elsewhere in (tmp_path / "other", Path("/etc"), Path(".."), Path("link")):
        with pytest.raises(BadInput, match=r"recording_files\.folder_outside"):
            checked_folder(folder, elsewhere)
    with pytest.raises(BadInput, match=r"recording_files\.folder_missing"):
        checked_folder(folder, Path("none"))


def test_hidden_temporary_and_linked_files_are_told(folder: Path, tmp_path: Path) -> None:
    outside = put(tmp_path, "outside.wav")
    put(folder, "good.wav")
    for name in (".rsync.wav", "a.wav.part", "b.mp3.FILEPART", "~c.wav", ".DS_Store", "d.tmp"):
        put(folder, name)
    put(folder, ".hidden/e.wav")
    put(folder, "uploads/ab/f.wav")
    (folder / "l.wav").symlink_to(outside)
    (folder / "same.wav").symlink_to(folder / "good.wav")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder)
    unfinished = dict.fromkeys(
        (".rsync.wav", "a.wav.part", "b.mp3.FILEPART", "~c.wav"), "unfinished"
    )
    links = dict.fromkeys(("l.wav", "same.wav", "linked", "loop"), "link")
    assert seen(folder) == (["good.wav"], unfinished | links)


def test_names_that_cannot_be_stored_are_told(folder: Path) -> None:
    deep = "/".join(["f" * 200] * 3)
    for name in ("a\\b.wav", "new\nline.wav", "~x/a.wav", "C:x.wav", f"{deep}/a.wav", "ok.wav"):
        put(folder, name)
    (folder / os.fsdecode(b"\xff.wav")).write_bytes(wav_bytes("odd"))
    files, problems = seen(folder)
    assert files == ["ok.wav"]
    odd = ("a\\b.wav", "new�line.wav", "~x/a.wav", "C:x.wav", f"{deep}/a.wav", "�.wav")
    assert problems == dict.fromkeys(odd, "odd_name")


def test_a_folder_that_cannot_be_read_hides_no_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "closed/a.wav")
    put(folder, "open/b.wav")
    real = os.scandir

    def scandir(path: str):  # type: ignore[no-untyped-def] # rights do not stop root
        if path.endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert seen(folder) == (["open/b.wav"], {"closed": "folder_unreadable"})


def test_what_changes_between_two_looks_is_still_being_written(folder: Path) -> None:
    put(folder, "done.wav")
    growing = put(folder, "growing.wav", b"RIFF")
    put(folder, "gone.wav")
    same_size = put(folder, "same-size.wav")
    before = look(folder, folder)
    growing.write_bytes(b"RIFF....")
    (folder / "gone.wav").unlink()
    os.utime(same_size, ns=(0, 0))
    put(folder, "new.wav")
    assert [file.name for file in unchanged(before, look(folder, folder))] == ["done.wav"]


@pytest.mark.parametrize("name", [path.name for path in sorted(DEMO_CALLS.glob("*.mp3"))[:3]])
def test_real_recordings_begin_as_sound(folder: Path, name: str) -> None:
    shutil.copyfile(DEMO_CALLS / name, folder / name)
    assert start_problem(folder, name) is None


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.wav", wav_bytes("a"), None),
        ("renamed.mp3", wav_bytes("a"), None),
        ("stream.wav", wav_bytes("a")[:4] + b"\xff\xff\xff\xff" + wav_bytes("a")[8:], None),
        ("half.wav", wav_bytes("a")[:4000], "cut_short"),
        ("empty.wav", b"", "empty"),
        ("text.wav", b"no sound\n" * 100, "no_sound"),
        ("page.mp3", b"<html><script>alert(1)</script>", "no_sound"),
        ("list.m4a", b"#EXTM3U\nhttp://192.0.2.1/x\n", "no_sound"),
        ("a.mp3", b"\xff\xfb\x90\x00" + bytes(400), None),
        ("a.aac", b"\xff\xf1\x50\x80" + bytes(400), None),
        ("a.ogg", b"OggS" + bytes(400), None),
        ("a.flac", b"fLaC" + bytes(400), None),
        ("a.m4a", b"\0\0\0\x20ftypM4A " + bytes(400), None),
        ("a.webm", b"\x1a\x45\xdf\xa3" + bytes(400), None),
        ("a.avi", b"RIFF" + bytes(4) + b"AVI LIST" + bytes(400), None),
        ("a.ts", (b"G" + bytes(187)) * 3, None),
        ("b.ts", b"Goto(1);" * 60, "no_sound"),
        ("a.amr", b"#!AMR\n" + bytes(400), None),
        ("a.gsm", b"\xd2" + bytes(32), None),
        ("b.gsm", b"x" * 33, "no_sound"),
        ("a.g722", b"\x01\x02", None),
    ],
)
def test_the_first_bytes_tell_sound_from_other_files(
    folder: Path, name: str, content: bytes, problem: str | None
) -> None:
    put(folder, name, content)
    assert start_problem(folder, name) == problem


def test_twins_are_found_by_their_content_alone(folder: Path) -> None:
    sound = wav_bytes("one", 30.0)
    late = bytearray(sound)
    late[len(late) // 2] ^= 1
    for name, content in {"a": sound, "b": sound, "late": bytes(late), "c": wav_bytes("c")}.items():
        put(folder, f"{name}.wav", content)
    files = look(folder, folder).files
    twins = SoundTwins(folder, [files["a.wav"]])
    assert twins.of(files["b.wav"]) == "a.wav"
    assert twins.of(files["late.wav"]) is None
    assert twins.of(files["c.wav"]) is None
    twins.add(files["c.wav"])
    assert twins.of(files["c.wav"]) == "c.wav"
    (folder / "a.wav").unlink()
    assert SoundTwins(folder, [files["a.wav"]]).of(files["b.wav"]) is None


# --- uploads


def kept(folder: Path, content: bytes, place: str = "call.wav", most: int = 10**6) -> str:
    sound = checked_sound(BytesIO(content), place, most)
    keep_sound(BytesIO(content), sound, folder, place)
    assert (folder / sound.name).read_bytes() == content
    return sound.name


def test_uploads_get_a_name_of_their_content(folder: Path) -> None:
    name = kept(folder, wav_bytes("a"), "../../etc/evil.html.mp3")
    assert name == kept(folder, wav_bytes("a"), "x")
    assert name.startswith("uploads/")
    assert name.endswith(".wav")
    assert name != kept(folder, wav_bytes("b"))
    path = folder / name
    assert path.stat().st_mode & 0o111 == 0
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "recording_files.empty"),
        (b"<svg onload=alert(1)>", "recording_files.no_sound"),
        (b"#!/bin/sh\nrm -rf /\n", "recording_files.no_sound"),
        (wav_bytes("a")[:1000], "recording_files.cut_short"),
        (wav_bytes("long", 3.0), "recording_upload.too_large"),
    ],
)
def test_what_is_no_whole_sound_is_not_kept(folder: Path, content: bytes, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        kept(folder, content, most=20_000)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EACCES, "not_writable"), (errno.EROFS, "not_writable")],
)
def test_a_disk_that_refuses_is_told_and_nothing_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def copyfileobj(source: BytesIO, target: BytesIO, _length: int) -> None:
        target.write(source.read(10))
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(recording_storing.shutil, "copyfileobj", copyfileobj)
    with pytest.raises(BadInput, match=rf"recording_upload\.{code}"):
        kept(folder, wav_bytes("a"))
    assert [path for path in folder.rglob("*") if path.is_file()] == []
