"""What waits, in words."""

from datetime import datetime

from qm.ui.here import Here
from qm.workflow.waiting import Kind, Waiting


def name(page: Here, kind: Kind) -> str:
    """Name what waits."""
    _ = page._
    return {
        "returned": _("Evaluations that came back to you"),
        "assignments": _("Evaluations to do"),
        "reviews": _("Evaluations to look at before the agent does"),
        "publications": _("Evaluations to publish"),
        "disputes": _("Disputes to decide"),
        "acknowledgements": _("Evaluations to read and acknowledge"),
        "decisions": _("Your disputes that were decided this week"),
        "own_evaluations": _("Evaluations to make yourself"),
        "changed_by_disputes": _("Evaluations of yours that a dispute changed this week"),
        "notes_to_review": _("Coaching notes to look at before the agent does"),
        "notes_returned": _("Coaching notes that came back to you"),
        "notes_to_read": _("Coaching notes to read"),
        "notes_to_discuss": _("Coaching notes to talk about"),
        "talks": _("Coaching talks within a week"),
        "commitments": _("Commitments that fall due within a week"),
        "proposals": _("Proposals for coaching"),
        "steps_overdue": _("Steps in the whole centre that are overdue"),
        "late_assignments": _("Evaluations in the whole centre that should be done by now"),
    }[kind]


def due(page: Here, waiting: Waiting, now: datetime) -> str:
    """Say when the first of them is due, or how many are overdue; empty where nothing is due."""
    _ = page._
    if waiting.overdue:
        return page.digits(_("{n} overdue").format(n=waiting.overdue))
    if waiting.due_at is None:
        return ""
    zone = page.centre.zone
    days = (waiting.due_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days < 1:
        return _("due today")
    return page.digits(_("first due in {days} days").format(days=days))


def summary(page: Here, found: tuple[Waiting, ...]) -> str:
    """Say in a few words how much waits and how much of it is overdue."""
    _ = page._
    number = sum(each.count for each in found)
    if not number:
        return _("Nothing waits for you")
    text = _("{n} things wait for you") if number > 1 else _("One thing waits for you")
    late = sum(each.overdue for each in found)
    text = text.format(n=number)
    return page.digits(f"{text} · " + _("{n} overdue").format(n=late) if late else text)
