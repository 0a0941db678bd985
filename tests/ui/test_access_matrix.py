"""Every page, every route and every workflow function, as everybody: who may and who may not.

The expectations are tables in tests/fixtures/access_table.py and access_rows.py. What is new and
stands in none of them fails here: say there who may.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit import config

import qm.workflow
from qm.core.access import ROLES, Actor, Right
from qm.core.problems import BadInput, NotAllowed
from qm.store.engine import open_engine
from qm.ui import process, server
from qm.ui.menu import FOLDER, SCREENS
from tests.fixtures.access_centre import LATER, PEOPLE, SECRET, AccessCentre, build_access
from tests.fixtures.access_rows import LISTS, ROWS, Arguments
from tests.fixtures.access_table import (
    GATED,
    ONLY_SAY,
    OWN,
    PAGES,
    RECORDINGS,
    RIGHTS,
    ROUTES,
    TOLD,
    WITHOUT_ACTOR,
)
from tests.fixtures.recorded_centre import PASSWORD
from tests.fixtures.screens import Screens, screens, words
from tests.fixtures.small_centre import CENTRE, NOW

OF_ROLE = {actor.role: actor for actor in reversed(PEOPLE.values())}
NAMED = re.compile(r"\b(?:sara|reza|neda)(?:-\d)?\b")


# They keep the figures of past months: where that is done, calls that only read write nothing.
KEEP_MONTHS = {"agent_card.agent_card", "quality.team_trend", "signals.signals"}


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> AccessCentre:
    made = build_access(tmp_path_factory.mktemp("access"))
    for name, arguments in [*(row[1:3] for row in ROWS), *(row[:2] for row in LISTS)]:
        if name in KEEP_MONTHS:
            call(name, made, arguments, made.centre.engine, PEOPLE["admin"])
    with made.centre.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.centre.engine.dispose()
    return made


class Copies:
    """The centre's database, put back to how it was after every call that wrote to it."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.source, self.path = source, folder / "copy.db"
        self.log = folder / "copy.db-wal"
        self._engine = open_engine(f"sqlite:///{self.path}")  # one: it keeps what it compiled

    def engine(self) -> Engine:
        """Return one that is as the centre was built."""
        is_changed = self.log.exists() and self.log.stat().st_size
        if is_changed or not self.path.exists():
            self._engine.dispose()
            for file in self.path.parent.glob("copy.db*"):
                file.unlink()
            shutil.copyfile(self.source, self.path)
        return self._engine

    def drop(self) -> None:
        """Make it anew for the next call, whatever state this one was left in."""
        self._engine.dispose()
        self.path.unlink()


