"""The open work of the whole centre: who is late, and one assignment given to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import transaction
from qm.store.open_work import Limits
from qm.store.tables import Assignment, AuditEvent, User
from qm.workflow.assigning import assign_picks
from qm.workflow.draws import draw_period
from qm.workflow.evaluations import open_assignment, save_draft
from qm.workflow.my_work import my_work
from qm.workflow.open_work import list_open_work, move_assignment
from qm.workflow.waiting import waiting_for
from tests.fixtures.small_centre import (
    CENTRE,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    POLICY,
    SmallCentre,
    build,
    built_once,
)

YEARS = timedelta(days=800)
BEGUN = {"greeting": Answer(option="yes")}


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> Iterator[SmallCentre]:
    centre = assigned(database_url, tmp_path)
    yield centre
    centre.engine.dispose()


@built_once
def assigned(database_url: str, folder: Path) -> SmallCentre:
    """The small centre, drawn and assigned."""
    centre = build(database_url, folder)
    draw_period(centre.engine, MANAGER, PERIOD, POLICY, centre=CENTRE, now=NOW, seed="seed")
    assign_picks(centre.engine, MANAGER, PERIOD, centre=CENTRE, now=NOW)
    return centre


def first_of(centre: SmallCentre, actor: Actor) -> int:
    queue = my_work(centre.engine, actor).open
    return int(queue["assignment_id"].iloc[0])


def test_who_has_what_how_late_it_is_and_nothing_for_those_who_do_not_draw(
    centre: SmallCentre,
) -> None:
    engine, begun = centre.engine, first_of(centre, MINA)
    save_draft(engine, MINA, begun, BEGUN, "", saved=0, now=NOW)
    found = list_open_work(engine, MANAGER, now=NOW)
    people = found.people.set_index("evaluator")
    counts = {actor.username: len(my_work(engine, actor).open) for actor in (MINA, KAVEH)}
    assert people["open"].to_dict() == counts
    assert (people.loc["mina", "draft"], people.loc["kaveh", "draft"]) == (1, 0)
    assert int(people["late"].sum()) == 0
    assert found.count == len(found.listed) == sum(counts.values())
    states = found.listed.set_index("assignment_id")["state"]
    assert (states.pop(begun), set(states)) == ("draft", {"pending"})
    only = list_open_work(engine, MANAGER, Limits("kaveh", only_late=True), now=NOW + YEARS)
    assert set(only.listed["evaluator"]) == {"kaveh"}
    assert only.count == counts["kaveh"] == only.people.set_index("evaluator")["late"]["kaveh"]
    assert list_open_work(engine, MANAGER, Limits(only_late=True), now=NOW).count == 0
    for actor in (MINA, LEAD):
        with pytest.raises(NotAllowed):
            list_open_work(engine, actor, now=NOW)


def test_what_is_late_waits_for_those_who_can_hand_it_over(centre: SmallCentre) -> None:
    def late(actor: Actor, after: timedelta) -> int:
        found = waiting_for(centre.engine, actor, centre=CENTRE, now=NOW + after)
        return next((each.count for each in found if each.kind == "late_assignments"), 0)

    everything = list_open_work(centre.engine, MANAGER, now=NOW).count
    assert (late(MANAGER, timedelta()), late(MANAGER, YEARS)) == (0, everything)
    assert late(MINA, YEARS) == late(LEAD, YEARS) == 0


def test_one_is_given_to_somebody_else_with_its_draft_and_reason_in_the_log(
    centre: SmallCentre,
) -> None:
    engine, given = centre.engine, first_of(centre, MINA)
    save_draft(engine, MINA, given, BEGUN, "", saved=0, now=NOW)
    with transaction(engine) as session:  # also from somebody who is switched off
        session.exec(update(User).where(col(User.username) == "mina").values(is_active=False))
    people = list_open_work(engine, MANAGER, now=NOW).people.set_index("evaluator")
    assert not people.loc["mina", "is_active"]
    before = list_open_work(engine, MANAGER, now=NOW).count
    with pytest.raises(BadInput) as silent:
        move_assignment(engine, MANAGER, given, " ", centre=CENTRE, now=NOW)
    assert silent.value.problems[0].code == "open_work.reason_missing"
    who = move_assignment(engine, MANAGER, given, "Left us.", centre=CENTRE, now=NOW)
    assert who is not None
    assert who.en == "Kaveh"
    assert list_open_work(engine, MANAGER, now=NOW).count == before
    with transaction(engine) as session:
        old = session.get_one(Assignment, given)
        new = session.exec(
            select(Assignment).where(Assignment.pick_id == old.pick_id, Assignment.state == "open")
        ).one()
        event = session.exec(
            select(AuditEvent).where(AuditEvent.action == "assignment_moved")
        ).one()
        assert (old.state, new.evaluator) == ("withdrawn", "kaveh")
        assert event.detail["reason"] == "Left us."
        assert event.detail["draft"]["answers"]["greeting"]["option"] == "yes"
    open_assignment(engine, KAVEH, new.id or 0)
    with pytest.raises(BadInput) as gone:
        move_assignment(engine, MANAGER, given, "Again.", centre=CENTRE, now=NOW)
    assert gone.value.problems[0].code == "open_work.not_open"
    # Nobody else is left who may have it: it stays where it is.
    assert move_assignment(engine, MANAGER, new.id or 0, "Back.", centre=CENTRE, now=NOW) is None
    with pytest.raises(NotAllowed):
        move_assignment(engine, KAVEH, new.id or 0, "Not mine.", centre=CENTRE, now=NOW)
