"""Every page, for every role, in both languages, on an empty and on a living centre."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import col, select, update
from streamlit.testing.v1 import AppTest

from qm.core.access import ROLES, Actor
from qm.core.forms.answers import Answer, Evidence
from qm.core.life.rules import KIND, LifeRules
from qm.core.problems import Problem
from qm.core.text import LANGUAGES, Language
from qm.store.engine import migrate, open_engine, transaction
from qm.store.rules import add_rules
from qm.store.tables import Agent, Assignment, Interaction, Pick, Recording, SegmentRow, Team, User
from qm.ui.plain import plain
from qm.workflow.assigning import assign_picks
from qm.workflow.coaching import list_notes
from qm.workflow.draws import draw_period
from qm.workflow.evaluation_life import publish_evaluations
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import (
    open_assignment,
    save_draft,
    submit_evaluation,
)
from qm.workflow.forms import publish_form
from qm.workflow.my_work import my_work
from qm.workflow.transcription import UNEXPECTED
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
    copy_of,
    folder_of_this_session,
)

QA_LEAD = Actor("qa", "qa_lead")
RUNS_IT = {"qa_lead", "manager", "admin"}
MAY_OPEN = {
    "today": {*ROLES},
    "my_queue": {"analyst", "qa_lead"},
    "evaluate": {*ROLES},  # whoever evaluates themselves, see its own refusal
    "evaluation_list": {*ROLES},
    "disputes": {*ROLES},
    "coaching_notes": {*ROLES},
    "overview": {"lead", *RUNS_IT},
    "quality_trends": {*ROLES},
    "transcript_search": {*ROLES},
    "monthly_report": RUNS_IT,
    "interaction_import": RUNS_IT,
    "evaluation_forms": {"analyst", "lead", *RUNS_IT},
    "sampling_draws": {"analyst", *RUNS_IT},
    "transcript_states": RUNS_IT,
    "centre_rules": RUNS_IT,
    "accounts": {"admin"},
    "audit_log": {"manager", "admin"},
}
ACTORS = {
    "analyst": MINA,
    "qa_lead": QA_LEAD,
    "lead": LEAD,
    "manager": MANAGER,
    "agent": SARA,
    "admin": ADMIN,
}

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
SHOWS_CODES = {"interaction_import", "audit_log"}  # as a file or the log writes them
SHOWS_NO_TEXTS = {"interaction_import", "sampling_draws", "today", "disputes"}
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


def alive(folder: Path, *, with_evaluation: bool = True, form: str = CALL_FORM) -> SmallCentre:
    """Return the small centre, drawn and assigned; a call of sara's is evaluated, with a note."""
    return copy_of(_alive(with_evaluation, form), folder)


@cache
def _alive(with_evaluation: bool, form: str) -> SmallCentre:
    folder = folder_of_this_session()
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder)
    with transaction(centre.engine) as session:
        session.add(
            User(username="qa", name="Qa", role="qa_lead", password_hash="-", created_at=NOW)
        )
        add_rules(session, KIND, LifeRules(coaching_review=False), at=NOW, by="admin")
    path = folder / "call-2.yaml"
    path.write_text(form, encoding="utf-8")
    publish_form(centre.engine, ADMIN, path, lock_path=folder / "LOCK", now=NOW)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    if with_evaluation:
        evaluate(centre, {"greeting": Answer(option="yes"), "on-hold": Answer(option="no")})
    return centre


def evaluate(centre: SmallCentre, answers: dict[str, Answer], coaching: str = "Good.") -> None:
    actor, assignment = of_agent(centre, "sara")
    saved = save_draft(centre.engine, actor, assignment, answers, coaching, saved=0, now=NOW)
    submitted = submit_evaluation(centre.engine, actor, assignment, saved=saved, now=NOW)
    publish_evaluations(centre.engine, LEAD, [submitted.id or 0], now=NOW)


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
        if language == "fa" and screen not in SHOWS_CODES:
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
        assert "not yours" in words(page)
        assert "Greets?" not in words(page)


# --- what they show

SHOWN = {
    ("quality_trends", "fa"): ["آبان ۱۴۰۵", "۱۰۰٫۰", "بدون حاشیهٔ خطا · n = ۱"],
    ("quality_trends", "en"): ["Aban 1405", "100.0", "no margin yet · n = 1", "of 1 evaluated"],
    ("monthly_report", "fa"): ["آبان ۱۴۰۵", "n = ۱", "۱۰۰٫۰"],
    ("monthly_report", "en"): ["Aban 1405", "n = 1", "Drawn but not evaluated: 5", "100.0"],
    ("sampling_draws", "fa"): ["آبان ۱۴۰۵", "۲ آذر ۱۴۰۵، ۱۱:۳۰", "۳۰"],
    ("sampling_draws", "en"): ["Aban 1405", "2 Azar 1405, 11:30", "30"],
    ("evaluation_forms", "fa"): ["تماس‌ها", "۲ آذر ۱۴۰۵"],
    ("evaluation_forms", "en"): ["Calls", "2 Azar 1405"],
}


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """The pages of a centre with one evaluation, on which nothing is changed."""
    centre = alive(tmp_path_factory.mktemp("evaluated"))
    with screens(centre) as pages:
        yield pages
    centre.engine.dispose()


