"""Query results as tables."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable
from sqlmodel import Session

if TYPE_CHECKING:
    import pandas as pd


def frame_of(session: Session, query: Executable) -> "pd.DataFrame":
    """Return the rows of a query as a table of objects.

    Objects, not floats: a missing value stays None and an empty score never becomes NaN.
    """
    import pandas as pd  # noqa: PLC0415 (slow to import; a worker process has no tables)

    result: Any = session.execute(query)
    return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()), dtype=object)
