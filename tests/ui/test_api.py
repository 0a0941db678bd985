"""The API as other systems meet it: over HTTP, with a token."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import urlsplit

import httpx2
import jsonschema
import pytest
from sqlmodel import select

from qm.core.access import COMMAND_LINE
from qm.store.engine import transaction
from qm.store.tables import ApiToken, AuditEvent, Interaction
from qm.workflow.api_tokens import create_token, revoke_token
from tests.fixtures.served import served
from tests.fixtures.small_centre import NOW, SmallCentre, build

INTERACTIONS, TRANSCRIPTS = "/api/imports/interactions", "/api/imports/transcripts"
HEADER = "id,channel,agent,team,started_at\n"
GOOD = HEADER + "n-1,call,sara,orders,2026-11-01 10:00\nn-2,call,neda,support,2026-11-02 10:00\n"
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Agent>Good morning.\n"
ALL = ("interactions", "transcripts")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCentre]:
    folder = tmp_path_factory.mktemp("centre")
    centre = build(f"sqlite:///{folder / 'qm.db'}", folder, calls_per_agent=4)
    yield centre
    centre.engine.dispose()


@pytest.fixture(scope="module")
def address(centre: SmallCentre) -> Iterator[str]:
    with served(centre, upload_megabytes="1", api_requests_per_minute="30") as address:
        yield address


def new_key(centre: SmallCentre, name: str, scopes: Any = ALL, days: int | None = None) -> str:
    made = create_token(centre.engine, COMMAND_LINE, name=name, scopes=scopes, days=days, now=NOW)
    return made.key


class System:
    """Another system, with its key."""

    def __init__(self, address: str, key: str | None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.client = httpx2.Client(base_url=address, headers=headers, verify=False, timeout=60)

    def sends(self, path: str, *files: tuple[str, str | bytes], **fields: str) -> httpx2.Response:
        return self.client.post(path, files=[("file", file) for file in files], data=fields)


@pytest.fixture(scope="module")
def described(address: str) -> dict[str, Any]:
    return dict(httpx2.get(f"{address}/api/openapi.json", verify=False).json())


@pytest.fixture
def system(centre: SmallCentre, address: str, request: pytest.FixtureRequest) -> System:
    return System(address, new_key(centre, request.node.name[:80]))


def as_described(described: dict[str, Any], path: str, answer: httpx2.Response) -> Any:
    """Return the answer's JSON, which must be what the description says."""
    response = described["paths"][path]["post"]["responses"][str(answer.status_code)]
    schema = response["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": described["components"]})
    return answer.json()


def test_a_file_is_imported_once_and_every_problem_is_told(
    centre: SmallCentre, system: System, described: dict[str, Any]
) -> None:
    bad = "n-3,fax,sara,orders,2026-11-01 10:00\nn-4,call,,orders,2026-13-01\n"
    answer = system.sends(INTERACTIONS, ("march.csv", GOOD + bad))
    found = as_described(described, INTERACTIONS, answer)
    assert answer.status_code == 200
    assert (found["new"], found["known"], found["rejected"]) == (2, 0, 2)
    places = {(each["file"], each["row"], each["field"]) for each in found["problems"]}
    assert places == {
        ("march.csv", 4, "channel"),
        ("march.csv", 5, "agent"),
        ("march.csv", 5, "started_at"),
    }
    assert all(each["reason"] and each["remedy"] and each["code"] for each in found["problems"])

    again = as_described(described, INTERACTIONS, system.sends(INTERACTIONS, ("m.csv", GOOD)))
    assert (again["new"], again["known"], again["problems"]) == (0, 2, [])
    with transaction(centre.engine) as session:
        assert session.get(Interaction, "n-1") is not None
        event = session.exec(
            select(AuditEvent).where(AuditEvent.action == "import_interactions")
        ).first()
        assert event is not None
        assert event.actor.startswith("token ")
        assert "test_a_file_is_imported_once" in event.actor


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fa-IR, fa;q=0.9, en;q=0.5", "fa"), ("de, en;q=0.8, fa;q=0.7", "en"), ("fa;q=0", "en")],
)
def test_problems_are_told_in_the_language_of_the_request(
    system: System, accepted: str, language: str
) -> None:
    system.client.headers["Accept-Language"] = accepted
    answer = system.sends(INTERACTIONS, ("m.csv", HEADER + "n-9,fax,sara,orders,2026-11-01 10:00"))
    (problem,) = answer.json()["problems"]
    assert (problem["code"], problem["field"]) == ("import.not_a_choice", "channel")
    for text in (problem["reason"], problem["remedy"]):
        assert any("\u0600" <= letter <= "\u06ff" for letter in text) is (language == "fa")
    assert answer.headers["content-language"] == language


