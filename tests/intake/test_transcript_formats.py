"""Each format as its makers write it, in small: what is kept, and what each oddity becomes."""

from __future__ import annotations

import io
import json
from typing import Any

import pysubs2
import pytest
import webvtt

from qm.core.problems import BadInput
from qm.core.transcript import Segment, Word
from qm.intake.transcripts.reader import read_transcript
from qm.intake.transcripts.speakers import AgentIs
from qm.intake.transcripts.transcript_file import TranscriptFile

VTT = """\
WEBVTT - a call
Kind: captions
Language: fa-IR

NOTE nothing to see

STYLE
::cue { color: red }

1
00:01.000 --> 00:03.500 align:start
<v.loud Agent>سلام، <b>وقت</b> بخیر &amp; خوش آمدید

00:00:03.000 --> 00:00:05.000
<v Customer>Hello</v> <v Agent>Hi,
two lines</v>

00:00:06,000 --> 00:00:07,250
<00:00:06.500><i>comma</i> 3 < 4 &lt;b&gt;
"""
SRT = """\
1
00:00:01,000 --> 00:00:02,500
<i>Good</i> morning

2
00:00:02,000 --> 00:00:04,000
{\\an8}over<font color="red">lap</font>ping

3
00:01:00.5 --> 00:01:02,000
Tehran & 3 < 4
"""


def read(content: object, name: str = "call.json", agent: AgentIs | None = None) -> TranscriptFile:
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    source = text.encode() if isinstance(text, str) else text
    return read_transcript(source, name, agent=agent or AgentIs())


def told(found: TranscriptFile) -> list[tuple[Any, ...]]:
    return [(s.speaker, s.start_s, s.end_s, s.text) for s in found.segments]


def places(found: TranscriptFile) -> list[tuple[str, int | None, str | None]]:
    return [(each.code, each.row, each.field) for each in found.warnings]


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_webvtt(start: str, end: str) -> None:
    found = read(start + VTT.replace("\n", end), "call.vtt")
    assert (found.format, found.language) == ("webvtt", "fa")
    assert told(found) == [
        ("agent", 1.0, 3.5, "سلام، وقت بخیر & خوش آمدید"),
        ("customer", 3.0, 5.0, "Hello"),
        ("agent", 3.0, 5.0, "Hi, two lines"),
        ("unknown", 6.0, 7.25, "comma 3 < 4 <b>"),
    ]


def test_utf_16_is_read_by_its_mark() -> None:
    assert told(read(VTT.encode("utf-16"), "call.vtt")) == told(read(VTT, "call.vtt"))


def test_srt() -> None:
    found = read(SRT, "call.srt")
    assert found.format == "srt"
    assert told(found) == [
        ("unknown", 1.0, 2.5, "Good morning"),
        ("unknown", 2.0, 4.0, "overlapping"),
        ("unknown", 60.5, 62.0, "Tehran & 3 < 4"),
    ]
    assert places(found) == [("transcript.no_speakers", None, None)]


def test_broken_cues_are_left_out_with_their_row_and_the_others_kept() -> None:
    broken = (
        SRT
        + "\n4\n00:0x:05,000 --> 00:00:06,000\nbroken\n"
        + "\n5\n00:00:09,000 --> 00:00:08,000\nbackwards\n"
        + "\n6\n00:99:00,000 --> 00:99:01,000\nno such minute\n"
        + "\n7\n999:00:00,000 --> 999:00:01,000\nweeks\n"
        + "\n8\n00:00:10,000 -->\nno end\n"
        + "9\n00:00:11,000 --> 00:00:12,000\nno blank row before\n"
    )
    found = read(broken, "call.srt")
    assert [s.text for s in found.segments] == [
        "Good morning",
        "overlapping",
        "Tehran & 3 < 4",
        "no blank row before",
    ]
    assert places(found)[:5] == [
        ("transcript.cue_times", 14, None),
        ("transcript.ends_before_start", 18, None),
        ("transcript.cue_times", 22, None),
        ("transcript.time_wrong", 26, None),
        ("transcript.cue_times", 30, None),
    ]
    assert "00:0x:05,000" in found.warnings[0].reason


