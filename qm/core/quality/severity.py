"""How strict each evaluator is, and what agents' scores are once that is taken out."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from qm.core.estimates import Estimate
from qm.core.estimates.samples import t_estimate
from qm.core.estimates.sums import summed
from qm.core.quality.facts import Facts
from qm.core.quality.groups import Grouped, Key, grouped

Floats = npt.NDArray[np.float64]

_CIRCUMSTANCES = ["channel", "form_id"]
JUDGED = ["evaluator", "agent_id", "percent", *_CIRCUMSTANCES]
"""The columns of evaluations that `severity` rests on."""

_CLOSE = 1e-6


@dataclass(frozen=True)
class Severity:
    """The additive model score = agent + evaluator + channel + form, solved by least squares.

    `effects` are the evaluators', `covariance` theirs, both in the order of `evaluators` and each
    known but for a constant per group of evaluators that can be compared. `group` numbers these
    groups: two evaluators are in one where agents link them, one evaluated by both, or over
    others. `counts` are the evaluations of each. `freedom` is 0 where nothing is left to tell the
    noise by. `determined` projects on what the data determine of the effects.
    """

    evaluators: tuple[str, ...]
    group: npt.NDArray[np.intp]
    counts: npt.NDArray[np.intp]
    effects: Floats
    covariance: Floats
    freedom: float
    determined: Floats

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Return who can be compared with whom; across groups nobody can."""
        return tuple(
            tuple(name for name, of in zip(self.evaluators, self.group, strict=True) if of == one)
            for one in np.unique(self.group)
        )

    def leniency(self, evaluator: str) -> Estimate:
        """Return by how many points more the evaluator gives than others would to the same mix.

        The others of the group, by how much each evaluates. Above 0 is lenient. "not_comparable"
        where nobody else evaluated the same agents, or only on other channels or forms.
        """
        at = self.evaluators.index(evaluator)
        others = (self.group == self.group[at]) * self.counts
        others[at] = 0
        n = int(self.counts[at])
        if not others.sum():
            return Estimate(None, n, None, None, "none", "not_comparable")
        contrast = -others / others.sum()
        contrast[at] = 1.0
        return self._contrast(contrast, n)

    def of_mix(self, shares: Floats) -> Estimate:
        """Return how many points a mix of evaluators adds, against the average of their groups.

        `shares` say what part of the mix each of the evaluators has; they sum to 1.
        "not_comparable" where one of them cannot be compared with anybody.
        """
        together = (self.group[:, None] == self.group) * self.counts
        n = int(self.counts[shares > 0].sum())
        if (np.count_nonzero(together[shares > 0], axis=1) < 2).any():
            return Estimate(None, n, None, None, "none", "not_comparable")
        average = together / together.sum(axis=1, keepdims=True)
        return self._contrast(shares - shares @ average, n)

    def _contrast(self, contrast: Floats, n: int) -> Estimate:
        length = float(contrast @ contrast)
        if length - float(contrast @ self.determined @ contrast) > _CLOSE * length:
            return Estimate(None, n, None, None, "none", "not_comparable")
        value = float(contrast @ self.effects)
        variance = float(contrast @ self.covariance @ contrast)
        if not self.freedom or variance < _CLOSE**2:
            return Estimate(value, n, None, None, "none", "no_spread")
        return t_estimate(value, n, sqrt(variance), self.freedom)


