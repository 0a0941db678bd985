"""When the next step of an evaluation's life is due, and which evaluations are looked at first."""

import hashlib
from datetime import datetime, timedelta

from qm.core.life.rules import LifeRules
from qm.core.life.states import State


def due_at(state: State, rules: LifeRules, since: datetime) -> datetime | None:
    """Return when a state entered at `since` should be left, None where nothing is waited for.

    Acknowledged: the end of the dispute window that began at `since`, when it is closed.
    """
    days = {
        "submitted": rules.publish_within_days,
        "returned": rules.resubmit_within_days,
        "published": rules.acknowledge_within_days,
        "acknowledged": rules.dispute_within_days,
        "disputed": rules.decide_within_days,
    }
    return since + timedelta(days=days[state]) if state in days else None


def state_at(state: State, due: datetime | None, now: datetime) -> State:
    """Return the state at `now`: what was acknowledged is closed once its dispute window is over.

    Nobody takes that step, so nothing has to happen for it: it is so by the time.
    """
    is_over = state == "acknowledged" and due is not None and due < now
    return "closed" if is_over else state


def is_overdue(state: State, due: datetime | None, now: datetime) -> bool:
    """Whether somebody should have taken the next step by now."""
    return due is not None and state not in {"acknowledged", "closed"} and due < now


def window_ends(rules: LifeRules, published_at: datetime) -> datetime:
    """Return until when the agent may dispute what was published."""
    return published_at + timedelta(days=rules.dispute_within_days)


def needs_review(rules: LifeRules, assignment_id: int, outcome: str | None) -> bool:
    """Whether only the QA lead may publish this evaluation.

    Chosen by a hash of the assignment, the same for everybody who computes it: nobody picks what
    is looked at, and the evaluator cannot know it without the rules.
    """
    if rules.review_fatal and outcome == "fail":
        return True
    digest = hashlib.sha256(f"review\x1f{assignment_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 * 100 < rules.review_share_percent
