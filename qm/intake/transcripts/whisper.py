"""Whisper's JSON: openai-whisper and what writes like it, whisperX, and whisper.cpp.

Shapes: the writers of openai-whisper (https://github.com/openai/whisper, whisper/utils.py) and
whisper-ctranslate2, the `verbose_json` of the hosted service
(https://platform.openai.com/docs/api-reference/audio/verbose-json-object), whisperX
(https://github.com/m-bain/whisperX) and `--output-json` and `--output-json-full` of whisper.cpp
(https://github.com/ggml-org/whisper.cpp, examples/cli).
"""

import re

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

# Marks of whisper.cpp between the words, such as [_BEG_] and <|endoftext|>.
_MARK = re.compile(r"\[_[A-Z]+_?\d*\]|<\|[^|<>]*\|>")


def is_whisper(document: Node) -> bool:
    """Whether it is the JSON of openai-whisper, faster-whisper's commands or whisperX."""
    return document["segments"].is_list and any("text" in each for each in document["segments"])


def read_whisper(document: Node, place: str) -> Told:
    """Return what the file tells; whisperX names its speakers where it separated them."""
    is_x = "word_segments" in document
    told = Told(
        "whisperx" if is_x else "whisper",
        language=language_code(document["language"].text()),
        duration_s=document["duration"].length_s(),
    )
    add_lines(told, document["segments"], _segment, place)
    return told


def _segment(node: Node) -> Line:
    words = all_words(node["words"], _word)
    voice = Voice(node["speaker"].label())
    start_s, end_s = node["start"].seconds(), node["end"].seconds()
    return Line(voice, node["text"].words(), start_s, end_s, words, mean_of(words))


def _word(node: Node) -> Word | None:
    share = node.first("probability", "score")
    return word_of(node["word"], node["start"].seconds(), node["end"].seconds(), share)


def is_whisper_cpp(document: Node) -> bool:
    """Whether it is the JSON of whisper.cpp."""
    return document["transcription"].is_list


def read_whisper_cpp(document: Node, place: str) -> Told:
    """Return what the file tells; with `--diarize` its speakers are the channels 0 and 1."""
    size = document["model"]["type"].label()
    told = Told(
        "whisper_cpp",
        language=language_code(document["result"]["language"].text()),
        model=f"whisper.cpp {size}" if size else None,
    )
    add_lines(told, document["transcription"], _cpp_segment, place)
    return told


def _cpp_segment(node: Node) -> Line:
    offsets = node["offsets"]
    words = _cpp_words(node["tokens"])
    speaker = node["speaker"].label()
    return Line(
        Voice(channel=int(speaker)) if speaker in {"0", "1"} else Voice(),
        node["text"].words(),
        offsets["from"].seconds(1e-3),
        offsets["to"].seconds(1e-3),
        words,
        mean_of(words),
    )


def _cpp_words(tokens: Node) -> tuple[Word, ...]:
    """Return whole words of the tokens: one that begins with a blank begins a word.

    None at all where a token holds half a character: the pieces cannot be put together again.
    """
    pieces = all_words((each for each in tokens if not _is_mark(each)), _piece)
    words: list[Word] = []
    for piece in pieces:
        if "\ufffd" in piece.text:
            return ()
        if words and not piece.text.startswith(" "):
            words[-1] = _joined(words[-1], piece)
        else:
            words.append(piece)
    return tuple(Word(w.start_s, w.end_s, w.text.strip(), w.probability) for w in words)


def _is_mark(token: Node) -> bool:
    return _MARK.fullmatch((token["text"].text() or "").strip()) is not None


def _piece(token: Node) -> Word | None:
    text = token["text"].text()
    start_s, end_s = (token["offsets"][name].seconds(1e-3) for name in ("from", "to"))
    if not text or start_s is None or end_s is None:
        return None
    return Word(start_s, end_s, text, token["p"].share())


def _joined(word: Word, piece: Word) -> Word:
    told = [each for each in (word.probability, piece.probability) if each is not None]
    probability = min(told) if len(told) == 2 else None
    return Word(word.start_s, max(word.end_s, piece.end_s), word.text + piece.text, probability)
