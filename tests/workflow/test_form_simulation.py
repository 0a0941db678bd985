"""Stored evaluations under another form version: what changes, and what cannot be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sqlmodel import col, select

from qm.core.forms.answers import Answer
from qm.core.problems import BadInput, NotAllowed
from qm.core.scoring.rescoring import Misfit, scores_of
from qm.core.scoring.score import score
from qm.intake.form_files import read_form
from qm.store.engine import transaction
from qm.store.tables import AnswerRow, Evaluation
from qm.workflow import form_simulation
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import read_evaluation, save_draft, submit_evaluation
from qm.workflow.form_simulation import simulate
from qm.workflow.forms import publish_form
from qm.workflow.my_work import my_work
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    FORM,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SARA,
    SmallCentre,
    build,
    built_once,
)
from tests.workflow import every_kind

if TYPE_CHECKING:
    from pathlib import Path

    from qm.core.forms.form import Form

YES, NO = Answer(option="yes"), Answer(option="no")
FULLY, PARTLY = Answer(option="fully"), Answer(option="partly")
NONE = Answer(not_applicable=True)
# Scores under call@1: 100, 85, 40 + 30, 60 (and failed by the fatal answer), 100 (N/A left out).
GIVEN = [
    {"greeting": YES, "solved": FULLY, "polite": YES},
    {"greeting": YES, "solved": PARTLY, "polite": YES},
    {"greeting": YES, "solved": NO, "polite": YES},
    {"greeting": NO, "solved": FULLY, "polite": YES},
    {"greeting": YES, "solved": NONE, "polite": YES},
    {"greeting": YES, "solved": FULLY, "polite": NO},
]
SCORES = [100.0, 85.0, 70.0, 60.0, 100.0, 70.0]


def written(*changes: tuple[str, str]) -> Form:
    text = FORM.format(channel="call").replace('version: "1"', "version: 2")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    form, problems, *_ = read_form(text, "new.yaml")
    assert form, problems
    return form


def calls_of(centre: SmallCentre) -> list[tuple[object, int]]:
    work = []
    for actor in (MINA, KAVEH):
        queue = my_work(centre.engine, actor).open
        calls = queue[queue["channel"] == "call"]["assignment_id"]
        work += [(actor, int(assignment)) for assignment in calls]
    return work


@built_once
def prepared(database_url: str, folder: Path) -> SmallCentre:
    centre = build(database_url, folder)
    everything = POLICY.model_copy(update={"min_per_agent": 10})
    draw_period(centre.engine, MANAGER, PERIOD, everything, centre=CENTRE, now=NOW, seed="s")
    return centre


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return evaluated(database_url, tmp_path)


@built_once
def evaluated(database_url: str, folder: Path) -> SmallCentre:
    centre = prepared(database_url, folder)
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    for (actor, assignment), answers in zip(calls_of(centre), GIVEN, strict=False):
        saved = save_draft(centre.engine, actor, assignment, answers, "", saved=0, now=NOW)
        submit_evaluation(centre.engine, actor, assignment, saved=saved, now=NOW)
    with transaction(centre.engine) as session:
        stored = session.exec(select(Evaluation).order_by(col(Evaluation.id))).all()
    assert [row.percent for row in stored] == SCORES
    return centre


def test_the_same_rules_change_nothing(centre: SmallCentre) -> None:
    result = simulate(centre.engine, MANAGER, written(), form_id="call")
    assert result.before == result.after
    assert (result.form, result.versions, result.evaluations) == ("call@2", ("call@1",), 6)
    assert (result.compared, result.mean_difference) == (6, 0.0)
    assert result.outcomes.empty
    assert result.biggest.empty
    assert (result.misfits, result.new_questions, result.with_unanswered) == ((), (), 0)
    assert result.incomparable.empty


def test_the_distributions_have_their_n(centre: SmallCentre) -> None:
    before = simulate(centre.engine, MANAGER, written(), form_id="call").before
    assert before.n == 6
    assert before.mean == pytest.approx(485 / 6)
    assert (before.lower_quartile, before.median, before.upper_quartile) == (70.0, 77.5, 96.25)
    assert {start: n for start, n in before.bins.items() if n} == {60: 1, 70: 2, 80: 1, 90: 2}
    assert list(before.bins) == list(range(0, 100, 10))
    assert (before.decided, before.passed, before.pass_percent) == (6, 3, 50.0)


def test_every_changed_outcome_is_named(centre: SmallCentre) -> None:
    heavier = written(("weight: 40", "weight: 70"), ("weight: 60", "weight: 30"))
    result = simulate(centre.engine, MINA, heavier, form_id="call")
    # 70 + 30·(0 + 1)/2 passes now; 30 instead of 60 without a greeting; the fatal one still fails.
    assert list(result.outcomes["evaluation_id"]) == [3]
    row = result.outcomes.iloc[0]
    assert (row["before_percent"], row["after_percent"], row["difference"]) == (70.0, 85.0, 15.0)
    assert (row["before_outcome"], row["after_outcome"]) == ("fail", "pass")
    assert row["form_version"] == "1"
    assert list(result.biggest["difference"]) == [-30.0, 15.0, 15.0, 7.5]
    assert result.mean_difference == pytest.approx(7.5 / 6)
    assert result.after.pass_percent == pytest.approx(100 * 4 / 6)


def test_answers_without_a_place_are_left_out_and_named(centre: SmallCentre) -> None:
    changed = written(
        ("id: partly", "id: mostly"),
        ("id: greeting", "id: opening-words"),
        ("        not_applicable: true\n", ""),
    )
    result = simulate(centre.engine, MANAGER, changed, form_id="call")
    assert set(result.misfits) == {
        Misfit("greeting", None, 6),
        Misfit("solved", "partly", 1),
        Misfit("solved", "n/a", 1),
    }
    assert result.new_questions == ("opening-words",)
    assert result.with_unanswered == 6
    # What is left is scored: politeness alone in the second, nothing else of it.
    assert list(result.biggest["after_percent"]) != []
    assert result.after.n == 6


def test_evaluations_without_a_score_are_told_with_the_reason(centre: SmallCentre) -> None:
    unscored = written(("pass_percent: 75\n", "scoring: unscored\n"))
    result = simulate(centre.engine, MANAGER, unscored, form_id="call")
    assert (result.after.n, result.after.mean, result.after.pass_percent) == (0, None, None)
    assert (result.compared, result.mean_difference) == (0, None)
    assert list(result.incomparable["after"]) == ["unscored"] * 6
    assert list(result.incomparable["before"]) == [None] * 6
    assert len(result.outcomes) == 6
    assert set(result.outcomes["after_outcome"]) == {None}


def test_only_the_latest_revision_and_the_wanted_months_count(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        session.get_one(Evaluation, 1).is_latest = False
        session.get_one(Evaluation, 2).period = "1405-07"
    assert simulate(centre.engine, MANAGER, written(), form_id="call").evaluations == 5
    july = simulate(centre.engine, MANAGER, written(), form_id="call", periods=["1405-07"])
    assert (july.evaluations, july.before.mean) == (1, 85.0)


def test_batches_are_told_and_change_nothing(
    centre: SmallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    heavier = written(("weight: 40", "weight: 70"), ("id: partly", "id: mostly"))
    whole = simulate(centre.engine, MANAGER, heavier, form_id="call")
    monkeypatch.setattr(form_simulation, "_BATCH", 4)
    told: list[tuple[int, int]] = []
    parts = simulate(
        centre.engine, MANAGER, heavier, form_id="call", on_progress=lambda *p: told.append(p)
    )
    assert told == [(4, 6), (6, 6)]
    assert (parts.before, parts.after, parts.misfits) == (whole.before, whole.after, whole.misfits)
    pd.testing.assert_frame_equal(parts.biggest, whole.biggest)


def test_nothing_is_stored(centre: SmallCentre) -> None:
    def everything() -> list[object]:
        with transaction(centre.engine) as session:
            return [
                row.model_dump() for t in (Evaluation, AnswerRow) for row in session.exec(select(t))
            ]

    before = everything()
    simulate(centre.engine, MANAGER, written(("weight: 40", "weight: 1")), form_id="call")
    assert everything() == before


def test_who_may_simulate_and_on_what(centre: SmallCentre) -> None:
    for actor in (LEAD, SARA):
        with pytest.raises(NotAllowed):
            simulate(centre.engine, actor, written(), form_id="call")
    with pytest.raises(BadInput) as refused:
        simulate(centre.engine, MANAGER, written(), form_id="chat")
    assert [problem.code for problem in refused.value.problems] == ["form.no_evaluations"]


def test_every_kind_of_question_is_scored_as_one_by_one(database_url: str, tmp_path: Path) -> None:
    centre = prepared(database_url, tmp_path)
    text = every_kind.FORM.format(channel="call", version=2)
    path = tmp_path / "call-2.yaml"
    path.write_text(text, encoding="utf-8")
    publish_form(centre.engine, ADMIN, path, lock_path=tmp_path / "LOCK", now=NOW)
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    variants = [
        every_kind.ANSWERS,
        {**every_kind.ANSWERS, "steps": Answer(options=()), "greeting": YES},
        {**every_kind.ANSWERS, "offered": NONE, "priced": NONE},
    ]
    ids = []
    for (actor, assignment), answers in zip(calls_of(centre), variants, strict=False):
        saved = save_draft(centre.engine, actor, assignment, answers, "", saved=0, now=NOW)
        done = submit_evaluation(centre.engine, actor, assignment, saved=saved, now=NOW)
        ids.append(done.id or 0)
    with transaction(centre.engine) as session:
        session.get_one(Evaluation, ids[1]).facts = {"queue": "returns"}  # hides the extras
    changed = text.replace("version: 2", "version: 3").replace("weight: 19.19", "weight: 91.9")
    new, problems, *_ = read_form(changed.replace("most: 3", "most: 4"), "new.yaml")
    assert new, problems
    result = simulate(centre.engine, MANAGER, new, form_id="call")
    expected = []
    for name in ids:
        reading = read_evaluation(centre.engine, ADMIN, name)
        card = score(new, reading.answers, reading.facts)
        expected.append(float(card.percent or 0))
    assert result.misfits == ()
    after = result.biggest.set_index("evaluation_id")["after_percent"]
    assert [after[name] for name in ids] == expected
    assert len(set(expected)) == 3


def test_scores_beyond_the_usual_range_have_their_place() -> None:
    percents = pd.Series([-12.0, 0.0, 9.99, 100.0, 104.5, None], dtype=object)
    found = scores_of(percents, pd.Series([None] * 6, dtype=object))
    assert {start: n for start, n in found.bins.items() if n} == {-20: 1, 0: 2, 90: 1, 100: 1}
    assert (found.n, found.decided, found.pass_percent) == (5, 0, None)
    nothing = scores_of(percents.iloc[5:], pd.Series([None], dtype=object))
    assert (nothing.n, nothing.mean, nothing.median, sum(nothing.bins.values())) == (
        0,
        None,
        None,
        0,
    )