def test_sound_cues_are_read_as_the_libraries_for_them_read_them() -> None:
    cues = [(i * 2.5, i * 2.5 + 2, f"<i>line</i> {i} سلام\nsecond row") for i in range(50)]

    def clock(seconds: float, dot: str) -> str:
        minutes, rest = divmod(seconds, 60)
        return f"00:{int(minutes):02d}:{rest:06.3f}".replace(".", dot)

    def cue(i: int, start: float, end: float, text: str, dot: str) -> str:
        return f"{i}\n{clock(start, dot)} --> {clock(end, dot)}\n{text}\n"

    vtt = "WEBVTT\n\n" + "\n".join(cue(i, *each, ".") for i, each in enumerate(cues))
    srt = "\n".join(cue(i, *each, ",") for i, each in enumerate(cues, 1))
    theirs = [
        (c.start_time.in_milliseconds() / 1000, c.end_time.in_milliseconds() / 1000, c.text)
        for c in webvtt.from_buffer(io.StringIO(vtt))
    ]
    others = [
        (e.start / 1000, e.end / 1000, e.plaintext)
        for e in pysubs2.SSAFile.from_string(srt, format_="srt")
    ]
    for ours, them in ((read(vtt), theirs), (read(srt), others)):
        assert len(them) == 50
        assert [(s.start_s, s.end_s, s.text) for s in ours.segments] == [
            (start, end, " ".join(text.split())) for start, end, text in them
        ]


def cues(*texts: str) -> str:
    return "WEBVTT\n\n" + "".join(
        f"00:0{i}.000 --> 00:0{i}.900\n{text}\n\n" for i, text in enumerate(texts)
    )


def test_a_speaker_may_stand_before_a_colon() -> None:
    found = read(
        cues("Agent: Good morning", "کارشناس ۲: سلام", "Note: it is 10:30", "yes", "no", "ok")
    )
    assert [(s.speaker, s.text) for s in found.segments] == [
        ("agent", "Good morning"),
        ("agent", "سلام"),
        ("unknown", "Note: it is 10:30"),
        *(("unknown", text) for text in ("yes", "no", "ok")),
    ]


def test_names_before_colons_are_speakers_where_nearly_every_line_has_one() -> None:
    text = cues("[SPEAKER_00]: Hi", "[SPEAKER_01]: Hello", "[SPEAKER_00]: Note: this", "and that")
    found = read(text, agent=AgentIs(label="SPEAKER_01"))
    assert [(s.speaker, s.text) for s in found.segments] == [
        ("customer", "Hi"),
        ("agent", "Hello"),
        ("customer", "Note: this"),
        ("unknown", "and that"),
    ]


WHISPER = {
    "text": " Hello there. Bye",
    "language": "en",
    "segments": [
        {
            "id": 0,
            "start": 0.0,
            "end": 1.5,
            "text": " Hello there.",
            "avg_logprob": float("nan"),
            "words": [
                {"word": " Hello", "start": 0.0, "end": 0.5, "probability": 0.9},
                {"word": " there.", "start": 0.5, "end": 1.5, "probability": 0.7},
            ],
        },
        {"id": 1, "start": 2.0, "end": 3.0, "text": " Bye"},
    ],
}


def test_whisper() -> None:
    found = read(WHISPER)
    assert (found.format, found.language) == ("whisper", "en")
    words = (Word(0.0, 0.5, "Hello", 0.9), Word(0.5, 1.5, "there.", 0.7))
    assert found.segments == (
        Segment("unknown", 0.0, 1.5, "Hello there.", words, 0.8),
        Segment("unknown", 2.0, 3.0, "Bye"),
    )


def test_the_hosted_whisper_names_its_language_in_english() -> None:
    hosted = {"task": "transcribe", "language": "persian", "duration": 8.4, "text": "سلام"}
    found = read({**hosted, "segments": [{"start": 0, "end": 3.3, "text": "سلام"}]})
    assert (found.language, found.duration_s) == ("fa", 8.4)


def test_whisperx_keeps_no_words_of_a_line_where_one_has_no_time() -> None:
    def word(text: str, **more: float) -> dict[str, Any]:
        return {"word": text, **more}

    aligned = [word("My", start=1, end=1.2, score=0.9), word("card", start=1.2, end=2, score=0.8)]
    lines = [
        {"start": 1, "end": 2, "text": "My card", "speaker": "SPEAKER_00", "words": aligned},
        {
            "start": 3,
            "end": 9,
            "text": "is 4111",
            "speaker": "SPEAKER_01",
            "words": [word("is", start=3, end=4, score=0.5), word("4111")],
        },
    ]
    found = read({"segments": lines, "word_segments": [], "language": "en"})
    assert found.format == "whisperx"
    assert [len(segment.words) for segment in found.segments] == [2, 0]
    assert found.warnings[0].values == {"labels": "“SPEAKER_00”, “SPEAKER_01”"}
    said = read({"segments": lines, "word_segments": []}, agent=AgentIs(label="speaker_01"))
    assert [segment.speaker for segment in said.segments] == ["customer", "agent"]


