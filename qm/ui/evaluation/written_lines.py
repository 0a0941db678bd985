"""Lines of written channels: when a message was sent, and the parts of an e-mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from qm.core.mail_text import mail_parts
from qm.core.transcript import Segment
from qm.store.tables import Interaction
from qm.ui import wording
from qm.ui.here import Here
from qm.ui.player import BlockKind


def message_times(page: Here, interaction: Interaction, segments: Sequence[Segment]) -> list[str]:
    """Return when each message was sent: with the day at the first one and where it changes.

    Empty where the source does not say, and for calls, whose lines have seconds.
    """
    if interaction.channel == "call":
        return [""] * len(segments)
    told: list[str] = []
    before: datetime | None = None
    for segment in segments:
        if segment.start_s is None:
            told.append("")
            continue
        sent = interaction.started_at + timedelta(seconds=segment.start_s)
        local = sent.astimezone(page.centre.zone)
        is_new_day = before is None or before.date() != local.date()
        told.append(page.moment(sent) if is_new_day else page.digits(f"{local:%H:%M}"))
        before = local
    return told


def mail_blocks(
    page: Here, interaction: Interaction, place: int, segment: Segment
) -> list[tuple[BlockKind, str]]:
    """Return the parts of an e-mail, the subject of the interaction before the first; else none."""
    if interaction.channel != "email" or not segment.is_said:
        return []
    parts: list[tuple[BlockKind, str]] = list(mail_parts(segment.text))
    subject = interaction.attributes.get("subject")
    if place == 0 and isinstance(subject, str) and all(kind != "subject" for kind, _ in parts):
        parts.insert(0, ("subject", subject))
    return [(kind, wording.masked(page._, text)) for kind, text in parts]
