"""Evidence for an answer: a line of the transcript, or a stretch of the recording."""

from collections.abc import Sequence

from qm.core.forms.answers import Evidence
from qm.core.transcript import Segment, cited_line

_LONGEST_QUOTE = 2000
_TOUCHES_S = 0.05  # a line that only touches a stretch is not in it


def evidence_of_line(segments: Sequence[Segment], place: int) -> Evidence:
    """Return the line as evidence."""
    line = segments[place]
    return Evidence(
        segment=place, start_s=line.start_s, end_s=line.end_s, quote=line.text[:_LONGEST_QUOTE]
    )


def evidence_of_stretch(segments: Sequence[Segment], start_s: float, end_s: float) -> Evidence:
    """Return the stretch as evidence, with what is said in it: each line, whole, on its own.

    Where nobody speaks there is no quote, and it stands at the last line that began before.
    """
    inside = lines_between(segments, start_s, end_s)
    before = [
        place
        for place, line in enumerate(segments)
        if line.start_s is not None and line.start_s <= start_s
    ]
    place = inside[0] if inside else before[-1] if before else 0
    quote = "\n".join(segments[each].text for each in inside)
    return Evidence(segment=place, start_s=start_s, end_s=end_s, quote=quote[:_LONGEST_QUOTE])


def cited_lines(segments: Sequence[Segment], evidence: Evidence) -> list[int]:
    """Return the lines that the evidence stands for in this transcript, in order.

    That is the line that was cited, as far as it is there, or all of the stretch.
    """
    start_s, end_s = evidence.start_s, evidence.end_s
    line = cited_line(segments, evidence.segment, start_s)
    if start_s is None or end_s is None:
        return [] if line is None else [line]
    if line is not None and _is_whole(segments[line], start_s, end_s):
        return [line]
    return lines_between(segments, start_s, end_s)


def lines_between(segments: Sequence[Segment], start_s: float, end_s: float) -> list[int]:
    """Return the lines in which something is said between these seconds, in order."""
    return [
        place
        for place, line in enumerate(segments)
        if line.is_said
        and line.start_s is not None
        and line.end_s is not None
        and line.start_s < end_s - _TOUCHES_S
        and line.end_s > start_s + _TOUCHES_S
    ]


def _is_whole(line: Segment, start_s: float, end_s: float) -> bool:
    return (
        line.start_s is not None
        and line.end_s is not None
        and abs(line.start_s - start_s) < _TOUCHES_S
        and abs(line.end_s - end_s) < _TOUCHES_S
    )
