"""The evaluation page for a form that has every kind of question and rule: `every_kind.yaml`.

Its scores are worked out by hand: one point to begin with, and 1 + 1 possible in the opening,
2 + 2 + 2 + 5 in the resolution (and 1 for a complaint), 2 in the closing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select, update
from streamlit.testing.v1 import AppTest

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.text import Language
from qm.store.engine import transaction
from qm.store.tables import Assignment, Interaction
from qm.ui.evaluation.choosing import NONE_OF_THESE
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import open_assignment, read_evaluation, save_draft
from qm.workflow.forms import publish_form
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
    KAVEH,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    build,
)

FORM_PATH = Path(__file__).parent / "every_kind.yaml"


@dataclass
class Desk:
    """An open assignment with the form of every kind, and its page."""

    screens: Screens
    actor: Actor
    assignment: int
    page: AppTest

    def again(self, language: Language = "en") -> Desk:
        """Return the desk in a new tab."""
        page = self.screens.open(
            self.actor.username, "evaluate", language, assignment=self.assignment
        )
        return Desk(self.screens, self.actor, self.assignment, page)

    def find(self, kind: str, name: str, question: str, end: str = "") -> Any:
        """Return a widget of the page by Streamlit's `kind` and our `name` for it."""
        return getattr(self.page, kind)(key=f"{name}-{self.assignment}-{question}{end}")

    def has(self, kind: str, name: str, question: str) -> bool:
        """Whether the page has such a widget."""
        key = f"{name}-{self.assignment}-{question}"
        return key in [widget.key for widget in getattr(self.page, kind)]

    def put(self, kind: str, question: str, value: object, end: str = "") -> None:
        """Give an answer."""
        self.find(kind, "answer", question, end).set_value(value).run()
        assert not self.page.exception

    def choose(self, **chosen: str) -> None:
        """Choose an option of these questions, side by side on the page."""
        for question, option in chosen.items():
            self.put("segmented_control", question, option)

    @property
    def said(self) -> str:
        """Everything that can be read."""
        texts = [element.value for element in self.page.markdown]
        labels = [widget.label for widget in (*self.page.toggle, *self.page.radio)]
        return "\n".join([words(self.page), *texts, *labels])

    @property
    def is_ready(self) -> bool:
        """Whether it can be submitted."""
        return not self.page.button(key=f"submit-{self.assignment}").disabled

    @property
    def answers(self) -> dict[str, Answer]:
        """What is saved."""
        return open_assignment(self.screens.centre.engine, self.actor, self.assignment).answers


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk in a centre of this test's own."""
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    publish_form(centre.engine, ADMIN, FORM_PATH, lock_path=tmp_path / "LOCK", now=NOW)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    with transaction(centre.engine) as session:
        found = first_call(session)
    actor, assignment = {"mina": MINA, "kaveh": KAVEH}[found.evaluator], found.id or 0
    with screens(centre) as pages:
        yield Desk(pages, actor, assignment, AppTest.from_string("")).again()
    centre.engine.dispose()


def first_call(session: Session) -> Assignment:
    """Return an open assignment about a call."""
    query = (
        select(Assignment)
        .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
        .where(Assignment.state == "open", Interaction.channel == "call")
    )
    found = session.exec(query).first()
    assert found is not None
    return found


BEST = {
    "greeting": Answer(option="yes"),
    "topic": Answer(option="return"),
    "identity": Answer(option="yes"),
    "solved": Answer(option="fully"),
    "steps": Answer(options=("asked", "looked")),
    "wait": Answer(number=Decimal("1.5")),
    "empathy": Answer(number=Decimal(5)),
    "summary": Answer(option="whole"),
}


def filled(desk: Desk, **other: Answer) -> Desk:
    """Return the desk with the best answer to every required question, but for `other`."""
    engine, answers = desk.screens.centre.engine, BEST | other
    save_draft(engine, desk.actor, desk.assignment, answers, "", saved=0, now=NOW)
    return desk.again()


# --- every kind


