"""The score, always in sight, with its outcome and all that moved it."""

from collections.abc import Iterator
from decimal import Decimal

import streamlit as st

from qm.core.forms.answers import Answers
from qm.core.forms.form import Form
from qm.core.scoring.scorecards import LensResult, Scorecard
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import called_together
from qm.ui.evaluation.bands import band_pill
from qm.ui.evaluation.ledger import ledger
from qm.ui.here import Here


def score_pane(page: Here, form: Form, card: Scorecard, answers: Answers | None = None) -> None:
    """Show the score with its outcome; before the end it is one so far.

    With `answers` it offers the ledger behind the score.
    """
    _ = page._
    score = _score(page, form, card.percent)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="score"):
        theme.row(theme.words(score, "big"))
        with st.container(gap="xxsmall", key="score-facts"):
            if form.scoring != "unscored":
                label = _("Score {score} of 100").format(score=score)
                theme.row(theme.bar(_shares(form, card), label=label))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                theme.row(*_pills(page, form, card), *_pass_mark(page, form))
                if answers is not None:
                    _why(page, form, card, answers)
    told = [theme.words(text, "mute") for text in _moved(page, form, card)]
    told += [_lens(page, result) for result in card.lenses]
    theme.row(*told)  # also an empty one: what comes below stays where it is


def _why(page: Here, form: Form, card: Scorecard, answers: Answers) -> None:
    """Offer the ledger behind the score, where there is a score."""
    if card.percent is None:
        return
    said = page.digits(page._("Why {score}?").format(score=_score(page, form, card.percent)))
    with st.popover(said, width="content", type="tertiary", key="why-score"):
        ledger(page, form, card, answers)


def _score(page: Here, form: Form, percent: Decimal | None) -> str:
    return "–" if percent is None else page.number(percent, form.places)


def _shares(form: Form, card: Scorecard) -> list[float]:
    """Return what every section gives to the score; the score alone where rules moved it."""
    tops = {section.id for section in form.sections}
    shares = [float(r.contribution) for r in card.sections if r.section_id in tops]
    if card.adjustments or any(share < 0 for share in shares):
        return [float(card.exact_percent or 0)]
    return shares


def _pills(page: Here, form: Form, card: Scorecard) -> list[str]:
    _ = page._
    pills = []
    if card.no_score is not None:
        pills.append(theme.pill(wording.no_score(_, card.no_score), "warn"))
    is_open = not card.is_final and not card.fatal_questions
    if is_open and card.percent is not None:
        pills.append(theme.pill(_("so far"), "plain"))
    elif card.outcome is not None:
        tone: theme.Tone = "good" if card.outcome == "pass" else "bad"
        pills.append(theme.pill(wording.outcome(_, card.outcome), tone))
    if card.band is not None and not is_open:
        pills.append(band_pill(page, form, card.band))
    if card.fatal_questions:
        numbers = called_together(page, form, card.fatal_questions)
        pills.append(theme.pill(_("fatal: question {numbers}").format(numbers=numbers), "bad"))
    return pills


def _moved(page: Here, form: Form, card: Scorecard) -> Iterator[str]:
    """Yield in words how the process stands otherwise, and what rules made of the sum."""
    _ = page._
    process = card.process
    if (process.percent, process.no_score) != (card.percent, card.no_score):
        text = _("agent {agent} · process {process}")
        agent = _score(page, form, card.percent)
        yield text.format(agent=agent, process=_score(page, form, process.percent))
    if card.calculated_percent != card.percent:
        yield _("calculated {score}").format(score=_score(page, form, card.calculated_percent))
    for adjustment in card.adjustments:
        if adjustment.reason not in {"start_points", "fatal"}:
            yield wording.adjustment(_, adjustment.reason)


def _lens(page: Here, result: LensResult) -> str:
    _ = page._
    said = _("{lens}: {met} of {all} met").format(
        lens=wording.lens(_, result.lens),
        met=page.number(result.applicable - result.failed, 0),
        all=page.number(result.applicable, 0),
    )
    if result.failed:
        return theme.pill(f"✕ {said}", "bad")
    return theme.pill(f"✓ {said}", "good")


def _pass_mark(page: Here, form: Form) -> list[str]:
    if form.pass_percent is None:
        return []
    text = page._("pass from {percent}").format(percent=f"{form.pass_percent.normalize():f}")
    return [theme.words(page.digits(text), "mute")]
