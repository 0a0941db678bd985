"""Label Studio beside us: its real server on a fresh SQLite folder, asked over HTTP.

It is Apache-2.0, never a dependency of ours, and runs from an environment of its own, once made by

    python3 -m venv FOLDER && FOLDER/bin/pip install label-studio

About 800 MB; 1.23.2 on Python 3.11 runs as it is installed. It holds 1,000 tasks of 30 turns each
while it is measured, where we hold 100,000 assignments: the difference is to its advantage.
"""

from __future__ import annotations

import http.client
import json
import secrets
import statistics
import time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from bench.workspace_server import answering, free_port

_TASKS, _TURNS, _QUESTIONS, _OF_A_PAGE = 1_000, 30, 20, 100
_PATIENCE_S = 300.0
_DIALOGUES = Path(__file__).parents[1] / "recordings" / "dialogues"


class Peer(NamedTuple):
    """What a user of Label Studio waits for: its first start, an annotation, a page of tasks."""

    name: str
    start_s: float
    store_ms: float
    page_ms: float

    def __str__(self) -> str:
        return (
            f"{self.name}: first start {self.start_s:.0f} s, storing 20 choices "
            f"{self.store_ms:.0f} ms, a page of 100 tasks {self.page_ms:.0f} ms"
        )


KNOWN = Peer("Label Studio, not run now, the best of its known figures", 75.0, 121.0, 490.0)


class _Api:
    """The server's API with a legacy token, as its own scripts use it."""

    def __init__(self, url: str, token: str) -> None:
        self._host = url.removeprefix("http://")
        self._headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, sent: object = None) -> tuple[Any, float]:
        """Return what came back and after how many milliseconds; RuntimeError on a refusal."""
        body = None if sent is None else json.dumps(sent)
        begun = time.perf_counter()
        connection = http.client.HTTPConnection(self._host, timeout=_PATIENCE_S)
        try:
            connection.request(method, path, body, self._headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        ms = 1_000 * (time.perf_counter() - begun)
        if response.status not in {200, 201}:
            raise RuntimeError(f"Label Studio, {path}: {response.status} {text[:300]!r}")
        return json.loads(text), ms


def measure(environment: Path, folder: Path, times: int) -> Peer:
    """Start Label Studio for the first time in an empty folder, and return medians of `times`.

    Raises RuntimeError where it does not start, refuses, or does not hold what it was given.
    """
    token, port = secrets.token_hex(20), free_port()
    begun = time.perf_counter()
    with answering(*_command(environment, folder, port, token), port, "/user/login/") as url:
        start_s = time.perf_counter() - begun
        api = _Api(url, token)
        version = api.ask("GET", "/api/version")[0]["release"]
        project = _filled_project(api)
        page = f"/api/tasks?project={project}&page=1&page_size={_OF_A_PAGE}&fields=all"
        pages = [api.ask("GET", page) for _ in range(times)]
        tasks = [task["id"] for task in pages[0][0]["tasks"]]
        if len(tasks) != _OF_A_PAGE:
            raise RuntimeError(f"Label Studio's page has {len(tasks)} tasks")
        stored = [
            api.ask("POST", f"/api/tasks/{task}/annotations/", _annotation())[1]
            for task in tasks[:times]
        ]
        _check_annotated(api, project, len(stored))
    page_ms = statistics.median(ms for _, ms in pages)
    return Peer(f"Label Studio {version}, now", start_s, statistics.median(stored), page_ms)


def _command(
    environment: Path, folder: Path, port: int, token: str
) -> tuple[list[str], Path, dict[str, str]]:
    command = [
        *(str(environment.resolve() / "bin" / "label-studio"), "start", "--no-browser"),
        *("--internal-host", "127.0.0.1", "--port", str(port)),
        *("--username", "analyst@example.com", "--password", secrets.token_hex(8)),
        *("--user-token", token, "--enable-legacy-api-token"),
    ]
    variables = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "COLLECT_ANALYTICS": "False",
        "LATEST_VERSION_CHECK": "False",
    }
    return command, folder, variables


def _filled_project(api: _Api) -> int:
    names = [f"q{number}" for number in range(_QUESTIONS)]
    options = '<Choice value="full"/><Choice value="part"/>'
    questions = [f'<Choices name="{name}" toName="call">{options}</Choices>' for name in names]
    config = f'<View><Paragraphs name="call" value="$turns"/>{"".join(questions)}</View>'
    project, _ = api.ask("POST", "/api/projects/", {"title": "calls", "label_config": config})
    tasks = [{"data": {"turns": _turns(number)}} for number in range(_TASKS)]
    _, ms = api.ask("POST", f"/api/projects/{project['id']}/import", tasks)
    print(f"Label Studio: {_TASKS} tasks imported in {ms / 1_000:.1f} s", flush=True)
    return int(project["id"])


def _turns(number: int) -> list[dict[str, str]]:
    lines = _spoken_lines()
    return [
        {"author": lines[place % len(lines)][0], "text": lines[place % len(lines)][1]}
        for place in range(number, number + _TURNS)
    ]


@cache
def _spoken_lines() -> list[tuple[str, str]]:
    """Return who says what in the dialogues of the demo, Persian and English."""
    yaml = YAML(typ="safe")
    files = sorted(_DIALOGUES.glob("*.yaml"))
    turns = [turn for file in files for turn in yaml.load(file.read_text("utf-8"))["turns"]]
    return [(turn["speaker"], turn["text"]) for turn in turns]


def _annotation() -> dict[str, object]:
    choices = [
        {
            "from_name": f"q{number}",
            "to_name": "call",
            "type": "choices",
            "value": {"choices": [("full", "part")[number % 2]]},
        }
        for number in range(_QUESTIONS)
    ]
    return {"result": choices, "lead_time": 60.0}


def _check_annotated(api: _Api, project: int, wanted: int) -> None:
    found = api.ask("GET", f"/api/projects/{project}/")[0]
    counts = found["task_number"], found["num_tasks_with_annotations"]
    if counts != (_TASKS, wanted):
        raise RuntimeError(f"Label Studio holds {counts} tasks and annotated ones")
