"""What a file tells before it is known who of its speakers is the agent."""

from dataclasses import dataclass, field

from qm.core.problems import N_, Problem, explain
from qm.core.transcript import Word

LINES_MOST = 100_000
LINE_CHARACTERS_MOST = 200_000
RECORDING_S_MOST = 86_400
WRITTEN_S_MOST = 366 * 86_400

TIME_WRONG = explain(
    "transcript.time_wrong",
    N_("“{value}” is no time of a recording; the line was left out."),
    N_("Times are 0 to {most} seconds from its beginning; correct this one or export again."),
)
ENDS_BEFORE_START = explain(
    "transcript.ends_before_start",
    N_("The line ends before it starts ({start} to {end} seconds); it was left out."),
    N_("Correct its times, or export again."),
)
LINE_ENDLESS = explain(
    "transcript.line_endless",
    N_("The line has {length} characters, more than {most}; it was left out."),
    N_("Check that the file holds a conversation."),
)
NOT_TEXT = explain(
    "transcript.not_text",
    N_("There is no text where the words should stand; the line was left out."),
    N_("Correct the line, or export again."),
)
TOO_MANY_LINES = explain(
    "transcript.too_many_lines",
    N_("The file has more than {most} lines of speech."),
    N_("Give each interaction a file of its own."),
)


@dataclass(frozen=True)
class Voice:
    """How a file names who speaks: by a label, a channel, both or not at all."""

    label: str | None = None
    channel: int | None = None


@dataclass(frozen=True)
class Line:
    """A line of the file; seconds count from the beginning, None where they are not told.

    `words` are all words of the line with their times, or none where one of them has no time.
    """

    voice: Voice
    text: str
    start_s: float | None = None
    end_s: float | None = None
    words: tuple[Word, ...] = ()
    confidence: float | None = None


@dataclass
class Told:
    """What a file tells.

    `names` are the ids and names by which it calls its conversation, `left_out` the findings of
    its maker that are not kept (English, marked), `problems` what was left out of the lines.
    """

    format: str
    lines: list[Line] = field(default_factory=list)
    language: str | None = None
    duration_s: float | None = None
    model: str | None = None
    names: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
