"""What the commands about draws share: their options, and moments and hashes in words."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from qm.config import Settings
from qm.core.centre import Centre
from qm.core.sampling.policy import Policy
from qm.intake.policy_files import POLICY_FILE, read_policy
from qm.workflow.draw_seeds import Commitment

DrawPeriodOption = Annotated[
    str,
    typer.Option(
        "--period", help="Month, week or quarter, such as 1405-08, 2026-11, 1405-W32 or 1405-Q3."
    ),
]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="Policy file; sampling.yaml of the forms folder by default."),
]


def policy_of(settings: Settings, file: Path | None) -> Policy:
    """Return the policy of the file, by default that of the forms folder."""
    return read_policy(file or settings.forms_folder / POLICY_FILE)


def commitment_line(commitment: Commitment, centre: Centre) -> str:
    """Return what was committed to, and whether in time."""
    when = moment_text(commitment.committed_at, centre)
    late = ", LATE: the period had begun" if commitment.is_late else ""
    sha256 = f"sha256:{commitment.seed_sha256}"
    return f"seed of {commitment.period}: {sha256}, committed to at {when}{late}"


def moment_text(moment: datetime, centre: Centre) -> str:
    """Return a moment on the centre's clocks with its offset from UTC."""
    return moment.astimezone(centre.zone).isoformat(sep=" ", timespec="seconds")
