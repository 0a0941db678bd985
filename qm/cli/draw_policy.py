"""`qm draw policy`: what is drawn, as data, with everything that is wrong or odd about it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from qm.cli.form_data import JsonOption, findings, print_json
from qm.cli.form_words import condition_words, finding_line, number_text
from qm.config import read_settings
from qm.core.sampling.policy import Policy, Quota, policy_schema_text
from qm.intake.policy_files import POLICY_FILE, check_policy


def draw_policy(
    file: Annotated[
        Path | None, typer.Argument(help="sampling.yaml of the forms folder by default.")
    ] = None,
    as_json: JsonOption = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of policy files instead.")
    ] = False,
) -> None:
    """Check a sampling policy and show what it says; exit code 1 for errors."""
    if schema:
        typer.echo(policy_schema_text(), nl=False)
        return
    path = file or read_settings().forms_folder / POLICY_FILE
    reading = check_policy(path)
    if as_json:
        found = [*findings(reading.problems, "error"), *findings(reading.warnings, "warning")]
        policy = reading.policy
        data = policy.model_dump(mode="python", by_alias=True) if policy else None
        sha256 = policy.sha256() if policy else None
        print_json({"file": path.name, "policy": data, "sha256": sha256, "findings": found})
    else:
        for severity, problems in (("error", reading.problems), ("warning", reading.warnings)):
            for problem in problems:
                typer.echo(finding_line(problem, severity), err=True)
        if reading.policy:
            _show(reading.policy)
    if reading.problems:
        raise typer.Exit(1)


def _show(policy: Policy) -> None:
    typer.echo(f"{policy.key} sha256:{policy.sha256()}")
    for line in _lines(policy):
        typer.echo(f"  {line}")


def _lines(policy: Policy) -> Iterator[str]:
    highest = f", at most {policy.max_per_agent}" if policy.max_per_agent is not None else ""
    least = f", at least {policy.min_per_agent}{highest}"
    percent = number_text(policy.percent)
    yield f"{percent} % of each agent's interactions in the {policy.period}{least}"
    for rule in policy.leave_out:
        yield f"left out as {rule.reason}: {condition_words(rule.when)}"
    yield f"spread over {', '.join(_spread(policy)) or 'nothing'}"
    if policy.new_agents:
        times = number_text(policy.new_agents.times)
        yield f"agents new within {policy.new_agents.days} days: {times} times as many"
    for likelier in policy.likelier:
        yield f"{number_text(likelier.times)} times as likely: {condition_words(likelier.when)}"
    yield f"{number_text(policy.double_scored_percent)} % scored by two analysts"
    for quota in policy.targeted:
        yield f"targeted as {quota.quota}, at most {quota.max_per_period}: {_wanted(quota)}"
    reasons = ", ".join(reason.reason for reason in policy.replacements.reasons)
    most = number_text(policy.replacements.max_percent)
    yield f"replaced at most {most} % for: {reasons or 'no reason'}"
    yield f"an interaction with several agents: {policy.owner}; carry over: {policy.carry_over}"
    yield f"due {policy.due_days} days after assignment"


def _spread(policy: Policy) -> Iterator[str]:
    if policy.spread.time_zones:
        yield "time zones of equal size"
    yield from policy.spread.over


def _wanted(quota: Quota) -> str:
    parts = [condition_words(quota.when)] if quota.when else []
    if quota.phrases:
        parts.append(f"says {' or '.join(f'“{phrase}”' for phrase in quota.phrases)}")
    return " and ".join(parts)
