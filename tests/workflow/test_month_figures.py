"""Figures kept of past months: always the very ones that the evaluations give."""

from __future__ import annotations

import hashlib
from functools import partial

import pandas as pd
import pytest
from sqlalchemy import Engine, func, or_, select, update
from sqlmodel import Session

from qm.core.access import COMMAND_LINE
from qm.core.quality.facts import Facts
from qm.core.quality.figures import figures_by
from qm.store.engine import migrate, open_engine, snapshot, transaction
from qm.store.evaluations import add_evaluation, latest_of
from qm.store.month_figures import marks
from qm.store.quality_facts import facts_of, load_rows
from qm.store.scopes import EVERYONE, Scope
from qm.store.tables import (
    Assignment,
    Draw,
    Evaluation,
    EvaluationLife,
    FormVersion,
    MonthFigures,
    Pick,
    Replacement,
    User,
)
from qm.workflow.month_figures import CENTRE, figures_of_months
from qm.workflow.quality import centre_trend
from qm.workflow.quality_facts import _questions_of, quality_facts
from tests.fixtures.lives import publish_every
from tests.fixtures.written_rows import NOW, Writer, people
from tests.reports.case import ABAN, AZAR, FORM, MEHR

MONTHS = ["1405-07", "1405-08"]
LEVELS = {
    "centre": (),
    "team": ("team_id",),
    "evaluator": ("evaluator",),
}


@pytest.fixture
def engine(month_on_both: Engine) -> Engine:
    return month_on_both


def read_anew(session: Session, periods: list[str], scope: Scope = EVERYONE) -> Facts:
    """Return the facts without anything that is kept or remembered of them."""
    rows = load_rows(session, periods, scope, questions_of=partial(_questions_of, session))
    return facts_of(session, rows, partial(_questions_of, session))


def months_kept(engine: Engine) -> set[tuple[str, str]]:
    with transaction(engine) as session:
        query = select(MonthFigures.period, MonthFigures.level).distinct()
        return set(session.execute(query.where(MonthFigures.level != "rows")))


def test_what_is_kept_is_what_the_evaluations_give(engine: Engine) -> None:
    periods = [str(MEHR), str(ABAN), str(AZAR)]
    for level, columns in LEVELS.items():
        computed = figures_of_months(engine, periods, level)
        assert (str(ABAN), level) not in months_kept(engine)  # the newest
        assert {(str(MEHR), level), (str(AZAR), level)} <= months_kept(engine)
        assert figures_of_months(engine, periods, level) == computed
        with transaction(engine) as session:
            for period in periods:
                given_now = figures_by(read_anew(session, [period]), *columns)
                own = {str(key[0]) if key else CENTRE: each for key, each in given_now.items()}
                assert {name: each.figures for name, each in computed[period].items()} == own

    found = figures_of_months(engine, [str(MEHR), str(ABAN)], "centre")
    for month in centre_trend(engine, COMMAND_LINE, [MEHR, ABAN]).months:
        of_month = found[str(month.period)][CENTRE]
        assert (of_month.figures, of_month.forms) == (month.figures, month.forms)

    everyone = figures_of_months(engine, [str(MEHR)], "team")
    for names in (["orders"], ["nobody"], []):
        wanted = {name: own for name, own in everyone[str(MEHR)].items() if name in names}
        assert figures_of_months(engine, [str(MEHR)], "team", names) == {str(MEHR): wanted}


def test_a_later_correction_of_a_past_month_is_in_its_figures(engine: Engine) -> None:
    before = figures_of_months(engine, [str(MEHR)], "centre")[str(MEHR)][CENTRE]
    with transaction(engine) as session:
        query = select(Evaluation).where(Evaluation.period == str(MEHR))
        revise(session, session.scalars(query).first(), 90.0)
    after = figures_of_months(engine, [str(MEHR)], "centre")[str(MEHR)][CENTRE]
    assert before.figures.score.value == 61
    assert after.figures.score.value in (75, 76)  # 60 or 62 became 90
    assert figures_of_months(engine, [str(MEHR)], "centre")[str(MEHR)][CENTRE] == after


def revise(session: Session, before: Evaluation, percent: float) -> Evaluation:
    kept = before.model_dump(exclude={"id", "revision", "is_latest", "percent"})
    return add_evaluation(session, Evaluation(**kept, percent=percent), [])


def latest(session: Session, evaluation: Evaluation) -> Evaluation:
    found = latest_of(session, evaluation.assignment_id)
    assert found is not None
    return found