@pytest.mark.parametrize(("screen", "language"), SHOWN)
def test_numbers_come_with_their_n_and_months_in_the_centres_calendar(
    evaluated: Screens, screen: str, language: Language
) -> None:
    said = words(evaluated.open("manager", screen, language))
    assert [part for part in SHOWN[screen, language] if part not in said] == []


def test_the_queue_shows_what_waits_and_leads_to_it(evaluated: Screens) -> None:
    queue = my_work(evaluated.centre.engine, KAVEH).open
    page = evaluated.open("kaveh", "my_queue")
    said = words(page)
    assert f"{len(queue)} open" in said
    assert all(text in said for text in queue["interaction_id"])
    assert "due in 7 days" in said
    first = str(queue["assignment_id"].iloc[0])
    page.button(key=f"open-{first}").click().run()
    assert page.query_params["assignment"] == first
    assert page.button(key=f"submit-{first}")


def test_a_row_of_the_list_and_the_evaluation_behind_it(evaluated: Screens) -> None:
    page = evaluated.open("sara", "evaluation_list")
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Evaluator"], row["Score"], row["Outcome"]) == ("Kaveh", "100.0", "Pass")
    assert not {"Agent", "Month"} & row.keys()  # an agent's own, of the month that is chosen
    evaluation = list_evaluations(evaluated.centre.engine, SARA, now=NOW)["evaluation_id"].iloc[0]
    page = evaluated.open("sara", "evaluation_list", evaluation=evaluation)
    said = words(page)
    assert "Good." in said
    assert "Sum 100.0000, rounded half up once: 100.0" in said
    assert [area.key for area in page.text_area if not str(area.key).startswith("life-")] == []


@pytest.mark.parametrize("wanted", ["theirs", "9999"])
def test_an_agent_reads_no_one_elses_evaluation(evaluated: Screens, wanted: str) -> None:
    evaluation = list_evaluations(evaluated.centre.engine, SARA, now=NOW)["evaluation_id"].iloc[0]
    address = str(evaluation) if wanted == "theirs" else wanted
    page = evaluated.open("reza", "evaluation_list", evaluation=address)
    assert "This evaluation does not exist or is not yours to read." in words(page)
    assert "Good." not in words(page)


def press(page: AppTest, label: str) -> None:
    """Press the button with this label."""
    (button,) = [each for each in page.button if each.label == label]
    button.click().run()


# --- evaluating


@pytest.fixture
def desk(working: Screens) -> tuple[Screens, Actor, int, AppTest]:
    """An open assignment about a call of reza's, and its page."""
    actor, assignment = of_agent(working.centre, "reza")
    return (
        working,
        actor,
        assignment,
        working.open(actor.username, "evaluate", assignment=assignment),
    )


Desk = tuple[Screens, Actor, int, AppTest]


def answer(page: AppTest, assignment: int, **chosen: str) -> None:
    """Choose an option for each of these questions."""
    for question, option in chosen.items():
        key = f"answer-{assignment}-{question.replace('_', '-')}"
        page.segmented_control(key=key).set_value(option).run()


def test_an_answer_is_saved_at_once_and_moves_the_score(desk: Desk) -> None:
    pages, actor, assignment, page = desk
    assert "Nothing is answered yet." in words(page)
    assert "2 open" in words(page)

    answer(page, assignment, greeting="yes")
    draft = open_assignment(pages.centre.engine, actor, assignment)
    assert (draft.answers, draft.saved) == ({"greeting": Answer(option="yes")}, 1)
    said = words(page)
    assert all(text in said for text in ("100.0", "so far", "1 open", "✓ saved 11:30:00"))

    answer(page, assignment, greeting="no", on_hold="no")
    page.text_input(key=f"comment-{assignment}-greeting").set_value("Said nothing.").run()
    page.text_area(key=f"coaching-{assignment}").set_value("Say hello.").run()
    draft = open_assignment(pages.centre.engine, actor, assignment)
    assert draft.answers["greeting"] == Answer(option="no", comment="Said nothing.")
    assert draft.coaching == "Say hello."
    assert all(text in words(page) for text in ("50.0", "Fail"))

    again = pages.open(actor.username, "evaluate", assignment=assignment)
    assert again.segmented_control(key=f"answer-{assignment}-greeting").value == "no"
    assert again.text_input(key=f"comment-{assignment}-greeting").value == "Said nothing."
    assert again.text_area(key=f"coaching-{assignment}").value == "Say hello."


