from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from itsdangerous import Signer
from streamlit.web.server.app_discovery import discover_asgi_app
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from qm.core.access import COMMAND_LINE, Actor
from qm.core.transcript import Segment
from qm.speech.audio import RATE, read_sound
from qm.store.engine import transaction
from qm.store.tables import Recording, Transcript
from qm.store.transcripts import add_transcript
from qm.ui.sign_in.routes import safe_path
from qm.workflow.people import set_language, set_password
from qm.workflow.privacy import set_privacy
from tests.fixtures.recorded_centre import PASSWORD, build_recorded, recordings_folder
from tests.fixtures.small_centre import NOW
from tests.fixtures.web import ROOT, Web, running_web

HTML = "text/html,application/xhtml+xml"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    with running_web(build_recorded(f"sqlite:///{folder / 'qm.db'}", folder)) as web:
        yield web


@pytest.fixture(scope="module")
def mina(web: Web) -> str:
    return web.sign_in("mina").cookie


@pytest.fixture(scope="module")
def manager(web: Web) -> str:
    return web.sign_in("manager").cookie


def test_streamlit_finds_the_app_in_the_entry_file() -> None:
    found = discover_asgi_app(ROOT / "streamlit_app.py")
    assert (found.is_asgi_app, found.import_string) == (True, "streamlit_app:app")


# --- the gate


@pytest.mark.parametrize("path", ["/", "/my-queue", "/recordings/sara-2", "/recordings/../"])
def test_a_page_leads_to_sign_in_and_back_again(web: Web, path: str) -> None:
    answer = web.ask(path, Accept=HTML)
    assert answer.status == 303
    assert answer.headers["location"] == ("/sign-in" if path == "/" else f"/sign-in?next={path}")


@pytest.mark.parametrize(
    "path",
    [
        "/recordings/sara-2",
        "/favicon.png",
        "/static/js/index.js",
        "/media/x",
        "/_stcore/host-config",
        "/_stcore/healthy",
        "/_stcore/health/",
        "/sign-in/../recordings/sara-2",
        "/sign-in/static/../../recordings/sara-2",
        "/assets/fonts",
        "/no/such/path",
    ],
)
def test_nothing_else_answers_without_a_session(web: Web, path: str) -> None:
    answer = web.ask(path)
    assert answer.status in {400, 401, 404}
    assert b"RIFF" not in answer.body
    assert b"streamlit" not in answer.body.lower()


@pytest.mark.parametrize(
    ("path", "start"),
    [
        ("/sign-in", b"<!doctype html>"),
        ("/sign-in/static/sign_in.css", b"@font-face"),
        ("/sign-in/static/icon.svg", b"<svg"),
        ("/assets/fonts/vazirmatn-arabic-wght-normal.woff2", b"wOF2"),
        ("/_stcore/health", b"ok"),
    ],
)
def test_the_sign_in_page_is_open_with_what_it_is_made_of(
    web: Web, path: str, start: bytes
) -> None:
    answer = web.ask(path)
    assert answer.status == 200
    assert answer.body.startswith(start)


@pytest.mark.parametrize(
    "path",
    [
        "/assets/fonts/../style.css",
        "/assets/fonts/%2e%2e/style.css",
        "/sign-in/static/..%2fpage.html",
        "/sign-in/static/%2e%2e/%2e%2e/server.py",
    ],
)
def test_open_folders_give_nothing_outside_them(web: Web, path: str) -> None:
    assert web.ask(path).status in {400, 401, 404}


def test_a_cookie_that_we_did_not_sign_opens_nothing(web: Web, mina: str) -> None:
    token = mina.removeprefix("qm_session=").rpartition(".")[0]
    forged = Signer("guessed secret", salt="qm session").sign(token).decode()
    for value in (token, forged, mina[:-1].removeprefix("qm_session="), "x.y", "", "é"):
        assert web.ask("/favicon.png", cookie=f"qm_session={value}").status == 401, value
    assert web.ask("/favicon.png", cookie=mina).status == 200


@pytest.mark.parametrize(
    "header", ["X_QM_User", "X_Forwarded_User", "Remote_User", "Authorization"]
)
def test_no_header_gives_an_identity(web: Web, header: str) -> None:
    assert web.ask("/favicon.png", **{header: "admin"}).status == 401


