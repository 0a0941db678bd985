"""Picks that cannot be evaluated: the next reserve of the zone, once, within the cap, on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from qm.core.access import Actor
from qm.core.forms.answers import Answer
from qm.core.problems import BadInput, NotAllowed
from qm.core.replacing import most_of, rules_of
from qm.core.sampling.policy import Policy, ReplacementReason, Replacements
from qm.core.text import Wording
from qm.store.engine import transaction
from qm.store.picks import in_effect
from qm.store.tables import Agent, Assignment, AuditEvent, Draft, Draw, Pick, Recording, Replacement
from qm.workflow.evaluations import open_assignment, save_draft, submit_evaluation
from qm.workflow.my_work import my_work
from qm.workflow.replacement_rates import list_replacements, replacement_rates
from qm.workflow.replacements import Substitution, replace_pick, replacement_terms
from qm.workflow.transcription import pending_recordings
from tests.fixtures.small_centre import (
    CENTRE,
    KAVEH,
    LEAD,
    MANAGER,
    MINA,
    NOW,
    PERIOD,
    SARA,
    SmallCentre,
    build,
    built_once,
)

REASONS = (
    ReplacementReason(reason="cut_off", label=Wording(en="Cut off", fa="بریده")),
    ReplacementReason(reason="wrong_number", label=Wording(en="Wrong number", fa="اشتباه")),
)
RULES = Replacements(reasons=REASONS, max_percent=Decimal(50), reserves_per_pick=2)
POLICY = Policy(policy="monthly", version="9", percent=Decimal(20), replacements=RULES)
DUE = NOW + timedelta(days=7)
FULL = {each: Answer(option="yes") for each in ("greeting", "polite")} | {
    "solved": Answer(option="fully")
}


@pytest.fixture
def centre(database_url: str, tmp_path: Path) -> SmallCentre:
    """A centre whose sara has two zones: pick 0 with reserves 1 and 2; pick 4 with reserve 5.

    reza's 0 is scored twice, with reserve 1. Mina has both of sara's and one of reza's.
    """
    return usual(database_url, tmp_path)


@built_once
def usual(database_url: str, folder: Path) -> SmallCentre:
    centre = build(database_url, folder)
    drawn(centre, POLICY)
    return centre


def drawn(centre: SmallCentre, policy: Policy) -> None:
    with transaction(centre.engine) as session:
        draw = Draw(
            period=str(PERIOD),
            seed="seed",
            policy=policy.model_dump(mode="json", by_alias=True),
            policy_sha256=policy.sha256(),
            frame_sha256="0" * 64,
            frame_size=30,
            at=NOW,
            by="manager",
        )
        session.add(draw)
        session.flush()
        picks = [
            pick(draw, "sara", 0, zone=1, rank=1),
            pick(draw, "sara", 1, zone=1, rank=2),
            pick(draw, "sara", 2, zone=1, rank=3),
            pick(draw, "sara", 4, zone=2, rank=1),
            pick(draw, "sara", 5, zone=2, rank=2),
            pick(draw, "reza", 0, zone=1, rank=1, purpose="double_scored"),
            pick(draw, "reza", 1, zone=1, rank=2),
        ]
        session.add_all(picks)
        session.flush()
        has = {("sara", 0): (MINA,), ("sara", 4): (MINA,), ("reza", 0): (MINA, KAVEH)}
        for each in picks:
            name, number = each.interaction_id.split("-")
            for actor in has.get((name, int(number)), ()):
                session.add(assignment(each, actor))


def pick(
    draw: Draw, agent: str, number: int, *, zone: int, rank: int, purpose: str = "random"
) -> Pick:
    return Pick(
        draw_id=draw.id or 0,
        interaction_id=f"{agent}-{number}",
        agent_id=agent,
        team_id="orders",
        month=str(PERIOD),
        stratum="",
        zone=zone,
        zone_size=5,
        number=number / 10 + 0.01,
        inclusion_probability=0.2,
        purpose=purpose,
        rank=rank,
        is_reserve=rank > 1,
    )


def assignment(given: Pick, actor: Actor) -> Assignment:
    return Assignment(
        pick_id=given.id or 0,
        interaction_id=given.interaction_id,
        evaluator=actor.username,
        form_id="call",
        form_version="1",
        assigned_at=NOW,
        due_at=DUE,
    )


def queue(centre: SmallCentre, actor: Actor) -> dict[str, int]:
    rows = my_work(centre.engine, actor).open
    return dict(zip(rows["interaction_id"], rows["assignment_id"], strict=True))


def replace(
    centre: SmallCentre, actor: Actor, assignment_id: int, reason: str = "cut_off"
) -> Substitution:
    return replace_pick(
        centre.engine, actor, assignment_id, reason, " noise ", centre=CENTRE, now=NOW
    )


def refused(centre: SmallCentre, actor: Actor, assignment_id: int, reason: str = "cut_off") -> str:
    with pytest.raises(BadInput) as caught:
        replace(centre, actor, assignment_id, reason)
    (problem,) = caught.value.problems
    return problem.code


def effective(centre: SmallCentre) -> set[str]:
    with transaction(centre.engine) as session:
        return set(session.scalars(select(col(Pick.interaction_id)).where(in_effect())))


def test_the_next_of_the_zone_takes_the_place_due_at_the_same_time(centre: SmallCentre) -> None:
    before = queue(centre, MINA)
    done = replace(centre, MINA, before["sara-0"])
    after = queue(centre, MINA)
    assert done == Substitution("sara-0", "sara-1", after["sara-1"])
    assert after.keys() == {"sara-1", "sara-4", "reza-0"}
    work = open_assignment(centre.engine, MINA, after["sara-1"])
    assert work.context.assignment.due_at == DUE
    assert work.form.form == "call"
    assert effective(centre) == {"sara-1", "sara-4", "reza-0"}
    with pytest.raises(BadInput) as gone:
        open_assignment(centre.engine, MINA, before["sara-0"])
    assert gone.value.problems[0].code == "evaluation.withdrawn"


def test_a_substitute_can_be_replaced_until_the_zone_is_used_up(centre: SmallCentre) -> None:
    for name in ("sara-0", "sara-1"):
        with transaction(centre.engine) as session:
            query = select(Assignment).where(col(Assignment.interaction_id) == name)
            wanted = session.scalars(query).one()
        replace(centre, MANAGER, wanted.id or 0)
    last = queue(centre, MINA)["sara-2"]
    done = replace(centre, MANAGER, last)
    assert (done.interaction_id, done.assignment_id) == (None, None)
    assert queue(centre, MINA).keys() == {"sara-4", "reza-0"}
    with transaction(centre.engine) as session:
        reserves = session.scalars(select(col(Replacement.reserve_id))).all()
    assert sum(each is None for each in reserves) == 1


def test_what_a_later_draw_picked_is_no_reserve_any_more(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        first = session.scalars(select(Draw)).one()
        later = Draw(**first.model_dump(exclude={"id"}))
        session.add(later)
        session.flush()
        session.add(pick(later, "sara", 1, zone=1, rank=1))
    assert replace(centre, MINA, queue(centre, MINA)["sara-0"]).interaction_id == "sara-2"


def test_both_analysts_of_a_double_scored_pick_get_the_substitute(centre: SmallCentre) -> None:
    replace(centre, MINA, queue(centre, MINA)["reza-0"])
    for actor in (MINA, KAVEH):
        assert "reza-0" not in queue(centre, actor)
        wanted = queue(centre, actor)["reza-1"]
        saved = save_draft(centre.engine, actor, wanted, FULL, "", saved=0, now=NOW)
        evaluation = submit_evaluation(centre.engine, actor, wanted, saved=saved, now=NOW)
        assert (evaluation.purpose, evaluation.agent_id) == ("double_scored", "reza")
        assert (evaluation.team_id, evaluation.period) == ("orders", "1405-08")


def test_what_a_second_analyst_has_evaluated_stays_and_nobody_is_told(centre: SmallCentre) -> None:
    wanted = queue(centre, KAVEH)["reza-0"]
    saved = save_draft(centre.engine, KAVEH, wanted, FULL, "", saved=0, now=NOW)
    submit_evaluation(centre.engine, KAVEH, wanted, saved=saved, now=NOW)
    own = queue(centre, MINA)["reza-0"]
    assert refused(centre, MINA, own) == "replacement.not_open"
    assert refused(centre, MANAGER, wanted) == "replacement.not_open"
    assert "reza-0" in queue(centre, MINA)


def test_a_draft_is_kept_in_the_log_only(centre: SmallCentre) -> None:
    wanted = queue(centre, MINA)["sara-0"]
    save_draft(centre.engine, MINA, wanted, FULL, "Noise.", saved=0, now=NOW)
    replace(centre, MINA, wanted)
    with transaction(centre.engine) as session:
        assert session.scalars(select(Draft)).all() == []
        event = session.scalars(select(AuditEvent).where(col(AuditEvent.action) == "replace")).one()
    assert (event.actor, event.subject) == ("mina", "sara-0")
    assert event.detail["substitute"] == "sara-1"
    (withdrawn,) = event.detail["withdrawn"]
    assert withdrawn["draft"]["coaching"] == "Noise."
    assert withdrawn["draft"]["answers"]["greeting"]["option"] == "yes"


def test_half_of_three_picks_rounded_up_may_be_replaced(centre: SmallCentre) -> None:
    terms = replacement_terms(centre.engine, MINA, queue(centre, MINA)["sara-0"])
    assert (terms.reasons, terms.used, terms.most, terms.assigned) == (REASONS, 0, 2, 3)
    replace(centre, MINA, queue(centre, MINA)["sara-0"])
    replace(centre, MINA, queue(centre, MINA)["sara-4"])
    left = queue(centre, MINA)["sara-1"]
    with pytest.raises(BadInput, match="replaced 2 of your 3 picks of this period; 2 are allowed"):
        replace(centre, MINA, left)
    assert replacement_terms(centre.engine, MINA, left).assigned == 3  # not its substitutes
    assert replace(centre, MANAGER, left).interaction_id == "sara-2"


@pytest.mark.parametrize(
    ("percent", "assigned", "most"),
    [("10", 100, 10), ("10", 101, 11), ("10", 3, 1), ("0.1", 1000, 1), ("0", 100, 0), ("5", 40, 2)],
)
def test_the_cap_is_a_share_rounded_up_to_at_least_one(
    percent: str, assigned: int, most: int
) -> None:
    assert most_of(Replacements(max_percent=Decimal(percent)), assigned) == most


def test_a_policy_from_before_gives_no_reasons(database_url: str, tmp_path: Path) -> None:
    assert rules_of({"policy": "monthly", "reserves_per_agent": 2}).reasons == ()
    centre = build(database_url, tmp_path)
    drawn(centre, POLICY.model_copy(update={"replacements": Replacements()}))
    assert refused(centre, MINA, queue(centre, MINA)["sara-0"]) == "replacement.none"


def test_only_the_policys_reasons_count(centre: SmallCentre) -> None:
    with pytest.raises(BadInput, match="Choose one of these: cut_off, wrong_number"):
        replace(centre, MINA, queue(centre, MINA)["sara-0"], "too difficult")
    assert "sara-0" in queue(centre, MINA)


@pytest.mark.parametrize("actor", [KAVEH, LEAD, SARA])
def test_nobody_else_may_replace(centre: SmallCentre, actor: Actor) -> None:
    wanted = queue(centre, MINA)["sara-0"]
    for attempt in (
        lambda: replace(centre, actor, wanted),
        lambda: replacement_terms(centre.engine, actor, wanted),
        lambda: replacement_terms(centre.engine, actor, 9_999),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_without_a_form_for_the_reserve_nothing_changes(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        reserve = session.scalars(select(Pick).where(col(Pick.interaction_id) == "reza-1")).one()
        reserve.interaction_id = "reza-7"
        session.add(reserve)
    chats = "UPDATE form_version SET retired_at = published_at WHERE channel = 'chat'"
    with centre.engine.begin() as connection:
        connection.exec_driver_sql(chats)
    wanted = queue(centre, MINA)["reza-0"]
    assert refused(centre, MINA, wanted) == "replacement.no_form"
    assert queue(centre, MINA)["reza-0"] == wanted
    assert queue(centre, KAVEH).keys() == {"reza-0"}


def test_two_at_once_replace_it_once(centre: SmallCentre) -> None:
    wanted = [queue(centre, actor)["reza-0"] for actor in (MINA, KAVEH)]

    def attempt(turn: int) -> str:
        try:
            return replace(centre, (MINA, KAVEH)[turn], wanted[turn]).interaction_id or ""
        except BadInput as refusal:
            return refusal.problems[0].code

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(attempt, (0, 1)))
    assert results == ["replacement.not_open", "reza-1"]
    assert [list(queue(centre, actor)).count("reza-1") for actor in (MINA, KAVEH)] == [1, 1]


def test_substitutes_are_transcribed_and_the_replaced_no_more(centre: SmallCentre) -> None:
    assert pending_recordings(centre.engine, MANAGER, now=NOW) == ["reza-0", "sara-0", "sara-4"]
    replace(centre, MINA, queue(centre, MINA)["sara-0"])
    assert pending_recordings(centre.engine, MANAGER, now=NOW) == ["reza-0", "sara-1", "sara-4"]
    with transaction(centre.engine) as session:
        assert session.get_one(Recording, "sara-0").state == "waiting"


def test_rates_come_with_n_and_margin(centre: SmallCentre) -> None:
    replace(centre, MINA, queue(centre, MINA)["sara-0"])
    replace(centre, MINA, queue(centre, MINA)["sara-4"], "wrong_number")
    replace(centre, MANAGER, queue(centre, MINA)["sara-5"])
    kaveh, manager, mina = replacement_rates(centre.engine, MANAGER, str(PERIOD))
    assert (mina.assigned, mina.replaced, mina.exhausted) == (3, 2, 0)
    assert mina.by_reason == {"cut_off": 1, "wrong_number": 1}
    assert (mina.share.n, mina.share.count) == (3, 2)
    # Wilson, 2 of 3: 20.8-93.9 %
    assert (round(mina.share.low or 0, 1), round(mina.share.high or 0, 1)) == (20.8, 93.9)
    assert (kaveh.replaced, kaveh.share.value, kaveh.share.n) == (0, 0.0, 1)
    assert (manager.assigned, manager.replaced, manager.exhausted) == (0, 1, 1)
    assert manager.share.value is None
    listed = list_replacements(centre.engine, MINA, str(PERIOD))
    assert listed[["interaction_id", "substitute", "reason", "comment"]].to_numpy().tolist() == [
        ["sara-5", None, "cut_off", "noise"],
        ["sara-4", "sara-5", "wrong_number", "noise"],
        ["sara-0", "sara-1", "cut_off", "noise"],
    ]
    with pytest.raises(NotAllowed):
        replacement_rates(centre.engine, LEAD, str(PERIOD))


def test_agent_and_team_of_an_evaluation_are_the_picks(centre: SmallCentre) -> None:
    with transaction(centre.engine) as session:
        owned = session.scalars(select(Pick).where(col(Pick.interaction_id) == "sara-0")).one()
        owned.agent_id, owned.team_id, owned.month = "neda", "support", "1405-09"
        session.add(owned)
    wanted = queue(centre, MINA)["sara-0"]
    rows = my_work(centre.engine, MINA).open
    assert "Neda" in list(rows["agent_name"])
    work = open_assignment(centre.engine, MINA, wanted)
    assert isinstance(work.context.agent, Agent)
    assert (work.context.agent.id, work.facts["team"]) == ("neda", "support")
    saved = save_draft(centre.engine, MINA, wanted, FULL, "", saved=0, now=NOW)
    evaluation = submit_evaluation(centre.engine, MINA, wanted, saved=saved, now=NOW)
    assert (evaluation.agent_id, evaluation.team_id) == ("neda", "support")
    assert evaluation.period == "1405-09"
