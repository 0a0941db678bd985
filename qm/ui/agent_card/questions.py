"""What the agent does clearly well, and the questions to work on with their evidence."""

from math import ceil

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qm.core.quality.behind import Behind, Found
from qm.core.quality.strengths import Compared
from qm.ui import theme
from qm.ui.agent_card.listening import show_clip
from qm.ui.drilling import number_html
from qm.ui.here import Here
from qm.workflow.agent_card import AgentCard
from qm.workflow.agent_card_questions import WINDOW_MONTHS


def show_strengths(page: Here, card: AgentCard) -> None:
    """Show the questions with full points clearly more often than the others of the team."""
    _, questions = page._, card.questions
    _head(page, _("Strengths"), _("full points"))
    for question in questions.strengths:
        _question(page, card, question, "full")
    if not questions.others:
        st.caption(_("There is nobody in the team to compare the questions with."))
    elif not questions.strengths:
        text = _("None of {asked} questions stands out from the team's other agents beyond chance.")
        st.caption(page.digits(text.format(asked=questions.asked)))


def show_to_work_on(page: Here, card: AgentCard) -> None:
    """Show the questions that fell short of full points, with stretches to listen to."""
    _, questions = page._, card.questions
    _head(page, _("Questions to work on"), _("short of full points"))
    if not questions.to_work_on:
        st.caption(_("No answer fell short of full points."))
        return
    for number, each in enumerate(questions.to_work_on):
        with _question(page, card, each.question, "short"):
            for place, clip in enumerate(each.clips):
                show_clip(page, clip, f"{number}-{place}")
    st.caption(_how_to_read(page, card))


def _head(page: Here, title: str, counted: str) -> None:
    months = page._("last {n} months").format(n=WINDOW_MONTHS)
    said = page.digits(f"{counted} · {months}")
    theme.row(theme.words(title, "strong"), end=[theme.words(said, "mute")])


def _question(page: Here, card: AgentCard, question: Compared, result: Found) -> DeltaGenerator:
    """Write a question with how often it was so, below it the share, and that of the others."""
    _, asked, n = page._, question.own.newest, question.own.short_share.n
    is_full = result == "full"
    count = question.own.full if is_full else question.own.short
    counted = page.digits(_("{count} of {n}").format(count=count, n=n))
    where = f"asked-{result}-{asked.form_id}-{asked.question_id}"
    inside = st.container(key=where, gap=None)
    with inside:
        theme.line(
            page.digits(str(asked.number)),
            asked.text.in_language(page.language),
            end=[number_html(page, counted, _behind(card, question, result))],
        )
        theme.row(
            theme.words(_shares(page, question, is_full=is_full), "mute"),
            *_clearly(page, question),
        )
    return inside


def _behind(card: AgentCard, question: Compared, result: Found) -> Behind:
    versions = {each.form_version for each in question.own.asked}
    return Behind(
        tuple(map(str, card.questions.periods)),
        agent_id=card.agent.id,
        form_id=question.own.form_id,
        form_version=versions.pop() if len(versions) == 1 else None,
        question_id=question.own.question_id,
        result=result,
    )


def _shares(page: Here, question: Compared, *, is_full: bool) -> str:
    """Say which share of the answers was so, with its interval, and of the others' answers."""
    own, others = question.own.short_share, question.others

    def share(short: float | None) -> float | None:
        return 100 - short if is_full and short is not None else short

    bounds = [share(each) for each in (own.low, own.high)]
    low, high = (page.number(each, 0) for each in (reversed(bounds) if is_full else bounds))
    said = f"{page.percent(share(own.value), 0)} ({low}–{high})"
    if others is None:
        return said
    theirs = page.percent(share(others.value), 0)
    return f"{said} · " + page._("others {share}").format(share=theirs)


def _clearly(page: Here, question: Compared) -> list[str]:
    if not (question.is_weakness or question.is_strength):
        return []
    tone: theme.Tone = "good" if question.is_strength else "warn"
    return [theme.pill(page._("clearly more often than others"), tone)]


def _how_to_read(page: Here, card: AgentCard) -> str:
    _, questions = page._, card.questions
    if not questions.others:
        return _("In brackets the 95 % interval, weighted by the draw like the share.")
    text = _(
        "In brackets the 95 % interval, weighted by the draw like the share. Clearly: the interval "
        "of the difference from the {others} other agents of the team excludes zero; of {asked} "
        "questions about {by_chance} would by chance."
    )
    by_chance = ceil(questions.asked / 20)
    return page.digits(
        text.format(others=questions.others, asked=questions.asked, by_chance=by_chance)
    )
