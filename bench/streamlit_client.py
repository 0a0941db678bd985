"""A browser tab without a browser: signs in over HTTP and speaks Streamlit's own protocol.

It sends what the page's JavaScript would send (which page, which widgets were changed, in which
fragment they are) and takes what the page would draw.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

_PATIENCE_S = 120.0
_KEY = re.compile(r"^\$\$\w+-[0-9a-f]+-(.+)$", re.DOTALL)
_ALERT_OF_AN_ERROR = 1
_TEXTS = ("text", "markdown", "html", "toast", "heading", "alert")


def sign_in(url: str, username: str, password: str) -> str:
    """Return the session cookie. Raises ValueError where the server refuses."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE_S)
    body = urlencode({"username": username, "password": password})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", body, kind)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    session = next((value for value in cookies if value.startswith("qm_session=")), None)
    if session is None:
        raise ValueError(f"{username} may not sign in: {answer.status}")
    return session.partition(";")[0]


@dataclass
class Drawn:
    """What came back for one message: until the page was complete, in milliseconds.

    `keys` are those of the widgets that the last run drew, on the whole page or in a fragment.
    """

    ms: float = 0.0
    is_whole_page: bool = False
    errors: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    first_seen_ms: dict[str, float] = field(default_factory=dict)

    def says(self, part: str) -> bool:
        """Whether something was written that holds this text."""
        return any(part in text for text in self.texts)


class Tab:
    """One tab of one person; calls wait until the page is complete."""

    def __init__(self, url: str, cookie: str) -> None:
        host = urlsplit(url).netloc
        self._socket = connect(
            f"ws://{host}/_stcore/stream",
            origin=Origin(url),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": cookie},
            max_size=None,
        )
        self._query = ""
        self._page = ""
        self._pages: dict[str, str] = {}
        self._states: dict[str, WidgetState] = {}
        self._widgets: dict[str, tuple[Any, str]] = {}
        self._clocks: dict[str, tuple[float, float]] = {}
        self._known: dict[str, ForwardMsg] = {}

    def close(self) -> None:
        """Close the tab."""
        self._socket.close()

    def open(self, address: str, waits_for: str = "") -> Drawn:
        """Go to an address such as “evaluate?assignment=1”, by menu or for the first time."""
        name, _, self._query = address.partition("?")
        self._page = self._pages.get(name, "")
        self._clocks.clear()
        return self._run({}, "" if self._page else name, None, waits_for)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the widgets that were drawn; the label where there is no key."""
        return tuple(self._widgets)

    def parameter(self, name: str) -> str:
        """A parameter of the address as it is now. Raises KeyError where there is none."""
        return parse_qs(self._query)[name][0]

    def choose(self, key: str, place: int) -> Drawn:
        """Choose an option of a row of buttons by its place, as a click does."""
        widget, fragment = self._widgets[key]
        state = WidgetState(id=widget.id)
        state.string_array_value.data.append(widget.options[place].content)
        self._states[key] = state
        return self._run({}, "", fragment, "")

    def press(self, key: str, waits_for: str = "") -> Drawn:
        """Press a button."""
        widget, fragment = self._widgets[key]
        pressed = WidgetState(id=widget.id, trigger_value=True)
        return self._run({key: pressed}, "", fragment, waits_for)

    def rest(self, seconds: float) -> list[str]:
        """Let time pass; return the errors of the fragments that rerun by themselves meanwhile."""
        until, errors = time.monotonic() + seconds, []
        while (now := time.monotonic()) < until:
            due = min(self._clocks.items(), key=lambda clock: clock[1][1], default=None)
            if due is None or due[1][1] >= until:
                time.sleep(until - now)
                break
            fragment, (every_s, at) = due
            time.sleep(max(0.0, at - now))
            errors += self._run({}, "", fragment, "", is_by_itself=True).errors
            if fragment in self._clocks:
                self._clocks[fragment] = (every_s, time.monotonic() + every_s)
        return errors

    def _run(
        self,
        pressed: Mapping[str, WidgetState],
        name: str,
        fragment: str | None,
        waits_for: str,
        *,
        is_by_itself: bool = False,
    ) -> Drawn:
        message = BackMsg()
        wanted = message.rerun_script
        wanted.query_string, wanted.page_name = self._query, name
        wanted.page_script_hash, wanted.fragment_id = self._page, fragment or ""
        wanted.is_auto_rerun = is_by_itself
        wanted.context_info.timezone, wanted.context_info.locale = "UTC", "en-US"
        wanted.widget_states.widgets.extend([*self._states.values(), *pressed.values()])
        begun = time.perf_counter()
        self._socket.send(message.SerializeToString())
        drawn = Drawn()
        while not self._take(self._next(), drawn, begun, waits_for):
            pass
        drawn.ms = (time.perf_counter() - begun) * 1000
        return drawn

    def _next(self) -> ForwardMsg:
        message = ForwardMsg()
        message.ParseFromString(self._socket.recv(timeout=_PATIENCE_S))
        if message.WhichOneof("type") == "ref_hash":
            known = ForwardMsg()
            known.CopyFrom(self._known[message.ref_hash])
            known.metadata.CopyFrom(message.metadata)
            return known
        if message.metadata.cacheable:
            self._known[message.hash] = message
        return message

    def _take(self, message: ForwardMsg, drawn: Drawn, begun: float, waits_for: str) -> bool:
        """Take a message; whether the page is complete with it."""
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._draw(message.delta, drawn)
            if waits_for and waits_for not in drawn.first_seen_ms and drawn.says(waits_for):
                drawn.first_seen_ms[waits_for] = (time.perf_counter() - begun) * 1000
        elif kind == "new_session":
            self._page = message.new_session.page_script_hash
            drawn.is_whole_page = not message.metadata.run.fragment_ids
            drawn.keys.clear()
        elif kind == "navigation":
            self._pages = {
                page.url_pathname: page.page_script_hash for page in message.navigation.app_pages
            }
            self._page = message.navigation.page_script_hash or self._page
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            every_s = message.auto_rerun.interval
            self._clocks[message.auto_rerun.fragment_id] = (every_s, time.monotonic() + every_s)
        elif kind == "session_event" and message.session_event.HasField(
            "script_compilation_exception"
        ):
            drawn.errors.append(message.session_event.script_compilation_exception.message)
        elif kind == "script_finished":
            is_complete = message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if is_complete and drawn.is_whole_page:
                self._forget_all_but(drawn.keys)
            return is_complete
        return False

    def _forget_all_but(self, keys: Collection[str]) -> None:
        """Forget the widgets that are not on the page any more, as a browser does."""
        self._widgets = {key: found for key, found in self._widgets.items() if key in keys}
        self._states = {key: state for key, state in self._states.items() if key in keys}

    def _draw(self, delta: Any, drawn: Drawn) -> None:
        if delta.WhichOneof("type") not in {"new_element", "new_transient"}:
            return
        elements = (
            [delta.new_element]
            if delta.WhichOneof("type") == "new_element"
            else list(delta.new_transient.elements)
        )
        for element in elements:
            kind = element.WhichOneof("type")
            content: Any = getattr(element, kind) if kind else None
            if kind == "exception":
                drawn.errors.append(f"{content.type}: {content.message}")
            elif kind == "alert" and content.format == _ALERT_OF_AN_ERROR:
                drawn.errors.append(content.body)
            if kind in _TEXTS:
                drawn.texts.append(str(getattr(content, "body", "") or content))
            if found := _KEY.match(getattr(content, "id", "") or ""):
                key = content.label if found[1] == "None" else found[1]
                self._widgets[key] = (content, delta.fragment_id)
                drawn.keys.add(key)
