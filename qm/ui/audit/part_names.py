"""The names of the parts of an event's detail."""

from collections.abc import Mapping

from qm.core.problems import N_
from qm.ui.audit.saying import Saying

_NAMES: Mapping[str, str] = {
    "acknowledge_within_days": N_("Days to acknowledge it"),
    "address": N_("Network address"),
    "agent": N_("Agent"),
    "agent_id": N_("Agent"),
    "answers": N_("Answers"),
    "approvers": N_("Who decides, one after the other"),
    "assignment": N_("Assignment"),
    "back_to": N_("Back to the transcript"),
    "baseline": N_("Scores before it, at least"),
    "baseline_days": N_("Baseline of the last days"),
    "by": N_("By"),
    "capacity": N_("At most in a period"),
    "channels": N_("Contact channels"),
    "coaching": N_("Coaching"),
    "coaching_review": N_("The lead reads an analyst's notes before the agent does"),
    "compare_days": N_("Days before and after a talk to compare"),
    "count": N_("Number"),
    "days": N_("Within the last days"),
    "decide_within_days": N_("Days to decide each stage"),
    "decision": N_("Decision"),
    "discuss_within_days": N_("Days to discuss it"),
    "dispute": N_("Dispute"),
    "dispute_rounds": N_("Rounds of disputes (none: agents cannot dispute)"),
    "dispute_within_days": N_("Days to dispute it"),
    "draft": N_("Draft"),
    "draw": N_("Draw"),
    "email": N_("E-mail address"),
    "evaluation": N_("Evaluation"),
    "evaluations": N_("Among the last evaluations"),
    "evaluator": N_("Evaluator"),
    "extends": N_("Tops up the draw"),
    "file": N_("File"),
    "first": N_("First day"),
    "format": N_("File format"),
    "frame_sha256": N_("SHA-256 of the frame"),
    "from": N_("From"),
    "hides_agent": N_("Evaluators do not see whose interaction it is"),
    "hours_per_week": N_("Hours a week"),
    "id": N_("Id"),
    "instead_of": N_("Instead of"),
    "interactions": N_("Interactions"),
    "key": N_("What it rests on"),
    "kind": N_("Kind"),
    "kinds": N_("Personal data"),
    "languages": N_("Languages"),
    "last": N_("Last day"),
    "lines": N_("Lines"),
    "misses": N_("Misses"),
    "name": N_("Name"),
    "name_fa": N_("Name on Persian pages"),
    "names": N_("Names on the list"),
    "names_added": N_("Names added"),
    "names_removed": N_("Names taken off"),
    "new": N_("New"),
    "openid": N_("Identity at the provider"),
    "percent": N_("Score"),
    "phone_region": N_("Country of telephone numbers without its code"),
    "picks": N_("Picks"),
    "picks_sha256": N_("SHA-256 of the picks"),
    "policy": N_("Policy"),
    "policy_sha256": N_("SHA-256 of the policy"),
    "problem": N_("What went wrong"),
    "publication": N_("Who lets the agent see it"),
    "publish_within_days": N_("Days to publish it"),
    "questions": N_("Questions"),
    "reason": N_("Reason"),
    "recent": N_("Scores in a block"),
    "rejected": N_("Rejected"),
    "result": N_("What became of it"),
    "resubmit_within_days": N_("Days to mend what was sent back"),
    "review_fatal": N_("Every failed evaluation, too"),
    "review_share_percent": N_("Share that the QA lead looks at first, in percent"),
    "review_within_days": N_("Days to review a note"),
    "role": N_("Role"),
    "scopes": N_("May import"),
    "seed_sha256": N_("SHA-256 of the seed"),
    "self_evaluation": N_("Agents may evaluate themselves and colleagues"),
    "sha256": N_("SHA-256"),
    "shows_earlier_scores": N_("Evaluators see the scores of earlier contacts"),
    "silences_audio": N_("Silence in played recordings"),
    "stage": N_("Stage"),
    "state": N_("State"),
    "stored": N_("As it is stored"),
    "substitute": N_("Substitute"),
    "talk": N_("Coaching talk"),
    "team": N_("Team"),
    "team_id": N_("Team"),
    "to": N_("To"),
    "transcript": N_("Transcript"),
    "trigger": N_("Trigger"),
    "triggers": N_("Triggers"),
    "withdrawn": N_("Withdrawn"),
    "within_days": N_("Published within the last days"),
}


def part(saying: Saying, key: str) -> str:
    """Name a part of an event's detail; parts without a name by their key."""
    if saying.event.action == "assign":  # whose numbers these are
        return saying.person(key)
    return saying.page._(_NAMES[key]) if key in _NAMES else key.replace("_", " ")


def named(saying: Saying, path: tuple[str, ...], value: object) -> str:
    """Name a single value by the keys that lead to it."""
    page = saying.page
    if not path:  # the only number that is recorded without a name is an evaluation's score
        return page._("Score") if isinstance(value, int | float) else ""
    return " › ".join(page.digits(key) if key.isdecimal() else part(saying, key) for key in path)