def severity(evaluations: pd.DataFrame) -> Severity:
    """Return the severity of everyone who evaluated, from evaluations drawn by chance.

    `evaluations` have the columns `JUDGED`; those without a score do not count. Agents are fixed,
    not random: evaluators who mostly see strong or weak agents, as where each has a team of their
    own, are then compared by the agents whom they share, and on nothing else. Each evaluation
    counts once, for it is about evaluators and not about the centre's interactions. Those of the
    same interaction share its difficulty, which is left out: where many are double-scored, the
    intervals are rather too wide.
    """
    scored = evaluations.loc[evaluations["percent"].notna(), JUDGED]
    score = scored["percent"].to_numpy(dtype=float)
    names, design = _indicators(scored["evaluator"])
    agents = _indicators(scored["agent_id"])[1]
    others = [_indicators(scored[column])[1] for column in _CIRCUMSTANCES]
    columns = sparse.hstack([design, *others]).tocsr()
    per_agent = np.asarray(agents.sum(axis=0)).ravel()
    crossed = (agents.T @ columns).toarray()
    inner = (columns.T @ columns).toarray() - crossed.T @ (crossed / per_agent[:, None])
    mean = (agents.T @ score) / per_agent
    about = score - agents @ mean
    inverse, rank = _inverted(inner, 1e-8 * max(1.0, len(score)))
    effects = inverse @ (columns.T @ about)
    left = about - (columns @ effects - agents @ ((crossed @ effects) / per_agent))
    freedom = max(0, len(score) - len(per_agent) - rank)
    noise = float(left @ left) / freedom if freedom else 0.0
    k = len(names)
    return Severity(
        names,
        _linked(design, agents),
        np.asarray(design.sum(axis=0)).ravel().astype(int),
        effects[:k],
        noise * inverse[:k, :k],
        float(freedom),
        (inner @ inverse)[:k, :k],
    )


@dataclass(frozen=True)
class Adjusted:
    """A score with its evaluators' effects removed, beside the raw one and never instead of it.

    `by_evaluators` are the points that the evaluators added, which `adjusted` leaves out.
    """

    raw: Estimate
    adjusted: Estimate
    by_evaluators: Estimate


def adjusted_by(facts: Facts, found: Severity, *columns: str) -> dict[Key, Adjusted]:
    """Return the mean scores of agents (or any groups) as the average evaluator would give them.

    By the values of these columns; `found` is the severity of all evaluators. The interval bears
    both the sample and how well the evaluators' effects are known. Without a value where one of
    a group's evaluators cannot be compared ("not_comparable"). Groups without a score have none.
    """
    counted = facts.counted.evaluations
    scored = counted[counted["percent"].notna()]
    evaluator = pd.Index(found.evaluators).get_indexer(pd.Index(scored["evaluator"]))
    without = scored["percent"].to_numpy(dtype=float) - found.effects[evaluator]
    place, keys = grouped(scored, columns)
    groups = Grouped(scored.assign(without=without), place, len(keys))
    weights = np.zeros((len(keys), len(found.evaluators)))
    np.add.at(weights, (place, evaluator), groups.weights)
    return {
        key: _adjusted(raw, fair, found.of_mix(own / own.sum()))
        for key, raw, fair, own in zip(
            keys, groups.means("percent"), groups.means("without"), weights, strict=True
        )
    }


def _adjusted(raw: Estimate, without: Estimate, effect: Estimate) -> Adjusted:
    """Return it; `without` is known but for a constant, so only its error is of use."""
    if raw.value is None or effect.value is None:
        return Adjusted(raw, replace(effect, n=raw.n), effect)
    value = raw.value - effect.value
    if not without.standard_error or not effect.standard_error:
        note = without.note if not without.standard_error else effect.note
        return Adjusted(raw, Estimate(value, raw.n, None, None, "none", note), effect)
    return Adjusted(raw, summed(value, raw.n, [(1.0, without), (1.0, effect)]), effect)


def _inverted(inner: Floats, least: float) -> tuple[Floats, int]:
    """Return the pseudo-inverse of a symmetric matrix, and how many eigenvalues exceed `least`."""
    values, vectors = np.linalg.eigh(inner)
    sizes = np.abs(values)
    is_kept = sizes > 1e-10 * sizes.max(initial=0.0)
    kept = vectors[:, is_kept]
    return (kept / values[is_kept]) @ kept.T, int(np.count_nonzero(sizes > least))


def _indicators(values: "pd.Series[str]") -> tuple[tuple[str, ...], sparse.csr_array]:
    codes, names = pd.factorize(values, sort=True)
    ones = (np.ones(len(codes)), (np.arange(len(codes)), codes))
    return tuple(names), sparse.csr_array(ones, shape=(len(codes), len(names)))


def _linked(evaluators: sparse.csr_array, agents: sparse.csr_array) -> npt.NDArray[np.intp]:
    """Number the groups of evaluators that agents link."""
    shared = evaluators.T @ agents
    _, found = csgraph.connected_components(shared @ shared.T, directed=False)
    return found.astype(np.intp)
