"""Evaluating in a real browser: by keys alone, through reloads, crashes and a session that ends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import col, delete, select, update

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.demo.cast import PASSWORD
from qm.store.engine import transaction
from qm.store.tables import AnswerRow, Assignment, Draft, Evaluation, Interaction, SignIn, User
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import Workspace, open_assignment
from qm.workflow.forms import publish_form
from tests.fixtures.demo_web import DemoWeb, Visit
from tests.fixtures.recorded_centre import quick_hash
from tests.fixtures.small_centre import ADMIN, CENTRE, MANAGER, NOW, PERIOD, POLICY, build
from tests.fixtures.web import Web, running_web

pytestmark = pytest.mark.browser

QUESTIONS = [f"q{number}" for number in range(1, 21)]
_FORM = """\
form: twenty
version: "1"
channel: call
title: {en: Twenty, fa: بیست}
sections:
  - id: all
    title: {en: All, fa: همه}
    questions:
"""
_QUESTION = """\
      - id: %s
        text: {en: Question %s, fa: پرسش %s}
        not_applicable: true
        options:
          - {id: fully, label: {en: Fully, fa: کامل}, points: 2}
          - {id: partly, label: {en: Partly, fa: تا حدی}, points: 1}
          - {id: "no", label: {en: "No", fa: خیر}, points: 0}
"""
_LAST = """\
      - id: why
        text: {en: Why not?, fa: چرا نه؟}
        when: {question: q1, answered: ["no"]}
        options:
          - {id: unknown, label: {en: Unknown, fa: نامعلوم}, points: 1}
          - {id: known, label: {en: Known, fa: معلوم}, points: 0}
"""


@pytest.fixture(scope="module")
def web(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoWeb]:
    """A served centre whose calls are evaluated with a form of twenty questions."""
    folder = tmp_path_factory.mktemp("keys")
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder)
    path = folder / "twenty.yaml"
    asked = "".join(_QUESTION % (name, name, name) for name in QUESTIONS)
    path.write_text(_FORM + asked + _LAST, encoding="utf-8")
    publish_form(centre.engine, ADMIN, path, lock_path=folder / "LOCK", now=NOW)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    with transaction(centre.engine) as session:
        session.exec(update(User).values(password_hash=quick_hash(PASSWORD)))
        session.exec(update(Interaction).values(recording_file=None))  # there is none on disk
        calls = select(Interaction.id).where(Interaction.channel == "call")
        mine = col(Assignment.interaction_id).in_(calls)
        session.exec(update(Assignment).where(mine).values(evaluator="mina", form_id="twenty"))
        session.exec(update(Assignment).where(~mine).values(state="withdrawn"))
    with running_web(centre, with_pages=True) as served:
        yield DemoWeb(served, browser)
    centre.engine.dispose()


class Desk:
    """The next open assignment of the analyst on a page."""

    def __init__(self, web: DemoWeb, visit: Visit) -> None:
        self.engine, self.visit, self.page = web.web.centre.engine, visit, visit.page
        with transaction(self.engine) as session:
            is_open = Assignment.evaluator == "mina", Assignment.state == "open"
            query = select(Assignment).where(*is_open)
            found = session.exec(query.order_by(col(Assignment.due_at), col(Assignment.id))).all()
            # One that no other test has touched.
            drafts = set(session.exec(select(Draft.assignment_id)))
            self.assignment = next(each.id or 0 for each in found if each.id not in drafts)

    def open(self) -> None:
        """Open the page and wait for its keys."""
        self.visit.go(f"/evaluate?assignment={self.assignment}")
        self.ready()

    def ready(self) -> None:
        """Wait until a question is current and has its keys printed."""
        expect(self.question("q1").locator("button[data-key]")).to_have_count(4)
        expect(self.page.locator("[data-current]")).to_have_count(1)

    def question(self, name: str) -> Locator:
        """Return a question with its input and its remarks."""
        return self.page.locator(f".st-key-question-{self.assignment}-{name}")

    @property
    def draft(self) -> Workspace:
        """What is saved."""
        return open_assignment(self.engine, Actor("mina", "analyst"), self.assignment)

    def saved(self) -> dict[str, str | None]:
        """Return the options that are saved."""
        return {name: answer.option for name, answer in self.draft.answers.items()}


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until something that no page shows has come true."""
    for _attempt in range(300):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came true")


