"""Choosing among a month's frozen reports: the one that closed it, and its revisions."""

from qm.store.reports import ClosedReport
from qm.ui.addressed import addressed_choice
from qm.ui.here import Here
from qm.workflow.report_standing import Standing


def version_picker(page: Here, standing: Standing) -> ClosedReport | None:
    """Return the chosen frozen report, the newest at first; None where the month is open.

    The address of the page keeps it as `number`.
    """
    versions = {str(each.number): each for each in standing.versions}
    if not versions:
        return None
    labels = {number: _label(page, each) for number, each in versions.items()}
    return versions[
        addressed_choice(page, page._("Report number"), labels, name="number", width=380)
    ]


def _label(page: Here, version: ClosedReport) -> str:
    _ = page._
    day = page.day(version.closed_at)
    if version.number == 1:
        return page.digits(_("No. 1, closed {day}").format(day=day))
    told = _("Revision {number}, {day}: {changes} changes")
    return page.digits(told.format(number=version.number, day=day, changes=version.changes))
