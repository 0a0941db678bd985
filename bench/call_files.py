"""Recording files → the CSV that describes them, as far as their names tell."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

TEAM = "real-calls"
NAMELESS_AGENT = "not-named"
ENDINGS = {".wav", ".mp3", ".flac", ".opus", ".ogg", ".m4a"}
FIRST_NAMELESS_CALL = datetime(2025, 2, 3, 9, 0, tzinfo=UTC)

# Such as Auto0_GUID_000_AGENT_ChrisL_DT_2025-02-19T06-01-22_Mono.wav
_TELLING = re.compile(
    r"(?P<kind>[^_]+)_GUID_(?P<id>[^_]+)_AGENT_(?P<agent>[^_]+)"
    r"_DT_(?P<at>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)"
)


@dataclass(frozen=True)
class Call:
    """What is known of a recording; `is_named` where its name tells id, agent and time."""

    id: str
    agent: str
    started_at: datetime
    file: Path
    is_named: bool


def recordings_in(folder: Path) -> list[Path]:
    """Return the recordings in `folder`, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)


def describe(files: Iterable[Path]) -> list[Call]:
    """Return a call per file; what a name does not tell is invented: the agent and an hour."""
    return [_call(file, place) for place, file in enumerate(files)]


def write_csv(calls: Iterable[Call], path: Path) -> Path:
    """Write the calls as `qm import interactions` reads them; all are in English."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "channel", "agent", "team", "started_at", "recording", "language"])
        for call in calls:
            at = call.started_at.isoformat()
            rows.writerow([call.id, "call", call.agent, TEAM, at, call.file.name, "en"])
    return path


def _call(file: Path, place: int) -> Call:
    told = _TELLING.match(file.name)
    if told is None:
        at = FIRST_NAMELESS_CALL + timedelta(hours=place)
        return Call(file.stem, NAMELESS_AGENT, at, file, is_named=False)
    at = datetime.strptime(told["at"], "%Y-%m-%dT%H-%M-%S").replace(tzinfo=UTC)
    return Call(f"{told['kind']}-{told['id']}", told["agent"], at, file, is_named=True)
