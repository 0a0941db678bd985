"""Phrase rules: what is found, by whom, where; and what cannot be told is not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qm.core.phrases.judging import Finding, Said, judge
from qm.core.phrases.rules import PhraseRules
from qm.core.problems import BadInput
from qm.core.transcript import Segment, Word


def _judge(
    rule: dict[str, object],
    segments: list[Segment],
    *,
    channel: str = "call",
    language: str | None = "en",
    is_weak: bool = False,
) -> Finding:
    given = {"rule": "r", "name": {"en": "R"}, "speaker": "agent", **rule}
    rules = PhraseRules.model_validate({"phrases": "p", "version": "1", "rules": [given]})
    (finding,) = judge(rules, segments, channel=channel, language=language, is_weak=is_weak)
    return finding


def _call(*lines: tuple[str, str]) -> list[Segment]:
    """Lines of ten seconds each, one after the other."""
    return [
        Segment(who, 10.0 * n, 10.0 * n + 9, text)  # type: ignore[arg-type]
        for n, (who, text) in enumerate(lines)
    ]


def _says(phrase: str, text: str, language: str = "en") -> bool:
    finding = _judge({"phrases": {language: [phrase]}}, _call(("agent", text)), language=language)
    return finding.state == "said"


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("thank you", "Well, THANK  you!"),
        ("can't", "I can’t do that"),
        ("cancel*", "It was cancelled."),
        ("100 percent", "۱۰۰ percent sure"),
        ("I am", "that I am, yes"),
    ],
)
def test_whole_words_are_found_however_they_are_written(phrase: str, text: str) -> None:
    assert _says(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("hi", "this is it"),
        ("cancel", "It was cancelled."),
        ("thank you", "thank all of you"),
        ("is card", "this [card] is card-less"[:15]),
    ],
)
def test_parts_of_words_and_torn_phrases_are_not(phrase: str, text: str) -> None:
    assert not _says(phrase, text)


@pytest.mark.parametrize("text", ["قول می‌دهم", "قول ميدهم", "قول می دهم", "قولِ مي‌دهم!"])
def test_persian_forms_find_each_other(text: str) -> None:
    for phrase in ("قول می‌دهم", "قول میدهم", "قول می دهم"):
        assert _says(phrase, text, "fa")
    assert not _says("قول نمی‌دهم", text, "fa")


def test_a_phrase_runs_over_lines_of_one_speaker_but_not_over_another() -> None:
    rule = {"phrases": {"en": ["thank you for calling"]}}
    found = _judge(rule, _call(("agent", "Hello, thank you"), ("agent", "for calling.")))
    assert (found.state, found.said) == ("said", (Said(0, 0.0),))
    torn = _call(("agent", "Hello, thank you"), ("customer", "yes"), ("agent", "for calling."))
    assert _judge(rule, torn).state == "not_said"


def test_a_phrase_is_told_with_the_second_of_its_first_word() -> None:
    words = (Word(3.0, 3.4, " Hello,", 0.9), Word(4.0, 4.4, " thank", 0.9), Word(5, 6, " you", 0.9))
    line = Segment("agent", 3.0, 6.0, "Hello, thank you", words)
    rule = {"phrases": {"en": ["thank you"]}}
    assert _judge(rule, [line]).said == (Said(0, 4.0),)
    other = Segment("agent", 3.0, 6.0, "Well, thank you", words)  # the words are not its own
    assert _judge(rule, [other]).said == (Said(0, 3.0),)


def test_what_must_not_be_said_is_kept_where_it_is_not() -> None:
    rule = {"must": "not_be_said", "phrases": {"en": ["guarantee"]}}
    assert _judge(rule, _call(("agent", "I guarantee it"))).is_kept is False
    assert _judge(rule, _call(("customer", "Do you guarantee it?"))).is_kept is True


def test_a_denial_right_before_it_takes_it_out() -> None:
    rule = {
        "must": "not_be_said",
        "phrases": {"en": ["guarantee"], "fa": ["قول بدهم"]},
        "not_after": {"en": ["cannot", "can't"], "fa": ["نمی‌توانم"]},
    }
    assert _judge(rule, _call(("agent", "I cannot really guarantee it"))).is_kept
    assert _judge(rule, _call(("agent", "I can’t guarantee it"))).said == ()
    assert not _judge(rule, _call(("agent", "I cannot say more but I guarantee it"))).is_kept
    call = _call(("agent", "من نمی توانم قول بدهم"))
    assert _judge(rule, call, language="fa").is_kept


@pytest.mark.parametrize(
    ("within", "state", "elsewhere"),
    [
        ({"first_s": 5}, "not_said", 1),
        ({"first_s": 10}, "said", 0),
        ({"last_s": 15}, "not_said", 1),
        ({"last_s": 19}, "said", 0),
        ({"first_lines": 1}, "said", 0),
        ({"last_lines": 1}, "not_said", 1),
        ({"last_lines": 2}, "said", 0),
    ],
)
def test_where_it_has_to_be_said(within: dict[str, int], state: str, elsewhere: int) -> None:
    """Lines are counted of that speaker, seconds from the first word to the last."""
    call = _call(("customer", "hello"), ("agent", "good morning"), ("agent", "bye"))
    assert [line.end_s for line in call][-1] == 29.0
    found = _judge({"within": within, "phrases": {"en": ["morning"]}}, call)
    assert (found.state, len(found.elsewhere)) == (state, elsewhere)


def test_lines_that_were_not_said_are_not_counted() -> None:
    call = _call(("agent", ""), ("agent", "hello"), ("agent", "good morning"))
    rule = {"within": {"first_lines": 1}, "phrases": {"en": ["hello"]}}
    assert _judge(rule, call).state == "said"


def test_without_speakers_only_what_nobody_says_is_certain() -> None:
    rule = {"phrases": {"en": ["hello"]}}
    mono = _call(("unknown", "hello there"), ("unknown", "yes"))
    found = _judge(rule, mono)
    assert (found.state, found.why, found.is_kept) == ("cannot_tell", "speakers", None)
    assert _judge({"phrases": {"en": ["goodbye"]}}, mono).state == "not_said"
    assert _judge({**rule, "speaker": "anyone"}, mono).state == "said"
    both = [*mono, Segment("agent", 30.0, 31.0, "hello")]
    assert _judge(rule, both).said == (Said(2, 30.0),)


def test_without_times_a_stretch_of_seconds_cannot_be_told() -> None:
    mail = [Segment("agent", None, None, "hello")]
    rule = {"within": {"first_s": 30}, "phrases": {"en": ["hello"]}}
    found = _judge(rule, mail)
    assert (found.state, found.why) == ("cannot_tell", "times")
    assert _judge({**rule, "phrases": {"en": ["bye"]}}, mail).state == "not_said"
    assert _judge({**rule, "within": {"first_lines": 1}}, mail).state == "said"


def test_what_weak_words_do_not_hold_may_have_been_said() -> None:
    call = _call(("agent", "hello there"))
    found = _judge({"phrases": {"en": ["goodbye"]}}, call, is_weak=True)
    assert (found.state, found.why, found.is_kept) == ("cannot_tell", "weak_words", None)
    assert _judge({"phrases": {"en": ["hello"]}}, call, is_weak=True).state == "said"
    forbidden = {"must": "not_be_said", "phrases": {"en": ["promise"]}}
    assert _judge(forbidden, call, is_weak=True).is_kept is None


def test_where_a_rule_does_not_apply() -> None:
    call = _call(("agent", "hello"))
    rule = {"channels": ["chat"], "phrases": {"en": ["hello"]}}
    assert _judge(rule, call).why == "channel"
    assert _judge(rule, call, channel="chat").state == "said"
    english = {"phrases": {"en": ["hello"]}}
    assert _judge(english, call, language="fa").why == "language"
    assert _judge(english, call, language="ar").state == "not_applicable"
    assert _judge(english, call, language=None).state == "said"
    assert _judge(english, call, language="en-GB").state == "said"
    assert _judge(english, []).why == "no_words"


def test_a_mask_is_no_word_of_a_phrase() -> None:
    call = _call(("agent", "my [card] is new"))
    assert _judge({"phrases": {"en": ["card is"]}}, call).state == "not_said"


@settings(max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40) | st.from_regex(r"\A(\w{2,6} ?){1,4}\Z"))
def test_no_text_breaks_the_search_and_a_phrase_finds_itself(before: str, phrase: str) -> None:
    given = {"rule": "r", "name": {"en": "R"}, "speaker": "agent", "phrases": {"en": [phrase]}}
    try:
        PhraseRules.model_validate({"phrases": "p", "version": "1", "rules": [given]})
    except BadInput:  # no phrase at all
        return
    call = _call(("agent", before), ("customer", "x"), ("agent", phrase))
    found = _judge({"phrases": {"en": [phrase]}}, call)
    if "[" not in phrase:
        assert found.state == "said"