@pytest.fixture(scope="module")
def copies(access: AccessCentre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    made = Copies(access.centre.folder / "qm.db", tmp_path_factory.mktemp("copies"))
    yield made
    made.engine().dispose()


# ---- rights ----


def test_every_role_has_the_rights_of_the_table_and_no_other() -> None:
    assert RIGHTS.keys() == set(get_args(Right))
    given = {
        right: {role for role in ROLES if Actor("x", role).may(right)} for right in get_args(Right)
    }
    assert given == {right: set(roles.split()) for right, roles in RIGHTS.items()}


# ---- workflow functions ----


def functions(taken: str, without: str) -> dict[str, Callable[..., Any]]:
    """Return the public workflow functions that take the one argument and not the other."""
    found = {}
    for module in pkgutil.walk_packages(qm.workflow.__path__, "qm.workflow."):
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            arguments = inspect.signature(function).parameters
            is_own = function.__module__ == module.name and not name.startswith("_")
            if is_own and taken in arguments and without not in arguments:
                found[f"{module.name.removeprefix('qm.workflow.')}.{name}"] = function
    return found


# What takes a session is a part of another function's transaction, after it asked.
FUNCTIONS = functions("actor", without="session")


def test_every_workflow_function_says_who_may_call_it() -> None:
    gated = [name for names in GATED.values() for name in names.split()]
    assert len(gated) == len(set(gated))
    listed = {*gated, *OWN.split(), *ONLY_SAY.split()}
    listed |= {name for _what, name, _arguments, _who in ROWS}
    listed |= {name for name, _arguments, _seen in LISTS}
    assert FUNCTIONS.keys() - listed == set(), "say in tests/fixtures/access_table.py who may"
    assert listed - FUNCTIONS.keys() == set(), "these are gone"
    assert functions("engine", without="actor").keys() == set(WITHOUT_ACTOR.split())


PLACEHOLDERS: dict[str, object] = {
    "int": 0,
    "float": 0.0,
    "str": "",
    "bool": False,
    "datetime": NOW,
    "Centre": CENTRE,
    "Sequence": (),
    "Collection": (),
    "Iterable": (),
    "tuple": (),
    "Mapping": {},
}


def called_anyhow(function: Callable[..., Any], engine: Engine, actor: Actor) -> None:
    """Call the function with arguments that mean nothing; the right is asked before them."""
    arguments: dict[str, object] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.default is parameter.empty:
            kind = getattr(parameter.annotation, "__name__", "")
            arguments[parameter.name] = PLACEHOLDERS.get(kind)
    given = {"engine": engine, "actor": actor, "is_stopped": lambda: True}
    arguments |= {name: value for name, value in given.items() if name in arguments}
    result = function(**arguments)
    if inspect.isgenerator(result):
        next(result)


@pytest.mark.parametrize("right", GATED)
def test_nobody_without_the_right_gets_in(right: str, copies: Copies) -> None:
    expected = set(RIGHTS[right].split())
    for name in GATED[right].split():
        entered = set()
        for role, actor in OF_ROLE.items():
            try:
                called_anyhow(FUNCTIONS[name], copies.engine(), actor)
            except NotAllowed:
                continue
            except Exception:
                copies.drop()
            entered.add(role)
        assert (name, entered) == (name, expected)


def call(name: str, access: AccessCentre, given: Arguments, engine: Engine, actor: Actor) -> Any:
    """Call the function with these arguments, at a moment after all that was done."""
    function = FUNCTIONS[name]
    arguments = given(access)
    if "now" in inspect.signature(function).parameters:
        arguments.setdefault("now", LATER)
    return function(engine, actor, **arguments)


@pytest.mark.parametrize(
    ("name", "given", "who"),
    [pytest.param(*row[1:], id=f"{row[1]} {row[0]}".strip()) for row in ROWS],
)
def test_each_thing_is_for_those_whom_it_concerns(
    name: str, given: Arguments, who: str, access: AccessCentre, copies: Copies
) -> None:
    may = set()
    for username, actor in PEOPLE.items():
        try:
            call(name, access, given, copies.engine(), actor)
        except NotAllowed:
            continue
        except BadInput as refusal:
            if refusal.problems[0].code in TOLD:
                continue
        may.add(username)
    assert may == set(who.split())


def told(value: object) -> str:
    """Return all that a result holds as one text."""
    if isinstance(value, pd.DataFrame):
        return str(value.to_json(default_handler=str))
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(told, value))
    if isinstance(value, dict):
        return told(list(value.values()))
    if hasattr(value, "model_dump"):
        return told(value.model_dump())
    if hasattr(value, "__dataclass_fields__"):
        return told([getattr(value, name) for name in value.__dataclass_fields__])
    return str(value)


@pytest.mark.parametrize(
    ("name", "given", "seen"), [pytest.param(*row, id=row[0]) for row in LISTS]
)
def test_lists_hold_what_concerns_the_person(
    name: str, given: Arguments, seen: dict[str, str], access: AccessCentre, copies: Copies
) -> None:
    found = {}
    for username, actor in PEOPLE.items():
        try:
            result = call(name, access, given, copies.engine(), actor)
        except NotAllowed:
            continue
        if named := set(NAMED.findall(told(result))):
            found[username] = named
    assert found == {username: set(names.split()) for username, names in seen.items()}


# ---- pages ----


@pytest.fixture(scope="module")
def pages(access: AccessCentre) -> Iterator[Screens]:
    with screens(access.centre) as pages:
        pages.patch.setenv("QM_RECORDINGS_FOLDER", str(access.centre.folder / "recordings"))
        process.settings.cache_clear()
        shown = config.get_option("client.showErrorDetails")
        config.set_option("client.showErrorDetails", "full")  # what was refused is part of it
        yield pages
        config.set_option("client.showErrorDetails", shown)