def test_whisper_cpp_puts_words_together_and_knows_its_channels() -> None:
    def piece(text: str, start: int, end: int, p: float) -> dict[str, Any]:
        return {"text": text, "offsets": {"from": start, "to": end}, "p": p, "id": 1}

    def line(speaker: str, text: str, start: int, end: int, *tokens: object) -> dict[str, Any]:
        offsets = {"from": start, "to": end}
        return {"offsets": offsets, "text": text, "speaker": speaker, "tokens": list(tokens)}

    tokens = [
        piece("[_BEG_]", 0, 0, 0.9),
        piece(" Mul", 0, 300, 0.9),
        piece("doon", 300, 600, 0.6),
        piece(",", 600, 650, 0.8),
        piece(" hi", 650, 900, 0.7),
        piece("[_TT_45]", 900, 900, 0.1),
    ]
    found = read(
        {
            "model": {"type": "base"},
            "result": {"language": "en"},
            "transcription": [
                line("1", " Muldoon, hi", 0, 900, *tokens),
                line("0", " Yes", 900, 1200),
            ],
        },
        agent=AgentIs(channel=1),
    )
    assert (found.format, found.model, found.language) == ("whisper_cpp", "whisper.cpp base", "en")
    assert told(found) == [("agent", 0.0, 0.9, "Muldoon, hi"), ("customer", 0.9, 1.2, "Yes")]
    assert found.segments[0].words == (Word(0.0, 0.65, "Muldoon,", 0.6), Word(0.65, 0.9, "hi", 0.7))


def amazon_item(text: str, start: float | None = None, **more: Any) -> dict[str, Any]:
    best = {"alternatives": [{"confidence": "0.9", "content": text}]}
    if start is None:
        return {**best, "type": "punctuation"}
    times = {"start_time": f"{start}", "end_time": f"{start + 0.5}"}
    return {**best, **times, "type": "pronunciation", **more}


def test_amazon_standard_with_speakers() -> None:
    spk = [{"speaker_label": "spk_0"}, {"speaker_label": "spk_1"}]
    items = [
        amazon_item("Hello", 0.0, **spk[0]),
        amazon_item("there", 0.5, **spk[0]),
        amazon_item("."),
        amazon_item("Hi", 1.2, **spk[1]),
        amazon_item("!"),
        amazon_item("again", 3.0, **spk[1]),
    ]
    results = {"items": items, "transcripts": [], "language_code": "en-US"}
    found = read({"jobName": "call-7", "results": results}, agent=AgentIs(label="spk_0"))
    assert (found.format, found.language, found.names) == ("amazon_transcribe", "en", ("call-7",))
    assert told(found) == [
        ("agent", 0.0, 1.0, "Hello there."),
        ("customer", 1.2, 1.7, "Hi!"),
        ("customer", 3.0, 3.5, "again"),
    ]
    assert found.segments[0].words[1] == Word(0.5, 1.0, "there.", 0.9)


def test_amazon_standard_with_channels() -> None:
    channels = [
        {"channel_label": "ch_0", "items": [amazon_item("Hello", 0.0), amazon_item("Bye", 9.0)]},
        {"channel_label": "ch_1", "items": [amazon_item("Hi", 1.0)]},
    ]
    results = {"items": [], "channel_labels": {"channels": channels}}
    found = read({"results": results}, agent=AgentIs(channel=1))
    assert [(s.speaker, s.text) for s in found.segments] == [
        ("customer", "Hello"),
        ("agent", "Hi"),
        ("customer", "Bye"),
    ]


def test_contact_lens_finds_roles_by_participant() -> None:
    def turn(who: str, text: str, at: int) -> dict[str, Any]:
        return {
            "ParticipantId": who,
            "Content": text,
            "BeginOffsetMillis": at,
            "EndOffsetMillis": at + 900,
        }

    found = read(
        {
            "CustomerMetadata": {"ContactId": "contact-1"},
            "Participants": [
                {"ParticipantId": "a", "ParticipantRole": "AGENT"},
                {"ParticipantId": "c", "ParticipantRole": "CUSTOMER"},
            ],
            "Transcript": [turn("a", "Hello", 0), turn("c", "Hi", 1000)],
        }
    )
    assert found.names == ("contact-1",)
    assert told(found) == [("agent", 0.0, 0.9, "Hello"), ("customer", 1.0, 1.9, "Hi")]