def test_twenty_questions_in_twenty_one_keys(web: DemoWeb) -> None:
    keys = "1213n1۱۲۳۱111222333١"
    options = {"1": "fully", "2": "partly", "3": "no", "n": None}
    options |= {"۱": "fully", "۲": "partly", "۳": "no", "١": "fully"}
    expected = dict(zip(QUESTIONS, (options[key] for key in keys), strict=True))
    assert len(keys) + len(["Enter"]) <= 22
    with web.visit("mina", "fa") as visit:
        desk = Desk(web, visit)
        desk.open()
        expect(desk.question("q1").locator("button").first).to_have_attribute("data-key", "۱")
        keyboard = visit.page.context.new_cdp_session(visit.page)
        for key in keys:  # as a Persian keyboard sends them, too
            code = "KeyN" if key == "n" else f"Digit{int(key)}"
            for kind in ("keyDown", "keyUp"):
                down = {"type": kind, "key": key, "code": code, "text": key}
                keyboard.send("Input.dispatchKeyEvent", down)
        visit.page.keyboard.press("Enter")
        expect(visit.page).not_to_have_url(re.compile(rf"assignment={desk.assignment}\b"))
        expect(visit.page.get_by_text(re.compile("^ثبت شد: "))).to_be_visible()
    with transaction(desk.engine) as session:
        evaluation = session.exec(
            select(Evaluation).where(Evaluation.assignment_id == desk.assignment)
        ).one()
        rows = session.exec(select(AnswerRow).where(AnswerRow.evaluation_id == evaluation.id))
        stored = {row.question_id: row.option_id for row in rows if row.state != "hidden"}
    assert stored == expected
    assert evaluation.percent == round(100 * (9 * 2 + 5) / (19 * 2), 1)
    assert (evaluation.active_s or 0) > 0


def test_keys_step_and_write_and_wait_for_what_is_missing(web: DemoWeb) -> None:
    with web.visit("mina", "en") as visit:
        desk, page = Desk(web, visit), visit.page
        desk.open()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(desk.question("q3")).to_have_attribute("data-current", "")
        comment = desk.question("q3").get_by_role("textbox")
        comment.fill("1 of 2, n/a")  # in a field, keys write
        comment.press("Enter")
        page.keyboard.press("2")
        for _question in QUESTIONS[3:]:
            page.keyboard.press("1")
        expect(desk.question("q1")).to_be_in_viewport()
        until(page, lambda: len(desk.saved()) == 18)
        page.keyboard.press("3")  # after the last one from the top
        expect(desk.question("why")).to_be_attached()
        page.keyboard.press("1")
        expect(desk.question("why")).to_have_attribute("data-current", "")
        page.keyboard.press("Enter")  # not yet: it goes where something is missing
        expect(desk.question("why")).to_have_attribute("data-current", "")
        page.keyboard.press("1")
        page.keyboard.press("Control+s")
        expect(page.get_by_text("The draft is saved")).to_be_visible()
        saved = desk.draft
        assert saved.answers["q3"] == Answer(option="partly", comment="1 of 2, n/a")
        assert (saved.answers["q1"].option, saved.answers["q2"].option) == ("no", "fully")
        assert saved.answers["why"].option == "unknown"
        check_the_clock_stands(desk)


