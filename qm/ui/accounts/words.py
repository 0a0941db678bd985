"""The words for what accounts and tokens are and do."""

from qm.core.api_tokens import Scope
from qm.ui.here import Here


def state(page: Here, code: str) -> str:
    """Name the state of an account."""
    _ = page._
    return {"active": _("active"), "invited": _("invited"), "off": _("switched off")}[code]


def scope(page: Here, code: Scope) -> str:
    """Name what a token may import."""
    _ = page._
    return {"interactions": _("Interactions"), "transcripts": _("Transcripts")}[code]
