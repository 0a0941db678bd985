"""Answers of every kind, the process's standing, and what form versions are in force when."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BATCH = 5_000
_COLUMNS_AS_FACTS = (
    "channel",
    "queue",
    "direction",
    "language",
    "talk_s",
    "hold_s",
    "wrap_s",
    "outcome",
)
_EVALUATION = sa.table(
    "evaluation",
    sa.column("id", sa.Integer()),
    sa.column("interaction_id", sa.String()),
    sa.column("agent_id", sa.String()),
    sa.column("team_id", sa.String()),
    sa.column("facts", sa.JSON()),
)
_INTERACTION = sa.table(
    "interaction",
    sa.column("id", sa.String()),
    sa.column("attributes", sa.JSON()),
    *[sa.column(name, sa.String()) for name in _COLUMNS_AS_FACTS if not name.endswith("_s")],
    *[sa.column(name, sa.Float()) for name in _COLUMNS_AS_FACTS if name.endswith("_s")],
)


def upgrade() -> None:
    op.add_column("form_version", sa.Column("effective_from", sa.Date(), nullable=True))
    op.add_column("form_version", sa.Column("effective_to", sa.Date(), nullable=True))
    op.add_column(
        "form_version", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("form_version", sa.Column("retired_by", sa.String(length=100), nullable=True))

    # Not in batch mode: SQLite would drop and rebuild a table that others refer to.
    op.add_column("evaluation", sa.Column("band", sa.String(length=40), nullable=True))
    op.add_column("evaluation", sa.Column("process_percent", sa.Float(), nullable=True))
    op.add_column("evaluation", sa.Column("process_outcome", sa.String(length=10), nullable=True))
    op.add_column(
        "evaluation",
        sa.Column("facts", sa.JSON(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.execute("UPDATE evaluation SET process_percent = percent, process_outcome = outcome")
    _store_facts(op.get_bind())

    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("value", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("outside_control", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("reasons", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.alter_column("possible_points", existing_type=sa.Float(), nullable=True)
        for name in ("weight_percent", "contribution"):
            batch_op.alter_column(
                name, existing_type=sa.String(length=100), type_=sa.Text(), existing_nullable=False
            )
    op.execute(
        "UPDATE answer SET value = CASE state WHEN 'answered' THEN option_id ELSE 'n/a' END "
        "WHERE state IN ('answered', 'not_applicable')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM answer WHERE section_id = ''")
    op.execute("UPDATE answer SET possible_points = 0 WHERE possible_points IS NULL")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        for name in ("contribution", "weight_percent"):
            batch_op.alter_column(
                name, existing_type=sa.Text(), type_=sa.String(length=100), existing_nullable=False
            )
        batch_op.alter_column("possible_points", existing_type=sa.Float(), nullable=False)
        for name in ("reasons", "outside_control", "value"):
            batch_op.drop_column(name)
    for name in ("facts", "process_outcome", "process_percent", "band"):
        op.drop_column("evaluation", name)
    for name in ("retired_by", "retired_at", "effective_to", "effective_from"):
        op.drop_column("form_version", name)


def _store_facts(connection: sa.Connection) -> None:
    """Give every evaluation the attributes that its interaction has."""
    evaluation, interaction = _EVALUATION.c, _INTERACTION.c
    columns = [interaction[name] for name in _COLUMNS_AS_FACTS]
    query = (
        sa.select(
            evaluation.id, evaluation.agent_id, evaluation.team_id, interaction.attributes, *columns
        )
        .join(_INTERACTION, interaction.id == evaluation.interaction_id)
        .order_by(evaluation.id)
        .limit(_BATCH)
    )
    change = (
        sa.update(_EVALUATION)
        .where(evaluation.id == sa.bindparam("evaluation_id"))
        .values(facts=sa.bindparam("the_facts"))
    )
    last = 0
    while rows := connection.execute(query.where(evaluation.id > last)).all():
        values = [{"evaluation_id": row.id, "the_facts": _facts(row)} for row in rows]
        connection.execute(change, values)
        last = rows[-1].id


def _facts(row: Any) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in _COLUMNS_AS_FACTS}
    known |= {"agent": row.agent_id, "team": row.team_id}
    return {**row.attributes, **{name: fact for name, fact in known.items() if fact is not None}}