def test_every_page_says_who_may_open_it() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert files == PAGES.keys(), "say in tests/fixtures/access_table.py who may"
    opened = {
        screen.name: {role for role, actor in OF_ROLE.items() if screen.opens_to(actor)}
        for screen in SCREENS
    }
    assert opened == {name: set(roles.split()) for name, roles in PAGES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_a_page_shows_nothing_to_those_it_is_not_for(role: str, pages: Screens) -> None:
    for name, roles in PAGES.items():
        if role in roles.split():
            continue
        page = pages.open_alone(OF_ROLE[role].username, name)
        refused = [each.message for each in page.exception]
        assert (name, len(refused), words(page).strip()) == (name, 1, "")
        assert "has no right to" in refused[0]


ADDRESSES: tuple[tuple[str, str, str, str], ...] = (
    # page, name in the address, what of the centre, whom it concerns
    ("evaluation_list", "evaluation", "shown", "sara mina lead manager"),
    ("evaluation_list", "evaluation", "waiting", "mina lead"),
    ("evaluation_list", "evaluation", "disputed", "reza lead"),
    ("coaching_notes", "note", "note", "sara lead"),
    ("coaching_notes", "session", "held", "sara lead"),
    ("evaluate", "assignment", "open", "mina"),
)


@pytest.mark.parametrize(("screen", "name", "what", "concerned"), ADDRESSES)
def test_an_address_leads_nobody_to_what_is_not_theirs(
    screen: str, name: str, what: str, concerned: str, pages: Screens, access: AccessCentre
) -> None:
    strangers = {"kaveh", "lead2", "reza"} | ({"sara"} if what == "waiting" else set())
    for username in {*concerned.split()} | strangers - {*concerned.split()}:
        if PEOPLE[username].role not in PAGES[screen].split():
            continue
        page = pages.open(username, screen, **{name: getattr(access, what)})
        said = words(page) + " ".join(area.value or "" for area in page.text_area)
        assert (username, SECRET in said) == (username, username in concerned.split())


# ---- routes ----


async def streamlit(_request: Request) -> PlainTextResponse:
    """Stand for the pages, which have their own tests."""
    return PlainTextResponse("Streamlit")


@pytest.fixture(scope="module")
def app(pages: Screens) -> Starlette:
    assert pages.centre
    routes = [*server.routes(), Route("/{page:path}", streamlit)]
    return Starlette(routes=routes, middleware=list(server.middleware()))


def client(app: Starlette, username: str | None) -> TestClient:
    """Return a client that signed in as somebody, None as nobody."""
    made = TestClient(app, follow_redirects=False)
    if username is not None:
        form = {"username": username, "password": PASSWORD}
        assert made.post("/sign-in", data=form).status_code == 303
    return made


def listed(routes: Iterator[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Mount):
            yield "MOUNT", route.path
        elif isinstance(route, Route):
            yield from ((method, route.path) for method in (route.methods or set()) - {"HEAD"})
        else:
            raise TypeError(f"{route}: which requests does it answer?")


def test_every_route_says_what_it_answers() -> None:
    found = set(listed(iter(server.routes())))
    assert found | {("GET", "/any-page")} == ROUTES.keys(), "say what it answers in ROUTES"


def address(path: str) -> str:
    """Return an address that the route answers; below a folder the one of a file in it."""
    mounts = {each.path: each.app for each in server.routes() if isinstance(each, Mount)}
    if path in mounts:
        folder = Path(mounts[path].directory)  # type: ignore[attr-defined]
        file = min(each for each in folder.rglob("*") if each.is_file())
        return f"{path}/{file.relative_to(folder)}"
    return re.sub(r"\{.*?\}", "nowhere", path)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_route_answers_as_the_table_says(method: str, path: str, app: Starlette) -> None:
    answers = []
    for username in (None, "reza"):
        form = {"username": "sara", "password": "wrong"} if path == "/sign-in" else None
        verb = "GET" if method == "MOUNT" else method
        answer = client(app, username).request(verb, address(path), data=form)
        answers.append(answer.status_code)
    assert tuple(answers) == ROUTES[method, path]


def test_a_recording_is_heard_by_those_whom_it_concerns(app: Starlette) -> None:
    clients = {name: client(app, name) for name in PEOPLE}
    for interaction_id, who in RECORDINGS.items():
        path = f"/recordings/{interaction_id}"
        heard = {name for name, made in clients.items() if made.get(path).status_code == 200}
        assert (interaction_id, heard) == (interaction_id, set(who.split()))


def test_no_websocket_without_a_session(app: Starlette) -> None:
    with pytest.raises(WebSocketDisconnect) as refused:
        client(app, None).websocket_connect("/_stcore/stream").__enter__()
    assert refused.value.code == 1008
