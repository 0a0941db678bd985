"""`qm draw commit` and `qm draw reveal`: the seed, first its hash, after the draw itself."""

from typing import Annotated

import typer

from qm.cli.draw_words import DrawPeriodOption, PolicyOption, commitment_line, policy_of
from qm.cli.terminal import now, open_database
from qm.config import read_settings
from qm.core.access import COMMAND_LINE
from qm.core.periods import Period
from qm.workflow.draw_seeds import commit_seed, reveal_seed


def draw_commit(
    period: DrawPeriodOption,
    seed: Annotated[
        str | None, typer.Option(help="A seed of your own, best a long one; else a random one.")
    ] = None,
    late: Annotated[
        bool, typer.Option("--late", help="Also when the period has begun; it is marked so.")
    ] = False,
    policy: PolicyOption = None,
) -> None:
    """Fix the seed of a period before it starts; print its hash, for you to publish."""
    settings = read_settings()
    commitment = commit_seed(
        open_database(settings),
        COMMAND_LINE,
        Period.parse(period),
        policy_of(settings, policy),
        centre=settings.centre,
        now=now(),
        seed=seed,
        late=late,
    )
    typer.echo(commitment_line(commitment, settings.centre))
    typer.echo(f"policy sha256:{commitment.policy_sha256}")


def draw_reveal(period: DrawPeriodOption) -> None:
    """Publish the seed of a drawn period, so that anybody can repeat its draws."""
    settings = read_settings()
    revealed = reveal_seed(open_database(settings), COMMAND_LINE, Period.parse(period), now=now())
    typer.echo(commitment_line(revealed, settings.centre))
    typer.echo(f"seed: {revealed.seed}")
