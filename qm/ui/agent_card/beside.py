"""How sure the month is, and where it stands beside others: in words, never on noise."""

import pandas as pd

from qm.core.change.funnel import Zone
from qm.core.change.funnel_signals import Placed
from qm.ui import theme
from qm.ui.evaluation.bands import band_pill
from qm.ui.here import Here
from qm.ui.quality_words import margin_in_words
from qm.ui.tables import Html, table
from qm.workflow.agent_card import AgentCard, OnForm


def show_beside(page: Here, card: AgentCard) -> None:
    """Show what the month can carry: the likely score, the place in the team, the funnel."""
    theme.row(theme.words(page._("What the month says"), "strong"))
    said = [_too_early(page, card)] if card.is_too_early else []
    said += [_likely(page, card), _place_in_team(page, card)]
    theme.rows(*([theme.words(text)] for text in said))
    _forms(page, card)


def _too_early(page: Here, card: AgentCard) -> str:
    text = page._("Too early for a judgement of this month: n = {n}. Look at the months together.")
    return page.digits(text.format(n=card.month.figures.score.n))


def _likely(page: Here, card: AgentCard) -> str:
    _, shrunk = page._, card.beside.shrunk
    raw = page.number(shrunk.raw.value)
    if shrunk.raw.value is None:
        return _("Nothing of this month has a score.")
    if shrunk.borrowed is None or shrunk.estimate.value is None:
        return _("There are too few agents with scores to say where the score probably lies.")
    text = _(
        "These evaluations come to {raw}. Few of them swing by chance, so the likely score borrows "
        "{borrowed} from what all agents score: {likely} is where the agent probably stands."
    )
    borrowed = page.percent(100 * shrunk.borrowed, 0)
    return text.format(raw=raw, borrowed=borrowed, likely=page.number(shrunk.estimate.value))


def _place_in_team(page: Here, card: AgentCard) -> str:
    _, separation, standing = page._, card.beside.separation, card.beside.standing
    if separation.verdict == "too_few":
        return _("Place in the team: too few evaluations to tell the agents apart.")
    if separation.verdict == "not_apart":
        text = _("Place in the team: cannot be told apart ({overlapping} of {n} agents overlap).")
        return page.digits(text.format(overlapping=separation.overlapping, n=separation.groups))
    if standing is None:
        return _("The agents' scores differ by more than noise; look at the intervals.")
    text = _("Place in the team: between {low} and {high} of {n} (95 % sure).")
    low, high = (page.number(place, 0) for place in (standing.rank.low, standing.rank.high))
    return page.digits(text.format(low=low, high=high, n=separation.groups))


def _forms(page: Here, card: AgentCard) -> None:
    """Show each form's score with its band, and how often it was failed beside the centre."""
    _ = page._
    places = {place.contacts.subject.form: place for place in card.beside.places}
    has_bands = any(each.form.bands for each in card.on_forms)
    rows = [
        {
            _("Form"): each.form.title.in_language(page.language),
            _("Score"): page.number(each.score.value),
            **({_("Band"): _band(page, each)} if has_bands else {}),
            _("Margin and n"): margin_in_words(page, each.score),
            **_failed(page, places.get(each.form.key)),
        }
        for each in card.on_forms
    ]
    if rows:
        table(pd.DataFrame(rows, dtype=object), numeric=[_("Score")])


def _band(page: Here, each: OnForm) -> str:
    return "–" if each.band is None else Html(band_pill(page, each.form, each.band))


def _failed(page: Here, place: Placed | None) -> dict[str, str]:
    """Say how often the form was failed, and how far that is from the centre by chance."""
    _ = page._
    if place is None:
        return {_("Failed"): "–", _("In the centre"): "–"}
    counted = _("{count} of {n}").format(
        count=int(place.contacts.failed.sum()), n=len(place.contacts.failed)
    )
    share = page.percent(place.funnel.target)
    return {
        _("Failed"): page.digits(counted),
        _("In the centre"): f"{share}: {_zone(page, place.point.zone)}",
    }


def _zone(page: Here, zone: Zone) -> str:
    _ = page._
    return {
        "inside": _("no further than chance goes"),
        "low": _("fewer, beyond the 95 % limit"),
        "high": _("more, beyond the 95 % limit"),
        "very_low": _("fewer, beyond the 99.8 % limit"),
        "very_high": _("more, beyond the 99.8 % limit"),
    }[zone]
