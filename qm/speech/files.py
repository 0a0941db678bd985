"""Files as such, before anything is decoded; needs nothing heavy."""

import hashlib
from pathlib import Path

from qm.core.problems import N_, BadInput, Problem, explain

UNREADABLE = explain(
    "audio.unreadable",
    N_("The file cannot be opened ({detail})."),
    N_("Put it into the recordings folder and give qm the right to read it."),
)
EMPTY = explain(
    "audio.empty",
    N_("The file is empty."),
    N_("Copy the recording again from the telephone system."),
)
TOO_LARGE = explain(
    "audio.too_large",
    N_("The file has {megabytes} MB; at most {limit} are read."),
    N_("Cut it into calls, or store it compressed (mp3, opus)."),
)

_MAX_BYTES = 3 * 10**9


def checked_bytes(path: Path) -> int:
    """Return the size of a file. Raises `BadInput` where it is unreadable, empty or too large."""
    try:
        size = path.stat().st_size
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not size:
        raise BadInput(Problem(EMPTY, path.name))
    if size > _MAX_BYTES:
        values = {"megabytes": size // 10**6, "limit": _MAX_BYTES // 10**6}
        raise BadInput(Problem(TOO_LARGE, path.name, values=values))
    return size


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content. Raises `BadInput` as `checked_bytes` does."""
    checked_bytes(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> BadInput:
    return BadInput(Problem(UNREADABLE, path.name, values={"detail": error.strerror}))