def check_the_clock_stands(desk: Desk) -> None:
    """Check that the clock counts, stands after a draft was kept, and goes on with the work."""
    clock = desk.page.locator(f".st-key-clock-{desk.assignment} .clock")
    expect(clock).to_have_class(re.compile("paused"))
    until(desk.page, lambda: desk.draft.active_s >= 1)
    shown = clock.inner_text()
    desk.page.wait_for_timeout(1500)
    assert clock.inner_text() == shown
    desk.page.keyboard.press("ArrowUp")
    expect(clock).not_to_have_text(shown)


def test_nothing_is_lost_with_the_server_or_the_session(web: DemoWeb) -> None:
    with web.visit("mina", "en") as visit:
        desk, page = Desk(web, visit), visit.page
        desk.open()
        page.keyboard.press("2")
        until(page, lambda: desk.saved() == {"q1": "partly"})
        page.keyboard.press("ArrowUp")
        comment = desk.question("q1").get_by_role("textbox")
        comment.press_sequentially("Half a sent")  # still being typed
        crash_and_restart(web.web)
        page.reload()
        desk.ready()
        expect(desk.question("q1").locator("[aria-checked=true]")).to_have_text("Partly")
        page.get_by_role("button", name="Enter it again").click()
        until(page, lambda: desk.draft.answers["q1"].comment == "Half a sent")
        expect(page.get_by_role("button", name="Enter it again")).to_be_hidden()

        with transaction(desk.engine) as session:
            session.exec(delete(SignIn).where(col(SignIn.username) == "mina"))
        page.keyboard.press("3")
        page.get_by_role("link", name="Sign in").first.click()
        page.locator("#username").fill("mina")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(rf"/evaluate\?assignment={desk.assignment}$"))
        desk.ready()
        assert "q2" not in desk.saved()
        page.get_by_role("button", name="Enter it again").click()
        until(page, lambda: desk.saved() == {"q1": "partly", "q2": "no"})
        visit.complaints.clear()  # the server was away


def crash_and_restart(web: Web) -> None:
    """Kill the web process as a crash would, and start it again as it was."""
    process = Path(f"/proc/{web.pid}")
    command = (process / "cmdline").read_bytes().decode().split("\0")[:-1]
    settings = (process / "environ").read_bytes().decode().split("\0")[:-1]
    folder = (process / "cwd").readlink()
    os.kill(web.pid, signal.SIGKILL)
    with (folder / "again.log").open("wb") as said:
        again = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(each.split("=", 1) for each in settings),
            stdout=said,
            stderr=said,
        )
    _STARTED.append(again)
    for _attempt in range(300):
        with contextlib.suppress(OSError):
            if web.ask("/_stcore/health").status == 200:
                return
        time.sleep(0.1)
    raise AssertionError("it did not start again")


_STARTED: list[subprocess.Popen[bytes]] = []


@pytest.fixture(scope="module", autouse=True)
def end_what_was_started_again() -> Iterator[None]:
    """End the processes that took the place of those that crashed."""
    yield
    for process in _STARTED:
        process.terminate()
        process.wait(timeout=30)


def test_an_older_tab_is_told_and_overwrites_nothing(web: DemoWeb) -> None:
    with web.visit("mina", "en") as visit:
        desk, older = Desk(web, visit), visit.page
        desk.open()
        newer = older.context.new_page()
        newer.goto(older.url)
        expect(newer.locator("[data-current]")).to_have_count(1)
        newer.keyboard.press("1")
        until(newer, lambda: desk.saved() == {"q1": "fully"})
        expect(older.get_by_text("Another window saved this evaluation")).to_be_visible()
        older.keyboard.press("2")
        expect(older.get_by_text("was changed in another window")).to_be_visible()
        assert desk.saved() == {"q1": "fully"}
        older.get_by_role("button", name="Load the newest").click()
        expect(desk.question("q1").locator("[aria-checked=true]")).to_have_text("Fully")
        expect(older.get_by_role("button", name="Discard it")).to_be_visible()
        older.get_by_role("button", name="Discard it").click()
        older.keyboard.press("2")
        until(older, lambda: desk.saved() == {"q1": "fully", "q2": "partly"})
        newer.close()
