"""Publishing and retiring: both for good, so both ask first."""

import streamlit as st

from qm.core.forms.form import Form
from qm.core.problems import BadInput
from qm.store.tables import FormVersion
from qm.ui.forms.subjects import Subject
from qm.ui.here import Here, show_problems
from qm.workflow.forms import publish_form, publish_text, retire_form


def steps(page: Here, subject: Subject, form: Form, published: list[Subject]) -> None:
    """Offer what the person may do with this form: publish it, or retire it."""
    if not page.actor.may("publish_forms"):
        return
    if subject.row is None:
        if not subject.problems and form.key not in {each.name for each in published}:
            _offer_publishing(page, subject, form)
    elif subject.state != "retired":
        _offer_retiring(page, form)


def _offer_publishing(page: Here, subject: Subject, form: Form) -> None:
    _ = page._
    with st.popover(_("Publish…"), type="primary", key=f"publishing-{subject.key}"):
        text = _(
            "Publishing {key} is for good: it can never be changed, only followed by a "
            "version with a higher number, or retired."
        )
        st.text(text.format(key=form.key))
        replace = subject.origin == "upload" and st.checkbox(
            _("Replace a file of its name in the forms folder"), key=f"replace-{subject.key}"
        )
        if st.button(_("Publish for good"), type="primary", key=f"publish-{subject.key}"):
            _publish(page, subject, replace=replace)


def _publish(page: Here, subject: Subject, *, replace: bool) -> None:
    try:
        version = _published(page, subject, replace=replace)
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    key = f"{version.form_id}@{version.version}"
    st.session_state["forms-next"] = ("published", key)
    st.session_state["notice"] = page._("{key} is published.").format(key=key)
    st.rerun()


def _published(page: Here, subject: Subject, *, replace: bool) -> FormVersion:
    folder = page.settings.forms_folder
    lock = folder / "LOCK"
    if subject.origin == "folder":
        return publish_form(
            page.engine, page.actor, folder / subject.name, lock_path=lock, now=page.now()
        )
    return publish_text(
        page.engine,
        page.actor,
        subject.text or "",
        folder=folder,
        lock_path=lock,
        now=page.now(),
        replace=replace,
    )


def _offer_retiring(page: Here, form: Form) -> None:
    _ = page._
    # Keys of their own: an open popover would stay open and offer the next step under the mouse.
    with st.popover(_("Retire…"), key=f"retiring-{form.key}"):
        text = _(
            "Retiring {key} is for good: it gets no new assignments. Those that it has "
            "stay, and so do its evaluations."
        )
        st.text(text.format(key=form.key))
        if not st.button(_("Retire for good"), type="primary", key=f"retire-{form.key}"):
            return
        try:
            retire_form(page.engine, page.actor, form.form, form.version, now=page.now())
        except BadInput as refusal:
            show_problems(page, refusal)
            return
        st.session_state["notice"] = _("{key} is retired.").format(key=form.key)
        st.rerun()
