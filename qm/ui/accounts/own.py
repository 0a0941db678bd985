"""One's own account: a new password, and an end to sessions elsewhere."""

import streamlit as st

from qm.core.problems import BadInput, Problem
from qm.core.sign_in import PASSWORD_LENGTH_MAX, PASSWORDS_DIFFER
from qm.ui.here import Here, show_problems
from qm.ui.identity import session_token
from qm.workflow.own_account import change_own_password, end_own_sessions, has_password


def own_account(page: Here) -> None:
    """Show the button that opens the person's own account."""
    _ = page._
    said = st.session_state.pop("own-account-said", None)
    if said:
        st.toast(said)
    if st.button(_("My account"), type="tertiary", key="own-account"):
        st.dialog(_("My account"))(account_form)(page)


def account_form(page: Here) -> None:
    """Show what one may do with the own account."""
    _ = page._
    st.caption(_("Signed in as {username}").format(username=page.actor.username))
    if has_password(page.engine, page.actor):
        _password(page)
    else:
        st.info(_("You sign in through your company; there is no password to change here."))
    if st.button(_("Sign out everywhere else"), key="own-sessions"):
        end_own_sessions(page.engine, page.actor, token=session_token(), now=page.now())
        _done(_("Your other sessions are over."))


def _password(page: Here) -> None:
    _ = page._
    with st.form("own-password", border=False):
        present, new, again = (
            st.text_input(
                label,
                type="password",
                max_chars=PASSWORD_LENGTH_MAX,
                autocomplete=kind,
                key=f"own-password-{place}",
            )
            for place, (label, kind) in enumerate(
                (
                    (_("Present password"), "current-password"),
                    (_("New password"), "new-password"),
                    (_("New password again"), "new-password"),
                )
            )
        )
        if not st.form_submit_button(_("Change password"), type="primary"):
            return
    try:
        if new != again:
            raise BadInput(Problem(PASSWORDS_DIFFER, page.actor.username, field="password"))
        change_own_password(
            page.engine,
            page.actor,
            present=present,
            new=new,
            token=session_token(),
            now=page.now(),
        )
    except BadInput as refusal:
        show_problems(page, refusal)
        return
    _done(_("Your password is changed."))


def _done(said: str) -> None:
    st.session_state["own-account-said"] = said
    st.rerun()
