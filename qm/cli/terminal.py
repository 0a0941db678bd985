"""What the commands share: settings, database, problems and progress on the terminal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Protocol

import typer
from sqlalchemy import Engine
from tqdm import tqdm

from qm.config import Settings
from qm.core.problems import Problem
from qm.store.engine import migrate, open_engine

PeriodOption = Annotated[
    str, typer.Option("--period", help="Month, such as 1405-08 (Solar Hijri) or 2026-11.")
]


class Progress(Protocol):
    """Moves a bar on; `subject` is what was just finished."""

    def __call__(self, done: int, total: int, subject: str = "") -> None: ...  # noqa: D102


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def open_database(settings: Settings) -> Engine:
    """Return the engine of the settings' database, brought to the present tables."""
    engine = open_engine(settings.database)
    migrate(engine)
    return engine


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems to the error output, one a line."""
    for problem in problems:
        typer.echo(str(problem), err=True)


@contextmanager
def progress(unit: str, label: str) -> Iterator[Progress]:
    """Show a bar while the block runs, none where nobody watches; yield what moves it on."""
    with tqdm(unit=unit, desc=label, leave=False, disable=None) as bar:

        def show(done: int, total: int, subject: str = "") -> None:
            bar.total = total
            bar.set_postfix_str(subject, refresh=False)
            bar.update(done - bar.n)

        yield show
