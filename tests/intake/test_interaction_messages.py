from __future__ import annotations

import json
from typing import Any

import pytest

from qm.core.problems import CATALOGUE
from tests.intake.reading import GOOD, Reader, only_problem

CHAT = {**GOOD, "channel": "chat", "language": "fa"}
MESSAGES = [
    {"at": "2026-11-05T10:32:05+03:30", "from": "customer", "text": "سلام، سفارشم نرسیده"},
    {"at": "1405/08/14 10:33", "from": "agent", "text": "سلام، بررسی می‌کنم", "id": 7},
    {"from": "system", "text": "The customer left."},
]


def chat(number: int, **values: Any) -> dict[str, Any]:
    return {**CHAT, "id": f"c-{number}", "messages": MESSAGES, **values}


def test_messages_become_segments(reader: Reader) -> None:
    (found,) = reader.lines(chat(1, rating=4, tags=["vip"], bot=False, note=None)).rows
    assert [(s.speaker, s.start_s, s.end_s, s.text) for s in found.segments] == [
        ("customer", 5.0, None, "سلام، سفارشم نرسیده"),
        ("agent", 60.0, None, "سلام، بررسی می‌کنم"),
        ("system", None, None, "The customer left."),
    ]
    assert found.attributes == {"rating": "4", "tags": '["vip"]', "bot": "false"}


def test_messages_are_part_of_the_row_hash(reader: Reader) -> None:
    (one,) = reader.lines(chat(1)).rows
    (other,) = reader.lines(chat(1, messages=MESSAGES[:2])).rows
    assert one.row_sha256 != other.row_sha256


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "import.line_not_json"),
        ("[1, 2]", "import.line_not_json"),
        ('"text"', "import.line_not_json"),
        ('{"id": NaN}', "import.line_not_json"),
        ('{"id": "a", "id": "b"}', "import.line_not_json"),
        ('{"id": "a", "ID": "b"}', "import.line_not_json"),
        ('{"n": ' + "9" * 5000 + "}", "import.line_not_json"),
        ("[" * 100_000, "import.line_too_deep"),
        ('{"a":' * 100_000, "import.line_too_deep"),
        ("x" * 5_000_001, "import.line_endless"),
    ],
)
def test_broken_lines(reader: Reader, line: str, code: str) -> None:
    assert only_problem(reader.lines(chat(1), line, chat(3)), at_row=2).code == code


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"messages": []}, "import.no_messages", "messages"),
        ({"messages": None}, "import.no_messages", "messages"),
        ({"messages": "hello"}, "import.messages_unreadable", "messages"),
        ({"messages": {"text": "a"}}, "import.messages_unreadable", "messages"),
        ({"messages": ["hello"]}, "import.messages_unreadable", "messages[0]"),
        ({"messages": [{"text": "a"}]}, "import.message_from", "messages[0].from"),
        (
            {"messages": [MESSAGES[0], {"from": "bot", "text": "a"}]},
            "import.message_from",
            "messages[1].from",
        ),
        ({"messages": [{"from": "agent"}]}, "import.message_empty", "messages[0].text"),
        (
            {"messages": [{"from": "agent", "text": "a\0"}]},
            "import.unprintable_text",
            "messages[0].text",
        ),
        (
            {"messages": [{"from": "agent", "text": "a" * 200_001}]},
            "import.too_long",
            "messages[0].text",
        ),
        (
            {"messages": [{"from": "agent", "text": "a", "at": "noon"}]},
            "import.time_unreadable",
            "messages[0].at",
        ),
        (
            {"messages": [{"from": "agent", "text": "a", "at": "2026-11-05T10:31:00+03:30"}]},
            "import.message_before_start",
            "messages[0].at",
        ),
        ({"channel": "call"}, "import.messages_of_call", "messages"),
        ({"customer": "\ud800"}, "import.unprintable_text", "customer"),
        ({"id": None}, "import.missing_value", "id"),
        ({"agent": {"name": "x"}, "talk_s": "x"}, "import.not_a_number", "talk_s"),
    ],
)
def test_bad_lines(reader: Reader, values: dict[str, Any], code: str, field: str) -> None:
    bad = json.dumps(chat(2, **values))  # as ASCII: a half character is \ud800 there
    problem = only_problem(reader.lines(chat(1), bad, chat(3)), at_row=2)
    assert (problem.code, problem.field) == (code, field)


def test_a_call_needs_no_messages(reader: Reader) -> None:
    (found,) = reader.lines(GOOD).rows
    assert found.segments == ()


def test_every_code_of_the_import_has_a_reason_and_a_remedy() -> None:
    codes = [code for code in CATALOGUE if code.startswith("import.")]
    assert len(codes) > 30
    assert all(CATALOGUE[code].reason and CATALOGUE[code].remedy for code in codes)
