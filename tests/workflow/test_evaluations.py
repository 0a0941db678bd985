from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import event, func, select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.forms.answers import Answer, Evidence
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import open_engine, transaction
from qm.store.tables import AnswerRow, Draft, Evaluation
from qm.workflow.assigning import assign_picks
from qm.workflow.coaching import list_notes
from qm.workflow.draws import draw_period
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import (
    open_assignment,
    read_evaluation,
    save_draft,
    submit_evaluation,
)
from qm.workflow.my_work import my_work
from tests.fixtures.evaluated import publish_all
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
    SmallCentre,
    build,
    built_once,
)

FULL = {
    "greeting": Answer(option="yes"),
    "solved": Answer(
        option="partly",
        comment="Promised nothing.",
        evidence=(Evidence(segment=1, quote="It leaves tomorrow."),),
    ),
    "polite": Answer(option="yes"),
}


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return assigned(database_url, tmp_path)


@built_once
def assigned(database_url: str, folder: Path) -> SmallCentre:
    centre = build(database_url, folder)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    return centre


def first_of(centre: SmallCentre, actor: Actor, agent: str | None = None) -> int:
    queue = my_work(centre.engine, actor).open
    if agent is not None:
        queue = queue[queue["agent_name"] == agent.title()]
    return int(queue["assignment_id"].iloc[0])


def evaluate(centre: SmallCentre, actor: Actor, assignment: int, coaching: str = "") -> Evaluation:
    saved = save_draft(centre.engine, actor, assignment, FULL, coaching, saved=0, now=NOW)
    return submit_evaluation(centre.engine, actor, assignment, saved=saved, now=NOW)


def of_sara(centre: SmallCentre, coaching: str = "") -> tuple[Evaluation, Actor]:
    for actor in (MINA, KAVEH):
        queue = my_work(centre.engine, actor).open
        own = queue[queue["agent_name"] == "Sara"]
        if len(own):
            return evaluate(centre, actor, int(own["assignment_id"].iloc[0]), coaching), actor
    raise AssertionError


def test_a_draft_survives_and_is_found_again(centre: SmallCentre) -> None:
    assignment = first_of(centre, MINA)
    assert open_assignment(centre.engine, MINA, assignment).saved == 0
    save_draft(centre.engine, MINA, assignment, FULL, "Well done.", saved=0, now=NOW)
    workspace = open_assignment(centre.engine, MINA, assignment)
    assert workspace.answers == FULL
    assert (workspace.coaching, workspace.saved, workspace.saved_at) == ("Well done.", 1, NOW)


def test_a_second_tab_cannot_overwrite_newer_work(centre: SmallCentre) -> None:
    assignment = first_of(centre, MINA)
    save_draft(centre.engine, MINA, assignment, FULL, "", saved=0, now=NOW)
    with pytest.raises(BadInput) as refused:
        save_draft(centre.engine, MINA, assignment, {}, "", saved=0, now=NOW)
    assert refused.value.problems[0].code == "evaluation.draft_moved_on"
    with pytest.raises(BadInput):
        submit_evaluation(centre.engine, MINA, assignment, saved=0, now=NOW)
    assert open_assignment(centre.engine, MINA, assignment).answers == FULL


