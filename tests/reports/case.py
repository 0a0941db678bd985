"""A small contact centre whose quality can be worked out by hand.

Aban 1405: Sara 80, 90, 100, 70 (4 picks of 40 interactions), Reza 60, 70 (2 of 20), Ali 90 and
one without a score (3 of 10, one open), Omid nothing (2 of 10: one open, one unassigned).
Beside these: a targeted evaluation, a second one of a double-scored pick, outdated revisions.
Mehr 1405: Sara 60, 62 (2 of 40).
"""

import hashlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select
from sqlmodel import Session

from qm.core.centre import Centre
from qm.core.periods import Period
from qm.store.engine import transaction
from qm.store.tables import (
    Agent,
    AnswerRow,
    Assignment,
    CoachingNote,
    Draw,
    DrawCoverage,
    Evaluation,
    FormVersion,
    ImportRun,
    Interaction,
    Pick,
    Team,
    User,
)
from tests.fixtures.lives import publish_every

MEHR, ABAN, AZAR = Period(1405, 7), Period(1405, 8), Period(1405, 9)
NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
CENTRE = Centre(ZoneInfo("Asia/Tehran"), "jalali", "fa")
DANGEROUS_NOTE = "=cmd|' /C calc'!A0\x0b"
PERSIAN_NOTE = "سلام و معرفی خوب بود؛ جمع‌بندی فراموش شد."
QUESTIONS = {"greeting": "customer", "identity": "compliance", "closing": None}
LETTERS = {
    "f": {"state": "answered", "option_id": "yes", "earned_points": 1.0},
    "s": {"state": "answered", "option_id": "no", "earned_points": 0.0},
    "x": {"state": "answered", "option_id": "no", "earned_points": 0.0, "is_fatal": True},
    "n": {"state": "not_applicable"},
}
RESULTS = {"f": "F", "s": "S", "x": "s", "n": "N"}
FORM = """\
form: inbound-call
version: "1"
channel: call
title: {en: Inbound call, fa: تماس ورودی}
pass_percent: 80
sections:
  - id: conversation
    title: {en: Conversation, fa: گفت‌وگو}
    weight: 100
    questions:
      - id: greeting
        text: {en: "Greets by name", fa: "با نام سلام می‌کند"}
        critical: customer
        not_applicable: true
        options:
          - {id: "yes", label: {en: "Yes", fa: بله}, points: 1}
          - {id: "no", label: {en: "No", fa: خیر}, points: 0}
      - id: identity
        text: {en: Checks the identity, fa: هویت را احراز می‌کند}
        critical: compliance
        not_applicable: true
        options:
          - {id: "yes", label: {en: "Yes", fa: بله}, points: 1}
          - {id: "no", label: {en: "No", fa: خیر}, points: 0, fatal: true}
      - id: closing
        text: {en: Sums up, fa: جمع‌بندی می‌کند}
        not_applicable: true
        options:
          - {id: "yes", label: {en: "Yes", fa: بله}, points: 1}
          - {id: "no", label: {en: "No", fa: خیر}, points: 0}
"""
FORM_SHA256 = hashlib.sha256(FORM.encode()).hexdigest()


def fill(engine: Engine) -> None:
    """Write the case into an empty, migrated database."""
    with transaction(engine) as session:
        _people(session)
        mehr = _draw(session, MEHR, {"sara.nouri": (40, 2)})
        for percent in (60.0, 62.0):
            _evaluate(session, _pick(session, mehr, "sara.nouri"), percent, "fff")
        draw = _draw(
            session,
            ABAN,
            {
                "sara.nouri": (40, 4),
                "reza.karimi": (20, 2),
                "ali.moradi": (10, 3),
                "omid.sadeghi": (10, 2),
            },
        )
        _sara(session, draw)
        _evaluate(session, _pick(session, draw, "reza.karimi"), 60.0, "sxs")
        _evaluate(session, _pick(session, draw, "ali.moradi"), 90.0, "ffs")
        for agent, percent, answers in (("reza.karimi", 70.0, "ffn"), ("ali.moradi", None, "nnn")):
            revised = _pick(session, draw, agent)
            outdated = _evaluate(session, revised, 10.0, "sss")
            outdated.is_latest = False
            _evaluate(session, revised, percent, answers, of=outdated)
        for agent in ("ali.moradi", "omid.sadeghi"):
            _assign(session, _pick(session, draw, agent))
        _pick(session, draw, "omid.sadeghi")
        _pick(session, draw, "omid.sadeghi", is_reserve=True)
        publish_every(session)


def _sara(session: Session, draw: Draw) -> None:
    twice = _pick(session, draw, "sara.nouri")
    first = _evaluate(session, twice, 80.0, "ffs")
    _evaluate(session, twice, 20.0, "sss", evaluator="nima")
    for percent, answers in ((90.0, "ffs"), (100.0, "fff"), (70.0, "sfs")):
        last = _evaluate(session, _pick(session, draw, "sara.nouri"), percent, answers)
    _evaluate(session, _pick(session, draw, "sara.nouri", purpose="targeted"), 0.0, "sss")
    for evaluation, text in ((first, DANGEROUS_NOTE), (last, PERSIAN_NOTE)):
        note = CoachingNote(
            evaluation_id=evaluation.id or 0,
            agent_id="sara.nouri",
            team_id="orders",
            period=str(ABAN),
            text=text,
            author="mina",
            created_at=NOW,
        )
        session.add(note)


