"""The report as an e-mail, handed to a real mail server."""

import dataclasses
import smtplib
import socket
import ssl

import pytest

from qm.core.mailing import require_address
from qm.core.problems import BadInput
from qm.locale import translator
from qm.reports.mail import is_final, message_of, reason_of, send
from qm.reports.monthly import PrintedReport
from qm.reports.words import summary_lines
from tests.fixtures.mail_server import SENDER, mail_server
from tests.reports.case import ABAN, NOW


@pytest.fixture(scope="module")
def report(live_reports) -> PrintedReport:
    return dataclasses.replace(live_reports[ABAN], number=1, content_sha256="c" * 64).in_language(
        "fa"
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with mail_server(tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture
def server(running):
    """A server without messages."""
    for message in running.folder.glob("*.eml"):
        message.unlink()
    return running


@pytest.fixture
def message(report, tmp_path):
    def made(to: str = "boss@centre.example", of: PrintedReport = report):
        book = tmp_path / "quality-1405-08-fa.xlsx"
        book.write_bytes(b"PK book")
        return message_of(of, [book], sender=SENDER, to=to, at=NOW, _=translator("fa"))

    return made


def test_a_message_arrives_with_persian_subject_summary_and_files(message, report, server):
    send(message(), server.settings())
    (came,) = server.messages()
    assert came["X-Envelope"] == came["To"] == "boss@centre.example"
    assert came["From"] == SENDER
    assert "آبان ۱۴۰۵" in came["Subject"]
    text = came.get_body(("plain",)).get_content()
    assert text.startswith(came["Subject"])
    assert "c" * 64 in text
    first = summary_lines(report, translator("fa"))[0]
    assert first in text
    assert "۷۹٫۲" in first  # the score, in digits of the language
    (book,) = came.iter_attachments()
    assert (book.get_filename(), book.get_content()) == ("quality-1405-08-fa.xlsx", b"PK book")


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_over_tls_with_a_password_and_only_where_the_certificate_is_trusted(
    message, tmp_path, security
):
    with mail_server(tmp_path, security, with_password=True) as server:
        send(message(), server.settings())
        with pytest.raises(smtplib.SMTPAuthenticationError) as wrong:
            send(message(), server.settings(password="guessed"))
        assert not is_final(wrong.value)
        with pytest.raises(ssl.SSLCertVerificationError):
            send(message(), server.settings(ca_file=None))
        assert len(server.messages()) == 1


def test_what_is_too_large_is_named_instead_of_attached(report, tmp_path):
    files = [tmp_path / name for name in ("a.xlsx", "b.pdf", "c.zip")]
    for file, size in zip(files, (6, 9, 4), strict=True):
        file.write_bytes(b"x" * size)
    made = message_of(report, files, sender=SENDER, to="boss@centre.example", at=NOW,
                      _=translator("en"), link="https://qm.example/monthly-report",
                      most_bytes=10)  # fmt: skip
    assert [part.get_filename() for part in made.iter_attachments()] == ["a.xlsx", "c.zip"]
    text = made.get_body(("plain",)).get_content()
    assert "not attached: b.pdf. Take" in text
    assert text.splitlines()[-1] == "https://qm.example/monthly-report"


def test_refusals_for_good_and_for_now_are_told_apart(message, server):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(message("refused@centre.example"), server.settings())
    with pytest.raises(smtplib.SMTPRecipientsRefused) as later:
        send(message("later@centre.example"), server.settings())
    assert (is_final(refused.value), is_final(later.value)) == (True, False)
    assert reason_of(refused.value) == "550 5.1.1 no such person here"
    with socket.socket() as unused:
        unused.bind(("localhost", 0))
        away = dataclasses.replace(server.settings(), port=unused.getsockname()[1])
        with pytest.raises(ConnectionRefusedError) as gone:
            send(message(), away)
    assert not is_final(gone.value)


BREAKS = ("\r\nBcc: all@else.example", "\nBcc: x@y.example", "\r", "\x00", "\u2028X: y")


@pytest.mark.parametrize("inserted", BREAKS)
def test_nothing_from_data_becomes_a_header_or_an_address(message, report, server, inserted):
    for address in (f"boss@centre.example{inserted}", f"boss{inserted}@centre.example"):
        with pytest.raises(BadInput, match="is no e-mail address"):
            message(address)
    named = dataclasses.replace(report, made_by=f"maryam{inserted}", reason=f"Why{inserted}")
    send(message(of=named), server.settings())
    (came,) = server.messages()
    known = {"X-Envelope", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
             "MIME-Version", "Content-Type", "X-Peer", "X-MailFrom", "X-RcptTo"}  # fmt: skip
    assert set(came.keys()) <= known
    assert came["X-Envelope"] == "boss@centre.example"


def test_the_same_report_for_the_same_address_has_the_same_id(message, report):
    other = dataclasses.replace(report, content_sha256="d" * 64)
    first, again = message()["Message-ID"], message()["Message-ID"]
    assert first == again
    assert len({first, message("b@c.example")["Message-ID"], message(of=other)["Message-ID"]}) == 3


@pytest.mark.parametrize("address", ["a@b.example", "first.last+qm@mail.centre.example", "x@host"])
def test_addresses_are_taken(address):
    assert require_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "a", "@b", "a@", "a@b@c", "a b@c", "Name <a@b.example>", "a@b,c@d", "a..b@c.example",
     "a@-b.example", "ا@ب.example", "a@b.example\n", "a@b..c", f"{'a' * 250}@b.example"],
)  # fmt: skip
def test_other_texts_are_no_addresses(address):
    with pytest.raises(BadInput, match="is no e-mail address"):
        require_address(address)
