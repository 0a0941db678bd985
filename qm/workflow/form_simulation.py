"""What a new form version would have made of the evaluations that are stored."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from qm.core.access import Actor
from qm.core.forms.conditions import InteractionIs, leaves
from qm.core.forms.form import Form
from qm.core.problems import N_, BadInput, Problem, explain
from qm.core.scoring.bulk import score_table
from qm.core.scoring.rescoring import Misfit, Scores, fitted, scores_of
from qm.core.scoring.visibility import conditions_of
from qm.store import rescoring as store
from qm.store.engine import transaction
from qm.workflow.published_forms import load_form

NO_EVALUATIONS = explain(
    "form.no_evaluations",
    N_("No stored evaluation was made with the form “{form}”."),
    N_("Check the form's id, or choose other months."),
)

_BATCH = 5_000
_BIGGEST = 20
_COLUMNS = ["evaluation_id", "interaction_id", "form_version"]
_BEFORE_AND_AFTER = [
    "before_percent",
    "after_percent",
    "difference",
    "before_outcome",
    "after_outcome",
]


@dataclass(frozen=True)
class Simulation:
    """Stored evaluations beside what another form version makes of their answers.

    `before` are the stored scores, `after` those of `form` (a key). `mean_difference` is over
    the `compared` evaluations that have a score in both. `outcomes` has every evaluation whose
    outcome changes, `biggest` those whose score moves most, both with evaluation_id,
    interaction_id, form_version, before_percent, after_percent, difference, before_outcome and
    after_outcome (None: has none). `misfits` are answers that the new version has no place for:
    they were left out. `new_questions` are those that no evaluation could answer;
    `with_unanswered` counts evaluations whose new score misses a required answer.
    `incomparable` has evaluations without a score before or after, and the reason of either.
    """

    form: str
    evaluations: int
    versions: tuple[str, ...]
    before: Scores
    after: Scores
    compared: int
    mean_difference: float | None
    outcomes: pd.DataFrame
    biggest: pd.DataFrame
    misfits: tuple[Misfit, ...]
    new_questions: tuple[str, ...]
    with_unanswered: int
    incomparable: pd.DataFrame


def simulate(
    engine: Engine,
    actor: Actor,
    new: Form,
    *,
    form_id: str,
    periods: list[str] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Simulation:
    """Return what `new` makes of the stored evaluations of a form, of any version of it.

    Nothing is stored. `periods` None: all. Raises `BadInput` where there are no evaluations.
    """
    actor.require("publish_forms")
    with transaction(engine) as session:
        table = store.evaluations_of_form(session, form_id, periods)
        if table.empty:
            raise BadInput(Problem(NO_EVALUATIONS, new.key, values={"form": form_id}))
        versions = sorted(set(table["form_version"]), key=int)
        known = {
            question.id
            for version in versions
            for question in load_form(session, form_id, version).everything_asked()
        }
        after, misfits = [], []
        for start in range(0, len(table), _BATCH):
            ids = [int(name) for name in table["evaluation_id"].iloc[start : start + _BATCH]]
            scores, left_out = _rescored(session, new, ids)
            after.append(scores)
            misfits += left_out
            if on_progress:
                on_progress(start + len(ids), len(table))
    return _compared(
        new,
        table.set_index("evaluation_id", drop=False),
        pd.concat(after),
        versions=tuple(f"{form_id}@{version}" for version in versions),
        misfits=_summed(misfits),
        new_questions=tuple(q.id for q in new.everything_asked() if q.id not in known),
    )


def _rescored(session: Session, new: Form, ids: list[int]) -> tuple[pd.DataFrame, list[Misfit]]:
    answers = store.answer_values(session, ids)
    values = answers.pivot(index="evaluation_id", columns="question_id", values="value")
    values, misfits = fitted(new, values.reindex(ids))
    tagged = store.tagged_answers(session, ids).assign(is_tagged=True)
    tags = tagged.pivot(index="evaluation_id", columns="question_id", values="is_tagged")
    facts = None
    if asked := _asked_attributes(new):
        stored = store.facts_of(session, ids)
        rows = [[stored[name].get(fact) for fact in asked] for name in ids]
        facts = pd.DataFrame(rows, index=ids, columns=asked, dtype=object)
    return score_table(new, values, tagged=tags, facts=facts), misfits


def _asked_attributes(form: Form) -> list[str]:
    """Return the attributes of the interaction that the form's conditions ask for."""
    found = {
        leaf.interaction
        for question in form.everything_asked()
        for condition in conditions_of(form, question)
        for _, leaf in leaves(condition)
        if isinstance(leaf, InteractionIs)
    }
    return sorted(found)


def _compared(
    new: Form,
    table: pd.DataFrame,
    after: pd.DataFrame,
    *,
    versions: tuple[str, ...],
    misfits: tuple[Misfit, ...],
    new_questions: tuple[str, ...],
) -> Simulation:
    both = table.rename(columns={name: f"before_{name}" for name in ("percent", "outcome")})
    both["after_percent"], both["after_outcome"] = after["percent"], after["outcome"]
    has_both = both["before_percent"].notna() & both["after_percent"].notna()
    # Scores are decimals: their difference is, too, but for the float's last places.
    both["difference"] = [
        round(after - before, 6) if known else None
        for before, after, known in zip(
            both["before_percent"], both["after_percent"], has_both, strict=True
        )
    ]
    moved = both[has_both & (both["difference"] != 0)]
    order = moved["difference"].astype(float).abs().sort_values(ascending=False, kind="stable")
    changed = both["before_outcome"].fillna("") != both["after_outcome"].fillna("")
    reasons = both[_COLUMNS].assign(before=both["no_score"], after=after["no_score"])
    differences = list(both["difference"][has_both])
    return Simulation(
        form=new.key,
        evaluations=len(both),
        versions=versions,
        before=scores_of(both["before_percent"], both["before_outcome"]),
        after=scores_of(both["after_percent"], both["after_outcome"]),
        compared=len(differences),
        mean_difference=sum(differences) / len(differences) if differences else None,
        outcomes=both[changed][_COLUMNS + _BEFORE_AND_AFTER].reset_index(drop=True),
        biggest=moved.loc[order.index[:_BIGGEST]][_COLUMNS + _BEFORE_AND_AFTER].reset_index(
            drop=True
        ),
        misfits=misfits,
        new_questions=new_questions,
        with_unanswered=int((after["unanswered"] > 0).sum()),
        incomparable=reasons[~has_both].reset_index(drop=True),
    )


def _summed(misfits: list[Misfit]) -> tuple[Misfit, ...]:
    counts: dict[tuple[str, str | None], int] = {}
    for misfit in misfits:
        key = (misfit.question_id, misfit.value)
        counts[key] = counts.get(key, 0) + misfit.answers
    return tuple(Misfit(question, value, count) for (question, value), count in counts.items())
