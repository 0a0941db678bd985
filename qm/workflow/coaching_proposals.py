"""What triggers propose to talk about; a lead takes it up or dismisses it with a reason."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.coaching.history import Evaluated
from qm.core.coaching.triggers import Proposed, Used, proposals
from qm.core.problems import N_, BadInput, NotAllowed, Problem, explain
from qm.store import coaching_history as store
from qm.store import coaching_proposals as rows
from qm.store.audit import record
from qm.store.coaching_talks import team_of
from qm.store.engine import transaction
from qm.store.locking import locked
from qm.store.tables import CoachingProposal, CoachingSession
from qm.workflow.coaching_questions import question_texts
from qm.workflow.coaching_rows import coaching_rules
from qm.workflow.coaching_talks import Topic, add_to_talk, open_talk

DECIDED = explain(
    "coaching.proposal_decided",
    N_("This proposal was decided already."),
    N_("Reload the page to see what became of it."),
)
NO_REASON = explain(
    "coaching.no_reason",
    N_("There is no reason."),
    N_("Write in a few words why."),
)

LOOKED_BACK = timedelta(days=400)
_AGENTS_AT_ONCE = 50


def propose(engine: Engine, actor: Actor, *, now: datetime) -> int:
    """Let the triggers look at every agent in the person's limits; return the new proposals.

    Doing it again proposes nothing new.
    """
    actor.require("publish_evaluations")
    with transaction(engine) as session:
        agents = rows.agents_in(session, _team(actor))
        made = 0
        for start in range(0, len(agents), _AGENTS_AT_ONCE):
            some = agents[start : start + _AGENTS_AT_ONCE]
            made += propose_for(session, some, by=actor.username, now=now)
        return made


def propose_for(session: Session, agent_ids: Collection[str], *, by: str, now: datetime) -> int:
    """Let the triggers look at these agents, and return how many proposals are new.

    To be called whenever evaluations of theirs were published or changed. Open proposals whose
    misses were taken back since are withdrawn.
    """
    if not agent_ids:
        return 0
    triggers = coaching_rules(session).triggers
    teams = rows.teams_of(session, agent_ids)
    histories = store.history(session, agent_ids, since=now - LOOKED_BACK)
    earlier = store.earlier_proposals(session, agent_ids)
    made = 0
    for agent_id, history in histories.items():
        of_agent = [proposal for proposal in earlier if proposal.agent_id == agent_id]
        _withdraw_unfounded(session, of_agent, history, now)
        found = proposals(triggers, history, _used(of_agent), now=now)
        known = {(proposal.trigger, proposal.key) for proposal in of_agent}
        new = [each for each in found if (each.trigger, each.key) not in known]
        made += sum(_add(session, agent_id, teams[agent_id], each, by, now) for each in new)
    return made


def list_proposals(engine: Engine, actor: Actor, *, state: str | None = "open") -> pd.DataFrame:
    """Return the proposals for the person's team, or for all, newest first; None: in any state.

    `questions` are those that they are about, in words. They follow an agent into another team.
    """
    actor.require("discuss_coaching")
    with transaction(engine) as session:
        found = rows.proposals(session, _team(actor), state)
        asked = [[(form, name) for form, name in each["questions"]] for each in found["detail"]]
        texts = question_texts(session, {question for some in asked for question in some})
    words = [tuple(texts[question] for question in some) for some in asked]
    found["questions"] = pd.Series(words, dtype=object, index=found.index)
    return found


def take_up(
    engine: Engine,
    actor: Actor,
    proposal_id: int,
    *,
    planned_at: datetime | None = None,
    participants: Sequence[str] = (),
    talk_id: int | None = None,
    now: datetime,
) -> CoachingSession:
    """Put what is proposed, its questions and evaluations, into a talk.

    Into `talk_id`, which is planned already, or into a new one at `planned_at`. Raises
    `NotAllowed` for another team's, `BadInput` for one that is decided.
    """
    with transaction(engine) as session:
        proposal = _open_proposal(session, actor, proposal_id)
        agent_id, topics = proposal.agent_id, _topics(session, proposal)
        if talk_id is not None:
            talk = add_to_talk(session, actor, talk_id, agent_id, topics, now=now)
        else:
            talk = open_talk(
                session,
                actor,
                agent_id,
                planned_at=planned_at or now,
                participants=participants,
                topics=topics,
                now=now,
            )
        proposal.session_id = talk.id
        _decide(session, actor, proposal, "taken", "", now)
        return talk


def dismiss(
    engine: Engine, actor: Actor, proposal_id: int, reason: str, *, now: datetime
) -> CoachingProposal:
    """Note that there will be no talk about it, and why; refusals as for `take_up`."""
    with transaction(engine) as session:
        proposal = _open_proposal(session, actor, proposal_id)
        if not reason.strip():
            raise BadInput(Problem(NO_REASON, proposal.trigger, field="reason"))
        _decide(session, actor, proposal, "dismissed", reason.strip(), now)
        return proposal


def _team(actor: Actor) -> str | None:
    return actor.team_id if actor.role == "lead" else None


def _open_proposal(session: Session, actor: Actor, proposal_id: int) -> CoachingProposal:
    actor.require("discuss_coaching")
    proposal = locked(session, CoachingProposal, proposal_id)
    team_id = None if proposal is None else team_of(session, proposal.agent_id)
    if proposal is None or not actor.sees(team_id=team_id, agent_id=proposal.agent_id):
        raise NotAllowed(f"coaching proposal {proposal_id} is not of your team")
    if proposal.state != "open":
        raise BadInput(Problem(DECIDED, proposal.trigger))
    return proposal


def _decide(
    session: Session,
    actor: Actor,
    proposal: CoachingProposal,
    state: str,
    reason: str,
    now: datetime,
) -> None:
    proposal.state, proposal.reason = state, reason
    proposal.decided_at, proposal.decided_by = now, actor.username
    session.add(proposal)
    record(
        session,
        actor=actor.username,
        action="coaching_proposal",
        subject=str(proposal.id),
        at=now,
        detail={"state": state, "agent": proposal.agent_id, "talk": proposal.session_id},
    )


def _topics(session: Session, proposal: CoachingProposal) -> list[Topic]:
    questions = [Topic(form_id=form, question_id=question) for form, question in _asked(proposal)]
    evaluations = rows.latest_evaluations(session, proposal.detail.get("seen", ()))
    return [*questions, *(Topic(evaluation_id=evaluation) for evaluation in evaluations)]


def _asked(proposal: CoachingProposal) -> list[tuple[str, str]]:
    return [(form, question) for form, question in proposal.detail.get("questions", ())]


def _used(earlier: Sequence[CoachingProposal]) -> Used:
    used: dict[tuple[str, tuple[str, str]], frozenset[int]] = {}
    for proposal in earlier:
        for question in _asked(proposal):
            key = proposal.trigger, question
            used[key] = used.get(key, frozenset()) | set(proposal.detail.get("seen", ()))
    return used


def _add(
    session: Session, agent_id: str, team_id: str, proposed: Proposed, by: str, now: datetime
) -> bool:
    values = {
        "trigger": proposed.trigger,
        "agent_id": agent_id,
        "team_id": team_id,
        "key": proposed.key,
        "detail": _detail(proposed),
        "created_at": now,
    }
    is_new = rows.add_unless_known(session, values)
    if is_new:
        told = {"trigger": proposed.trigger, "key": proposed.key}
        record(session, actor=by, action="coaching_proposed", subject=agent_id, at=now, detail=told)
    return is_new


def _detail(proposed: Proposed) -> Mapping[str, Any]:
    return {
        "kind": proposed.kind,
        "seen": list(proposed.seen),
        "questions": [list(question) for question in proposed.questions],
        "figures": dict(proposed.figures),
    }


def _withdraw_unfounded(
    session: Session,
    earlier: Sequence[CoachingProposal],
    history: Sequence[Evaluated],
    now: datetime,
) -> None:
    by_assignment = {each.assignment_id: each for each in history}
    for proposal in earlier:
        if proposal.state == "open" and not _stands(proposal, by_assignment):
            proposal.state, proposal.decided_at = "withdrawn", now
            session.add(proposal)


def _stands(proposal: CoachingProposal, history: Mapping[int, Evaluated]) -> bool:
    """Whether every miss that it rests on is still one, as far as it is looked back."""
    is_fatal = proposal.detail.get("kind") == "fatal"
    seen = [history[each] for each in proposal.detail.get("seen", ()) if each in history]
    return all(
        question[1] in each.fatal if is_fatal else each.misses(question)
        for question in _asked(proposal)
        for each in seen
    )
