"""What waits in coaching: how much of each kind, how old, and the most urgent."""

from typing import Any

import pandas as pd
import streamlit as st

from qm.ui import states, tables, theme, wording
from qm.ui.coaching import words
from qm.ui.coaching.places import go
from qm.ui.here import Here
from qm.workflow.coaching_inbox import AGES, ageing, coaching_inbox

ITEMS_SHOWN = 25
_NOTES = ("review", "returned", "shared", "acknowledged")


def show_inbox(page: Here) -> None:
    """Show what waits within what the person may read, the most urgent first."""
    _ = page._
    inbox = coaching_inbox(page.engine, page.actor, zone=page.centre.zone, now=page.now())
    if inbox.empty:
        states.empty(_("Nothing waits."), _("Notes, talks, commitments and proposals wait here."))
        return
    with theme.card("ageing"):
        _ages(page, ageing(inbox))
    is_mine = bool(inbox["is_mine"].any()) and st.toggle(
        _("Only what waits for me"), value=True, key="inbox-mine"
    )
    shown = inbox[inbox["is_mine"].astype(bool)] if is_mine else inbox
    rows: list[Any] = shown.head(ITEMS_SHOWN).to_dict("records")
    for row in rows:
        _item(page, row)
    if len(shown) > ITEMS_SHOWN:
        count = _("The {n} most urgent are shown.").format(n=ITEMS_SHOWN)
        st.caption(page.digits(count))


def _ages(page: Here, table: pd.DataFrame) -> None:
    """Show how many wait of each kind, by days."""
    _ = page._
    shown = pd.DataFrame(
        {
            _("Waits"): [words.inbox_kind(_, kind) for kind in table["kind"]],
            _("Total"): [page.number(n, 0) for n in table["total"]],
            **{
                label: [page.number(n, 0) for n in table[str(group)]]
                for group, label in enumerate(_groups(page))
            },
            _("Overdue"): [page.number(n, 0) for n in table["overdue"]],
            _("Oldest, days"): [page.number(n, 0) for n in table["oldest_days"]],
        }
    )
    tables.table(shown, numeric=list(shown.columns[1:]))


def _groups(page: Here) -> list[str]:
    firsts = [0, *(last + 1 for last in AGES)]
    spans = [
        page._("{first}–{last} days").format(first=first, last=last)
        for first, last in zip(firsts, AGES, strict=False)
    ]
    oldest = page._("{first} days and more").format(first=firsts[-1])
    return [page.digits(label) for label in [*spans, oldest]]


def _item(page: Here, row: dict[str, Any]) -> None:
    _ = page._
    key = f"{row['kind']}-{row['id']}"
    with (
        theme.card(f"inbox-{key}-{row['since']:%s}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        days = row["age_days"]
        age = page.digits(_("for {n} days").format(n=days)) if days else _("since today")
        told = [
            theme.words(page.called(row["agent_name"], row["agent_name_fa"]), "strong"),
            theme.words(words.inbox_item(_, row["kind"])),
            theme.words(age, "mute"),
        ]
        if not row["is_mine"]:
            who = wording.role(_, row["waits_for"])
            told.append(theme.pill(_("Waits for: {who}").format(who=who)))
        if row["due_at"] is not None:
            due = page.day(row["due_at"])
            told.append(
                theme.pill(_("overdue since {day}").format(day=due), "bad")
                if row["is_overdue"]
                else theme.words(_("due on {day}").format(day=due), "mute")
            )
        theme.row(*told)
        if st.button(_("Show"), key=f"inbox-{key}-{row['since']:%s}"):
            _open(row)


def _open(row: dict[str, Any]) -> None:
    if row["kind"] == "proposal":
        go(show="proposals")
    elif row["kind"] in _NOTES:
        go(note=str(row["id"]))
    else:
        go(session=str(row["id"]))