def websocket_status(web: Web, path: str = "/_stcore/stream", **headers: str) -> int:
    """Status with which the handshake was refused, 101 where it was not."""
    origin = headers.pop("origin", f"http://localhost:{web.port}")
    try:
        with connect(
            f"ws://localhost:{web.port}{path}",
            origin=Origin(origin),
            additional_headers=headers,
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def test_a_websocket_needs_a_session_and_our_own_origin(web: Web, mina: str) -> None:
    assert websocket_status(web) == 403
    assert websocket_status(web, "/_stcore/health") == 403
    assert websocket_status(web, Cookie="qm_session=x.y") == 403
    assert websocket_status(web, Cookie=mina, origin="http://evil.example") == 403
    assert websocket_status(web, Cookie=mina, origin=f"http://localhost:{web.port}.evil") == 403
    assert websocket_status(web, Cookie=mina) == 101


# --- signing in and out


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(web: Web) -> None:
    answer = web.sign_in(" MINA ", next="/my-queue?period=1405-08")
    assert (answer.status, answer.headers["location"]) == (303, "/my-queue?period=1405-08")
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/", "max-age=129600"))
    assert "secure" not in cookie
    page = web.ask("/my-queue", cookie=answer.cookie, Accept=HTML)
    assert page.status == 200
    assert b"streamlit" in page.body.lower()
    assert page.headers["cache-control"] == "no-store"
    again = web.ask("/sign-in?next=/x", cookie=answer.cookie, Accept=HTML)
    assert (again.status, again.headers["location"]) == (303, "/x")


def test_signing_out_ends_the_session_on_the_server(web: Web) -> None:
    cookie = web.sign_in("kaveh").cookie
    web.ask("/sign-out", cookie=cookie)  # a link or an image is no way out
    assert web.ask("/favicon.png", cookie=cookie).status == 200
    answer = web.ask("/sign-out", form={}, cookie=cookie)
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in")
    assert 'qm_session=""' in answer.headers["set-cookie"]
    assert web.ask("/favicon.png", cookie=cookie).status == 401


def test_a_wrong_password_shows_the_form_again_without_the_password(web: Web) -> None:
    answer = web.sign_in('"><script>x</script>', "wrong & secret", next="/my-queue")
    text = answer.body.decode()
    assert answer.status == 401
    assert "qm_session" not in str(answer.headers)
    assert 'role="alert"' in text
    assert "<script" not in text
    assert "&quot;&gt;&lt;script&gt;" in text
    assert "wrong" not in text
    assert 'name="next" value="/my-queue"' in text


def test_too_many_attempts_say_how_long_to_wait(web: Web) -> None:
    for _ in range(5):
        assert web.sign_in("nobody", "x" * 201).status == 401
    answer = web.sign_in("nobody", "x" * 201, language="en")
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert "There were too many attempts. Try again in 15 minutes." in answer.body.decode()


def test_a_huge_or_endless_form_is_refused_unread(web: Web) -> None:
    assert web.sign_in("mina", "x" * 20_000).status == 413
    assert web.ask("/sign-in", method="POST").status in {401, 413}
    assert web.ask("/sign-in", method="POST", Transfer_Encoding="chunked").status == 413


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_other_sites_cannot_send_our_forms(
    web: Web, mina: str, path: str, headers: dict[str, str]
) -> None:
    form = {"username": "mina", "password": PASSWORD}
    assert web.ask(path, form=form, cookie=mina, **headers).status == 403
    assert web.ask("/favicon.png", cookie=mina).status == 200


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/my-queue?x=1&y=2#z", "/my-queue?x=1&y=2#z"),
        ("/صف", "/صف"),
        (None, "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/x\\..\\\\evil", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("evil", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("/sign-in?next=/sign-in", "/"),
        ("/sign-out", "/"),
    ],
)
def test_signing_in_never_leads_to_another_site(wanted: str | None, leads_to: str) -> None:
    assert safe_path(wanted) == leads_to


def test_an_evil_next_is_refused_by_form_and_link(web: Web, mina: str) -> None:
    assert web.sign_in("mina", next="//evil.example").headers["location"] == "/"
    answer = web.ask("/sign-in?next=//evil.example", cookie=mina)
    assert answer.headers["location"] == "/"
    assert b"evil" not in web.ask("/sign-in?next=//evil.example").body


def test_the_page_speaks_the_centres_language_or_the_one_chosen(web: Web) -> None:
    text = web.ask("/sign-in").body.decode()
    assert '<html lang="fa" dir="rtl">' in text
    assert "نام کاربری" in text
    chosen = web.ask("/sign-in?language=en&next=/x")
    assert '<html lang="en" dir="ltr">' in chosen.body.decode()
    assert "?language=fa&amp;next=%2Fx" in chosen.body.decode()
    assert "qm_language=en" in chosen.headers["set-cookie"]
    assert b'lang="en" dir' in web.ask("/sign-in", cookie="qm_language=en").body
    assert b'lang="fa" dir' in web.ask("/sign-in", cookie="qm_language=<x>").body


def test_the_secret_is_for_us_alone(web: Web) -> None:
    path = web.centre.folder / "var" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32
    assert list(path.parent.glob("secret.*")) == []


def test_pages_and_errors_carry_the_security_headers(web: Web, mina: str) -> None:
    for answer in (
        web.ask("/", cookie=mina, Accept=HTML),
        web.ask("/sign-in"),
        web.ask("/favicon.png"),
        web.ask("/recordings/sara-2", cookie=mina),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-eval" not in answer.headers["content-security-policy"]
    assert "script" not in web.ask("/sign-in").headers["content-security-policy"]


# --- recordings


def test_a_recording_comes_whole_or_in_ranges(web: Web, mina: str) -> None:
    content = (recordings_folder(web.centre) / "sara-2.mp3").read_bytes()
    whole = web.ask("/recordings/sara-2", cookie=mina, Accept_Encoding="gzip")
    assert whole.status == 200
    assert whole.body == content
    assert whole.headers["content-type"] == "audio/wav"
    assert whole.headers["cache-control"] == "private, no-store"
    assert whole.headers["content-disposition"].startswith("inline")
    part = web.ask("/recordings/sara-2", cookie=mina, Range="bytes=1000-1999")
    assert part.status == 206
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(content)}"
    assert part.body == content[1000:2000]
    beyond = web.ask("/recordings/sara-2", cookie=mina, Range=f"bytes={len(content)}-")
    assert beyond.status == 416


def test_recordings_are_refused_and_missed_in_plain_text(web: Web, mina: str, manager: str) -> None:
    for interaction_id in ("sara-0", "neda-2", "no-such"):
        answer = web.ask(f"/recordings/{interaction_id}", cookie=mina)
        assert answer.status == 403
        assert answer.headers["content-type"].startswith("text/plain")
    assert web.ask("/recordings/no-such", cookie=manager).status == 404
    assert web.ask("/recordings/sara-0", cookie=manager).status == 200
    peaks = web.ask("/recordings/sara-0?peaks=1", cookie=manager)
    assert len(json.loads(peaks.body)["channels"][0]) == 800
    assert web.ask("/recordings/sara-0?peaks=1", cookie=mina).status == 403
    assert web.ask("/recordings/..%2f..%2fetc%2fpasswd", cookie=manager).status in {400, 404}
    (recordings_folder(web.centre) / "neda-1.mp3").unlink(missing_ok=True)
    missing = web.ask("/recordings/neda-1", cookie=manager)
    assert (missing.status, missing.body) == (404, b"The recording's file was not found.")


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"OggS\x00", "audio/ogg"),
        (b"fLaC\x00", "audio/flac"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x1a\x45\xdf\xa3\x01webm", "audio/webm"),
    ],
)
def test_the_media_type_is_what_the_content_is(
    web: Web, manager: str, start: bytes, media_type: str
) -> None:
    path: Path = recordings_folder(web.centre) / "reza-0.mp3"
    path.write_bytes(start)
    answer = web.ask("/recordings/reza-0", cookie=manager)
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize("start", [b"<html><script>", b"RIFF\x00\x00\x00\x00AVI ", b""])
def test_what_is_no_sound_is_not_sent(web: Web, manager: str, start: bytes) -> None:
    path: Path = recordings_folder(web.centre) / "reza-0.mp3"
    path.write_bytes(start)
    answer = web.ask("/recordings/reza-0", cookie=manager)
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (404, "text/plain")
    assert start == b"" or start not in answer.body


