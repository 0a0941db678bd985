"""The page Sampling, and what other pages show of a draw: for every role, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select, update
from streamlit.testing.v1 import AppTest

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.periods import Period
from qm.core.text import Language
from qm.intake.policy_files import read_policy
from qm.store.engine import transaction
from qm.store.tables import Assignment, Draw, DrawSeed, Evaluation, Interaction, Pick
from qm.ui import process
from qm.workflow.analysts import list_analysts
from qm.workflow.assigning import assign_picks
from qm.workflow.draw_seeds import list_seeds, reveal_seed
from qm.workflow.draws import draw_period, list_draws
from qm.workflow.evaluation_life import publish_evaluations
from qm.workflow.evaluations import open_assignment, save_draft, submit_evaluation
from qm.workflow.my_work import my_work
from qm.workflow.replacement_rates import list_replacements
from qm.workflow.replacements import replace_pick
from tests.fixtures.screens import Screens, screens, words
from tests.fixtures.small_centre import (
    CENTRE,
    KAVEH,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    SmallCentre,
    build,
)

POLICY = """\
policy: monthly
version: 7
percent: 20
min_per_agent: 2
leave_out:
  - reason: no_recording
    label: {en: Without a recording, fa: بی صدای ضبط‌شده}
    when: {all: [{interaction: channel, is: [call]}, {interaction: recorded, is: ["no"]}]}
double_scored_percent: 10
replacements:
  reasons:
    - {reason: cut_off, label: {en: "Cut off <b>", fa: بریده}}
  max_percent: 10
  reserves_per_pick: 2