def settle(session: Session) -> None:
    people(session)
    version = session.get_one(FormVersion, ("f", "1"))
    version.source = FORM.replace("inbound-call", "f")
    version.sha256 = hashlib.sha256(version.source.encode()).hexdigest()
    for number in range(9):
        session.add(User(username=f"e{number}", name="E", role="analyst", password_hash="-",
                         created_at=NOW))  # fmt: skip


EVERY_KIND_OF_WRITE = [
    ("quarter", 0),
    ("evaluate", 0),
    ("pick", 1),
    ("revise", 0),
    ("replace", 2),
    ("top-up", 0),
    ("lose", 1),
]


def test_facts_are_those_of_now_after_every_kind_of_write(database_url: str) -> None:
    """Draws, picks, evaluations, revisions (as decided disputes make them), replacements."""
    engine = open_engine(database_url)
    migrate(engine)
    with transaction(engine) as session:
        settle(session)
    for step, number in EVERY_KIND_OF_WRITE:
        with transaction(engine) as session:
            take(Writer(session, "FFF", "FSF"), step, number)
        with transaction(engine) as session:
            assert_same(quality_facts(session, MONTHS), read_anew(session, MONTHS))
    with transaction(engine) as session:  # which no mark tells of
        session.execute(update(Assignment).values(state="withdrawn"))
    with snapshot(engine) as session:
        now = quality_facts(session, MONTHS)
        assert now.picks["open"].sum() == 0 < now.picks["unassigned"].sum()
        assert_same(now, read_anew(session, MONTHS))
    engine.dispose()


