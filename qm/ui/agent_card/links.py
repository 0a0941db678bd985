"""The way to an agent's card."""

from html import escape
from urllib.parse import urlencode

from qm.core.periods import Period
from qm.ui.menu import BY_ADDRESS

_CARD = BY_ADDRESS["agent-card"]


def card_html(name: str, agent_id: str, period: Period | None = None) -> str:
    """HTML of an agent's name that leads to the card, of a month, for `theme.row` and tables."""
    asked = {"agent": agent_id} | ({} if period is None else {"period": str(period)})
    address = escape(f"{_CARD.address}?{urlencode(asked)}")
    link = f'<a class="qm-behind" href="{address}" target="_self">{escape(name)}</a>'
    return f'<span class="qm-strong">{link}</span>'
