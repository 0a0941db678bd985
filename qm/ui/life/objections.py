"""The disputes of an evaluation: what was objected to, and what became of it."""

from qm.ui import theme, wording
from qm.ui.evaluation.answer_words import called
from qm.ui.here import Here
from qm.ui.life import words
from qm.ui.life.timeline import name_of
from qm.workflow.life_reading import Life, Objection


def show_objections(page: Here, life: Life) -> None:
    """Show every dispute, question by question; not the one that the person is to decide."""
    is_deciding = bool(life.may & {"uphold", "change", "pass_on"})
    for objection in life.objections:
        if not (is_deciding and objection is life.open_objection):
            _show(page, life, objection)


def _show(page: Here, life: Life, objection: Objection) -> None:
    _, dispute = page._, objection.dispute
    title = _("Dispute")
    if life.rules.dispute_rounds > 1:
        title = _("Dispute, round {number}").format(number=page.number(dispute.round, 0))
    raised = f"{name_of(page, life, dispute.raised_by)} · {page.moment(dispute.raised_at)}"
    theme.row(
        theme.words(title, "strong"),
        theme.words(raised, "mute"),
        end=[theme.pill(words.decision(_, dispute.state), words.DECISION_TONES[dispute.state])],
    )
    if objection.approver is not None:
        who = wording.role(_, objection.approver)
        theme.row(theme.words(_("Waits for: {who}").format(who=who), "mute"))
    for each in objection.questions:
        question = life.form.question(each.question_id)
        text = question.text.in_language(page.language) if question else each.question_id
        name = called(page, life.form, each.question_id) if question else ""
        decided = theme.pill(words.decision(_, each.decision), words.DECISION_TONES[each.decision])
        theme.line(name, text, [decided])
        theme.quote(wording.masked(_, each.reason))
        if each.decision_reason:
            theme.row(theme.words(_("Decision"), "mute"))
            theme.quote(wording.masked(_, each.decision_reason))
    if dispute.decided_by and dispute.decided_at:
        who = f"{name_of(page, life, dispute.decided_by)} · {page.moment(dispute.decided_at)}"
        theme.row(theme.words(_("Decided by {who}").format(who=who), "mute"))
        if dispute.comment:
            theme.quote(wording.masked(_, dispute.comment))
