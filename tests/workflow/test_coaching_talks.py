"""Talks with what was agreed, and what followed them."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from qm.core.problems import BadInput, NotAllowed
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_inbox import coaching_inbox
from qm.workflow.coaching_settings import read_coaching_rules, set_coaching_rules
from qm.workflow.coaching_steps import approve_note
from qm.workflow.coaching_talk_reading import list_talks, people_for, read_talk, topics_for
from qm.workflow.coaching_talk_steps import (
    Promise,
    answer_talk,
    cancel_talk,
    close_commitment,
    hold_talk,
)
from qm.workflow.coaching_talks import Topic, plan_talk
from qm.workflow.coaching_topics import missed_questions
from tests.fixtures.coached_team import (
    GREETING,
    LATER,
    RULES,
    Team,
    coached_team,
    copied,
    held,
    planned,
    publish,
)
from tests.fixtures.small_centre import (
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    OTHER_LEAD,
    REZA,
    SARA,
    ZONE,
)


@pytest.fixture(scope="module")
def template(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Team:
    return coached_team(migrated_sqlite, tmp_path_factory.mktemp("talks"))


@pytest.fixture
def team(template: Team, tmp_path: Path) -> Team:
    return copied(template, tmp_path)


def test_the_questions_to_talk_about_are_the_most_missed_of_what_is_published(team: Team) -> None:
    engine = team.centre.engine
    assert missed_questions(engine, LEAD, "sara", now=LATER) == []
    publish(team, 0, 1, 5)
    found = missed_questions(engine, LEAD, "sara", now=LATER)
    counts = [(each.question_id, each.missed, each.answered) for each in found]
    assert counts == [("greeting", 2, 3), ("polite", 1, 3), ("solved", 0, 3)]
    assert (found[0].form_id, found[0].text.en) == ("call", "Greets?")
    years = LATER + timedelta(days=400)
    assert missed_questions(engine, LEAD, "sara", now=years) == []
    with pytest.raises(NotAllowed):
        missed_questions(engine, OTHER_LEAD, "sara", now=LATER)


def test_a_talk_is_held_with_commitments_and_the_agent_answers_in_their_words(
    team: Team,
) -> None:
    engine = team.centre.engine
    publish(team, 0)
    notes = list_notes(engine, LEAD)
    note = int(notes[notes["evaluation_id"] == team.calls[0]]["note_id"].iloc[0])
    approve_note(engine, LEAD, note, now=LATER)
    talk = planned(
        team,
        participants=["sara", "mina"],
        topics=[Topic(evaluation_id=team.calls[0])],
        note_ids=[note],
    )
    with pytest.raises(BadInput) as refused:
        answer_talk(engine, SARA, talk, "Yes.", now=LATER)
    assert refused.value.problems[0].code == "coaching.talk_state"
    promises = [
        Promise("Greet by name.", *GREETING, due_on=date(2026, 12, 7)),
        Promise("   "),
    ]
    hold_talk(
        engine,
        LEAD,
        talk,
        held_at=LATER,
        summary=" She forgets it in the rush; call 0912 345 6789. ",
        promises=promises,
        follow_up_on=date(2026, 12, 14),
        now=LATER,
    )
    answer_talk(engine, SARA, talk, "I put a note on my screen.", now=LATER)
    with pytest.raises(BadInput):
        answer_talk(engine, SARA, talk, "More.", now=LATER)
    read = read_talk(engine, SARA, talk)
    assert read.rows.talk.summary == "She forgets it in the rush; call [phone]."
    assert read.rows.talk.answer == "I put a note on my screen."
    assert [each.text for each in read.rows.commitments] == ["Greet by name."]
    assert [each.state for each in read.notes] == ["discussed"]
    assert [each.question_id for each in read.questions] == ["greeting"]
    assert list(list_talks(engine, MINA)["session_id"]) == [talk]  # she takes part
    assert list(list_talks(engine, KAVEH)["session_id"]) == []
    for actor in (OTHER_LEAD, REZA, KAVEH):
        with pytest.raises(NotAllowed):
            read_talk(engine, actor, talk)
    commitment = read.rows.commitments[0].id or 0
    with pytest.raises(NotAllowed):
        close_commitment(engine, SARA, commitment, "kept", "", now=LATER)
    close_commitment(engine, LEAD, commitment, "kept", "Heard it thrice.", now=LATER)
    with pytest.raises(BadInput):
        close_commitment(engine, LEAD, commitment, "broken", "", now=LATER)


def test_a_talk_is_only_about_published_things_of_this_agent_with_people_who_may(
    team: Team,
) -> None:
    engine = team.centre.engine
    publish(team, 0)
    other = int(list_notes(engine, LEAD)["note_id"].iloc[0])
    planned(team, note_ids=[other])
    for wrong in (
        {"topics": [Topic(evaluation_id=team.calls[1])]},  # not published
        {"topics": [Topic(evaluation_id=999_999)]},
        {"note_ids": [other]},  # in another talk already
        {"note_ids": [999_999]},
    ):
        with pytest.raises(BadInput) as refused:
            planned(team, **wrong)
        assert refused.value.problems[0].code == "coaching.unknown_topic"
    with pytest.raises(BadInput) as refused:
        planned(team, participants=["lead2"])
    assert refused.value.problems[0].code == "coaching.unknown_person"
    with pytest.raises(NotAllowed):
        plan_talk(engine, OTHER_LEAD, "sara", planned_at=LATER, now=LATER)
    assert {user.username for user in people_for(engine, LEAD, "sara")} >= {"lead", "sara"}
    assert list(topics_for(engine, LEAD, "sara")["evaluation_id"]) == [team.calls[0]]
    assert len(list_talks(engine, LEAD)) == 1


def test_a_cancelled_talk_gives_its_notes_free_and_cannot_be_held(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0)
    note = int(list_notes(engine, LEAD)["note_id"].iloc[0])
    talk = planned(team, note_ids=[note])
    cancel_talk(engine, LEAD, talk, "On leave.", now=LATER)
    with pytest.raises(BadInput):
        hold_talk(engine, LEAD, talk, held_at=LATER, summary="x", now=LATER)
    assert planned(team, note_ids=[note]) != talk


def test_the_agent_reads_no_note_of_an_evaluation_that_is_not_published(team: Team) -> None:
    engine = team.centre.engine
    notes = list_notes(engine, LEAD)
    note = int(notes[notes["evaluation_id"] == team.calls[0]]["note_id"].iloc[0])
    approve_note(engine, LEAD, note, now=LATER)
    talk = planned(team, note_ids=[note])
    assert [each.id for each in read_talk(engine, LEAD, talk).notes] == [note]
    assert read_talk(engine, SARA, talk).notes == ()
    publish(team, 0)
    assert [each.id for each in read_talk(engine, SARA, talk).notes] == [note]


def test_misses_before_and_after_the_talk_stand_side_by_side_with_their_n(team: Team) -> None:
    publish(team, *range(len(team.calls)))
    after_four = team.started_at[4] - timedelta(minutes=1)
    (found,) = read_talk(team.centre.engine, LEAD, held(team, after_four)).questions
    assert found.effect is not None
    before, after = found.effect.before, found.effect.after
    assert (before.count, before.n, after.count, after.n) == (4, 4, 0, len(team.calls) - 4)
    assert found.effect.difference == -100.0
    assert found.effect.verdict == "fewer"
    # a call that was held before the talk and evaluated after it counts as before
    after_all = team.started_at[-1] + timedelta(minutes=1)
    (late,) = read_talk(team.centre.engine, LEAD, held(team, after_all)).questions
    assert late.effect is not None
    assert (late.effect.after.n, late.effect.difference, late.effect.verdict) == (
        0,
        None,
        "too_early",
    )
    assert late.effect.needed


def test_the_inbox_has_talks_commitments_and_follow_ups_with_their_days(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0)
    talk = held(
        team,
        LATER,
        promises=[Promise("Greet.", due_on=LATER.date())],
        follow_up_on=LATER.date() + timedelta(days=3),
    )

    def waiting(days: float) -> dict[str, bool]:
        table = coaching_inbox(engine, LEAD, zone=ZONE, now=LATER + timedelta(days=days))
        own = table[table["kind"].isin(["talk", "follow_up", "commitment", "proposal"])]
        return dict(zip(own["kind"], own["is_overdue"], strict=True))

    # a day is due until its end
    assert waiting(0) == {"commitment": False, "follow_up": False, "proposal": False}
    assert waiting(1.5) == {"commitment": True, "follow_up": False, "proposal": False}
    assert waiting(5)["follow_up"] is True
    commitment = read_talk(engine, LEAD, talk).rows.commitments[0].id or 0
    close_commitment(engine, LEAD, commitment, "broken", "", now=LATER)
    planned(team, now=LATER + timedelta(hours=1), planned_at=LATER + timedelta(days=4))
    assert waiting(5) == {"talk": True, "proposal": False}  # the new talk is the follow-up


def test_rules_are_kept_and_only_some_may_set_them(team: Team) -> None:
    engine = team.centre.engine
    rules = RULES.model_copy(update={"acknowledge_within_days": 3})
    with pytest.raises(NotAllowed):
        set_coaching_rules(engine, LEAD, rules, now=NOW)
    set_coaching_rules(engine, MANAGER, rules, now=NOW)
    assert read_coaching_rules(engine, LEAD) == rules