def test_a_new_password_ends_the_session_at_once(web: Web) -> None:
    cookie = web.sign_in("reza").cookie
    assert web.ask("/favicon.png", cookie=cookie).status == 200
    set_password(web.centre.engine, COMMAND_LINE, username="reza", password=PASSWORD, now=NOW)
    assert web.ask("/favicon.png", cookie=cookie).status == 401


def test_over_https_the_cookie_is_marked_secure(tmp_path: Path) -> None:
    centre = build_recorded(f"sqlite:///{tmp_path / 'qm.db'}", tmp_path)
    with running_web(centre, cookie_secure="true", centre_language="en") as web:
        assert "secure" in web.sign_in("mina").headers["set-cookie"].lower()
        assert b'lang="en" dir="ltr"' in web.ask("/sign-in").body


# --- the page's own language


@pytest.mark.parametrize(
    ("username", "element"),
    [("mina", b'<html lang="fa" dir="rtl">'), ("kaveh", b'<html lang="en" dir="ltr">')],
)
def test_the_page_names_the_language_of_the_person(web: Web, username: str, element: bytes) -> None:
    language = "fa" if b"fa" in element else "en"
    set_language(web.centre.engine, Actor(username, "analyst"), language)
    cookie = web.sign_in(username).cookie
    page = web.ask("/", cookie=cookie, Accept=HTML, Accept_Encoding="gzip")
    assert page.status == 200
    assert element in page.body
    assert int(page.headers["content-length"]) == len(page.body)
    assert page.body.rstrip().endswith(b"</html>")


