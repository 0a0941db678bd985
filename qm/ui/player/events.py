"""What the user did in the player, as far as it can be: nothing that a browser sends is trusted."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, get_args

from qm.ui.player.views import PlayerView, Speaker

_MOST_LETTERS = 10_000  # more than any line has; what is too long is told by the workflow
_LONGEST_S = 24 * 3600.0  # of a recording whose length nobody told


@dataclass(frozen=True)
class PlayerEvent:
    """What the user did in the player.

    They cited a line as evidence; or pinned the stretch from `start_s` to `end_s`, each for the
    `question` that the page named (empty: none); or corrected a line: `text` (empty: it is not
    said) and `speaker` as they should be, written in `version`.
    """

    kind: Literal["cite", "pin", "correct"]
    segment_index: int = 0
    text: str = ""
    speaker: Speaker = "unknown"
    version: int = 0
    start_s: float = 0.0
    end_s: float = 0.0
    question: str = ""


def cited(sent: Any, view: PlayerView) -> PlayerEvent | None:
    """Return the citation that was sent: of a line that was shown, where citing is on."""
    if not view.can_cite or not isinstance(sent, dict):
        return None
    line = sent.get("line")
    if type(line) is not int or all(segment.index != line for segment in view.segments):
        return None
    return PlayerEvent("cite", line, question=_question(sent))


def pinned(sent: Any, view: PlayerView) -> PlayerEvent | None:
    """Return the stretch that was sent: of some length, inside the recording."""
    if not view.can_cite or view.recording_url is None or not isinstance(sent, dict):
        return None
    start_s, end_s = _seconds(sent.get("start_s")), _seconds(sent.get("end_s"))
    if start_s is None or end_s is None or not start_s < end_s:
        return None
    length_s = view.duration_s or _LONGEST_S
    if start_s >= length_s:
        return None
    # To the tenth: more than the ear tells, and it reads well in an address.
    start_s, end_s = round(start_s, 1), round(min(end_s, length_s), 1)
    end_s = max(end_s, start_s + 0.1)
    return PlayerEvent("pin", start_s=start_s, end_s=end_s, question=_question(sent))


def corrected(sent: Any, view: PlayerView) -> PlayerEvent | None:
    """Return the correction that was sent: of a line that was shown, in a text of some length."""
    if view.version is None or not isinstance(sent, dict):
        return None
    line, text, speaker, version = (
        sent.get(name) for name in ("line", "text", "speaker", "version")
    )
    if type(line) is not int or all(segment.index != line for segment in view.segments):
        return None
    if not isinstance(text, str) or len(text) > _MOST_LETTERS or type(version) is not int:
        return None
    known: tuple[Speaker, ...] = get_args(Speaker)
    for one in known:
        if one == speaker:
            return PlayerEvent("correct", line, text, one, version)
    return None


def _question(sent: dict[str, Any]) -> str:
    question = sent.get("question")
    return question if isinstance(question, str) else ""


def _seconds(sent: Any) -> float | None:
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        return None
    return float(sent) if sent >= 0 and isfinite(sent) else None
