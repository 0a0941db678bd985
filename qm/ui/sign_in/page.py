"""The sign-in page: plain HTML that works without scripts, in Persian and English."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from qm.core.problems import Problem
from qm.core.sign_in import SignInRefused
from qm.core.text import LANGUAGES, Language, localise_digits
from qm.locale import translator
from qm.ui.sign_in.gate import SIGN_IN

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TEMPLATE = Template((Path(__file__).parent / "page.html").read_text("utf-8"))
_LANGUAGE_NAMES: dict[Language, str] = {"fa": "فارسی", "en": "English"}


def sign_in_page(
    language: Language,
    next_path: str,
    *,
    chosen: Language | None = None,
    username: str = "",
    refusal: SignInRefused | None = None,
) -> str:
    """Return the page's HTML.

    `next_path` is where signing in leads; `chosen` is the language that a link on the page
    chose, which becomes the user's; `refusal` tells why the last attempt did not work.
    """
    _ = translator(language)
    return _TEMPLATE.substitute(
        language=language,
        direction="rtl" if language == "fa" else "ltr",
        title=escape(_("Sign in")),
        purpose=escape(
            _("Quality management for contact centres, with the evidence beside every score.")
        ),
        alert=_alert(refusal, language, _),
        action=SIGN_IN,
        next_path=escape(next_path),
        chosen=chosen or "",
        username_label=escape(_("Username")),
        username=escape(username),
        username_focus="" if username else "autofocus",
        password_label=escape(_("Password")),
        password_focus="autofocus" if username else "",
        submit=escape(_("Sign in")),
        languages_label=escape(_("Language")),
        languages=" ".join(_language_link(code, language, next_path) for code in LANGUAGES),
    )


def _alert(refusal: SignInRefused | None, language: Language, _: Callable[[str], str]) -> str:
    if refusal is None:
        return ""
    text = " ".join(_in_words(problem, language, _) for problem in refusal.problems)
    return f'<p class="alert" role="alert">{escape(text)}</p>'


def _in_words(problem: Problem, language: Language, _: Callable[[str], str]) -> str:
    return " ".join(problem.explained(_, lambda text: localise_digits(text, language)))


def _language_link(code: Language, shown: Language, next_path: str) -> str:
    name = f'<span lang="{code}">{_LANGUAGE_NAMES[code]}</span>'
    if code == shown:
        return f'<b aria-current="true">{name}</b>'
    query = {"language": code, **({} if next_path == "/" else {"next": next_path})}
    address = escape(f"{SIGN_IN}?{urlencode(query)}")
    return f'<a href="{address}" hreflang="{code}">{name}</a>'
