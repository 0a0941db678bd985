"""The header of interaction files, declared once: the reader, the README and the CLI use it."""

from collections.abc import Iterable
from typing import NamedTuple

from qm.core.problems import N_, explain
from qm.intake.files import UNPRINTABLE

NAME_CHARACTERS_MOST = 100

COLUMN_NAME = explain(
    "import.column_name",
    N_("The column's name has more than {most} characters, or control characters."),
    N_("Rename the column."),
)


class Column(NamedTuple):
    """A column of CSV and XLSX files, or a key of JSONL lines."""

    name: str
    is_required: bool
    meaning: str
    example: str


COLUMNS = (
    Column("id", True, N_("The source system's own id of the interaction; unique"), "c-100231"),
    Column("channel", True, N_("call, chat or email"), "call"),
    Column("agent", True, N_("The agent's id in the source system"), "sara.nouri"),
    Column("agent_name", False, N_("The agent's name in Latin letters"), "Sara Nouri"),
    Column("agent_name_fa", False, N_("The agent's name in Persian"), "سارا نوری"),
    Column("team", True, N_("The id of the agent's team at that time"), "orders"),
    Column("team_name", False, N_("The team's name in Latin letters"), "Orders"),
    Column("team_name_fa", False, N_("The team's name in Persian"), "سفارش‌ها"),
    Column(
        "agents",
        False,
        N_(
            "All agents where there were several, in order, each with its seconds. The row's agent "
            "is one of them; whose the interaction is in a draw, the sampling policy says"
        ),
        "sara.nouri:120; reza.karimi:300",
    ),
    Column("queue", False, N_("The queue or skill that it came through"), "order-status"),
    Column("direction", False, N_("inbound, outbound or internal"), "inbound"),
    Column(
        "started_at",
        True,
        N_(
            "Start as date and time, best with its offset from UTC. Without one it is read on the "
            "centre's clocks, and refused where daylight saving skips or repeats that hour. "
            "Solar Hijri dates such as 1405/08/14 10:32 are read where they are the centre's "
            "calendar"
        ),
        "2026-11-05T10:32:00+03:30",
    ),
    Column("talk_s", False, N_("Seconds of talking or writing, at most 86400 (a day)"), "184"),
    Column("hold_s", False, N_("Seconds on hold, at most 86400"), "12"),
    Column("wrap_s", False, N_("Seconds of after-call work, at most 86400"), "35"),
    Column(
        "recording",
        False,
        N_("The recording's file, relative to the recordings folder"),
        "2026-11/c-100231.wav",
    ),
    Column("language", False, N_("ISO 639 code of the language spoken or written"), "fa"),
    Column("customer", False, N_("Reference of the customer; best no name or number"), "k-8841"),
    Column("outcome", False, N_("How it ended, in the source system's words"), "resolved"),
)

NAMES = frozenset(column.name for column in COLUMNS)
REQUIRED = tuple(column.name for column in COLUMNS if column.is_required)


def header_documentation() -> str:
    """Return the documented header as a Markdown table."""
    lines = ["| Column | Required | Meaning | Example |", "|---|---|---|---|"]
    lines += [
        f"| `{name}` | {'yes' if is_required else ''} | {meaning} | `{example}` |"
        for name, is_required, meaning, example in COLUMNS
    ]
    return "\n".join(lines)


def known_name(name: str) -> str:
    """Return a column's documented name, however it is spaced or cased, else `name` stripped."""
    stripped = name.strip()
    folded = stripped.casefold()
    return folded if folded in NAMES else stripped


def is_usable(name: str) -> bool:
    """Whether a column may be called so."""
    return len(name) <= NAME_CHARACTERS_MOST and not UNPRINTABLE.search(name)


def missing_columns(names: Iterable[str]) -> list[str]:
    """Return the required columns that are not among `names`."""
    given = set(names)
    return [name for name in REQUIRED if name not in given]
