"""What the people whose usernames a page tells are called."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine

from qm.core.text import Wording
from qm.store import life
from qm.store.engine import transaction


def names_of_people(engine: Engine, usernames: Iterable[str]) -> Mapping[str, Wording]:
    """Return the names by username; whoever is no user is called by the username.

    Who may see a username may see the name: the caller has checked the former.
    """
    with transaction(engine) as session:
        return life.names_of(session, set(usernames))
