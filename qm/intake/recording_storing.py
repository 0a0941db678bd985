"""Uploaded sound → a file of ours below the recordings folder, all of it or none."""

import errno
import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, NamedTuple

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.recording_names import sound_ending
from qm.intake.recording_files import CUT_SHORT, EMPTY, NO_SOUND, UPLOADS
from qm.intake.sound_heads import HEAD_BYTES, declared_wav_bytes, ending_of, is_sound

_BLOCK_BYTES = 1 << 20

TOO_LARGE = explain(
    "recording_upload.too_large",
    N_("The file has {megabytes:.0f} MB, more than the limit of {most_megabytes:.0f} MB."),
    N_("Put it into the recordings folder and scan that, or raise the setting upload_megabytes."),
)
DISK_FULL = explain(
    "recording_upload.disk_full",
    N_("The disk of the recordings folder is full; nothing of the file was kept."),
    N_("Make room there, then upload it again."),
)
NOT_WRITABLE = explain(
    "recording_upload.not_writable",
    N_("The file cannot be written into the recordings folder: {error}."),
    N_("Give qm the right to write there, then upload it again."),
)


class CheckedSound(NamedTuple):
    """Uploaded sound that may be kept; `name` is ours and says nothing of the uploader's."""

    name: str
    bytes: int


def checked_sound(content: BinaryIO, place: str, max_bytes: int) -> CheckedSound:
    """Return under which name uploaded content is kept: its hash with the ending that fits it.

    Raises `BadInput` for what is empty, too large, no sound by its first bytes, or part of a wav.
    `place` is what the person called the file.
    """
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    if not size:
        raise BadInput(Problem(EMPTY, place))
    if size > max_bytes:
        values = {"megabytes": size / 1e6, "most_megabytes": max_bytes / 1e6}
        raise BadInput(Problem(TOO_LARGE, place, values=values))
    head = content.read(HEAD_BYTES)
    named = sound_ending(place)
    if not is_sound(head, named):
        raise BadInput(Problem(NO_SOUND, place))
    declared = declared_wav_bytes(head)
    if declared is not None and declared > size + 1:
        raise BadInput(Problem(CUT_SHORT, place, values={"declared": declared, "found": size}))
    content.seek(0)
    digest = hashlib.sha256()
    while block := content.read(_BLOCK_BYTES):
        digest.update(block)
    sha256 = digest.hexdigest()
    return CheckedSound(f"{UPLOADS}/{sha256[:2]}/{sha256}{ending_of(head) or named}", size)


def keep_sound(content: BinaryIO, sound: CheckedSound, recordings_folder: Path, place: str) -> None:
    """Write the content under its name: afterwards it is there whole, also after a power cut.

    Raises `BadInput` where the disk is full or the folder may not be written.
    """
    target = recordings_folder / sound.name
    try:
        if target.is_file() and target.stat().st_size == sound.bytes:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(content, target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise BadInput(Problem(DISK_FULL, place)) from error
        values = {"error": error.strerror or str(error)}
        raise BadInput(Problem(NOT_WRITABLE, place, values=values)) from error


def _write(content: BinaryIO, target: Path) -> None:
    content.seek(0)
    descriptor, unfinished = mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor is no path)
            shutil.copyfileobj(content, file, _BLOCK_BYTES)
            file.flush()
            os.fsync(descriptor)
        Path(unfinished).chmod(0o640)  # workers of the group read it; nobody executes it
        Path(unfinished).replace(target)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    _fsync_folder(target.parent)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network shares know no such thing
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
