"""A form as a file: of ours, or for another system with what that cannot hold."""

from typing import Any, get_args

import streamlit as st

from qm.core.forms.form import Form
from qm.core.problems import merged
from qm.core.text import LANGUAGES
from qm.exchange.exchanged import ExportedForm
from qm.ui.forms import words
from qm.ui.forms.findings import problems_table
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here
from qm.workflow.form_exchange import Target, export_form

_ONE_LANGUAGE: set[Target] = {"genesys", "connect"}


def downloads(page: Here, subject: Subject, form: Form) -> None:
    """Let one choose the kind of file, and show what it cannot hold."""
    _ = page._
    targets: tuple[Target, ...] = ("yaml", *(t for t in get_args(Target) if t != "yaml"))
    target: Any = st.segmented_control(
        _("Kind of file"),
        targets,
        default="yaml",
        required=True,
        format_func=lambda code: words.target(_, code),
        key=f"download-{subject.key}-{page.language}",
    )
    language: Any = page.language
    if target in _ONE_LANGUAGE:
        language = st.segmented_control(
            _("Language of its texts"),
            LANGUAGES,
            default=page.language,
            required=True,
            format_func={"fa": "فارسی", "en": "English"}.__getitem__,
            key=f"download-language-{subject.key}",
        )
    exported = _exported(page, subject, form, target, language)
    if exported.losses:
        st.caption(_("What the file cannot hold:"))
        losses = [(_("Loss"), loss) for loss in merged(exported.losses)]
        problems_table(page, losses, within=form.key)
    else:
        st.caption(_("The file holds the whole form."))
    st.download_button(
        _("Download {file}").format(file=exported.file_name),
        exported.content,
        file_name=exported.file_name,
        on_click="ignore",
        key=f"download-button-{subject.key}-{target}-{language}",
    )


def _exported(
    page: Here, subject: Subject, form: Form, target: Target, language: Any
) -> ExportedForm:
    if target == "yaml" and subject.text is not None:  # with its comments, as it was published
        return ExportedForm(f"{form.form}.yaml", subject.text.encode())
    return export_form(page.actor, form, target, language)
