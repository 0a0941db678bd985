"""Whom or what a row is about, in one column where people read it.

The tables have a column for teams, one for forms, one for queues, as programs want them; each is
empty but in the rows of its own level, and together they would make a page too wide.
"""

from collections.abc import Collection, Iterable, Sequence

import pandas as pd

from qm.core.problems import N_
from qm.reports.layout import Column

EMPTY = "–"
"""What stands in a cell for no value."""

NAME = Column("name", N_("Name"), "text", 24)
"""The column that stands in the place of all of them."""

BESIDE = frozenset({"margin", "design_effect"})
"""What people need not read: the interval says the margin once more, and n over the effective n is
the design effect."""


def own_columns(table: pd.DataFrame, names: Collection[str]) -> tuple[str, ...]:
    """Return the columns, two or more, that say something in rows of their own level alone."""
    if "level" not in names:
        return ()
    levels = table["level"]
    own = tuple(
        name
        for name in names
        if levels.eq(name).any() and not (table[name].notna() & levels.ne(name)).any()
    )
    return own if len(own) > 1 else ()


def joined(columns: Iterable[Sequence[str]]) -> list[str]:
    """Return one column of texts: in each row what the only one of them says that says anything."""
    return [
        next((text for text in row if text != EMPTY), EMPTY) for row in zip(*columns, strict=True)
    ]
