"""The rules of phrases on the evaluation page: read once per change of the file, and judged."""

from functools import lru_cache
from pathlib import Path

from qm.core.phrases.judging import Finding, judge
from qm.core.phrases.rules import PhraseRules
from qm.core.speech_quality import is_weak
from qm.core.transcript import Segment
from qm.intake.phrase_files import PHRASES_FILE, PhraseReading, check_phrases
from qm.store.tables import Interaction
from qm.ui.here import Here
from qm.workflow.transcripts import Words


def phrase_rules(page: Here) -> PhraseReading | None:
    """Return the centre's rules, or what is wrong with them; None where there is no file."""
    path = page.settings.forms_folder / PHRASES_FILE
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return None
    return _read_version(path, changed)


def judged(rules: PhraseRules, interaction: Interaction, words: Words) -> list[Finding]:
    """Return what became of every rule that applies to the interaction."""
    made = words.transcript
    weak = made is not None and is_weak(made.model, made.language)
    return list(_judged(rules, words.segments, interaction.channel, interaction.language, weak))


def findings_in(page: Here, interaction: Interaction, words: Words) -> list[Finding]:
    """Return the findings in an interaction; none without words or without rules to read."""
    reading = phrase_rules(page)
    if reading is None or reading.rules is None or words.transcript is None or not words.segments:
        return []
    return judged(reading.rules, interaction, words)


@lru_cache(maxsize=32)  # for what twenty people are at
def _judged(
    rules: PhraseRules,
    segments: tuple[Segment, ...],
    channel: str,
    language: str | None,
    weak: bool,
) -> tuple[Finding, ...]:
    found = judge(rules, segments, channel=channel, language=language, is_weak=weak)
    return tuple(finding for finding in found if finding.state != "not_applicable")


@lru_cache(maxsize=4)
def _read_version(path: Path, _changed: int) -> PhraseReading:
    return check_phrases(path)
