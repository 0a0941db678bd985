"""What an event is about, in the reader's words."""

import re
from collections.abc import Callable, Mapping

from qm.core.periods import Period
from qm.core.problems import N_, BadInput
from qm.core.text import without_turns
from qm.ui.audit.saying import Saying

_MONTHLY = {"assign", "commit_seed", "draw", "export_draw", "report", "reveal_seed"}
_AGENTS = {"agent_moved", "coaching_proposed"}
_PEOPLE = {
    *("analyst_profile_set", "leave_added", "leave_removed", "openid_bound", "password_changed"),
    *("password_chosen", "password_reset", "password_set", "sessions_ended", "signed_in"),
    *("signed_out", "user_added", "user_changed", "user_deactivated", "user_invited"),
    "user_reactivated",
}
_NUMBERED: Mapping[str, str] = {
    "import": N_("Import {number}"),
    "token": N_("Token {number}"),
}
_THINGS: Mapping[tuple[str, str], str] = {
    ("privacy_set", "privacy"): N_("Masking"),
    ("rules_set", "life"): N_("Life of an evaluation"),
    ("rules_set", "coaching"): N_("Coaching"),
}
_RECORDINGS = "recordings"


def subject(saying: Saying) -> str:
    """Name what the event is about; ids that stand for nothing else stay as they are."""
    page, event = saying.page, saying.event
    text = event.subject
    if event.action in _MONTHLY:
        return _month(saying, text)
    if (event.action, text) in _THINGS:
        return page._(_THINGS[event.action, text])
    if text == _RECORDINGS:
        return page._("Recordings")
    namer: Callable[[str], str] | None = None
    if event.action in _PEOPLE:
        namer = saying.person
    elif event.action in _AGENTS:
        namer = saying.agent
    if namer is not None and text != event.actor:
        name = namer(text)
        return name if name == text else f"{name} ({without_turns(text)})"
    return _numbered(saying, text)


def _month(saying: Saying, text: str) -> str:
    try:
        return Period.parse(text).label(saying.page.language)
    except BadInput:
        return without_turns(text)


def _numbered(saying: Saying, text: str) -> str:
    page = saying.page
    found = re.fullmatch(r"(?:(import|token) )?([0-9]+)", text)
    if found is None:
        return without_turns(text) or "–"
    kind, number = found.groups()
    return page.digits(page._(_NUMBERED[kind]).format(number=number) if kind else number)
