"""`qm draw`: commit to a seed, plan, draw, verify, explain."""

from typing import Annotated

import typer

from qm.cli.draw_checking import draw_bundle, draw_verify
from qm.cli.draw_explaining import draw_explain
from qm.cli.draw_planning import draw_plan
from qm.cli.draw_policy import draw_policy
from qm.cli.draw_seeds import draw_commit, draw_reveal
from qm.cli.draw_words import (
    DrawPeriodOption,
    PolicyOption,
    commitment_line,
    moment_text,
    policy_of,
)
from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.workflow.draw_seeds import list_seeds
from qm.workflow.draws import DrawSummary, draw_period, list_draws

app = typer.Typer(help="Draw interactions so that anybody can check it.", no_args_is_help=True)
app.command("policy")(draw_policy)
app.command("commit")(draw_commit)
app.command("plan")(draw_plan)


@app.command("run")
def draw_run(
    period: DrawPeriodOption,
    extend: Annotated[
        bool, typer.Option("--extend", help="Draw what was imported since the last draw, too.")
    ] = False,
    seed: Annotated[
        str | None,
        typer.Option(help="Seed where none was committed to; a random one where not given."),
    ] = None,
    policy: PolicyOption = None,
) -> None:
    """Draw the interactions of a period, once; commit to the seed of the next one."""
    settings = read_settings()
    summary = draw_period(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period),
        policy_of(settings, policy),
        centre=settings.centre,
        now=now(),
        seed=seed,
        extend=extend,
    )
    _print(summary, settings.centre)


def _print(summary: DrawSummary, centre: Centre) -> None:
    made = summary.draw
    if not summary.coverage.empty:
        typer.echo(summary.coverage.to_string(index=False))
    purposes = summary.picks[~summary.picks["is_reserve"].astype(bool)]["purpose"].value_counts()
    kinds = ", ".join(f"{count} {purpose}" for purpose, count in sorted(purposes.items()))
    typer.echo(f"draw {made.id}: of {made.frame_size} in the frame {kinds or 'none'}")
    left_out = ", ".join(f"{count} {reason}" for reason, count in made.excluded.items() if count)
    typer.echo(f"left out: {left_out or 'none'}")
    typer.echo(f"frame  sha256:{made.frame_sha256}\npicks  sha256:{made.picks_sha256}")
    typer.echo(f"policy sha256:{made.policy_sha256}")
    typer.echo(commitment_line(summary.commitment, centre))
    for commitment in summary.next_seeds:
        typer.echo(f"new: {commitment_line(commitment, centre)}")
    if summary.is_seed_new:
        typer.echo("No seed had been committed to: it was made for this draw.", err=True)
    if summary.is_other_policy:
        typer.echo("With the seed, another policy had been committed to.", err=True)
    if summary.is_running:
        typer.echo("The period has not ended: what starts later is outside this draw.", err=True)


app.command("reveal")(draw_reveal)
app.command("verify")(draw_verify)
app.command("bundle")(draw_bundle)
app.command("explain")(draw_explain)


@app.command("list")
def draw_list() -> None:
    """List the draws and the seeds that were committed to."""
    settings = read_settings()
    engine = open_database(settings)
    draws = list_draws(engine, COMMAND_LINE)
    for row in draws.to_dict("records"):
        typer.echo(
            f"draw {row['draw_id']}  {row['period']}  {moment_text(row['at'], settings.centre)}  "
            f"{row['picks']} of {row['frame_size']}, {row['assigned']} assigned"
        )
    for commitment in list_seeds(engine, COMMAND_LINE):
        shown = f", revealed: {commitment.seed}" if commitment.seed else ""
        typer.echo(f"{commitment_line(commitment, settings.centre)}{shown}")
    if draws.empty:
        typer.echo("nothing is drawn")
