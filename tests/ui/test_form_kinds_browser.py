"""A form of every kind in a real browser: typed in Persian, live, and all of it in its place."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import col, select, update

from qm.core.text import LANGUAGES, Language
from qm.demo.cast import PASSWORD
from qm.store.engine import transaction
from qm.store.tables import Assignment, Interaction, User
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.forms import publish_form
from tests.fixtures.demo_web import DemoWeb, Visit
from tests.fixtures.recorded_centre import quick_hash
from tests.fixtures.small_centre import ADMIN, CENTRE, MANAGER, NOW, PERIOD, POLICY, build
from tests.fixtures.web import running_web

pytestmark = pytest.mark.browser

FORM_PATH = Path(__file__).parent / "every_kind.yaml"
HEIGHT = 900


@pytest.fixture(scope="module")
def web(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoWeb]:
    """A served centre whose calls are evaluated with the form of every kind."""
    folder = tmp_path_factory.mktemp("kinds")
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder)
    publish_form(centre.engine, ADMIN, FORM_PATH, lock_path=folder / "LOCK", now=NOW)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    with transaction(centre.engine) as session:
        session.exec(update(User).values(password_hash=quick_hash(PASSWORD)))
        session.exec(update(Interaction).values(recording_file=None))  # there is none on disk
    with running_web(centre, with_pages=True) as served:
        yield DemoWeb(served, browser)
    centre.engine.dispose()


def open_call(web: DemoWeb, nth: int) -> tuple[int, str]:
    """Return one of the open assignments about calls, and whose it is."""
    with transaction(web.web.centre.engine) as session:
        query = (
            select(Assignment)
            .join(Interaction, col(Interaction.id) == col(Assignment.interaction_id))
            .where(Assignment.state == "open", Interaction.channel == "call")
            .order_by(col(Assignment.id))
        )
        found = session.exec(query).all()[nth]
        return found.id or 0, found.evaluator


class Form:
    """The form of one assignment on a page."""

    def __init__(self, visit: Visit, assignment: int) -> None:
        self.visit, self.page, self.assignment = visit, visit.page, assignment

    def question(self, name: str) -> Locator:
        """Return a question with its input and its remarks."""
        return self.page.locator(f".st-key-question-{self.assignment}-{name}")

    def choose(self, name: str, text: str) -> None:
        """Choose an option by its words."""
        self.question(name).get_by_text(text, exact=True).locator("visible=true").first.click()
        self.visit.settled()

    def write(self, name: str, text: str) -> None:
        """Write an answer and go on with the Tab key."""
        box = self.question(name).get_by_role("textbox").first
        box.fill(text)
        box.press("Tab")
        self.visit.settled()


def test_a_persian_evaluation_from_the_first_answer_to_the_last(web: DemoWeb) -> None:
    assignment, evaluator = open_call(web, 0)
    with web.visit(evaluator, "fa") as visit:
        page = visit.go(f"/evaluate?assignment={assignment}")
        form = Form(visit, assignment)
        submit = page.locator(f".st-key-submit-{assignment} button")
        topic = form.question("topic").get_by_role("combobox")
        topic.click()
        page.get_by_role("option", name="مرجوعی").click()
        form.write("promised", "۱۴۰۵/۹/۱۵")
        expect(form.question("promised")).to_contain_text("۱۵ آذر ۱۴۰۵")
        form.choose("identity", "بله")
        form.choose("solved", "خیر")
        expect(form.question("solved")).to_contain_text("✱")
        form.choose("registered", "خیر")
        form.write("follow-up", "1405-09-20")
        form.choose("steps", "هیچ‌کدام")
        form.write("wait", "۷٫۵")
        expect(form.question("wait")).to_contain_text("دقیقه")
        form.choose("empathy", "۴")
        form.choose("summary", "بدون جمع‌بندی تمام می‌کند")
        expect(submit).to_be_disabled()
        form.choose("solved", "شتاب‌زدگی")
        comment = form.question("solved").get_by_role("textbox")
        comment.fill("پاسخ نگرفت.")
        comment.press("Enter")
        visit.settled()
        expect(submit).to_be_enabled()
        # 8 of 17: 1 to begin with, 2 in the opening, 0 + 0 + 1 + 4 + 0 in the resolution
        expect(page.locator(".st-key-card-score .qm-big")).to_have_text("۴۷٫۱")
        check_the_toggle(form)
        # without the complaint: 8 of 16
        expect(page.locator(".st-key-card-score .qm-big")).to_have_text("۵۰٫۰")
        expect(page.locator(".st-key-card-score")).to_contain_text("۴۷٫۱")
        submit.click()
        expect(page.locator(f".st-key-submit-{assignment}")).to_have_count(0)


def check_the_toggle(form: Form) -> None:
    """Tag a finding; the knob stays in its track, which runs from the right to the left."""
    track = form.question("registered").get_by_test_id("stCheckbox").locator("label > div").first
    box = "e => { const { left, right } = e.getBoundingClientRect(); return [left, right]; }"

    def ends() -> tuple[float, float]:
        (left, right), (knob_left, knob_right) = (
            at.evaluate(box) for at in (track, track.locator("div"))
        )
        return knob_left - left, right - knob_right

    assert min(ends()) >= 0
    assert ends()[0] > ends()[1]  # off: at the right
    track.click()
    form.visit.settled()
    form.page.wait_for_timeout(500)  # it slides
    assert min(ends()) >= 0
    assert ends()[0] < ends()[1]


def test_keys_answer_menus_several_options_and_scales(web: DemoWeb) -> None:
    assignment, evaluator = open_call(web, 1)
    with web.visit(evaluator, "en") as visit:
        page = visit.go(f"/evaluate?assignment={assignment}")
        form, keyboard = Form(visit, assignment), page.keyboard
        expect(form.question("topic")).to_have_attribute("data-current", "")
        keyboard.press("1")  # more options than keys: it opens the menu, where one types
        expect(form.question("topic").get_by_role("combobox")).to_be_focused()
        keyboard.type("Refund")
        keyboard.press("Enter")
        expect(form.question("topic").get_by_role("combobox")).to_have_value("Refund")
        step_to(form, "steps")
        keyboard.press("1")
        keyboard.press("3")  # several: one stays at the question
        chosen = form.question("steps").locator("button[aria-pressed=true], [aria-checked=true]")
        expect(chosen).to_have_text(["Asked back", "Looked it up"])
        step_to(form, "empathy")
        keyboard.press("4")
        expect(form.question("empathy").locator("[aria-checked=true]")).to_contain_text("4")
        expect(form.question("empathy")).not_to_have_attribute("data-current", "")


def step_to(form: Form, name: str) -> None:
    """Go to a question with the arrow keys."""
    form.page.locator("h1, body").first.evaluate("() => document.activeElement.blur()")
    for _step in range(20):
        if form.question(name).get_attribute("data-current") is not None:
            return
        form.page.keyboard.press("ArrowDown")
        form.page.wait_for_timeout(50)
    raise AssertionError(f"no way to {name}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1440, 1024])
def test_score_and_submit_stay_in_sight(web: DemoWeb, language: Language, width: int) -> None:
    assignment, evaluator = open_call(web, -1)
    with web.visit(evaluator, language, width=width, height=HEIGHT) as visit:
        page = visit.go(f"/evaluate?assignment={assignment}")
        form = Form(visit, assignment)
        form.choose("identity", {"fa": "خیر", "en": "No"}[language])
        form.choose("solved", {"fa": "خیر", "en": "No"}[language])
        for part in ("card-form", "card-score", f"submit-{assignment}"):
            bottom: float = page.locator(f".st-key-{part}").evaluate(
                "e => e.getBoundingClientRect().bottom"
            )
            assert bottom <= HEIGHT, part
        pane = page.locator(f".st-key-questions-{assignment}")
        seen: float = pane.evaluate("e => e.clientHeight")
        assert seen > 200
        assert pane.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        check_nothing_overlaps(page, assignment)


def check_nothing_overlaps(page: Page, assignment: int) -> None:
    """Check that every question begins where the one before it has ended."""
    boxes: list[list[float]] = page.locator(
        f"[class*='st-key-question-{assignment}-']"
    ).evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(box => [box.top, box.bottom])"
    )
    assert len(boxes) > 8
    for (_top, bottom), (top, _bottom) in itertools.pairwise(boxes):
        assert bottom <= top + 1
