"""The customer's earlier contacts: who may know of them, open them and see their scores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from qm.core.access import Actor
from qm.core.life.rules import KIND, LifeRules
from qm.core.problems import NotAllowed
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import Interaction
from qm.workflow.earlier_contacts import (
    count_earlier_contacts,
    earlier_contacts,
    open_earlier_contact,
)
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.small_centre import (
    FIRST_CALL,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    SARA,
    SmallCentre,
)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCentre]:
    """Sara's, reza's and neda's calls are one customer's."""
    folder: Path = tmp_path_factory.mktemp("contacts")
    centre = build_recorded(f"sqlite:///{folder / 'qm.sqlite'}", folder)
    with transaction(centre.engine) as session:
        for number, agent in enumerate(("reza", "neda", "sara")):
            for place in range(3):
                interaction = session.get_one(Interaction, f"{agent}-{place}")
                interaction.customer_ref = "k-1"
                interaction.started_at = FIRST_CALL + timedelta(days=place, hours=number)
        session.get_one(Interaction, "reza-0").customer_ref = "k-2"
        session.get_one(Interaction, "sara-2").hold_s = 30.0
    yield centre
    centre.engine.dispose()


def _ids(centre: SmallCentre, actor: Actor, interaction_id: str) -> list[str]:
    found = earlier_contacts(centre.engine, actor, interaction_id)
    assert len(found) == count_earlier_contacts(centre.engine, actor, interaction_id)
    return [contact.interaction_id for contact in found]


def test_they_are_those_of_the_customer_before_it_the_newest_first(centre: SmallCentre) -> None:
    assert _ids(centre, MANAGER, "sara-1") == ["neda-1", "reza-1", "sara-0", "neda-0"]
    assert _ids(centre, MINA, "sara-1") == ["neda-1", "reza-1", "sara-0", "neda-0"]
    assert _ids(centre, MANAGER, "reza-0") == []
    newest = earlier_contacts(centre.engine, MANAGER, "sara-2")[0]
    assert (newest.channel, newest.queue, newest.duration_s) == ("call", "sales", 120.0)


def test_nobody_learns_of_contacts_beyond_their_limits(centre: SmallCentre) -> None:
    assert _ids(centre, LEAD, "sara-2") == ["reza-2", "sara-1", "reza-1", "sara-0"]
    assert _ids(centre, SARA, "sara-2") == ["sara-1", "sara-0"]
    for actor in (KAVEH, Actor("reza", "agent", agent_id="reza")):
        with pytest.raises(NotAllowed):
            count_earlier_contacts(centre.engine, actor, "sara-1")


def test_one_is_opened_only_by_whom_it_may_be(centre: SmallCentre) -> None:
    opened = open_earlier_contact(centre.engine, MINA, "sara-1")
    assert opened.interaction.id == "sara-1"
    assert opened.has_recording
    mine = earlier_contacts(centre.engine, MINA, "sara-2")
    assert {c.interaction_id for c in mine if c.may_open} == {"sara-1"}
    assert all(c.may_open for c in earlier_contacts(centre.engine, MANAGER, "sara-2"))
    for actor, other in ((MINA, "neda-0"), (SARA, "sara-1"), (MANAGER, "nobody's")):
        with pytest.raises(NotAllowed):
            open_earlier_contact(centre.engine, actor, other)


def test_scores_are_hidden_unless_the_rules_show_them(centre: SmallCentre) -> None:
    last = "neda-2"
    with transaction(centre.engine) as session:
        session.get_one(Interaction, last).started_at += timedelta(days=1)
    assert {c.percent for c in earlier_contacts(centre.engine, MANAGER, last)} == {None}
    with transaction(centre.engine) as session:
        add_rules(session, KIND, LifeRules(shows_earlier_scores=True), at=NOW, by="qa")
    shown = {c.interaction_id: c.percent for c in earlier_contacts(centre.engine, MANAGER, last)}
    assert shown["sara-2"] == 80.0
    assert shown["sara-1"] is None
    kavehs = {c.interaction_id: c.percent for c in earlier_contacts(centre.engine, KAVEH, last)}
    assert kavehs["sara-2"] is None  # mina's evaluation is not his to read