def test_transcripts_are_attached_file_by_file(system: System, described: dict[str, Any]) -> None:
    files = (("sara-0.vtt", VTT), ("nobody.vtt", VTT), ("sara-1.vtt", "no transcript"))
    found = as_described(described, TRANSCRIPTS, system.sends(TRANSCRIPTS, *files))
    assert [found[name] for name in ("attached", "known", "refused")] == [1, 0, 2]
    assert [each["result"] for each in found["files"]] == ["attached", "refused", "refused"]
    assert found["files"][0]["interaction"] == "sara-0"
    assert all(each["problems"] for each in found["files"][1:])

    again = as_described(described, TRANSCRIPTS, system.sends(TRANSCRIPTS, ("sara-0.vtt", VTT)))
    assert (again["attached"], again["known"]) == (0, 1)
    said = system.sends(TRANSCRIPTS, ("x.vtt", VTT), interaction="sara-2", agent_label="Agent")
    assert as_described(described, TRANSCRIPTS, said)["files"][0]["interaction"] == "sara-2"
    none = system.sends(TRANSCRIPTS, ("nobody.vtt", VTT))
    assert none.status_code == 422
    assert as_described(described, TRANSCRIPTS, none)["refused"] == 1


@pytest.mark.parametrize("key", [None, "", "qm_", "qm_" + "x" * 43, "x' OR 1=1"])
def test_without_a_valid_token_nothing_is_read(
    address: str, described: dict[str, Any], key: str | None
) -> None:
    answer = System(address, key).sends(INTERACTIONS, ("x.csv", GOOD))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    as_described(described, INTERACTIONS, answer)


def test_a_cookie_opens_nothing_here_and_a_token_nothing_else(
    centre: SmallCentre, address: str
) -> None:
    key = new_key(centre, "elsewhere")
    system = System(address, key)
    assert system.client.get("/favicon.png").status_code == 401
    assert system.client.get("/my-queue", headers={"Accept": "text/html"}).status_code == 303
    assert system.client.get(INTERACTIONS).status_code == 401
    assert httpx2.get(f"{address}/api/imports/others", verify=False).status_code == 401


def test_revoked_and_expired_tokens_open_nothing_any_more(
    centre: SmallCentre, address: str
) -> None:
    key = new_key(centre, "to be revoked")
    assert System(address, key).sends(INTERACTIONS, ("m.csv", GOOD)).status_code == 200
    with transaction(centre.engine) as session:
        token = session.exec(select(ApiToken).where(ApiToken.name == "to be revoked")).one()
        assert token.used_at is not None
        assert key not in (token.token_sha256, token.name)
    revoke_token(centre.engine, COMMAND_LINE, token.id or 0, now=NOW)
    assert System(address, key).sends(INTERACTIONS, ("m.csv", GOOD)).status_code == 401
    made = create_token(
        centre.engine,
        COMMAND_LINE,
        name="old",
        scopes=ALL,
        days=1,
        now=NOW.replace(year=2020),
    )
    assert System(address, made.key).sends(INTERACTIONS, ("m.csv", GOOD)).status_code == 401


