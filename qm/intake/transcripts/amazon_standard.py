"""The output of a standard job of Amazon Transcribe, with speakers, with channels or with neither.

Shape: https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html, for speakers
https://docs.aws.amazon.com/transcribe/latest/dg/diarization-output-batch.html, for channels
https://docs.aws.amazon.com/transcribe/latest/dg/channel-id-output-batch.html.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qm.core.problems import Problem
from qm.core.transcript import Word
from qm.intake.fields import Refused
from qm.intake.transcripts.json_lines import add_lines, language_code, mean_of, word_of
from qm.intake.transcripts.json_values import Node
from qm.intake.transcripts.told import NOT_TEXT, Line, Told, Voice

_CHANNEL = re.compile(r"ch_(\d{1,2})", re.ASCII)
_PAUSE_S = 0.8
_LONG_LINE_S = 12.0
_SENTENCE_ENDS = (".", "?", "!", "؟", "。")


def is_amazon_standard(document: Node) -> bool:
    """Whether it is the output of a standard transcription job."""
    return document["results"]["items"].is_list


def read_amazon_standard(document: Node, place: str) -> Told:
    """Return what the file tells: its single words joined into lines of one speaker.

    A line ends where the speaker changes or is silent for 0.8 s, and after 12 s with its sentence.
    """
    results = document["results"]
    job = document["jobName"].label()
    told = Told(
        "amazon_transcribe",
        language=language_code(results["language_code"].text()),
        names=(job,) if job else (),
    )
    speakers = {
        item["start_time"].label(): segment["speaker_label"].label()
        for segment in results["speaker_labels"]["segments"]
        for item in segment["items"]
    }
    stretches: list[_Stretch] = []
    for item, voice in _items(results, speakers):
        try:
            _add(stretches, item, voice)
        except Refused as refused:
            where = refused.field or item.path
            told.problems.append(Problem(refused.code, place, field=where, values=refused.values))
    lines = iter(stretches)
    add_lines(told, (each.first for each in stretches), lambda _node: next(lines).line(), place)
    told.lines.sort(key=lambda line: line.start_s or 0.0)
    return told


@dataclass
class _Stretch:
    """Words of one speaker without a pause."""

    first: Node
    voice: Voice
    words: list[Word] = field(default_factory=list)

    def line(self) -> Line:
        words = tuple(self.words)
        text = " ".join(word.text for word in words)
        return Line(self.voice, text, words[0].start_s, words[-1].end_s, words, mean_of(words))


def _items(results: Node, speakers: dict[str | None, str | None]) -> Iterator[tuple[Node, Voice]]:
    channels = results["channel_labels"]["channels"]
    if channels.is_list:
        for channel in channels:
            voice = _channel_voice(channel["channel_label"].label())
            yield from ((item, voice) for item in channel["items"])
        return
    voice = Voice()
    for item in results["items"]:
        if item["type"].text() != "punctuation":
            label = item["speaker_label"].label() or speakers.get(item["start_time"].label())
            voice = Voice(label)
        yield item, voice


def _channel_voice(label: str | None) -> Voice:
    found = _CHANNEL.fullmatch(label or "")
    return Voice(label, int(found[1]) if found else None)


def _add(stretches: list[_Stretch], item: Node, voice: Voice) -> None:
    best = next(iter(item["alternatives"]), item)
    last = stretches[-1] if stretches and stretches[-1].voice == voice else None
    if item["type"].text() == "punctuation":
        if last:
            word = last.words[-1]
            text = word.text + (best["content"].text() or "").strip()
            last.words[-1] = Word(word.start_s, word.end_s, text, word.probability)
        return
    times = item["start_time"].seconds(), item["end_time"].seconds()
    word_or_none = word_of(best["content"], *times, best["confidence"])
    if word_or_none is None:
        raise Refused(NOT_TEXT, field=item.path)
    if last is None or _ends_before(last, word_or_none):
        last = _Stretch(item, voice)
        stretches.append(last)
    last.words.append(word_or_none)


def _ends_before(stretch: _Stretch, word: Word) -> bool:
    last = stretch.words[-1]
    pause_s = word.start_s - last.end_s
    is_long = last.end_s - stretch.words[0].start_s >= _LONG_LINE_S
    return abs(pause_s) >= _PAUSE_S or (is_long and last.text.endswith(_SENTENCE_ENDS))
