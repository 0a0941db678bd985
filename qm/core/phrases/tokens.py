"""Words of phrases and of lines, in the form in which they compare."""

import re
from bisect import bisect_right
from itertools import accumulate

from qm.core.search_lines import line_words
from qm.core.transcript import Segment
from qm.core.word_forms import keyed_words


def pattern_of(phrase: str) -> str:
    """Return the regular expression of a phrase, for keys of words with one space between."""
    return " ".join(
        re.escape(word.key) + r"\w*" * phrase.startswith("*", word.end)
        for word in keyed_words(phrase)
    )


def timed_words(line: Segment) -> list[tuple[str, float | None]]:
    """Return the keys of a line's words with the second in which each begins.

    That is the line's own where it has no word times, or its text is not that of its words.
    """
    words = [word.key for word in line_words(line.text)]
    spoken = [word.text.strip() for word in line.words]
    timed = line_words(" ".join(spoken))
    if not timed or [word.key for word in timed] != words:
        return [(word, line.start_s) for word in words]
    begins = [0, *accumulate(len(text) + 1 for text in spoken)]
    return [(word.key, line.words[bisect_right(begins, word.start) - 1].start_s) for word in timed]
