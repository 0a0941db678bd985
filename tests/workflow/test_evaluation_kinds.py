"""Evaluations with every kind of question: what they lack, what is stored, what it scores."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from qm.core.forms.answers import Answer
from qm.core.problems import BadInput
from qm.core.scoring.score import score
from qm.core.text import localise_digits
from qm.store.engine import transaction
from qm.store.tables import AnswerRow, Evaluation, Interaction
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import (
    open_assignment,
    read_evaluation,
    save_draft,
    submit_evaluation,
)
from qm.workflow.forms import publish_form
from qm.workflow.my_work import my_work
from qm.workflow.quality import centre_trend, questions_to_coach
from qm.workflow.reporting import monthly_report
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SmallCentre,
    build,
    built_once,
)
from tests.workflow.every_kind import ANSWERS, FORM

if TYPE_CHECKING:
    from pathlib import Path

    from qm.core.forms.answers import Answers


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return assigned(database_url, tmp_path)


@built_once
def assigned(database_url: str, folder: Path) -> SmallCentre:
    centre = build(database_url, folder)
    for channel in ("call", "chat"):
        path = folder / f"{channel}-2.yaml"
        path.write_text(FORM.format(channel=channel, version=2), encoding="utf-8")
        publish_form(centre.engine, ADMIN, path, lock_path=folder / "LOCK", now=NOW)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    return centre


@pytest.fixture
def assignment(centre: SmallCentre) -> int:
    queue = my_work(centre.engine, MINA).open
    return int(queue["assignment_id"].iloc[0])


def submit(centre: SmallCentre, assignment: int, answers: Answers) -> Evaluation:
    saved = open_assignment(centre.engine, MINA, assignment).saved
    saved = save_draft(centre.engine, MINA, assignment, answers, "", saved=saved, now=NOW)
    return submit_evaluation(centre.engine, MINA, assignment, saved=saved, now=NOW)


def rows_of(centre: SmallCentre, evaluation: Evaluation) -> dict[str, AnswerRow]:
    query = select(AnswerRow).where(AnswerRow.evaluation_id == evaluation.id)
    with transaction(centre.engine) as session:
        return {row.question_id: row for row in session.scalars(query)}


def test_a_new_evaluation_begins_with_the_forms_defaults(
    centre: SmallCentre, assignment: int
) -> None:
    workspace = open_assignment(centre.engine, MINA, assignment)
    assert (workspace.answers, workspace.saved) == ({"caller": Answer(option="known")}, 0)
    assert workspace.facts["queue"] == "sales"
    assert workspace.facts["talk_s"] == 120.0
    # The defaults count without a save: the header field is not among what is missing.
    with pytest.raises(BadInput) as refused:
        submit_evaluation(centre.engine, MINA, assignment, saved=0, now=NOW)
    (missing,) = refused.value.problems
    assert missing.values == {"count": 7, "questions": ["spoken-on", 1, 2, 3, 4, 8, 9]}
    assert missing.reason == "Not answered yet (7): spoken-on, 1, 2, 3, 4, 8, 9."
    persian = missing.explained(
        lambda t: {", ": "، "}.get(t, t), lambda text: localise_digits(text, "fa")
    )
    assert "(۷): spoken-on، ۱، ۲، ۳، ۴، ۸، ۹" in persian.reason


def test_a_stored_evaluation_scores_the_same_from_its_rows_alone(
    centre: SmallCentre, assignment: int
) -> None:
    workspace = open_assignment(centre.engine, MINA, assignment)
    card = score(workspace.form, ANSWERS, workspace.facts)
    evaluation = submit(centre, assignment, ANSWERS)
    with transaction(centre.engine) as session:  # later the interaction looks different
        row = session.get_one(Interaction, evaluation.interaction_id)
        row.queue, row.talk_s = "returns", None
    reading = read_evaluation(centre.engine, MINA, evaluation.id or 0)
    assert reading.answers == ANSWERS
    assert reading.facts == workspace.facts
    again = reading.scorecard
    assert (again.ledger, again.states, again.process) == (card.ledger, card.states, card.process)
    assert (again.exact_percent, again.outcome, again.band) == (
        card.exact_percent,
        card.outcome,
        card.band,
    )
    stored = (evaluation.percent, evaluation.outcome, evaluation.band, evaluation.process_percent)
    assert stored == (
        float(card.percent or 0),
        card.outcome,
        card.band,
        float(card.process.percent or 0),
    )
    assert evaluation.process_percent != evaluation.percent
    assert again.process.percent == Decimal(str(evaluation.process_percent))


def test_what_the_rows_of_an_evaluation_say(centre: SmallCentre, assignment: int) -> None:
    rows = rows_of(centre, submit(centre, assignment, ANSWERS))
    assert {name: (row.state, row.value) for name, row in rows.items()} == {
        "spoken-on": ("answered", "2026-10-25"),
        "caller": ("answered", "new"),
        "greeting": ("answered", "no"),
        "steps": ("answered", "order name"),
        "waits": ("answered", "60.5"),
        "warmth": ("outside_control", "2"),
        "remark": ("answered", "\\n/a"),
        "call-back": ("unanswered", None),
        "why": ("answered", "No time,\nthey said: «ببخشید»"),
        "offered": ("answered", "no"),
        "priced": ("answered", "yes"),
    }
    assert {name for name, row in rows.items() if not row.section_id} == {"spoken-on", "caller"}
    assert {row.option_id for row in rows.values()} == {None, "new", "no", "yes"}
    assert {n for n, row in rows.items() if row.possible_points is None} == {
        "spoken-on",
        "caller",
        "remark",
        "call-back",
        "why",
    }
    assert (rows["greeting"].reasons, rows["warmth"].outside_control) == (["haste"], True)
    assert len(rows["steps"].weight_percent) > 10  # a fraction, in full


def test_hidden_questions_keep_nothing(centre: SmallCentre, assignment: int) -> None:
    changed = {**ANSWERS, "greeting": Answer(option="yes")}
    evaluation = submit(centre, assignment, changed)
    why = rows_of(centre, evaluation)["why"]
    assert (why.state, why.value, why.comment) == ("hidden", None, "")
    assert "why" not in read_evaluation(centre.engine, MINA, evaluation.id or 0).answers


def test_conditions_on_the_interaction_decide_what_is_asked(
    centre: SmallCentre, assignment: int
) -> None:
    workspace = open_assignment(centre.engine, MINA, assignment)
    with transaction(centre.engine) as session:
        session.get_one(Interaction, workspace.context.interaction.id).talk_s = 59.9
    without = {name: a for name, a in ANSWERS.items() if name not in {"offered", "priced"}}
    rows = rows_of(centre, submit(centre, assignment, without))
    assert {rows[name].state for name in ("offered", "priced")} == {"hidden"}


def test_every_lack_is_told_with_its_questions(centre: SmallCentre, assignment: int) -> None:
    lacking = {
        **ANSWERS,
        "greeting": Answer(option="no"),
        "waits": Answer(number=Decimal(61)),
        "why": Answer(),
        "offered": Answer(not_applicable=True),
    }
    with pytest.raises(BadInput) as refused:
        submit(centre, assignment, lacking)
    assert [(p.code, p.values["questions"]) for p in refused.value.problems] == [
        ("evaluation.unanswered", [7]),
        ("evaluation.comment_missing", [1]),
        ("evaluation.evidence_missing", [3]),
        ("evaluation.reason_missing", [1]),
        ("evaluation.whole_section", [8]),
    ]
    whole = {name: Answer(not_applicable=True) for name in ("offered", "priced")}
    assert submit(centre, assignment, {**ANSWERS, **whole}).id


def test_the_report_says_of_every_kind_what_can_be_said(
    centre: SmallCentre, assignment: int
) -> None:
    submit(centre, assignment, ANSWERS)
    report = monthly_report(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW).in_language(
        "en"
    )
    columns = ["number", "section", "answered", "full", "short", "fatal", "short_percent"]
    rows = report.tables["questions"][columns].to_numpy().tolist()
    assert rows == [
        [1, "Talk", 1, 0, 1, 0, 100.0],
        [2, "Talk", 1, 1, 0, 0, 0.0],
        [3, "Talk", 1, 0, 1, 0, 100.0],
        [4, "Talk", 0, 0, 0, 0, None],  # outside the agent's control
        [5, "Talk", 1, None, None, None, None],
        [6, "Talk", 0, None, None, None, None],
        [7, "Talk", 1, None, None, None, None],
        [8, "Sale", 1, 0, 1, 0, 100.0],
        [9, "Sale", 1, 1, 0, 0, 0.0],
    ]
    coached = questions_to_coach(centre.engine, MANAGER, PERIOD)
    assert sorted(question.number for question in coached) == [1, 3, 8]


@pytest.mark.parametrize("is_outside", [False, True])
def test_what_was_outside_the_agents_control_is_no_finding_of_theirs(
    centre: SmallCentre, assignment: int, is_outside: bool
) -> None:
    greeting = ANSWERS["greeting"].model_copy(update={"outside_control": is_outside})
    priced = Answer(option="no", outside_control=is_outside)
    evaluation = submit(centre, assignment, {**ANSWERS, "greeting": greeting, "priced": priced})
    (month,) = centre_trend(centre.engine, MANAGER, [PERIOD]).months
    assert month.figures.critical["customer"].n == (0 if is_outside else 1)
    assert month.figures.fatal == (0 if is_outside else 1)
    assert month.figures.evaluated == 1
    assert evaluation.process_outcome == "fail"


@pytest.mark.parametrize(
    "answers",
    [
        {"greeting": Answer(option="no", reasons=("weather",))},
        {"remark": Answer(text="x", outside_control=True)},
        {"caller": Answer(option="new", outside_control=True)},
        {"steps": Answer(options=("name", "nothing"))},
        {"waits": Answer(number=Decimal("0.55"))},
    ],
)
def test_what_the_form_does_not_know_is_refused(
    centre: SmallCentre, assignment: int, answers: Answers
) -> None:
    with pytest.raises(ValueError, match="question"):
        save_draft(centre.engine, MINA, assignment, answers, "", saved=0, now=NOW)
    assert open_assignment(centre.engine, MINA, assignment).saved == 0
