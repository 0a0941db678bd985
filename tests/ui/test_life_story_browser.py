"""From the first key to the decided dispute, in both languages: analyst, lead, agent, manager."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, func, select, update

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.forms.questions import ChoiceQuestion
from qm.core.text import Language, localise_digits
from qm.demo.cast import PASSWORD
from qm.locale import translator
from qm.store.engine import transaction
from qm.store.tables import AnswerRow, AuditEvent, Evaluation, EvaluationLife, Recording, User
from qm.workflow.evaluations import Workspace, open_assignment
from qm.workflow.my_work import my_work
from tests.fixtures.demo_web import DemoWeb, Visit
from tests.fixtures.recorded_centre import quick_hash
from tests.fixtures.small_centre import NOW

pytestmark = pytest.mark.browser

ANALYSTS: dict[Language, str] = {"fa": "analyst", "en": "analyst3"}
LEADS = {"orders": "lead", "support": "lead2", "international": "lead3"}
MISSED = "listening"
NOTHING = Answer()
# A tag, a formula and a character that would turn the rest of the line around.
WHY = '=HYPERLINK("http://x") \u202e<script>document.title="x"</script>'


@dataclass(frozen=True)
class Story:
    """A call, the people around it, and the two evaluations of its agent that matter."""

    demo: DemoWeb
    language: Language
    assignment: int
    work: Workspace
    agent: str
    earlier: int

    def visit(self, username: str) -> object:
        """Yield somebody's tab in the language of the story."""
        return self.demo.visit(username, self.language)

    def says(self, text: str) -> str:
        """Return what the page says in the language of the story."""
        return translator(self.language)(text)

    @property
    def evaluation(self) -> Evaluation:
        """The revision in force."""
        with transaction(self.demo.web.centre.engine) as session:
            latest = Evaluation.assignment_id == self.assignment, col(Evaluation.is_latest)
            return session.exec(select(Evaluation).where(*latest)).one()

    @property
    def state(self) -> str:
        """Where the evaluation stands."""
        with transaction(self.demo.web.centre.engine) as session:
            return session.get_one(EvaluationLife, self.assignment).state


def begin(demo: DemoWeb, language: Language) -> Story:
    """Choose a waiting call of two channels, and give its agent an account."""
    engine, analyst = demo.web.centre.engine, Actor(ANALYSTS[language], "analyst")
    queue = my_work(engine, analyst).open
    is_fresh = (queue["channel"] == "call") & queue["saved_at"].isna()
    assignment = int(queue[is_fresh]["assignment_id"].iloc[0])
    work = open_assignment(engine, analyst, assignment)
    agent = work.context.interaction.agent_id
    username = f"agent-{language}"
    with transaction(engine) as session:
        session.add(
            User(
                username=username,
                name="Agent",
                role="agent",
                agent_id=agent,
                password_hash=quick_hash(PASSWORD),
                created_at=NOW,
            )
        )
        theirs = Evaluation.agent_id == agent, col(Evaluation.is_latest)
        found = session.exec(select(Evaluation).where(*theirs).order_by(col(Evaluation.id).desc()))
        earlier = found.first()
        assert earlier is not None
        now_published = update(EvaluationLife).where(
            col(EvaluationLife.assignment_id) == earlier.assignment_id
        )
        session.exec(
            now_published.values(
                state="published", published_at=NOW, published_revision=earlier.revision
            )
        )
        recording = session.get_one(Recording, work.context.interaction.id)
        assert recording.state == "done"
    return Story(demo, language, assignment, work, username, earlier.id or 0)