def _people(session: Session) -> None:
    session.add_all(
        [
            Team(id="orders", name="Orders", name_fa="سفارش‌ها"),
            Team(id="support", name="Support", name_fa="پشتیبانی"),
            ImportRun(id=1, file_name="f", file_sha256="0" * 64, at=NOW, by="t", rows_new=0,
                      rows_known=0, rows_rejected=0),
            FormVersion(form_id="inbound-call", version="1", channel="call", sha256=FORM_SHA256,
                        source=FORM, published_at=NOW, published_by="mina"),
        ]
    )  # fmt: skip
    session.flush()
    for agent_id, name, name_fa, team_id in (
        ("sara.nouri", "Sara Nouri", "سارا نوری", "orders"),
        ("reza.karimi", "Reza Karimi", "رضا کریمی", "orders"),
        ("ali.moradi", "Ali Moradi", "علی مرادی", "support"),
        ("omid.sadeghi", "Omid Sadeghi", "امید صادقی", "support"),
    ):
        session.add(Agent(id=agent_id, name=name, name_fa=name_fa, team_id=team_id))
    for username, name, name_fa in (("mina", "Mina Rad", "مینا راد"), ("nima", "Nima", None)):
        session.add(
            User(username=username, name=name, name_fa=name_fa, role="analyst",
                 password_hash="-", created_at=NOW)
        )  # fmt: skip
    session.flush()


def _draw(session: Session, period: Period, coverage: dict[str, tuple[int, int]]) -> Draw:
    draw = Draw(
        period=str(period),
        seed=f"seed of {period}",
        policy={"policy": "monthly", "percent": "10"},
        policy_sha256="a" * 64,
        frame_sha256="b" * 64,
        frame_size=sum(frame for frame, _ in coverage.values()),
        excluded={"no_recording": 3},
        at=NOW,
        by="manager",
    )
    session.add(draw)
    session.flush()
    for agent_id, (frame_size, picked) in coverage.items():
        session.add(
            DrawCoverage(
                draw_id=draw.id or 0,
                agent_id=agent_id,
                month=str(period),
                frame_size=frame_size,
                picked=picked,
            )
        )
    session.flush()
    return draw


def _pick(
    session: Session,
    draw: Draw,
    agent_id: str,
    *,
    purpose: str = "random",
    is_reserve: bool = False,
) -> Pick:
    coverage = session.get_one(DrawCoverage, (draw.id, agent_id, draw.period))
    team_id = session.get_one(Agent, agent_id).team_id
    interaction = Interaction(
        id=f"{draw.period}-{_count(session) + 1:03d}",
        channel="call",
        agent_id=agent_id,
        team_id=team_id,
        started_at=NOW - timedelta(days=10),
        row_sha256="c" * 64,
        import_run_id=1,
    )
    session.add(interaction)
    session.flush()
    is_random = purpose == "random"
    pick = Pick(
        draw_id=draw.id or 0,
        interaction_id=interaction.id,
        agent_id=agent_id,
        team_id=team_id,
        month=draw.period,
        stratum=agent_id if is_random else "",
        zone=1 if is_random else 0,
        zone_size=coverage.frame_size if is_random else 0,
        number=0.5,
        inclusion_probability=coverage.picked / coverage.frame_size if is_random else 0.0,
        purpose=purpose,
        rank=1,
        is_reserve=is_reserve,
    )
    session.add(pick)
    session.flush()
    return pick


def _count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Interaction)).one()


def _assign(session: Session, pick: Pick, evaluator: str = "mina") -> Assignment:
    assignment = Assignment(
        pick_id=pick.id or 0,
        interaction_id=pick.interaction_id,
        evaluator=evaluator,
        form_id="inbound-call",
        form_version="1",
        assigned_at=NOW,
        due_at=NOW,
    )
    session.add(assignment)
    session.flush()
    return assignment


def _evaluate(
    session: Session,
    pick: Pick,
    percent: float | None,
    answers: str,
    *,
    evaluator: str = "mina",
    of: Evaluation | None = None,
) -> Evaluation:
    interaction = session.get_one(Interaction, pick.interaction_id)
    draw = session.get_one(Draw, pick.draw_id)
    assignment_id = of.assignment_id if of else _assign(session, pick, evaluator).id
    evaluation = Evaluation(
        assignment_id=assignment_id or 0,
        revision=2 if of else 1,
        interaction_id=interaction.id,
        agent_id=pick.agent_id,
        team_id=interaction.team_id,
        channel="call",
        period=draw.period,
        purpose=pick.purpose,
        inclusion_probability=pick.inclusion_probability,
        form_id="inbound-call",
        form_version="1",
        form_sha256=FORM_SHA256,
        evaluator=evaluator,
        percent=percent,
        calculated_percent=percent,
        no_score=None if percent is not None else "all_not_applicable",
        outcome=None if percent is None else "pass" if percent >= 80 else "fail",
        submitted_at=NOW,
    )
    packed = dict(zip(QUESTIONS, (RESULTS[letter] for letter in answers), strict=True))
    evaluation.results = "".join(packed[question_id] for question_id in sorted(packed))
    session.add(evaluation)
    session.flush()
    for (question_id, critical), letter in zip(QUESTIONS.items(), answers, strict=True):
        session.add(
            AnswerRow(
                evaluation_id=evaluation.id or 0,
                question_id=question_id,
                section_id="conversation",
                possible_points=1.0,
                weight_percent="0",
                contribution="0",
                critical=critical,
                **LETTERS[letter],
            )
        )
    return evaluation
