"""From a number to the evaluations that it rests on."""

from html import escape
from urllib.parse import urlencode

from qm.core.quality.behind import Behind
from qm.ui.here import Here
from qm.ui.menu import BY_ADDRESS
from qm.ui.tables import Html

_LIST = BY_ADDRESS["evaluation-list"]


def number_html(page: Here, label: str, behind: Behind) -> Html:
    """HTML of a number that leads to the evaluations behind it, for `theme.row` and tables."""
    address = escape(address_behind(behind))
    told = escape(page._("The evaluations behind this number"))
    return Html(
        f'<a class="qm-behind" href="{address}" target="_self" title="{told}">{escape(label)}</a>'
    )


def address_behind(behind: Behind) -> str:
    """Return where the evaluations behind a number are, as seen from a page: for charts.

    Not `st.switch_page`: it writes the new page's parameters behind the old page's address first,
    so that who goes back does not find what they had chosen.
    """
    return f"{_LIST.address}?{urlencode(behind.address())}"