def draft(story: Story) -> Workspace:
    """Return what the analyst has entered so far."""
    engine = story.demo.web.centre.engine
    return open_assignment(engine, Actor(ANALYSTS[story.language], "analyst"), story.assignment)


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until something that no page shows has come true."""
    for _attempt in range(300):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came true")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_an_evaluation_from_the_first_key_to_the_decided_dispute(
    demo_web: DemoWeb, language: Language
) -> None:
    story = begin(demo_web, language)
    team = story.work.context.interaction.team_id
    with demo_web.visit(ANALYSTS[language], language) as visit:
        score_with_keys_alone(story, visit)
    with demo_web.visit(story.agent, language) as visit:
        assert_nothing_there(story, visit)
    with demo_web.visit(LEADS[team], language) as visit:
        publish_and_coach(story, visit)
    with demo_web.visit(story.agent, language) as visit:
        acknowledge_one_and_dispute_another(story, visit)
    other = next(lead for name, lead in LEADS.items() if name != team)
    with demo_web.visit(other, language) as visit:
        assert_nothing_there(story, visit)
    before = story.evaluation
    with demo_web.visit(LEADS[team], language) as visit:
        decide(story, visit)
    after = story.evaluation
    assert (after.revision, after.revised_by) == (before.revision + 1, LEADS[team])
    assert after.percent is not None
    assert before.percent is not None
    assert after.percent > before.percent
    with demo_web.visit("manager", language) as visit:
        read_the_log(story, visit)


def score_with_keys_alone(story: Story, visit: Visit) -> None:
    """Play, pin a stretch, give every answer and submit, without touching the mouse."""
    page = visit.go(f"/evaluate?assignment={story.assignment}")
    expect(page.locator("[data-current]")).to_have_count(1)
    expect(page.locator(".player .clock")).to_have_text(re.compile(r"/ .?[0-9۰-۹]"))
    questions = [each for each in story.work.form.questions() if each.when is None]
    for question in questions:
        assert isinstance(question, ChoiceQuestion)
        if question.id == MISSED:
            for key in ("ArrowRight", "ArrowRight", "i", "ArrowRight", "o", "p"):
                page.keyboard.press(key)
            until(page, lambda: bool(draft(story).answers.get(MISSED, NOTHING).evidence))
            expect(page.locator("a.qm-play")).to_have_count(1)
            visit.settled()
        best = max(question.options, key=lambda option: (option.points, option.id == "no"))
        wanted = question.options[-1] if question.id == MISSED else best
        page.keyboard.press(str(question.options.index(wanted) + 1))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"assignment=(?!{story.assignment}\b)\d+"))
    assert story.state == "submitted"
    with transaction(story.demo.web.centre.engine) as session:
        row = session.get_one(AnswerRow, (story.evaluation.id, MISSED))
    (evidence,) = row.evidence
    assert evidence["start_s"] < evidence["end_s"]
    assert evidence["quote"]


def assert_nothing_there(story: Story, visit: Visit) -> None:
    """Check that neither the evaluation nor its recording is there for this person."""
    page = visit.go(f"/evaluation-list?evaluation={story.evaluation.id}")
    said = story.says("This evaluation does not exist or is not yours to read.")
    expect(page.get_by_text(said)).to_be_visible()
    recording = f"{visit.web.url}/recordings/{story.work.context.interaction.id}"
    assert page.request.get(recording).status in {403, 404}


def publish_and_coach(story: Story, visit: Visit) -> None:
    """Publish from the inbox and write a note for the agent."""
    evaluation = story.evaluation.id
    page = visit.go("/disputes?show=publish")
    page.locator(f".st-key-inbox-choose-{evaluation} label").click()
    page.locator(".st-key-inbox-publish button").click()
    until(page, lambda: story.state == "published")
    page = visit.go(f"/evaluation-list?evaluation={evaluation}")
    page.locator(f".st-key-note-writing-{evaluation}-{story.language} button").first.click()
    page.get_by_role("textbox", name=story.says("Note for the agent")).fill(WHY)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    expect(page.locator(".st-key-card-feedback")).to_contain_text("=HYPERLINK")


def acknowledge_one_and_dispute_another(story: Story, visit: Visit) -> None:
    """Say of one evaluation that it was read, and of the other what is wrong with it."""
    page = visit.go(f"/evaluation-list?evaluation={story.earlier}")
    page.get_by_role("button", name=story.says("Acknowledge")).click()
    page.locator(".st-key-life-acknowledge button").click()
    expect(page.locator(".st-key-life-acknowledge")).to_have_count(0)

    evaluation = story.evaluation.id
    page = visit.go(f"/evaluation-list?evaluation={evaluation}")
    expect(page.locator(".st-key-card-feedback")).to_contain_text("=HYPERLINK")
    page.get_by_text(story.says("Dispute…"), exact=True).click()
    page.locator(f".st-key-dispute-{evaluation}-{MISSED} label").click()
    why = page.get_by_role("textbox", name=story.says("Why is this answer wrong?"))
    why.fill(WHY)
    why.press("Tab")
    page.locator(".st-key-life-dispute button").click()
    until(page, lambda: story.state == "disputed")
    expect(page).not_to_have_title("x")


def decide(story: Story, visit: Visit) -> None:
    """Give the disputed question its best answer."""
    page = visit.go("/disputes?show=decide")
    page.locator(f".st-key-inbox-decide-{story.evaluation.id} button").click()
    question = story.work.form.question(MISSED)
    assert isinstance(question, ChoiceQuestion)
    best = max(question.options, key=lambda option: option.points)
    answer = page.locator(f"[class*=st-key-answer-decide-][class*=-{MISSED}]")
    answer.get_by_text(best.label.in_language(story.language), exact=True).click()
    why = page.get_by_role("textbox", name=story.says("Why"), exact=True)
    why.fill("…")
    why.press("Tab")
    page.locator("[class*=st-key-decide-][class*=-decide] button").click()
    until(page, lambda: story.state == "closed")
    visit.settled()


def read_the_log(story: Story, visit: Visit) -> None:
    """Find the steps in the log, which is whole."""
    interaction = story.work.context.interaction.id
    with transaction(story.demo.web.centre.engine) as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.subject == interaction)).all()
    page = visit.go(f"/audit-log?about={interaction}")
    expect(page.locator("[class*=st-key-event-]")).to_have_count(len(events))
    taken = ("evaluate", "evaluation_published", "evaluation_disputed", "dispute_decided")
    assert [event.action for event in events if event.action in taken] == [*taken]
    with transaction(story.demo.web.centre.engine) as session:
        count = session.exec(select(func.count()).select_from(AuditEvent)).one()
    page.locator(".st-key-verify summary").click()
    visit.settled()
    page.locator(".st-key-verify").get_by_test_id("stFormSubmitButton").get_by_role(
        "button"
    ).click()
    whole = story.says("The log is whole: {count} events, none changed.")
    said = localise_digits(whole.format(count=count), story.language)
    expect(page.locator(".st-key-verify")).to_contain_text(said)