def test_a_conditional_question_is_asked_only_where_it_applies(desk: Desk) -> None:
    _pages, _actor, assignment, page = desk
    answer(page, assignment, greeting="yes", on_hold="no")
    assert "Announced?" not in words(page)
    assert not page.button(key=f"submit-{assignment}").disabled
    answer(page, assignment, on_hold="yes")
    assert "Announced?" in words(page)
    assert "1 open" in words(page)
    assert page.button(key=f"submit-{assignment}").disabled
    answer(page, assignment, announced="no")
    assert "66.7" in words(page)  # 2 of 3 equal weights
    answer(page, assignment, on_hold="no")
    assert "100.0" in words(page)


def test_not_applicable_leaves_the_score(desk: Desk) -> None:
    pages, actor, assignment, page = desk
    answer(page, assignment, greeting="no", on_hold="n/a")
    draft = open_assignment(pages.centre.engine, actor, assignment)
    assert draft.answers["on-hold"] == Answer(not_applicable=True)
    assert "0.0" in words(page)
    options = page.segmented_control(key=f"answer-{assignment}-greeting").options
    assert "N/A" not in options


def test_submitting_waits_for_every_answer_and_goes_on_to_the_next(desk: Desk) -> None:
    pages, actor, assignment, page = desk
    queue = my_work(pages.centre.engine, actor).open
    others = [str(each) for each in queue["assignment_id"] if each != assignment]
    assert page.button(key=f"submit-{assignment}").disabled
    answer(page, assignment, greeting="yes")
    assert page.button(key=f"submit-{assignment}").disabled
    answer(page, assignment, on_hold="no")
    page.text_area(key=f"coaching-{assignment}").set_value("Well done.").run()
    page.button(key=f"submit-{assignment}").click().run()
    assert not page.exception
    assert page.query_params["assignment"] == others[0]
    assert page.button(key=f"submit-{others[0]}").disabled
    assert [said.value for said in page.toast] == ["Submitted: 100.0 · Pass"]
    listed = list_evaluations(pages.centre.engine, actor, now=NOW)
    assert listed[["agent_id", "percent"]].to_numpy().tolist() == [["reza", 100.0]]
    assert list(list_notes(pages.centre.engine, actor)["text"]) == ["Well done."]


def test_after_the_last_one_the_queue_is_empty(desk: Desk) -> None:
    pages, _actor, assignment, page = desk
    with transaction(pages.centre.engine) as session:
        others = col(Assignment.id) != assignment
        session.exec(update(Assignment).where(others).values(state="done"))
    answer(page, assignment, greeting="yes", on_hold="no")
    page.button(key=f"submit-{assignment}").click().run()
    assert [title.value for title in page.title] == ["My queue"]
    assert "Nothing waits for you." in words(page)


def test_a_second_tab_is_told_and_overwrites_nothing(desk: Desk) -> None:
    pages, actor, assignment, page = desk
    second = pages.open(actor.username, "evaluate", assignment=assignment)
    answer(page, assignment, greeting="yes")
    answer(second, assignment, greeting="no")
    assert "was changed in another window" in words(second)
    assert second.button(key=f"submit-{assignment}").disabled
    draft = open_assignment(pages.centre.engine, actor, assignment)
    assert draft.answers == {"greeting": Answer(option="yes")}
    fresh = pages.open(actor.username, "evaluate", assignment=assignment)
    assert fresh.segmented_control(key=f"answer-{assignment}-greeting").value == "yes"


def test_a_submitted_one_is_told_in_words(evaluated: Screens) -> None:
    with transaction(evaluated.centre.engine) as session:
        done = session.exec(select(Assignment).where(Assignment.state == "done")).one()
    page = evaluated.open(done.evaluator, "evaluate", assignment=done.id)
    assert "This evaluation is submitted already." in words(page)
    assert not page.exception


# --- import

HEADER = "id,channel,agent,team,started_at,talk_s"
GOOD_ROW = "new-1,call,sara,orders,2026-11-05T10:32:00+03:30,184"
BAD_ROW = "new-2,call,sara,orders,1405/13/40 10:32,184"


def test_an_upload_is_imported_and_its_bad_rows_explained(working: Screens) -> None:
    page = working.open("manager", "interaction_import", "fa")
    content = "\n".join([HEADER, GOOD_ROW, BAD_ROW]).encode()
    page.file_uploader(key="interactions-upload").set_value(("آبان.csv", content, "text/csv")).run()
    press(page, "وارد کردن")
    said = words(page)
    bad = ["۱ تازه", "۱ پذیرفته‌نشده", "۳", "started_at", "1405/13/40", "روز و ماه را بررسی کنید"]
    assert [part for part in bad if part not in said] == []
    with transaction(working.centre.engine) as session:
        assert session.get(Interaction, "new-1") is not None
        assert session.get(Interaction, "new-2") is None

    press(page, "وارد کردن")
    assert "۱ از پیش موجود" in words(page)


