"""Small groups: figures of few evaluations would tell of single people, so they are not shown."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from typing import TypeVar

from qm.core.estimates import Estimate
from qm.core.quality.figures import Figures

Group = TypeVar("Group", bound=Hashable)


def small_groups(
    sizes: Mapping[Group, int], fewest: int, hidden: Collection[Group] = ()
) -> set[Group]:
    """Return which groups that make up a whole are not to be shown.

    Those of fewer than `fewest` (and those `hidden` anyway), and as many of the next larger ones
    as it takes for all hidden ones together to be no small group and not a single one: else
    whoever knows the whole and the others would know it. Groups of none tell nothing. 0 and 1 as
    `fewest` hide nothing more.
    """
    known = {group: size for group, size in sizes.items() if size}
    found = {group for group, size in known.items() if size < fewest or group in hidden}
    if not found:
        return set()
    for group in sorted(known.keys() - found, key=lambda each: (known[each], str(each))):
        if len(found) > 1 and sum(known[each] for each in found) >= fewest:
            break
        found.add(group)
    return found


def suppressed_groups(
    figures: Mapping[Group, Figures], fewest: int, hidden: Collection[Group] = ()
) -> tuple[dict[Group, Figures], set[Group]]:
    """Return the figures of groups that make up a whole without small ones, and who is hidden.

    Of a hidden group only numbers of evaluations and picks stay. Where a group is large enough
    but one of its figures rests on few, as the accuracy of a lens that seldom applied, that
    figure is hidden, and those of other groups that would tell it.
    """
    if fewest <= 1 and not hidden:
        return dict(figures), set()
    small = small_groups({key: own.evaluated for key, own in figures.items()}, fewest, hidden)
    sizes: dict[str, dict[Group, int]] = {}
    for key, own in figures.items():
        for name, estimate in own.estimates.items():
            sizes.setdefault(name, {})[key] = estimate.n
    few = {name: small_groups(each, fewest, small) for name, each in sizes.items()}
    shown = {
        key: _without(own, {name for name in own.estimates if key in few[name]})
        for key, own in figures.items()
    }
    return shown, small


def suppressed(figures: Figures, fewest: int) -> Figures:
    """Return the figures of a whole with only the n of what rests on fewer than `fewest`."""
    return suppressed_groups({(): figures}, fewest)[0][()]


def _without(figures: Figures, few: Collection[str]) -> Figures:
    """Return the figures without the values of these, by their names in `Figures.estimates`."""

    def shown(name: str, estimate: Estimate) -> Estimate:
        return _hidden(estimate) if name in few else estimate

    defects = figures.lens_defects.items()
    return replace(
        figures,
        score=shown("score", figures.score),
        calculated=shown("calculated", figures.calculated),
        passed=shown("passed", figures.passed),
        fatal_rate=shown("fatal_rate", figures.fatal_rate),
        critical={lens: shown(str(lens), each) for lens, each in figures.critical.items()},
        defects=shown("defects", figures.defects),
        lens_defects={lens: shown(f"{lens}_defects", each) for lens, each in defects},
        not_applicable=shown("not_applicable", figures.not_applicable),
    )


def _hidden(estimate: Estimate) -> Estimate:
    return Estimate(None, estimate.n, None, None, "none", "too_few_to_show")
