"""What a speech model writes although nobody said it, found by rules; no model is needed here.

Whatever a rule takes out is handed back with its reason, so that nothing is lost silently.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from qm.core.text import search_key
from qm.core.transcript import Segment, Word
from qm.speech.transcription import LeftOut, Reason
from qm.speech.windows import HeardWindow

_SILENCE_PROBABILITY = 0.6
_UNLIKELY_LOG_PROBABILITY = -1.0
_REPETITIVE = 2.4

_LONGEST_PHRASE = 8
_LEAST_TIMES = 4
_LEAST_WORDS = 10
_LETTERS_AGAIN = re.compile(r"([^\W\d_]{1,4}?)\1{9,}")

_LEAST_LINES = 4
_LEAST_LINE_WORDS = 3
_NO_BREATH_S = 1.0

_INAUDIBLE_DB = -60.0
_FAINT_DB = 25.0
_PHANTOMS = frozenset(
    search_key(text)
    for text in (
        "you",
        "thank you",
        "thank you for watching",
        "thank you very much for watching",
        "thanks for watching",
        "thank you so much for watching",
        "please subscribe",
        "please subscribe to my channel",
        "like and subscribe",
        "see you next time",
        "see you in the next video",
        "subtitles by the amara org community",
        "subtitles by",
        "subs by www zeoranger co uk",
        "transcription by castingwords",
        "زیرنویس",
        "زیرنویس فارسی",
        "ترجمه و زیرنویس",
        "ممنون که تماشا کردید",
        "از اینکه تماشا کردید متشکرم",
        "با تشکر از تماشای شما",
        "لطفا سابسکرایب کنید",
    )
)


def reason_against(heard: HeardWindow) -> Reason | None:
    """Return why all words of a window are to be left out; None where they are not.

    `over_silence` is the rule of the Whisper paper (section 4.5): the model gives more than 0.6
    to there being no speech, and its words a mean log probability below -1. `unlikely` are words
    of that low probability that also compress by more than 2.4: text in circles.
    """
    if heard.log_probability >= _UNLIKELY_LOG_PROBABILITY:
        return None
    if heard.silence_probability > _SILENCE_PROBABILITY:
        return "over_silence"
    return "unlikely" if is_repetitive(heard.text) else None


def is_repetitive(text: str) -> bool:
    """Whether a text compresses by more than 2.4, which speech does not."""
    data = text.encode()
    return len(data) > _REPETITIVE * len(zlib.compress(data))


def without_loops(words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """Return the words without those said again and again, and those taken out.

    A phrase of up to eight words counts as a loop where it comes four times in a row or more,
    with ten words in all; its first time stays. Digits may repeat: they are dictated. So does a
    word of the same letters ten times in a row count, and all of it goes.
    """
    keys = [_key(word.text) for word in words]
    kept: list[Word] = []
    looped: list[Word] = []
    at = 0
    while at < len(words):
        size, times = _loop_at(keys, at)
        end = at + max(size * times, 1)
        for place in range(at, end):
            is_first = place < at + max(size, 1)
            is_kept = is_first and not _LETTERS_AGAIN.search(words[place].text)
            (kept if is_kept else looped).append(words[place])
        at = end
    return kept, looped


def kept_and_left_out(
    lines: Sequence[Segment], level_db: Callable[[Segment], float], voice_db: float
) -> tuple[list[Segment], list[LeftOut]]:
    """Return the lines of one speaker that stay, and the others with the reason.

    `level_db` tells how loud it is where a line stands, `voice_db` how loud the speaker is, both
    in decibels of full scale. Over silence is a line where it is below -60 dB, and a phrase that
    Whisper is known to invent where it is 25 dB below the speaker. Repeated are lines of three
    words or more that come four times without a second of breath between them.
    """
    again = _said_again(lines)
    kept: list[Segment] = []
    left_out: list[LeftOut] = []
    for at, line in enumerate(lines):
        level = level_db(line)
        is_phantom = _key(line.text) in _PHANTOMS
        if level < _INAUDIBLE_DB or (is_phantom and level < voice_db - _FAINT_DB):
            left_out.append(LeftOut(line, "over_silence"))
        elif at in again:
            left_out.append(LeftOut(line, "repeated"))
        else:
            kept.append(line)
    return kept, left_out


def _loop_at(keys: Sequence[str], at: int) -> tuple[int, int]:
    """Return the size of the shortest phrase that loops here and how often it comes; or zeros."""
    for size in range(1, _LONGEST_PHRASE + 1):
        phrase = keys[at : at + size]
        times = 1
        while keys[at + times * size : at + (times + 1) * size] == phrase:
            times += 1
        is_loop = times >= _LEAST_TIMES and times * size >= _LEAST_WORDS
        if is_loop and not all(key.isdigit() for key in phrase):
            return size, times
    return 0, 0


def _said_again(lines: Sequence[Segment]) -> set[int]:
    """Return the places of lines that repeat the one before, in a run of four or more."""
    again: set[int] = set()
    run = [0]
    for before, at in pairwise(range(len(lines))):
        run = [*run, at] if _follows_at_once(lines[before], lines[at]) else [at]
        if len(run) >= _LEAST_LINES:
            again.update(run[1:])
    return again


def _follows_at_once(before: Segment, line: Segment) -> bool:
    key = _key(line.text)
    is_same = key == _key(before.text) and len(key.split()) >= _LEAST_LINE_WORDS
    return is_same and (line.start_s or 0.0) - (before.end_s or 0.0) < _NO_BREATH_S


def _key(text: str) -> str:
    return " ".join(_words(text)) or text.strip()


def _words(text: str) -> Iterable[str]:
    return re.findall(r"[\w']+", search_key(text))
