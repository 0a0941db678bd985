import pytest

from qm.core.transcript import Facts, Segment, facts


def test_facts_of_a_short_call() -> None:
    call = [
        Segment("agent", 0.0, 6.0, "good morning this is Sara"),  # 5 words
        Segment("customer", 5.0, 8.0, "where is my order"),  # starts while the agent has 1 s left
        Segment("agent", 20.0, 24.0, "one moment please"),  # after 12 s of silence; 3 words
    ]
    counted = facts(call)
    assert counted.words == 12
    assert counted.agent_talk_percent == pytest.approx(100 * 10 / 13)
    assert counted.longest_silence_s == 12.0
    assert counted.interruptions == 1
    assert counted.agent_words_per_minute == pytest.approx(60 * 8 / 10)


def test_an_overlap_under_half_a_second_is_no_interruption() -> None:
    call = [Segment("agent", 0.0, 2.0, "hello"), Segment("customer", 1.7, 3.0, "hello")]
    assert facts(call).interruptions == 0


def test_without_two_speakers_shares_are_undefined() -> None:
    mono = [Segment("unknown", 0.0, 2.0, "hello there"), Segment("unknown", 3.0, 4.0, "yes")]
    assert facts(mono) == Facts(3, None, 1.0, None, None)


def test_a_written_conversation_without_times() -> None:
    assert facts([Segment("customer", None, None, "where is it")]).longest_silence_s is None
    assert facts([]) == Facts(0, None, None, None, None)
