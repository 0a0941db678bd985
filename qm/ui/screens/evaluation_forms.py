"""Forms: what is published, what the files hold, and what is wrong with them."""

import pandas as pd
import streamlit as st

from qm.core.form import Form, Question
from qm.core.problems import BadInput
from qm.ui import theme, wording
from qm.ui.here import Here, here, show_problems
from qm.ui.tables import table
from qm.workflow.forms import FormFinding, check_forms, check_text, list_forms, publish_form

MAX_UPLOAD_MB = 1


def show_published(page: Here) -> set[str]:
    """Show the published versions; return their keys."""
    _ = page._
    forms = list_forms(page.engine, page.actor)
    if forms.empty:
        st.info(_("No form is published yet."))
        return set()
    titles = zip(forms["title_en"], forms["title_fa"], strict=True)
    table(
        pd.DataFrame(
            {
                _("Form"): [page.called(en or fa, fa) for en, fa in titles],
                _("Version"): [page.digits(text) for text in forms["version"]],
                _("Channel"): [wording.channel(_, code) for code in forms["channel"]],
                _("Questions"): [page.number(n, 0) for n in forms["questions"]],
                _("Evaluations"): [page.number(n, 0) for n in forms["evaluations"]],
                _("Published"): [page.day(moment) for moment in forms["published_at"]],
                _("By"): forms["published_by"],
            }
        ),
        numeric=[_("Questions"), _("Evaluations")],
    )
    return {
        f"{form}@{version}"
        for form, version in zip(forms["form_id"], forms["version"], strict=True)
    }


def show_finding(page: Here, finding: FormFinding, published: set[str]) -> None:
    """Show one form file: its state, its findings, a preview, and the way to publish it."""
    _ = page._
    form = finding.form
    with theme.card(f"file-{finding.path.name}"):
        is_published = form is not None and form.key in published and not finding.problems
        theme.row(
            theme.words(finding.path.name, "strong"),
            theme.pill(form.key) if form else "",
            theme.pill(_("published"), "good") if is_published else "",
            theme.pill(_("draft"), "accent") if form and not is_published else "",
            theme.pill(_("has errors"), "bad") if finding.problems else "",
        )
        show_problems(page, finding.problems + finding.warnings)
        if form is None:
            return
        with st.expander(_("Questions")):
            preview(page, form)
        if not is_published and not finding.problems and page.actor.may("publish_forms"):
            publish(page, finding)


def publish(page: Here, finding: FormFinding) -> None:
    """Offer to publish a checked file from the forms folder."""
    if not finding.path.is_file():
        st.caption(page._("Put the file into the forms folder to publish it."))
        return
    if st.button(page._("Publish for good"), key=f"publish-{finding.path.name}"):
        lock = page.settings.forms_folder / "LOCK"
        try:
            publish_form(page.engine, page.actor, finding.path, lock_path=lock, now=page.now())
        except BadInput as refusal:
            show_problems(page, refusal)
            return
        st.rerun()


def preview(page: Here, form: Form) -> None:
    """Show a form's questions with their options and points."""
    _ = page._
    for section in form.sections:
        theme.row(
            theme.words(section.title.in_language(page.language), "strong"),
            theme.pill(page.weight(section.weight)),
        )
        rows = [
            {
                "#": page.digits(str(form.number_of(question.id))),
                _("Question"): question.text.in_language(page.language),
                _("Options"): " · ".join(options_in_words(page, question)),
                _("Critical"): wording.lens(_, question.critical) if question.critical else "",
            }
            for question in section.questions
        ]
        table(pd.DataFrame(rows))


def options_in_words(page: Here, question: Question) -> list[str]:
    """Return the options of a question, each with its points."""
    fatal, not_applicable = page._("fatal"), page._("N/A")
    words = []
    for option in question.options:
        points = page.digits(f"{option.points.normalize():f}")
        note = f" · {fatal}" if option.fatal else ""
        words.append(f"{option.label.in_language(page.language)} ({points}{note})")
    return [*words, not_applicable] if question.not_applicable else words


page = here()
_ = page._
page.actor.require("see_forms")
st.title(_("Forms"))
with theme.card("published"):
    published = show_published(page)
try:
    findings = check_forms(page.settings.forms_folder, page.settings.forms_folder / "LOCK")
except BadInput as refusal:
    show_problems(page, refusal)
    findings = []
st.subheader(_("Files in the forms folder"))
for finding in findings:
    show_finding(page, finding, published)
with st.expander(_("Check a form file")):
    upload = st.file_uploader(
        _("YAML file"), type=["yaml", "yml"], max_upload_size=MAX_UPLOAD_MB, key="form-upload"
    )
    if upload is not None:
        text = upload.getvalue().decode("utf-8", errors="replace")
        show_finding(page, check_text(text, upload.name), published)
