"""What the forms are called that a page tells by their keys."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine

from qm.core.text import Wording
from qm.store import forms
from qm.store.engine import transaction
from qm.workflow.published_forms import form_of


def titles_of_forms(engine: Engine, keys: Iterable[str]) -> Mapping[str, Wording]:
    """Return the titles by form versions, such as `inbound-call@1`; unknown ones are left out.

    Who may see a figure may see what the form behind it is called: the caller has checked the
    former.
    """
    found: dict[str, Wording] = {}
    with transaction(engine) as session:
        for key in dict.fromkeys(keys):
            form_id, _at, version = key.rpartition("@")
            if row := forms.find_version(session, form_id, version):
                found[key] = form_of(row).title
    return found
