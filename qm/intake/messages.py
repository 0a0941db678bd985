"""Lines of JSONL files, and the messages of written channels in them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.transcript import Segment, Speaker
from qm.intake.columns import known_name
from qm.intake.fields import TOO_LONG, UNPRINTABLE_TEXT, Refused
from qm.intake.files import (
    COLUMNS_MOST,
    ROWS_MOST,
    TOO_MANY_ROWS,
    UNPRINTABLE,
    RawRow,
    shown,
    text_encoding,
)

_LINE_CHARACTERS_MOST = 5_000_000
_MESSAGE_CHARACTERS_MOST = 200_000
_MESSAGES_MOST = 10_000
_SPEAKERS: dict[str, Speaker] = {"agent": "agent", "customer": "customer", "system": "system"}

LINE_ENDLESS = explain(
    "import.line_endless",
    N_("The line has more than {most} characters."),
    N_("Write one interaction per line, without attachments."),
)
LINE_NOT_JSON = explain(
    "import.line_not_json",
    N_("The line is not one JSON object."),
    N_("Write each interaction as one complete JSON object on a line of its own."),
)
LINE_TOO_DEEP = explain(
    "import.line_too_deep",
    N_("The line nests lists or objects too deeply."),
    N_("Write names with texts or numbers, and messages as a flat list."),
)
NO_MESSAGES = explain(
    "import.no_messages",
    N_("A written interaction has no messages."),
    N_("Add at least one message with “from” and “text”, or leave the interaction out."),
)
MESSAGES_OF_CALL = explain(
    "import.messages_of_call",
    N_("A call has messages."),
    N_("Give calls a recording; messages belong to chats and emails."),
)
MESSAGES_UNREADABLE = explain(
    "import.messages_unreadable",
    N_("This is not a list of at most {most} messages."),
    N_('Write messages as [{{"at": …, "from": "agent", "text": …}}, …].'),
)
MESSAGE_FROM = explain(
    "import.message_from",
    N_("“{value}” is no author of messages."),
    N_("Write agent, customer or system."),
)
MESSAGE_EMPTY = explain(
    "import.message_empty",
    N_("The message has no text."),
    N_("Leave messages without text out."),
)
MESSAGE_BEFORE_START = explain(
    "import.message_before_start",
    N_("The message is older than the start of its interaction."),
    N_("Give the first message's time as started_at, or correct the offset from UTC."),
)


def jsonl_rows(path: Path, place: str) -> Iterator[RawRow | Problem]:
    """Yield the objects of a JSONL file and what is wrong with lines; blank lines are left out.

    Raises `BadInput` where the encoding cannot be read.
    """
    with path.open(encoding=text_encoding(path, place), newline="\n") as file:
        row = 0
        while line := file.readline(_LINE_CHARACTERS_MOST + 1):
            row += 1
            if row > ROWS_MOST:
                raise BadInput(Problem(TOO_MANY_ROWS, place, values={"most": ROWS_MOST}))
            if len(line) > _LINE_CHARACTERS_MOST:
                while line and not line.endswith("\n"):
                    line = file.readline(_LINE_CHARACTERS_MOST)
                yield Problem(LINE_ENDLESS, place, row, values={"most": _LINE_CHARACTERS_MOST})
            elif line.strip():
                yield _raw_row(line, place, row)


def segments(
    messages: Any, started_at: datetime, moment: Callable[[str], datetime]
) -> tuple[Segment, ...]:
    """Return a segment per message, with seconds from `started_at` where it tells its time.

    A written message has no end, so `end_s` is None. Raises `Refused` with the path of the
    first message that is wrong.
    """
    if not messages and isinstance(messages, list):
        raise Refused(NO_MESSAGES)
    if not isinstance(messages, list) or len(messages) > _MESSAGES_MOST:
        raise Refused(MESSAGES_UNREADABLE, most=_MESSAGES_MOST)
    return tuple(_segment(each, i, started_at, moment) for i, each in enumerate(messages))


def _segment(
    message: Any, index: int, started_at: datetime, moment: Callable[[str], datetime]
) -> Segment:
    path = f"messages[{index}]"
    if not isinstance(message, dict):
        raise Refused(MESSAGES_UNREADABLE, field=path, most=_MESSAGES_MOST)
    speaker = _SPEAKERS.get(str(message.get("from")).strip().casefold())
    if speaker is None:
        value = shown(str(message.get("from", "")))
        raise Refused(MESSAGE_FROM, field=f"{path}.from", value=value)
    return Segment(
        speaker,
        _start_s(message.get("at"), f"{path}.at", started_at, moment),
        None,
        _message_text(message.get("text"), f"{path}.text"),
    )


def _start_s(
    at: Any, path: str, started_at: datetime, moment: Callable[[str], datetime]
) -> float | None:
    if at is None or at == "":
        return None
    try:
        seconds = (moment(str(at)) - started_at).total_seconds()
    except Refused as refused:
        raise Refused(refused.code, field=path, **refused.values) from None
    if seconds < 0:
        raise Refused(MESSAGE_BEFORE_START, field=path)
    return seconds


def _message_text(text: Any, path: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise Refused(MESSAGE_EMPTY, field=path)
    if len(text) > _MESSAGE_CHARACTERS_MOST:
        raise Refused(TOO_LONG, field=path, length=len(text), most=_MESSAGE_CHARACTERS_MOST)
    if UNPRINTABLE.search(text):
        raise Refused(UNPRINTABLE_TEXT, field=path)
    return text.strip()


def _raw_row(line: str, place: str, row: int) -> RawRow | Problem:
    try:
        found = json.loads(line, object_pairs_hook=_without_twins, parse_constant=_no_number)
        if not isinstance(found, dict) or len(found) > COLUMNS_MOST:
            return Problem(LINE_NOT_JSON, place, row)
        messages = found.pop("messages", None)
        cells = _without_twins([(known_name(name), _text(each)) for name, each in found.items()])
    except RecursionError:
        return Problem(LINE_TOO_DEEP, place, row)
    except ValueError:  # broken JSON, a key twice, a number that is none or has no end
        return Problem(LINE_NOT_JSON, place, row)
    return RawRow(row, cells, [] if messages is None else messages)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case _:
            return json.dumps(value, ensure_ascii=False)
