"""How the demo's leads and agents coach and are coached, through the real workflow."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from qm.core.access import Actor
from qm.core.text import Language
from qm.demo.cast import AGENT_BY_ID, PERIODS, TEAM_BY_ID, USERS
from qm.demo.feedback import lead_comment, phrase
from qm.demo.story import ACTORS, Progress, Story, counted
from qm.workflow.coaching import list_notes
from qm.workflow.coaching_proposals import dismiss, list_proposals, take_up
from qm.workflow.coaching_steps import (
    Rewriting,
    acknowledge_note,
    approve_note,
    mark_discussed,
    return_note,
    rewrite_note,
)
from qm.workflow.coaching_talk_reading import list_talks, read_talk
from qm.workflow.coaching_talk_steps import Promise, answer_talk, close_commitment, hold_talk
from qm.workflow.coaching_talks import plan_talk

_LEADS = [ACTORS[user.username] for user in USERS if user.role == "lead"]
_AGENTS = [ACTORS[user.username] for user in USERS if user.role == "agent"]
_RETURNED, _PENDING, _DISCUSSED, _ACKNOWLEDGED = 0.04, 0.15, 2 / 3, 0.7
_TAKEN, _DISMISSED = 0.5, 0.15

Row = Mapping[Any, Any]


def coach(story: Story, progress: Progress) -> str | None:
    """Review and discuss notes, hold talks on what triggers proposed, and answer them."""
    did = [
        _review(story, progress),
        _rewrite(story),
        _acknowledge(story),
        _discuss(story),
        _talks(story),
        _answers(story),
    ]
    return ", ".join(part for part in did if part) or None


def _review(story: Story, progress: Progress) -> str | None:
    """Approve the earlier months' notes; of the newest some are returned and some wait."""
    work = [
        (lead, note)
        for lead in _LEADS
        for note in _notes(story, lead, "review")
        if _reviewed(note) != "waits"
    ]
    for lead, note in counted(work, progress):
        at = _after(story, note["created_at"], 1)
        if _reviewed(note) == "returned":
            why = phrase("returned_note", _language(note), _rng("why", note))
            return_note(story.engine, lead, note["note_id"], why, now=at)
        else:
            approve_note(story.engine, lead, note["note_id"], now=at)
    return f"{len(work)} notes reviewed" if work else None


def _reviewed(note: Row) -> str:
    if note["period"] != PERIODS[-1] or note["replaces_id"] is not None:
        return "approved"
    chance = Random(f"reviews {note['note_id']}").random()  # noqa: S311
    if chance < _RETURNED:
        return "returned"
    return "waits" if chance < _RETURNED + _PENDING else "approved"


def _rewrite(story: Story) -> str | None:
    """Let analysts write every second returned note anew."""
    work = [
        (ACTORS[user.username], note)
        for user in USERS
        if user.role == "analyst"
        for note in _notes(story, ACTORS[user.username], "returned")
        if _rng("rewrites", note).random() < 0.5
    ]
    for analyst, note in work:
        rng = _rng("rewritten", note)
        text = phrase("rewritten_note", _language(note), rng, text=note["text"])
        at = _after(story, note["reviewed_at"], 1)
        rewrite_note(story.engine, analyst, note["note_id"], Rewriting(text), now=at)
    return f"{len(work)} rewritten" if work else None


def _acknowledge(story: Story) -> str | None:
    work = [
        (agent, note)
        for agent in _AGENTS
        for note in _notes(story, agent, "shared")
        if _rng("acknowledges", note).random() < _ACKNOWLEDGED
    ]
    for agent, note in work:
        rng = _rng("answers", note)
        said = phrase("agent_answer", _language(note), rng) if rng.random() < 0.5 else ""
        at = _after(story, note["reviewed_at"] or note["created_at"], 3)
        acknowledge_note(story.engine, agent, note["note_id"], said, now=at)
    return f"{len(work)} acknowledged" if work else None


def _discuss(story: Story) -> str | None:
    """Discuss about two thirds of the notes of the earlier months."""
    work = [
        (lead, note)
        for lead in _LEADS
        for state in ("shared", "acknowledged")
        for note in _notes(story, lead, state)
        if note["is_published"] and note["period"] != PERIODS[-1]
        if _rng("discusses", note).random() < _DISCUSSED
    ]
    for lead, note in work:
        rng = _rng("discussed", note)
        since = note["acknowledged_at"] or note["reviewed_at"] or note["created_at"]
        at = _after(story, since, rng.randint(2, 9))
        said = lead_comment(_language(note), rng)
        mark_discussed(story.engine, lead, note["note_id"], said, now=at)
    return f"{len(work)} discussed" if work else None


