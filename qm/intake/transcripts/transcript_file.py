"""A transcript made elsewhere as qm takes it: who said what and when, and what was left out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from qm.core.problems import Problem
from qm.core.transcript import Segment, Speaker


@dataclass(frozen=True)
class TranscriptFile:
    """What a transcript file holds.

    `format` is a code (see `qm.ui.wording.transcript_origin`), `names` are the ids and names by
    which the file itself calls its conversation. Language, duration and model are None where it
    does not tell them. `warnings` say what was left out or stays unknown.
    """

    format: str
    file_sha256: str
    segments: tuple[Segment, ...]
    language: str | None
    duration_s: float | None
    model: str | None
    names: tuple[str, ...]
    warnings: tuple[Problem, ...]

    @property
    def speakers(self) -> Mapping[Speaker, int]:
        """How many lines each speaker has."""
        return Counter(segment.speaker for segment in self.segments)
