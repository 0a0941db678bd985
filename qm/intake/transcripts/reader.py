"""A transcript file in any of the formats, told apart by what it holds, not by its name."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from qm.core.problems import BadInput, Problem, Sentence
from qm.core.transcript import Segment, Word
from qm.intake.files import UNPRINTABLE, shown
from qm.intake.transcripts import (
    amazon_analytics,
    amazon_standard,
    azure_conversation,
    azure_speech,
    chat_text,
    cues,
    genesys_cloud,
    problems,
    records,
    whisper,
)
from qm.intake.transcripts.decoding import content_of, text_of
from qm.intake.transcripts.json_values import Node, document
from qm.intake.transcripts.speakers import NOT_SAID, AgentIs, speakers_of
from qm.intake.transcripts.told import Line, Told
from qm.intake.transcripts.transcript_file import TranscriptFile

BYTES_MOST = 32_000_000
_FINDINGS_MOST = 50
# Words may end a little after the length that is told, not more: such a length is not believed.
_LATE_S = 1.0


class _JsonFormat(NamedTuple):
    """How a format is known, and how it is read."""

    is_it: Callable[[Node], bool]
    read: Callable[[Node, str], Told]


_JSON_FORMATS = (
    _JsonFormat(amazon_analytics.is_amazon_analytics, amazon_analytics.read_amazon_analytics),
    _JsonFormat(amazon_standard.is_amazon_standard, amazon_standard.read_amazon_standard),
    _JsonFormat(azure_speech.is_azure_speech, azure_speech.read_azure_speech),
    _JsonFormat(
        azure_conversation.is_azure_conversation, azure_conversation.read_azure_conversation
    ),
    _JsonFormat(genesys_cloud.is_genesys_cloud, genesys_cloud.read_genesys_cloud),
    _JsonFormat(whisper.is_whisper_cpp, whisper.read_whisper_cpp),
    _JsonFormat(whisper.is_whisper, whisper.read_whisper),
    _JsonFormat(records.is_records, records.read_records),
)


def read_transcript(
    source: Path | bytes,
    name: str,
    *,
    agent: AgentIs = NOT_SAID,
    max_bytes: int = BYTES_MOST,
) -> TranscriptFile:
    """Return the transcript in a file; `name` is what the person calls it.

    One bad line is left out with a warning. Raises `BadInput` where the file is no transcript, or
    none of its lines can be taken.
    """
    place = shown(name) or "-"
    content = content_of(source, place, min(max_bytes, BYTES_MOST))
    told = _told(text_of(content, place), place)
    lines, cleaned = _spoken(told.lines)
    findings = _capped(told.problems, place)
    if not lines:
        raise BadInput(findings or Problem(problems.NO_WORDS, place))
    if cleaned:
        values = {"count": cleaned}
        findings.append(Problem(problems.CONTROL_CHARACTERS, place, values=values))
    speakers, unsure = speakers_of(lines, agent, place)
    findings += unsure
    if told.left_out:
        left_out = {"findings": [Sentence(each) for each in told.left_out]}
        findings.append(Problem(problems.FINDINGS_LEFT_OUT, place, values=left_out))
    last_s = max((line.end_s or line.start_s or 0.0 for line in lines), default=0.0)
    return TranscriptFile(
        format=told.format,
        file_sha256=hashlib.sha256(content).hexdigest(),
        segments=tuple(
            Segment(speaker, line.start_s, line.end_s, line.text, line.words, line.confidence)
            for speaker, line in zip(speakers, lines, strict=True)
        ),
        language=told.language,
        duration_s=told.duration_s if last_s <= (told.duration_s or 0.0) + _LATE_S else None,
        model=told.model,
        names=told.names,
        warnings=tuple(findings),
    )


def _told(text: str, place: str) -> Told:
    if cues.is_webvtt(text):
        return cues.read_cues(text, place)
    if text.lstrip()[:1] in {"{", "["} and not chat_text.is_chat_text(text):
        return _told_in_json(text, place)
    if cues.is_srt(text):
        return cues.read_cues(text, place)
    if records.is_table(text):
        return records.read_table(text, place)
    if chat_text.is_chat_text(text):
        return chat_text.read_chat_text(text, place)
    raise _unknown(text, place)


def _told_in_json(text: str, place: str) -> Told:
    found: list[Problem] = []
    root = document(text, place, found)
    for each in _JSON_FORMATS:
        if each.is_it(root):
            told = each.read(root, place)
            told.problems[:0] = found
            return told
    if _is_details(root) or any(map(_is_details, root["conversations"])):
        raise BadInput(Problem(problems.DETAILS_ONLY, place))
    if any("data" in each for each in root["results"]):
        raise BadInput(Problem(problems.FIGURES_ONLY, place))
    raise _unknown(text, place)


def _is_details(node: Node) -> bool:
    return any("sessions" in each for each in node["participants"])


def _unknown(text: str, place: str) -> BadInput:
    values = {"start": shown(text[:60].strip())}
    return BadInput(Problem(problems.UNKNOWN_FORMAT, place, values=values))


def _spoken(lines: list[Line]) -> tuple[list[Line], int]:
    """Return the lines that hold words, fit to be stored, and how many had to be cleaned."""
    spoken = []
    cleaned = 0
    for line in lines:
        text = line.text.strip()
        clean = UNPRINTABLE.sub("�", text)
        cleaned += clean != text
        if clean:
            words = tuple(
                Word(w.start_s, w.end_s, UNPRINTABLE.sub("�", w.text), w.probability)
                for w in line.words
            )
            spoken.append(replace(line, text=clean, words=words))
    return spoken, cleaned


def _capped(found: list[Problem], place: str) -> list[Problem]:
    if len(found) <= _FINDINGS_MOST:
        return list(found)
    values = {"count": len(found) - _FINDINGS_MOST, "most": _FINDINGS_MOST}
    return [*found[:_FINDINGS_MOST], Problem(problems.MORE, place, values=values)]
