"""Agents' own evaluations: begun once, of published evaluations only, and counted nowhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.problems import BadInput, NotAllowed
from qm.store import evaluations as store
from qm.workflow.evaluation_list import list_evaluations
from qm.workflow.evaluations import save_draft, submit_evaluation
from qm.workflow.life_reading import Life, read_life
from qm.workflow.own_evaluations import begin_own_evaluation, colleagues
from qm.workflow.quality import agent_trend
from tests.fixtures.evaluated import ANSWERS, PERCENT, Evaluated, evaluated, publish_all
from tests.fixtures.small_centre import LEAD, MANAGER, NOW, PERIOD, REZA, SARA

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def made(database_url: str, tmp_path: Path) -> Evaluated:
    return evaluated(database_url, tmp_path)


def life(made: Evaluated, actor: Actor, evaluation_id: int = 0) -> Life:
    return read_life(made.centre.engine, actor, evaluation_id or made.evaluation_id, now=LATER)


def begin(made: Evaluated, actor: Actor, kind: str, colleague: str | None = None) -> int:
    return begin_own_evaluation(
        made.centre.engine, actor, made.evaluation_id, kind, now=LATER, colleague=colleague
    )


def test_agents_own_evaluations_count_in_no_figure(made: Evaluated) -> None:
    engine = made.centre.engine
    with pytest.raises(NotAllowed):
        begin(made, SARA, "self")
    publish_all(made.centre, made.evaluation_id)
    assert life(made, SARA).may_evaluate_too
    assert not life(made, LEAD).may_evaluate_too
    asked = colleagues(engine, LEAD, made.evaluation_id, now=LATER)
    assert [each.username for each in asked] == ["reza"]
    own, peers = begin(made, SARA, "self"), begin(made, LEAD, "peer", "reza")
    before = agent_trend(engine, MANAGER, "sara", [PERIOD]).months[0]
    best = {**ANSWERS, "greeting": Answer(option="yes"), "solved": Answer(option="fully")}
    for actor, assignment in ((SARA, own), (REZA, peers)):
        saved = save_draft(engine, actor, assignment, best, "", saved=0, now=LATER)
        mine = submit_evaluation(engine, actor, assignment, saved=saved, now=LATER)
        assert (mine.percent, mine.kind in {"self", "peer"}) == (100.0, True)
        assert life(made, actor, mine.id or 0).state == "closed"
    assert agent_trend(engine, MANAGER, "sara", [PERIOD]).months[0] == before
    assert agent_trend(engine, SARA, "sara", [PERIOD]).months[0].figures.score.value == PERCENT
    kinds = sorted(list_evaluations(engine, SARA, now=NOW)["kind"])
    assert kinds == ["official", "peer", "self"]
    assert list(list_evaluations(engine, REZA, now=NOW)["kind"]) == ["peer"]
    with pytest.raises(BadInput) as again:
        begin(made, SARA, "self")
    assert again.value.problems[0].code == "own_evaluation.has_it"
    with pytest.raises(BadInput) as stranger:
        begin(made, LEAD, "peer", "mina")
    assert stranger.value.problems[0].code == "own_evaluation.no_colleague"


def test_whoever_begins_twice_goes_on_with_what_was_begun(
    made: Evaluated, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_all(made.centre, made.evaluation_id)
    assert begin(made, SARA, "self") == begin(made, SARA, "self")
    begin(made, LEAD, "peer", "reza")
    # As two that are begun at the same moment: neither sees the other's.
    monkeypatch.setattr(store, "evaluators_of_interaction", lambda *_: set())
    monkeypatch.setattr(store, "open_own", lambda *_: None)
    for actor, kind, colleague in ((SARA, "self", None), (LEAD, "peer", "reza")):
        with pytest.raises(BadInput) as again:
            begin(made, actor, kind, colleague)
        assert again.value.problems[0].code == "own_evaluation.has_it"
