"""Files that are wrong, hostile or enormous: a reason and a remedy, never a crash."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.problems import BadInput, Problem
from qm.intake.transcripts import reader
from qm.intake.transcripts.reader import read_transcript
from qm.intake.transcripts.speakers import AgentIs
from qm.intake.transcripts.told import LINE_CHARACTERS_MOST, LINES_MOST
from qm.intake.transcripts.transcript_file import TranscriptFile
from tests.intake.test_transcript_formats import CHAT, SRT, VTT, WHISPER, amazon_item

WORD = {"text": "Hello", "offsetMilliseconds": 80, "durationMilliseconds": 240, "confidence": 0.5}
TURN = {
    "Content": "Hello, you.",
    "BeginOffsetMillis": 40,
    "EndOffsetMillis": 900,
    "ParticipantRole": "AGENT",
    "Items": [
        {
            "Type": "pronunciation",
            "Content": "Hello",
            "Confidence": 1,
            "BeginOffsetMillis": 40,
            "EndOffsetMillis": 300,
        },
        {"Type": "punctuation", "Content": ","},
    ],
}
DOCUMENTS: list[Any] = [
    WHISPER,
    {"transcription": [{"offsets": {"from": 0, "to": 9}, "text": "a", "tokens": []}]},
    {"Transcript": [TURN, TURN], "Participants": [{"ParticipantRole": "AGENT"}]},
    {"results": {"items": [amazon_item("Hi", 1.0), amazon_item(".")]}, "jobName": "x"},
    {"phrases": [{**WORD, "words": [WORD], "speaker": 1}], "durationMilliseconds": 500},
    {"conversations": [{"conversationItems": [{"participantId": "Agent", "text": "Hi"}]}]},
    {
        "conversationId": "x",
        "startTime": 1000,
        "transcripts": [
            {
                "phrases": [
                    {
                        "text": "a",
                        "startTimeMs": 1500,
                        "duration": {"milliseconds": 90},
                        "participantPurpose": "internal",
                        "words": [],
                    }
                ]
            }
        ],
        "participants": [{"participantPurpose": "agent", "startTimeMs": 0, "endTimeMs": 5000}],
    },
    [{"from": "agent", "text": "hi", "time": "10:32"}, {"from": "customer", "text": "yo"}],
]


def refusal(content: str | bytes, **options: Any) -> Problem:
    source = content.encode() if isinstance(content, str) else content
    with pytest.raises(BadInput) as refused:
        read_transcript(source, "call.json", **options)
    problem = refused.value.problems[0]
    assert problem.place == "call.json"
    assert problem.reason
    assert problem.remedy
    return problem


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("", "transcript.file_empty", None),
        (" \n\t ", "transcript.file_empty", None),
        ("سلام".encode("cp1256"), "transcript.encoding", 1),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xe9t\xe9", "transcript.encoding", 4),
        (b"RIFF\0\0\0\0WAVE", "transcript.not_a_text_file", None),
        ("just some words", "transcript.unknown_format", None),
        ("WEBVTT\n", "transcript.no_words", None),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent></v>\n", "transcript.no_words", None),
        ("WEBVTT\n\n00:01 --> 00:02\nhi\n", "transcript.cue_times", 3),
        ('{"segments": [{"text": "a",\n "start": 1', "transcript.not_json", 2),
        ('{"a": 1}', "transcript.unknown_format", None),
        ("[1, 2]", "transcript.unknown_format", None),
        ("[" * 5_000 + "]" * 5_000, "transcript.too_deep", None),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "transcript.too_deep", None),
        ('{"segments": [{"text": "a", "start": ' + "9" * 5000 + "}]}", "transcript.not_json", None),
        ('{"segments": [{"text": "a", "start": 1e999}]}', "transcript.time_wrong", None),
        ('{"segments": [{"text": "a", "start": NaN}]}', "transcript.time_wrong", None),
        ('{"segments": [{"text": "a", "start": -1}]}', "transcript.time_wrong", None),
        ('{"segments": [{"text": "a", "start": true}]}', "transcript.time_wrong", None),
        ('{"segments": [{"text": "a", "start": 90000}]}', "transcript.time_wrong", None),
        ('{"segments": [{"text": 7, "start": 1}]}', "transcript.not_text", None),
        (
            '{"conversations": [{"conversationItems": []}, {"conversationItems": []}]}',
            "transcript.several",
            None,
        ),
        ('speaker,text\nagent,"never ends\n', "transcript.no_csv", None),
    ],
)
def test_refused(content: str | bytes, code: str, row: int | None) -> None:
    problem = refusal(content)
    assert problem.code == code
    if row is not None:
        assert problem.row == row


def test_missing_and_large_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        read_transcript(tmp_path / "none.vtt", "none.vtt")
    assert refused.value.problems[0].code == "import.file_missing"
    large = tmp_path / "large.vtt"
    large.write_text(VTT)
    with pytest.raises(BadInput) as refused:
        read_transcript(large, "large.vtt", max_bytes=100)
    assert refused.value.problems[0].code == "transcript.file_too_large"


def test_bombs_are_refused_before_they_take_memory() -> None:
    started = time.monotonic()
    assert refusal("[" + "[]," * 4_000_000 + "[]]").code == "transcript.too_many_values"
    rows = "00:00:01 Agent: a\n" * (LINES_MOST + 1)
    assert refusal(rows).code == "transcript.too_many_lines"
    assert refusal('{"a": [1,' + '"\\"' * 500_000).code == "transcript.not_json"
    assert refusal("[1," + '\\"' * 500_000).code == "transcript.not_json"
    assert refusal("[1" + "," * 500_000 + "]").code == "transcript.not_json"
    assert refusal("WEBVTT\n\n" + "<v " * 500_000).code == "transcript.no_words"
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("filler", ["<", "<v ", "<v.", "&", "&lt;", "{\\an", "</v>", "<a"])
def test_no_text_takes_more_than_one_look(filler: str) -> None:
    cue = "WEBVTT\n\n00:01.000 --> 00:02.000\nhi " + filler * (150_000 // len(filler))
    started = time.monotonic()
    read_transcript(cue.encode(), "a.vtt")
    assert time.monotonic() - started < 5


def test_one_endless_line_is_left_out_and_the_others_are_kept() -> None:
    endless = "a" * (LINE_CHARACTERS_MOST + 1)
    lines = [{"from": "agent", "text": endless}, {"from": "agent", "text": "hi"}]
    found = read_transcript(json.dumps(lines).encode(), "chat.json")
    assert [segment.text for segment in found.segments] == ["hi"]
    assert [(p.code, p.field) for p in found.warnings] == [("transcript.line_endless", "[0].text")]


def test_a_bad_line_tells_its_path() -> None:
    good = {"text": "good", "start": 3, "end": 4}
    segments = [{"text": "a", "start": 2, "end": 1}, {"text": "b", "start": "soon"}, good]
    found = read_transcript(json.dumps({"segments": segments}).encode(), "call.json")
    assert [segment.text for segment in found.segments] == ["good"]
    assert [(p.code, p.field) for p in found.warnings][:2] == [
        ("transcript.ends_before_start", "segments[0]"),
        ("transcript.time_wrong", "segments[1].start"),
    ]


def test_control_characters_and_halves_of_characters_are_replaced_and_told() -> None:
    text = (
        '[{"from": "agent", "text": "a\\u0000b\\ud800c\\u0007"}, {"from": "agent", "text": "ok"}]'
    )
    found = read_transcript(text.encode(), "chat.json")
    assert [segment.text for segment in found.segments] == ["a�b�c�", "ok"]
    (warning,) = found.warnings
    assert (warning.code, warning.values) == ("transcript.control_characters", {"count": 1})


def test_of_very_many_findings_the_first_are_listed_and_the_rest_counted() -> None:
    bad = "\n".join("00:0x.000 --> 00:02.000\nbad\n" for _ in range(60))
    found = read_transcript(f"{VTT}\n{bad}".encode(), "a.vtt")
    counted = [each for each in found.warnings if each.code == "transcript.more"]
    assert [each.values for each in counted] == [{"count": 10, "most": 50}]


def read_or_refusal(content: bytes) -> TranscriptFile | BadInput:
    try:
        return read_transcript(content, "any\x00name.json", agent=AgentIs(channel=0))
    except BadInput as refused:
        return refused


def assert_sound(content: bytes) -> None:
    """Whatever it is, it is read or refused, and what is read can be stored and shown."""
    found = read_or_refusal(content)
    if isinstance(found, BadInput):
        assert found.problems
        assert all(each.reason and each.remedy and str(each) for each in found.problems)
        return
    assert found.segments
    assert all(each.reason and each.remedy for each in found.warnings)
    for segment in found.segments:
        assert segment.text.strip()
        assert "\0" not in segment.text
        segment.text.encode()
        assert segment.start_s is None or 0 <= segment.start_s <= 366 * 86_400
        if segment.start_s is not None and segment.end_s is not None:
            assert segment.start_s <= segment.end_s
        for word in segment.words:
            assert 0 <= word.start_s <= word.end_s
            assert word.probability is None or 0 <= word.probability <= 1
            word.text.encode()
    json.dumps([[w.start_s for w in s.words] for s in found.segments], allow_nan=False)


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"WEBVTT\n\n", b"[", b'{"segments":[', b"\xff\xfe"]),
)
def test_any_bytes(content: bytes, start: bytes) -> None:
    assert_sound(start + content)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([VTT, SRT, CHAT, "speaker,start,text\nagent,1,hi\ncustomer,2,ho\n"]),
    st.lists(
        st.tuples(
            st.integers(0, 400),
            st.integers(0, 12),
            st.text(max_size=4) | st.sampled_from(["-->", "<v ", ":", "\n\n", "99", ",", '"']),
        ),
        max_size=6,
    ),
)
def test_any_damaged_text(text: str, damages: list[tuple[int, int, str]]) -> None:
    for at, length, instead in damages:
        text = text[:at] + instead + text[at + length :]
    assert_sound(text.encode("utf-8", "replace"))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["10:32", "0.5", "agent", "ch_0", "spk_0", -1, 1e308, 10**30, [], {}, [[]]]),
)


@st.composite
def damaged_documents(draw: st.DrawFn) -> bytes:
    """A document of a known shape in which some values are others, gone or elsewhere."""
    document = json.loads(json.dumps(draw(st.sampled_from(DOCUMENTS))))
    for _damage in range(draw(st.integers(0, 4))):
        node = document
        while isinstance(node, dict | list) and node:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = draw(st.sampled_from(keys))
            if not isinstance(node[key], dict | list) or draw(st.integers(0, 4)) == 0:
                node[key] = copy.deepcopy(draw(VALUES | st.just({"a": 1})))
                break
            node = node[key]
    return json.dumps(document).encode()


@settings(deadline=None, max_examples=60)
@given(damaged_documents())
def test_any_damaged_document(content: bytes) -> None:
    assert_sound(content)


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_the_sound_documents_are_read(document: object) -> None:
    found = read_transcript(json.dumps(document).encode(), "call.json")
    assert not [each for each in found.warnings if each.field]


def test_formats_that_are_known_by_content_have_different_names() -> None:
    formats = [read_transcript(json.dumps(each).encode(), "x").format for each in DOCUMENTS]
    assert len(set(formats)) == len(DOCUMENTS) == len(reader._JSON_FORMATS)
