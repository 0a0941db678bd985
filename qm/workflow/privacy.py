"""What is masked: the rules, who changed them, and how much they hide."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers
from sqlalchemy import Engine

from qm.core.access import Actor
from qm.core.personal_data.masking import mask_segments
from qm.core.personal_data.name_lists import key_of, names_of
from qm.core.personal_data.rules import KINDS, Kind, PrivacyRules
from qm.core.problems import N_, BadInput, Problem, explain
from qm.store.audit import record
from qm.store.engine import transaction
from qm.store.privacy import add_rules, rules_in_force
from qm.store.transcript_search import reindex, segments_of_transcripts
from qm.store.transcripts import transcripts_in_force

REGION_UNKNOWN = explain(
    "privacy.region_unknown",
    N_("“{region}” is no country with telephone numbers."),
    N_("Give its two letters, such as IR or DE."),
)
NAME_NOT_LISTED = explain(
    "privacy.name_not_listed",
    N_("The list has no such name."),
    N_("Look at the list with qm privacy show --names."),
)

Progress = Callable[[int, int], None]
_TRANSCRIPTS_AT_ONCE = 50


def privacy_rules(engine: Engine, actor: Actor) -> PrivacyRules:
    """Return the masking rules in force, to whoever may set them: they hold the names."""
    actor.require("set_privacy")
    with transaction(engine) as session:
        return rules_in_force(session)


def set_privacy(
    engine: Engine,
    actor: Actor,
    changes: Mapping[str, Any],
    *,
    now: datetime,
    on_progress: Progress | None = None,
) -> PrivacyRules:
    """Put changed masking rules in force and make what the search finds again; return them.

    `changes` are fields of `PrivacyRules`. Where nothing changes nothing is written. The log
    tells kinds and counts, never a name. Raises `BadInput` for a name or region that is none.
    `on_progress` is told transcripts done and in all; if that is cut short, the transcripts left
    are not found until `qm reindex` ends it.
    """
    actor.require("set_privacy")
    with transaction(engine) as session:
        before = rules_in_force(session)
        rules = _checked(PrivacyRules.model_validate({**before.model_dump(), **changes}))
        if rules != before:
            add_rules(session, rules, at=now, by=actor.username)
            record(
                session,
                actor=actor.username,
                action="privacy_set",
                subject="privacy",
                at=now,
                detail=_told(rules, before),
            )
    reindex(engine, rules, on_progress)
    return rules


def add_names(
    engine: Engine,
    actor: Actor,
    names: tuple[str, ...],
    *,
    now: datetime,
    on_progress: Progress | None = None,
) -> PrivacyRules:
    """Put names onto the list; those that are there in another form stay as they are."""
    listed = privacy_rules(engine, actor).names
    changes = {"names": (*listed, *names)}
    return set_privacy(engine, actor, changes, now=now, on_progress=on_progress)


def remove_name(
    engine: Engine,
    actor: Actor,
    name: str,
    *,
    now: datetime,
    on_progress: Progress | None = None,
) -> PrivacyRules:
    """Take a name off the list, in whatever form it is written. Raises `BadInput` without one."""
    listed = privacy_rules(engine, actor).names
    rest = tuple(each for each in listed if key_of(each) != key_of(name))
    if rest == listed:
        raise BadInput(Problem(NAME_NOT_LISTED, "privacy"))
    return set_privacy(engine, actor, {"names": rest}, now=now, on_progress=on_progress)


@dataclass(frozen=True)
class Holdings:
    """How many transcripts there are, and in how many each kind of personal data was found."""

    transcripts: int
    holding: Mapping[Kind, int]


def count_personal_data(
    engine: Engine, actor: Actor, *, on_progress: Progress | None = None
) -> Holdings:
    """Return in how many transcripts in force each kind is found, also kinds that are off.

    Reads every transcript: about 20 ms for a call of five minutes.
    """
    actor.require("set_privacy")
    with transaction(engine) as session:
        rules = rules_in_force(session).model_copy(update={"kinds": KINDS})
        ids = transcripts_in_force(session)
    holding: Counter[Kind] = Counter()
    for done in range(0, len(ids), _TRANSCRIPTS_AT_ONCE):
        some = ids[done : done + _TRANSCRIPTS_AT_ONCE]
        with transaction(engine) as session:
            transcripts = segments_of_transcripts(session, some)
        for segments in transcripts.values():
            holding.update(mask_segments(segments, rules).counts.keys())
        if on_progress is not None:
            on_progress(done + len(some), len(ids))
    return Holdings(len(ids), {kind: holding[kind] for kind in KINDS})


def _checked(rules: PrivacyRules) -> PrivacyRules:
    region = rules.phone_region.upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        values = {"region": rules.phone_region}
        raise BadInput(Problem(REGION_UNKNOWN, "privacy", field="phone_region", values=values))
    kinds = tuple(kind for kind in KINDS if kind in rules.kinds)
    names = names_of(rules.names, "privacy")
    return rules.model_copy(update={"kinds": kinds, "names": names, "phone_region": region})


def _told(rules: PrivacyRules, before: PrivacyRules) -> dict[str, Any]:
    """Return what the log tells of rules: the names only as counts."""
    known = {key_of(name) for name in before.names}
    listed = {key_of(name) for name in rules.names}
    return {
        **rules.model_dump(mode="json", exclude={"names"}),
        "names": len(listed),
        "names_added": len(listed - known),
        "names_removed": len(known - listed),
    }