def test_unchanged_months_are_remembered_and_kept(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    past, newest = str(MEHR), str(ABAN)
    with snapshot(engine) as session:
        before = {month: quality_facts(session, [month]) for month in (past, newest)}
    monkeypatch.setattr("qm.workflow.quality_facts.load_month", None)
    with transaction(engine) as session:
        for month, facts in before.items():
            again = quality_facts(session, [month])
            assert_same(again, facts)
            assert again.found is facts.found
        # Nobody's figures change by what somebody does with the rows.
        again.evaluations["percent"] = 0.0
        assert_same(quality_facts(session, [newest]), before[newest])
        monkeypatch.setattr("qm.workflow.quality_facts._remembered", {})  # as in another process
        for month, facts in before.items():
            assert_same(quality_facts(session, [month]), facts)


@pytest.mark.parametrize("is_other_process", [False, True])
def test_of_a_changed_month_only_what_was_added_is_read(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, is_other_process: bool
) -> None:
    newest = str(ABAN)
    with transaction(engine) as session:
        before = quality_facts(session, [newest])
        monkeypatch.setattr("qm.workflow.quality_facts.load_month", None)
        in_order = select(Evaluation).where(Evaluation.period == newest).order_by(Evaluation.id)
        first, *_, last = session.scalars(in_order)
    for changed, percent in ((first, 90.0), (last, 20.0), (first, 30.0)):
        with transaction(engine) as session:
            revise(session, latest(session, changed), percent)
        if is_other_process:
            monkeypatch.setattr("qm.workflow.quality_facts._remembered", {})
        with transaction(engine) as session:
            now = quality_facts(session, [newest])
            assert_same(now, read_anew(session, [newest]))
            assert len(now.evaluations) == len(before.evaluations)
            assert percent in set(now.evaluations["percent"])


def test_an_evaluation_that_is_seen_after_newer_ones_is_not_missed(engine: Engine) -> None:
    """As on PostgreSQL, where who got a lower id may end later."""
    own = select(Evaluation).where(Evaluation.period == str(ABAN)).limit(1)
    for given_id, percent in ((10_000, 90.0), (9_999, 10.0)):
        with transaction(engine) as session:
            revised = revise(session, latest(session, session.scalars(own).one()), percent)
            chosen = update(Evaluation).where(Evaluation.id == revised.id)
            session.execute(chosen.values(id=given_id))
        with transaction(engine) as session:
            now = quality_facts(session, [str(ABAN)])
            assert_same(now, read_anew(session, [str(ABAN)]))


def test_of_what_is_published_the_facts_are_those_read_anew(engine: Engine) -> None:
    only = Scope(only_published=True)
    periods = [str(MEHR), str(ABAN)]
    with transaction(engine) as session:
        publish_every(session)
        lives = session.scalars(select(EvaluationLife).order_by(EvaluationLife.assignment_id))
        for life in list(lives)[::3]:
            life.published_revision = None
    with transaction(engine) as session:
        everything, published = (len(quality_facts(session, periods, scope).evaluations)
                                 for scope in (EVERYONE, only))  # fmt: skip
        assert 0 < published < everything
        assert_same(quality_facts(session, periods, only), read_anew(session, periods, only))


def test_what_is_not_committed_is_nobody_elses(engine: Engine) -> None:
    with Session(engine) as session:
        query = select(Evaluation).where(Evaluation.period == str(MEHR))
        revise(session, session.scalars(query).first(), 90.0)
        uncommitted = quality_facts(session, [str(MEHR)])
        session.rollback()
    with transaction(engine) as session:
        revise(session, session.scalars(query).first(), 10.0)  # the same numbers of everything
    with transaction(engine) as session:
        assert_same(quality_facts(session, [str(MEHR)]), read_anew(session, [str(MEHR)]))
        assert max(uncommitted.evaluations["percent"]) == 90.0


def test_a_draw_that_is_given_up_is_not_remembered(database_url: str) -> None:
    """Another draw gets its number, with picks of other months."""
    engine = open_engine(database_url)
    first, second = MONTHS
    with transaction(engine) as session:
        settle(session)
    with Session(engine) as session:
        writer = Writer(session)
        writer.pick(writer.draw(), 1, 5, month=first)
        marks(session, [first], "")
        session.rollback()
    with transaction(engine) as session:
        writer = Writer(session)
        draw = writer.draw()
        writer.pick(draw, 1, 5, month=first)
        pick_id = writer.pick(draw, 2, 5, month=second).id
    with transaction(engine) as session:
        before = marks(session, [first], "")
    with transaction(engine) as session:
        Writer(session, "FFF", "FSF").evaluate(session.get_one(Pick, pick_id), 50.0)
    with transaction(engine) as session:
        assert marks(session, [first], "") != before
    engine.dispose()


def assert_same(facts: Facts, other: Facts) -> None:
    pd.testing.assert_frame_equal(facts.evaluations, other.evaluations)
    pd.testing.assert_frame_equal(facts.picks, other.picks)
    assert facts.questions == other.questions


def take(writer: Writer, step: str, number: int) -> None:
    """Do one thing to a centre, as the workflow does it: by adding rows."""
    session, percent = writer.session, float(50 + number)
    draws, every = session.scalars(select(Draw)).all(), session.scalars(select(Pick)).all()
    evaluations = session.scalars(select(Evaluation).where(Evaluation.is_latest)).all()
    if step in ("draw", "quarter") or not draws:
        draw, month = writer.draw(), MONTHS[number % 2]
        for place in range(3):
            own = MONTHS[place % 2] if step == "quarter" else month
            writer.pick(draw, place, 10, interaction=f"{draw.id}/{place}", month=own)
        writer.pick(draw, 0, 10, interaction=f"{draw.id}/r", month=month, is_reserve=True)
    elif step == "top-up":
        last = draws[number % len(draws)]
        reserve = next((p for p in every if p.draw_id == last.id and p.is_reserve), None)
        draw = writer.draw(last)
        name = reserve.interaction_id if reserve else f"{draw.id}/top"
        writer.pick(draw, 7, 20, interaction=name, month=MONTHS[number % 2], percent=percent)
    elif step == "pick":
        writer.pick(writer.draw(), 1, 5, month=MONTHS[number % 2], percent=percent)
    elif step in ("evaluate", "short"):
        evaluator = f"e{session.scalar(select(func.count()).select_from(Assignment))}"
        pick = every[number % len(every)]
        writer.evaluate(pick, percent, is_short=step == "short", evaluator=evaluator)
    elif step == "revise" and evaluations:
        revise(session, evaluations[number % len(evaluations)], percent)
    elif step in ("replace", "lose"):
        pick = every[number % len(every)]
        own = [p for p in every if p.draw_id == pick.draw_id and p.is_reserve and p is not pick]
        replace(writer, pick, own[0] if own and step == "replace" else None)


def replace(writer: Writer, pick: Pick, reserve: Pick | None) -> None:
    query = select(func.count()).select_from(Replacement)
    used = [Replacement.pick_id == pick.id]
    if reserve is not None:
        used.append(Replacement.reserve_id == reserve.id)
    if writer.session.scalar(query.where(or_(*used))) == 0:
        writer.replace(pick, reserve)
