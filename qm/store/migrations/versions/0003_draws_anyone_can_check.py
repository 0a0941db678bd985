"""Seeds committed to, verifiable draws, replacements, analysts' profiles, packed interactions."""

import sqlalchemy as sa
from alembic import op

# The columns of picks that refer to nothing any more, and what they referred to.
_FREED = {"interaction_id": "interaction", "agent_id": "agent"}

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _add_tables()
    op.add_column("interaction", sa.Column("participants", sa.JSON(), nullable=True))
    op.create_index("ix_interaction_import_run_id", "interaction", ["import_run_id"])
    op.add_column("agent", sa.Column("first_at", _MOMENT, nullable=True))
    op.execute(
        "UPDATE agent SET first_at = "
        "(SELECT min(started_at) FROM interaction WHERE agent_id = agent.id)"
    )
    # Not in batch mode: SQLite would drop and rebuild tables that others refer to.
    op.execute(
        "ALTER TABLE draw ADD COLUMN seed_id INTEGER "
        "CONSTRAINT fk_draw_seed_id_draw_seed REFERENCES draw_seed (id)"
    )
    op.execute(
        "ALTER TABLE draw ADD COLUMN extends_id INTEGER "
        "CONSTRAINT fk_draw_extends_id_draw REFERENCES draw (id)"
    )
    for column in (
        sa.Column("picks_sha256", sa.String(length=64), nullable=True),
        sa.Column("starts_at", _MOMENT, nullable=True),
        sa.Column("ends_at", _MOMENT, nullable=True),
        sa.Column("zone_name", sa.String(length=60), nullable=True),
        sa.Column("calendar", sa.String(length=10), nullable=True),
        sa.Column("last_import_run_id", sa.Integer(), nullable=True),
        sa.Column("new_agents", sa.JSON(), nullable=False, server_default=sa.text("'[]'")),
    ):
        op.add_column("draw", column)
    _upgrade_picks()
    op.execute("CREATE TABLE draw_coverage_before AS SELECT * FROM draw_coverage")
    op.drop_table("draw_coverage")
    _create_coverage(sa.Column("month", sa.String(length=10), nullable=False), "month")
    op.execute(
        "INSERT INTO draw_coverage (draw_id, agent_id, frame_size, picked, month) "
        "SELECT draw_id, agent_id, b.frame_size, picked, period "
        "FROM draw_coverage_before AS b JOIN draw ON draw.id = draw_id"
    )
    op.drop_table("draw_coverage_before")


def _upgrade_picks() -> None:
    """Each agent was one zone until now, of the size of the agent's frame."""
    for column in (
        sa.Column("team_id", sa.String(length=100), nullable=False, server_default=""),
        sa.Column("month", sa.String(length=10), nullable=False, server_default=""),
        sa.Column("zone_size", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("quota", sa.String(length=40), nullable=True),
    ):
        op.add_column("pick", column)
    op.execute(
        "UPDATE pick SET "
        "team_id = (SELECT team_id FROM interaction WHERE interaction.id = interaction_id), "
        "month = (SELECT period FROM draw WHERE draw.id = draw_id), "
        "zone_size = coalesce((SELECT c.frame_size FROM draw_coverage AS c "
        "WHERE c.draw_id = pick.draw_id AND c.agent_id = pick.agent_id), 1)"
    )
    op.create_index("ix_pick_month", "pick", ["month"])
    op.drop_index("ix_pick_draw_id", "pick")  # the unique constraint begins with it
    _free_picks()


def _free_picks() -> None:
    """A draw reads what it picks from: PostgreSQL would lock and write each interaction again."""
    for column, table in _FREED.items():
        name = f"fk_pick_{column}_{table}"
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(name, "pick")
        else:
            _rewrite_picks(
                f"\n\tCONSTRAINT {name} FOREIGN KEY({column}) REFERENCES {table} (id), ", ""
            )


def _bind_picks() -> None:
    after = "\n\tCONSTRAINT pk_pick PRIMARY KEY (id), "
    for column, table in _FREED.items():
        name = f"fk_pick_{column}_{table}"
        if op.get_bind().dialect.name == "postgresql":
            op.create_foreign_key(name, "pick", table, [column], ["id"])
        else:
            bound = f"\n\tCONSTRAINT {name} FOREIGN KEY({column}) REFERENCES {table} (id), "
            _rewrite_picks(after, after + bound)


def _rewrite_picks(old: str, new: str) -> None:
    """Change the text of the table on SQLite, as https://sqlite.org/lang_altertable.html does.

    Rebuilding the table would take along those that refer to it.
    """
    connection = op.get_bind()
    (version,) = connection.exec_driver_sql("PRAGMA schema_version").one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'pick'",
        (old, new),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")


def _create_coverage(*month: sa.Column[object] | str) -> None:
    columns = [part for part in month if not isinstance(part, str)]
    names = [part for part in month if isinstance(part, str)]
    op.create_table(
        "draw_coverage",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        *columns,
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_draw_coverage_agent_id_agent")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_draw_coverage_draw_id_draw")
        ),
        sa.PrimaryKeyConstraint("draw_id", "agent_id", *names, name=op.f("pk_draw_coverage")),
    )


