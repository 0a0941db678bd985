"""The card of an agent, on ten months of a small centre."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select, update
from sqlmodel import Session, col

from qm.core.access import COMMAND_LINE, Actor
from qm.core.problems import BadInput, NotAllowed
from qm.core.quality.behind import Behind
from qm.store.engine import open_engine, transaction
from qm.store.tables import (
    AnswerRow,
    CoachingNote,
    CoachingSession,
    Commitment,
    Evaluation,
    SessionTopic,
)
from qm.workflow.agent_card import AgentCard, agent_card
from qm.workflow.evaluations_behind import evaluations_behind
from tests.fixtures.lives import publish_every
from tests.fixtures.watched_centre import LAST, watch
from tests.reports.case import CENTRE

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
HELD = datetime(2026, 11, 1, 8, tzinfo=UTC)
LEAD = Actor("lead", "lead", team_id="orders")
SARA = Actor("sara", "agent", agent_id="sara")


def _score(agent: str, month: int, number: int) -> float:
    """Sara scores 40 in the last two months; else everybody between 84 and 92."""
    if agent == "sara" and month >= 8:
        return 40.0
    return 70.0 if (5 * month + number) % 12 == 4 else 84.0 + (7 * month + 3 * number) % 9


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_engine(database_url)
    watch(engine, _score)
    with transaction(engine) as session:
        _coach(session)
        # The results stand in the order of the ids: closing, greeting, identity.
        falls = update(Evaluation).where(
            col(Evaluation.agent_id) == "sara", col(Evaluation.percent) == 40.0
        )
        session.execute(falls.values(results="FSF"))
        newest = session.scalars(
            select(func.max(col(Evaluation.id))).where(col(Evaluation.agent_id) == "sara")
        ).one()
        cited = [{"segment": 3, "start_s": 34.0, "end_s": 52.0, "quote": "Mail me: a@b.example"}]
        session.add(
            AnswerRow(evaluation_id=newest, question_id="greeting", section_id="conversation",
                      state="answered", option_id="no", earned_points=0, possible_points=1,
                      weight_percent="100/3", contribution="0", comment="No name.", evidence=cited)
        )  # fmt: skip
    yield engine
    engine.dispose()


def _coach(session: Session) -> None:
    talk = CoachingSession(
        agent_id="sara", team_id="orders", planned_at=HELD, held_at=HELD, state="held",
        created_by="lead", created_at=HELD,
    )  # fmt: skip
    session.add(talk)
    session.flush()
    number = talk.id or 0
    about = {"form_id": "inbound-call", "question_id": "greeting"}
    session.add(SessionTopic(session_id=number, **about))
    for text, state in (("Greet.", "kept"), ("Greet by name.", "open")):
        session.add(
            Commitment(session_id=number, agent_id="sara", text=text, state=state,
                       due_on=date(2026, 11, 30), **about)
        )  # fmt: skip
    session.add(
        CoachingNote(evaluation_id=1, agent_id="sara", team_id="orders", period=str(LAST),
                     text="Well done.", author="mina", created_at=NOW, state="review")
    )  # fmt: skip


def _card(engine: Engine, actor: Actor, agent: str = "sara") -> AgentCard:
    return agent_card(engine, actor, agent, LAST, centre=CENTRE, now=NOW)


def test_a_lead_takes_it_all_into_the_talk_and_agents_see_their_own(engine):
    card = _card(engine, LEAD)
    assert (card.agent.id, card.team and card.team.id) == ("sara", "orders")
    assert (card.months_with_data, len(card.trend.months)) == (10, 10)
    assert (card.month.figures.score.value, card.month.figures.score.n) == (40.0, 8)
    assert not card.is_too_early
    # Three agents are too few to borrow from; the mean stays as it is.
    assert card.beside.shrunk.raw.value == 40.0
    assert (card.beside.shrunk.estimate.value, card.beside.shrunk.estimate.note) == (
        None, "too_few_groups"
    )  # fmt: skip
    assert card.beside.separation.verdict == "apart"
    assert card.beside.standing is None  # of two agents nobody has a place
    (place,) = card.beside.places
    assert (place.point.value, place.contacts.failed.sum()) == (100.0, 8)
    assert [each.form.key for each in card.on_forms] == ["inbound-call@1"]
    assert {signal.kind for signal in card.signals} >= {"failures"}
    assert [mark.kind for mark in card.marks] == ["talk"]
    assert (card.disputes.published, card.disputes.raised) == (0, 0)
    _assert_questions(engine, card)
    _assert_coaching(card)
    _assert_agents_see_what_is_published_of_themselves(engine)
    _assert_others_are_refused(engine)


def _assert_questions(engine: Engine, card: AgentCard) -> None:
    (work,) = card.questions.to_work_on
    assert (card.questions.asked, card.questions.others) == (3, 1)
    own = work.question.own
    assert (own.question_id, own.short, own.short_share.n) == ("greeting", 16, 24)
    assert work.question.is_weakness
    assert card.questions.strengths == ()
    (clip,) = work.clips
    assert (clip.evidence.start_s, clip.comment) == (34.0, "No name.")
    assert "a@b.example" not in clip.evidence.quote  # masked
    behind = Behind(
        tuple(map(str, card.questions.periods)), agent_id="sara", question_id="greeting",
        result="short",
    )  # fmt: skip
    found = evaluations_behind(engine, LEAD, behind, centre=CENTRE, now=NOW, limit=50)
    assert found.n == own.short


def _assert_coaching(card: AgentCard) -> None:
    coaching = card.coaching
    assert [each.text for each in coaching.commitments] == ["Greet by name.", "Greet."]
    effect = coaching.effect_on(coaching.commitments[0])
    assert effect is not None
    assert effect.question_id == "greeting"
    assert (coaching.notes_open, coaching.notes_done) == (1, 0)
    assert coaching.notes[0]["text"] == "Well done."


def _assert_agents_see_what_is_published_of_themselves(engine: Engine) -> None:
    unseen = _card(engine, SARA)
    assert (unseen.month.figures.evaluated, unseen.is_too_early) == (0, True)
    assert (unseen.questions.asked, unseen.signals, unseen.on_forms) == (0, (), ())
    with transaction(engine) as session:
        publish_every(session)
    card = _card(engine, SARA)
    assert card.month.figures.score.value == 40.0
    assert card.beside.standing is None
    assert card.questions.others == 0  # two agents are too few for nobody to show through
    assert card.coaching.notes_open == 0  # it is under review
    assert (card.disputes.published, card.disputes.raised) == (80, 0)


def _assert_others_are_refused(engine: Engine) -> None:
    for actor, agent in ((SARA, "reza"), (LEAD, "ali"), (SARA, "nobody")):
        with pytest.raises(NotAllowed):
            _card(engine, actor, agent)
    with pytest.raises(BadInput, match="nobody"):
        _card(engine, COMMAND_LINE, "nobody")
