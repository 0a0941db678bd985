"""The words for what coaching stores as codes."""

from qm.ui.theme import Tone
from qm.ui.wording import Translate


def note_kind(_: Translate, code: str) -> str:
    """Name a kind of note."""
    return {
        "note": _("Feedback"),
        "strength": _("Strength"),
        "opportunity": _("Opportunity"),
    }[code]


def note_kind_tone(code: str) -> Tone:
    """Return the colour of a kind of note; its words say it, too."""
    tones: dict[str, Tone] = {"strength": "good", "opportunity": "warn"}
    return tones.get(code, "plain")


def note_state(_: Translate, code: str) -> str:
    """Name the state of a note."""
    return {
        "review": _("under review"),
        "returned": _("returned to the author"),
        "shared": _("shared with the agent"),
        "acknowledged": _("acknowledged"),
        "discussed": _("discussed"),
        "replaced": _("replaced"),
    }[code]


def note_state_tone(code: str) -> Tone:
    """Return the colour of a note's state."""
    tones: dict[str, Tone] = {"review": "warn", "returned": "bad", "discussed": "good"}
    return tones.get(code, "accent" if code in ("shared", "acknowledged") else "plain")


def talk_state(_: Translate, code: str) -> str:
    """Name the state of a talk."""
    return {"planned": _("planned"), "held": _("took place"), "cancelled": _("cancelled")}[code]


def talk_state_tone(code: str) -> Tone:
    """Return the colour of a talk's state."""
    tones: dict[str, Tone] = {"planned": "accent", "held": "good"}
    return tones.get(code, "plain")


def commitment_state(_: Translate, code: str) -> str:
    """Name what became of a commitment."""
    return {
        "open": _("open"),
        "kept": _("kept"),
        "broken": _("not kept"),
        "dropped": _("dropped"),
    }[code]


def commitment_state_tone(code: str) -> Tone:
    """Return the colour of what became of a commitment."""
    tones: dict[str, Tone] = {"open": "accent", "kept": "good", "broken": "bad"}
    return tones.get(code, "plain")


def inbox_kind(_: Translate, code: str) -> str:
    """Name what waits in coaching."""
    return {
        "review": _("Notes to review"),
        "returned": _("Notes returned to their authors"),
        "shared": _("Notes the agent has not acknowledged"),
        "acknowledged": _("Acknowledged notes to discuss"),
        "talk": _("Planned talks"),
        "follow_up": _("Follow-ups of talks"),
        "commitment": _("Open commitments"),
        "proposal": _("Proposals of triggers"),
    }[code]


def inbox_item(_: Translate, code: str) -> str:
    """Say what is to be done with one thing that waits."""
    return {
        "review": _("review a note"),
        "returned": _("write a note anew"),
        "shared": _("acknowledge a note"),
        "acknowledged": _("discuss a note"),
        "talk": _("hold a talk"),
        "follow_up": _("follow up a talk"),
        "commitment": _("see whether a commitment was kept"),
        "proposal": _("decide on a proposal"),
    }[code]


def proposal_state(_: Translate, code: str) -> str:
    """Name what became of a proposal."""
    return {
        "open": _("open"),
        "taken": _("taken up"),
        "dismissed": _("dismissed"),
        "withdrawn": _("withdrawn: what it rested on was corrected"),
    }[code]
