"""Every page, for every role, in both languages, on an empty and on a living centre."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from sqlmodel import col, select, update
from streamlit.testing.v1 import AppTest

from qm.core.access import ROLES, Actor
from qm.core.answers import Answer, Evidence
from qm.core.text import LANGUAGES, Language
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import Agent, Assignment, Interaction, Recording, SegmentRow, Team, User
from qm.workflow.coaching import list_notes
from qm.workflow.draws import assign_picks, draw_period, list_draws
from qm.workflow.evaluations import (
    list_evaluations,
    my_queue,
    open_assignment,
    save_draft,
    submit_evaluation,
)
from qm.workflow.forms import publish_form
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import (
    ADMIN,
    CENTRE,
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
)

MAY_OPEN = {
    "my_queue": {"analyst"},
    "evaluate": {"analyst"},
    "quality_trends": {*ROLES},
    "coaching_notes": {*ROLES},
    "evaluation_list": {*ROLES},
    "monthly_report": {"manager", "admin"},
    "interaction_import": {"manager", "admin"},
    "evaluation_forms": {"analyst", "lead", "manager", "admin"},
    "sampling_draws": {"analyst", "manager", "admin"},
    "transcript_states": {"manager", "admin"},
}
ACTORS = {"analyst": MINA, "lead": LEAD, "manager": MANAGER, "agent": SARA, "admin": ADMIN}

# Whether somebody was on hold decides whether the next question is asked.
CALL_FORM = """\
form: call
version: "2"
channel: call
title: {en: Calls, fa: تماس‌ها}
pass_percent: 75
sections:
  - id: talk
    title: {en: Talk, fa: گفت‌وگو}
    weight: 100
    questions:
      - id: greeting
        text: {en: Greets?, fa: سلام؟}
        options:
          - {id: "yes", label: {en: "Yes", fa: بله}, points: 1}
          - {id: "no", label: {en: "No", fa: خیر}, points: 0}
      - id: on-hold
        text: {en: On hold?, fa: انتظار؟}
        not_applicable: true
        options:
          - {id: "yes", label: {en: "Yes", fa: بله}, points: 1}
          - {id: "no", label: {en: "No", fa: خیر}, points: 1}
      - id: announced
        text: {en: Announced?, fa: اعلام شد؟}
        when: {question: on-hold, answered: ["yes"]}
        options:
          - {id: "yes", label: {en: "Yes", fa: بله}, points: 1}
          - {id: "no", label: {en: "No", fa: خیر}, points: 0}
"""
HOSTILE = '<img src=x onerror="document.title=1"> **bold** :red[x] $x$ [a](http://x) `c` #h'


def of_agent(centre: SmallCentre, agent: str) -> tuple[Actor, int]:
    """Return an open assignment about a call of the agent, and whose it is."""
    with transaction(centre.engine) as session:
        query = (
            select(Assignment)
            .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
            .where(Assignment.state == "open", Interaction.agent_id == agent)
            .where(Interaction.channel == "call")
        )
        found = session.exec(query).first()
    assert found is not None
    return {"mina": MINA, "kaveh": KAVEH}[found.evaluator], found.id or 0


def alive(folder: Path, *, with_evaluation: bool = True) -> SmallCentre:
    """Return the small centre, drawn and assigned; a call of sara's is evaluated, with a note."""
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder)
    form = folder / "call-2.yaml"
    form.write_text(CALL_FORM, encoding="utf-8")
    publish_form(centre.engine, ADMIN, form, lock_path=folder / "LOCK", now=NOW)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, now=NOW)
    if with_evaluation:
        evaluate(centre, {"greeting": Answer(option="yes"), "on-hold": Answer(option="no")})
    return centre


def evaluate(centre: SmallCentre, answers: dict[str, Answer], coaching: str = "Good.") -> None:
    actor, assignment = of_agent(centre, "sara")
    saved = save_draft(centre.engine, actor, assignment, answers, coaching, saved=0, now=NOW)
    submit_evaluation(centre.engine, actor, assignment, saved=saved, now=NOW)


