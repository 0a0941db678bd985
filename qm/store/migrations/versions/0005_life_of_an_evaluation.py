"""The life of evaluations, disputes, coaching talks, accounts, and a log that verifies itself."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

from qm.core.audit import BEGINNING, Event, chained_sha256

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _columns() -> dict[str, tuple[sa.Column[object], ...]]:
    return {
        "answer": (sa.Column("suggested", sa.Text(), nullable=True),),
        "assignment": (
            sa.Column("kind", sa.String(length=10), nullable=False, server_default="official"),
        ),
        "audit_event": (
            sa.Column("sha256", sa.String(length=64), nullable=False, server_default=""),
        ),
        "coaching_note": (
            sa.Column("kind", sa.String(length=20), nullable=False, server_default="note"),
            sa.Column("section_id", sa.String(length=40), nullable=True),
            sa.Column("question_id", sa.String(length=40), nullable=True),
            sa.Column("start_s", sa.Float(), nullable=True),
            sa.Column("end_s", sa.Float(), nullable=True),
            sa.Column("quote", sa.Text(), nullable=False, server_default=""),
            sa.Column("follow_up_on", sa.Date(), nullable=True),
            sa.Column("due_at", _MOMENT, nullable=True),
            sa.Column("reviewed_at", _MOMENT, nullable=True),
            sa.Column("reviewed_by", sa.String(length=100), nullable=True),
            sa.Column("review_comment", sa.Text(), nullable=False, server_default=""),
            sa.Column("acknowledged_at", _MOMENT, nullable=True),
            sa.Column("answer", sa.Text(), nullable=False, server_default=""),
            sa.Column("replaces_id", sa.Integer(), nullable=True),
        ),
        "draft": (
            sa.Column("notes", sa.JSON(), nullable=False, server_default=sa.text("'[]'")),
            sa.Column("follow_up_on", sa.Date(), nullable=True),
            sa.Column("active_s", sa.Float(), nullable=False, server_default=sa.text("0")),
        ),
        "evaluation": (
            sa.Column("revised_by", sa.String(length=100), nullable=True),
            sa.Column("kind", sa.String(length=10), nullable=False, server_default="official"),
            sa.Column("active_s", sa.Float(), nullable=True),
        ),
        "sign_in": (sa.Column("seen_at", _MOMENT, nullable=True),),
        "user_account": (
            sa.Column("email", sa.String(length=320), nullable=True),
            sa.Column("openid", sa.String(length=500), nullable=True),
        ),
    }


def upgrade() -> None:
    _create_tables()
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    # Not in batch mode: SQLite would drop and rebuild a table that others refer to.
    op.execute(
        "ALTER TABLE coaching_note ADD COLUMN session_id INTEGER "
        "CONSTRAINT fk_coaching_note_session_id_coaching_session "
        "REFERENCES coaching_session (id)"
    )
    op.create_index("uq_user_account_openid", "user_account", ["openid"], unique=True)
    op.create_index("ix_evaluation_agent_id", "evaluation", ["agent_id"], unique=False)
    op.create_index(
        "ix_evaluation_evaluator_submitted_at",
        "evaluation",
        ["evaluator", "submitted_at"],
        unique=False,
    )
    op.create_index(
        "ix_interaction_customer_ref_started_at",
        "interaction",
        ["customer_ref", "started_at"],
        unique=False,
    )
    op.create_index("ix_audit_event_actor", "audit_event", ["actor"], unique=False)
    _bring_over()
    _chain_events()
    for table in _ONLY_ADDED_TO:
        _refuse_changes(table)


def _bring_over() -> None:
    """What was submitted before was seen by its agent and is closed; notes were shared."""
    op.execute(
        "INSERT INTO evaluation_life "
        "(assignment_id, state, since, published_revision, published_at, disputes) "
        "SELECT assignment_id, 'closed', submitted_at, 1, submitted_at, 0 FROM evaluation "
        "WHERE is_latest"
    )
    op.execute("UPDATE coaching_note SET state = 'shared' WHERE state = 'open'")
    op.execute(
        "INSERT INTO team_membership (agent_id, team_id, from_at) "
        "SELECT id, team_id, first_at FROM agent WHERE first_at IS NOT NULL"
    )


_ONLY_ADDED_TO = ("audit_event", "life_step")


def _chain_events() -> None:
    """Give every event of earlier releases its hash, as `qm.store.audit` does for new ones."""
    connection = op.get_bind()
    number, before = -1, BEGINNING
    while True:
        found = connection.execute(
            sa.select(_EVENT).where(_EVENT.c.id > number).order_by(_EVENT.c.id).limit(5_000)
        ).all()
        if not found:
            return
        hashes = []
        for id_, at, actor, action, subject, detail, _ in found:
            utc = at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
            number = id_
            before = chained_sha256(before, Event(id_, utc, actor, action, subject, detail))
            hashes.append({"number": id_, "hash": before})
        connection.execute(
            sa.update(_EVENT)
            .where(_EVENT.c.id == sa.bindparam("number"))
            .values(sha256=sa.bindparam("hash")),
            hashes,
        )


_EVENT = sa.table(
    "audit_event",
    sa.column("id", sa.Integer()),
    sa.column("at", _MOMENT),
    sa.column("actor", sa.String()),
    sa.column("action", sa.String()),
    sa.column("subject", sa.String()),
    sa.column("detail", sa.JSON()),
    sa.column("sha256", sa.String()),
)


def _refuse_changes(table: str) -> None:
    """Let rows of the table only be added, by the database itself."""
    refusal = f"rows of {table} are only ever added"
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
    )
    for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{when.split()[0].lower()} BEFORE {when} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {table}_only_added_to()"
        )


def _allow_changes(table: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for change in ("update", "delete") if is_sqlite else ("update", "truncate"):
        op.execute(f"DROP TRIGGER {table}_no_{change}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute(f"DROP FUNCTION {table}_only_added_to()")


def _create_tables() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.Column("revoked_by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("token_sha256", name="uq_api_token_token_sha256"),
    )
    op.create_table(
        "rules_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rules_version"),
    )
    op.create_index("ix_rules_version_kind", "rules_version", ["kind"], unique=False)
    op.create_table(
        "coaching_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("team_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("held_at", _MOMENT, nullable=True),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_coaching_session_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_coaching_session_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_coaching_session"),
    )
    op.create_index("ix_coaching_session_agent_id", "coaching_session", ["agent_id"], unique=False)
    op.create_index("ix_coaching_session_team_id", "coaching_session", ["team_id"], unique=False)
    op.create_table(
        "team_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("team_id", sa.String(length=100), nullable=False),
        sa.Column("from_at", _MOMENT, nullable=False),
        sa.Column("to_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_team_membership_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_team_membership_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_team_membership"),
    )
    op.create_index("ix_team_membership_agent_id", "team_membership", ["agent_id"], unique=False)
    op.create_table(
        "coaching_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(length=40), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("team_id", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name="fk_coaching_proposal_agent_id_agent"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["coaching_session.id"],
            name="fk_coaching_proposal_session_id_coaching_session",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_coaching_proposal_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_coaching_proposal"),
        sa.UniqueConstraint(
            "trigger", "agent_id", "key", name="uq_coaching_proposal_trigger_agent_id_key"
        ),
    )
    op.create_index("ix_coaching_proposal_team_id", "coaching_proposal", ["team_id"], unique=False)
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("form_id", sa.String(length=40), nullable=True),
        sa.Column("question_id", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_commitment_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["coaching_session.id"],
            name="fk_commitment_session_id_coaching_session",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_commitment"),
    )
    op.create_index(
        "ix_commitment_agent_id_state", "commitment", ["agent_id", "state"], unique=False
    )
    op.create_index("ix_commitment_session_id", "commitment", ["session_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["username"], ["user_account.username"], name="fk_invitation_username_user_account"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_invitation"),
    )
    op.create_index("ix_invitation_username", "invitation", ["username"], unique=False)
    op.create_table(
        "evaluation_life",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.Column("published_at", _MOMENT, nullable=True),
        sa.Column("acknowledged_at", _MOMENT, nullable=True),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_evaluation_life_assignment_id_assignment"
        ),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_evaluation_life"),
    )
    op.create_index(
        "ix_evaluation_life_state_due_at", "evaluation_life", ["state", "due_at"], unique=False
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=False),
        sa.Column("team_id", sa.String(length=100), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("raised_by", sa.String(length=100), nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("new_evaluation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_dispute_agent_id_agent"),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_dispute_assignment_id_assignment"
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name="fk_dispute_evaluation_id_evaluation"
        ),
        sa.ForeignKeyConstraint(
            ["new_evaluation_id"], ["evaluation.id"], name="fk_dispute_new_evaluation_id_evaluation"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_dispute_team_id_team"),
        sa.PrimaryKeyConstraint("id", name="pk_dispute"),
        sa.UniqueConstraint("assignment_id", "round", name="uq_dispute_assignment_id_round"),
    )
    op.create_index("ix_dispute_agent_id", "dispute", ["agent_id"], unique=False)
    op.create_index("ix_dispute_state_due_at", "dispute", ["state", "due_at"], unique=False)
    op.create_index("ix_dispute_team_id", "dispute", ["team_id"], unique=False)
    op.create_table(
        "life_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_life_step_assignment_id_assignment"
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name="fk_life_step_evaluation_id_evaluation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_life_step"),
    )
    op.create_index("ix_life_step_assignment_id", "life_step", ["assignment_id"], unique=False)
    op.create_table(
        "session_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=True),
        sa.Column("form_id", sa.String(length=40), nullable=True),
        sa.Column("question_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name="fk_session_topic_evaluation_id_evaluation"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["coaching_session.id"],
            name="fk_session_topic_session_id_coaching_session",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_session_topic"),
    )
    op.create_index("ix_session_topic_session_id", "session_topic", ["session_id"], unique=False)
    op.create_table(
        "disputed_question",
        sa.Column("dispute_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name="fk_disputed_question_dispute_id_dispute"
        ),
        sa.PrimaryKeyConstraint("dispute_id", "question_id", name="pk_disputed_question"),
    )


def downgrade() -> None:
    for table in _ONLY_ADDED_TO:
        _allow_changes(table)
    op.drop_index("ix_audit_event_actor", "audit_event")
    op.execute("UPDATE coaching_note SET state = 'open' WHERE state <> 'discussed'")
    op.drop_index("ix_interaction_customer_ref_started_at", "interaction")
    op.drop_index("ix_evaluation_evaluator_submitted_at", "evaluation")
    op.drop_index("ix_evaluation_agent_id", "evaluation")
    op.drop_index("uq_user_account_openid", "user_account")
    op.drop_column("coaching_note", "session_id")
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in (
        "coaching_proposal",
        "commitment",
        "session_topic",
        "coaching_session",
        "disputed_question",
        "dispute",
        "life_step",
        "evaluation_life",
        "rules_version",
        "invitation",
        "api_token",
        "team_membership",
    ):
        op.drop_table(table)
