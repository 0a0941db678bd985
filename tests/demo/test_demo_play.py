"""The demo's path through the real workflow, on SQLite, with everything but the speech model."""

from __future__ import annotations

import math
import shutil
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.config import Settings
from qm.core.access import COMMAND_LINE, ROLES, Actor
from qm.core.problems import BadInput
from qm.demo import DemoSummary, play
from qm.demo.cast import AGENTS, PASSWORD, PERIODS
from qm.demo.feedback import questions_written_about
from qm.demo.steps import STEPS
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import Evaluation
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_proposals import list_proposals
from qm.workflow.coaching_talk_reading import list_talks, read_talk
from qm.workflow.draw_checks import verify_draw
from qm.workflow.draw_seeds import list_seeds
from qm.workflow.draws import list_draws
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import read_evaluation
from qm.workflow.forms import check_forms
from qm.workflow.interactions import import_interactions
from qm.workflow.life_lists import list_disputes
from qm.workflow.my_work import my_work
from qm.workflow.people import add_user
from qm.workflow.replacement_rates import list_replacements
from qm.workflow.sign_in import sign_in, user_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

REPOSITORY = Path(__file__).parents[2]
NOW = datetime(2027, 1, 1, tzinfo=UTC)
MANAGER = Actor("manager", "manager")
PER_AGENT = 12
SAMPLED = ("seeds", "import", "users", "forms", "draw", "assign", "replace")
WITHOUT_SPEECH = {name: step for name, step in STEPS.items() if name != "transcribe"}


def settings_in(folder: Path) -> Settings:
    forms = folder / "forms"
    if not forms.exists():
        shutil.copytree(REPOSITORY / "forms", forms)
    return Settings(
        data_folder=folder / "var", forms_folder=forms, recordings_folder=folder / "recordings"
    )


