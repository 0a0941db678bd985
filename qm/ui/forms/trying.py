"""The preview: a form that can be filled in, with the score and the ledger as they come."""

import streamlit as st

from qm.core.forms.completeness import lacks
from qm.core.forms.conditions import Facts, InteractionIs, leaves
from qm.core.forms.form import Form
from qm.core.forms.form_rules import placed_items, placed_parts
from qm.core.scoring.score import score
from qm.ui.evaluation import style
from qm.ui.evaluation.answering import forget, rehearsal_of
from qm.ui.evaluation.form_pane import form_pane
from qm.ui.evaluation.ledger import ledger
from qm.ui.evaluation.open_points import open_points
from qm.ui.evaluation.score_pane import score_pane
from qm.ui.here import here

_HEIGHT_PX = 620


@st.fragment
def try_out(form: Form, key: str) -> None:
    """Let somebody fill in the form; nothing is kept. It reruns alone."""
    page = here()
    rehearsal = rehearsal_of(key, form)
    style.apply()
    left, right = st.columns([56, 44])
    with right, st.container(horizontal=True, vertical_alignment="bottom"):
        rehearsal.facts = _facts(form, key)
    card = score(form, rehearsal.answers, rehearsal.facts)
    with left, st.container(height=_HEIGHT_PX, border=False, key=f"filling-{key}"):
        form_pane(page, form, card, rehearsal)
    with right:
        score_pane(page, form, card)
        open_points(page, form, lacks(form, rehearsal.answers, card))
        if rehearsal.answers:
            with st.container(height=_HEIGHT_PX - 160, border=False, key=f"sums-{key}"):
                ledger(page, form, card, rehearsal.answers)
            st.button(page._("Start over"), on_click=forget, args=(key,), key=f"again-{key}")


def _facts(form: Form, key: str) -> Facts:
    """Ask what the interaction is like, where conditions depend on it."""
    facts: dict[str, str | float | None] = {}
    for name in _attributes(form):
        known = form.channel if name == "channel" else ""
        facts[name] = st.text_input(name, value=known, key=f"fact-{key}-{name}", width=140) or None
    return facts


def _attributes(form: Form) -> list[str]:
    """Return the attributes of the interaction that conditions ask for, in their order."""
    conditions = [
        part.when for _path, part in (*placed_parts(form), *placed_items(form)) if part.when
    ]
    found = (leaf for condition in conditions for _path, leaf in leaves(condition))
    return list(dict.fromkeys(f.interaction for f in found if isinstance(f, InteractionIs)))
