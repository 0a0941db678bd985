"""Speakers named at the beginning of a line, as in “Agent: Good morning” or “[SPEAKER_00]: Hi”."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qm.intake.transcripts.speakers import role_of
from qm.intake.transcripts.told import Line, Voice

_PREFIX = re.compile(r"\[?([^\s:\[\]<>{}\"][^:\[\]<>{}\"]{0,39}?)\]?:\s+(?=\S)")
_NAMES_MOST = 6


def with_named_speakers(lines: Sequence[Line]) -> list[Line]:
    """Return the lines, names before a colon taken for their speakers.

    A word for a role is one wherever it stands. Other names are speakers only where two lines of
    three begin with one, of at most six names: else a colon is a colon. Lines whose voice is
    known stay as they are.
    """
    named = [None if line.voice != Voice() else _PREFIX.match(line.text) for line in lines]
    names = [found[1] for found in named if found]
    are_names = 3 * len(names) >= 2 * len(lines) and len(set(names)) <= _NAMES_MOST
    return [
        _spoken_by(line, found) if found and (are_names or role_of(found[1])) else line
        for line, found in zip(lines, named, strict=True)
    ]


def _spoken_by(line: Line, found: re.Match[str]) -> Line:
    return replace(line, voice=Voice(found[1]), text=line.text[found.end() :])
