"""What the form commands print with `--json`: findings and numbers as plain data."""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec

import typer

from qm.core.problems import BadInput, Problem
from qm.core.scoring.judging import round_half_up

Severity = Literal["error", "warning", "loss"]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
_Words = ParamSpec("_Words")

_PLACES = 6  # of percentages that are also given exactly


def print_json(data: object) -> None:
    """Print `data` as JSON; exact decimals become numbers."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def findings(problems: Iterable[Problem], severity: Severity) -> list[dict[str, Any]]:
    """Return findings with their severity, and with reason and remedy in English."""
    return [
        {
            **problem.as_data(),
            "severity": severity,
            "reason": problem.reason,
            "remedy": problem.remedy,
        }
        for problem in problems
    ]


def exact(value: Fraction | None) -> dict[str, Any] | None:
    """Return a percentage as a number with six places and, exactly, as a fraction."""
    if value is None:
        return None
    return {"percent": round_half_up(value, _PLACES), "exact": str(value)}


def refusing_in_json(command: Callable[_Words, None]) -> Callable[_Words, None]:
    """Make a command with `as_json` print what it refuses as JSON, too, with exit code 1."""

    @wraps(command)
    def run(*words: _Words.args, **options: _Words.kwargs) -> None:
        try:
            command(*words, **options)
        except BadInput as refusal:
            if not options.get("as_json"):
                raise
            print_json({"findings": findings(refusal.problems, "error")})
            raise typer.Exit(1) from None

    return run


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
