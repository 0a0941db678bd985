"""What people do with qm, each role in a real browser, on the demo centre."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from sqlmodel import update

from qm.core.access import Actor
from qm.store.engine import transaction
from qm.store.tables import Interaction, Recording, SegmentRow
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import (
    Workspace,
    open_assignment,
)
from qm.workflow.my_work import my_work
from tests.fixtures.demo_web import DemoWeb
from tests.fixtures.small_centre import NOW

pytestmark = pytest.mark.browser

ANALYST = Actor("analyst", "analyst")
MANAGER = Actor("manager", "manager")
HTML = {"Accept": "text/html"}
SARA = Actor("agent", "agent", agent_id="sara.nouri")
LEADS = {"orders": "lead", "support": "lead2", "international": "lead3"}
HOSTILE = '<img src=x onerror="document.title=1"> **bold** :red[x] $x$ [a](http://x)'


def waiting(demo: DemoWeb, channel: str) -> tuple[int, Workspace]:
    """Return the analyst's first open assignment on a channel."""
    engine = demo.web.centre.engine
    queue = my_work(engine, ANALYST).open
    found = int(queue[queue["channel"] == channel]["assignment_id"].iloc[0])
    return found, open_assignment(engine, ANALYST, found)


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until something that no page shows has come true."""
    for _attempt in range(300):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came true")


def direction(page: Page) -> str:
    """Return the direction in which the page is laid out."""
    return str(page.evaluate("getComputedStyle(document.documentElement).direction"))


def test_a_manager_looks_at_the_trends_and_takes_the_report_away(
    demo_web: DemoWeb, tmp_path: Path
) -> None:
    with demo_web.visit("manager") as visit:
        page = visit.go("/quality-trends")
        figure = page.locator(".st-key-card-figure-score")
        expect(figure.locator(".qm-pill")).to_contain_text(re.compile(r"n\s=\s[۰-۹]+"))
        expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
        page.get_by_role("combobox").first.click()
        page.get_by_role("option", name="لیلا جعفری").click()
        expect(page.locator(".qm-strong", has_text="لیلا جعفری")).to_be_visible()

        page = visit.go("/monthly-report")
        page.get_by_role("tab", name="مبنای آن").click()
        expect(page.get_by_text("SHA-256 چارچوب")).to_be_visible()
        workbook = download(page, "کارپوشهٔ اکسل (XLSX)", tmp_path)
        tables = download(page, "جدول‌ها (CSV)", tmp_path)
    sheets = openpyxl.load_workbook(workbook, read_only=False)
    assert sheets["کارشناسان"].sheet_view.rightToLeft
    names = {cell.value for cell in sheets["کارشناسان"]["A"]}
    assert {"سارا نوری", "لیلا جعفری"} <= names
    with zipfile.ZipFile(tables) as archive:
        parts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    agents = next(text for name, text in parts.items() if "agents" in name)
    assert len(list(csv.reader(io.StringIO(agents)))) == 1 + 12


def download(page: Page, button: str, folder: Path) -> Path:
    """Press a download button and return the file."""
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def test_a_manager_imports_a_file_with_a_bad_row(demo_web: DemoWeb) -> None:
    rows = [
        "id,channel,agent,team,started_at",
        "story-1,call,sara.nouri,orders,2026-11-05T10:32:00+03:30",
        "story-2,fax,sara.nouri,orders,2026-11-05T10:32:00+03:30",
    ]
    with demo_web.visit("manager") as visit:
        page = visit.go("/interaction-import")
        page.locator("input[type=file]").set_input_files(
            {"name": "آبان.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
        )
        page.get_by_role("button", name="وارد کردن").click()
        problem = page.locator(".qm-table tr", has_text="fax")
        expect(problem.locator("td").nth(0)).to_have_text("۳")
        expect(problem.locator("td").nth(1)).to_have_text("channel")
        expect(problem.locator("td").nth(3)).to_contain_text("fax")
        expect(problem.locator("td").nth(4)).to_contain_text("call")
        with page.expect_download() as started:
            page.get_by_role("button", name=re.compile("CSV")).last.click()
        rejected = Path(started.value.path()).read_text("utf-8-sig")
    assert "آبان.csv,3,channel" in rejected
    with transaction(demo_web.web.centre.engine) as session:
        assert session.get(Interaction, "story-1") is not None
        assert session.get(Interaction, "story-2") is None


def test_an_agent_reads_their_own_evaluations_only(demo_web: DemoWeb) -> None:
    table = list_evaluations(demo_web.web.centre.engine, MANAGER, now=NOW)
    own = list_evaluations(demo_web.web.centre.engine, SARA, now=NOW).iloc[0]
    other = table[table["agent_id"] != "sara.nouri"].iloc[0]
    with demo_web.visit("agent") as visit:
        page = visit.go("/evaluation-list")
        expect(page.get_by_test_id("stDataFrame")).to_be_visible()
        page = visit.go(f"/evaluation-list?evaluation={own['evaluation_id']}")
        expect(page.get_by_text(str(own["interaction_id"]))).to_be_visible()
        page = visit.go(f"/evaluation-list?evaluation={other['evaluation_id']}")
        expect(page.get_by_text("این ارزیابی وجود ندارد")).to_be_visible()
        expect(page.get_by_text(str(other["interaction_id"]))).to_have_count(0)
        answer = page.request.get(f"{visit.web.url}/recordings/{other['interaction_id']}")
        assert answer.status in {403, 404}
        menu = page.get_by_test_id("stSidebarNavLink").all_inner_texts()
        work = ["امروز", "ارزیابی‌ها", "بازبینی و اعتراض", "مربی‌گری"]
        assert menu == [*work, "روندها", "کارت کارشناس", "جست‌وجو"]
        assert page.request.get(f"{visit.web.url}/monthly-report", headers=HTML).status == 403


def test_the_language_switch_turns_the_page_around_and_back(demo_web: DemoWeb) -> None:
    with demo_web.visit("analyst2") as visit:
        page = visit.go("/quality-trends")
        assert direction(page) == "rtl"
        page.get_by_role("radio", name="English").click()
        expect(page.get_by_role("heading", name="Trends")).to_be_visible()
        assert direction(visit.settled()) == "ltr"
        page.reload()
        expect(page.get_by_role("heading", name="Trends")).to_be_visible()
        page.get_by_role("radio", name="فارسی").click()
        expect(page.get_by_role("heading", name="روندها")).to_be_visible()
        assert direction(visit.settled()) == "rtl"


def test_markup_in_names_and_words_stays_text(demo_web: DemoWeb) -> None:
    assignment, work = waiting(demo_web, "chat")
    interaction = work.context.interaction.id
    with transaction(demo_web.web.centre.engine) as session:
        transcript = session.get_one(Recording, interaction).transcript_id
        first = SegmentRow.transcript_id == transcript, SegmentRow.position == 0
        session.exec(update(SegmentRow).where(*first).values(text=HOSTILE))
        session.get_one(Interaction, interaction).queue = HOSTILE
    with demo_web.visit("analyst", "en") as visit:
        page = visit.go("/my-queue")
        expect(page.get_by_text(HOSTILE)).to_have_count(1)
        page = visit.go(f"/evaluate?assignment={assignment}")
        expect(page.get_by_text(HOSTILE)).to_have_count(2)
        comment = page.locator(f".st-key-coaching-{assignment} textarea")
        comment.fill(HOSTILE)
        comment.press("Tab")
        expect(page.locator("img[src=x]")).to_have_count(0)
        expect(page).to_have_title(re.compile("qm|Evaluate"))


def test_a_suggested_answer_is_taken_with_a_key(demo_web: DemoWeb) -> None:
    engine = demo_web.web.centre.engine
    queue = my_work(engine, ANALYST).open
    with demo_web.visit("analyst", "en") as visit:
        page = visit.page
        for assignment in queue[queue["channel"] != "email"]["assignment_id"]:
            visit.go(f"/evaluate?assignment={assignment}")
            page.locator("[data-current]").wait_for()
            if page.locator("[class*=st-key-accept-] button").count():
                break
        offered = page.locator("[class*=st-key-question-]").filter(
            has=page.locator("[class*=st-key-accept-]")
        )
        name = re.search(
            rf"st-key-question-{assignment}-(\S+)", offered.first.get_attribute("class") or ""
        )
        assert name is not None
        while page.locator(f".st-key-question-{assignment}-{name[1]}[data-current]").count() == 0:
            page.keyboard.press("ArrowDown")
            page.wait_for_timeout(50)
        expect(page.locator(f".st-key-accept-{assignment}-{name[1]} [data-key]")).to_have_count(1)
        page.keyboard.press("a")
        until(page, lambda: name[1] in open_assignment(engine, ANALYST, int(assignment)).answers)
        expect(page.locator(f".st-key-accept-{assignment}-{name[1]}")).to_have_count(0)
