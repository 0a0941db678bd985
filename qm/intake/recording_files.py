"""The recordings folder as it lies there: which sound files it holds, and what is odd about others.

Nothing is decoded here. A file counts as copied when its size and time of change stay as they
are between two looks; the sender's clock does not matter.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.recording_names import sound_ending
from qm.intake import fields
from qm.intake.files import UNPRINTABLE, shown
from qm.intake.sound_heads import HEAD_BYTES, declared_wav_bytes, is_sound

UPLOADS = "uploads"
"""The folder of uploaded recordings, below the recordings folder; scans leave it alone."""

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download")

FOLDER_MISSING = explain(
    "recording_files.folder_missing",
    N_("There is no such folder."),
    N_("Check the name, and whether the network share is there."),
)
FOLDER_OUTSIDE = explain(
    "recording_files.folder_outside",
    N_("The folder does not lie in the recordings folder {folder}."),
    N_(
        "Move the files there, mount their folder in it, or set recordings_folder: players and "
        "workers read from nowhere else."
    ),
)
FOLDER_UNREADABLE = explain(
    "recording_files.folder_unreadable",
    N_("The folder cannot be read: {error}."),
    N_("Give qm the right to read it."),
)
LINK = explain(
    "recording_files.link",
    N_("This is a link; links are not followed."),
    N_("Put the file or folder itself into the recordings folder."),
)
UNFINISHED = explain(
    "recording_files.unfinished",
    N_("The name is that of a hidden or temporary file."),
    N_("Nothing, if it is still being copied; else give the recording a name of its own."),
)
ODD_NAME = explain(
    "recording_files.odd_name",
    N_("The name cannot be stored: it is too long or holds odd characters, such as \\ or NUL."),
    N_("Rename the file."),
)
GROWING = explain(
    "recording_files.growing",
    N_("The file is still being written."),
    N_("Scan again later; a watch takes it up by itself."),
)
EMPTY = explain(
    "recording_files.empty",
    N_("The file is empty."),
    N_("Copy the recording again from the telephone system."),
)
NO_SOUND = explain(
    "recording_files.no_sound",
    N_("The first bytes are those of no sound file that is known here."),
    N_("Check that it plays; export it again as wav, mp3, ogg, flac or m4a."),
)
CUT_SHORT = explain(
    "recording_files.cut_short",
    N_("The file should have {declared} bytes and has {found}."),
    N_("It was not copied to its end: copy the recording again."),
)
UNREADABLE = explain(
    "recording_files.unreadable",
    N_("The file cannot be opened: {error}."),
    N_("Give qm the right to read it."),
)


class SoundFile(NamedTuple):
    """A file as it lay there at one look; `name` is relative to the recordings folder."""

    name: str
    bytes: int
    changed_ns: int


class Look(NamedTuple):
    """What one look into a folder found: files by name, in its order, and a problem per odd one."""

    files: dict[str, SoundFile]
    problems: list[Problem]


def place_of(name: str) -> str:
    """Return the name of a file as fit for a message: whole, on one line."""
    return UNPRINTABLE.sub("�", re.sub(r"[\t\r\n]", "�", name))


def checked_folder(recordings_folder: Path, folder: Path | None) -> Path:
    """Return the folder to scan: one within the recordings folder, or (None) all of that.

    A relative one may be named from the recordings folder or from where the command runs. Raises
    `BadInput` for one that is missing or lies elsewhere.
    """
    root = recordings_folder.resolve()
    if folder is None:
        wanted = root
    else:
        below = (root / folder).resolve()
        wanted = below if below.is_dir() else folder.resolve()
    place = place_of(str(folder or recordings_folder))
    if not wanted.is_dir():
        raise BadInput(Problem(FOLDER_MISSING, place))
    if not wanted.is_relative_to(root):
        raise BadInput(Problem(FOLDER_OUTSIDE, place, values={"folder": place_of(str(root))}))
    return wanted


def look(recordings_folder: Path, folder: Path) -> Look:
    """Return the sound files below `folder`, which `checked_folder` has returned.

    Files of other kinds are left out without a word, so are hidden folders and `UPLOADS`.
    """
    root = recordings_folder.resolve()
    stored_name = fields.recording_name(root)
    files: list[SoundFile] = []
    problems: list[Problem] = []
    for found in _entries(root, folder):
        if isinstance(found, Problem):
            problems.append(found)
        elif _is_storable(found.name, stored_name):
            files.append(found)
        else:
            problems.append(Problem(ODD_NAME, place_of(found.name)))
    in_order = sorted(files)
    return Look({file.name: file for file in in_order}, sorted(problems, key=lambda p: p.place))


def unchanged(before: Look, after: Look) -> list[SoundFile]:
    """Return the files that were the same at both looks: nobody writes them any more."""
    return [file for name, file in after.files.items() if before.files.get(name) == file]


def checked_start(recordings_folder: Path, file: SoundFile) -> Problem | None:
    """Return what the first bytes say against a file: no sound, empty, or not all of a wav."""
    place = place_of(file.name)
    if not file.bytes:
        return Problem(EMPTY, place)
    try:
        with (recordings_folder / file.name).open("rb") as opened:
            head = opened.read(HEAD_BYTES)
    except OSError as error:
        values = {"error": shown(error.strerror or str(error))}
        return Problem(UNREADABLE, place, values=values)
    if not is_sound(head, sound_ending(file.name)):
        return Problem(NO_SOUND, place)
    declared = declared_wav_bytes(head)
    if declared is not None and declared > file.bytes + 1:  # an odd length is padded, or not
        return Problem(CUT_SHORT, place, values={"declared": declared, "found": file.bytes})
    return None


def _entries(root: Path, folder: Path) -> Iterator[SoundFile | Problem]:
    waiting = [str(folder)]
    while waiting:
        path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    name = os.path.relpath(entry.path, root).replace(os.sep, "/")
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith(".") and name != UPLOADS:
                            waiting.append(entry.path)
                    elif (found := _file(entry, name)) is not None:
                        yield found
        except OSError as error:
            values = {"error": shown(error.strerror or str(error))}
            place = place_of(os.path.relpath(path, root))
            yield Problem(FOLDER_UNREADABLE, place, values=values)


def _file(entry: os.DirEntry[str], name: str) -> SoundFile | Problem | None:
    if entry.is_symlink():
        is_ours = sound_ending(name) is not None or entry.is_dir()
        return Problem(LINK, place_of(name)) if is_ours else None
    unfinished = next((end for end in _UNFINISHED if name.lower().endswith(end)), "")
    if sound_ending(name.lower().removesuffix(unfinished)) is None:
        return None
    if unfinished or entry.name.startswith((".", "~")):
        return Problem(UNFINISHED, place_of(name))
    try:
        stat = entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # it was just renamed or taken away
        return None
    return SoundFile(name, stat.st_size, stat.st_mtime_ns)


def _is_storable(name: str, stored_name: Callable[[str], str]) -> bool:
    """Whether an import would store the name as it is."""
    if place_of(name) != name:
        return False
    try:
        return stored_name(name) == name
    except fields.Refused:
        return False
