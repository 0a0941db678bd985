from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qm.core.access import Actor
from qm.core.personal_data.rules import PrivacyRules
from qm.core.problems import BadInput, NotAllowed
from qm.core.search import Phrase, Query, found_in, parsed
from qm.core.transcript import Segment
from qm.core.word_forms import keyed_words
from qm.store.engine import transaction
from qm.store.privacy import add_rules
from qm.store.tables import Evaluation, Recording
from qm.store.transcript_search import index_transcript
from qm.workflow.recordings import require_may_open
from qm.workflow.transcript_search import (
    Hits,
    Within,
    count_unsearchable_transcripts,
    index_missing,
    search_transcripts,
)
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.small_centre import (
    ADMIN,
    FIRST_CALL,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    OTHER_LEAD,
    REZA,
    SARA,
    SmallCentre,
)
from tests.fixtures.spoken import RULES, said, speak

EVERYBODY = (ADMIN, MANAGER, MINA, KAVEH, LEAD, OTHER_LEAD, SARA, REZA)
NOTHING_MASKED = PrivacyRules(kinds=())
CALLS = [f"{agent}-{number}" for agent in ("sara", "reza", "neda") for number in range(3)]


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    centre = build_recorded(database_url, tmp_path)
    yield centre
    centre.engine.dispose()


def find(centre: SmallCentre, text: str, actor: Actor = MANAGER, **limits: Any) -> Hits:
    return search_transcripts(centre.engine, actor, text, Within(**limits))


def calls(hits: Hits) -> list[str]:
    return [hit.interaction.id for hit in hits.hits]


def marked(hits: Hits) -> list[str]:
    return [hit.text[start:end] for hit in hits.hits for start, end in hit.found]


def test_each_form_of_a_persian_word_finds_the_others(centre: SmallCentre) -> None:
    forms = ["مي‌شود كتاب‌ها ۱۲۳", "می شود کتاب ها 123", "میشود کتابها ١٢٣"]
    for call, form in zip(CALLS, forms, strict=False):
        speak(centre.engine, call, [said("agent", 0, f"حتماً {form} ممنون")])
    for form in forms:
        for asked in (form, f"«{form}»", *form.split(" ") * (form == forms[0])):
            hits = find(centre, asked)
            assert hits.total == len(forms)
            assert sorted(calls(hits)) == sorted(CALLS[:3])
    assert set(marked(find(centre, "میشود"))) == {"مي‌شود", "می شود", "میشود"}
    assert find(centre, "«کتابها میشود»").total == 0


def test_words_phrases_exclusions_choices_and_beginnings(centre: SmallCentre) -> None:
    lines = {
        "sara-0": "I want to cancel my order",
        "sara-1": "cancel that, the order is wrong",
        "sara-2": "a refund please, cancelled",
    }
    for call, line in lines.items():
        speak(centre.engine, call, [said("customer", 0, line)])
    found = {
        "cancel order": ["sara-1", "sara-0"],
        '"my order"': ["sara-0"],
        '"cancel order"': [],
        '"want to canc*"': ["sara-0"],
        "cancel -wrong": ["sara-0"],
        'order -"my order"': ["sara-1"],
        "refund OR wrong": ["sara-2", "sara-1"],
        'refund OR "my order"': ["sara-2", "sara-0"],
        "cancel*": ["sara-2", "sara-1", "sara-0"],
        "cance": [],
        "card": [],
    }
    assert {asked: calls(find(centre, asked)) for asked in found} == found


def test_a_phrase_is_found_over_segments_of_one_speaker_and_its_second_is_told(
    centre: SmallCentre,
) -> None:
    told = [
        said("agent", 0, "how can I help"),
        said("customer", 10, "well I would like my"),
        said("customer", 20, "money back now"),
        said("agent", 30, "your money"),
        said("customer", 40, "back now"),
    ]
    speak(centre.engine, "sara-0", told)
    (hit,) = find(centre, '"my money back"').hits
    assert (hit.start_s, hit.position, hit.speaker) == (14, 1, "customer")
    assert hit.text == "well I would like my money back now"
    assert marked(find(centre, '"my money back"')) == ["my money back"]
    assert [(hit.start_s, hit.position) for hit in find(centre, "money").hits] == [(20, 2), (31, 3)]
    assert find(centre, '"money back"').total == 1  # not over what the other one says
    assert find(centre, "money", speaker="agent").total == 1
    assert find(centre, "money", speaker="unknown").total == 0