def nobody_called(folder: Path) -> SmallCentre:
    """Return a centre with people and nothing else."""
    engine = open_engine(f"sqlite:///{folder / 'qm.db'}")
    migrate(engine)
    with transaction(engine) as session:
        session.add(Team(id="orders", name="Orders"))
        session.flush()
        session.add(Agent(id="sara", name="Sara", team_id="orders"))
        session.flush()
        session.add_all(
            User(
                username=actor.username,
                name=actor.username.title(),
                role=actor.role,
                team_id=actor.team_id,
                agent_id=actor.agent_id,
                password_hash="-",
                created_at=NOW,
            )
            for actor in ACTORS.values()
        )
    return SmallCentre(engine, folder)


@pytest.fixture(scope="module", params=["empty", "alive"])
def reading(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Screens]:
    """The pages of a centre on which nothing is changed."""
    folder = tmp_path_factory.mktemp(request.param)
    centre = nobody_called(folder) if request.param == "empty" else alive(folder)
    with screens(centre) as pages:
        yield pages
    centre.engine.dispose()


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Screens]:
    """The pages of a centre of this test's own; nothing is evaluated yet."""
    centre = alive(tmp_path, with_evaluation=False)
    with screens(centre) as pages:
        yield pages
    centre.engine.dispose()


# --- every page for everybody


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_opens(reading: Screens, role: str, language: Language) -> None:
    page = reading.enter(ACTORS[role].username, language)
    for screen, roles in MAY_OPEN.items():
        if role not in roles:
            with pytest.raises(ValueError, match="navigation page"):
                page.switch_page(f"screens/{screen}.py")
            continue
        page.switch_page(f"screens/{screen}.py").run()
        assert not page.exception, screen
        assert len(page.title) == 1, screen  # without an assignment, evaluate leads to the queue
        if language == "fa" and screen != "interaction_import":  # shows literal examples
            assert not latin_numbers(words(page)), screen


def latin_numbers(said: str) -> list[str]:
    """Return numbers in Latin digits, but not the ids and hashes that are never translated."""
    free = re.sub(r"\S*[A-Za-z@]\S*", "", said)
    return re.findall(r"(?<!\d)[0-9]{1,9}(?!\d)", free)


REFUSED = [
    (screen, role)
    for screen, roles in MAY_OPEN.items()
    for role in ROLES
    if role not in roles and screen != "evaluate"  # refuses in words, see below
]


@pytest.mark.parametrize(("screen", "role"), REFUSED)
def test_a_page_refuses_by_itself_whom_no_menu_leads_there(
    reading: Screens, screen: str, role: str
) -> None:
    page = reading.open_alone(ACTORS[role].username, screen)
    assert [error.proto.type for error in page.exception] == ["qm.core.problems.NotAllowed"]
    assert words(page) == ""


def test_another_ones_assignment_is_refused_in_words(working: Screens) -> None:
    owner, assignment = of_agent(working.centre, "reza")
    other = KAVEH if owner == MINA else MINA
    alone = working.open_alone("sara", "evaluate", assignment=assignment)
    for page in (
        working.open(other.username, "evaluate", assignment=assignment),
        working.open(owner.username, "evaluate", assignment=9_999),
        alone,
    ):
        assert not page.exception
        assert len(page.error) == 1
        assert "Greets?" not in words(page)


# --- what they show


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fa", ["آبان ۱۴۰۵", "n = ۱", "۱۰۰٫۰", "۵ از ۶", "۱ تماس"]),
        ("en", ["Aban 1405", "n = 1", "100.0"]),
    ],
)
def test_trends_and_report(tmp_path: Path, language: Language, expected: list[str]) -> None:
    with screens(alive(tmp_path)) as pages:
        page = pages.open("manager", "quality_trends", language)
        print(words(page))
        page.switch_page("screens/monthly_report.py").run()
        print(words(page))
        for s in ["my_queue", "evaluation_list","coaching_notes"]:
            page = pages.open("mina", s, language)
            print(words(page))
        print(page.dataframe)
