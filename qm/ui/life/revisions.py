"""The revisions of an evaluation: what each changed, by whom and why, and what it did."""

from html import escape

from qm.core.forms.answers import Answer
from qm.core.life.revising import Changed
from qm.core.scoring.scorecards import State
from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import answer_in_words, called
from qm.ui.here import Here
from qm.ui.life.timeline import moved, name_of
from qm.workflow.life_reading import Life
from qm.workflow.revisions import Revision


def show_revisions(page: Here, life: Life) -> None:
    """Show what changed from revision to revision; nothing where there is only one.

    Why it did stands with the dispute, where one led to it.
    """
    disputed = {objection.dispute.new_evaluation_id for objection in life.objections}
    for before, revision in zip(life.revisions, life.revisions[1:], strict=False):
        _show(page, life, before, revision)
        if revision.reason and revision.evaluation.id not in disputed:
            theme.quote(wording.masked(page._, revision.reason))
        for change in revision.changes:
            _changed(page, life, change)


def _show(page: Here, life: Life, before: Revision, revision: Revision) -> None:
    _ = page._
    made, earlier = revision.evaluation, before.evaluation
    number = _("Revision {number}").format(number=page.number(made.revision, 0))
    who = name_of(page, life, made.revised_by or made.evaluator)
    theme.row(
        theme.words(number, "strong"),
        theme.words(f"{who} · {page.moment(made.submitted_at)}", "mute"),
        end=[
            theme.words(moved(page, earlier.percent, made.percent), "strong"),
            delta_pill(page, revision.delta),
        ],
    )


def delta_pill(page: Here, delta: float | None) -> str:
    """HTML of how a score moved, for `theme.row`; empty where it cannot be said."""
    if delta is None:
        return ""
    if not delta:
        return theme.pill(page._("score unchanged"))
    # The sign stands left of the number in Persian, too.
    sign = "\u200e+" if delta > 0 else ""
    text = page._("{points} points").format(points=f"{sign}{page.number(delta)}")
    return theme.pill(text, "good" if delta > 0 else "bad")


def _changed(page: Here, life: Life, change: Changed) -> None:
    question = life.form.question(change.question_id)
    if question is None:
        return
    theme.line(called(page, life.form, question.id), question.text.in_language(page.language))
    was = escape(answer_in_words(page, question, change.before, state_of(change.before)))
    now = theme.pill(answer_in_words(page, question, change.after, state_of(change.after)))
    theme.row(f'<span class="qm-pill qm-plain qm-was">{was}</span>', now)


def state_of(answer: Answer) -> State:
    """Return how a question with this answer stands, apart from whether it is asked."""
    if answer.not_applicable:
        return State.NOT_APPLICABLE
    if not answer.is_given:
        return State.UNANSWERED
    return State.OUTSIDE_CONTROL if answer.outside_control else State.ANSWERED
