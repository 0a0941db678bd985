"""Pages of a long list: to the one before, to the next, to any."""

import streamlit as st

from qm.ui.here import Here


def page_chosen(key: str) -> int:
    """Return the page that is chosen of the list of this key, from 1."""
    return int(st.session_state.get(key, 1))


def pager(page: Here, pages: int, key: str) -> None:
    """Offer the pages below a list; nothing where there is only one.

    Streamlit's own pagination knows Latin digits only, and names nothing for screen readers.
    """
    if pages < 2:
        return
    _ = page._
    chosen = min(page_chosen(key), pages)
    told = _("Page {page} of {pages}")

    def go(number: int) -> None:
        st.session_state[key] = number

    with st.container(horizontal=True, vertical_alignment="center"):
        before, after = _("Previous"), _("Next")
        st.button(
            before, key=f"{key}-before", disabled=chosen == 1, on_click=go, args=(chosen - 1,)
        )
        st.selectbox(
            _("Page"),
            range(1, pages + 1),
            format_func=lambda number: page.digits(told.format(page=number, pages=pages)),
            label_visibility="collapsed",
            key=key,
            width=190,
        )
        st.button(
            after, key=f"{key}-after", disabled=chosen == pages, on_click=go, args=(chosen + 1,)
        )
