"""How often the answers that phrases suggest are taken, beside the forms they are for."""

import pandas as pd
import streamlit as st

from qm.ui.evaluation.phrases import phrase_rules
from qm.ui.here import Here
from qm.ui.tables import table
from qm.workflow.suggestions import acceptance


def show_suggested(page: Here) -> None:
    """Show per rule how often its suggestion was accepted; nothing where no rule suggests."""
    _ = page._
    reading = phrase_rules(page)
    if reading is None or reading.rules is None:
        return
    found = acceptance(page.engine, page.actor, reading.rules)
    if not found:
        return
    with st.expander(_("Suggested answers: how often they are accepted")):
        st.caption(_("Rules of phrases suggest answers; they count only once a person confirms."))
        columns = [_("Rule"), _("Accepted"), _("Of suggested"), _("Share")]
        rows = [
            [
                each.rule.name.in_language(page.language),
                page.number(each.accepted, 0),
                page.number(each.shown, 0),
                page.percent(each.percent, 0),
            ]
            for each in found
        ]
        table(pd.DataFrame(rows, columns=columns), numeric=columns[1:])
