"""Workers and their queue, origins and corrections of transcripts, masking rules, search."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _transcript_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("settings", sa.JSON(), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("source_format", sa.String(length=40), nullable=True),
        sa.Column("source_file", sa.String(length=300), nullable=True),
        sa.Column("created_by", sa.String(length=100), nullable=True),
    )


def _recording_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("file_name", sa.String(length=500), nullable=True),
        sa.Column("next_try_at", _MOMENT, nullable=True),
        sa.Column("is_held", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("worker_id", sa.String(length=40), nullable=True),
        sa.Column("began_at", _MOMENT, nullable=True),
        sa.Column("heard_s", sa.Float(), nullable=True),
    )


def upgrade() -> None:
    for column in _transcript_columns():
        op.add_column("transcript", column)
    for column in _recording_columns():
        op.add_column("recording", column)
    # Not in batch mode: SQLite would drop and rebuild a table that others refer to.
    op.execute(
        "ALTER TABLE transcript ADD COLUMN based_on_id INTEGER "
        "CONSTRAINT fk_transcript_based_on_id_transcript REFERENCES transcript (id)"
    )
    op.create_index("ix_transcript_based_on_id", "transcript", ["based_on_id"])
    op.create_index("ix_recording_worker_id", "recording", ["worker_id"])
    op.add_column("segment", sa.Column("confidence", sa.Float(), nullable=True))
    # What a process of before was at is nobody's now.
    op.execute("UPDATE recording SET state = 'waiting' WHERE state = 'running'")
    _create_tables()
    op.create_index("ix_recording_transcript_id", "recording", ["transcript_id"])
    _index_words()


def _create_tables() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
    )
    op.create_index("ix_worker_seen_at", "worker", ["seen_at"])
    op.create_table(
        "transcription_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transcription_pause"),
    )
    op.create_table(
        "privacy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_version"),
    )
    op.create_table(
        "search_line",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("rules_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcript.id"], name="fk_search_line_transcript_id_transcript"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_line"),
    )


def _index_words() -> None:
    """Index the words of search lines; their keys are words with a space between each two."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX search_index ON search_line USING gin (to_tsvector('simple', key))"
        )
        return
    # The words are in search_line; its tokens are whatever stands between two spaces.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(key, content='search_line', "
        "content_rowid='id', columnsize=0, tokenize='ascii')"
    )
    op.execute(
        "CREATE TRIGGER search_line_indexed AFTER INSERT ON search_line BEGIN "
        "INSERT INTO search_index (rowid, key) VALUES (new.id, new.key); END"
    )
    op.execute(
        "CREATE TRIGGER search_line_forgotten AFTER DELETE ON search_line BEGIN "
        "INSERT INTO search_index (search_index, rowid, key) "
        "VALUES ('delete', old.id, old.key); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    for table in ("search_line", "privacy_version", "transcription_pause", "worker"):
        op.drop_table(table)
    op.drop_column("segment", "confidence")
    op.drop_index("ix_recording_transcript_id", "recording")
    op.drop_index("ix_recording_worker_id", "recording")
    op.drop_index("ix_transcript_based_on_id", "transcript")
    for column in _recording_columns():
        op.drop_column("recording", column.name)
    for column in _transcript_columns():
        op.drop_column("transcript", column.name)
    op.drop_column("transcript", "based_on_id")
