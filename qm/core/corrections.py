"""Corrections of a transcript: what a person hears where the machine wrote something else."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qm.core.personal_data.masking import MASKS as MASKS_BY_KIND
from qm.core.personal_data.masking import masked_segments, places_in
from qm.core.personal_data.rules import PrivacyRules
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.transcript import Segment, Speaker

LONGEST_LINE = 5000
_MASK = re.compile("|".join(map(re.escape, MASKS_BY_KIND.values())))
_Span = tuple[int, int]

NO_LINE = explain(
    "correction.no_line",
    N_("The transcript has no line {line}."),
    N_("Load the page again and correct the line that it shows."),
)
NO_CHANGE = explain(
    "correction.no_change",
    N_("Nothing is different from what stands there."),
    N_("Change the text or the speaker before you save."),
)
TOO_LONG = explain(
    "correction.too_long",
    N_("The text has more than {most} characters."),
    N_("Write only what is said in this line."),
)
MASKS = explain(
    "correction.masks",
    N_("The masks in the line are not the ones that stood there: {masks}."),
    N_("Keep each of them as it was, in this order, or say that the line was not said."),
)
UNCOVERS = explain(
    "correction.uncovers",
    N_("With this change, personal data that is masked now could be read."),
    N_("Leave spaces around the masks, and leave the lines beside them to the same speaker."),
)


@dataclass(frozen=True)
class LineCorrection:
    """What somebody hears in a line, counted from 0; an empty text: nothing is said there.

    `text` is written from the masked transcript: a mask in it stands for what it hides.
    """

    line: int
    text: str
    speaker: Speaker


@dataclass(frozen=True)
class Change:
    """A line that differs between two versions of a transcript."""

    line: int
    before: Segment
    after: Segment


def corrected(
    segments: Sequence[Segment], corrections: Sequence[LineCorrection], rules: PrivacyRules
) -> tuple[Segment, ...]:
    """Return the original segments with the corrections made in them; every line keeps its place.

    A line whose text changes keeps its times but loses the times of its words. Raises `BadInput`
    where a correction names no line, changes nothing, loses or adds masks, or would let anybody
    read what is masked.
    """
    masked = masked_segments(segments, rules)
    hidden = {
        line: [(place.start, place.end) for place in places]
        for line, places in places_in(segments, rules).items()
    }
    made = list(segments)
    for correction in corrections:
        line = correction.line
        if not 0 <= line < len(made):
            raise _refused(NO_LINE, line)
        made[line], hidden[line] = _corrected(
            segments[line], masked[line].text, hidden.get(line, []), correction
        )
    if made == list(segments):
        raise _refused(NO_CHANGE, corrections[0].line if corrections else 0)
    _refuse_uncovering(made, hidden, rules)
    return tuple(made)


def _corrected(
    segment: Segment, masked_text: str, hidden: list[_Span], correction: LineCorrection
) -> tuple[Segment, list[_Span]]:
    """Return a line as it is corrected, and where in it stands what has to stay masked."""
    text, before = _clean(correction.text), _clean(masked_text)
    if text == before:
        return replace(segment, speaker=correction.speaker), hidden
    if len(text) > LONGEST_LINE:
        raise _refused(TOO_LONG, correction.line, most=LONGEST_LINE)
    if text and _MASK.findall(text) != _MASK.findall(before):
        masks = " ".join(_MASK.findall(before)) or "–"
        raise _refused(MASKS, correction.line, masks=masks)
    text, spans = _restored(text, segment.text, hidden)
    said = replace(segment, speaker=correction.speaker, text=text, words=(), confidence=None)
    return said, spans


def _restored(text: str, original: str, hidden: Sequence[_Span]) -> tuple[str, list[_Span]]:
    """Return a text with the originals in place of its masks, and where they stand."""
    # The original may itself hold what looks like a mask: it stands for itself.
    literal = [mask.span() for mask in _MASK.finditer(original)]
    values = iter(original[start:end] for start, end in sorted([*hidden, *literal]))
    made, spans, end = "", [], 0
    for mask in _MASK.finditer(text):
        made += text[end : mask.start()]
        value = next(values)
        if value != mask.group():
            spans.append((len(made), len(made) + len(value)))
        made += value
        end = mask.end()
    return made + text[end:], spans


def _refuse_uncovering(
    made: Sequence[Segment], hidden: Mapping[int, Sequence[_Span]], rules: PrivacyRules
) -> None:
    """Refuse where anything that was masked before would not be masked in what was made."""
    places = places_in(made, rules)
    for line, spans in hidden.items():
        masked = {at for place in places.get(line, ()) for at in range(place.start, place.end)}
        if any(not masked.issuperset(range(start, end)) for start, end in spans):
            raise _refused(UNCOVERS, line)


def changes(before: Sequence[Segment], after: Sequence[Segment]) -> Iterator[Change]:
    """Yield the lines whose text or speaker differs; both versions have the same lines."""
    for line, (old, new) in enumerate(zip(before, after, strict=True)):
        if (old.text, old.speaker) != (new.text, new.speaker):
            yield Change(line, old, new)


def _clean(text: str) -> str:
    """Return the text on one line, without characters that are none."""
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"})
    return " ".join("".join(kept).split())


def _refused(code: str, line: int, **values: object) -> BadInput:
    return BadInput(Problem(code, "transcript", line + 1, values={"line": line + 1, **values}))
