"""E-mail as the centre sets it: addresses, and the server that takes messages."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qm.core.problems import N_, BadInput, Problem, explain

Security = Literal["starttls", "ssl", "none"]

NO_ADDRESS = explain(
    "mail.no_address",
    N_("“{value}” is no e-mail address."),
    N_("Write one like quality@example.com, without a name around it."),
)

# Stricter than RFC 5322: no quotes, comments or line breaks, so nothing can become a header.
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@{_LABEL}(\.{_LABEL})*")


@dataclass(frozen=True)
class MailServer:
    """The server that messages are handed to.

    `security`: "starttls" or "ssl" with certificates checked (against `ca_file` where one is
    given), or "none" for a server on this machine or a closed network. `user` is empty where
    the server asks for none.
    """

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = ""
    ca_file: Path | None = None

    def __repr__(self) -> str:
        """Show where, never the password."""
        return f"MailServer({self.host}:{self.port}, {self.security}, {self.sender})"


def require_address(value: str) -> str:
    """Return an e-mail address; raises `BadInput` where it is none."""
    if not _ADDRESS.fullmatch(value):
        raise BadInput(Problem(NO_ADDRESS, "recipients", values={"value": value}))
    return value
