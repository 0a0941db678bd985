"""The parts of the overview that stand side by side: teams, channels and evaluators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qm.core.change.difference import Change, change
from qm.core.estimates import NOTHING, Estimate
from qm.core.quality.evaluators import severity_of
from qm.core.quality.facts import Facts, once
from qm.core.quality.groups import DRAWN, Grouped, counts, grouped
from qm.core.quality.ranking import Separation, told_apart
from qm.core.quality.suppressing import small_groups, suppressed
from qm.core.text import Wording
from qm.store.tables import Team
from qm.workflow.month_figures import FiguresOfMonth
from qm.workflow.quality import name_of, same_forms


@dataclass(frozen=True)
class Beside:
    """A figure beside that of the month before."""

    now: Estimate
    before: Estimate

    @property
    def change(self) -> Change:
        """How it moved."""
        return change(self.before, self.now)


@dataclass(frozen=True)
class GroupScore:
    """The score of a team or a channel; `name` is None of a channel.

    `same_forms` is whether it and the month before are measured with the same form versions; of
    a channel there is no month before.
    """

    code: str
    name: Wording | None
    score: Beside
    same_forms: bool = True


@dataclass(frozen=True)
class Groups:
    """Teams or channels side by side, by their names in the store, and whether they differ.

    `separation` is None where no form version measures them all: on different yardsticks nothing
    can be told apart.
    """

    groups: tuple[GroupScore, ...]
    separation: Separation | None


@dataclass(frozen=True)
class Strictness:
    """An evaluator's counted evaluations, and how many points more than others they give."""

    evaluator: str
    evaluated: int
    leniency: Estimate


def teams_beside(
    facts: Facts, before: Mapping[str, FiguresOfMonth], teams: Sequence[Team], fewest: int
) -> Groups:
    """Return the teams' scores, each beside that of the month before."""
    found, forms = _scores(facts, "team_id", fewest)
    name = {team.id: name_of(team) for team in teams}
    groups = []
    for code, score in found.items():
        earlier = before.get(code)
        was = suppressed(earlier.figures, fewest).score if earlier else NOTHING
        is_same = earlier is None or same_forms(earlier.forms, forms[code])
        groups.append(GroupScore(code, name.get(code), Beside(score, was), same_forms=is_same))
    return Groups(tuple(groups), _told_apart(found, forms))


def channels_beside(facts: Facts, fewest: int) -> Groups:
    """Return the channels' scores."""
    found, forms = _scores(facts, "channel", fewest)
    groups = (GroupScore(code, None, Beside(score, NOTHING)) for code, score in found.items())
    return Groups(tuple(groups), _told_apart(found, forms))


@once
def _scores(
    facts: Facts, column: str, fewest: int
) -> tuple[dict[str, Estimate], dict[str, list[str]]]:
    """Return each group's mean score without small ones, and the form versions of each."""
    rows = facts.counted.evaluations
    needed = [column, "percent", "form_id", "form_version", *DRAWN]
    scored = rows.loc[rows["percent"].notna(), needed]
    place, keys = grouped(scored, [column])
    codes = [str(code) for (code,) in keys]
    scores = dict(zip(codes, Grouped(scored, place, len(keys)).means("percent"), strict=True))
    hidden = small_groups({code: score.n for code, score in scores.items()}, fewest)
    used = scored[[column, "form_id", "form_version"]].drop_duplicates()
    forms: dict[str, list[str]] = {code: [] for code in codes}
    for code, form_id, version in used.itertuples(index=False, name=None):
        forms[str(code)].append(f"{form_id}@{version}")
    for code in hidden:
        scores[code] = Estimate(None, scores[code].n, None, None, "none", "too_few_to_show")
    return scores, forms


def _told_apart(
    scores: Mapping[str, Estimate], forms: Mapping[str, Sequence[str]]
) -> Separation | None:
    shared = set.intersection(*map(set, forms.values())) if forms else set()
    return told_apart(list(scores.values())) if shared else None


@once
def evaluators_beside(facts: Facts) -> tuple[Strictness, ...]:
    """Return everyone who evaluated, by username; leniency as the evaluators' figures have it."""
    counted = facts.counted.evaluations
    place, keys = grouped(counted, ["evaluator"])
    evaluated = counts(counted["is_counted"], place, len(keys))
    model = severity_of(facts)
    return tuple(
        Strictness(str(name), n, model.leniency(str(name)) if name in model.evaluators else NOTHING)
        for (name,), n in zip(keys, evaluated, strict=True)
    )
