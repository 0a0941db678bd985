"""Query results as tables."""

from typing import Any

import pandas as pd
from sqlalchemy import Executable
from sqlmodel import Session


def frame_of(session: Session, query: Executable) -> pd.DataFrame:
    """Return the rows of a query as a table of objects.

    Objects, not floats: a missing value stays None and an empty score never becomes NaN.
    """
    result: Any = session.execute(query)
    return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()), dtype=object)
