"""The signed cookie that holds a session's token, and the one that remembers the language."""

import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from itsdangerous import BadSignature, Signer
from starlette.responses import Response

from qm.core.text import LANGUAGES, Language
from qm.ui import process

SESSION = "qm_session"
LANGUAGE = "qm_language"
_BY_OPENID = "qm_openid"
_SECRET_BYTES = 32
_DAY_S = 24 * 3600
_YEAR_S = 365 * _DAY_S


def secret(data_folder: Path) -> bytes:
    """Return the secret of this installation; the first call makes it, readable by us only.

    Raises `ValueError` where the file holds too little to be the secret.
    """
    path = data_folder / "secret"
    if not path.exists():
        _make_secret(path)
    found = path.read_bytes()
    if len(found) < _SECRET_BYTES:
        raise ValueError(f"{path} is damaged; delete it, then everybody signs in anew")
    return found


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"secret.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))
    try:
        # Unlike a rename, a link leaves the secret of a process that was faster in place.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@lru_cache
def _signer() -> Signer:
    return Signer(secret(process.settings().data_folder), salt="qm session")


def token_in(cookies: Mapping[str, str]) -> str | None:
    """Return the session's token, None where there is no cookie or we did not sign it."""
    try:
        return _signer().unsign(cookies.get(SESSION, "")).decode()
    except (BadSignature, UnicodeError):
        return None


def language_in(cookies: Mapping[str, str]) -> Language:
    """Return the language this browser used last, or the centre's."""
    wanted = cookies.get(LANGUAGE)
    if wanted in LANGUAGES:
        return wanted
    return process.settings().centre_language


def set_session(response: Response, token: str) -> None:
    """Let the browser keep the session a day longer than the server, to be told that it expired."""
    settings = process.settings()
    response.set_cookie(
        SESSION,
        _signer().sign(token).decode(),
        max_age=settings.session_hours * 3600 + _DAY_S,
        httponly=True,
        samesite="lax",
        secure=settings.cookie_secure,
    )


def end_session(response: Response) -> None:
    """Let the browser forget the session."""
    secure = process.settings().cookie_secure
    response.delete_cookie(SESSION, httponly=True, samesite="lax", secure=secure)


def set_language(response: Response, language: Language) -> None:
    """Let the browser remember the language for its next sign-in."""
    response.set_cookie(
        LANGUAGE,
        language,
        max_age=_YEAR_S,
        httponly=True,
        samesite="lax",
        secure=process.settings().cookie_secure,
    )


def set_came_by_openid(response: Response) -> None:
    """Let the browser remember that its session came from the identity provider."""
    settings = process.settings()
    response.set_cookie(
        _BY_OPENID,
        "yes",
        max_age=settings.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.cookie_secure,
    )


def came_by_openid(cookies: Mapping[str, str]) -> bool:
    """Whether the browser's session came from the identity provider."""
    return _BY_OPENID in cookies


def forget_openid(response: Response) -> None:
    """Let the browser forget that its session came from the identity provider."""
    secure = process.settings().cookie_secure
    response.delete_cookie(_BY_OPENID, httponly=True, samesite="lax", secure=secure)
