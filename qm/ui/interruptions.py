"""What a page shows where its script cannot go on: session over, no right, an error.

In both languages, also without the database: it may be what is missing.
"""

import logging
import secrets
from html import escape
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from qm.core.problems import N_, NotAllowed
from qm.core.text import LANGUAGES
from qm.locale import translator
from qm.ui import theme
from qm.ui.sign_in.cookies import language_in
from qm.ui.sign_in.sessions import language_of_person

_LOG = logging.getLogger(__name__)
_NO_RIGHT = (
    N_("This is not open to you"),
    N_("It is somebody else's, or your role does not include it."),
)
_ERROR = (
    N_("Something went wrong here"),
    N_("What was saved is safe. Load the page again; if it stays, tell this number: {reference}"),
)
_SIGNED_OUT = (
    N_("You are signed out"),
    N_("Your session has ended. Sign in again and you come back to this page."),
)


def session_over() -> None:
    """Say that the session has ended; signing in leads back to this page."""
    path = urlsplit(st.context.url or "/").path or "/"
    query = urlencode(st.query_params.to_dict())
    wanted = quote(f"{path}?{query}" if query else path, safe="/")
    links = [
        f'<a href="/sign-in?next={wanted}" target="_self">{escape(translator(code)("Sign in"))}</a>'
        for code in LANGUAGES
    ]
    _in_both_languages(_SIGNED_OUT, " · ".join(links))


def script_error(error: Exception) -> bool:
    """Show a calm page for whatever a script raised; `st.App` calls it.

    To have no right is no error. Of an error the page shows a number only, which stands in the
    log beside the traceback. Returns True: nothing else is to be shown.
    """
    if isinstance(error, NotAllowed):
        _LOG.info("refused: %s", error)
        _in_both_languages(_NO_RIGHT)
        return True
    reference = secrets.token_hex(4)
    _LOG.error("page error %s", reference, exc_info=error)
    _in_both_languages(_ERROR, reference=reference)
    return True


def _look() -> None:
    """Give the page its look: it may have been interrupted before it had one."""
    cookies = st.context.cookies.to_dict()
    try:
        theme.apply(language_of_person(cookies))
    except SQLAlchemyError:
        theme.apply(language_in(cookies))


def _in_both_languages(text: tuple[str, str], more: str = "", **values: str) -> None:
    _look()
    what, then = text
    parts = []
    for language in LANGUAGES:
        _ = translator(language)
        direction = "rtl" if language == "fa" else "ltr"
        said = theme.said(_(what), _(then).format(**values))
        parts.append(f'<div lang="{language}" dir="{direction}">{said}</div>')
    theme.state("".join(parts) + more)
