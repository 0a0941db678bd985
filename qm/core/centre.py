"""The contact centre's own conventions, which decide days, months and defaults."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from qm.core.periods import Calendar
from qm.core.text import Language


@dataclass(frozen=True)
class Centre:
    """Time zone, calendar and language of the centre."""

    zone: ZoneInfo
    calendar: Calendar
    language: Language
