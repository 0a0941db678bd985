"""Runs migrations on the engine that `qm.store.engine.migrate` hands over."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from qm.store.engine import is_no_index_of_words
from qm.store.tables import metadata


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write columns as plain SQLAlchemy types, which no SQLModel release can change."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})"
    if type(item).__name__ == "UTCDateTime" or isinstance(item, sa.DateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run() -> None:
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            render_item=_render_item,
            include_name=is_no_index_of_words,
        )
        with context.begin_transaction():
            context.run_migrations()


_run()
