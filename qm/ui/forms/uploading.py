"""Bringing in a file: a form file of ours, or another system's form."""

from pathlib import Path
from typing import Any, get_args

import streamlit as st

from qm.core.forms.form import CHANNELS
from qm.core.forms.questions import LENSES
from qm.core.problems import BadInput, Problem
from qm.core.text import LANGUAGES
from qm.exchange.exchanged import ImportChoices
from qm.ui import wording
from qm.ui.forms import words
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here
from qm.ui.upload_field import upload_field
from qm.workflow.form_exchange import MOST_BYTES, Source, finding_about, import_forms
from qm.workflow.forms import check_upload

_FOREIGN: list[Source] = [source for source in get_args(Source) if source != "xlsx"]
_KINDS: dict[Source | None, list[str]] = {
    None: ["yaml", "yml", "xlsx"],
    "genesys": ["json"],
    "connect": ["json"],
    "csv": ["csv"],
    "rules": ["json"],
}


def uploaded_subjects(page: Here) -> list[Subject]:
    """Show the upload with its choices; return the forms of the file, none without one."""
    _ = page._
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source: Source | None = st.selectbox(
            _("Kind of file"),
            [None, *_FOREIGN],
            format_func=lambda code: words.source(_, code),
            key=f"forms-source-{page.language}",
            width=260,
        )
        choices = _choices(page) if source else ImportChoices()
    upload = upload_field(
        page,
        _("File"),
        _KINDS[source],
        megabytes=MOST_BYTES // 10**6,
        key=f"forms-upload-{source or 'own'}",
    )
    if upload is None:
        return []
    name = Path(upload.name).name  # shown only; nothing is read or written by it
    return _read(page, source, upload.getvalue(), name, choices)


def _choices(page: Here) -> ImportChoices:
    """Ask what a foreign document does not say."""
    _ = page._
    language: Any = st.selectbox(
        _("Language of its texts"),
        LANGUAGES,
        index=LANGUAGES.index(page.language),
        format_func={"fa": "فارسی", "en": "English"}.__getitem__,
        key="forms-source-language",
        width=160,
    )
    channel: Any = st.selectbox(
        _("Channel"),
        CHANNELS,
        format_func=lambda code: wording.channel(_, code),
        key=f"forms-source-channel-{page.language}",
        width=140,
    )
    lens: Any = st.selectbox(
        _("Critical questions are"),
        LENSES,
        index=LENSES.index("business"),
        format_func=lambda code: wording.lens(_, code),
        key=f"forms-source-lens-{page.language}",
        width=200,
    )
    version = st.number_input(
        _("Version"), min_value=1, max_value=999_999, key="forms-source-version", width=110
    )
    return ImportChoices(None, str(int(version)), channel, language, lens)


def _read(
    page: Here, source: Source | None, content: bytes, name: str, choices: ImportChoices
) -> list[Subject]:
    if source is None:
        return [Subject.of_finding("upload", check_upload(content, name))]
    try:
        imported = import_forms(page.actor, source, content, name, choices)
    except BadInput as refusal:
        return [Subject("upload", name, None, problems=refusal.problems)]
    return [_subject(finding_about(each, name), each.losses) for each in imported]


def _subject(finding: Any, losses: tuple[Problem, ...]) -> Subject:
    return Subject.of_finding("upload", finding, losses)
