"""People and forms by the names that the pages call them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from qm.core.change.breaks import Break
from qm.core.text import without_turns
from qm.ui.here import Here
from qm.ui.wording import Translate
from qm.workflow.form_titles import titles_of_forms
from qm.workflow.people_names import names_of_people


def people(page: Here, usernames: Iterable[str]) -> Mapping[str, str]:
    """Return the names by username in the language of the page."""
    found = names_of_people(page.engine, usernames)
    return {
        username: doer(page._, name.in_language(page.language)) for username, name in found.items()
    }


def forms(page: Here, keys: Iterable[str]) -> Mapping[str, str]:
    """Return the titles by form versions, such as `inbound-call@1`, in the language of the page.

    The version stands behind the title only where several of the same form are asked for.
    """
    wanted = set(keys)
    versions = Counter(key.rpartition("@")[0] for key in wanted)
    titles = titles_of_forms(page.engine, wanted)
    said = page._("{title} (version {version})")
    named: dict[str, str] = {}
    for key in wanted:
        form_id, _at, version = key.rpartition("@")
        title = titles[key].in_language(page.language) if key in titles else form_id
        is_alone = versions[form_id] == 1
        named[key] = title if is_alone else page.digits(said.format(title=title, version=version))
    return named


def what_happened(page: Here, mark: Break) -> str:
    """Say what happened while a trend ran, with a form's title instead of its id."""
    values = dict(mark.what.values)
    if mark.kind == "form":
        (values["form"],) = forms(page, [f"{values['form']}@{values['version']}"]).values()
    return replace(mark.what, values=values).said(page._, page.digits)


def doer(_: Translate, username: str) -> str:
    """Name who is no user: the command line, or somebody who did not get in."""
    names = {"command line": _("Command line"), "anonymous": _("Nobody signed in"), "": "–"}
    return names.get(username, without_turns(username))
