"""The interaction's side of the page: its facts, the player and the transcript."""

from collections.abc import Callable, Mapping

import streamlit as st

from qm.core.citing import cited_lines, evidence_of_line, evidence_of_stretch
from qm.core.forms.answers import Answer, Evidence
from qm.core.forms.form import Form
from qm.core.text import without_turns
from qm.core.transcript import Segment
from qm.store.evaluations import Context
from qm.store.recording_files import file_of
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import called
from qm.ui.evaluation.call_facts import call_facts, long_silences
from qm.ui.evaluation.earlier_contacts import show_earlier_contacts
from qm.ui.evaluation.transcript_editing import (
    correct_line,
    history,
    lines_corrected,
    refusals,
    version_to_correct,
)
from qm.ui.evaluation.transcript_note import transcript_note
from qm.ui.evaluation.transcript_remarks import transcript_remarks
from qm.ui.evaluation.written_lines import mail_blocks, message_times
from qm.ui.here import Here
from qm.ui.player import Mark, PlayerEvent, PlayerView, SegmentView, player, player_labels
from qm.ui.player.places import asked_start
from qm.ui.recordings_route import recording_url
from qm.workflow.transcripts import Words


def interaction_pane(
    page: Here,
    context: Context,
    form: Form,
    words: Words,
    answers: Mapping[str, Answer],
    cite: Callable[[Evidence, str], None] | None = None,
) -> None:
    """Show the interaction and take corrections; it begins where the address says (`?at=75`).

    `cite` is given what is cited and the question it is for (empty: none was named).
    """
    interaction = context.interaction
    version = version_to_correct(page, interaction, words)
    corrected = lines_corrected(page, interaction, words)
    refused = refusals()
    _header(page, context, words, version)

    def take(event: PlayerEvent) -> None:
        if event.kind == "correct":
            correct_line(page, interaction, event, refused)
        elif cite is not None:
            cite(_evidence(words.segments, event), event.question)

    player(
        key=f"player-{interaction.id}",
        view=PlayerView(
            recording_url=_recording_url(context),
            duration_s=context.recording.duration_s if context.recording else None,
            segments=_lines(page, context, form, words.segments, answers, corrected),
            labels=player_labels(page._),
            language=page.language,
            marks=_marks(page, form, answers),
            facts=call_facts(page, words.segments, interaction.hold_s),
            note=transcript_note(page, context, words.transcript, len(corrected)),
            can_cite=cite is not None,
            remarks=transcript_remarks(page, interaction, words),
            version=version,
            refusal=refused.pop(interaction.id, ""),
            start=asked_start(interaction.id),
            silences=long_silences(words.segments),
            interaction=interaction.id,
        ),
        on_event=take,
    )


def _evidence(segments: tuple[Segment, ...], event: PlayerEvent) -> Evidence:
    if event.kind == "pin":
        return evidence_of_stretch(segments, event.start_s, event.end_s)
    return evidence_of_line(segments, event.segment_index)


def _header(page: Here, context: Context, words: Words, version: int | None) -> None:
    interaction = context.interaction
    title = page._("{channel} {id} · {agent} · {queue}").format(
        channel=wording.channel(page._, interaction.channel),
        id=interaction.id,
        agent=page.called(context.agent.name, context.agent.name_fa),
        queue=interaction.queue or "–",
    )
    told = [page.moment(interaction.started_at)]
    if context.recording is not None and context.recording.duration_s:
        told.append(page.clock(context.recording.duration_s))
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"head-{interaction.id}"
    ):
        theme.row(
            theme.words(without_turns(title), "strong"), end=[theme.words(" · ".join(told), "mute")]
        )
        show_earlier_contacts(page, interaction.id)
        if version is not None and words.transcript and words.transcript.origin == "corrected":
            history(page, interaction, version)


def _recording_url(context: Context) -> str | None:
    file = file_of(context.interaction, context.recording)
    if context.interaction.channel != "call" or file is None:
        return None
    return recording_url(context.interaction.id)


def _lines(
    page: Here,
    context: Context,
    form: Form,
    segments: tuple[Segment, ...],
    answers: Mapping[str, Answer],
    corrected: tuple[int, ...],
) -> list[SegmentView]:
    badges: dict[int, list[str]] = {}
    for question_id, answer in answers.items():
        cited = {line for item in answer.evidence for line in cited_lines(segments, item)}
        for line in cited:
            badges.setdefault(line, []).append(_badge(page, form, question_id))
    times = message_times(page, context.interaction, segments)
    return [
        SegmentView(
            index,
            segment.speaker,
            segment.start_s,
            segment.end_s,
            wording.masked(page._, segment.text),
            badges.get(index, []),
            parts=[(wording.masked(page._, text), unsure) for text, unsure in segment.parts()],
            blocks=mail_blocks(page, context.interaction, index, segment),
            time=times[index],
            is_unsure=segment.is_unsure and segment.is_said,
            is_corrected=index in corrected,
        )
        for index, segment in enumerate(segments)
    ]


def _marks(page: Here, form: Form, answers: Mapping[str, Answer]) -> list[Mark]:
    return [
        Mark(called(page, form, question_id), evidence.start_s, evidence.end_s)
        for question_id, answer in answers.items()
        for evidence in answer.evidence
        if evidence.start_s is not None
    ]


def _badge(page: Here, form: Form, question_id: str) -> str:
    name = called(page, form, question_id)
    # The short mark of a question beside a line of the transcript: Q7, in Persian پ۷.
    return page._("Q{number}").format(number=name) if form.part_of(question_id) else name
