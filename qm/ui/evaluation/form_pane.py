"""The form's side of the page: one question under the other, as the analyst answers them."""

from decimal import Decimal

import streamlit as st

from qm.core.answers import Answer
from qm.core.form import Form, Question, Section
from qm.core.scoring import Scorecard, SectionResult, State
from qm.ui import theme, wording
from qm.ui.evaluation.entry import Entry
from qm.ui.here import Here
from qm.ui.plain import plain

_NOT_APPLICABLE = "n/a"


def form_pane(page: Here, form: Form, card: Scorecard, entry: Entry) -> None:
    """Show the visible questions section by section; every change is saved at once."""
    visible = {e.question_id for e in card.ledger if e.state is not State.HIDDEN}
    lost = [
        _key(entry, question_id)
        for question_id in visible
        if _loses_points(form, question_id, entry.answer(question_id))
    ]
    theme.mark_lost(sorted(lost))
    results = {result.section_id: result for result in card.sections}
    for section in form.sections:
        shown = [question for question in section.questions if question.id in visible]
        if shown:
            _section_head(page, section, results[section.id])
        for question in shown:
            _question(page, form, question, entry)
    st.text_area(
        page._("Coaching feedback for the agent"),
        value=entry.coaching,
        key=f"coaching-{entry.assignment_id}",
        placeholder=page._("What went well, what to do differently next time…"),
        max_chars=4000,
        on_change=_coaching_changed,
        args=(page, entry),
    )


def _section_head(page: Here, section: Section, result: SectionResult) -> None:
    """Show a section's weight and, once something in it counts, what was earned of it so far."""
    earned, weight = float(result.contribution), float(result.weight_percent)
    so_far = theme.words(f"{page.number(earned)} / {page.number(weight)}", "mute")
    theme.row(
        theme.words(section.title.in_language(page.language), "strong"),
        theme.pill(page.weight(section.weight)),
        end=[so_far] if weight else [],
    )


def _question(page: Here, form: Form, question: Question, entry: Entry) -> None:
    _ = page._
    answer = entry.answer(question.id)
    labels = {
        option.id: plain(option.label.in_language(page.language)) for option in question.options
    }
    if question.not_applicable:
        labels[_NOT_APPLICABLE] = _("N/A")
    key = _key(entry, question.id)
    chosen = _NOT_APPLICABLE if answer.not_applicable else answer.option
    if key not in st.session_state:
        st.session_state[key] = chosen
    with st.container(key=f"question-{entry.assignment_id}-{question.id}"):
        st.segmented_control(
            _label(page, form, question),
            list(labels),
            format_func=labels.__getitem__,
            key=key,
            help=plain(question.guidance.in_language(page.language)) if question.guidance else None,
            on_change=_option_changed,
            args=(page, entry, question.id),
        )
        _evidence(page, entry, question.id)
        _tools(page, form, question, entry)


def _label(page: Here, form: Form, question: Question) -> str:
    number = page.digits(str(form.number_of(question.id)))
    text = f"{plain(number)}\u2002{plain(question.text.in_language(page.language))}"
    if question.critical:
        text += f" :red-badge[{plain(wording.lens(page._, question.critical))}]"
    if any(option.fatal for option in question.options):
        fatal = page._("fatal")
        text += f" :red-badge[{plain(fatal)}]"
    return text


def _tools(page: Here, form: Form, question: Question, entry: Entry) -> None:
    """The comment of an answer, and the switch that makes it the target of evidence."""
    _ = page._
    answer = entry.answer(question.id)
    is_target = entry.target == question.id
    says_something = answer.comment or answer.evidence
    if not (is_target or says_something or _loses_points(form, question.id, answer)):
        return
    key = f"comment-{entry.assignment_id}-{question.id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            _("Comment"),
            value=answer.comment,
            key=key,
            placeholder=_("Comment for the agent…"),
            label_visibility="collapsed",
            max_chars=4000,
            on_change=_comment_changed,
            args=(page, entry, question.id),
        )
        st.button(
            _("cite: on") if is_target else _("cite"),
            key=f"target-{entry.assignment_id}-{question.id}",
            type="primary" if is_target else "tertiary",
            help=_("Lines you cite in the transcript become evidence of this question."),
            on_click=_target_changed,
            args=(entry, question.id),
        )


def _evidence(page: Here, entry: Entry, question_id: str) -> None:
    for place, item in enumerate(entry.answer(question_id).evidence):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            time = f"{page.clock(item.start_s)} " if item.start_s is not None else ""
            quoted = page._("“{quote}”").format(quote=_shortened(item.quote))
            theme.row(theme.pill(f"▸ {time}{quoted}", "accent"))
            if st.button(
                "✕",
                key=f"drop-{entry.assignment_id}-{question_id}-{place}",
                type="tertiary",
                help=page._("Remove this evidence"),
            ):
                kept = entry.answer(question_id).evidence
                entry.change(page, question_id, evidence=kept[:place] + kept[place + 1 :])
                st.rerun()


def _shortened(quote: str, longest: int = 70) -> str:
    return quote if len(quote) <= longest else quote[: longest - 1].rstrip() + "…"


def _loses_points(form: Form, question_id: str, answer: Answer) -> bool:
    question = form.question(question_id)
    if question is None or answer.option is None:
        return False
    option = question.option(answer.option)
    return option is not None and option.points < max(question.possible_points, Decimal(0))


def _key(entry: Entry, question_id: str) -> str:
    return f"answer-{entry.assignment_id}-{question_id}"


def _option_changed(page: Here, entry: Entry, question_id: str) -> None:
    chosen = st.session_state[_key(entry, question_id)]
    is_na = chosen == _NOT_APPLICABLE
    entry.target = question_id
    entry.change(page, question_id, option=None if is_na else chosen, not_applicable=is_na)


def _comment_changed(page: Here, entry: Entry, question_id: str) -> None:
    comment = st.session_state[f"comment-{entry.assignment_id}-{question_id}"]
    entry.change(page, question_id, comment=comment)


def _coaching_changed(page: Here, entry: Entry) -> None:
    entry.coaching = st.session_state[f"coaching-{entry.assignment_id}"]
    entry.save(page)


def _target_changed(entry: Entry, question_id: str) -> None:
    entry.target = None if entry.target == question_id else question_id
