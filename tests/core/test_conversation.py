"""What is counted in a transcript: by hand, against brute force, and against Amazon's counts."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.conversation import Facts, Interruption, Stretch, facts
from qm.core.transcript import Segment, Speaker, Word
from tests.fixtures.shared_data import shared_data


def test_facts_of_a_short_call_by_hand() -> None:
    call = [
        Segment("agent", 0.0, 6.0, "good morning this is Sara"),  # 5 words
        Segment("customer", 5.0, 8.0, "where is my order"),  # starts while the agent has 1 s left
        Segment("agent", 20.0, 24.0, "one moment please"),  # after 12 s of silence; 3 words
        Segment("customer", 24.5, 25.5, "thanks"),
    ]
    counted = facts(call)
    assert counted.words == 13
    assert counted.lacks == frozenset()
    assert (counted.agent_talk_s, counted.customer_talk_s) == (10.0, 4.0)
    assert counted.agent_talk_percent == pytest.approx(100 * 10 / 14)
    assert counted.customer_talk_percent == pytest.approx(100 * 4 / 14)
    assert counted.overlap_s == 1.0
    assert counted.silence_s == 12.5
    assert counted.span_s == 25.5
    assert counted.silence_percent == pytest.approx(100 * 12.5 / 25.5)
    assert counted.longest_silence == Stretch(8.0, 20.0)
    assert counted.long_silences == (Stretch(8.0, 20.0),)
    assert counted.interruptions == (Interruption("customer", 5.0, 1.0),)
    assert counted.agent_words_per_minute == pytest.approx(60 * 8 / 10)
    assert counted.customer_words_per_minute == pytest.approx(60 * 5 / 4)
    assert counted.turns == 4
    assert counted.response_s == 12.0


def test_words_tell_silences_that_lines_hide() -> None:
    words = (Word(1.0, 1.5, "one", 1.0), Word(2.0, 2.5, "moment", 1.0), Word(9.5, 10.0, "now", 1.0))
    call = [Segment("agent", 0.0, 10.0, "one moment now", words), Segment("customer", 11, 12, "ok")]
    counted = facts(call)
    assert counted.agent_talk_s == 2.0  # 1.0 to 2.5 and 9.5 to 10.0: half a second is no pause
    assert counted.longest_silence == Stretch(2.5, 9.5)
    assert counted.agent_words_per_minute == pytest.approx(90)


def test_a_sound_of_listening_is_no_interruption_nor_is_a_short_overlap() -> None:
    listening = [Segment("agent", 0, 10, "so then"), Segment("customer", 4, 5, "mhm")]
    assert facts(listening).interruptions == ()
    assert facts(listening).overlap_s == 1.0
    short = [Segment("agent", 0.0, 2.0, "hello"), Segment("customer", 1.6, 3.0, "hello")]
    assert facts(short).interruptions == ()
    at_once = [Segment("agent", 0.0, 2.0, "hello"), Segment("customer", 0.0, 3.0, "hello")]
    assert facts(at_once).interruptions == ()


def test_without_two_known_speakers_shares_are_undefined_with_the_reason() -> None:
    mono = [Segment("unknown", 0.0, 2.0, "hello there"), Segment("unknown", 3.0, 4.0, "yes")]
    counted = facts(mono)
    assert counted == Facts(
        3,
        frozenset({"speakers"}),
        span_s=4.0,
        silence_s=1.0,
        silence_percent=25.0,
        longest_silence=Stretch(2.0, 3.0),
        long_silences=(),
    )
    partly = [*mono, Segment("agent", 5.0, 6.0, "who is it")]
    assert facts(partly).agent_talk_percent is None
    assert facts(partly).agent_words_per_minute == pytest.approx(180)
    alone = facts([Segment("agent", 0.0, 2.0, "hello"), Segment("agent", 3.0, 4.0, "hello")])
    assert (alone.lacks, alone.agent_talk_percent) == ({"second_party"}, None)


def test_a_written_conversation_has_turns_and_waits_but_no_speech() -> None:
    chat = [
        Segment("customer", 0.0, None, "where is it"),
        Segment("customer", 10.0, None, "hello?"),
        Segment("system", 11.0, None, "Sara has joined the chat"),
        Segment("agent", 40.0, None, "one moment"),
        Segment("customer", 50.0, None, "thanks"),
        Segment("agent", 60.0, None, "you are welcome"),
    ]
    counted = facts(chat)
    assert (counted.words, counted.lacks) == (10, {"times"})
    assert (counted.turns, counted.response_s) == (4, 20.0)  # the middle of 30 and 10
    assert counted.silence_s is None
    assert counted.longest_silence_s is None
    assert counted.agent_words_per_minute is None
    mail = facts([replace(line, start_s=None) for line in chat])
    assert (mail.turns, mail.response_s) == (4, None)


def test_nothing_said_is_nothing_counted() -> None:
    assert facts([]) == Facts(0, frozenset())
    assert facts([Segment("agent", 0.0, 5.0, "  ")]) == Facts(0, frozenset())


def test_a_line_that_was_not_said_is_silence() -> None:
    call = [
        Segment("agent", 0, 2, "a"),
        Segment("agent", 2, 9, ""),
        Segment("customer", 9, 10, "b"),
    ]
    assert facts(call).longest_silence == Stretch(2, 9)


TENTHS = st.integers(0, 400)


@st.composite
def spoken(draw: st.DrawFn) -> list[Segment]:
    """Lines of two parties, of whom each speaks at least once; times on a grid of 1/8 s."""
    who: list[Speaker] = ["agent", "customer"]
    who += draw(st.lists(st.sampled_from(who), max_size=10))
    lines = []
    for speaker in who:
        start, length = draw(TENTHS), draw(st.integers(1, 80))
        lines.append(Segment(speaker, start / 8, (start + length) / 8, "some words"))
    return lines


@settings(max_examples=60)
@given(spoken(), st.randoms(use_true_random=False))
def test_the_parts_are_the_whole_and_the_order_does_not_matter(
    lines: list[Segment], dice: random.Random
) -> None:
    counted = facts(lines)
    shuffled = list(lines)
    dice.shuffle(shuffled)
    assert facts(shuffled) == counted
    talk_s = (counted.agent_talk_s or 0) + (counted.customer_talk_s or 0)
    assert talk_s + counted.silence_s - counted.overlap_s == pytest.approx(counted.span_s)
    shares = (counted.agent_talk_percent or 0) + (counted.customer_talk_percent or 0)
    assert shares == pytest.approx(100)
    # Moment by moment, with the pauses under a second that belong to speech.
    agent, customer = (_moments(lines, speaker) for speaker in ("agent", "customer"))
    assert counted.agent_talk_s == len(agent) / 8
    assert counted.overlap_s == pytest.approx(len(agent & customer) / 8)
    both = agent | customer
    assert counted.silence_s == pytest.approx((max(both) - min(both) + 1 - len(both)) / 8)


def _moments(lines: list[Segment], speaker: str) -> set[int]:
    """The eighths of a second in which somebody speaks."""
    own = [line for line in lines if line.speaker == speaker]
    found = {n for o in own for n in range(round(o.start_s * 8), round(o.end_s * 8))}
    gaps = (n for n in range(min(found), max(found)) if n not in found)
    return found | {n for n in gaps if _pause(found, n) < 8}


def _pause(found: set[int], moment: int) -> int:
    before = next(n for n in range(moment, -1, -1) if n in found)
    after = next(n for n in range(moment, 1000) if n in found)
    return after - before - 1


def test_amazon_counts_about_the_same() -> None:
    """Amazon publishes no definitions; how far ours lie from its counts is stated here.

    Its talk times lie between ours from words (a second's pause ends speech) and ours from
    turns (pauses within a turn are speech).
    """
    export = json.loads(shared_data("transcribe_call_analytics_example-call.json").read_text())
    theirs = export["ConversationCharacteristics"]
    by_words = facts([_turn(turn, has_words=True) for turn in export["Transcript"]])
    by_turns = facts([_turn(turn, has_words=False) for turn in export["Transcript"]])
    talk = theirs["TalkTime"]["DetailsByParticipant"]
    agent_s, customer_s = (talk[who]["TotalTimeMillis"] / 1000 for who in ("AGENT", "CUSTOMER"))
    assert by_words.agent_talk_s == pytest.approx(agent_s, rel=0.10)
    assert by_words.customer_talk_s == pytest.approx(customer_s, rel=0.13)
    assert by_words.agent_talk_s < agent_s < by_turns.agent_talk_s
    assert by_words.customer_talk_s < customer_s < by_turns.customer_talk_s
    share = 100 * agent_s / (agent_s + customer_s)
    assert by_words.agent_talk_percent == pytest.approx(share, abs=2)
    assert by_turns.agent_talk_percent == pytest.approx(share, abs=2.5)
    speed = theirs["TalkSpeed"]["DetailsByParticipant"]
    agent_pace, customer_pace = (speed[w]["AverageWordsPerMinute"] for w in ("AGENT", "CUSTOMER"))
    assert by_words.agent_words_per_minute == pytest.approx(agent_pace, rel=0.06)
    assert by_words.customer_words_per_minute == pytest.approx(customer_pace, rel=0.11)
    assert theirs["NonTalkTime"]["Instances"] == []
    assert by_words.long_silences == ()
    assert by_words.longest_silence_s < 3
    # Word by word nobody is talked down; turn by turn both of Amazon's are among ours.
    ours = {(each.by, each.at_s) for each in by_turns.interruptions}
    counted = [
        (who.lower(), each["BeginOffsetMillis"] / 1000)
        for who, some in theirs["Interruptions"]["InterruptionsByInterrupter"].items()
        for each in some
    ]
    assert set(counted) <= ours
    assert len(ours) <= 6
    assert abs(len(by_words.interruptions) - len(counted)) <= 2


def _turn(turn: dict[str, Any], *, has_words: bool) -> Segment:
    speaker: Speaker = "agent" if turn["ParticipantRole"] == "AGENT" else "customer"
    said = [each for each in turn["Items"] if each["Type"] == "pronunciation"]
    words = tuple(Word(*_seconds(each), each["Content"], 1.0) for each in said)
    text = " ".join(each["Content"] for each in said)
    return Segment(speaker, *_seconds(turn), text, words if has_words else ())


def _seconds(timed: dict[str, Any]) -> tuple[float, float]:
    return timed["BeginOffsetMillis"] / 1000, timed["EndOffsetMillis"] / 1000
