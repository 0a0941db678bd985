"""The link with which somebody sets their password, as it is handed over."""

from qm.ui.accounts.notices import Secret, address_of
from qm.ui.here import Here
from qm.ui.sign_in.gate import INVITATION
from qm.workflow.invitations import Link


def link_secret(page: Here, link: Link) -> Secret:
    """Return the link as something that is shown this once."""
    _ = page._
    title = (
        _("Invitation for {username}") if link.purpose == "invite" else _("Reset for {username}")
    )
    note = _("Hand it over now: it is shown this once, works once, and ends {moment}.")
    return Secret(
        title.format(username=link.username),
        address_of(page, f"{INVITATION}/{link.token}"),
        note.format(moment=page.moment(link.expires_at)),
    )