def test_what_another_window_saves_while_one_submits_is_not_lost(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    """PostgreSQL locks the row of the draft; SQLite knows no such lock."""
    copyfile(migrated_sqlite, tmp_path / "qm.db")
    engine = assigned(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path).engine
    assignment = int(my_work(engine, MINA).open["assignment_id"].iloc[0])
    save_draft(engine, MINA, assignment, FULL, "", saved=0, now=NOW)
    other_window = open_engine(str(engine.url))

    @event.listens_for(engine, "before_cursor_execute")
    def save_elsewhere(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE assignment SET state"):
            save_draft(other_window, MINA, assignment, {}, "Late.", saved=1, now=NOW)

    with pytest.raises(BadInput) as refused:
        submit_evaluation(engine, MINA, assignment, saved=1, now=NOW)
    assert refused.value.problems[0].code == "evaluation.draft_moved_on"
    kept = open_assignment(other_window, MINA, assignment)
    assert (kept.saved, kept.coaching) == (2, "Late.")


def test_a_submitted_evaluation_holds_score_and_ledger(centre: SmallCentre) -> None:
    evaluation, actor = of_sara(centre)
    # 40 % opening in full; 60 % resolution, half of it (1 of 2 points) and half in full.
    assert evaluation.percent == 85.0
    assert evaluation.outcome == "pass"
    assert (evaluation.period, evaluation.inclusion_probability) == ("1405-08", 0.2)
    reading = read_evaluation(centre.engine, actor, evaluation.id or 0)
    assert reading.answers == FULL
    assert float(reading.scorecard.percent or 0) == evaluation.percent
    with transaction(centre.engine) as session:
        rows = session.scalars(select(AnswerRow)).all()
        drafts = session.scalar(select(func.count()).select_from(Draft))
    assert {row.question_id: row.contribution for row in rows} == {
        "greeting": "40",
        "solved": "15",
        "polite": "30",
    }
    assert drafts == 0


def test_unanswered_questions_cannot_be_submitted(centre: SmallCentre) -> None:
    assignment = first_of(centre, MINA)
    answers = {"greeting": Answer(option="yes"), "solved": Answer(comment="not sure")}
    saved = save_draft(centre.engine, MINA, assignment, answers, "", saved=0, now=NOW)
    with pytest.raises(BadInput) as refused:
        submit_evaluation(centre.engine, MINA, assignment, saved=saved, now=NOW)
    assert refused.value.problems[0].values == {"count": 2, "questions": [2, 3]}
    assert my_work(centre.engine, MINA).submitted == 0


def test_a_submitted_evaluation_cannot_be_entered_again(centre: SmallCentre) -> None:
    assignment = first_of(centre, MINA)
    evaluate(centre, MINA, assignment)
    with pytest.raises(BadInput) as refused:
        save_draft(centre.engine, MINA, assignment, {}, "", saved=1, now=NOW)
    assert refused.value.problems[0].code == "evaluation.submitted"
    work = my_work(centre.engine, MINA)
    assert assignment not in set(work.open["assignment_id"])
    assert work.submitted == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"unknown": Answer(option="yes")},
        {"greeting": Answer(option="fully")},
        {"greeting": Answer(not_applicable=True)},
    ],
)
def test_answers_that_the_form_lacks_are_refused(
    centre: SmallCentre, answers: dict[str, Answer]
) -> None:
    assignment = first_of(centre, MINA)
    with pytest.raises(ValueError, match="question"):
        save_draft(centre.engine, MINA, assignment, answers, "", saved=0, now=NOW)
    assert open_assignment(centre.engine, MINA, assignment).saved == 0


def test_an_assignment_is_its_analysts_alone(centre: SmallCentre) -> None:
    assignment = first_of(centre, MINA)
    for actor in (KAVEH, LEAD, MANAGER, SARA):
        with pytest.raises(NotAllowed):
            open_assignment(centre.engine, actor, assignment)
        with pytest.raises(NotAllowed):
            save_draft(centre.engine, actor, assignment, FULL, "", saved=0, now=NOW)
    with pytest.raises(NotAllowed):
        open_assignment(centre.engine, MINA, 999)


def test_who_may_read_an_evaluation(centre: SmallCentre) -> None:
    evaluation, analyst = of_sara(centre)
    publish_all(centre, evaluation.id or 0)
    other = KAVEH if analyst == MINA else MINA
    may = {actor.username for actor in (analyst, LEAD, MANAGER, SARA)}
    for actor in (analyst, other, LEAD, OTHER_LEAD, MANAGER, SARA, REZA):
        listed = list_evaluations(centre.engine, actor, now=NOW)
        if actor.username in may:
            assert list(listed["evaluation_id"]) == [evaluation.id]
            assert read_evaluation(centre.engine, actor, evaluation.id or 0).evaluation.id
        else:
            assert listed.empty
            with pytest.raises(NotAllowed):
                read_evaluation(centre.engine, actor, evaluation.id or 0)


def test_no_coaching_makes_no_note(centre: SmallCentre) -> None:
    of_sara(centre, "   ")
    assert list_notes(centre.engine, MANAGER).empty


def test_a_chat_shows_its_text(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        chats = select(col(Evaluation.id))
        assert session.scalars(chats).all() == []
    for actor in (MINA, KAVEH):
        queue = my_work(centre.engine, actor).open
        for assignment, channel in zip(queue["assignment_id"], queue["channel"], strict=True):
            segments = open_assignment(centre.engine, actor, int(assignment)).words.segments
            assert bool(segments) == (channel == "chat")


def test_submitting_asks_the_database_few_times_however_many_questions(
    centre: SmallCentre,
) -> None:
    assignment = first_of(centre, MINA)
    answers = {**FULL, "solved": Answer(not_applicable=True)}  # a row without an option
    save_draft(centre.engine, MINA, assignment, answers, "Well done.", saved=0, now=NOW)
    asked: list[str] = []

    @event.listens_for(centre.engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    submit_evaluation(centre.engine, MINA, assignment, saved=1, now=NOW)
    assert len(asked) <= 20
    assert len([each for each in asked if each.startswith("INSERT INTO answer")]) == 1
