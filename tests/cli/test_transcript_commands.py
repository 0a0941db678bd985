"""`qm import transcripts` as it is typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fixtures.command import Command

CALLS = """\
id,channel,agent,team,started_at,recording
call-1,call,sara,orders,2024-11-01T10:00:00+03:30,day/abc-7.wav
call-2,call,sara,orders,2024-11-02T10:00:00+03:30,
"""
TWO = "speaker,channel,start,text\nS0,1,0,hello\nS1,2,2,hi\n"


@pytest.fixture
def centre(qm: Command) -> Command:
    assert qm("import", "interactions", qm.write("calls.csv", CALLS)).code == 0
    return qm


def test_a_folder_is_attached_file_by_file(centre: Command) -> None:
    folder = centre.folder / "transcripts"
    folder.mkdir()
    (folder / "abc-7.csv").write_text(TWO)
    (folder / "nobody.csv").write_text(TWO)
    (folder / "abc-7.wav").write_bytes(b"RIFF")  # no transcript, so not looked at
    ended = centre("import", "transcripts", folder, "--agent-channel", "right")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "abc-7.csv: attached, call-1, table, 2 lines (customer 1, agent 1)",
        "1 attached, 0 replaced, 0 known, 1 refused",
    ]
    assert ended.err.startswith("nobody.csv: No interaction is called “nobody”")
    (folder / "nobody.csv").unlink()
    again = centre("import", "transcripts", folder, "--agent-channel", "1")
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[-1] == "0 attached, 0 replaced, 1 known, 0 refused"


def test_one_file_is_given_to_an_interaction_and_told_as_json(centre: Command) -> None:
    file = centre.write("export.csv", TWO)
    words = ("--interaction", "call-2", "--agent-label", "s1", "--json")
    ended = centre("import", "transcripts", file, *words)
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out) == [
        {
            "file": "export.csv",
            "result": "attached",
            "interaction": "call-2",
            "format": "table",
            "language": None,
            "lines": 2,
            "speakers": {"customer": 1, "agent": 1},
            "problems": [],
        }
    ]


def test_an_interaction_is_named_for_one_file_only(centre: Command) -> None:
    files = [centre.write(name, TWO) for name in ("a.csv", "b.csv")]
    ended = centre("import", "transcripts", *files, "--interaction", "call-2")
    assert ended.code == 2
    assert "exactly one file" in ended.err


def test_a_missing_file_is_told(centre: Command) -> None:
    ended = centre("import", "transcripts", "none.vtt", "--json")
    assert ended.code == 1
    (told,) = json.loads(ended.out)
    assert told["result"] == "refused"
    assert told["problems"][0]["code"] == "import.file_missing"


def test_who_the_agent_is_stays_unknown_and_is_told(centre: Command) -> None:
    ended = centre("import", "transcripts", centre.write("call-1.csv", TWO))
    assert ended.code == 0
    assert "2 lines (unknown 2)" in ended.out
    assert "The file does not say who is the agent; its speakers are “S0”, “S1”." in ended.err