def _talks(story: Story) -> str | None:
    """Take up about half of what triggers proposed; one talk of each lead is still to come."""
    held = planned = dismissed = 0
    for lead in _LEADS:
        first = list_talks(story.engine, lead).empty
        for agent_id, proposals in _proposed(story, lead).items():
            rng = Random(f"talks with {agent_id}")  # noqa: S311
            language = TEAM_BY_ID[AGENT_BY_ID[agent_id].team].language
            chance, first_of_agent = rng.random(), proposals[0]
            at = _after(story, first_of_agent["created_at"], 2)
            if chance < _DISMISSED and not first:
                number = first_of_agent["proposal_id"]
                said = phrase("dismissed", language, rng)
                dismiss(story.engine, lead, number, said, now=at)
                dismissed += 1
            elif chance < _DISMISSED + _TAKEN or first:
                talk_id = _take_up(story, lead, proposals, at, at)
                _hold(story, lead, talk_id, language, rng, at)
                first, held = False, held + 1
        planned += _plan_next(story, lead)
    if not (held or planned or dismissed):
        return None
    return f"{held} talks held, {planned} planned, {dismissed} proposals dismissed"


def _proposed(story: Story, lead: Actor) -> dict[str, list[Row]]:
    """Return the open proposals by agent, the oldest first."""
    rows: list[Any] = list_proposals(story.engine, lead).to_dict("records")
    by_agent: dict[str, list[Row]] = {}
    for row in reversed(rows):
        by_agent.setdefault(row["agent_id"], []).append(row)
    return by_agent


def _take_up(
    story: Story, lead: Actor, proposals: list[Row], planned_at: datetime, now: datetime
) -> int:
    """Put the proposals for an agent that were there by then into one talk; return its id."""
    agent_id, talk_id = proposals[0]["agent_id"], None
    for proposal in proposals:
        if proposal["created_at"] > now:
            continue
        talk = take_up(
            story.engine,
            lead,
            proposal["proposal_id"],
            planned_at=planned_at,
            participants=[each.username for each in _AGENTS if each.agent_id == agent_id],
            talk_id=talk_id,
            now=now,
        )
        talk_id = talk.id
    return talk_id or 0


def _hold(
    story: Story, lead: Actor, talk_id: int, language: Language, rng: Random, at: datetime
) -> None:
    talk = read_talk(story.engine, lead, talk_id)
    held_at = _after(story, at, 2)
    due_on = (held_at + timedelta(days=21)).date()
    promises = [
        Promise(
            phrase("commitment", language, rng, question=each.text.in_language(language)),
            each.form_id,
            each.question_id,
            due_on,
        )
        for each in talk.questions[:2]
    ]
    hold_talk(
        story.engine,
        lead,
        talk_id,
        held_at=held_at,
        summary=phrase("talk_summary", language, rng),
        promises=promises,
        follow_up_on=due_on,
        now=held_at,
    )
    for commitment in read_talk(story.engine, lead, talk_id).rows.commitments:
        checked_at = held_at + timedelta(days=20)
        if checked_at < story.now and rng.random() < 0.6:
            is_kept = rng.random() < 0.75
            outcome = phrase("commitment_kept", language, rng) if is_kept else ""
            state = "kept" if is_kept else "broken"
            close_commitment(story.engine, lead, commitment.id or 0, state, outcome, now=checked_at)


def _plan_next(story: Story, lead: Actor) -> int:
    """Plan a talk in the coming days where the lead has none ahead.

    About what is proposed, or else about notes that were not discussed yet.
    """
    if (list_talks(story.engine, lead)["state"] == "planned").any():
        return 0
    ahead = story.now + timedelta(days=3)
    for proposals in list(_proposed(story, lead).values())[:1]:
        _take_up(story, lead, proposals[:2], ahead, story.now)
        return 1
    for note in [each for each in _notes(story, lead, "shared") if each["is_published"]][:1]:
        agent_id, number = note["agent_id"], [note["note_id"]]
        plan_talk(story.engine, lead, agent_id, planned_at=ahead, note_ids=number, now=story.now)
        return 1
    return 0


def _answers(story: Story) -> str | None:
    answered = 0
    for agent in _AGENTS:
        for talk in list_talks(story.engine, agent).to_dict("records"):
            if talk["state"] != "held" or talk["answered_at"] is not None:
                continue
            language = TEAM_BY_ID[AGENT_BY_ID[talk["agent_id"]].team].language
            rng = Random(f"answers talk {talk['session_id']}")  # noqa: S311
            at = _after(story, talk["held_at"], 1)
            said = phrase("agent_answer", language, rng)
            answer_talk(story.engine, agent, talk["session_id"], said, now=at)
            answered += 1
    return f"{answered} talks answered" if answered else None


def _notes(story: Story, actor: Actor, state: str) -> list[Row]:
    notes = list_notes(story.engine, actor)
    rows: list[Any] = notes[notes["state"] == state].to_dict("records")
    return rows


def _after(story: Story, since: datetime, days: float) -> datetime:
    """Return so many days later, or a moment ago where that lies ahead; never before `since`."""
    return max(since, min(since + timedelta(days=days), story.now - timedelta(minutes=5)))


def _language(note: Row) -> Language:
    return TEAM_BY_ID[AGENT_BY_ID[note["agent_id"]].team].language


def _rng(about: str, note: Row) -> Random:
    return Random(f"{about} {note['interaction_id']}")  # noqa: S311 (an invented centre, no secret)
