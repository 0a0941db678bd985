"""Evaluating in a real browser: by keys alone, through reloads, crashes and a session that ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlmodel import col, delete, select, update

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.demo.cast import PASSWORD
from qm.store.engine import transaction
from qm.store.tables import Agent, AnswerRow, Assignment, Evaluation, Interaction, SignIn
from qm.ui.evaluation.top_line import LOOKS_EVERY_S
from qm.workflow.evaluations import save_draft, submit_evaluation
from tests.fixtures.demo_web import DemoWeb
from tests.fixtures.evaluating import (
    QUESTIONS,
    Desk,
    crash_and_restart,
    end_what_was_started_again,
    start_again,
    stop,
    twenty_questions,
    until,
)
from tests.fixtures.small_centre import NOW

pytestmark = pytest.mark.browser

HIDDEN = "now => Object.defineProperty(document, 'hidden', {configurable: true, get: () => now})"
HOSTILE = "<script>window.hit=1</script><img src=x onerror='window.hit=1'>"


@pytest.fixture(scope="module")
def web(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoWeb]:
    """A served centre whose calls are evaluated with a form of twenty questions."""
    with twenty_questions(browser, tmp_path_factory.mktemp("keys")) as served:
        yield served
    end_what_was_started_again()


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


def test_a_page_that_was_cut_off_comes_back_with_its_draft(web: DemoWeb) -> None:
    """A script that could not go on once must not empty the draft when it can again."""
    with web.visit("mina", "en") as visit:
        desk, page = Desk(web, visit), visit.page
        desk.open()
        page.keyboard.press("2")
        page.keyboard.press("ArrowUp")
        comment = desk.question("q1").get_by_role("textbox")
        comment.fill("Half of it")
        comment.press("Enter")
        until(page, lambda: desk.draft.answers["q1"].comment == "Half of it")
        for state, shown in (("withdrawn", False), ("open", True)):
            with transaction(desk.engine) as session:
                mine = update(Assignment).where(col(Assignment.id) == desk.assignment)
                session.exec(mine.values(state=state))
            visit.settled()  # while a script runs, the key does nothing
            page.keyboard.press("r")  # Streamlit's own key: draw it once more
            expect(desk.question("q1")).to_have_count(int(shown))
        desk.ready()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("3")
        until(page, lambda: "q2" in desk.saved())
        assert desk.saved() == {"q1": "partly", "q2": "no"}
        assert desk.draft.answers["q1"].comment == "Half of it"


def test_a_lost_connection_is_told_and_costs_no_words(web: DemoWeb) -> None:
    with web.visit("mina", "fa") as visit:
        desk, page = Desk(web, visit), visit.page
        desk.open()
        comment = desk.question("q1").get_by_role("textbox")
        comment.press_sequentially("نیمهٔ جمله")  # still being typed
        stopped = stop(web.web)
        told = page.locator(".qm-lost-line[role=alert]")
        expect(told).to_have_text(re.compile("ارتباط|No connection"))
        start_again(web.web, stopped)
        expect(told).to_have_count(0)
        visit.settled()
        expect(comment).to_have_value("نیمهٔ جمله")
        comment.press("Enter")
        until(page, lambda: desk.draft.answers.get("q1", Answer()).comment == "نیمهٔ جمله")
        page.keyboard.press("2")
        until(page, lambda: desk.saved().get("q1") == "partly")
        visit.complaints.clear()  # the server was away


def test_the_clock_counts_work_alone(web: DemoWeb) -> None:
    """It stands while the page is hidden and after a minute in which nothing happens."""
    with web.visit("mina", "en") as visit:
        desk, page = Desk(web, visit), visit.page
        page.clock.install()
        desk.open()
        clock = page.locator(f".st-key-clock-{desk.assignment} .clock")
        expect(clock).not_to_have_text("00:00")
        page.keyboard.press("ArrowDown")
        page.clock.run_for(50_000)
        assert 50 <= seconds(clock) <= 75
        page.clock.run_for(600_000)
        expect(clock).to_have_class(re.compile("paused"))
        assert 59 <= seconds(clock) <= 85
        check_that_work_alone_keeps_the_session(desk)
        page.keyboard.press("ArrowDown")
        before = seconds(clock)
        page.evaluate(HIDDEN, True)
        page.clock.run_for(20_000)
        assert seconds(clock) - before <= 2
        expect(clock).to_have_class(re.compile("paused"))
        page.evaluate(HIDDEN, False)
        page.clock.run_for(20_000)
        assert 18 <= seconds(clock) - before <= 25
        page.context.close()  # nobody else is to live by its clock


def check_that_work_alone_keeps_the_session(desk: Desk) -> None:
    """Check it of a page whose clock stands: it goes on looking, and a key wakes the clock."""
    long_ago = datetime.now(UTC) - timedelta(minutes=5)

    def seen_at() -> set[datetime | None]:
        with transaction(desk.engine) as session:
            found = select(SignIn.seen_at).where(col(SignIn.username) == "mina")
            return set(session.exec(found))

    def seen_after_looks(looks: int) -> set[datetime | None]:
        with transaction(desk.engine) as session:
            mine = update(SignIn).where(col(SignIn.username) == "mina")
            session.exec(mine.values(seen_at=long_ago))
        for _look in range(looks):
            desk.page.clock.run_for(round(LOOKS_EVERY_S * 1000) + 500)
            desk.page.wait_for_timeout(300)
        desk.visit.settled()
        return seen_at()

    # The server believes seconds of work only as they pass for itself, look by look.
    until(desk.page, lambda: seen_after_looks(1) == {long_ago})
    assert seen_after_looks(3) == {long_ago}
    desk.page.mouse.move(10, 10)  # listening, looking: nothing of it reaches a widget
    desk.page.clock.run_for(30_000)
    until(desk.page, lambda: seen_at() != {long_ago})


def seconds(clock: Locator) -> int:
    """Return what the clock shows."""
    minutes, rest = clock.inner_text().split(":")
    return 60 * int(minutes) + int(rest)


def test_names_are_words_and_nothing_else(web: DemoWeb) -> None:
    """Markup in the names of agents, queues and customers does nothing, nor do turning signs."""
    hostile = f"Sa\u202era{HOSTILE}"
    with web.visit("mina", "fa") as visit:
        number = submitted(Desk(web, visit))
        desk, page = Desk(web, visit), visit.page
        with transaction(desk.engine) as session:
            session.exec(update(Agent).values(name=hostile, name_fa=hostile))
            session.exec(update(Interaction).values(queue=hostile, customer_ref=hostile))
        for address in (
            "/my-queue",
            f"/evaluate?assignment={desk.assignment}",
            f"/evaluation-list?evaluation={number}",
        ):
            visit.go(address)
            expect(page.get_by_text(f"Sara{HOSTILE}").first).to_be_visible()
            said = page.get_by_test_id("stMain").inner_text()
            assert "\u202e" not in said, address
            assert page.evaluate("window.hit") is None, address


def submitted(desk: Desk) -> int:
    """Submit the evaluation without a page, and return its number."""
    answers = dict.fromkeys(QUESTIONS, Answer(option="fully"))
    given = desk.engine, Actor("mina", "analyst"), desk.assignment
    saved = save_draft(*given, answers, "", saved=0, now=NOW)
    return submit_evaluation(*given, saved=saved, now=NOW).id or 0
