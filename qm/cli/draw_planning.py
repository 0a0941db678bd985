"""`qm draw plan`: what a draw would be, what it would tell and the work it takes."""

from decimal import Decimal
from typing import Annotated, Any

import typer

from qm.cli.draw_words import DrawPeriodOption, PolicyOption, policy_of
from qm.cli.form_data import JsonOption, print_json, refusing_in_json
from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.core.planning import ExpectedMargin
from qm.core.sampling.policy import Policy
from qm.workflow.draw_plans import ASSUMED_SD, DrawPlan, Workload, plan_draw

_NO_SOLUTION = {
    "no_picks": "there is nothing to evaluate",
    "no_time": "there is no time for it",
    "too_little_time": "the time is too short even with no pick scored twice",
    "time_left_over": "there is time left even with every pick scored twice",
}


@refusing_in_json
def draw_plan(
    period: DrawPeriodOption,
    hours: Annotated[
        float | None, typer.Option(min=0, help="Hours that one evaluator has in the period.")
    ] = None,
    evaluators: Annotated[
        float | None, typer.Option(min=0, help="How many evaluators there are.")
    ] = None,
    double: Annotated[
        float | None, typer.Option(min=0, max=100, help="Percent of the picks scored by two.")
    ] = None,
    percent: Annotated[
        float | None, typer.Option(min=0.01, max=100, help="Percent per agent, to try another.")
    ] = None,
    least: Annotated[
        int | None, typer.Option("--min", min=0, help="Picks per agent at least, to try another.")
    ] = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what drawing a period would give: frame, picks, margins, hours; nothing is stored.

    Of evaluators, hours and double scoring, what you do not give is worked out.
    """
    settings = read_settings()
    plan = plan_draw(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period),
        _changed(policy_of(settings, policy), percent, least),
        centre=settings.centre,
        now=now(),
        hours=hours,
        evaluators=evaluators,
        double_percent=double,
    )
    if as_json:
        print_json(plan_data(plan))
    else:
        _print(plan)


def _changed(policy: Policy, percent: float | None, least: int | None) -> Policy:
    changes: dict[str, object] = {}
    if percent is not None:
        changes["percent"] = Decimal(str(percent))
    if least is not None:
        changes["min_per_agent"] = least
    return Policy.model_validate(policy.model_dump(by_alias=True) | changes)


def _print(plan: DrawPlan) -> None:
    agents = plan.agents.assign(
        margin=[_margin(plan.margins.agents[each]) for each in plan.agents["agent_id"]]
    )
    columns = ["agent_id", "team_id", "frame_size", "planned", "margin"]
    typer.echo(agents[columns].to_string(index=False))
    left_out = ", ".join(f"{count} {reason}" for reason, count in plan.excluded.items() if count)
    typer.echo(f"frame: {plan.frame_size} of {plan.population}; left out: {left_out or 'none'}")
    for team, margin in plan.margins.teams.items():
        typer.echo(f"team {team}: {margin.planned} picks, margin {_margin(margin)}")
    typer.echo(f"centre: {plan.picks} picks, margin {_margin(plan.margins.centre)}")
    if plan.is_sd_assumed:
        typer.echo(
            f"No scores of the three months before are known: margins ASSUME that an agent's "
            f"scores vary by {ASSUMED_SD:g} points (standard deviation)."
        )
    targeted = ", ".join(f"{count} {quota}" for quota, count in plan.targeted.items())
    typer.echo(f"scored twice: {plan.double_scored}; targeted: {targeted or 'none'}")
    for line in _work(plan.workload):
        typer.echo(line)
    if plan.drawn_already:
        typer.echo(f"The period is drawn already (draw {plan.drawn_already}).", err=True)


def _work(work: Workload) -> list[str]:
    needed = work.evaluations * work.minutes / 60
    lines = [
        f"work: {work.evaluations} evaluations of {work.minutes:g} minutes: {needed:.1f} hours"
    ]
    if work.hours is None:
        lines.append(f"{work.analysts} analysts; no profile says how many hours they have")
    else:
        unknown = f" ({work.without_hours} without hours)" if work.without_hours else ""
        lines.append(f"{work.analysts} analysts have {work.hours:.1f} hours{unknown}")
    found = work.capacity
    if found.reason:
        return [*lines, f"No solution for {found.unknown}: {_NO_SOLUTION[found.reason]}."]
    solved = {
        "evaluators": f"{found.evaluators or 0:.1f} evaluators are needed",
        "hours": f"{found.hours or 0:.1f} hours of each of {found.evaluators or 0:g} are needed",
        "picks": f"{found.picks or 0:.0f} picks can be evaluated",
        "double_share": f"{100 * (found.double_share or 0):.1f} % of the picks can be scored twice",
    }
    return [*lines, solved[found.unknown]]


def _margin(margin: ExpectedMargin) -> str:
    return "–" if margin.value is None else f"±{margin.value:.1f}"


def plan_data(plan: DrawPlan) -> dict[str, Any]:
    """Return the plan for other programs."""
    margins = plan.margins
    return {
        "period": plan.period,
        "policy": plan.policy,
        "population": plan.population,
        "frame_size": plan.frame_size,
        "excluded": dict(plan.excluded),
        "picks": plan.picks,
        "double_scored": plan.double_scored,
        "targeted": dict(plan.targeted),
        "is_sd_assumed": plan.is_sd_assumed,
        "agents": [
            {**row, **_margin_data(margins.agents[row["agent_id"]])}
            for row in plan.agents.to_dict("records")
        ],
        "teams": {team: _margin_data(margin) for team, margin in margins.teams.items()},
        "centre": _margin_data(margins.centre),
        "work": {
            "evaluations": plan.workload.evaluations,
            "minutes_each": plan.workload.minutes,
            "analysts": plan.workload.analysts,
            "hours": plan.workload.hours,
            "without_hours": plan.workload.without_hours,
            "solved": plan.workload.capacity.unknown,
            "evaluators": plan.workload.capacity.evaluators,
            "hours_each": plan.workload.capacity.hours,
            "picks": plan.workload.capacity.picks,
            "double_share": plan.workload.capacity.double_share,
            "reason": plan.workload.capacity.reason,
        },
        "drawn_already": plan.drawn_already,
    }


def _margin_data(margin: ExpectedMargin) -> dict[str, Any]:
    return {"planned": margin.planned, "margin": margin.value, "no_margin": margin.reason}
