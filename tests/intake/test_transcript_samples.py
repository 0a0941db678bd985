"""Transcripts of other systems as they come: real exports, told apart and counted by hand."""

from __future__ import annotations

import pytest

from qm.core.problems import BadInput
from qm.core.transcript import Segment
from qm.intake.transcripts.reader import read_transcript
from qm.intake.transcripts.speakers import AgentIs
from qm.intake.transcripts.transcript_file import TranscriptFile
from tests.fixtures.shared_data import shared_data


def read(name: str, agent: AgentIs | None = None) -> TranscriptFile:
    path = shared_data(name)
    return read_transcript(path, path.name, agent=agent or AgentIs())


def codes(found: TranscriptFile) -> list[str]:
    return [problem.code for problem in found.warnings]


def words_joined(segment: Segment) -> str:
    return "".join(word.text for word in segment.words).replace(" ", "")


def test_amazon_call_analytics() -> None:
    found = read("transcribe_call_analytics_example-call.json")
    assert found.format == "amazon_call_analytics"
    assert found.speakers == {"agent": 19, "customer": 18}
    assert (found.language, found.duration_s, found.names) == ("en", 182.89, ("example-call.wav",))
    first, last = found.segments[0], found.segments[-1]
    assert (first.start_s, first.end_s, last.start_s, last.end_s) == (0.04, 5.05, 181.94, 182.89)
    assert first.text.startswith("Thank you for calling Anchor Credit Union, the number one")
    assert [word.text for word in first.words[5:7]] == ["Credit", "Union,"]
    assert first.words[4].probability == 0.2993
    assert "Alright [PII]" in [segment.text for segment in found.segments]
    assert all(words_joined(s) == s.text.replace(" ", "") for s in found.segments if s.words)
    assert codes(found) == ["transcript.findings_left_out"]
    assert "sentiment" in found.warnings[0].reason
    assert "interruptions" in found.warnings[0].reason


def test_azure_speech_leaves_speakers_unknown_until_somebody_says_who_is_the_agent() -> None:
    found = read("azure_batch_pretranscribed.json")
    assert (found.format, found.language, found.duration_s) == ("azure_speech", "en", 108.045)
    assert found.speakers == {"unknown": 33}
    assert codes(found) == ["transcript.who_is_agent"]
    assert found.warnings[0].values == {"labels": "“1”, “2”"}
    first, last = found.segments[0], found.segments[-1]
    assert (first.start_s, first.end_s, last.start_s, last.end_s) == (0.08, 2.24, 104.32, 107.2)
    assert first.text == "Hi there, thank you for calling Contoso."
    assert (len(first.words), first.words[0].probability) == (7, None)
    assert first.confidence == pytest.approx(0.9236097)

    said = read("azure_batch_pretranscribed.json", AgentIs(label="1"))
    assert said.speakers == {"agent": 20, "customer": 13}
    assert said.segments[3].speaker == "customer"
    assert said.segments[3].text == "Good afternoon, my name is Mary Adams."
    assert said.warnings == ()


def test_a_channel_of_a_file_with_one_channel_is_nobodys() -> None:
    found = read("azure_batch_pretranscribed.json", AgentIs(channel=0))
    assert found.speakers == {"unknown": 33}


def test_azure_chat() -> None:
    found = read("azure_chat_customer_support.json")
    assert (found.format, found.language, found.duration_s) == ("azure_conversation", "en", None)
    assert found.names == ("2b601070-f418-4684-a3f8-e58b48f5d72e",)
    assert found.speakers == {"agent": 10, "customer": 7}
    assert found.segments[0].text == "Hello, you’re chatting with Rene. How may I help you?"
    assert {(segment.start_s, segment.end_s) for segment in found.segments} == {(None, None)}
    assert found.warnings == ()


def test_genesys_cloud_tells_the_agent_from_the_queue_by_who_was_connected() -> None:
    found = read("voice-transcript__nodejs__transcript.json")
    assert (found.format, found.language) == ("genesys_cloud", "en")
    assert found.names == ("12345abc-1234-123a-5678-abc123xyz",)
    assert [(s.speaker, s.start_s, s.end_s, s.text) for s in found.segments] == [
        ("system", 10.9, 14.5, "hello Jane Doe"),  # the queue was connected, nobody else yet
        ("agent", 16.4, 17.3, "how are you"),
        ("customer", 16.8, 18.8, "i'm fine how about you"),
        ("agent", 17.7, 18.3, "okay"),
        ("agent", 49.5, 50.9, "thank you goodbye"),
    ]
    assert found.segments[0].confidence == pytest.approx((0.69 + 0.7 + 0.78) / 3, abs=1e-4)
    assert found.duration_s is None  # 42 seconds are told, and words after 50 of them
    assert [(each.code, each.row) for each in found.warnings] == [("transcript.commas", 195)]


def test_a_dialogue_as_a_table() -> None:
    found = read("transcript_0002f70f7386445b_excerpt.csv")
    assert (found.format, found.language) == ("table", None)
    assert found.speakers == {"agent": 7, "customer": 11}
    first, last = found.segments[0], found.segments[-1]
    assert (first.start_s, first.end_s, last.start_s, last.end_s) == (1.669, 4.339, 50.19, 50.61)
    assert found.segments[1].text == "my name is elizabeth"  # the machine heard “alyssa”
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("conversation1.json", "transcript.details_only"),
        ("conversation2.json", "transcript.details_only"),
        ("analytics-conversation-aggregate-query__results.json", "transcript.figures_only"),
        ("real-time-queue-observation-query__python__response.json", "transcript.figures_only"),
        ("metadata_0002f70f7386445b.json", "transcript.unknown_format"),
    ],
)
def test_what_holds_no_words_is_said_to_hold_none(name: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(name)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place) == (code, name)
    assert problem.remedy