def test_every_kind_is_entered_and_saved(desk: Desk) -> None:
    desk.put("selectbox", "topic", "return", "-en")
    desk.choose(identity="yes", solved="fully", empathy="5")
    desk.put("pills", "steps", ["looked", "asked"])
    desk.put("number_input", "wait", 1.5)
    desk.put("radio", "summary", "whole")
    desk.put("date_input", "promised", dt.date(2026, 12, 6))
    desk.put("text_input", "order-number", "A-17")
    assert desk.answers == BEST | {
        "promised": Answer(date=dt.date(2026, 12, 6)),
        "order-number": Answer(text="A-17"),
    }
    assert all(text in desk.said for text in ("100.0", "Pass", "Excellent", "15 Azar 1405"))
    assert desk.is_ready
    again = desk.again()
    assert again.find("selectbox", "answer", "topic", "-en").value == "return"
    assert again.find("pills", "answer", "steps").value == ["asked", "looked"]
    assert again.find("number_input", "answer", "wait").value == 1.5
    assert again.find("segmented_control", "answer", "empathy").value == "5"
    assert again.find("radio", "answer", "summary").value == "whole"
    assert again.find("date_input", "answer", "promised").value == dt.date(2026, 12, 6)
    assert again.find("text_input", "answer", "order-number").value == "A-17"


def test_a_default_is_visible_and_can_be_submitted_unchanged(desk: Desk) -> None:
    assert desk.find("segmented_control", "answer", "greeting").value == "yes"
    assert "7 open: questions “What was the call about?”, 2–6, 10" in desk.said
    desk.choose(greeting="no")
    assert desk.answers["greeting"] == Answer(option="no")


def test_every_answer_can_be_taken_back(desk: Desk) -> None:
    desk = filled(desk)
    desk.put("selectbox", "topic", None, "-en")
    desk.put("segmented_control", "solved", None)
    desk.put("pills", "steps", [])
    desk.put("number_input", "wait", None)
    desk.put("segmented_control", "empathy", None)
    desk.find("button", "undo", "summary").click().run()
    assert desk.find("radio", "answer", "summary").value is None
    given = {name for name, answer in desk.answers.items() if answer.is_given}
    assert given == {"greeting", "identity"}
    assert "6 open: questions “What was the call about?”, 3–6, 10" in desk.said


def test_none_of_these_is_an_answer_and_excludes_the_others(desk: Desk) -> None:
    desk.put("pills", "steps", ["asked"])
    desk.put("pills", "steps", ["asked", NONE_OF_THESE])
    assert desk.answers["steps"] == Answer(options=())
    assert desk.find("pills", "answer", "steps").value == [NONE_OF_THESE]
    assert "0 of 2 points" in desk.said
    desk.put("pills", "steps", [NONE_OF_THESE, "n/a"])
    assert desk.answers["steps"] == Answer(not_applicable=True)
    desk.put("pills", "steps", ["n/a", "looked"])
    assert desk.answers["steps"] == Answer(options=("looked",))
    assert desk.find("pills", "answer", "steps").value == ["looked"]


def test_what_is_written_has_an_n_a_beside_it(desk: Desk) -> None:
    desk.put("number_input", "wait", 12.5)
    assert "0 of 2 points" in desk.said
    desk.find("pills", "na", "wait").set_value("n/a").run()
    assert desk.answers["wait"] == Answer(not_applicable=True)
    number = desk.find("number_input", "answer", "wait")
    assert (number.value, number.disabled) == (None, True)
    desk.find("pills", "na", "wait").set_value(None).run()
    assert desk.answers["wait"] == Answer()
    assert not desk.has("pills", "na", "order-number")


def refusals(desk: Desk, entered: str) -> list[str]:
    """Return the notes that say that this is no answer."""
    return [html for html in markup(desk.page) if "✕" in html and entered in html]


