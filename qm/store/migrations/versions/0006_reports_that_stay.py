"""Results, queue and start in each evaluation; frozen reports, deliveries, month figures."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_AT_ONCE = 1000
_OF_STATE = {"outside_control": "C", "not_applicable": "N", "hidden": "H", "unanswered": "U"}


def upgrade() -> None:
    """Add the tables, and pack what the answers of every evaluation came to."""
    _add_reports()
    # Not in batch mode: SQLite would drop and rebuild a table that others refer to.
    op.add_column("evaluation", sa.Column("results", sa.Text(), nullable=False, server_default=""))
    op.add_column("evaluation", sa.Column("queue", sa.String(length=100), nullable=True))
    op.add_column("evaluation", sa.Column("started_at", _MOMENT, nullable=True))
    op.drop_index("ix_pick_month", "pick")
    op.create_index("ix_pick_month_draw_id", "pick", ["month", "draw_id"])
    op.create_index("ix_pick_agent_id_month", "pick", ["agent_id", "month"])
    _copy_of_interactions()
    _pack_results(op.get_bind())


def downgrade() -> None:
    """Take them away."""
    op.create_index("ix_pick_month", "pick", ["month"])
    for name in ("ix_pick_agent_id_month", "ix_pick_month_draw_id"):
        op.drop_index(name, "pick")
    for name in ("started_at", "queue", "results"):
        op.drop_column("evaluation", name)
    for name in ("month_figures", "report_delivery", "report_version"):
        op.drop_table(name)


def _add_reports() -> None:
    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=False),
        sa.Column("closed_by", sa.String(length=100), nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("period", "number", name=op.f("uq_report_version_period_number")),
    )
    op.create_table(
        "report_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("held_by", sa.String(length=100), nullable=True),
        sa.Column("held_until", _MOMENT, nullable=True),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report_version.id"],
            name=op.f("fk_report_delivery_report_id_report_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_delivery")),
        sa.UniqueConstraint(
            "report_id",
            "way",
            "target",
            "language",
            name=op.f("uq_report_delivery_report_id_way_target_language"),
        ),
    )
    op.create_index("ix_report_delivery_state_due_at", "report_delivery", ["state", "due_at"])
    op.create_table(
        "month_figures",
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("period", "level", "name", name=op.f("pk_month_figures")),
    )


def _copy_of_interactions() -> None:
    own = "FROM interaction WHERE interaction.id = evaluation.interaction_id"
    op.execute(
        f"UPDATE evaluation SET queue = (SELECT queue {own}), "  # noqa: S608 (no outside text)
        f"started_at = (SELECT started_at {own})"
    )


def _pack_results(connection: sa.Connection) -> None:
    """Write the letters of `qm.core.quality.results` for the evaluations that are there.

    A copy of that rule, which may change its form later: a migration stays as it was released.
    """
    evaluation = sa.table("evaluation", sa.column("id"), sa.column("results"))
    update = (
        sa.update(evaluation)
        .where(evaluation.c.id == sa.bindparam("of"))
        .values(results=sa.bindparam("packed"))
    )
    batch: list[dict[str, Any]] = []
    for of, packed in _packed(connection):
        batch.append({"of": of, "packed": packed})
        if len(batch) == _AT_ONCE:
            connection.execute(update, batch)
            batch = []
    if batch:
        connection.execute(update, batch)


def _packed(connection: sa.Connection) -> Iterator[tuple[int, str]]:
    ids = connection.execute(sa.text("SELECT id FROM evaluation ORDER BY id")).scalars().all()
    query = sa.text(
        "SELECT evaluation_id, question_id, state, earned_points, possible_points, is_fatal "
        "FROM answer WHERE section_id <> '' AND evaluation_id BETWEEN :low AND :high"
    )
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = connection.execute(query, {"low": some[0], "high": some[-1]}).all()
        rows = sorted(rows, key=lambda row: (row[0], row[1]))
        for of, answers in groupby(rows, key=lambda row: row[0]):
            yield of, "".join(_letter(*row[2:]) for row in answers)


def _letter(state: str, earned: float | None, possible: float | None, is_fatal: bool) -> str:
    if state != "answered":
        return _OF_STATE[state]
    is_short = possible is not None and earned is not None and earned < possible
    plain = "P" if possible is None else "S" if is_short else "F"
    return plain.lower() if is_fatal else plain