def test_azure_batch_takes_the_best_reading_and_its_ticks() -> None:
    def phrase(channel: int, text: str, ticks: int, status: str = "Success") -> dict[str, Any]:
        best = {"confidence": 0.8, "display": text, "lexical": text.lower()}
        words = [{"word": text.lower(), "offsetInTicks": ticks, "durationInTicks": 5_000_000}]
        return {
            "recognitionStatus": status,
            "channel": channel,
            "offsetInTicks": ticks,
            "durationInTicks": 5_000_000,
            "nBest": [{**best, "words": words}, {"display": "worse"}],
        }

    phrases = [phrase(0, "Hello.", 700_000), phrase(0, "", 9, "Error"), phrase(1, "Hi.", 8_000_000)]
    found = read(
        {"durationInTicks": 25_800_000, "recognizedPhrases": phrases}, agent=AgentIs(channel=0)
    )
    assert (found.format, found.duration_s) == ("azure_speech", 2.58)
    assert told(found) == [("agent", 0.07, 0.57, "Hello."), ("customer", 0.8, 1.3, "Hi.")]
    assert found.segments[0].words == (Word(0.07, 0.57, "hello.", None),)


CHAT = """\
[10:32] کارشناس: سلام، بفرمایید
۱۰:۳۳ مشتری: سفارش ۱۲ کجاست؟
دیروز ثبت شد
23:59 Agent: one moment
00:01 System: transferred
"""


def test_a_chat_as_text() -> None:
    found = read(CHAT, "chat.txt")
    assert found.format == "chat_text"
    assert told(found) == [
        ("agent", 0.0, None, "سلام، بفرمایید"),
        ("customer", 60.0, None, "سفارش ۱۲ کجاست؟\nدیروز ثبت شد"),
        ("agent", 48_420.0, None, "one moment"),
        ("system", 48_540.0, None, "transferred"),
    ]


def test_clock_times_from_the_first_hour_are_those_of_the_recording() -> None:
    found = read("00:00:04 Agent: hello\n00:01:05.5 Customer: hi\n", "call.txt")
    assert [(s.start_s, s.text) for s in found.segments] == [(4.0, "hello"), (65.5, "hi")]


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ("2026-11-03T10:32:00+03:30", "2026-11-03T07:03:00Z", 60.0),
        ("1405-08-12 23:59:00", "1405/08/13 00:00:30", 90.0),
        (1_700_000_000, 1_700_000_060.5, 60.5),
        (1_700_000_000_000, 1_700_000_060_500, 60.5),
        ("10:32", "10:32:09", 9.0),
    ],
)
def test_a_chat_as_json(first: object, second: object, seconds: float) -> None:
    messages = [
        {"from": "Customer", "text": "سلام", "time": first},
        {"from": "agent", "text": "<b>Hi</b>", "time": second},
    ]
    for document in (messages, {"id": "chat-1", "messages": messages}):
        found = read(document)
        assert found.format == "chat_json"
        assert told(found) == [
            ("customer", 0.0, None, "سلام"),
            ("agent", seconds, None, "<b>Hi</b>"),  # text is text, never markup
        ]


def test_a_table_reports_its_rows() -> None:
    rows = "speaker;start;end;text\nagent;0:01;2,5;a\nagent;0:01;2.5;b\ncustomer;3;x;c\nagent;4\n"
    found = read(rows, "call.csv")
    assert told(found) == [("agent", 1.0, 2.5, "b")]
    assert places(found) == [
        ("transcript.time_wrong", 2, "end"),
        ("transcript.time_wrong", 4, "end"),
        ("transcript.cells", 5, None),
    ]


@pytest.mark.parametrize("channels", ["11", "123"])
def test_a_channel_says_who_is_the_agent_only_where_there_are_two(channels: str) -> None:
    lines = [{"channel": int(each), "text": "hi"} for each in channels]
    found = read(lines, agent=AgentIs(channel=0))
    assert {segment.speaker for segment in found.segments} == {"unknown"}
    assert [each.code for each in found.warnings] == ["transcript.who_is_agent"]


def test_a_label_that_nobody_has_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        read(VTT, "call.vtt", AgentIs(label="Sara"))
    assert refused.value.problems[0].values == {
        "label": "Sara",
        "labels": "“Agent”, “Customer”",
    }


def test_of_three_speakers_the_two_others_stay_unknown() -> None:
    text = "".join(f"00:0{i}:00 {who}: hi\n" for i, who in enumerate(["Ann", "Bob", "Cy"], 1))
    found = read(text, "call.txt", AgentIs(label="ann"))
    assert [segment.speaker for segment in found.segments] == ["agent", "unknown", "unknown"]
    assert found.warnings[0].values == {"labels": "“Bob”, “Cy”"}


@pytest.mark.parametrize("label", ["Customer Service", "Agent Sam", "Client Team", "user"])
def test_a_name_that_only_sounds_like_a_role_is_none(label: str) -> None:
    found = read([{"from": label, "text": "hi"}])
    assert [segment.speaker for segment in found.segments] == ["unknown"]
    assert [each.code for each in found.warnings] == ["transcript.who_is_agent"]