def test_days_and_numbers_are_written_in_persian(desk: Desk) -> None:
    desk = desk.again("fa")
    desk.put("text_input", "promised", "۱۴۰۵/۱۳/۱۵", "-text")
    assert not desk.answers["promised"].is_given
    assert refusals(desk, "۱۴۰۵/۱۳/۱۵")
    desk.put("text_input", "promised", "۱۴۰۵/۰۹/۱۵", "-text")
    assert desk.answers["promised"] == Answer(date=dt.date(2026, 12, 6))
    assert "۱۵ آذر ۱۴۰۵" in desk.said
    assert not refusals(desk, "۱۴۰۵/۱۳/۱۵")
    desk.put("text_input", "promised", "1405-9-16", "-text")
    assert desk.find("text_input", "answer", "promised", "-text").value == "۱۴۰۵/۰۹/۱۶"
    desk.put("text_input", "promised", "2026-12-08", "-text")
    assert desk.find("text_input", "answer", "promised", "-text").value == "۱۴۰۵/۰۹/۱۷"
    desk.put("text_input", "wait", "۷٫۵", "-text")
    assert desk.answers["wait"] == Answer(number=Decimal("7.5"))
    for refused in ("۶۱", "۱٫۲۵", "دو", "NaN"):
        desk.put("text_input", "wait", refused, "-text")
        assert not desk.answers["wait"].is_given
        assert refusals(desk, refused)


# --- what appears and disappears


def test_a_subsection_is_asked_where_its_condition_holds(desk: Desk) -> None:
    assert "Registers the complaint" not in desk.said
    assert not desk.has("segmented_control", "answer", "registered")
    desk.choose(solved="no")
    assert desk.has("segmented_control", "answer", "registered")
    assert desk.has("date_input", "answer", "follow-up")
    desk.choose(solved="partly")
    assert not desk.has("segmented_control", "answer", "registered")


@pytest.mark.parametrize("queue", ["sales", "support"])
def test_a_question_is_asked_by_what_the_interaction_is(desk: Desk, queue: str) -> None:
    with transaction(desk.screens.centre.engine) as session:
        session.exec(update(Interaction).values(queue=queue))
    desk = desk.again()
    assert desk.has("segmented_control", "answer", "offer") == (queue == "sales")


def test_a_section_is_left_out_as_a_whole_and_comes_back_open(desk: Desk) -> None:
    desk = filled(desk, empathy=Answer(number=Decimal(1)))
    assert "75.0" in desk.said  # 12 of 16
    desk.find("toggle", "left-out", "closing").set_value(True).run()
    assert desk.answers["summary"].not_applicable
    assert not desk.has("radio", "answer", "summary")
    assert "71.4" in desk.said  # 10 of 14
    assert desk.is_ready
    desk.find("toggle", "left-out", "closing").set_value(False).run()
    assert not desk.answers["summary"].not_applicable
    assert "1 open: questions 10" in desk.said
    assert not desk.is_ready


# --- what an answer asks for


def test_a_required_comment_and_reason_keep_it_from_being_submitted(desk: Desk) -> None:
    desk = filled(desk, solved=Answer(option="no"))
    desk.choose(registered="yes")
    desk.put("date_input", "follow-up", dt.date(2026, 12, 6))
    assert "comment missing at 3" in desk.said
    assert "reason missing at 3" in desk.said
    assert "✱ comment missing" in desk.said
    assert not desk.is_ready
    desk.find("text_input", "comment", "solved").set_value("Sent away.").run()
    assert "comment missing" not in desk.said
    assert not desk.is_ready
    desk.find("pills", "reasons", "solved").set_value(["haste"]).run()
    assert desk.answers["solved"] == Answer(option="no", comment="Sent away.", reasons=("haste",))
    assert desk.is_ready
    desk.choose(solved="fully")
    assert desk.answers["solved"] == Answer(option="fully", comment="Sent away.")


def test_the_tag_changes_the_agents_score_and_not_the_process(desk: Desk) -> None:
    desk = filled(desk, empathy=Answer(number=Decimal(1)))
    assert "75.0" in desk.said  # 12 of 16
    assert not desk.has("toggle", "outside", "solved")
    desk.find("toggle", "outside", "empathy").set_value(True).run()
    assert desk.answers["empathy"].outside_control
    assert "agent 100.0 · process 75.0" in desk.said  # 11 of 11
    assert "It counts for the process, not for the agent." in desk.said
    desk.choose(empathy="5")
    assert not desk.answers["empathy"].outside_control
    assert "process 75.0" not in desk.said