"""
FULL = {each: Answer(option="yes") for each in ("greeting", "polite")} | {
    "solved": Answer(option="fully")
}
ACTORS = {"mina": MINA, "kaveh": KAVEH}
TABS = ("Draws", "Coverage", "Plan", "Analysts", "Policy")


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screens]:
    """The pages of a small centre with a policy of its own; nothing is drawn yet."""
    centre = build(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "sampling.yaml").write_text(POLICY, encoding="utf-8")
    with screens(centre) as opened:
        monkeypatch.setenv("QM_FORMS_FOLDER", str(folder))
        process.settings.cache_clear()
        yield opened
    centre.engine.dispose()


@pytest.fixture
def drawn(pages: Screens) -> Screens:
    """The same, drawn and assigned; one of sara's is evaluated."""
    engine = pages.centre.engine
    with transaction(engine) as session:
        session.exec(
            update(Interaction).where(col(Interaction.id) == "reza-0").values(recording_file=None)
        )
    policy = read_policy(pages.centre.folder / "forms" / "sampling.yaml")
    draw_period(engine, MANAGER, PERIOD, policy, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    evaluate(pages.centre, "sara")
    return pages


def evaluate(centre: SmallCentre, agent: str) -> None:
    actor, assignment = work_on(centre, agent)
    submit(centre, actor, assignment)


def work_on(centre: SmallCentre, agent: str) -> tuple[Actor, int]:
    """Return an open assignment about the agent, and whose it is."""
    with transaction(centre.engine) as session:
        query = (
            select(Assignment)
            .join(Pick, col(Pick.id) == col(Assignment.pick_id))
            .where(Assignment.state == "open", Pick.agent_id == agent)
            .order_by(col(Assignment.id))
        )
        found = session.exec(query).first()
    assert found is not None
    return ACTORS[found.evaluator], found.id or 0


def opened(
    pages: Screens, who: str = "manager", language: Language = "en", tab: str | None = None
) -> AppTest:
    page = pages.open(who, "sampling_draws", language)
    if tab:
        page.session_state[f"sampling-tab-{language}"] = tab
        page.run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [each for each in page.button if each.label == label]
    button.click().run()
    assert not page.exception
    return page


def labels(page: AppTest) -> set[str]:
    return {each.label for each in page.main.button}


# --- drawing


def test_commit_draw_assign_verify_reveal(pages: Screens) -> None:
    engine = pages.centre.engine
    page = opened(pages)
    page.selectbox(key="period-en").set_value(str(PERIOD)).run()
    assert "not committed" in words(page)
    assert "The period has begun: the commitment will be called late everywhere." in words(page)
    press(page, "Commit to a seed")
    (commitment,) = list_seeds(engine, MANAGER)
    said = words(page)
    assert "committed after the period began" in said
    assert commitment.seed_sha256 in [each.value for each in page.code]

    press(page, "Draw now")
    assert [each.value for each in page.success] == ["6 of 30 interactions were drawn."]
    listed = list_draws(engine, MANAGER)
    assert listed[["period", "picks"]].to_numpy().tolist() == [["1405-08", 6]]
    assert "Draw now" not in labels(page)
    assert {"Top up now", "Reveal for good", "Verify"} <= labels(page)
    following = str(Period.parse("1405-10"))
    assert following in {each.period for each in list_seeds(engine, MANAGER)}

    secret = seed_text(pages)
    assert secret not in words(page) + " ".join(each.value for each in page.code)
    assert not page.get("download_button")

    press(page, "Verify")
    said = words(page)
    assert "✓ the draw is what it says" in said
    assert "Every pick and reserve is the same: 6 picks" in said

    press(page, "Reveal for good")
    assert secret in [each.value for each in page.code]
    assert page.get("download_button")

    press(page, "Top up now")
    assert "Nothing is to be added to the draws of this period." in words(page)
    assert len(list_draws(engine, MANAGER)) == 1


def seed_text(pages: Screens) -> str:
    with transaction(pages.centre.engine) as session:
        query = select(DrawSeed.seed).where(DrawSeed.period == str(PERIOD))
        return session.exec(query).one()


def test_a_changed_pick_is_found_by_verifying(drawn: Screens) -> None:
    with transaction(drawn.centre.engine) as session:
        session.exec(update(Draw).values(frame_sha256="0" * 64))
    page = press(opened(drawn), "Verify")
    assert "✕ the draw is not what it says" in words(page)
    assert "✓ the draw is what it says" not in words(page)


def test_a_policy_with_errors_is_explained_and_nothing_can_be_drawn(pages: Screens) -> None:
    path = pages.centre.folder / "forms" / "sampling.yaml"
    path.write_text(POLICY.replace("percent: 20", "percent: 200", 1))
    page = opened(pages)
    assert not labels(page) & {"Draw now", "Commit to a seed"}
    page = opened(pages, tab="Policy")
    assert "percent" in words(page)
    assert "Error" in words(page)
    assert "The policy has errors" in words(opened(pages, tab="Plan"))


def test_weeks_and_quarters_can_be_chosen(pages: Screens) -> None:
    path = pages.centre.folder / "forms" / "sampling.yaml"
    kinds = (("week", "Week 32 of 1405"), ("quarter", "Autumn 1405"))
    for version, (kind, period) in enumerate(kinds, start=8):
        policy = POLICY.replace("version: 7", f"version: {version}")
        path.write_text(f"period: {kind}\n{policy}")
        page = opened(pages)
        box = page.selectbox(key="period-en")
        shown = [option for option in box.options if period in option]
        assert len(shown) == 1, kind
        box.select_index(box.options.index(shown[0])).run()
        press(page, "Draw now")
        assert page.success, kind
    assert set(list_draws(pages.centre.engine, MANAGER)["period"]) == {"1405-W32", "1405-Q3"}


# --- reading


def test_coverage_tells_planned_achieved_left_out_and_replaced(drawn: Screens) -> None:
    page = opened(drawn, tab="Coverage")
    said = words(page)
    for part in ("6 planned", "1 evaluated", "5 missing", "Without a recording", "Sara", "Orders"):
        assert part in said, part
    assert "Nothing was replaced." in said
    actor, assignment = work_on(drawn.centre, "neda")
    replace_pick(drawn.centre.engine, actor, assignment, "cut_off", HOSTILE, centre=CENTRE, now=NOW)
    said = words(opened(drawn, tab="Coverage"))
    assert "Cut off <b>" in said
    assert HOSTILE in said
    assert f"{actor.username.title()}" in said


HOSTILE = "<img src=x onerror=alert(1)> **bold**"


def test_the_plan_stores_nothing_and_solves_for_what_is_left_open(pages: Screens) -> None:
    page = opened(pages, tab="Plan")
    page.selectbox(key="period-en").set_value(str(PERIOD)).run()
    press(page, "Work out the plan")
    said = words(page)
    for part in ("30 in the frame", "6 picks", "2 evaluators", "vary by 10 points"):
        assert part in said, part
    page.number_input(key="plan-hours").set_value(1.0).run()
    press(page, "Work out the plan")
    assert "evaluators with 1 hours each" in words(page)
    assert list_draws(pages.centre.engine, MANAGER).empty
    assert list_seeds(pages.centre.engine, MANAGER) == []


def test_the_policy_is_told_in_words(drawn: Screens) -> None:
    said = words(opened(drawn, tab="Policy"))
    for part in (
        "20 % of each agent's interactions, rounded up; at least 2",
        "Without a recording: channel is call and recorded is no",
        "10 % of the random picks, by two analysts",
        "at most 10 % of an analyst's picks, 2 in reserve",
        "monthly@7",
    ):
        assert part in said, part
    assert "بی صدای ضبط‌شده" in words(opened(drawn, language="fa", tab="سیاست نمونه‌گیری"))


def test_an_analyst_reads_everything_and_changes_nothing(drawn: Screens) -> None:
    page = opened(drawn, "mina")
    for tab in TABS:
        page.session_state["sampling-tab-en"] = tab
        page.run()
        assert not page.exception, tab
        assert labels(page) <= {"Verify", "Work out the plan"}, tab
        assert not page.get("download_button"), tab


# --- analysts


def test_profiles_leave_assignment_and_moving(pages: Screens) -> None:
    engine = pages.centre.engine
    policy = read_policy(pages.centre.folder / "forms" / "sampling.yaml")
    draw_period(engine, MANAGER, PERIOD, policy, centre=CENTRE, now=NOW, seed="seed")
    page = opened(pages, tab="Analysts")
    # What is in a form goes with the press of its button, not before.
    page.number_input(key="capacity-kaveh-en").set_value(0)
    page.multiselect(key="languages-kaveh-en").set_value(["en"])
    press(page, "Save")
    (kaveh, mina) = list_analysts(engine, MANAGER)
    assert (kaveh.profile.capacity, kaveh.profile.languages) == (0, ("en",))
    assert mina.profile.capacity is None

    press(page, "Assign the picks of Aban 1405")
    said = words(page)
    assert "Kaveh 0 · Mina 6" in said
    assert "assigned" in said.casefold()  # the second analyst of what is scored twice is missing

    page.number_input(key="capacity-kaveh-en").set_value(50)
    press(page, "Save")
    first, last = (box for box in page.text_input if box.label in {"First day", "Last day"})
    first.set_value("yesterday")
    press(page, "Add leave")
    assert "is no day" in words(page)
    first, last = (box for box in page.text_input if box.label in {"First day", "Last day"})
    first.set_value("۱۴۰۵/۱۰/۰۱")
    last.set_value("1405/10/03")
    press(page, "Add leave")
    assert "1 Dey 1405 to 3 Dey 1405" in words(page)

    page.selectbox(key="sampling-analyst-en").set_value("mina").run()
    press(page, "Move now")
    assert "Moved: Kaveh 6" in words(page)
    assert [each.open for each in list_analysts(engine, MANAGER)] == [6, 0]


# --- replacing


def test_an_analyst_has_an_unsuitable_pick_replaced_from_the_queue(drawn: Screens) -> None:
    actor, assignment = work_on(drawn.centre, "neda")
    page = drawn.open(actor.username, "my_queue")
    assert "Replace this pick" not in labels(page)
    page.session_state[f"unsuitable-{assignment}"] = True
    page.run()
    assert "Replaced by you in this period: 0 of at most 1" in words(page)
    assert page.button(key=f"unsuitable-confirm-{assignment}").disabled
    page.selectbox(key=f"unsuitable-reason-{assignment}-en").select_index(0).run()
    page.text_input(key=f"unsuitable-comment-{assignment}").set_value("Silence.").run()
    page.button(key=f"unsuitable-confirm-{assignment}").click().run()
    assert not page.exception
    (row,) = list_replacements(drawn.centre.engine, MANAGER, str(PERIOD)).to_dict("records")
    assert (row["reason"], row["comment"], row["by"]) == ("cut_off", "Silence.", actor.username)
    said = words(page)
    assert row["interaction_id"] not in said.replace("\\", "").split("was replaced by")[-1]
    assert row["substitute"] in said.replace("\\", "")
    queue = my_work(drawn.centre.engine, actor).open
    assert row["substitute"] in list(queue["interaction_id"])


def test_from_the_evaluate_page_the_substitute_opens(drawn: Screens) -> None:
    actor, assignment = work_on(drawn.centre, "neda")
    page = drawn.open(actor.username, "evaluate", assignment=assignment)
    page.session_state[f"unsuitable-{assignment}"] = True
    page.run()
    page.selectbox(key=f"unsuitable-reason-{assignment}-en").select_index(0).run()
    page.button(key=f"unsuitable-confirm-{assignment}").click().run()
    assert not page.exception
    (row,) = list_replacements(drawn.centre.engine, MANAGER, str(PERIOD)).to_dict("records")
    now_open = int(page.query_params["assignment"])
    work = open_assignment(drawn.centre.engine, actor, now_open)
    assert work.context.interaction.id == row["substitute"]
    again = drawn.open(actor.username, "evaluate", assignment=assignment)
    assert "This evaluation is yours no more" in words(again)


def test_above_the_cap_it_is_refused_with_the_numbers(drawn: Screens) -> None:
    actor, first = work_on(drawn.centre, "neda")
    engine = drawn.centre.engine
    done = replace_pick(engine, actor, first, "cut_off", "", centre=CENTRE, now=NOW)
    second = done.assignment_id
    page = drawn.open(actor.username, "my_queue")
    page.session_state[f"unsuitable-{second}"] = True
    page.run()
    page.selectbox(key=f"unsuitable-reason-{second}-en").select_index(0).run()
    page.button(key=f"unsuitable-confirm-{second}").click().run()
    assert "You have replaced 1 of your" in words(page)
    assert len(list_replacements(engine, MANAGER, str(PERIOD))) == 1


# --- why my call?


def why(pages: Screens, who: str, language: Language = "en") -> AppTest:
    """Return the page of sara's last evaluation with the answer open."""
    with transaction(pages.centre.engine) as session:
        query = select(Evaluation).where(Evaluation.agent_id == "sara")
        found = session.exec(query.order_by(col(Evaluation.id).desc())).first()
        draw = session.exec(select(Draw)).one()
    assert found is not None
    page = pages.open(who, "evaluation_list", language, evaluation=found.id)
    assert not page.exception
    page.session_state[f"why-{draw.id}-{found.interaction_id}"] = True
    return page.run()


@pytest.mark.parametrize("who", ["sara", "manager"])
def test_the_agent_their_lead_and_the_manager_are_told_why(drawn: Screens, who: str) -> None:
    page = why(drawn, who)
    assert not page.exception
    said = words(page)
    for part in (
        "It was one of 10 interactions of the agent that could be picked; 2 were.",
        "so it was picked",
        "Nobody chose it by hand",
        "Draw 1.",
    ):
        assert part in said, part
    assert "seed" not in [each.value for each in page.code]  # its hash only, until it is revealed
    reveal_seed(drawn.centre.engine, MANAGER, PERIOD, now=NOW)
    assert "seed" in [each.value for each in why(drawn, who).code]


def test_a_substitute_names_what_it_replaced_and_why(drawn: Screens) -> None:
    engine = drawn.centre.engine
    actor, assignment = work_on(drawn.centre, "sara")
    done = replace_pick(engine, actor, assignment, "cut_off", "", centre=CENTRE, now=NOW)
    assert done.assignment_id is not None
    submit(drawn.centre, actor, done.assignment_id)
    said = words(why(drawn, "sara"))
    told = f"It took the place of {done.replaced}, which could not be evaluated: Cut off <b>."
    assert told in said


def submit(centre: SmallCentre, actor: Actor, assignment: int) -> None:
    saved = save_draft(centre.engine, actor, assignment, FULL, "", saved=0, now=NOW)
    submitted = submit_evaluation(centre.engine, actor, assignment, saved=saved, now=NOW)
    publish_evaluations(centre.engine, MANAGER, [submitted.id or 0], now=NOW)


def test_nobody_else_is_told(drawn: Screens) -> None:
    for who in ("reza", "lead2"):
        page = why(drawn, who)
        assert "could be picked" not in words(page)
        assert "not yours to read" in words(page)
