"""E-mail through a real server on this machine: plain, STARTTLS and TLS."""

from datetime import UTC, datetime

import pytest

from argosy.core.errors import InputError, SourceDownError, SourceRefusedError
from argosy.runtime.clock import FixedClock
from argosy.runtime.mail import Letter, NoMail, SmtpMail, SmtpServer
from argosy.settings import MailSecurity
from tests.support.postbox import taking_letters
from tests.support.receiver import trusting

CLOCK = FixedClock(datetime(2024, 1, 5, 12, tzinfo=UTC))
LETTER = Letter(
    key="018cd9f0-0000-7000-8000-000000000000",
    to="ada@example.org",
    subject="ACME costs 101 USD",
    text="Seen: 101\nNote: <b>sell</b> & buy",
)


def mail(box, security=MailSecurity.NONE, **more) -> SmtpMail:
    given = {"sender": "Argosy <argosy@example.org>", "trust": trusting(), **more}
    server = SmtpServer(host="localhost", port=box.port, security=security, **given)
    return SmtpMail(server, CLOCK)


async def test_a_letter_is_plain_text_and_html_that_tells_nobody_anything():
    async with taking_letters() as box:
        await mail(box).send(LETTER)
    (letter,) = box.letters
    assert box.recipients == ["ada@example.org"]
    assert letter["From"] == "Argosy <argosy@example.org>"
    assert letter["Subject"] == "ACME costs 101 USD"
    assert letter["Message-ID"] == f"<{LETTER.key}@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Fri, 05 Jan 2024 12:00:00 +0000"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == ["Seen: 101", "Note: <b>sell</b> & buy"]
    page = html.get_content()
    assert "Seen: 101<br>Note: &lt;b&gt;sell&lt;/b&gt; &amp; buy" in page
    assert not any(word in page for word in ("http", "src=", "href=", "<img", "<b>"))


@pytest.mark.parametrize(
    ("security", "tls"),
    [(MailSecurity.NONE, False), (MailSecurity.STARTTLS, False), (MailSecurity.TLS, True)],
)
async def test_a_connection_is_protected_as_it_is_set(security, tls):
    async with taking_letters(tls=tls) as box:
        box.login = ("argosy", "pass word")
        await mail(box, security, user="argosy", password="pass word").send(LETTER)
    assert box.encrypted == [security is not MailSecurity.NONE]


async def test_a_server_that_offers_no_protection_gets_no_letter():
    async with taking_letters() as box:
        box.offers_tls = False
        with pytest.raises(SourceRefusedError, match="ARGOSY_SMTP_SECURITY"):
            await mail(box, MailSecurity.STARTTLS).send(LETTER)
    assert box.letters == []


async def test_a_server_whose_certificate_nobody_signed_gets_no_letter():
    async with taking_letters(tls=True) as box:
        with pytest.raises(SourceDownError, match="cannot be reached"):
            await mail(box, MailSecurity.TLS, trust=None).send(LETTER)
    assert box.letters == []


async def test_a_wrong_password_is_a_refusal_that_does_not_name_it():
    async with taking_letters() as box:
        box.login = ("argosy", "right")
        with pytest.raises(SourceRefusedError, match="535") as refused:
            await mail(box, user="argosy", password="wrong-word").send(LETTER)
    assert "wrong-word" not in str(refused.value)


async def test_a_busy_server_is_asked_later_and_an_unknown_address_never_again():
    async with taking_letters() as box:
        box.refusals = ["450 busy", "550 nobody here"]
        with pytest.raises(SourceDownError):
            await mail(box).send(LETTER)
        with pytest.raises(SourceRefusedError):
            await mail(box).send(LETTER)


async def test_a_server_that_is_not_there_is_said_so():
    async with taking_letters() as box:
        gone = mail(box)
    with pytest.raises(SourceDownError, match="cannot be reached"):
        await gone.send(LETTER)


async def test_a_subject_cannot_add_headers():
    bad = Letter(key="k", to="ada@example.org", subject="x\r\nBcc: eve@example.org", text="y")
    async with taking_letters() as box:
        await mail(box).send(bad)
    assert box.letters[0]["Bcc"] is None
    assert box.recipients == ["ada@example.org"]


async def test_without_a_server_letters_go_nowhere():
    assert not NoMail().is_set
    await NoMail().send(LETTER)


def test_a_sender_without_an_address_is_refused():
    server = SmtpServer(host="h", port=1, security=MailSecurity.NONE, sender="Argosy")
    with pytest.raises(InputError, match="ARGOSY_SMTP_FROM"):
        SmtpMail(server, CLOCK)
