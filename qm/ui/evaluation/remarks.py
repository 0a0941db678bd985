"""What belongs to an answer: what it cost, root causes, the tag, comment and evidence."""

from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from qm.core.forms.completeness import Missing, required_of
from qm.core.forms.form import Form
from qm.core.forms.questions import Question
from qm.core.scoring.scorecards import Entry, State
from qm.core.text import MOST_LETTERS
from qm.ui import theme, wording
from qm.ui.cut_off import entered
from qm.ui.evaluation.answering import Rehearsal, show_in
from qm.ui.here import Here
from qm.ui.plain import plain
from qm.ui.player.evidence import evidence_link

MOST_REASONS_IN_SIGHT = 8
_GIVEN = {State.ANSWERED, State.OUTSIDE_CONTROL, State.NOT_APPLICABLE}


@dataclass(frozen=True)
class Standing:
    """How a question stands: its line of the ledger (a header field has none), what is missing."""

    line: Entry | None
    state: State
    missing: tuple[Missing, ...]

    @property
    def is_short(self) -> bool:
        """Whether the answer loses points."""
        return self.line is not None and self.line.is_short


def remarks(page: Here, form: Form, question: Question, on: Rehearsal, standing: Standing) -> None:
    """Show what an answer cost and what is missing with it, and take what people add to it."""
    answer = on.answer(question.id)
    required = required_of(question, answer) if standing.state in _GIVEN else set()
    if standing.is_short or set(standing.missing) - {"answer"}:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _told(page, standing)
            if form.outside_control and standing.is_short:
                _outside_control(page, question, on)
    reasons = getattr(question, "reasons", ())
    if reasons and (standing.is_short or "reason" in required or answer.reasons):
        _reasons(page, question, on)
    _evidence(page, question, on)
    is_worked_on = on.target == question.id and bool(form.part_of(question.id))
    has_something = answer.comment or answer.evidence
    if is_worked_on or has_something or standing.is_short or required & {"comment", "evidence"}:
        _comment(page, question, on, is_required="comment" in required)


def _told(page: Here, standing: Standing) -> None:
    """Say how many points were earned where not all were, and what must still be given."""
    pills = []
    line = standing.line
    if line is not None and line.earned_points is not None and line.is_short:
        said = page._("{earned} of {possible} points").format(
            earned=_points(page, line.earned_points), possible=_points(page, line.possible_points)
        )
        pills.append(theme.pill(said, "bad"))
        if line.is_fatal:
            pills.append(theme.pill(page._("fatal"), "bad"))
    pills += [
        theme.pill(f"✱ {wording.missing(page._, missing)}", "warn")
        for missing in standing.missing
        if missing != "answer"
    ]
    theme.row(*pills)


def _points(page: Here, points: Decimal | None) -> str:
    return page.number(points, max(0, -int((points or Decimal()).normalize().as_tuple().exponent)))


def _reasons(page: Here, question: Question, on: Rehearsal) -> None:
    texts = {
        reason.id: reason.label.in_language(page.language)
        for reason in getattr(question, "reasons", ())
    }
    is_menu = len(texts) > MOST_REASONS_IN_SIGHT
    key = on.widget("reasons", question.id) + (f"-{page.language}" if is_menu else "")
    show_in(key, list(on.answer(question.id).reasons))
    if is_menu:
        st.multiselect(
            page._("Reasons"),
            list(texts),
            format_func=texts.__getitem__,
            key=key,
            placeholder=page._("Choose…"),
            on_change=_reasons_changed,
            args=(page, on, question, key),
        )
        return
    st.pills(
        page._("Reasons"),
        list(texts),
        selection_mode="multi",
        format_func=lambda name: plain(texts[name]),
        key=key,
        on_change=_reasons_changed,
        args=(page, on, question, key),
    )


def _outside_control(page: Here, question: Question, on: Rehearsal) -> None:
    is_outside = on.answer(question.id).outside_control
    key = on.widget("outside", question.id)
    show_in(key, is_outside)
    explained = page._("It counts for the process, not for the agent.")
    st.toggle(
        page._("Outside the agent's control"),
        key=key,
        help=explained,
        on_change=_outside_changed,
        args=(page, on, question, key),
    )
    if is_outside:
        theme.row(theme.words(explained, "mute"))


def _evidence(page: Here, question: Question, on: Rehearsal) -> None:
    for place, item in enumerate(on.answer(question.id).evidence):
        key = f"{on.widget('evidence', question.id)}-{place}"
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
            theme.row(evidence_link(page, item, on.interaction_id or ""))
            if st.button(
                "✕",
                key=f"{on.widget('drop', question.id)}-{place}",
                type="tertiary",
                help=page._("Remove this evidence"),
            ):
                kept = on.answer(question.id).evidence
                on.change(page, question.id, evidence=kept[:place] + kept[place + 1 :])
                st.rerun()


def _comment(page: Here, question: Question, on: Rehearsal, *, is_required: bool) -> None:
    _ = page._
    key = on.widget("comment", question.id)
    show_in(key, on.answer(question.id).comment)
    st.text_input(
        _("Comment"),
        key=key,
        placeholder=_("Required: a comment…") if is_required else _("Comment for the agent…"),
        label_visibility="collapsed",
        max_chars=MOST_LETTERS,
        on_change=_comment_changed,
        args=(page, on, question, key),
    )


def _reasons_changed(page: Here, on: Rehearsal, question: Question, key: str) -> None:
    on.change(page, question.id, reasons=tuple(entered(key)))


def _outside_changed(page: Here, on: Rehearsal, question: Question, key: str) -> None:
    on.change(page, question.id, outside_control=entered(key))


def _comment_changed(page: Here, on: Rehearsal, question: Question, key: str) -> None:
    on.change(page, question.id, comment=entered(key))
