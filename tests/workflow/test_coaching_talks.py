"""Triggers that propose talks, talks with what was agreed, and what followed them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.coaching.rules import CoachingRules, FatalTrigger, MissesTrigger
from qm.core.forms.answers import Answer
from qm.core.problems import BadInput, NotAllowed
from qm.store.coaching_proposals import add_unless_known
from qm.store.engine import open_engine, transaction
from qm.store.tables import CoachingProposal, Interaction
from qm.workflow.assigning import assign_picks
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_inbox import coaching_inbox
from qm.workflow.coaching_proposals import dismiss, list_proposals, propose, take_up
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
from qm.workflow.coaching_talks import Topic, add_to_talk, plan_talk
from qm.workflow.draws import draw_period
from qm.workflow.evaluation_life import correct_evaluation, publish_evaluations
from qm.workflow.evaluations import my_queue, save_draft, submit_evaluation
from tests.fixtures.evaluated import QA_LEAD
from tests.fixtures.small_centre import (
    CENTRE,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    OTHER_LEAD,
    PERIOD,
    POLICY,
    REZA,
    SARA,
    ZONE,
    SmallCentre,
    build,
)

LATER = NOW + timedelta(hours=2)
RULES = CoachingRules(
    triggers=(
        FatalTrigger(kind="fatal", id="fatal"),
        MissesTrigger(kind="misses", id="thrice", misses=3, evaluations=6),
    )
)
GREETING = ("call", "greeting")
YES, NO = Answer(option="yes"), Answer(option="no", comment="No greeting.")


@dataclass(frozen=True)
class Team:
    """The small centre with all of Sara's calls evaluated and none published.

    `calls` are the evaluations by the time of the call: in the first four the greeting is
    missing, and the first has a fatal answer.
    """

    centre: SmallCentre
    calls: tuple[int, ...]
    started_at: tuple[datetime, ...]


def _evaluate_calls(centre: SmallCentre) -> Team:
    everything = POLICY.model_copy(update={"percent": Decimal(100)})
    draw_period(centre.engine, MANAGER, PERIOD, everything, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    work = []
    with transaction(centre.engine) as session:
        starts = dict(session.execute(select(col(Interaction.id), Interaction.started_at)).all())
    for analyst in (MINA, KAVEH):
        queue, _done = my_queue(centre.engine, analyst)
        own = queue[(queue["agent_name"] == "Sara") & (queue["channel"] == "call")]
        work += [
            (starts[row.interaction_id], row.assignment_id, analyst) for row in own.itertuples()
        ]
    made = []
    for place, (_start, assignment, analyst) in enumerate(sorted(work, key=lambda each: each[0])):
        answers = {
            "greeting": NO if place < 4 else YES,
            "solved": Answer(option="fully"),
            "polite": Answer(option="no", comment="Rude.") if place == 0 else YES,
        }
        saved = save_draft(centre.engine, analyst, assignment, answers, "Greet.", saved=0, now=NOW)
        done = submit_evaluation(centre.engine, analyst, assignment, saved=saved, now=NOW)
        made.append(done.id or 0)
    return Team(centre, tuple(made), tuple(sorted(start for start, _id, _who in work)))


@pytest.fixture(scope="module")
def template(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Team:
    folder = tmp_path_factory.mktemp("talks")
    (folder / "qm.db").write_bytes(migrated_sqlite.read_bytes())
    team = _evaluate_calls(build(f"sqlite:///{folder / 'qm.db'}", folder))
    set_coaching_rules(team.centre.engine, MANAGER, RULES, now=NOW)
    with team.centre.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    team.centre.engine.dispose()
    return team


@pytest.fixture
def team(template: Team, tmp_path: Path) -> Team:
    path = tmp_path / "copy.db"
    path.write_bytes((template.centre.folder / "qm.db").read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    return replace(template, centre=replace(template.centre, engine=engine))


def publish(team: Team, *calls: int) -> None:
    chosen = [team.calls[call] for call in calls]
    done = publish_evaluations(team.centre.engine, LEAD, chosen, now=LATER)
    assert done.problems == ()


def proposed(team: Team, actor: Actor = LEAD, state: str | None = "open") -> list[str]:
    table = list_proposals(team.centre.engine, actor, state=state)
    return sorted(table["trigger"])


def planned(team: Team, **fields: object) -> int:
    values: dict[str, object] = {"planned_at": LATER, "now": LATER}
    talk = plan_talk(team.centre.engine, LEAD, "sara", **{**values, **fields})  # type: ignore[arg-type]
    return talk.id or 0


def held(team: Team, at: datetime, **fields: object) -> int:
    talk = planned(team, topics=[Topic(form_id=GREETING[0], question_id=GREETING[1])])
    values: dict[str, object] = {"summary": "We talked about greeting.", "now": LATER}
    hold_talk(team.centre.engine, LEAD, talk, held_at=at, **{**values, **fields})  # type: ignore[arg-type]
    return talk


def test_publication_makes_triggers_propose_once_and_only_of_what_is_published(
    team: Team,
) -> None:
    engine = team.centre.engine
    assert propose(engine, LEAD, now=LATER) == 0  # nothing is published
    publish(team, 0, 1)
    assert proposed(team) == ["fatal"]
    publish(team, 2)
    assert proposed(team) == ["fatal", "thrice"]
    assert propose(engine, MANAGER, now=LATER) == 0
    publish(team, 3)
    assert proposed(team) == ["fatal", "thrice"]  # three of the four were proposed before
    for actor in (OTHER_LEAD,):
        assert proposed(team, actor) == []
    assert proposed(team, QA_LEAD) == ["fatal", "thrice"]
    for actor in (SARA, MINA):
        with pytest.raises(NotAllowed):
            list_proposals(engine, actor)
        with pytest.raises(NotAllowed):
            propose(engine, actor, now=LATER)


def test_a_proposal_is_taken_up_with_its_topics_or_dismissed_with_a_reason(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0, 1, 2)
    ids = list_proposals(engine, LEAD).set_index("trigger")["proposal_id"]
    with pytest.raises(NotAllowed):
        take_up(engine, OTHER_LEAD, ids["thrice"], planned_at=LATER, now=LATER)
    talk = take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER)
    read = read_talk(engine, LEAD, talk.id or 0)
    assert [(each.form_id, each.question_id) for each in read.questions] == [GREETING]
    assert set(read.evaluations["evaluation_id"]) == set(team.calls[:3])
    with pytest.raises(BadInput) as refused:
        take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER)
    assert refused.value.problems[0].code == "coaching.proposal_decided"
    with pytest.raises(BadInput) as refused:
        dismiss(engine, LEAD, ids["fatal"], "  ", now=LATER)
    assert refused.value.problems[0].code == "coaching.no_reason"
    dismiss(engine, LEAD, ids["fatal"], "Talked about it already.", now=LATER)
    assert proposed(team) == []
    assert propose(engine, LEAD, now=LATER) == 0  # what was decided is not proposed again
    assert proposed(team, state=None) == ["fatal", "thrice"]


def test_a_second_proposal_goes_into_the_talk_that_is_planned(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0, 1, 2)
    ids = list_proposals(engine, LEAD).set_index("trigger")["proposal_id"]
    talk = take_up(engine, LEAD, ids["thrice"], planned_at=LATER, now=LATER).id or 0
    assert take_up(engine, LEAD, ids["fatal"], talk_id=talk, now=LATER).id == talk
    read = read_talk(engine, LEAD, talk)
    assert [each.question_id for each in read.questions] == ["greeting", "polite"]
    assert len(read.rows.topics) == 5  # two questions, three evaluations, each once
    assert len(list_talks(engine, LEAD)) == 1
    with pytest.raises(NotAllowed):
        add_topics_of_other_lead(team, talk)


def add_topics_of_other_lead(team: Team, talk: int) -> None:
    with transaction(team.centre.engine) as session:
        add_to_talk(session, OTHER_LEAD, talk, "sara", [], now=LATER)


def test_what_a_correction_takes_back_is_no_proposal_any_more(team: Team) -> None:
    engine = team.centre.engine
    publish(team, 0)
    assert proposed(team) == ["fatal"]
    correct_evaluation(
        engine, QA_LEAD, team.calls[0], {"polite": YES}, "It was the customer.", now=LATER
    )
    assert proposed(team) == []
    (state,) = list_proposals(engine, LEAD, state=None)["state"]
    assert state == "withdrawn"


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


def test_proposals_made_at_the_same_moment_are_one(database_url: str, tmp_path: Path) -> None:
    made = _evaluate_calls(build(database_url, tmp_path))
    engine = made.centre.engine
    set_coaching_rules(engine, MANAGER, RULES, now=NOW)
    publish(made, 0, 1, 2)
    with transaction(engine) as session:
        (fatal,) = session.scalars(
            select(CoachingProposal).where(col(CoachingProposal.trigger) == "fatal")
        )
        again = fatal.model_dump(include={"trigger", "agent_id", "team_id", "key", "created_at"})
        assert add_unless_known(session, {**again, "detail": {"questions": []}}) is False
        assert (
            add_unless_known(session, {**again, "detail": {"questions": []}, "key": "other"})
            is True
        )
    assert len(list_proposals(engine, LEAD)) == 3
    # PostgreSQL groups and compares as SQLite does
    talk = held(made, made.started_at[1])
    assert list(list_talks(engine, LEAD)["session_id"]) == [talk]
    (found,) = read_talk(engine, LEAD, talk).questions
    assert found.effect is not None
    assert (found.effect.before.n, found.effect.after.n) == (1, 2)
    assert len(coaching_inbox(engine, LEAD, zone=ZONE, now=LATER)) > 0
