"""The interaction's side of the page: its facts, the player and the transcript."""

from collections.abc import Mapping

from qm.core.forms.answers import Answer, Evidence
from qm.core.forms.form import Form
from qm.core.transcript import Segment, cited_line
from qm.store.evaluations import Context
from qm.store.recording_files import file_of
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import called
from qm.ui.evaluation.call_facts import call_facts
from qm.ui.evaluation.transcript_editing import (
    correct_line,
    history,
    lines_corrected,
    refusal,
    version_to_correct,
)
from qm.ui.evaluation.transcript_note import transcript_note
from qm.ui.evaluation.transcript_remarks import transcript_remarks
from qm.ui.here import Here
from qm.ui.player import Mark, PlayerEvent, PlayerView, SegmentView, player, player_labels
from qm.ui.recordings_route import recording_url
from qm.workflow.transcripts import Words


def interaction_pane(
    page: Here,
    context: Context,
    form: Form,
    words: Words,
    answers: Mapping[str, Answer],
    *,
    can_cite: bool,
) -> Evidence | None:
    """Show the interaction and take corrections; return the line cited in this rerun, if any."""
    version = version_to_correct(page, context.interaction, words)
    corrected = lines_corrected(page, context.interaction, words)
    _header(page, context)
    event = player(
        key=f"player-{context.interaction.id}",
        view=PlayerView(
            recording_url=_recording_url(context),
            duration_s=context.recording.duration_s if context.recording else None,
            segments=_lines(page, form, words.segments, answers, corrected),
            labels=player_labels(page._),
            language=page.language,
            marks=_marks(page, form, answers),
            facts=call_facts(page, words.segments, context.interaction.hold_s),
            note=transcript_note(page, context, words.transcript, len(corrected)),
            can_cite=can_cite,
            remarks=transcript_remarks(page, context.interaction, words),
            version=version,
            refusal=refusal(context.interaction),
        ),
    )
    if version is not None and words.transcript and words.transcript.origin == "corrected":
        history(page, context.interaction, version)
    if event is not None and event.kind == "correct":
        correct_line(page, context.interaction, event)
    return _evidence(words.segments, event) if event is not None else None


def _evidence(segments: tuple[Segment, ...], event: PlayerEvent) -> Evidence:
    segment = segments[event.segment_index]
    return Evidence(
        segment=event.segment_index,
        start_s=segment.start_s,
        end_s=segment.end_s,
        quote=segment.text[:2000],
    )


def _header(page: Here, context: Context) -> None:
    title = page._("{channel} {id} · {agent} · {queue}").format(
        channel=wording.channel(page._, context.interaction.channel),
        id=context.interaction.id,
        agent=page.called(context.agent.name, context.agent.name_fa),
        queue=context.interaction.queue or "–",
    )
    moment = page.moment(context.interaction.started_at)
    theme.row(theme.words(title, "strong"), end=[theme.words(moment, "mute")])


def _recording_url(context: Context) -> str | None:
    file = file_of(context.interaction, context.recording)
    if context.interaction.channel != "call" or file is None:
        return None
    return recording_url(context.interaction.id)


def _lines(
    page: Here,
    form: Form,
    segments: tuple[Segment, ...],
    answers: Mapping[str, Answer],
    corrected: tuple[int, ...],
) -> list[SegmentView]:
    badges: dict[int, list[str]] = {}
    for question_id, answer in answers.items():
        for evidence in answer.evidence:
            line = cited_line(segments, evidence.segment, evidence.start_s)
            if line is not None:
                badges.setdefault(line, []).append(_badge(page, form, question_id))
    return [
        SegmentView(
            index,
            segment.speaker,
            segment.start_s,
            segment.end_s,
            wording.masked(page._, segment.text),
            badges.get(index, []),
            parts=[(wording.masked(page._, text), unsure) for text, unsure in segment.parts()],
            is_unsure=segment.is_unsure and segment.is_said,
            is_corrected=index in corrected,
        )
        for index, segment in enumerate(segments)
    ]


def _marks(page: Here, form: Form, answers: Mapping[str, Answer]) -> list[Mark]:
    return [
        Mark(called(page, form, question_id), evidence.start_s)
        for question_id, answer in answers.items()
        for evidence in answer.evidence
        if evidence.start_s is not None
    ]


def _badge(page: Here, form: Form, question_id: str) -> str:
    name = called(page, form, question_id)
    # The short mark of a question beside a line of the transcript: Q7, in Persian پ۷.
    return page._("Q{number}").format(number=name) if form.part_of(question_id) else name
