"""What the requests and pages of one web process share: the settings and one engine."""

from functools import lru_cache

from sqlalchemy import Engine

from qm.config import Settings, read_settings
from qm.store.engine import open_engine


@lru_cache
def settings() -> Settings:
    """The settings, read once."""
    return read_settings()


@lru_cache
def engine() -> Engine:
    """The engine of the settings' database, opened once; `server.lifespan` migrates it."""
    return open_engine(settings().database)
