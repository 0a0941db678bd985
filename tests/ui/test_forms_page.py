"""The page Forms: its list, an upload, and what can be done with one form, for every role."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qm.core.forms.answers import Answer
from qm.core.text import Language
from qm.exchange.sheets.workbooks import write_sheets
from qm.store.engine import transaction
from qm.store.forms import find_version
from qm.ui import process
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import open_assignment, save_draft, submit_evaluation
from qm.workflow.forms import check_text
from qm.workflow.my_work import my_work
from tests.fixtures.screens import Screens, markup, screens, words
from tests.fixtures.small_centre import (
    CENTRE,
    FORM,
    KAVEH,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    build,
)

LATER = FORM.format(channel="call").replace('version: "1"', 'version: "2"')
STRICTER = LATER.replace("weight: 40", "weight: 80").replace("pass_percent: 75", "pass_percent: 90")
HOSTILE = "<img src=x onerror=alert(1)> **bold** {0}"
TABS = ("Preview", "Findings", "Differences", "Simulation", "Download")


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screens]:
    """The pages of a small centre that has its own forms folder."""
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    folder = tmp_path / "forms"
    folder.mkdir()
    shutil.copy(tmp_path / "LOCK", folder / "LOCK")
    for channel in ("call", "chat"):
        shutil.copy(tmp_path / f"{channel}.yaml", folder)
    with screens(centre) as opened:
        monkeypatch.setenv("QM_FORMS_FOLDER", str(folder))
        process.settings.cache_clear()
        yield opened
    centre.engine.dispose()


def forms_folder(pages: Screens) -> Path:
    return pages.centre.folder / "forms"


def opened(pages: Screens, who: str = "mina", language: Language = "en") -> AppTest:
    page = pages.open(who, "evaluation_forms", language)
    assert not page.exception
    return page


def choose(page: AppTest, name: str) -> AppTest:
    box = page.selectbox(key="forms-chosen-en")
    shown = [option for option in box.options if name in option]
    box.select_index(box.options.index(shown[0])).run()
    assert not page.exception
    return page


def tab(page: AppTest, label: str) -> AppTest:
    page.session_state["forms-tab-en"] = label
    page.run()
    assert not page.exception
    return page


def upload(page: AppTest, name: str, content: str | bytes, source: str | None = None) -> AppTest:
    if source:
        box = page.selectbox(key="forms-source-en")
        box.select_index([*box.options].index(source)).run()
    kind = {None: "own", "Genesys Cloud (JSON)": "genesys"}[source]
    data = content.encode() if isinstance(content, str) else content
    page.file_uploader(key=f"forms-upload-{kind}").upload(name, data).run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [each for each in page.button if each.label == label]
    button.click().run()
    return page


def is_published(pages: Screens, form_id: str, version: str) -> bool:
    with transaction(pages.centre.engine) as session:
        return find_version(session, form_id, version) is not None


# --- the list, and who may do what


def test_the_list_has_published_versions_and_drafts(pages: Screens) -> None:
    (forms_folder(pages) / "later.yaml").write_text(LATER)
    (forms_folder(pages) / "broken.yaml").write_text("form: broken\nversion: 1\n")
    said = words(opened(pages))
    for part in ("in force", "draft", "has errors", "2 · later.yaml", "broken.yaml", "every day"):
        assert part in said, part


def test_effective_days_and_states_are_shown(pages: Screens) -> None:
    text = LATER.replace("pass_percent", "effective_from: 2027-03-21\npass_percent")
    (forms_folder(pages) / "later.yaml").write_text(text)
    page = press(choose(opened(pages), "later.yaml"), "Publish for good")
    said = words(page)
    assert "scheduled" in said
    assert "from 1 Farvardin 1406" in said


@pytest.mark.parametrize("who", ["mina", "manager", "admin"])
def test_who_may_publish_can_upload_publish_and_retire(pages: Screens, who: str) -> None:
    page = opened(pages, who)
    assert page.file_uploader
    assert "Retire for good" in [button.label for button in page.button]


def test_a_lead_sees_forms_and_changes_nothing(pages: Screens) -> None:
    (forms_folder(pages) / "later.yaml").write_text(LATER)
    page = opened(pages, "lead")
    assert not page.file_uploader
    for name in ("call@1", "later.yaml"):
        choose(page, name)
        assert {button.label for button in page.main.button} <= {"Start over"}
    tab(page, "Simulation")
    assert "Simulate" not in [button.label for button in page.button]
    assert "in force" in words(page)


def test_an_agent_has_no_such_page(pages: Screens) -> None:
    page = pages.enter("sara")
    with pytest.raises(ValueError, match="navigation page"):
        page.switch_page("screens/evaluation_forms.py")
    assert pages.open_alone("sara", "evaluation_forms").exception


def test_the_page_speaks_persian(pages: Screens) -> None:
    page = opened(pages, language="fa")
    assert "یک فرم" in words(page)
    assert "آغاز" in words(page)


# --- one form


def test_a_preview_is_filled_in_and_scored_at_once(pages: Screens) -> None:
    page = choose(opened(pages), "call@1")
    (greeting,) = [group for group in page.button_group if "Greets?" in group.label]
    greeting.set_value(["no"] if isinstance(greeting.value, list) else "no").run()
    (polite,) = [group for group in page.button_group if "Polite?" in group.label]
    polite.set_value(["yes"] if isinstance(polite.value, list) else "yes").run()
    said = words(page)
    assert "60.0" in said
    assert "Sum 60.0000, rounded half up once: 60.0" in said
    press(page, "Start over")
    assert "Nothing is answered yet." in words(page)


def test_findings_stand_with_their_line(pages: Screens) -> None:
    (forms_folder(pages) / "broken.yaml").write_text(LATER.replace("channel: call", "channel: fax"))
    said = words(choose(opened(pages), "broken.yaml"))
    assert "row 3, channel" in said
    assert "“fax” is not among the choices." in said
    assert "Errors: 1" in said


def test_differences_say_what_can_move_scores(pages: Screens) -> None:
    (forms_folder(pages) / "later.yaml").write_text(STRICTER)
    said = words(tab(choose(opened(pages), "later.yaml"), "Differences"))
    assert "Changes: 3" in said
    assert "Can move scores: 2" in said
    assert "Section opening.weight" in said


def test_every_kind_of_file_can_be_downloaded(pages: Screens) -> None:
    page = tab(choose(opened(pages), "call@1"), "Download")
    for kind, losses in (("yaml", False), ("xlsx", False), ("genesys", True), ("connect", True)):
        (kinds,) = [group for group in page.button_group if group.label == "Kind of file"]
        kinds.set_value(kind).run()
        assert not page.exception
        assert ("What the file cannot hold:" in words(page)) == losses, kind
        assert page.get("download_button")


def evaluated(pages: Screens) -> None:
    """Let two calls be evaluated with 60 % and 100 %."""
    engine = pages.centre.engine
    draw_period(engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    yes, no = Answer(option="yes"), Answer(option="no")
    waiting = iter([{"greeting": no}, {"greeting": yes}])
    for actor in (MINA, KAVEH):
        queue = my_work(engine, actor).open
        for assignment in queue["assignment_id"]:
            work = open_assignment(engine, actor, int(assignment))
            if work.form.form != "call" or (answers := next(waiting, None)) is None:
                continue
            answers |= {"solved": Answer(option="fully"), "polite": yes}
            saved = save_draft(engine, actor, int(assignment), answers, "", saved=0, now=NOW)
            submit_evaluation(engine, actor, int(assignment), saved=saved, now=NOW)


def test_a_draft_is_simulated_before_it_is_published(pages: Screens) -> None:
    evaluated(pages)
    (forms_folder(pages) / "later.yaml").write_text(
        STRICTER.replace("pass_percent: 90", "pass_percent: 40")
    )
    page = press(tab(choose(opened(pages), "later.yaml"), "Simulation"), "Simulate")
    said = words(page)
    assert "Evaluations: 2" in said
    assert "Changed outcomes: 1" in said  # 60 % failed under 75, 60/140 passes under 40
    assert "Fail → Pass" in said
    assert "mean difference -8.55 points, n = 2" in said


def test_without_evaluations_a_simulation_says_so(pages: Screens) -> None:
    page = press(tab(choose(opened(pages), "call@1"), "Simulation"), "Simulate")
    assert "No stored evaluation was made with the form “call”." in words(page)


# --- publishing and retiring


def test_publishing_asks_and_is_for_good(pages: Screens) -> None:
    (forms_folder(pages) / "later.yaml").write_text(LATER)
    page = choose(opened(pages), "later.yaml")
    assert "Publishing call@2 is for good" in words(page)
    assert not is_published(pages, "call", "2")
    press(page, "Publish for good")
    assert is_published(pages, "call", "2")
    assert any("call@2" in each for each in markup(page))  # what is shown now
    assert "Publish for good" not in [button.label for button in page.button]


def test_after_publishing_the_next_step_does_not_stand_open(pages: Screens) -> None:
    """The browser keeps a popover open while its id stays: “Retire” would wait under the mouse."""
    (forms_folder(pages) / "later.yaml").write_text(LATER)
    page = choose(opened(pages), "later.yaml")
    (publishing,) = page.get("popover")
    press(page, "Publish for good")
    (retiring,) = page.get("popover")
    assert publishing.proto.id
    assert retiring.proto.id not in {"", publishing.proto.id}


def test_retiring_asks_and_is_for_good(pages: Screens) -> None:
    page = choose(opened(pages), "call@1")
    assert "Retiring call@1 is for good" in words(page)
    press(page, "Retire for good")
    assert "retired" in words(page)
    choose(page, "call@1")
    assert "Retire for good" not in [button.label for button in page.button]


# --- uploads


def test_an_uploaded_form_is_checked_and_published(pages: Screens) -> None:
    page = upload(opened(pages), "mine.yaml", LATER)
    assert "mine.yaml" in words(page)
    press(page, "Publish for good")
    assert is_published(pages, "call", "2")
    assert (forms_folder(pages) / "call.yaml").read_text() == LATER
    assert not (forms_folder(pages) / "mine.yaml").exists()


def test_an_uploaded_workbook_is_published(pages: Screens) -> None:
    form = check_text(LATER, "x.yaml").form
    assert form is not None
    page = upload(opened(pages), "mine.xlsx", write_sheets(form, "fa").content)
    press(page, "Publish for good")
    assert is_published(pages, "call", "2")


def test_a_broken_upload_is_told_and_cannot_be_published(pages: Screens) -> None:
    page = upload(opened(pages), "mine.yaml", LATER.replace("points: 2", "points: two"))
    row = LATER[: LATER.index("points: 2")].count("\n") + 1
    path = "sections[1].questions[0].options[0].points"
    assert f"row {row}, {path}" in words(page).replace("\u200b", "")
    assert "Publish for good" not in [button.label for button in page.button]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"PK\x03\x04nonsense", b"", b"a: &x [*x]"])
@pytest.mark.parametrize("name", ["x.yaml", "x.xlsx"])
def test_no_upload_brings_the_page_down(pages: Screens, name: str, content: bytes) -> None:
    page = upload(opened(pages), name, content)
    assert "Errors: " in words(page)


def test_a_vendors_form_is_imported_with_its_losses(pages: Screens) -> None:
    options = [{"id": "a1", "text": "Yes", "value": 2}, {"id": "a2", "text": "No", "value": 0}]
    question: dict[str, Any] = {"id": "q1", "type": "multipleChoiceQuestion", "text": "Greets?"}
    group = {
        "id": "g1",
        "name": "Opening",
        "weight": 1,
        "questions": [question | {"answerOptions": options}],
    }
    document = {"name": "Vendor", "questionGroups": [group], "evaluationSettings": {"a": True}}
    page = upload(opened(pages), "v.json", json.dumps(document), "Genesys Cloud (JSON)")
    assert "Vendor" in words(page)
    assert "vendor@1" in words(page)
    assert "Loss" in words(tab(page, "Findings"))
    press(page, "Publish for good")
    assert is_published(pages, "vendor", "1")


def test_nothing_uploaded_becomes_markup_or_a_path(pages: Screens) -> None:
    text = LATER.replace("A form", HOSTILE.format("form")).replace("Greets?", HOSTILE.format("q"))
    page = upload(opened(pages), "../../<b>x</b>.yaml", text)
    for label in TABS:
        tab(page, label)
        assert not [each for each in markup(page) if "<img" in each or "<b>x" in each], label
    assert sorted(path.name for path in pages.centre.folder.rglob("*x</b>*")) == []
