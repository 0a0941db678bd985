"""Conditions on interactions as words of the page's language."""

from decimal import Decimal

from qm.core.forms.conditions import All, AnyOf, Condition, InteractionIs, Not
from qm.ui.here import Here


def condition_words(page: Here, condition: Condition) -> str:
    """Return a condition as a sentence part, such as `talk_s at most 30`."""
    _ = page._
    if isinstance(condition, Not):
        return _("not ({condition})").format(condition=condition_words(page, condition.negated))
    if isinstance(condition, All | AnyOf):
        is_all = isinstance(condition, All)
        parts = condition.all if isinstance(condition, All) else condition.any
        return (_(" and ") if is_all else _(" or ")).join(_inner(page, part) for part in parts)
    if isinstance(condition, InteractionIs):
        return _leaf(page, condition)
    return condition.question  # policies ask for no answers; their linter says so


def _inner(page: Here, condition: Condition) -> str:
    words = condition_words(page, condition)
    return f"({words})" if isinstance(condition, All | AnyOf) else words


def _leaf(page: Here, leaf: InteractionIs) -> str:
    _ = page._
    name = _attribute(page, leaf.interaction)
    if leaf.one_of:
        values = _(" or ").join(_value(page, value) for value in leaf.one_of)
        return _("{name} is {values}").format(name=name, values=values)
    bounds = []
    if leaf.at_least is not None:
        bounds.append(_("at least {number}").format(number=_number(page, leaf.at_least)))
    if leaf.at_most is not None:
        bounds.append(_("at most {number}").format(number=_number(page, leaf.at_most)))
    joined = _(" and ").join(bounds)
    return f"{name} {joined}"


def _attribute(page: Here, name: str) -> str:
    """Name an attribute of the interaction; the centre's own columns as they are called."""
    _ = page._
    known = {
        "channel": _("channel"),
        "queue": _("queue"),
        "direction": _("direction"),
        "language": _("language"),
        "talk_s": _("talking time in seconds"),
        "hold_s": _("hold time in seconds"),
        "wrap_s": _("wrap-up time in seconds"),
        "outcome": _("outcome"),
        "agent": _("agent"),
        "team": _("team"),
        "recorded": _("recorded"),
        "evaluated": _("evaluated before"),
        "drawn": _("drawn before"),
        "contacts_7d": _("earlier contacts in seven days"),
    }
    return known.get(name, name)


def _value(page: Here, value: str) -> str:
    _ = page._
    known = {
        "yes": _("yes"),
        "no": _("no"),
        "call": _("call"),
        "chat": _("chat"),
        "email": _("e-mail"),
        "internal": _("internal"),
        "inbound": _("inbound"),
        "outbound": _("outbound"),
    }
    return known.get(value, value)


def _number(page: Here, value: Decimal) -> str:
    return page.digits(f"{value.normalize():f}")
