"""What the first visitor after a start would else wait for."""

import logging

from sqlalchemy import Engine

from qm.core.access import COMMAND_LINE
from qm.core.centre import Centre
from qm.core.periods import Period
from qm.workflow.evaluations import periods_drawn
from qm.workflow.overview import overview

_LOG = logging.getLogger(__name__)


def warm_up(engine: Engine, centre: Centre) -> None:
    """Compute the newest month's overview, so that what it rests on stays in the memory.

    Never fails: whoever opens the page is told what is wrong.
    """
    try:
        for month in periods_drawn(engine)[:1]:
            overview(engine, COMMAND_LINE, Period.parse(month), centre=centre)
    except Exception:
        _LOG.warning("The newest month was not computed in advance.", exc_info=True)
