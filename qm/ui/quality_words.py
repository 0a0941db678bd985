"""Figures in words: margins with their n, changes, and whether agents can be told apart."""

from qm.core.estimates import Estimate
from qm.core.quality.ranking import Separation
from qm.ui.here import Here
from qm.workflow.trends import LastChange

_WHOLE_SCALE = 100
"""Points between the worst and the best score: a wider interval says nothing."""


def margin_in_words(page: Here, estimate: Estimate) -> str:
    """Say how sure a figure is: its margin or interval and its n, or why it has none."""
    _ = page._
    if estimate.n == 0:
        return _("nothing evaluated")
    n = f"n\u00a0=\u00a0{estimate.n}"  # never broken at the end of a line
    if estimate.note in {"too_few_to_show", "all_counted"}:
        is_hidden = estimate.note == "too_few_to_show"
        said = _("too few to show") if is_hidden else _("all counted")
        return page.digits(f"{said} · {n}")
    if estimate.low is None or estimate.high is None:
        return page.digits(_("no margin yet") + f" · {n}")
    if estimate.method == "wilson":
        return page.digits(f"{estimate.low:.1f}–{estimate.high:.1f} · {n}")
    if estimate.high - estimate.low >= _WHOLE_SCALE:
        return page.digits(_("margin wider than the scale") + f" · {n}")
    return page.digits(f"±\u00a0{estimate.margin:.1f} · {n}")


def change_in_words(page: Here, trend: LastChange) -> str:
    """Say what happened between the last two periods, in words instead of alarm."""
    _ = page._
    moved, before, after = trend.change, trend.before, trend.after
    if moved is None or before is None or after is None:
        return _("One month alone shows no change.")
    months = {"before": before.label(page.language), "after": after.label(page.language)}
    if (
        moved.difference is None
        or moved.low is None
        or moved.high is None
        or moved.high - moved.low >= _WHOLE_SCALE
    ):
        text = _("Too few evaluations to compare {before} with {after}.").format(**months)
        return page.digits(text)
    texts = {
        "up": _("Up by {points} points from {before} to {after}; interval {low} to {high}."),
        "down": _("Down by {points} points from {before} to {after}; interval {low} to {high}."),
        "no_change": _(
            "No change beyond noise from {before} to {after}; the difference of {points} points "
            "has the interval {low} to {high}, which includes zero."
        ),
    }
    size = moved.difference if moved.verdict == "no_change" else abs(moved.difference)
    said = texts[moved.verdict].format(
        points=page.number(size),
        low=page.number(moved.low),
        high=page.number(moved.high),
        **months,
    )
    if not trend.same_forms:
        said += " " + _("A form changed in between, so the two months are measured differently.")
    return page.digits(said)


def separation_in_words(page: Here, separation: Separation) -> str:
    """Say whether the agents can be told apart by their scores."""
    _ = page._
    return {
        "apart": _("The agents' scores differ by more than noise; look at the intervals."),
        "not_apart": _(
            "The agents cannot be told apart: their scores differ by no more than noise."
        ),
        "too_few": _("Too few evaluations to tell the agents apart."),
    }[separation.verdict]
