"""The monthly quality report as values: what the writers of files are given."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from qm.core.centre import Centre
from qm.core.figures import Figures
from qm.core.periods import Period
from qm.core.text import Language
from qm.core.trends import Separation


@dataclass(frozen=True)
class MonthlyReport:
    """One month's quality, with all that its numbers rest on.

    Texts (names, questions) are in `language`. The tables have the columns of
    `qm.reports.layout`; an empty cell is None, never 0. `figures` are the whole centre's.
    """

    period: Period
    language: Language
    centre: Centre
    made_at: datetime
    made_by: str
    figures: Figures
    separation: Separation
    overview: pd.DataFrame
    agents: pd.DataFrame
    shares: pd.DataFrame
    questions: pd.DataFrame
    coaching: pd.DataFrame
    coverage: pd.DataFrame
    exclusions: pd.DataFrame
    draws: pd.DataFrame
    forms: pd.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether no evaluation of the month exists."""
        return self.figures.evaluated + self.figures.beside == 0
