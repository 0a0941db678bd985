"""The words for steps, decisions and rules of an evaluation's life."""

from qm.ui import theme
from qm.ui.wording import Translate


def step(_: Translate, code: str) -> str:
    """Say what somebody did."""
    return {
        "submit": _("submitted it"),
        "return": _("sent it back"),
        "resubmit": _("submitted it again"),
        "publish": _("published it"),
        "acknowledge": _("acknowledged it"),
        "dispute": _("disputed it"),
        "pass_on": _("passed the dispute on"),
        "uphold": _("upheld the evaluation"),
        "change": _("changed the evaluation"),
        "correct": _("corrected the evaluation"),
        "close": _("closed it"),
    }[code]


def waits_for(_: Translate, state: str) -> str:
    """Say what is due next in a state."""
    return {
        "submitted": _("to be published"),
        "returned": _("to be submitted again"),
        "published": _("to be acknowledged"),
        "disputed": _("to be decided"),
    }.get(state, "")


def decision(_: Translate, code: str | None) -> str:
    """Name what became of a disputed question, or of a dispute."""
    return {
        None: _("open"),
        "open": _("open"),
        "upheld": _("upheld"),
        "changed": _("changed"),
    }[code]


def kind(_: Translate, code: str) -> str:
    """Name a kind of evaluation."""
    return {
        "official": _("official"),
        "self": _("self-evaluation"),
        "peer": _("a colleague's evaluation"),
    }[code]


def publication(_: Translate, code: str) -> str:
    """Name who publishes."""
    return {
        "by_lead": _("The team lead publishes"),
        "by_qa_lead": _("The QA lead publishes"),
        "at_once": _("Published at submission"),
    }[code]


STATE_TONES: dict[str, theme.Tone] = {
    "submitted": "plain",
    "returned": "warn",
    "published": "accent",
    "acknowledged": "good",
    "disputed": "bad",
    "closed": "plain",
}
DECISION_TONES: dict[str | None, theme.Tone] = {
    None: "warn",
    "open": "warn",
    "upheld": "plain",
    "changed": "accent",
}
