"""Which interactions hold one of some phrases in their words."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlmodel import Session, col

from qm.core.text import search_key
from qm.store.tables import Interaction, Recording, SegmentRow, Transcript

_ROWS_AT_ONCE = 5_000
_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")


def spoken(
    session: Session,
    start: datetime,
    end: datetime,
    phrases: Mapping[str, Iterable[str]],
    *,
    before: datetime,
) -> dict[str, set[str]]:
    """Return, by the names of `phrases`, the ids of the interactions in which one of them is said.

    Of the interactions of [start, end) with a transcript from before `before`. A phrase is
    looked for in what one speaker says in a row, from the beginning of a word: “cancel” finds
    “Cancelled!”, not “uncancelled”.
    """
    wanted = {
        name: [key for each in some if (key := _words(each))] for name, some in phrases.items()
    }
    found: dict[str, set[str]] = {name: set() for name in wanted}
    query = (
        select(col(Interaction.id), col(SegmentRow.speaker), col(SegmentRow.text))
        .join(Recording, col(Recording.interaction_id) == col(Interaction.id))
        .join(Transcript, col(Transcript.id) == col(Recording.transcript_id))
        .join(SegmentRow, col(SegmentRow.transcript_id) == col(Transcript.id))
        .where(
            col(Interaction.started_at) >= start,
            col(Interaction.started_at) < end,
            col(Transcript.created_at) < before,
        )
        .order_by(col(Interaction.id), col(SegmentRow.position))
    )
    rows = session.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    for (id_, _speaker), turn in groupby(rows, key=lambda row: (row[0], row[1])):
        said = _words(" ".join(row[2] for row in turn))
        for name, keys in wanted.items():
            if any(key in said for key in keys):
                found[name].add(id_)
    return found


def _words(text: str) -> str:
    """Return the words of a text in a form that compares, each after a space."""
    words = re.findall(r"\w+", _VOWEL_SIGNS.sub("", search_key(text)))
    return "".join(f" {word}" for word in words)