# --- silences


@pytest.fixture
def silenced(web: Web) -> Iterator[Web]:
    """The web where personal data is silent; in sara-2 the second from 1 to 2 holds a card."""
    said = Segment("customer", 1.0, 1.75, "4111 1111 1111 1111")
    with transaction(web.centre.engine) as session:
        transcript = Transcript(origin="file", created_at=NOW)
        session.add(
            Recording(
                interaction_id="sara-2",
                state="done",
                transcript_id=add_transcript(session, transcript, [said]),
                updated_at=NOW,
            )
        )
    set_privacy(web.centre.engine, COMMAND_LINE, {"silences_audio": True}, now=NOW)
    yield web
    set_privacy(web.centre.engine, COMMAND_LINE, {"silences_audio": False}, now=NOW)
    with transaction(web.centre.engine) as session:
        session.delete(session.get_one(Recording, "sara-2"))


def test_without_the_right_only_the_silent_copy_is_heard(
    silenced: Web, mina: str, manager: str, tmp_path: Path
) -> None:
    original = (recordings_folder(silenced.centre) / "sara-2.mp3").read_bytes()
    whole = silenced.ask("/recordings/sara-2", cookie=mina)
    assert (whole.status, whole.headers["content-type"]) == (200, "audio/flac")
    (tmp_path / "heard.flac").write_bytes(whole.body)
    (heard,) = read_sound(tmp_path / "heard.flac").channels
    assert not heard[int(0.8 * RATE) : int(1.95 * RATE)].any()
    assert heard[: int(0.7 * RATE)].any()
    part = silenced.ask("/recordings/sara-2", cookie=mina, Range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert silenced.ask("/recordings/sara-2", cookie=manager).body == original
    assert silenced.ask("/recordings/neda-2", cookie=mina).status == 403


def test_what_nobody_can_silence_is_refused(silenced: Web, mina: str, manager: str) -> None:
    answer = silenced.ask("/recordings/sara-1", cookie=mina)
    assert answer.status == 409
    assert b"personal data" in answer.body
    assert silenced.ask("/recordings/sara-1", cookie=manager).status == 200
    part = silenced.ask("/recordings/sara-1", cookie=mina, Range="bytes=0-9")
    assert part.status == 409
