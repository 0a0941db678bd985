"""The tab Masking: what is masked, the names, a text to try it on, and how much there is."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from qm.core.personal_data.masking import masked
from qm.core.personal_data.rules import KINDS, Kind, PrivacyRules
from qm.core.problems import BadInput
from qm.ui import theme, wording
from qm.ui.here import Here, show_problems
from qm.ui.tables import table
from qm.workflow.privacy import count_personal_data, privacy_rules, set_privacy

_TRIED_LETTERS = 2000


def show_privacy(page: Here) -> None:
    """Show the masking rules to whoever may set them."""
    rules = privacy_rules(page.engine, page.actor)
    left, right = st.columns([55, 45])
    with left, theme.card("privacy-rules"):
        _rules(page, rules)
    with right:
        with theme.card("privacy-try"):
            _try(page, rules)
        with theme.card("privacy-count"):
            _count(page)


def _rules(page: Here, rules: PrivacyRules) -> None:
    _ = page._
    st.caption(
        _(
            "Personal data is masked wherever words are read: on pages, in the search and in "
            "exports. Numbers are known by their check digits and numbering plans, names only by "
            "the list."
        )
    )
    with st.form("privacy", border=False):
        kinds = [
            kind
            for kind in KINDS
            if st.checkbox(
                wording.personal_data(_, kind), kind in rules.kinds, key=_key(page, kind)
            )
        ]
        silences_audio = st.checkbox(
            _("Silence in played recordings"),
            rules.silences_audio,
            key=_key(page, "silence"),
            help=_(
                "Who may not see personal data hears silence in its place. A recording without a "
                "transcript is not played to them."
            ),
        )
        region = st.text_input(
            _("Country of telephone numbers without its code"),
            rules.phone_region,
            max_chars=2,
            key=_key(page, "region"),
        )
        names = st.text_area(
            _("Names, one a line"),
            "\n".join(rules.names),
            height=200,
            key=_key(page, "names"),
            help=_("Persian and English. After a title the last part of a name is enough."),
        )
        if st.form_submit_button(_("Save"), type="primary"):
            changes = {
                "kinds": tuple(kinds),
                "silences_audio": silences_audio,
                "phone_region": region,
                "names": tuple(names.splitlines()),
            }
            _save(page, rules, changes)


def _is_wanted(page: Here, kind: Kind, rules: PrivacyRules) -> bool:
    name = wording.personal_data(page._, kind)
    return st.checkbox(name, kind in rules.kinds, key=_key(page, kind))


def _save(page: Here, before: PrivacyRules, changes: dict[str, Any]) -> None:
    _ = page._
    show = _bar(page, _("Masking and indexing {done} of {total} transcripts"))
    try:
        rules = set_privacy(page.engine, page.actor, changes, now=page.now(), on_progress=show)
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    if rules == before:
        st.info(_("Nothing was changed."))
        return
    st.success(_("Saved. Texts are masked like this from now on."))
    if rules.silences_audio:
        st.caption(_("The command “qm privacy prepare-audio” makes the silent copies ahead."))


def _try(page: Here, rules: PrivacyRules) -> None:
    _ = page._
    st.subheader(_("Try it"))
    text = st.text_area(
        _("A text"),
        max_chars=_TRIED_LETTERS,
        key=_key(page, "text"),
        placeholder=_("my card is 4111 1111 1111 1111"),
        help=_("The text is neither stored nor logged."),
    )
    if text:
        st.text(wording.masked(_, masked(text, rules)))


def _count(page: Here) -> None:
    _ = page._
    st.subheader(_("What the transcripts hold"))
    if not st.button(_("Count"), key="privacy-count"):
        st.caption(_("Reads every transcript; only counts are shown."))
        return
    show = _bar(page, _("Reading {done} of {total} transcripts"))
    found = count_personal_data(page.engine, page.actor, on_progress=show)
    rows = {
        _("Personal data"): [wording.personal_data(_, kind) for kind in KINDS],
        _("Transcripts"): [page.number(found.holding[kind], 0) for kind in KINDS],
    }
    table(pd.DataFrame(rows))
    st.caption(page.digits(_("Of {count} transcripts.").format(count=found.transcripts)))


def _bar(page: Here, template: str) -> Callable[[int, int], None]:
    bar = st.empty()

    def show(done: int, total: int) -> None:
        said = page.digits(template.format(done=done, total=total))
        bar.progress(done / max(1, total), text=said)
        if done == total:
            bar.empty()

    return show


def _key(page: Here, field: str) -> str:
    return f"privacy-{field}-{page.language}"