def test_a_token_imports_only_what_it_may(
    centre: SmallCentre, address: str, described: dict[str, Any]
) -> None:
    system = System(address, new_key(centre, "only transcripts", ("transcripts",)))
    answer = system.sends(INTERACTIONS, ("m.csv", GOOD))
    assert answer.status_code == 403
    assert "may not import interactions" in as_described(described, INTERACTIONS, answer)["error"]
    assert system.sends(TRANSCRIPTS, ("sara-0.vtt", VTT)).status_code == 200


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (("m.pdf", GOOD), "import.file_kind"),
        (("m.csv", ""), None),
        (("m.csv", "id,channel\nx,call\n"), None),
        (("m.xlsx", b"PK\x03\x04 damaged"), None),
        (("../../../etc/m.csv", "no\n"), None),
        (("=cmd().csv", b"\xff\xfe\x00"), None),
    ],
    ids=["kind", "empty", "columns", "damaged", "path", "bytes"],
)
def test_what_cannot_be_taken_at_all_is_refused_with_the_reason(
    system: System, described: dict[str, Any], file: tuple[str, str | bytes], code: str | None
) -> None:
    answer = system.sends(INTERACTIONS, file)
    assert answer.status_code == 422
    found = as_described(described, INTERACTIONS, answer)
    assert found["problems"]
    assert code in {None, *(each["code"] for each in found["problems"])}


def test_forms_without_a_file_are_refused(system: System, described: dict[str, Any]) -> None:
    for answer in (
        system.client.post(INTERACTIONS),
        system.client.post(INTERACTIONS, json={"file": "x"}),
        system.client.post(INTERACTIONS, data={"file": "not a file"}),
        system.client.post(
            INTERACTIONS,
            content=b"--x\r\nbroken",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        ),
        system.sends(INTERACTIONS, ("a.csv", GOOD), ("b.csv", GOOD)),
    ):
        assert answer.status_code == 422, answer.text
        as_described(described, INTERACTIONS, answer)
    answer = system.sends(TRANSCRIPTS, ("a.vtt", VTT), ("b.vtt", VTT), interaction="sara-0")
    assert answer.status_code == 422
    assert system.sends(TRANSCRIPTS, ("a.vtt", VTT), agent_channel="up").status_code == 422


def test_what_is_too_large_is_refused_by_its_length_and_by_its_content(
    address: str, system: System
) -> None:
    too_large = HEADER + "x" * 1_200_000
    assert system.sends(INTERACTIONS, ("m.csv", too_large)).status_code == 413
    where = urlsplit(address)
    start = (
        f"POST {INTERACTIONS} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: {system.client.headers['authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="m.csv"\r\n\r\n'
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=30) as line:
        line.sendall(start.encode())
        for block in (part, *[b"y" * 100_000] * 14):  # it never says how much will come
            try:
                line.sendall(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            except OSError:
                break
        assert b" 413 " in line.recv(4096).partition(b"\r\n")[0]


def test_too_many_requests_wait(centre: SmallCentre, address: str) -> None:
    busy, other = (System(address, new_key(centre, name)) for name in ("busy", "other"))
    answers = [busy.client.post(TRANSCRIPTS) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {422}
    assert answers[30].status_code == 429
    assert 1 <= int(answers[30].headers["retry-after"]) <= 60
    assert other.client.post(TRANSCRIPTS).status_code == 422  # each has its own count
    guesses = [System(address, "qm_" + "y" * 43).client.post(TRANSCRIPTS) for _ in range(21)]
    assert guesses[20].status_code == 429
    assert other.client.post(TRANSCRIPTS).status_code == 422


def test_the_description_is_for_machines(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {INTERACTIONS, TRANSCRIPTS}
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_no_upload_stays_behind(system: System) -> None:
    before = set(Path(gettempdir()).glob("qm-import-*"))
    system.sends(INTERACTIONS, ("m.csv", GOOD))
    assert set(Path(gettempdir()).glob("qm-import-*")) <= before
