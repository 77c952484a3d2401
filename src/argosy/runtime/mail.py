"""E-mail: through an SMTP server, or nowhere where none is set."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Protocol

from argosy.core.errors import InputError, SourceDownError, SourceRefusedError
from argosy.runtime.clock import Clock
from argosy.settings import MailSecurity

_TIMEOUT_S = 20.0
_NAME = "mail"
_REFUSED = 500
"""From this reply on a server will not change its mind."""

_PAGE = (
    '<!doctype html><html><body style="font-family:sans-serif;line-height:1.5">'
    '<h1 style="font-size:1.2em">{subject}</h1><p>{text}</p></body></html>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail; `key` is part of its Message-ID, the same each time that it is tried."""

    key: str
    to: str
    subject: str
    text: str


class Mail(Protocol):
    """Sends letters."""

    @property
    def is_set(self) -> bool:
        """Whether letters go anywhere."""
        ...

    async def send(self, letter: Letter) -> None:
        """Hand a letter over.

        Raises
        ------
        SourceDownError
            If the server cannot be reached or is busy: later it may take the letter.
        SourceRefusedError
            If it will not take it: a wrong password, an address that does not exist.
        """
        ...


class NoMail:
    """Takes letters and keeps none."""

    is_set = False

    async def send(self, letter: Letter) -> None:
        """Let a letter go."""


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where a server is, and how it is talked to; `trust` checks its certificate."""

    host: str
    port: int
    security: MailSecurity
    sender: str
    user: str | None = None
    password: str | None = None
    trust: ssl.SSLContext | None = None


class SmtpMail:
    """Sends letters through a server, each in a thread and over a connection of its own."""

    is_set = True

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        if "@" not in parseaddr(server.sender)[1]:
            raise InputError("ARGOSY_SMTP_FROM is no e-mail address; one is argosy@example.org.")
        self._server = server
        self._clock = clock

    async def send(self, letter: Letter) -> None:
        """Hand a letter over, or raise `SourceDownError` or `SourceRefusedError`."""
        message = write(letter, self._server.sender, self._clock)
        await asyncio.to_thread(self._deliver, message)

    def _deliver(self, message: EmailMessage) -> None:
        server = self._server
        try:
            with self._connected() as smtp:
                if server.security is MailSecurity.STARTTLS:
                    smtp.starttls(context=self._context())
                if server.user is not None:
                    smtp.login(server.user, server.password or "")
                smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max((reply[0] for reply in error.recipients.values()), default=0)
            raise _failure(code, "the server does not take this address") from None
        except smtplib.SMTPNotSupportedError as error:
            message_ = f"it lacks what ARGOSY_SMTP_SECURITY wants ({error})."
            raise SourceRefusedError(_NAME, message_) from None
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, f"it answered {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            message_ = f"the server cannot be reached ({type(error).__name__})."
            raise SourceDownError(_NAME, message_) from None

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=self._context())
        return smtplib.SMTP(host, port, timeout=_TIMEOUT_S)

    def _context(self) -> ssl.SSLContext:
        return self._server.trust or ssl.create_default_context()


def write(letter: Letter, sender: str, clock: Clock) -> EmailMessage:
    """Write a letter as plain text and as simple HTML, with no picture or link that tells."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    subject = " ".join(letter.subject.split())
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    text = escape(letter.text).replace("\n", "<br>")
    message.add_alternative(_PAGE.format(subject=escape(subject), text=text), subtype="html")
    return message


def _failure(code: int, what: str) -> SourceDownError | SourceRefusedError:
    kind = SourceRefusedError if code >= _REFUSED else SourceDownError
    return kind(_NAME, f"{what}.")