def test_a_file_that_is_none_is_refused_in_words(working: Screens) -> None:
    page = working.open("manager", "interaction_import")
    page.file_uploader(key="interactions-upload").set_value(
        ("x.csv", b"\xff\x00", "text/csv")
    ).run()
    press(page, "Import")
    assert not page.exception
    assert "x\\.csv, row 1" in words(page)  # escaped: it is Markdown
    assert "The text is not UTF-8" in words(page)


# --- texts that people wrote


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """The pages of a centre in which every text that people write looks like markup."""
    folder = tmp_path_factory.mktemp("hostile")
    centre = alive(folder, with_evaluation=False, form=hostile_form())
    cited = Evidence(segment=0, quote=HOSTILE)
    answers = {
        "greeting": Answer(option="no", comment=HOSTILE, evidence=(cited,)),
        "on-hold": Answer(option="no"),
    }
    evaluate(centre, answers, coaching=HOSTILE)
    actor, waiting = of_agent(centre, "reza")
    save_draft(centre.engine, actor, waiting, answers, HOSTILE, saved=0, now=NOW)
    with transaction(centre.engine) as session:
        session.exec(update(Interaction).values(queue=HOSTILE))
        calls = select(Pick.interaction_id).join(
            Interaction, col(Interaction.id) == col(Pick.interaction_id)
        )
        drawn = calls.where(col(Interaction.channel) == "call", col(Pick.is_reserve).is_(False))
        session.merge(failed_recording(session.exec(drawn).first() or ""))
        session.exec(update(SegmentRow).values(text=HOSTILE))
        for table in (Agent, Team, User):
            session.exec(update(table).values(name=HOSTILE))
    with screens(centre) as pages:
        yield pages
    centre.engine.dispose()


def failed_recording(interaction_id: str) -> Recording:
    """Return the recording of a call that could not be read, for a reason out of the file."""
    problem = Problem(UNEXPECTED, HOSTILE, values={"detail": HOSTILE})
    return Recording(
        interaction_id=interaction_id, state="failed", problem=problem.as_data(), updated_at=NOW
    )


def hostile_form() -> str:
    """Return the call form with its English texts replaced."""
    return re.sub(
        r"(?<={)en: [^,}]+(?=[,}])", lambda _found: f"en: {json.dumps(HOSTILE)}", CALL_FORM
    )


def may_open(username: str, screen: str) -> bool:
    """Whether this person's role opens the page."""
    roles = {actor.username: role for role, actor in ACTORS.items()} | {"kaveh": "analyst"}
    return roles[username] in MAY_OPEN[screen]


@pytest.mark.parametrize("screen", sorted(MAY_OPEN.keys() - SHOWS_NO_TEXTS))
def test_what_people_wrote_appears_letter_by_letter(hostile: Screens, screen: str) -> None:
    actor, waiting = of_agent(hostile.centre, "reza")
    address = {"assignment": waiting} if screen == "evaluate" else {}
    people = (actor.username,) if screen == "evaluate" else ("manager", actor.username, "admin")
    who = next(name for name in people if may_open(name, screen))
    page = hostile.open(who, screen, **address)
    check_texts(page)


def test_an_evaluation_appears_letter_by_letter(hostile: Screens) -> None:
    evaluation = list_evaluations(hostile.centre.engine, SARA, now=NOW)["evaluation_id"].iloc[0]
    check_texts(hostile.open("sara", "evaluation_list", evaluation=evaluation))


def check_texts(page: AppTest) -> None:
    """Check that no text of the page can become an element, a link, a colour or a formula."""
    assert not page.exception
    assert [html for html in markup(page) if "<img" in html] == []
    assert [text for text in markdown(page) if HOSTILE in text] == []
    said = words(page.main)
    assert HOSTILE in said or plain(HOSTILE) in said


def markdown(page: AppTest) -> list[str]:
    """Return every text that Streamlit reads as Markdown."""
    values = ("title", "subheader", "caption", "info", "warning", "error", "success", "toast")
    labels = ("button", "selectbox", "text_input", "text_area", "expander", "button_group")
    found = [element.value for kind in values for element in page.get(kind)]
    found += [element.label for kind in labels for element in page.get(kind)]
    found += [element.help for kind in labels if kind != "expander" for element in page.get(kind)]
    return found + [option for group in page.button_group for option in group.options]
