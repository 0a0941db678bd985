"""From an event to the page of what it is about."""

from collections.abc import Mapping

from qm.core.audit import Event
from qm.ui.here import Here
from qm.ui.menu import BY_ADDRESS, Screen

_NOTE, _TALK = ("coaching-notes", "note"), ("coaching-notes", "session")
_COACHING, _SAMPLING = ("coaching-notes", ""), ("sampling-draws", "")
_PEOPLE, _FORMS, _RECORDINGS = ("accounts", ""), ("evaluation-forms", ""), ("transcript-states", "")

# The page of what an action is about, and under which name its address takes the subject.
_PAGES: Mapping[str, tuple[str, str]] = {
    "acknowledge_coaching": _NOTE,
    "add_coaching": _NOTE,
    "add_to_talk": _TALK,
    "agent_moved": _PEOPLE,
    "analyst_profile_set": _SAMPLING,
    "answer_talk": _TALK,
    "approve_coaching": _NOTE,
    "assign": _SAMPLING,
    "cancel_talk": _TALK,
    "close_commitment": _COACHING,
    "coaching_proposal": _COACHING,
    "coaching_proposed": _COACHING,
    "commit_seed": _SAMPLING,
    "discuss_coaching": _NOTE,
    "draw": ("sampling-draws", "period"),
    "export_draw": ("sampling-draws", "period"),
    "hold_talk": _TALK,
    "import_interactions": ("interaction-import", ""),
    "leave_added": _SAMPLING,
    "leave_removed": _SAMPLING,
    "password_reset": _PEOPLE,
    "password_set": _PEOPLE,
    "plan_talk": _TALK,
    "privacy_set": _RECORDINGS,
    "publish_form": _FORMS,
    "recordings_found": _RECORDINGS,
    "replace": _SAMPLING,
    "replace_coaching": _NOTE,
    "report": ("monthly-report", "period"),
    "retire_form": _FORMS,
    "return_coaching": _NOTE,
    "reveal_seed": _SAMPLING,
    "rules_set": ("centre-rules", ""),
    "token_created": _PEOPLE,
    "token_revoked": _PEOPLE,
    "transcribed": _RECORDINGS,
    "transcription_held": _RECORDINGS,
    "transcription_paused": _RECORDINGS,
    "transcription_released": _RECORDINGS,
    "transcription_resumed": _RECORDINGS,
    "transcription_retried": _RECORDINGS,
    "user_added": _PEOPLE,
    "user_changed": _PEOPLE,
    "user_deactivated": _PEOPLE,
    "user_invited": _PEOPLE,
    "user_reactivated": _PEOPLE,
}


def page_about(page: Here, event: Event) -> tuple[Screen, dict[str, str]] | None:
    """Return the page of what the event is about and its address; None where there is none.

    An event that names an evaluation leads to it, but for one about a coaching note.
    """
    address, name = _PAGES.get(event.action, ("", ""))
    query = {name: event.subject} if name else {}
    evaluation = event.detail.get("evaluation")
    if isinstance(evaluation, int) and not address:
        address, query = "evaluation-list", {"evaluation": str(evaluation)}
    screen = BY_ADDRESS.get(address)
    return (screen, query) if screen and screen.opens_to(page.actor) else None
