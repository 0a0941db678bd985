"""“Unsuitable…”: an analyst has a pick replaced that cannot be evaluated."""

import streamlit as st

from qm.core.problems import BadInput
from qm.core.sampling.policy import ReplacementReason
from qm.ui.here import Here, show_problems
from qm.ui.plain import plain
from qm.workflow.replacements import Substitution, replace_pick, replacement_terms


def unsuitable(page: Here, assignment_id: int) -> Substitution | None:
    """Offer to replace the pick of an assignment; return what came of it, if it was in this rerun.

    What is in it is worked out only while it is open.
    """
    popover = st.popover(
        page._("Unsuitable…"),
        type="tertiary",
        key=f"unsuitable-{assignment_id}",
        on_change="rerun",
    )
    if not popover.open:
        return None
    with popover:
        return _ask(page, assignment_id)


def told(page: Here, done: Substitution) -> str:
    """Say in words, as Markdown, what came of a replacement."""
    if done.interaction_id is None:
        text = page._("{replaced} was taken out; its zone has no further interaction.")
        return text.format(replaced=plain(done.replaced))
    text = page._("{replaced} was replaced by {substitute}.")
    return text.format(replaced=plain(done.replaced), substitute=plain(done.interaction_id))


def _ask(page: Here, assignment_id: int) -> Substitution | None:
    _ = page._
    terms = replacement_terms(page.engine, page.actor, assignment_id)
    if not terms.reasons:
        st.text(_("The policy of this draw allows no replacement."))
        return None
    st.text(
        _(
            "For interactions that cannot be evaluated, never for difficult ones. The next in "
            "the drawn order takes the place; the reason is counted and shown to everybody."
        )
    )
    reason: ReplacementReason | None = st.selectbox(
        _("Reason"),
        terms.reasons,
        index=None,
        format_func=lambda each: each.label.in_language(page.language),
        placeholder=_("Choose a reason"),
        key=f"unsuitable-reason-{assignment_id}-{page.language}",
    )
    comment = st.text_input(_("Comment"), max_chars=500, key=f"unsuitable-comment-{assignment_id}")
    text = _("Replaced by you in this period: {used} of at most {most}")
    st.caption(page.digits(text.format(used=terms.used, most=terms.most)))
    wanted = st.button(
        _("Replace this pick"),
        type="primary",
        disabled=reason is None,
        key=f"unsuitable-confirm-{assignment_id}",
    )
    return _replace(page, assignment_id, reason, comment) if wanted and reason else None


def _replace(
    page: Here, assignment_id: int, reason: ReplacementReason, comment: str
) -> Substitution | None:
    try:
        return replace_pick(
            page.engine,
            page.actor,
            assignment_id,
            reason.reason,
            comment,
            centre=page.centre,
            now=page.now(),
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return None