def played(settings: Settings, told: list[str] | None = None) -> DemoSummary:
    told = [] if told is None else told
    return play(
        settings, echo=told.append, now=NOW, per_agent=PER_AGENT, since=0, steps=WITHOUT_SPEECH
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a demo that was played."""
    settings = settings_in(tmp_path_factory.mktemp("played"))
    summary = played(settings)
    assert all(step.did for step in summary.steps)
    return settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database)
    yield engine
    engine.dispose()


def test_earlier_months_are_evaluated_and_the_last_one_in_part(engine: Engine) -> None:
    evaluations = list_evaluations(engine, MANAGER, now=NOW)
    per_month = Counter(evaluations["period"])
    least = 2 * len(AGENTS)  # two picks an agent at least, and 5 % of twelve is less
    twice = math.ceil(least / 10)
    with transaction(engine) as session:
        is_targeted = col(Evaluation.purpose) == "targeted"
        targeted = Counter(session.scalars(select(Evaluation.period).where(is_targeted)))
    for period in PERIODS[:2]:
        assert per_month[period] == least + twice + targeted[period]
    drawn = least + twice
    assert 0.4 * drawn < per_month[PERIODS[2]] < 0.75 * drawn
    scored = evaluations["percent"].dropna()
    assert len(scored) == len(evaluations)
    assert scored.nunique() > 10
    assert scored.between(0, 100).all()


def test_seeds_are_committed_to_in_time_and_every_draw_can_be_repeated(engine: Engine) -> None:
    draws = list_draws(engine, MANAGER)
    assert sorted(draws["period"]) == list(PERIODS)
    known = {each.period: each for each in list_seeds(engine, MANAGER)}
    assert [known[period].is_late for period in PERIODS] == [False] * 3
    assert [known[period].seed for period in PERIODS] == [f"sepidar-{each}" for each in PERIODS]
    for draw_id in draws["draw_id"]:
        found = verify_draw(engine, MANAGER, draw_id)
        assert [check.outcome for check in found.checks] == ["ok"] * len(found.checks)


def test_double_scored_picks_are_evaluated_by_two_who_do_not_always_agree(engine: Engine) -> None:
    query = select(Evaluation).where(
        col(Evaluation.purpose) == "double_scored", col(Evaluation.period).in_(PERIODS[:2])
    )
    by_call = defaultdict(list)
    with transaction(engine) as session:
        for row in session.scalars(query):
            by_call[row.interaction_id].append(row)
    assert len(by_call) == 2 * math.ceil(2 * len(AGENTS) / 10)
    assert {len({row.evaluator for row in rows}) for rows in by_call.values()} == {2}
    assert any(len({row.percent for row in rows}) == 2 for rows in by_call.values())


def test_some_picks_were_exchanged_for_reserves(engine: Engine) -> None:
    for period in PERIODS[:2]:
        replaced = list_replacements(engine, MANAGER, period)
        assert 1 <= len(replaced) <= 3


def test_each_analyst_has_work_left_on_several_channels(engine: Engine) -> None:
    for username in ("analyst", "analyst2", "analyst3"):
        work = my_work(engine, Actor(username, "analyst"))
        queue = work.open
        assert set(queue["period"]) == {PERIODS[2]}
        assert len(queue) >= 3
        assert len(set(queue["channel"])) >= 2
        assert work.submitted > len(queue)


def test_evaluations_follow_their_interaction_and_cite_it(engine: Engine) -> None:
    evaluations = list_evaluations(engine, MANAGER, now=NOW)
    cited = 0
    for evaluation_id in evaluations["evaluation_id"]:
        reading = read_evaluation(engine, MANAGER, evaluation_id)
        assert reading.evaluation.submitted_at > reading.context.interaction.started_at
        assert reading.evaluation.submitted_at > reading.context.assignment.assigned_at
        assert reading.scorecard.is_final
        for answer in reading.answers.values():
            for evidence in answer.evidence:
                assert reading.words.segments[evidence.segment].text == evidence.quote
                cited += 1
    assert cited > 20


def test_coaching_is_written_in_the_teams_language_and_partly_discussed(engine: Engine) -> None:
    notes = list_notes(engine, MANAGER)
    english = notes["team_id"] == "international"
    has_persian = notes["text"].str.contains("[آ-ی]", regex=True)
    assert (has_persian == ~english).all()
    assert notes["text"].nunique() > len(notes) / 2
    earlier = notes[notes["period"] != PERIODS[2]]
    assert 0.4 < (earlier["state"] == "discussed").mean() < 0.9
    discussed = notes[notes["state"] == "discussed"]
    assert (discussed["discussed_at"] > discussed["created_at"]).all()
    by_itself = discussed[discussed["session_id"].isna()]
    assert by_itself["lead_comment"].str.len().gt(10).all()
    newest = set(notes[notes["period"] == PERIODS[2]]["state"])
    assert {"review", "shared"} <= newest
    assert {"strength", "opportunity"} <= set(notes["kind"])


def test_triggers_propose_talks_that_are_held_answered_and_still_to_come(engine: Engine) -> None:
    proposals = list_proposals(engine, Actor("qa", "qa_lead"), state=None)
    assert "taken" in set(proposals["state"])
    talks = list_talks(engine, MANAGER)
    assert {"planned", "held"} <= set(talks["state"])
    held = [
        read_talk(engine, MANAGER, int(n)) for n in talks[talks["state"] == "held"]["session_id"]
    ]
    assert any(talk.rows.commitments for talk in held)
    assert {question.effect is None for talk in held for question in talk.questions} == {False}
    for talk in held:
        assert talk.rows.talk.held_at is not None
        assert talk.rows.talk.held_at < NOW


def test_one_sign_in_per_role_is_told_and_works(settings: Settings, engine: Engine) -> None:
    told: list[str] = []
    summary = played(settings, told)
    assert {user.role for user in summary.sign_ins} == set(ROLES)
    for user in summary.sign_ins:
        token = sign_in(
            engine, username=user.username, password=PASSWORD, address="test", now=NOW, hours=1
        )
        found = user_of(engine, token, now=NOW)
        assert found is not None
        assert found[1].role == user.role
        assert any(user.username in line and user.role in line for line in told)


def test_a_second_play_changes_nothing(settings: Settings, engine: Engine) -> None:
    before = list_evaluations(engine, MANAGER, now=NOW)
    summary = played(settings)
    assert summary.is_reused
    assert list_evaluations(engine, MANAGER, now=NOW).equals(before)


def test_a_killed_play_goes_on_to_the_same_result(settings: Settings, tmp_path: Path) -> None:
    class KilledError(Exception):
        pass

    def killed(done: int, _total: int) -> None:
        if done == 17:
            raise KilledError

    interrupted = settings_in(tmp_path)
    evaluate = STEPS["evaluate"]
    steps = {name: STEPS[name] for name in SAMPLED}
    half = {**steps, "evaluate": lambda story, _progress: evaluate(story, killed)}
    with pytest.raises(KilledError):
        play(interrupted, echo=[].append, now=NOW, per_agent=PER_AGENT, since=0, steps=half)
    whole = {**steps, "evaluate": evaluate, "life": STEPS["life"]}
    summary = play(interrupted, echo=[].append, now=NOW, per_agent=PER_AGENT, since=0, steps=whole)
    assert [step.name for step in summary.steps if step.did] == ["evaluate", "life"]
    columns = ["interaction_id", "percent", "evaluator", "submitted_at", "state"]
    results = []
    for each in (settings, interrupted):
        engine = open_engine(each.database)
        table = list_evaluations(engine, MANAGER, now=NOW)[columns].sort_values("interaction_id")
        results.append(table.to_dict("records"))
        engine.dispose()
    assert results[0] == results[1]


def test_a_database_with_real_interactions_is_refused(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    engine = open_engine(settings.database)
    migrate(engine)
    file = tmp_path / "real.csv"
    file.write_text("id,channel,agent,team,started_at\nc-1,call,a,t,2026-10-01T10:00:00Z\n")
    import_interactions(
        engine,
        COMMAND_LINE,
        file,
        centre=settings.centre,
        recordings_folder=settings.recordings_folder,
        max_bytes=10_000,
        now=NOW,
    )
    with pytest.raises(BadInput, match=r"demo\.foreign_interactions"):
        played(settings)
    assert list_evaluations(engine, MANAGER, now=NOW).empty
    engine.dispose()


def test_a_database_with_users_and_no_demo_is_refused(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    engine = open_engine(settings.database)
    migrate(engine)
    add_user(
        engine,
        COMMAND_LINE,
        username="boss",
        name="Boss",
        role="manager",
        password="one-real-password",
        now=NOW,
    )
    with pytest.raises(BadInput, match=r"demo\.foreign_users"):
        played(settings)
    engine.dispose()


def test_the_analysts_texts_are_about_questions_of_the_forms() -> None:
    folder = REPOSITORY / "forms"
    forms = [finding.form for finding in check_forms(folder, folder / "LOCK") if finding.form]
    asked = {question.id for form in forms for question in form.questions()}
    assert questions_written_about() <= asked
    call = next(form for form in forms if form.channel == "call")
    for agent in AGENTS:
        question = call.question(agent.fatal) if agent.fatal else None
        assert agent.fatal is None or (question and any(o.fatal for o in question.options))


def test_evaluations_live_on_after_they_are_submitted(engine: Engine) -> None:
    evaluations = list_evaluations(engine, MANAGER, now=NOW)
    earlier = evaluations[evaluations["period"] != PERIODS[2]]
    assert set(earlier["state"]) == {"closed"}
    newest = evaluations[evaluations["period"] == PERIODS[2]]
    assert {"submitted", "returned", "published", "disputed"} <= set(newest["state"])
    disputes = list_disputes(engine, MANAGER, now=NOW)
    assert {"open", "changed"} == set(disputes["state"])
    changed = disputes[disputes["state"] == "changed"]
    assert (changed["new_percent"] > changed["percent"]).all()
    sara = Actor("agent", "agent", agent_id="sara.nouri")
    hidden = {"submitted", "returned"}
    assert not hidden & set(list_evaluations(engine, sara, now=NOW)["state"])
