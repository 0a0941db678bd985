"""The monthly report as an e-mail, and handing it to the mail server."""

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from qm.core.mailing import MailServer, require_address
from qm.core.problems import N_
from qm.reports.files import printable
from qm.reports.monthly import PrintedReport
from qm.reports.words import Translate, headlines, summary_lines

MOST_BYTES = 15 * 2**20
"""Of attached files: encoded they are a third more, and many servers take 20 to 25 MB."""

_PATIENCE_S = 30.0
_TYPES = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".zip": ("application", "zip"),
    ".pdf": ("application", "pdf"),
    ".html": ("text", "html"),
}
_PERMANENT = 500  # replies from here on: the same message will be refused again


def message_of(
    report: PrintedReport,
    files: Sequence[Path],
    *,
    sender: str,
    to: str,
    at: datetime,
    _: Translate,
    link: str = "",
    most_bytes: int = MOST_BYTES,
) -> EmailMessage:
    """Return the e-mail with the report's files; its subject is the title, its text the summary.

    Files that together would be larger than `most_bytes` are named instead of attached; `link`
    leads to the report's page where one is known. The same report for the same address has the
    same Message-ID: mail programs show it once, should it come twice. Raises `BadInput` where an
    address is none.
    """
    title, *lines = headlines(report, _)
    attached, left_out = _within(files, most_bytes)
    message = EmailMessage(policy=SMTP)
    message["From"] = require_address(sender)
    message["To"] = require_address(to)
    message["Subject"] = _line(title)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = _message_id(report, sender, to)
    message["Auto-Submitted"] = "auto-generated"  # nobody's absence note is wanted (RFC 3834)
    notes = [*_not_attached(left_out, report, _), *([link] if link else [])]
    blocks = [[title], summary_lines(report, _), lines, notes]
    texts = ["\n".join(map(_line, block)) for block in blocks if block]
    message.set_content("\n\n".join(texts) + "\n")
    for file in attached:
        maintype, subtype = _TYPES[file.suffix]
        message.add_attachment(
            file.read_bytes(), maintype=maintype, subtype=subtype, filename=file.name
        )
    return message


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _within(files: Sequence[Path], most_bytes: int) -> tuple[list[Path], list[Path]]:
    """Part the files in those that fit into an e-mail, in their order, and those left out."""
    attached: list[Path] = []
    left_out: list[Path] = []
    room = most_bytes
    for file in files:
        size = file.stat().st_size
        (attached if size <= room else left_out).append(file)
        room -= size if size <= room else 0
    return attached, left_out


def _not_attached(left_out: Sequence[Path], report: PrintedReport, _: Translate) -> list[str]:
    if not left_out:
        return []
    text = _(
        N_("Too large for an e-mail, so not attached: {files}. Take them from the page Report.")
    )
    comma = "، " if report.language == "fa" else ", "
    return [text.format(files=comma.join(file.name for file in left_out))]


def _message_id(report: PrintedReport, sender: str, to: str) -> str:
    told = "\n".join([report.content_sha256 or "", report.language, to])
    name = hashlib.sha256(told.encode()).hexdigest()[:32]
    return f"<{name}@{sender.rpartition('@')[2]}>"


def send(message: EmailMessage, server: MailServer) -> None:
    """Hand a message to the mail server.

    Raises `OSError` (`smtplib.SMTPException` is one) where the server is away or refuses.
    """
    context = ssl.create_default_context(cafile=server.ca_file)
    with _connection(server, context) as connection:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
        connection.send_message(message)


def _connection(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "ssl":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE_S, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=_PATIENCE_S)


def is_final(error: OSError) -> bool:
    """Whether the server has refused the message or its recipient for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _reason in error.recipients.values())
    kinds = (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
    return isinstance(error, kinds) and error.smtp_code >= _PERMANENT


def reason_of(error: OSError) -> str:
    """Return what went wrong in one line, in the server's own words where it said any."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = [f"{code} {_text(reason)}" for code, reason in error.recipients.values()]
        return "; ".join(said)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    # Without the number and the path of the machine, which tell readers nothing.
    return _text(error.strerror or str(error)) or type(error).__name__


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(printable(text).split())[:500]
