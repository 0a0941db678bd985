"""What an agent is compared with: nobody's name, nobody's score, nothing unpublished."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import update

from qm.core.access import Actor
from qm.core.problems import NotAllowed
from qm.store.engine import migrate, open_engine, transaction
from qm.store.tables import EvaluationLife
from qm.workflow import team_median
from qm.workflow.team_median import team_medians
from tests.reports.case import ABAN, MEHR, fill

LEAD = Actor("lead", "lead", team_id="orders")
OTHER_LEAD = Actor("lead2", "lead", team_id="support")
SARA = Actor("sara", "agent", agent_id="sara.nouri")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A centre worked out by hand: in Aban sara stands at 85, reza, the other of orders, at 65."""
    engine = open_engine(f"sqlite:///{tmp_path / 'qm.db'}")
    migrate(engine)
    fill(engine)
    yield engine
    engine.dispose()


def test_of_two_agents_a_median_would_tell_the_others_score(engine: Engine) -> None:
    assert team_medians(engine, SARA, "sara.nouri", [MEHR, ABAN]) == ()


def test_the_median_is_that_of_the_agents_own_means(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_median, "AGENTS_MIN", 2)
    (aban,) = team_medians(engine, LEAD, "sara.nouri", [MEHR, ABAN])
    assert (aban.period, aban.value, aban.agents) == (ABAN, 75.0, 2)


def test_what_is_not_published_moves_no_agents_yardstick(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_median, "AGENTS_MIN", 2)
    (aban,) = team_medians(engine, SARA, "sara.nouri", [ABAN])
    assert (aban.value, aban.agents) == (75.0, 2)
    with transaction(engine) as session:
        session.exec(update(EvaluationLife).values(published_revision=None))
    assert team_medians(engine, SARA, "sara.nouri", [ABAN]) == ()
    assert len(team_medians(engine, LEAD, "sara.nouri", [ABAN])) == 1


def test_another_agents_yardstick_is_not_theirs_to_see(engine: Engine) -> None:
    for actor, agent in ((SARA, "reza.karimi"), (OTHER_LEAD, "sara.nouri"), (LEAD, "nobody")):
        with pytest.raises(NotAllowed):
            team_medians(engine, actor, agent, [ABAN])