# --- the score and why


def ledger_rows(desk: Desk) -> list[list[str]]:
    """Return the cells of the ledger, row by row."""
    (table,) = [html for html in markup(desk.page) if "qm-table" in html]
    rows = re.findall(r"<tr.*?</tr>", table)
    return [
        [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows[1:]
    ]


def test_the_lines_of_the_ledger_sum_to_the_score(desk: Desk) -> None:
    worse = {"identity": Answer(option="no"), "empathy": Answer(number=Decimal(4))}
    desk = filled(desk, **worse)
    rows = ledger_rows(desk)
    assert rows[0] == ["Points to begin with", "", "6.25", "6.25", ""]
    assert ["Opening", "", "12.50", "6.25", "6.25"] in rows
    assert ["2 Verifies who is calling", "No", "6.25", "0.00", "6.25"] in rows
    assert ["A fatal answer fails the section", "", "0.00", "0.00", ""] in rows
    assert ["5 Longest hold", "1.5 minutes", "12.50", "12.50", "0.00"] in rows
    assert ["4 What did the agent do?", "Asked back, Looked it up"] in [row[:2] for row in rows]
    assert rows[-1] == ["Score", "", "100.00", "87.50", ""]
    heads = {"Opening", "Resolution", "Time and tone", "Closing", "Score"}
    lines = [Decimal(row[3]) for row in rows if row[0] not in heads and row[3]]
    assert sum(lines) == Decimal("87.50")
    assert "✕ compliance critical: 0 of 1 met" in desk.said
    assert "✓ customer critical: 1 of 1 met" in desk.said


def test_a_fatal_answer_shows_both_scores(desk: Desk) -> None:
    desk = filled(desk, identity=Answer(option="disclosed"))
    said = desk.said
    assert all(text in said for text in ("Fail", "fatal: question 2", "calculated 93.8"))
    rows = ledger_rows(desk)
    assert rows[-2] == ["A fatal answer: score zero", "", "0.00", "-93.75", ""]
    assert rows[-1][3] == "0.00"


def test_the_labels_say_what_an_answer_decides(desk: Desk) -> None:
    asked = [each for each in markup(desk.page) if "qm-question" in each]
    labels = {re.sub(r".*?qm-mute\">(\d*)<.*", r"\1", each, flags=re.S): each for each in asked}
    assert ">fatal</span>" in labels["2"]
    assert ">fails the section</span>" in labels["2"]
    assert ">bonus</span>" in labels["11"]
    assert ">optional</span>" in labels["11"]
    told = unescape("".join(asked))
    assert "<b>Yes</b> · “This is Sara from the centre.”" in told
    assert "<b>No</b> · fails the section</p><p><b>Data disclosed</b> · fatal" in told


def test_a_submitted_one_is_read_with_all_that_was_given(desk: Desk) -> None:
    desk = filled(desk, solved=Answer(option="partly"))
    desk.put("text_input", "order-number", "A-17")
    desk.find("pills", "reasons", "solved").set_value(["system"]).run()
    desk.find("toggle", "outside", "solved").set_value(True).run()
    desk.page.button(key=f"submit-{desk.assignment}").click().run()
    engine = desk.screens.centre.engine
    listed = list_evaluations(engine, desk.actor, now=NOW)["evaluation_id"]
    card = read_evaluation(engine, desk.actor, int(listed.iloc[0])).scorecard
    assert (card.percent, card.process.percent) == (Decimal("100.0"), Decimal("93.8"))
    page = desk.screens.open(desk.actor.username, "evaluation_list", evaluation=listed.iloc[0])
    said = words(page)
    for text in ("Order number", "A-17", "Return", "System was down", "agent 100.0 · process 93.8"):
        assert text in said
    assert "Partly · outside the agent's control" in said
