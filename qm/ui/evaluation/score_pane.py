"""The score, always in sight, and the ledger that says why."""

import pandas as pd
import streamlit as st

from qm.core.form import Form
from qm.core.scoring import Scorecard, State
from qm.ui import theme, wording
from qm.ui.here import Here
from qm.ui.tables import table


def score_pane(page: Here, form: Form, card: Scorecard) -> None:
    """Show the score with its outcome and what is missing; before the end it is one so far."""
    _ = page._
    places = form.places
    score = "–" if card.percent is None else page.number(float(card.percent), places)
    left, right = st.columns([1, 4], vertical_alignment="center")
    with left:
        theme.row(theme.words(score, "big"))
    with right:
        parts = [float(section.contribution) for section in card.sections]
        theme.row(theme.bar(parts, label=_("Score {score} of 100").format(score=score)))
        theme.row(*_pills(page, form, card), end=[_band(page, form)])


def why_popover(page: Here, form: Form, card: Scorecard) -> None:
    """Offer the ledger behind the score, where there is a score."""
    if card.percent is None:
        return
    score = page.number(float(card.percent), form.places)
    with st.popover(page.digits(page._("Why {score}?").format(score=score)), width="content"):
        ledger(page, form, card)


def ledger(page: Here, form: Form, card: Scorecard) -> None:
    """Show what every question gives to the score; the lines sum to it."""
    _ = page._
    rows = []
    for entry in card.ledger:
        question = form.question(entry.question_id)
        if question is None or entry.state is State.HIDDEN:
            continue
        option = question.option(entry.option_id or "")
        answered = option.label.in_language(page.language) if option else None
        rows.append(
            {
                _("Question"): page.digits(f"{form.number_of(question.id)} ")
                + question.text.in_language(page.language),
                _("Answer"): answered or wording.state(_, entry.state.value),
                _("Weight"): page.number(float(entry.weight_percent), 2),
                _("Gives"): page.number(float(entry.contribution), 2),
                _("Lost"): page.number(float(entry.lost), 2),
            }
        )
    table(pd.DataFrame(rows), numeric=[_("Weight"), _("Gives"), _("Lost")])
    exact = float(card.exact_percent or 0)
    total = _("Sum {exact}, rounded half up once: {score}").format(
        exact=page.number(exact, 4),
        score=page.number(float(card.calculated_percent or 0), form.places),
    )
    st.caption(total)
    if card.percent != card.calculated_percent:
        st.caption(_("A fatal answer sets the score to zero; the calculated score is kept."))


def _pills(page: Here, form: Form, card: Scorecard) -> list[str]:
    _ = page._
    pills = []
    if card.no_score is not None:
        pills.append(theme.pill(wording.no_score(_, card.no_score), "warn"))
    elif card.outcome is not None and not card.is_final and not card.fatal_questions:
        pills.append(theme.pill(_("so far"), "plain"))
    elif card.outcome is not None:
        tone: theme.Tone = "good" if card.outcome == "pass" else "bad"
        pills.append(theme.pill(wording.outcome(_, card.outcome), tone))
    if card.fatal_questions:
        numbers = page.listed(str(form.number_of(name)) for name in card.fatal_questions)
        pills.append(
            theme.pill(page.digits(_("fatal: question {numbers}").format(numbers=numbers)), "bad")
        )
    if card.unanswered:
        open_ = _("{count} open").format(count=len(card.unanswered))
        pills.append(theme.pill(page.digits(open_), "plain"))
    return pills


def _band(page: Here, form: Form) -> str:
    text = page._("pass from {percent}").format(percent=f"{form.pass_percent.normalize():f}")
    return theme.words(page.digits(text), "mute")
