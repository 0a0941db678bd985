"""The tab Transcript files: attach transcripts made elsewhere, and see what became of each."""

from dataclasses import dataclass, replace

import streamlit as st

from qm.core.known_recording_names import name_patterns
from qm.core.problems import BadInput
from qm.intake.transcripts.reader import BYTES_MOST
from qm.intake.transcripts.speakers import AgentIs
from qm.ui import theme, wording
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.ui.upload_field import upload_field
from qm.workflow.transcript_intake import (
    UNKNOWN_INTERACTION,
    Attached,
    AttachOptions,
    GivenFile,
    attach_transcript,
    attach_transcripts,
    calls_without_words,
)
from qm.workflow.transcript_owners import NOBODYS, SEVERALS

KINDS = ["vtt", "srt", "json", "csv", "tsv", "txt"]
OFFERED_MOST = 200
_OUTCOMES = "transcript-files-outcomes"
_NO_OWNER = {NOBODYS, SEVERALS, UNKNOWN_INTERACTION}
_TONES: dict[str, theme.Tone] = {
    "attached": "good",
    "replaced": "good",
    "known": "plain",
    "refused": "bad",
}


@dataclass(frozen=True)
class _Outcome:
    """A file and what became of it; its content is kept while it has no interaction."""

    file: GivenFile
    options: AttachOptions
    attached: Attached

    @property
    def lacks_owner(self) -> bool:
        return any(problem.code in _NO_OWNER for problem in self.attached.problems)


def show_transcript_upload(page: Here) -> None:
    """Show the upload and, below it, what became of the files of the last one."""
    _ = page._
    with theme.card("transcript-files"):
        uploads = upload_field(
            page,
            _("WebVTT, SRT, JSON of a transcription service, or a chat log"),
            KINDS,
            megabytes=min(page.settings.upload_megabytes, BYTES_MOST // 10**6),
            key="transcript-files-upload",
            several=True,
        )
        options = _options(page)
        if uploads and st.button(_("Attach"), type="primary", key="transcript-files-attach"):
            files = [GivenFile(each.name, each.getvalue()) for each in uploads]
            with st.spinner(_("Reading the files…")):
                st.session_state[_OUTCOMES] = _attach(page, files, options)
    outcomes: list[_Outcome] = st.session_state.get(_OUTCOMES, [])
    for place in range(len(outcomes)):
        with theme.card(f"transcript-file-{place}"):
            _show_outcome(page, outcomes, place)


def _options(page: Here) -> AttachOptions:
    _ = page._
    sides = {None: _("the file tells"), 0: _("first or left"), 1: _("second or right")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        channel = st.selectbox(
            _("The agent's channel"),
            list(sides),
            format_func=lambda side: sides[side],
            key="transcript-files-channel",
        )
        label = st.text_input(
            _("The agent's name in the file"),
            placeholder=_("where the file does not say who is the agent"),
            max_chars=200,
            key="transcript-files-label",
        )
    is_replaced = st.checkbox(
        _("Replace transcripts that somebody corrected, too"), key="transcript-files-replace"
    )
    return AttachOptions(
        agent=AgentIs(channel, label.strip() or None),
        patterns=name_patterns(page.settings.recording_names, "qm.toml"),
        replace_corrected=is_replaced,
    )


def _attach(page: Here, files: list[GivenFile], options: AttachOptions) -> list[_Outcome]:
    attached = attach_transcripts(page.engine, page.actor, files, options, now=page.now())
    outcomes = [
        _Outcome(*each) for each in zip(files, [options] * len(files), attached, strict=True)
    ]
    return [each if each.lacks_owner else _without_content(each) for each in outcomes]


def _without_content(outcome: _Outcome) -> _Outcome:
    return replace(outcome, file=GivenFile(outcome.file.name, b""))


def _show_outcome(page: Here, outcomes: list[_Outcome], place: int) -> None:
    _ = page._
    attached = outcomes[place].attached
    theme.row(
        theme.words(attached.file_name, "strong"),
        theme.pill(_result(page, attached), _TONES[attached.result]),
        theme.words(_told(page, attached), "mute"),
    )
    show_problems(page, attached.problems)
    if outcomes[place].lacks_owner:
        _choose_owner(page, outcomes, place)


def _result(page: Here, attached: Attached) -> str:
    _ = page._
    return {
        "attached": _("attached to {id}"),
        "replaced": _("replaced the transcript of {id}"),
        "known": _("known already, {id}"),
        "refused": _("not attached"),
    }[attached.result].format(id=attached.interaction_id)


def _told(page: Here, attached: Attached) -> str:
    _ = page._
    if attached.format is None:
        return ""
    parts = [
        wording.transcript_format(_, attached.format),
        page.digits(_("{n} lines").format(n=attached.lines)),
        *(
            page.digits(f"{wording.speaker(_, who)}: {count}")
            for who, count in attached.speakers.items()
        ),
    ]
    if attached.language:
        parts.append(wording.spoken_language(page.language, attached.language))
    return " · ".join(parts)


def _choose_owner(page: Here, outcomes: list[_Outcome], place: int) -> None:
    """Let the person say whose a file is: a drawn call without words, or any id."""
    _ = page._
    calls = calls_without_words(page.engine, page.actor, limit=OFFERED_MOST)
    names = {
        row["id"]: " · ".join(
            (
                plain(row["id"]),
                plain(page.called(row["agent_name"], row["agent_name_fa"])),
                page.moment(row["started_at"]),
            )
        )
        for row in calls.to_dict("records")
    }
    chosen = st.selectbox(
        _("Interaction"),
        list(names),
        index=None,
        format_func=lambda id_: names.get(id_, id_),
        placeholder=_("choose a drawn call without words, or type an id"),
        accept_new_options=True,
        key=f"transcript-files-owner-{place}-{page.language}",
    )
    if chosen and st.button(_("Attach to it"), key=f"transcript-files-give-{place}"):
        outcomes[place] = _given(page, outcomes[place], str(chosen))
        st.rerun()


def _given(page: Here, outcome: _Outcome, interaction_id: str) -> _Outcome:
    file = replace(outcome.file, interaction_id=interaction_id)
    try:
        attached = attach_transcript(page.engine, page.actor, file, outcome.options, now=page.now())
    except BadInput as refusal:
        attached = replace(outcome.attached, problems=refusal.problems)
        return replace(outcome, attached=attached)
    return _without_content(replace(outcome, attached=attached))