def test_a_long_line_is_cut_around_what_was_found(centre: SmallCentre) -> None:
    speak(centre.engine, "sara-0", [said("agent", 0, "so " * 70 + "refund " + "then " * 70)])
    (hit,) = find(centre, "refund").hits
    assert hit.text == "… " + "so " * 12 + "refund " + "then " * 29 + "then …"
    assert marked(find(centre, "refund")) == ["refund"]
    assert hit.start_s == 70


def test_without_times_of_words_the_segment_begins_it(centre: SmallCentre) -> None:
    speak(centre.engine, "sara-0", [Segment("agent", 12.0, 14.0, "your refund")])
    speak(centre.engine, "sara-1", [Segment("agent", None, None, "your refund")])
    assert [hit.start_s for hit in find(centre, "refund").hits] == [None, 12.0]


def test_limits_of_the_search(centre: SmallCentre) -> None:
    for call in CALLS:
        speak(centre.engine, call, [said("agent", 0, "a refund")])
    second = FIRST_CALL + timedelta(hours=7)
    assert find(centre, "refund").total == len(CALLS)
    assert sorted(calls(find(centre, "refund", agent_id="sara"))) == ["sara-0", "sara-1", "sara-2"]
    assert sorted(calls(find(centre, "refund", team_id="support"))) == [
        "neda-0",
        "neda-1",
        "neda-2",
    ]
    assert set(calls(find(centre, "refund", start=second))) == {c for c in CALLS if c[-1] != "0"}
    assert set(calls(find(centre, "refund", end=second))) == {c for c in CALLS if c[-1] == "0"}
    assert find(centre, "refund", channel="call").total == len(CALLS)
    assert find(centre, "refund", channel="chat").total == 0


def test_the_newest_come_first_and_pages_do_not_overlap(centre: SmallCentre) -> None:
    for call in CALLS:
        told = [said("agent", 0, "a refund"), said("customer", 5, "refund refund")]
        speak(centre.engine, call, [*told, said("agent", 9, "no")])
    pages = [
        search_transcripts(centre.engine, MANAGER, "refund", limit=5, offset=offset)
        for offset in range(0, 25, 5)
    ]
    assert {(page.total, page.interactions) for page in pages[:4]} == {(18, 9)}
    places = [(hit.interaction.id, hit.position) for page in pages for hit in page.hits]
    newest = sorted(CALLS, key=lambda call: (-int(call[-1]), call))
    assert places == [(call, position) for call in newest for position in (0, 1)]


def test_everybody_finds_what_they_may_open_and_nothing_else(centre: SmallCentre) -> None:
    for call in CALLS:
        speak(centre.engine, call, [said("agent", 0, "a refund")])
    with transaction(centre.engine) as session:
        # An evaluation of another agent and team than those that were imported.
        other = session.get_one(Evaluation, 1)
        other.agent_id, other.team_id = "neda", "support"
    for actor in (*EVERYBODY, Actor("x", "lead"), Actor("x", "agent"), Actor("x", "analyst")):
        found = find(centre, "refund", actor)
        assert set(calls(found)) == {call for call in CALLS if may_open(centre, actor, call)}
        assert found.total == found.interactions == len(found.hits)
    assert calls(find(centre, "refund", MINA)) == ["sara-2", "sara-1"]


def may_open(centre: SmallCentre, actor: Actor, call: str) -> bool:
    with transaction(centre.engine) as session:
        try:
            require_may_open(session, actor, call)
        except NotAllowed:
            return False
    return True


def test_only_evaluations_that_may_be_read_are_named(centre: SmallCentre) -> None:
    speak(centre.engine, "sara-2", [said("agent", 0, "a refund")])
    named = {
        actor.username: [hit.evaluation_id for hit in find(centre, "refund", actor).hits]
        for actor in (MANAGER, MINA, LEAD, SARA)
    }
    assert named == {"manager": [1], "mina": [1], "lead": [1], "sara": [1]}
    with transaction(centre.engine) as session:
        session.get_one(Evaluation, 1).evaluator = "kaveh"
    assert [hit.evaluation_id for hit in find(centre, "refund", MINA).hits] == [None]


def test_only_the_transcript_in_force_is_found(centre: SmallCentre) -> None:
    speak(centre.engine, "sara-0", [said("agent", 0, "a refund")])
    speak(centre.engine, "sara-0", [said("agent", 0, "a reform")])
    assert find(centre, "refund").total == 0
    assert calls(find(centre, "reform")) == ["sara-0"]


def test_a_transcript_of_two_interactions_is_found_in_both(centre: SmallCentre) -> None:
    transcript_id = speak(centre.engine, "sara-0", [said("agent", 0, "a refund")])
    speak(centre.engine, "reza-0", [said("agent", 0, "else")])
    with transaction(centre.engine) as session:
        session.get_one(Recording, "reza-0").transcript_id = transcript_id
    assert calls(find(centre, "refund")) == ["reza-0", "sara-0"]


