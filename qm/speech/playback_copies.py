"""Copies of recordings that are played instead of them, and their peaks; needs nothing heavy.

A copy is silent where personal data is said, and of a format that every browser plays. Its name
is the hash of all that it is made of, so that a copy is never another recording's or of other
rules.
"""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from qm.core.problems import N_, BadInput, Problem, explain
from qm.speech.files import sha256_of

COPY_FAILED = explain(
    "playback.failed",
    N_("The copy that may be played could not be made ({detail})."),
    N_("Look into the log of qm; is there room in the data folder?"),
)

MEDIA_TYPE = "audio/flac"
_ENDING = ".flac"
_PEAKS_ENDING = ".peaks.json"
_RECIPE = 1
"""Count it up with every change that makes another copy of the same recording."""
_LONGEST_S = 300
_ROOT = Path(__file__).parents[2]
_one_at_a_time = threading.Lock()

Stretches = Sequence[tuple[float, float]]


def copy_path(folder: Path, source: Path, silences: Stretches) -> Path:
    """Return where the copy of a recording with these silent seconds is, or is to be."""
    status = source.stat()
    made_of = [_content(source, status.st_size, status.st_mtime_ns), list(silences), _RECIPE]
    name = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
    return folder / f"{name}{_ENDING}"


def copy_for_playing(folder: Path, source: Path, silences: Stretches) -> Path:
    """Return the copy of a recording, made in a process of its own where it is missing.

    About half a second for ten minutes of sound. Raises `BadInput` where it cannot be made.
    """
    return _made(copy_path(folder, source, silences), "copy", source, silences)


def peaks_for_drawing(folder: Path, source: Path, silences: Stretches) -> Path:
    """Return the file that tells how loud a recording is along its time, made where it is missing.

    JSON: `channels`, each a list of peaks from 0 to 100 in steps of equal length. Raises
    `BadInput` where it cannot be made.
    """
    target = copy_path(folder, source, silences).with_suffix(_PEAKS_ENDING)
    return _made(target, "peaks", source, silences)


def _made(target: Path, product: str, source: Path, silences: Stretches) -> Path:
    if not target.is_file():
        with _one_at_a_time:
            if not target.is_file():
                _make(target, product, source, silences)
    return target


def _make(target: Path, product: str, source: Path, silences: Stretches) -> None:
    paths = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    places = {"source": str(source), "target": str(target)}
    order = {"product": product, **places, "silences": list(silences)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "qm.speech.playback"],
            input=json.dumps(order),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise copy_failed(source, f"{_LONGEST_S} s") from error
    if done.returncode == 0 and target.is_file():
        return
    said = done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]
    raise copy_failed(source, said or str(done.returncode))


def copy_failed(source: Path, detail: str) -> BadInput:
    """Return the refusal that says why the copy of a recording could not be made."""
    return BadInput(Problem(COPY_FAILED, source.name, values={"detail": detail}))


@lru_cache(maxsize=256)
def _content(source: Path, size: int, changed_ns: int) -> str:
    return sha256_of(source)
