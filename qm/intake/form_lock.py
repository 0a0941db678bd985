"""`forms/LOCK`: the hash of every published form version, so that none changes unseen."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from qm.core.problems import N_, BadInput, Problem, explain
from qm.intake.yaml_files import read_text

LOCKED = explain(
    "form.locked",
    N_("{key} is published, and this file differs from what was published."),
    N_("Raise the version to {next_version}, or restore the published file."),
)
LOCK_LINE = explain(
    "lock.line",
    N_("This line is no entry such as “inbound-call@1 sha256:…”, or repeats a version."),
    N_("Restore the file from version control; only `qm form publish` writes it."),
)
LOCK_UNWRITABLE = explain(
    "lock.unwritable",
    N_("The lock file cannot be written ({cause}); nothing was published."),
    N_("Give qm the right to write in the forms folder."),
)

_ENTRY = re.compile(r"([a-z0-9][a-z0-9_-]{0,39}@[1-9][0-9]{0,5}) sha256:([0-9a-f]{64})")
_HEADER = "# Published form versions never change. Written by `qm form publish`; keep it in git.\n"

Lock = Mapping[str, str]


def read_lock(path: Path) -> Lock:
    """Return form key → hash; empty where there is no file.

    Raises `BadInput` for a line that is no entry, for instance after a failed merge.
    """
    if not path.exists():
        return {}
    lock: dict[str, str] = {}
    problems: list[Problem] = []
    for row, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        entry = _ENTRY.fullmatch(line.strip())
        if entry is None or entry[1] in lock:
            problems.append(Problem(LOCK_LINE, path.name, row))
        else:
            lock[entry[1]] = entry[2]
    if problems:
        raise BadInput(problems)
    return lock


def write_lock(path: Path, lock: Lock) -> None:
    """Replace the lock file in one step; raises `BadInput` where that is not possible."""
    lines = [f"{key} sha256:{lock[key]}\n" for key in sorted(lock, key=_by_form_and_number)]
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with new.open("w", encoding="utf-8", newline="\n") as file:
            file.write(_HEADER + "".join(lines))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        values = {"cause": error.strerror or type(error).__name__}
        raise BadInput(Problem(LOCK_UNWRITABLE, path.name, values=values)) from error


def check_lock(key: str, sha256: str, lock: Lock, place: str) -> list[Problem]:
    """Return a problem where this form version is locked with another content."""
    if lock.get(key, sha256) == sha256:
        return []
    form_id, version = key.split("@")
    later = [int(k.split("@")[1]) for k in lock if k.split("@")[0] == form_id]
    values = {"key": key, "next_version": max([int(version), *later]) + 1}
    return [Problem(LOCKED, place, field="version", values=values)]


def _by_form_and_number(key: str) -> tuple[str, int]:
    form_id, version = key.split("@")
    return form_id, int(version)
