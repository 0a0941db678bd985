"""People by the names that the pages call them."""

from collections.abc import Iterable, Mapping

from qm.core.text import without_turns
from qm.ui.here import Here
from qm.ui.wording import Translate
from qm.workflow.people_names import names_of_people


def people(page: Here, usernames: Iterable[str]) -> Mapping[str, str]:
    """Return the names by username in the language of the page."""
    found = names_of_people(page.engine, usernames)
    return {
        username: doer(page._, name.in_language(page.language)) for username, name in found.items()
    }


def doer(_: Translate, username: str) -> str:
    """Name who is no user: the command line, or somebody who did not get in."""
    names = {"command line": _("Command line"), "anonymous": _("Nobody signed in"), "": "–"}
    return names.get(username, without_turns(username))
