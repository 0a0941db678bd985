"""`qm rules`: what the centre set about evaluations, coaching and the report, as YAML."""

import json
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from sqlalchemy import Engine

from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.coaching.rules import CoachingRules
from qm.core.life.rules import LifeRules
from qm.core.report_rules import ReportRules
from qm.intake.rule_files import read_rules
from qm.workflow.coaching_settings import read_coaching_rules, set_coaching_rules
from qm.workflow.report_rules import read_report_rules, set_report_rules
from qm.workflow.rules import read_life_rules, set_life_rules

app = typer.Typer(help="The rules of evaluations, coaching and the report.", no_args_is_help=True)


class Kind(StrEnum):
    """Which rules."""

    LIFE = "life"
    COACHING = "coaching"
    REPORT = "report"


KindOption = Annotated[Kind, typer.Option("--kind", help="Which rules.")]
FileArgument = Annotated[Path, typer.Argument(help="YAML; what it leaves out is as by default.")]
_MODELS: dict[Kind, type[BaseModel]] = {
    Kind.LIFE: LifeRules,
    Kind.COACHING: CoachingRules,
    Kind.REPORT: ReportRules,
}


@app.command("show")
def show(kind: KindOption = Kind.LIFE) -> None:
    """Print the rules in force, as a file that `set` takes."""
    typer.echo(_text(_in_force(open_database(read_settings()), kind)), nl=False)


@app.command("check")
def check(file: FileArgument, kind: KindOption = Kind.LIFE) -> None:
    """Check a file of rules and print what it sets; exit code 1 where anything is wrong."""
    typer.echo(_text(read_rules(file, _MODELS[kind])), nl=False)


@app.command("set")
def set_rules(file: FileArgument, kind: KindOption = Kind.LIFE) -> None:
    """Put the rules of a file in force from now on."""
    rules = read_rules(file, _MODELS[kind])
    engine = open_database(read_settings())
    before = _in_force(engine, kind)
    _SET[kind](engine, rules, now())
    for line in _changes(before, rules) or ["Nothing changes."]:
        typer.echo(line)


def _in_force(engine: Engine, kind: Kind) -> BaseModel:
    return _READ[kind](engine)


def _set_life(engine: Engine, rules: Any, at: datetime) -> None:
    set_life_rules(engine, COMMAND_LINE, rules, now=at)


def _set_coaching(engine: Engine, rules: Any, at: datetime) -> None:
    set_coaching_rules(engine, COMMAND_LINE, rules, now=at)


def _set_report(engine: Engine, rules: Any, at: datetime) -> None:
    set_report_rules(engine, COMMAND_LINE, rules, now=at)


_READ: dict[Kind, Callable[[Engine], BaseModel]] = {
    Kind.LIFE: lambda engine: read_life_rules(engine, COMMAND_LINE).rules,
    Kind.COACHING: lambda engine: read_coaching_rules(engine, COMMAND_LINE),
    Kind.REPORT: lambda engine: read_report_rules(engine, COMMAND_LINE),
}
_SET: dict[Kind, Callable[[Engine, Any, datetime], None]] = {
    Kind.LIFE: _set_life,
    Kind.COACHING: _set_coaching,
    Kind.REPORT: _set_report,
}


def _text(rules: BaseModel) -> str:
    """Return rules as YAML: a line per key, its value as JSON, which YAML reads alike."""
    data = rules.model_dump(mode="json", exclude_none=True)
    return "".join(f"{key}: {_value(value)}\n" for key, value in data.items())


def _changes(before: BaseModel, after: BaseModel) -> list[str]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return [
        f"{key}: {_value(old[key])} → {_value(new[key])}" for key in new if new[key] != old[key]
    ]


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
