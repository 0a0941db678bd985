from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.problems import BadInput, NotAllowed
from qm.locale import translator
from qm.store.engine import transaction
from qm.store.tables import Assignment, Evaluation, Pick, Replacement
from qm.workflow.draw_explaining import Explanation, explain_interaction
from tests.fixtures.lives import publish_every
from tests.fixtures.small_centre import (
    CENTRE,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    OTHER_LEAD,
    PERIOD,
    REZA,
    SARA,
    SmallCentre,
    build,
)
from tests.workflow.drawn_month import commit, draw, import_more, policy_of, stored_picks

CHATS = {
    "reason": "chats",
    "label": {"en": "Only calls", "fa": "تنها تماس‌ها"},
    "when": {"interaction": "channel", "is": ["chat"]},
}
QUOTA = {
    "quota": "sales",
    "when": {"interaction": "queue", "is": ["sales"]},
    "max_per_period": 2,
}


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    return build(database_url, tmp_path)


def why(centre: SmallCentre, name: str, actor: Actor = MANAGER) -> list[Explanation]:
    return explain_interaction(centre.engine, actor, name)


def words(explanation: Explanation) -> str:
    return " ".join(map(str, explanation.sentences("en", CENTRE)))


def test_every_interaction_has_an_explanation_that_agrees_with_the_draw(
    centre: SmallCentre,
) -> None:
    policy = policy_of(leave_out=[CHATS], targeted=[QUOTA], double_scored_percent="20")
    commit(centre, policy)
    picks = draw(centre, policy).picks.set_index("interaction_id")
    for number in range(10):
        name = f"sara-{number}"
        (found,) = why(centre, name)
        said = words(found)
        if number % 4 == 3:
            assert said == "It could not be picked: it was left out because of “Only calls”."
            assert "تنها تماس‌ها" in str(found.sentences("fa", CENTRE)[0])
        elif name not in picks.index:
            assert "so it is not among the random picks" in said
            assert not found.is_in_effect
        else:
            pick = picks.loc[name]
            assert found.standing.number == pick["number"]
            assert f"{pick['number']:.6f}" in said
            assert found.is_in_effect != pick["is_reserve"]
            assert ("for its own sake" in said) == (pick["purpose"] == "targeted")
            assert ("scored by two analysts" in said) == (pick["purpose"] == "double_scored")
            assert (": a reserve" in said) == bool(pick["is_reserve"])


def test_a_replacement_is_told(centre: SmallCentre) -> None:
    draw(centre)
    pick, reserve = stored_picks(centre)[:2]
    with transaction(centre.engine) as session:
        session.add(
            Replacement(
                pick_id=pick.id or 0,
                reserve_id=reserve.id,
                reason="silent",
                at=NOW + timedelta(days=1),
                by="mina",
            )
        )
    (gone,), (came,) = why(centre, pick.interaction_id), why(centre, reserve.interaction_id)
    assert "it was exchanged for a reserve" in words(gone)
    assert (gone.is_in_effect, gone.is_replaced) == (False, True)
    assert "it took the place of a pick" in words(came)
    assert came.is_in_effect


def test_a_top_up_is_explained_beside_the_first_draw(centre: SmallCentre) -> None:
    commit(centre)
    draw(centre)
    import_more(centre, [f"late-{n}" for n in range(15)])
    draw(centre, now=NOW + timedelta(days=1), extend=True)
    first, second = why(centre, "late-3")
    assert first.standing.status == "not_in_population"
    assert "did not know of the interaction" in words(first)
    assert "It was one of 15 interactions" in words(second)
    of_period = explain_interaction(centre.engine, MANAGER, "late-3", period=PERIOD.shift(1))
    assert of_period == []


def test_it_can_be_said_in_the_readers_language(centre: SmallCentre) -> None:
    draw(centre)
    (found,) = why(centre, "sara-0")
    for sentence in found.sentences("fa", CENTRE):
        assert sentence.said(translator("fa"), str)  # every placeholder is filled


def evaluated(centre: SmallCentre, name: str) -> None:
    """Store that mina has evaluated the interaction, in its owner's team."""
    with transaction(centre.engine) as session:
        pick = session.scalars(select(Pick).where(col(Pick.interaction_id) == name)).one()
        assignment = Assignment(
            pick_id=pick.id or 0,
            interaction_id=name,
            evaluator="mina",
            form_id="call",
            form_version="1",
            assigned_at=NOW,
            due_at=NOW,
        )
        session.add(assignment)
        session.flush()
        session.add(
            Evaluation(
                assignment_id=assignment.id or 0,
                interaction_id=name,
                agent_id=pick.agent_id,
                team_id=pick.team_id,
                period=pick.month,
                channel="call",
                form_id="call",
                form_version="1",
                form_sha256="0" * 64,
                evaluator="mina",
                submitted_at=NOW,
                revision=1,
                is_latest=True,
                purpose=pick.purpose,
                inclusion_probability=pick.inclusion_probability,
                outcome="scored",
            )
        )
        publish_every(session)


def test_who_may_ask(centre: SmallCentre) -> None:
    picks = draw(centre).picks
    own = picks[(picks["agent_id"] == "sara") & ~picks["is_reserve"]]["interaction_id"].tolist()
    for actor in (SARA, LEAD, MINA):
        with pytest.raises(NotAllowed):
            why(centre, own[0], actor)
    evaluated(centre, own[0])
    for actor in (SARA, LEAD, MINA, MANAGER):
        assert len(why(centre, own[0], actor)) == 1
    for actor in (REZA, OTHER_LEAD):
        with pytest.raises(NotAllowed):
            why(centre, own[0], actor)
    with pytest.raises(NotAllowed):
        why(centre, own[1], SARA)
    with pytest.raises(NotAllowed):  # not even that there is no such interaction
        why(centre, "nothing", SARA)
    with pytest.raises(BadInput):
        why(centre, "nothing", MANAGER)
