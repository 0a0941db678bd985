"""Which periods the page Sampling offers."""

from qm.core.periods import Calendar, Period, PeriodKind
from qm.ui.here import Here
from qm.ui.period_picker import period_picker

_BACK: dict[PeriodKind, int] = {"week": 53, "month": 24, "quarter": 9}
_AHEAD = 2


def sampling_period(page: Here, kind: PeriodKind, calendar: Calendar, drawn: list[str]) -> Period:
    """Return the chosen period: of the policy's kind, or one that was drawn.

    To begin with the newest that was drawn; before any was, the present one.
    """
    present = Period.containing(page.now(), calendar, page.centre.zone, kind)
    offered = {present.shift(count) for count in range(-_BACK[kind], _AHEAD + 1)}
    known = sorted(offered | {Period.parse(text) for text in drawn}, reverse=True)
    return period_picker(
        page,
        known=[str(period) for period in known],
        kind=kind,
        first=drawn[0] if drawn else str(present),
    )
