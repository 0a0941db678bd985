"""What a sheet is made of, and the columns that several sheets share."""

from dataclasses import dataclass
from typing import Literal

from qm.core.problems import N_

Kind = Literal["text", "word", "form", "whole", "decimal", "moment"]


@dataclass(frozen=True)
class Column:
    """A column: the report's name for it, its heading, what its cells hold, its width.

    A "word" is a code of `words.WORDS`; a "form" a form version, told by its title to people and
    by its key to programs; "moment" is an aware time, shown on the centre's clocks.
    What it means, its unit and when it is empty stand in `qm.reports.dictionary`. A key names for
    programs what another column says in words: neither paper nor pages show it.
    """

    name: str
    heading: str
    kind: Kind = "decimal"
    width: int = 11
    is_key: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table of the report, by the name of its attribute.

    Its rows stand in the order of the columns in `by_name`: names by the alphabet of the report's
    language, levels as they came. Without any they stay as they are. An appendix lists single
    things, up to hundreds of thousands; it is made and told column by column.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    by_name: tuple[str, ...] = ()
    is_appendix: bool = False


LOW, HIGH = N_("Lower end"), N_("Upper end")
N = N_("n")


def interval(name: str, heading: str, *, n: bool = False) -> tuple[Column, ...]:
    """Return a number's columns: its value, the ends of its interval, and its n if wanted."""
    ends = (Column(f"{name}_low", LOW), Column(f"{name}_high", HIGH))
    return (Column(name, heading), *ends, *((Column(f"{name}_n", N, "whole", 7),) if n else ()))


def whole(name: str, heading: str, width: int = 11) -> Column:
    """Return a column of counts."""
    return Column(name, heading, "whole", width)


LEVEL = Column("level", N_("Level"), "word", 14)
TEAM = Column("team", N_("Team"), "text", 18)
CHANNEL = Column("channel", N_("Channel"), "word", 12)
QUEUE = Column("queue", N_("Queue"), "text", 18)
AGENT_NAME = Column("agent", N_("Agent"), "text", 22)
AGENT = (AGENT_NAME, Column("agent_id", N_("Agent id"), "text", 18), TEAM)
EVALUATOR = Column("evaluator", N_("Evaluator"), "text", 20)
FORM = Column("form", N_("Form"), "form", 24)
QUESTION = (
    FORM,
    Column("number", N_("No."), "whole", 6),
    Column("section", N_("Section"), "text", 20),
    Column("question", N_("Question"), "text", 52),
)
NOTE = Column("note", N_("Note"), "word", 24)
SCORE = (
    Column("score", N_("Quality score")),
    Column("margin", N_("Margin ±")),
    Column("score_low", LOW),
    Column("score_high", HIGH),
    Column("score_n", N, "whole", 7),
    Column("design_effect", N_("Design effect"), width=12),
    Column("effective_n", N_("Effective n"), width=12),
    NOTE,
)
COUNTS = (
    whole("picked", N_("Picks"), 9),
    whole("evaluated", N_("Evaluated")),
    whole("missing", N_("Missing picks"), 13),
    whole("without_score", N_("Without a score"), 10),
    whole("beside", N_("Outside the averages"), 12),
    whole("fatal", N_("With a fatal error")),
)