def _add_tables() -> None:
    op.create_table(
        "policy_version",
        sa.Column("policy_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("stored_at", _MOMENT, nullable=False),
        sa.Column("stored_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("policy_id", "version", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "draw_seed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=False),
        sa.Column("seed_sha256", sa.String(length=64), nullable=False),
        sa.Column("policy_sha256", sa.String(length=64), nullable=True),
        sa.Column("committed_at", _MOMENT, nullable=False),
        sa.Column("committed_by", sa.String(length=100), nullable=False),
        sa.Column("revealed_at", _MOMENT, nullable=True),
        sa.Column("revealed_by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_seed")),
        sa.UniqueConstraint("period", name=op.f("uq_draw_seed_period")),
    )
    op.create_index("ix_draw_seed_starts_at", "draw_seed", ["starts_at"])
    op.create_table(
        "analyst_profile",
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("hours_per_week", sa.Float(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["username"],
            ["user_account.username"],
            name=op.f("fk_analyst_profile_username_user_account"),
        ),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_analyst_profile")),
    )
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["user_account.username"], name=op.f("fk_leave_username_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    op.create_index("ix_leave_username", "leave", ["username"])
    op.create_table(
        "replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pick_id", sa.Integer(), nullable=False),
        sa.Column("reserve_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["pick_id"], ["pick.id"], name=op.f("fk_replacement_pick_id_pick")),
        sa.ForeignKeyConstraint(
            ["reserve_id"], ["pick.id"], name=op.f("fk_replacement_reserve_id_pick")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
        sa.UniqueConstraint("pick_id", name=op.f("uq_replacement_pick_id")),
        sa.UniqueConstraint("reserve_id", name=op.f("uq_replacement_reserve_id")),
    )
    op.create_table(
        "interaction_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_run_id"],
            ["import_run.id"],
            name=op.f("fk_interaction_block_import_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_block")),
    )
    op.create_index("ix_interaction_block_import_run_id", "interaction_block", ["import_run_id"])
    op.create_index(
        "ix_interaction_block_first_at_last_at", "interaction_block", ["first_at", "last_at"]
    )


def downgrade() -> None:
    op.execute(
        "CREATE TABLE draw_coverage_after AS SELECT draw_id, agent_id, "
        "sum(frame_size) AS frame_size, sum(picked) AS picked "
        "FROM draw_coverage GROUP BY draw_id, agent_id"
    )
    op.drop_table("draw_coverage")
    _create_coverage()
    op.execute(
        "INSERT INTO draw_coverage (draw_id, agent_id, frame_size, picked) "
        "SELECT draw_id, agent_id, frame_size, picked FROM draw_coverage_after"
    )
    op.drop_table("draw_coverage_after")
    for name in ("interaction_block", "replacement"):
        op.drop_table(name)
    op.drop_index("ix_pick_month", "pick")
    op.create_index("ix_pick_draw_id", "pick", ["draw_id"])
    _bind_picks()
    for name in ("quota", "zone_size", "month", "team_id"):
        op.drop_column("pick", name)
    for name in (
        "new_agents",
        "last_import_run_id",
        "calendar",
        "zone_name",
        "ends_at",
        "starts_at",
        "picks_sha256",
        "extends_id",
        "seed_id",
    ):
        op.drop_column("draw", name)
    op.drop_column("agent", "first_at")
    op.drop_index("ix_interaction_import_run_id", "interaction")
    op.drop_column("interaction", "participants")
    for name in ("leave", "analyst_profile", "draw_seed", "policy_version"):
        op.drop_table(name)
