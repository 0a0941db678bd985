"""Who works blind finds words, and learns of no agent before the interaction is evaluated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qm.core.access import Actor
from qm.core.life.rules import KIND, LifeRules
from qm.store.engine import transaction
from qm.store.rules import add_rules
from qm.store.tables import Assignment, Evaluation
from qm.workflow.transcript_search import Within, open_interaction, search_transcripts
from tests.fixtures.recorded_centre import build_recorded
from tests.fixtures.small_centre import LEAD, MANAGER, MINA, NOW
from tests.fixtures.spoken import said, speak


def test_who_works_blind_learns_of_no_agent_before_it_is_evaluated(
    database_url: str, tmp_path: Path
) -> None:
    engine = build_recorded(database_url, tmp_path).engine
    for call in ("sara-1", "sara-2", "reza-0", "neda-0"):
        speak(engine, call, [said("agent", 0, "a refund")])

    def found(actor: Actor, **limits: Any) -> dict[str, str]:
        hits = search_transcripts(engine, actor, "refund", Within(**limits)).hits
        return {hit.interaction.id: hit.agent.id for hit in hits}

    assert found(MINA) == {"sara-2": "sara", "sara-1": "sara"}
    with transaction(engine) as session:
        add_rules(session, KIND, LifeRules(hides_agent=True), at=NOW, by="admin")
    assert found(MINA) == {"sara-2": "sara", "sara-1": ""}  # one is evaluated, one is to be
    assert found(MINA, agent_id="sara") == {"sara-2": "sara"}
    opened = [open_interaction(engine, MINA, call).agent.name for call in ("sara-1", "sara-2")]
    assert opened == ["–", "Sara"]
    assert found(LEAD) == {"sara-2": "sara"}
    assert set(found(MANAGER).values()) == {"sara", "reza", "neda"}
    with transaction(engine) as session:  # sent back, it is to be evaluated again
        session.get_one(Assignment, session.get_one(Evaluation, 1).assignment_id).state = "open"
    assert set(found(MINA).values()) == {""}
    engine.dispose()
