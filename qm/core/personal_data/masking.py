"""Personal data in texts and transcripts: where it stands, and the words without it.

What is found is a matter of form: check digits, numbering plans, a list of names. It is no proof
that nothing else is personal.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from qm.core.personal_data.emails import emails_in
from qm.core.personal_data.finding import Finding, without
from qm.core.personal_data.folding import folded
from qm.core.personal_data.ibans import written_ibans_in
from qm.core.personal_data.names import names_in
from qm.core.personal_data.numbers import numbers_in
from qm.core.personal_data.rules import Kind, PrivacyRules
from qm.core.personal_data.word_places import WordPlace, merged, stretch, word_places
from qm.core.transcript import Segment, Word

MASKS: Mapping[Kind, str] = {
    "card": "[card]",
    "iban": "[iban]",
    "national_id": "[national id]",
    "phone": "[phone]",
    "email": "[e-mail]",
    "name": "[name]",
}
"""What stands in the place of what is masked; pages show it in the reader's language."""

_MASK = re.compile("|".join(map(re.escape, MASKS.values())))


def findings(text: str, rules: PrivacyRules) -> list[Finding]:
    """Return the personal data in a text in its order, of the kinds that the rules mask.

    Kinds that are switched off are looked for all the same, so that a card number never passes
    as a telephone number. What is masked already is nothing.
    """
    rest = _MASK.sub(lambda match: "\0" * len(match.group()), folded(text))
    found: list[Finding] = []
    for find in (
        written_ibans_in,
        emails_in,
        partial(numbers_in, region=rules.phone_region),
        partial(names_in, names=rules.names),
    ):
        new = find(rest)
        rest = without(rest, new)
        found += new
    return sorted(finding for finding in found if finding.kind in rules.kinds)


def masked(text: str, rules: PrivacyRules) -> str:
    """Return a text with a mask in place of each personal datum; masking twice changes nothing."""
    return _with_masks(text, findings(text, rules))


@dataclass(frozen=True)
class MaskedSegments:
    """The segments of a transcript with masks, and how often each kind was found."""

    segments: tuple[Segment, ...]
    counts: dict[Kind, int]


def masked_segments(segments: Sequence[Segment], rules: PrivacyRules) -> tuple[Segment, ...]:
    """Return the segments with masks in text and words.

    A number may run over several segments of one speaker, whatever others say in between; each
    part gets a mask.
    """
    return mask_segments(segments, rules).segments


def mask_segments(segments: Sequence[Segment], rules: PrivacyRules) -> MaskedSegments:
    """Return the segments with masks in text and words, and how often each kind was found."""
    places, counts = _places(segments, rules)
    return MaskedSegments(
        tuple(
            _masked_segment(segment, places.get(index, []))
            for index, segment in enumerate(segments)
        ),
        dict(counts),
    )


def places_in(segments: Sequence[Segment], rules: PrivacyRules) -> dict[int, list[Finding]]:
    """Return by segment where in its text something is masked, in order."""
    return _places(segments, rules)[0]


def silences(segments: Sequence[Segment], rules: PrivacyRules) -> list[tuple[float, float]] | None:
    """Return the stretches in which personal data is said, in seconds from the start, in order.

    They come from the words' times, with a margin; where these are missing, the whole segment
    is one. None where something is said of which no time is known at all.
    """
    places, _ = _places(segments, rules)
    stretches: list[tuple[float, float]] = []
    for index, found in places.items():
        times = [stretch(segments[index], one.start, one.end) for one in found]
        known = [time for time in times if time is not None]
        if len(known) < len(times):
            return None
        stretches += known
    return merged(stretches)


def _places(
    segments: Sequence[Segment], rules: PrivacyRules
) -> tuple[dict[int, list[Finding]], Counter[Kind]]:
    """Return by segment where in its text something is found, and how often each kind was."""
    places: dict[int, list[Finding]] = {}
    counts: Counter[Kind] = Counter()
    for speaker in dict.fromkeys(segment.speaker for segment in segments):
        own = [index for index, segment in enumerate(segments) if segment.speaker == speaker]
        text = "\n".join(segments[index].text for index in own)
        found = findings(text, rules)
        counts.update(finding.kind for finding in found)
        start = 0
        for index in own:
            end = start + len(segments[index].text)
            if parts := _within(found, start, end):
                places[index] = parts
            start = end + 1
    return dict(sorted(places.items())), counts


def _masked_segment(segment: Segment, found: Sequence[Finding]) -> Segment:
    places = word_places(segment)
    if places is None:  # words that are not the text's own were not looked at
        return replace(segment, text=_with_masks(segment.text, found), words=())
    if not found:
        return segment
    words = tuple(_masked_words(segment.text, places, found))
    return replace(segment, text=_with_masks(segment.text, found), words=words)


def _masked_words(
    text: str, places: Sequence[WordPlace], found: Sequence[Finding]
) -> Iterator[Word]:
    """Yield the words; those over which something runs become one word with its mask."""
    groups: list[list[WordPlace]] = []
    for place in places:
        if groups and any(
            one.start < groups[-1][-1].end and place.start < one.end for one in found
        ):
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        start, end = group[0].start, group[-1].end
        said = _with_masks(text[start:end], _within(found, start, end))
        told = [place.word.probability for place in group]
        probability = min((each for each in told if each is not None), default=None)
        yield Word(group[0].word.start_s, group[-1].word.end_s, said, probability)


def _within(found: Sequence[Finding], start: int, end: int) -> list[Finding]:
    """Return the parts of findings that lie in a stretch of a text, counted from its start."""
    return [
        Finding(max(one.start, start) - start, min(one.end, end) - start, one.kind)
        for one in found
        if one.start < end and start < one.end
    ]


def _with_masks(text: str, places: Sequence[Finding]) -> str:
    for finding in reversed(places):
        text = text[: finding.start] + MASKS[finding.kind] + text[finding.end :]
    return text