def test_indexing_again_replaces_the_lines(centre: SmallCentre) -> None:
    transcript_id = speak(centre.engine, "sara-0", [said("agent", 0, "a refund")])
    with transaction(centre.engine) as session:
        index_transcript(session, transcript_id, [said("agent", 0, "a refund")], RULES)
    assert find(centre, "refund").total == 1


def test_what_is_masked_is_not_found_and_what_rules_mask_later_is_neither(
    centre: SmallCentre,
) -> None:
    speak(
        centre.engine,
        "sara-0",
        [said("customer", 0, "card 4111111111111111 is Violet's"), said("agent", 9, "thanks")],
    )
    assert find(centre, "4111111111111111").total == 0
    assert find(centre, "violets").total == 1
    assert "4111" not in find(centre, "violets").hits[0].text
    with transaction(centre.engine) as session:
        add_rules(session, PrivacyRules(names=("Violet",)), at=NOW, by="test")
    assert find(centre, "violets").total == 0  # lines of before are not found any more
    assert find(centre, "thanks").total == 0
    assert count_unsearchable_transcripts(centre.engine, MANAGER) == 1
    told: list[tuple[int, int]] = []
    assert index_missing(centre.engine, MANAGER, lambda *now: told.append(now)) == 1
    assert told == [(1, 1)]
    assert count_unsearchable_transcripts(centre.engine, MANAGER) == 0
    assert find(centre, "thanks").total == 1
    assert find(centre, "violet*").total == 0
    with transaction(centre.engine) as session:
        add_rules(session, PrivacyRules(kinds=()), at=NOW, by="test")
    index_missing(centre.engine, MANAGER)
    assert marked(find(centre, "۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱")) == ["4111111111111111"]


def test_a_transcript_without_words_is_indexed_once(centre: SmallCentre) -> None:
    speak(centre.engine, "sara-0", [])
    assert index_missing(centre.engine, MANAGER) == 0


def test_a_long_message_is_found_to_its_hundred_thousandth_character(centre: SmallCentre) -> None:
    long = "کلمه " * 25_000
    speak(centre.engine, "sara-0", [Segment("customer", None, None, f"first {long} last")])
    assert find(centre, "first").total == 1
    assert find(centre, "last").total == 0


def test_the_index_takes_the_right(centre: SmallCentre) -> None:
    for actor in (MINA, LEAD, SARA):
        with pytest.raises(NotAllowed):
            index_missing(centre.engine, actor)
        with pytest.raises(NotAllowed):
            count_unsearchable_transcripts(centre.engine, actor)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(
        st.text(max_size=30),
        st.lists(
            st.sampled_from(
                [
                    *"\"«»-|*()^{}&!%_:;\\\x00'½",
                    *("OR", "AND", "NOT", "NEAR", "a", "می", "key:", ":*", "<->", "--", "1e5"),
                ]
            ),
            max_size=10,
        ).map(" ".join),
    )
)
def test_whatever_is_typed_breaks_nothing_and_finds_what_it_asks_for(
    centre: SmallCentre, text: str
) -> None:
    line = "a key: NOT می‌آید and 1e5; near"
    speak(centre.engine, "sara-0", [said("agent", 0, line)])
    try:
        query = parsed(text)
    except BadInput:
        with pytest.raises(BadInput):
            find(centre, text)
        return
    words = keyed_words(line)

    def stands_there(phrase: Phrase) -> bool:
        return bool(found_in(Query(((phrase,),)), words))

    is_meant = all(any(map(stands_there, phrases)) for phrases in query.all_of)
    is_meant = is_meant and not any(map(stands_there, query.none_of))
    assert find(centre, text).total == is_meant


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(st.characters(categories=["L", "N", "M", "P", "Z"]), min_size=1, max_size=20))
def test_every_word_that_is_said_is_found(centre: SmallCentre, text: str) -> None:
    keys = [word.key for word in keyed_words(text)]
    segment = Segment("agent", 0.0, 1.0, text)
    with transaction(centre.engine) as session:
        add_rules(session, NOTHING_MASKED, at=NOW, by="test")
    transcript_id = speak(centre.engine, "sara-0", [segment])
    with transaction(centre.engine) as session:
        index_transcript(session, transcript_id, [segment], NOTHING_MASKED)
    for asked in [*keys, f'"{text.replace(chr(34), " ")}"'] if keys else []:
        assert calls(find(centre, asked)) == ["sara-0"]
