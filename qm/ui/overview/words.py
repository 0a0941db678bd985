"""How figures moved, and what stands beside them, in a few words."""

from qm.core.estimates import Estimate
from qm.ui import theme
from qm.ui.here import Here
from qm.workflow.overview_groups import Beside


def signed(page: Here, value: float) -> str:
    """Return a difference with its sign, which stands left of the number in Persian, too."""
    number = page.number(value)
    is_more = value > 0 and number != page.number(0.0)
    return f"\u200e+{number}" if is_more else number


def moved(page: Here, beside: Beside, *, same_forms: bool) -> str:
    """HTML of how a figure moved from the month before, and whether by more than noise."""
    _ = page._
    if "too_few_to_show" in {beside.now.note, beside.before.note}:
        return theme.words(_("not compared: too few to show"), "mute")
    difference = beside.change.difference
    if difference is None:
        return theme.words(_("data in both months needed"), "mute")
    points = signed(page, difference)
    if not same_forms:
        return theme.words(f"{points} · " + _("another form version"), "mute")
    verdict = beside.change.verdict
    if verdict in {"up", "down"}:
        arrow = "▲" if verdict == "up" else "▼"
        points = page.number(abs(difference))
        return theme.pill(f"{arrow} {points} · " + _("beyond noise"), "accent")
    said = {"no_change": _("within noise"), "too_few": _("too few to tell")}[verdict]
    return theme.words(f"{points} · {said}", "mute")


def interval(page: Here, estimate: Estimate) -> str:
    """Return the 95 % interval, empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = max(0.0, estimate.low), min(100.0, estimate.high)
    return f"{page.number(low)}–{page.number(high)}"
