"""Whose transcript a file is: by the ids and names in it, and by its own name."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.recording_names import NamePattern, read_name
from qm.intake.files import UNPRINTABLE, shown
from qm.store import transcript_files as store

NOBODYS = explain(
    "transcript.nobodys",
    N_("No interaction is called {names}, by its id or by its recording."),
    N_("Name the file after the interaction or its recording, or say the id (--interaction)."),
)
SEVERALS = explain(
    "transcript.severals",
    N_("The file could belong to several interactions: {ids}."),
    N_("Say which one (--interaction)."),
)

_ENDINGS_MOST = 4
_NAME_CHARACTERS_MOST = 200
_SHOWN_MOST = 5


def owner_of(
    session: Session,
    file_name: str,
    names: Sequence[str],
    patterns: Sequence[NamePattern],
    place: str,
) -> str:
    """Return the id of the interaction that a transcript file belongs to.

    `names` are those by which the file calls its conversation. Each of them and the file's own
    name are tried as an id, then as what the patterns of recordings' names tell, then as the name
    of a recording, at first as they are, then without one ending after the other. Raises
    `BadInput` where there is none, or where they lead to different ones.
    """
    own = file_name.replace("\\", "/").rpartition("/")[2]
    tried = [_without_endings(name) for name in (*names, own)]
    found = {id_ for each in tried for id_ in _first_found(session, each, patterns)}
    if len(found) == 1:
        return found.pop()
    if found:
        ids = ", ".join(sorted(found)[:_SHOWN_MOST])
        raise BadInput(Problem(SEVERALS, place, values={"ids": shown(ids)}))
    listed = ", ".join(dict.fromkeys(f"“{shown(each[-1])}”" for each in tried if each))
    raise BadInput(Problem(NOBODYS, place, values={"names": listed or "–"}))


def _without_endings(name: str) -> list[str]:
    """Return the name, and what is left of it as ending after ending is taken away."""
    name = UNPRINTABLE.sub("", name).strip()[:_NAME_CHARACTERS_MOST]
    names = [name]
    for _ending in range(_ENDINGS_MOST):
        name = name.rpartition(".")[0]
        if name:
            names.append(name)
    return [each for each in dict.fromkeys(names) if each]


def _first_found(
    session: Session, names: Sequence[str], patterns: Sequence[NamePattern]
) -> list[str]:
    told = _told(names, patterns)
    ids = store.known_ids(session, dict.fromkeys((*names, *told)))
    return ids[:1] or store.ids_of_recordings(session, names, limit=_SHOWN_MOST)


def _told(names: Iterable[str], patterns: Sequence[NamePattern]) -> list[str]:
    found = (read_name(patterns, name) for name in names)
    return [each.id for each in found if each is not None]
