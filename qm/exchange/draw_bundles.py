"""A draw as a ZIP file that anybody can check, with `qm` or without: writing it and reading it."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pandas as pd
from pydantic import AwareDatetime, Field, ValidationError, field_validator

from qm.core.forms.identifiers import Strict
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.sampling.given import PICK_COLUMNS
from qm.core.sampling.policy import Policy
from qm.core.sampling.population import attributes
from qm.core.sampling.verification import DrawRecord, SeedRecord
from qm.exchange.draw_bundle_files import opened
from qm.exchange.draw_tables import EARLIER_FLAGS, read_table, table_text

FIELD_WRONG = explain(
    "bundle.field",
    N_("The value cannot be used: {detail}."),
    N_("Ask for the bundle again; this one is not what qm writes."),
)
NOT_JSON = explain(
    "bundle.not_json",
    N_("The file cannot be read as JSON: {detail}."),
    N_("Ask for the bundle again; this one is not what qm writes."),
)

FORMAT = "qm-draw-1"
_README = Path(__file__).parent / "draw_bundle_readme.txt"
_ALWAYS = ["interaction_id", "agent_id", "team_id", "started_at"]
_SPREAD_COLUMNS = {"channel": "channel", "queue": "queue", "duration": "talk_s"}

_Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Count = Annotated[int, Field(ge=0, le=10**12)]
_Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Month(Strict):
    month: _Text
    starts_at: AwareDatetime


class _Commitment(Strict):
    seed_sha256: _Hash
    policy_sha256: _Hash | None
    starts_at: AwareDatetime
    committed_at: AwareDatetime
    revealed_at: AwareDatetime | None


class _Document(Strict):
    """`draw.json`: all that is known of a draw but its policy, population and picks."""

    format: Annotated[str, Field(pattern=f"^{FORMAT}$")]
    draw: _Count
    period: _Text
    at: AwareDatetime
    seed: _Text
    commitment: _Commitment
    policy_sha256: _Hash
    frame_sha256: _Hash
    picks_sha256: _Hash
    frame_size: _Count
    excluded: dict[_Text, _Count]
    zone: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$")]
    months: Annotated[list[_Month], Field(min_length=1, max_length=20)]
    new_agents: list[_Text]
    extends: list[_Count]

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("there is no such time zone") from error
        return name


def write_bundle(record: DrawRecord, path: Path) -> None:
    """Write the draw to the ZIP file `path`, the same bytes for the same draw.

    It holds what `read_bundle` reads: nothing of people but their ids, of the interactions only
    what the policy looks at.
    """
    policy = Policy.model_validate(dict(record.policy))
    columns = [*_used_columns(policy, record.population)]
    files: dict[str, str] = {
        "README.txt": _readme(record),
        "draw.json": _json(_document(record).model_dump(mode="json")),
        "policy.json": _json(record.policy),
        "population.csv": table_text(
            record.population[columns].sort_values("interaction_id", kind="stable")
        ),
        "picks.csv": table_text(record.picks[PICK_COLUMNS]),
    }
    if record.earlier is not None:
        flags = [flag for flag in EARLIER_FLAGS if flag in record.earlier]
        files["earlier.csv"] = table_text(record.earlier[[*PICK_COLUMNS, *flags]])
    made_at = max(record.at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, made_at)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())


def read_bundle(path: Path) -> DrawRecord:
    """Return the draw of a bundle; nothing in it is trusted.

    Raises `BadInput` with the file and the place in it for anything that `write_bundle` would
    not write. Whether the draw is right is another question: see `verification.verify`.
    """
    place = path.name
    with opened(path) as content_of:
        document = _read_document(content_of("draw.json"), f"{place}/draw.json")
        policy = _json_value(content_of("policy.json"), f"{place}/policy.json")
        population = read_table(content_of("population.csv"), f"{place}/population.csv", _ALWAYS)
        picks = read_table(content_of("picks.csv"), f"{place}/picks.csv", PICK_COLUMNS)
        written = content_of("earlier.csv")
        flagged = [*PICK_COLUMNS, EARLIER_FLAGS[0]]
        earlier = read_table(written, f"{place}/earlier.csv", flagged) if written else None
    if not isinstance(policy, dict):
        detail = {"detail": "no object"}
        raise BadInput(Problem(NOT_JSON, f"{place}/policy.json", values=detail))
    return _record(document, policy, population, picks, earlier)


def _used_columns(policy: Policy, population: pd.DataFrame) -> Iterator[str]:
    used = {*attributes(policy), *(_SPREAD_COLUMNS.get(over, "") for over in policy.spread.over)}
    used |= {name for name in map(str, population) if name.startswith("says:")} | {"is_new"}
    yield from _ALWAYS
    yield from sorted(column for column in used if column in population and column not in _ALWAYS)


def _document(record: DrawRecord) -> _Document:
    seed = record.commitment
    return _Document(
        format=FORMAT,
        draw=record.draw_id,
        period=record.period,
        at=record.at,
        seed=record.seed,
        commitment=_Commitment(
            seed_sha256=seed.seed_sha256,
            policy_sha256=seed.policy_sha256,
            starts_at=seed.starts_at,
            committed_at=seed.committed_at,
            revealed_at=seed.revealed_at,
        ),
        policy_sha256=record.policy_sha256,
        frame_sha256=record.frame_sha256,
        picks_sha256=record.picks_sha256,
        frame_size=record.frame_size,
        excluded=dict(record.excluded),
        zone=record.zone_name,
        months=[_Month(month=month, starts_at=start) for month, start in record.months],
        new_agents=sorted(record.new_agents),
        extends=list(record.extends),
    )


def _record(
    document: _Document,
    policy: Mapping[str, Any],
    population: pd.DataFrame,
    picks: pd.DataFrame,
    earlier: pd.DataFrame | None,
) -> DrawRecord:
    seed = document.commitment
    return DrawRecord(
        draw_id=document.draw,
        period=document.period,
        at=document.at,
        seed=document.seed,
        commitment=SeedRecord(
            seed.seed_sha256,
            seed.policy_sha256,
            seed.starts_at,
            seed.committed_at,
            seed.revealed_at,
        ),
        policy=policy,
        policy_sha256=document.policy_sha256,
        frame_sha256=document.frame_sha256,
        picks_sha256=document.picks_sha256,
        frame_size=document.frame_size,
        excluded=document.excluded,
        zone_name=document.zone,
        months=tuple((each.month, each.starts_at) for each in document.months),
        new_agents=frozenset(document.new_agents),
        extends=tuple(document.extends),
        population=population,
        earlier=earlier,
        picks=picks,
    )


def _read_document(content: bytes, place: str) -> _Document:
    value = _json_value(content, place)
    try:
        return _Document.model_validate_json(json.dumps(value))
    except ValidationError as error:
        raise BadInput(
            [
                Problem(
                    FIELD_WRONG,
                    place,
                    field=".".join(map(str, detail["loc"])) or None,
                    values={"detail": detail["msg"]},
                )
                for detail in error.errors(include_url=False, include_input=False)
            ]
        ) from error


def _json_value(content: bytes, place: str) -> Any:
    def refuse(text: str) -> Any:
        raise ValueError(f"{text} is no number")

    try:
        return json.loads(content.decode(), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        detail = {"detail": str(error) or "too deep"}
        raise BadInput(Problem(NOT_JSON, place, values=detail)) from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _readme(record: DrawRecord) -> str:
    text = _README.read_text(encoding="utf-8")
    return text.format(
        draw=record.draw_id, period=record.period, seed_sha256=record.commitment.seed_sha256
    )
