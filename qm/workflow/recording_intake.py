"""Recordings from a folder: each file becomes that of its interaction, or a new call.

Safe to stop and to repeat at any moment: what is stored is stored whole, and a second scan of the
same folder changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.problems import N_, Problem, explain
from qm.intake.recording_files import SoundFile, checked_start, place_of
from qm.intake.recording_twins import SoundTwins
from qm.store import recording_files as store
from qm.store.engine import transaction
from qm.workflow.recording_matching import (
    Candidate,
    RecordingSource,
    Taken,
    add,
    check_call,
    row_of_new_call,
    save,
    told_by_name,
)

# Stored at once: a scan that is killed loses no more than this.
_FILES_AT_ONCE = 5_000

NO_PATTERN = explain(
    "recording_files.no_pattern",
    N_("The name fits no pattern."),
    N_("Rename the file, or describe such names in the setting recording_names."),
)
SAME_SOUND = explain(
    "recording_files.same_sound",
    N_("The sound is the same, byte for byte, as that of {file}, which belongs to another call."),
    N_("Remove one of the two, or correct its name."),
)


@dataclass(frozen=True)
class RecordingReport:
    """What became of the files of a scan.

    `given` are files that known calls lacked, `new` calls that were made of their file, `known`
    files that belonged to an interaction before. The others have a problem each; where they are
    very many, `problems` explains the first ones, and `left_out` counts all.
    """

    given: tuple[str, ...]
    new: tuple[str, ...]
    known: frozenset[str]
    problems: tuple[Problem, ...]
    left_out: int


def take_up(
    engine: Engine,
    actor: Actor,
    source: RecordingSource,
    files: Sequence[SoundFile],
    *,
    belonging: Iterable[SoundFile] = (),
    now: datetime,
    is_dry_run: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> RecordingReport:
    """Give each of these files, which nobody writes any more, to its interaction.

    `belonging` are other files that interactions have, for those with the same sound. A dry run
    stores nothing.
    """
    actor.require("import")
    with transaction(engine) as session:
        candidates, known, problems = _classify(session, source, files)
    others = [*belonging, *(file for file in files if file.name in known)]
    twins = SoundTwins(source.folder, others)
    given: list[str] = []
    new: list[str] = []
    names: dict[str, str] = {}
    for start in range(0, len(candidates), _FILES_AT_ONCE):
        some = candidates[start : start + _FILES_AT_ONCE]
        row_of = row_of_new_call(engine, source, (each.told.agent for each in some), now=now)
        taken = Taken({}, {}, [])
        for place, candidate in enumerate(some, start + 1):
            problem = _check(source, candidate, names, twins) or add(candidate, taken, row_of)
            if problem:
                problems.append(problem)
            else:
                names[candidate.told.id] = candidate.file.name
                twins.add(candidate.file)
            if on_progress is not None:
                on_progress(place, len(candidates))
        if not is_dry_run:
            save(engine, actor, source, taken, now=now)
        given += taken.files.values()
        new += (row.recording or "" for row in taken.rows)
    return RecordingReport(
        tuple(given), tuple(new), frozenset(known), tuple(problems), len(problems)
    )


def _classify(
    session: Session, source: RecordingSource, files: Sequence[SoundFile]
) -> tuple[list[Candidate], set[str], list[Problem]]:
    """Return the files that are nobody's, the names of those that are somebody's, problems."""
    read = {file.name: told_by_name(source, file.name) for file in files}
    calls = store.calls(session, {told.id for told in read.values() if told})
    known = {
        name
        for name, told in read.items()
        if told and told.id in calls and calls[told.id].file == name
    }
    known |= store.names_in_use(session, (name for name in read if name not in known))
    candidates: list[Candidate] = []
    problems: list[Problem] = []
    for file in files:
        told = read[file.name]
        if told is None and file.name not in known:
            problems.append(Problem(NO_PATTERN, place_of(file.name)))
        elif told is not None and file.name not in known:
            candidates.append(Candidate(file, told, calls.get(told.id)))
    return candidates, known, problems


def _check(
    source: RecordingSource, candidate: Candidate, names: dict[str, str], twins: SoundTwins
) -> Problem | None:
    """Return what speaks against a file; `names` are those that ids got in this scan."""
    file = candidate.file
    problem = check_call(source, candidate, names) or checked_start(source.folder, file)
    if problem is None and (twin := twins.of(file)):
        return Problem(SAME_SOUND, place_of(file.name), values={"file": place_of(twin)})
    return problem
