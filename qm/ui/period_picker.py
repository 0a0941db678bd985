"""Choosing a period of the centre's calendar."""

from collections.abc import Sequence

from qm.core.periods import Period, PeriodKind
from qm.ui import wording
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here

MONTHS_BACK = 24


def period_picker(
    page: Here,
    *,
    known: Sequence[str] | None = None,
    kind: PeriodKind = "month",
    first: str | None = None,
) -> Period:
    """Return the chosen period: one of `known`, or a month of the last two years.

    `first` is the one of them that is chosen to begin with; `kind` only names the choice. The
    address of the page keeps it as `period`.
    """
    present = Period.containing(page.now(), page.centre.calendar, page.centre.zone)
    recent = [str(present.shift(-months)) for months in range(MONTHS_BACK)]
    chosen = addressed_choice(
        page,
        wording.period_kind(page._, kind),
        {text: Period.parse(text).label(page.language) for text in known or recent},
        name="period",
        first=first,
        width=240 if kind == "month" else 340,
    )
    return Period.parse(chosen)
