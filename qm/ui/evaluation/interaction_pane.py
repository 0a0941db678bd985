"""The interaction's side of the page: its facts, the player and the transcript."""

from collections.abc import Mapping

from qm.core.forms.answers import Answer, Evidence
from qm.core.forms.form import Form
from qm.core.problems import Problem
from qm.core.transcript import Segment, facts
from qm.store.evaluations import Context
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import called
from qm.ui.here import Here
from qm.ui.player import Mark, PlayerView, SegmentView, player, player_labels
from qm.ui.recordings_route import recording_url

# Word error rates of Whisper on Persian: 0.93 base, 0.74 small, 0.38 large-v3.
_WEAKLY_UNDERSTOOD = {"fa"}


def interaction_pane(
    page: Here,
    context: Context,
    form: Form,
    segments: tuple[Segment, ...],
    answers: Mapping[str, Answer],
    *,
    can_cite: bool,
) -> Evidence | None:
    """Show the interaction; return the line that was cited in this rerun, if any."""
    _header(page, context)
    event = player(
        key=f"player-{context.interaction.id}",
        view=PlayerView(
            recording_url=_recording_url(context),
            duration_s=context.recording.duration_s if context.recording else None,
            segments=_lines(page, form, segments, answers),
            labels=player_labels(page._),
            language=page.language,
            marks=_marks(page, form, answers),
            facts=_facts(page, segments),
            note=_note(page, context),
            can_cite=can_cite,
        ),
    )
    if event is None:
        return None
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
    if context.interaction.channel != "call" or not context.interaction.recording_file:
        return None
    return recording_url(context.interaction.id)


def _lines(
    page: Here, form: Form, segments: tuple[Segment, ...], answers: Mapping[str, Answer]
) -> list[SegmentView]:
    badges: dict[int, list[str]] = {}
    for question_id, answer in answers.items():
        for evidence in answer.evidence:
            badges.setdefault(evidence.segment, []).append(_badge(page, form, question_id))
    return [
        SegmentView(
            index,
            segment.speaker,
            segment.start_s,
            segment.end_s,
            segment.text,
            badges.get(index, []),
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


def _facts(page: Here, segments: tuple[Segment, ...]) -> list[str]:
    _ = page._
    counted = facts(segments)
    told = [_("{words} words").format(words=counted.words)] if segments else []
    if counted.agent_talk_percent is not None:
        told.append(_("agent talks {percent} %").format(percent=round(counted.agent_talk_percent)))
    if counted.longest_silence_s is not None and counted.longest_silence_s >= 1:
        silence = page.clock(counted.longest_silence_s)
        told.append(_("longest silence {time}").format(time=silence))
    if counted.interruptions is not None:
        told.append(_("{count} interruptions").format(count=counted.interruptions))
    if counted.agent_words_per_minute is not None:
        rate = round(counted.agent_words_per_minute)
        told.append(_("{rate} words/min").format(rate=rate))
    return [page.digits(fact) for fact in told]


def _note(page: Here, context: Context) -> str:
    _ = page._
    if context.interaction.channel != "call":
        return ""
    recording = context.recording
    if recording is None or recording.state != "done":
        state = wording.recording_state(_, recording.state if recording else None)
        if recording is None or recording.problem is None:
            return state
        return f"{state}: {page.problem(Problem.from_data(recording.problem))}"
    code = context.interaction.language
    if not code:
        return _("machine transcript")
    said = _("machine transcript · {language}")
    if code in _WEAKLY_UNDERSTOOD:
        said = _("machine transcript · {language}, often wrong: listen along")
    return said.format(language=wording.spoken_language(page.language, code))
