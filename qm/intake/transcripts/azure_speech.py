"""Azure's speech to text: batch transcription and fast transcription.

Shapes: https://learn.microsoft.com/azure/ai-services/speech-service/batch-transcription-get and
https://learn.microsoft.com/azure/ai-services/speech-service/fast-transcription-create.
"""

from qm.core.transcript import Word
from qm.intake.transcripts.json_lines import (
    add_lines,
    all_words,
    language_code,
    mean_of,
    word_of,
)
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.told import Line, Told, Voice

_TICK_S = 1e-7
_PHRASES = ("recognizedPhrases", "phrases")


def is_azure_speech(document: Node) -> bool:
    """Whether it is a result of batch or fast transcription."""
    return any(
        "nBest" in phrase or "offsetMilliseconds" in phrase
        for name in _PHRASES
        for phrase in document[name]
    )


def read_azure_speech(document: Node, place: str) -> Told:
    """Return what the file tells; of several readings of a phrase the best one.

    Speakers are numbers that diarisation gave, channels those of the recording.
    """
    phrases = document.first(*_PHRASES)
    locales = {phrase["locale"].text() for phrase in phrases}
    told = Told(
        "azure_speech",
        language=language_code(locales.pop()) if len(locales) == 1 else None,
        duration_s=_length_s(document),
    )
    by_channel = len({phrase["channel"].whole() for phrase in phrases}) > 1
    add_lines(told, phrases, lambda phrase: _line(phrase, by_channel), place)
    told.lines.sort(key=lambda line: line.start_s or 0.0)
    return told


def _line(phrase: Node, by_channel: bool) -> Line | None:
    status = phrase["recognitionStatus"].text()
    if status not in (None, "Success"):
        return None
    best = next(iter(phrase["nBest"]), phrase)
    words = all_words(best.first("displayWords", "words"), _word)
    voice = (
        Voice(channel=phrase["channel"].whole()) if by_channel else Voice(phrase["speaker"].label())
    )
    start_s, end_s = _times(phrase)
    confidence = mean_of(words)
    if confidence is None:
        confidence = best["confidence"].share()
    return Line(voice, best.first("display", "text").words(), start_s, end_s, words, confidence)


def _word(node: Node) -> Word | None:
    return word_of(node.first("displayText", "word", "text"), *_times(node), node["confidence"])


def _times(node: Node) -> tuple[float | None, float | None]:
    start_s, length_s = _seconds(node, "offset"), _seconds(node, "duration")
    if start_s is None or length_s is None:
        return start_s, None
    return start_s, round(start_s + length_s, 3)


def _length_s(document: Node) -> float | None:
    milliseconds = document["durationMilliseconds"]
    if milliseconds.value is not None:
        return milliseconds.length_s(1e-3)
    return document["durationInTicks"].length_s(_TICK_S)


def _seconds(node: Node, name: str) -> float | None:
    milliseconds = node[f"{name}Milliseconds"]
    if milliseconds.value is not None:
        return milliseconds.seconds(1e-3)
    return node[f"{name}InTicks"].seconds(_TICK_S)
