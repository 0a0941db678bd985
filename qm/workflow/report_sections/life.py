"""What became of the evaluations: disputes and coaching."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlmodel import Session

from qm.core.personal_data.masking import masked
from qm.core.quality.coaching import CoachingEffect, CoachingFigures, coaching_by, effect_over
from qm.core.quality.disputes import (
    DisputedFigures,
    DisputeFigures,
    disputed_questions_by,
    disputes_by,
)
from qm.core.quality.facts import AskedQuestion
from qm.core.quality.groups import Key
from qm.core.quality.suppressing import small_groups
from qm.core.text import Wording
from qm.store import coaching_figures, dispute_figures
from qm.store.coaching_notes import coaching_notes
from qm.store.life import names_of
from qm.store.privacy import rules_in_force
from qm.workflow.report_sections.coached import contacts_of_talks
from qm.workflow.report_sections.month import Month
from qm.workflow.report_sections.people import ends
from qm.workflow.report_tables import as_table


@dataclass(frozen=True)
class Life:
    """Disputes and coaching of the whole centre in a month."""

    disputes: DisputeFigures
    coaching: CoachingFigures
    tables: Mapping[str, pd.DataFrame]


def life_of(session: Session, month: Month) -> Life:
    """Return what became of the month's evaluations, as it stands now."""
    whole, disputes = _disputes(session, month)
    coaching, coached = _coached(session, month)
    return Life(
        whole,
        coaching,
        {
            "disputes": disputes,
            "disputed_questions": _disputed_questions(session, month),
            "coached": coached,
            "coaching_effect": _effect(session, month),
            "coaching": _notes(session, month),
        },
    )


def _disputes(session: Session, month: Month) -> tuple[DisputeFigures, pd.DataFrame]:
    periods = [str(month.period)]
    published = dispute_figures.published(session, periods)
    raised = dispute_figures.disputes(session, periods)
    by: dict[str, tuple[str, ...]] = {
        "centre": (),
        "team": ("team_id",),
        "evaluator": ("evaluator",),
    }
    found = {
        level: disputes_by(published, raised, *columns, now=month.now)
        for level, columns in by.items()
    }
    nobody = {"team": None, "evaluator": None}
    rows: list[dict[str, object]] = []
    for level, groups in found.items():
        hidden = small_groups({key: own.published for key, own in groups.items()}, month.fewest)
        names = _names(session, month, level, groups)
        for key, own in groups.items():
            row = _dispute_row(own)
            if key in hidden:
                row = {**dict.fromkeys(row), "published": own.published}
            rows.append({"level": level, **nobody, **names.get(key, {}), **row})
    return found["centre"][()], as_table("disputes", rows)


def _names(
    session: Session, month: Month, level: str, found: Mapping[Key, object]
) -> dict[Key, dict[str, Wording]]:
    if level == "team":
        return {key: {"team": month.names.team[str(key[0])]} for key in found}
    if level == "centre":
        return {}
    people = names_of(session, [str(key[0]) for key in found])
    return {key: {"evaluator": people.get(str(key[0])) or Wording(en=str(key[0]))} for key in found}


def _dispute_row(own: DisputeFigures) -> dict[str, object]:
    plain = ("published", "raised", "upheld", "changed", "open", "overdue")
    return {
        **{name: getattr(own, name) for name in plain},
        **ends("rate", own.rate),
        **ends("overturned", own.overturned),
        "days_to_decide": own.days_to_decide.value,
    }


def _disputed_questions(session: Session, month: Month) -> pd.DataFrame:
    """Return the disputed questions in the order of their forms, as the newest version asks them.

    One that is in no form version of the month is told by its id.
    """
    found = disputed_questions_by(
        dispute_figures.disputed_questions(session, [str(month.period)]), "form_id", "question_id"
    )
    asked: dict[Key, AskedQuestion] = {}
    for (form_id, _), questions in sorted(
        month.facts.questions.items(), key=lambda form: (form[0][0], int(form[0][1]))
    ):
        asked |= {(form_id, question.question_id): question for question in questions}
    told = sorted(found, key=lambda key: (key[0], asked[key].number if key in asked else 0, key[1]))
    rows = [{**_asked(key, asked.get(key)), **_decided(found[key], month.fewest)} for key in told]
    return as_table("disputed_questions", rows)


def _asked(key: Key, question: AskedQuestion | None) -> dict[str, object]:
    if question is None:
        name = Wording(en=str(key[1]))
        return {"form": str(key[0]), "number": None, "section": None, "question": name}
    form = f"{question.form_id}@{question.form_version}"
    place = {"number": question.number, "section": question.section}
    return {"form": form, **place, "question": question.text}


def _decided(own: DisputedFigures, fewest: int) -> dict[str, object]:
    told = {name: getattr(own, name) for name in ("upheld", "changed", "open")}
    row = {**told, **ends("overturned", own.overturned)}
    return {"raised": own.raised, **(dict.fromkeys(row) if own.raised < fewest else row)}


def _coached(session: Session, month: Month) -> tuple[CoachingFigures, pd.DataFrame]:
    starts_at, ends_at = month.period.bounds(month.centre.zone)
    notes = coaching_figures.notes(session, [str(month.period)])
    talks = coaching_figures.talks(session, starts_at, ends_at)
    made = coaching_figures.commitments(session, starts_at, ends_at)
    by: dict[str, tuple[str, ...]] = {"centre": (), "team": ("team_id",)}
    found = {
        level: coaching_by(notes, talks, made, *columns, now=month.now, zone=month.centre.zone)
        for level, columns in by.items()
    }
    rows: list[dict[str, object]] = []
    for level, groups in found.items():
        hidden = small_groups({key: _size(own) for key, own in groups.items()}, month.fewest)
        for key, own in groups.items():
            team = month.names.team[str(key[0])] if key else None
            row = _coached_row(own)
            row = dict.fromkeys(row) if key in hidden else row
            rows.append({"level": level, "team": team, **row})
    return found["centre"][()], as_table("coached", rows)


def _size(own: CoachingFigures) -> int:
    return max(own.notes, own.held + own.cancelled + own.planned + own.overdue, own.made)


def _coached_row(own: CoachingFigures) -> dict[str, object]:
    row: dict[str, Any] = {**vars(own), **ends("kept", own.kept)}
    for name in ("completed", "held_on_time", "kept_on_time"):
        row[name] = getattr(own, name).value
    return row


def _effect(session: Session, month: Month) -> pd.DataFrame:
    """Return what became of what talks were about; no row where there were none."""
    effect = effect_over(contacts_of_talks(session, month))
    return as_table("coaching_effect", [_effect_row(effect)] if effect.talked_about else [])


def _effect_row(effect: CoachingEffect) -> dict[str, object]:
    return {
        **vars(effect),
        "before": effect.before.value,
        "after": effect.after.value,
        **ends("difference", effect.difference),
        "note": effect.difference.note or None,
    }


def _notes(session: Session, month: Month) -> pd.DataFrame:
    notes, rules = coaching_notes(session, str(month.period)), rules_in_force(session)
    hidden = {str(key[0]) for key in month.hidden("agent_id")}
    rows = []
    records: list[dict[Any, Any]] = notes.to_dict("records")
    for note in records:
        name = note["author_name"] or note["author"]
        author = Wording(en=name, fa=note["author_name_fa"] or None)
        person = month.names.columns(note["agent_id"], note["team_id"])
        written = {field: masked(note[field], rules) for field in ("text", "lead_comment")}
        score = None if note["agent_id"] in hidden else note["percent"]
        rows.append({**note, **person, **written, "score": score, "author": author})
    return as_table("coaching", rows)
