"""From words with times to the lines of a transcript."""

from collections.abc import Iterable, Sequence

from qm.core.transcript import Segment, Speaker, Word

_LONGEST_WORD_S = 2.0
_PAUSE_S = 0.8
_SHORT_PAUSE_S = 0.2
_SHORT_LINE_S = 5.0
_LONG_LINE_S = 12.0
_LONGEST_LINE_S = 20.0
_SENTENCE_ENDS = (".", "?", "!", "؟", "…", "۔", "。", "？", "！")


def lines_of(words: Iterable[Word], speaker: Speaker) -> list[Segment]:
    """Return lines that can be read and sought: they end at pauses and ends of sentences.

    A pause of 0.8 s always ends a line, the end of a sentence does where the speaker takes
    breath or the line has lasted 5 s, and without either a line ends at the next breath after
    12 s, at the latest after 20 s. The words come with the blanks that separate them.
    """
    lines: list[Segment] = []
    line: list[Word] = []
    for word in map(_of_credible_length, words):
        if line and _ends_before(line, word):
            lines.append(_segment(line, speaker))
            line = []
        line.append(word)
    if line:
        lines.append(_segment(line, speaker))
    return lines


def in_order(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return the lines of all speakers by the time at which they begin."""
    return tuple(sorted(segments, key=lambda line: (line.start_s or 0.0, line.end_s or 0.0)))


def _of_credible_length(word: Word) -> Word:
    """Cut the end of a word that the model stretched over the silence after it."""
    end_s = min(max(word.end_s, word.start_s), word.start_s + _LONGEST_WORD_S)
    return Word(word.start_s, round(end_s, 2), word.text, word.probability)


def _ends_before(line: list[Word], word: Word) -> bool:
    if word.text.startswith("-"):  # what is spelt or dictated stays together: 888-333-2222
        return False
    pause_s = word.start_s - line[-1].end_s
    line_s = line[-1].end_s - line[0].start_s
    if line[-1].text.rstrip().endswith(_SENTENCE_ENDS):
        return pause_s >= _SHORT_PAUSE_S or line_s >= _SHORT_LINE_S
    if line_s >= _LONGEST_LINE_S:
        return True
    return pause_s >= (_SHORT_PAUSE_S if line_s >= _LONG_LINE_S else _PAUSE_S)


def _segment(line: list[Word], speaker: Speaker) -> Segment:
    text = "".join(word.text for word in line).strip()
    words = tuple(
        Word(word.start_s, word.end_s, word.text.strip(), word.probability) for word in line
    )
    end_s = max(word.end_s for word in words)
    return Segment(speaker, line[0].start_s, end_s, text, words, _confidence(words))


def _confidence(words: Sequence[Word]) -> float | None:
    told = [word.probability for word in words if word.probability is not None]
    return round(sum(told) / len(told), 3) if told else None
