"""The pages before one is signed in: plain HTML that works without scripts, in both languages."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template
from typing import Literal
from urllib.parse import urlencode

from qm.core.problems import BadInput, Problem
from qm.core.sign_in import PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, Ended
from qm.core.text import LANGUAGES, Language, localise_digits
from qm.locale import translator
from qm.store.tables import User
from qm.ui.sign_in.gate import OPENID, OPENID_OUT, SIGN_IN

Notice = Ended | Literal["password_set", "openid_stays"]
"""Why one sees the sign-in page, beside having asked for it."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HERE = Path(__file__).parent
_FRAME, _SIGN_IN_FORM, _PASSWORD_FORM = (
    Template((_HERE / f"{name}.html").read_text("utf-8"))
    for name in ("page", "sign_in_form", "password_form")
)
_LANGUAGE_NAMES: dict[Language, str] = {"fa": "فارسی", "en": "English"}


def sign_in_page(
    language: Language,
    next_path: str,
    *,
    chosen: Language | None = None,
    username: str = "",
    refusal: BadInput | None = None,
    notice: Notice | None = None,
    provider: str | None = None,
) -> str:
    """Return the page's HTML.

    `next_path` is where signing in leads; `chosen` is the language that a link on the page
    chose, which becomes the user's; `refusal` tells why the last attempt did not work, `notice`
    why one is here; `provider` is the name of the identity provider, None without one.
    """
    _ = translator(language)
    form = _SIGN_IN_FORM.substitute(
        said=_alert(refusal, language) or _notice(notice, provider, _),
        action=SIGN_IN,
        next_path=escape(next_path),
        chosen=chosen or "",
        username_label=escape(_("Username")),
        username=escape(username),
        username_focus="" if username else "autofocus",
        password_label=escape(_("Password")),
        password_focus="autofocus" if username else "",
        submit=escape(_("Sign in")),
        other_way="" if provider is None else _other_way(provider, next_path, _),
    )
    return _page(language, _("Sign in"), form, SIGN_IN, next_path)


def password_page(
    language: Language, address: str, user: User | None, refusal: BadInput | None = None
) -> str:
    """Return the page on which somebody chooses a password; without a user only the refusal."""
    _ = translator(language)
    said = _alert(refusal, language)
    if user is None:
        way = escape(_("Sign in"))
        back = f'<p><a href="{SIGN_IN}">{way}</a></p>'
        return _page(language, _("Password"), f"<form>{said}{back}</form>", address)
    name = (user.name_fa or user.name) if language == "fa" else user.name
    rule = _("At least {n} characters; a few unrelated words are easy to remember.")
    form = _PASSWORD_FORM.substitute(
        said=said,
        action=escape(address),
        whose=escape(_("{name}, your username is {username}.")).format(
            name=f"<b><bdi>{escape(name)}</bdi></b>",
            username=f'<b dir="ltr">{escape(user.username)}</b>',
        ),
        username=escape(user.username),
        password_label=escape(_("New password")),
        again_label=escape(_("New password again")),
        longest=PASSWORD_LENGTH_MAX,
        rule=escape(localise_digits(rule.format(n=PASSWORD_LENGTH_MIN), language)),
        submit=escape(_("Set password")),
    )
    return _page(language, _("Password"), form, address)


def _page(language: Language, title: str, content: str, address: str, next_path: str = "/") -> str:
    _ = translator(language)
    return _FRAME.substitute(
        language=language,
        direction="rtl" if language == "fa" else "ltr",
        title=escape(title),
        purpose=escape(
            _("Quality management for contact centres, with the evidence beside every score.")
        ),
        content=content,
        languages_label=escape(_("Language")),
        languages=" ".join(
            _language_link(code, language, address, next_path) for code in LANGUAGES
        ),
    )


def _alert(refusal: BadInput | None, language: Language) -> str:
    if refusal is None:
        return ""
    _ = translator(language)
    text = " ".join(_in_words(problem, language, _) for problem in refusal.problems)
    return f'<p class="alert" role="alert">{escape(text)}</p>'


def _in_words(problem: Problem, language: Language, _: Callable[[str], str]) -> str:
    return " ".join(problem.explained(_, lambda text: localise_digits(text, language)))


def _notice(notice: Notice | None, provider: str | None, _: Callable[[str], str]) -> str:
    if notice is None or (notice == "openid_stays" and provider is None):
        return ""
    words = {
        "expired": _("Your session has expired. Sign in again and you are back where you were."),
        "idle": _(
            "You were signed out because nothing was done for a long time. Sign in again and you "
            "are back where you were."
        ),
        "ended": _("Your session was ended. Sign in again to go on."),
        "password_set": _("Your password is set. Sign in with it."),
        "openid_stays": _("You are signed out here, and still signed in at {provider}."),
    }[notice].format(provider=provider)
    link = ""
    if notice == "openid_stays":
        way_out = escape(_("Sign out there as well"))
        link = f' <a href="{OPENID_OUT}">{way_out}</a>'
    return f'<p class="notice" role="status">{escape(words)}{link}</p>'


def _other_way(provider: str, next_path: str, _: Callable[[str], str]) -> str:
    words = escape(_("Sign in with {provider}").format(provider=provider))
    address = escape(f"{OPENID}?{urlencode({'next': next_path})}")
    return f'<a class="other-way" href="{address}">{words}</a>'


def _language_link(code: Language, shown: Language, address: str, next_path: str) -> str:
    name = f'<span lang="{code}">{_LANGUAGE_NAMES[code]}</span>'
    if code == shown:
        return f'<b aria-current="true">{name}</b>'
    query = {"language": code, **({} if next_path == "/" else {"next": next_path})}
    link = escape(f"{address}?{urlencode(query)}")
    return f'<a href="{link}" hreflang="{code}">{name}</a>'
