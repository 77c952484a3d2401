"""A mail server on this machine: it speaks SMTP, also over TLS, and keeps what it is handed."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.support.receiver import CERTIFICATE


@dataclass
class Postbox:
    """What came, and how the server behaves.

    `refusals` are replies to RCPT TO, one a letter; `login` is who must log in, with what.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    login: tuple[str, str] | None = None
    offers_tls: bool = True


@asynccontextmanager
async def taking_letters(*, tls: bool = False) -> AsyncIterator[Postbox]:
    """Take letters on a free port for the time of a block; with `tls` from the first byte on."""
    box = Postbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Session(box, reader, writer, context).run()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context if tls else None)
    box.port = server.sockets[0].getsockname()[1]
    async with server:
        yield box


class _Session:
    """One conversation."""

    def __init__(
        self,
        box: Postbox,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        context: ssl.SSLContext,
    ) -> None:
        self._box = box
        self._reader = reader
        self._writer = writer
        self._context = context
        self._known = box.login is None

    async def run(self) -> None:
        await self._say("220 postbox")
        while line := await self._reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                await self._say("221 bye")
                return
            await self._answer(verb.upper(), rest)

    async def _answer(self, verb: str, rest: str) -> None:
        if verb == "EHLO":
            await self._greet()
        elif verb == "STARTTLS":
            await self._say("220 go on")
            await self._writer.start_tls(self._context)
        elif verb == "AUTH":
            await self._log_in(rest)
        elif verb == "MAIL" and not self._known:
            await self._say("530 log in first")
        elif verb == "RCPT" and self._box.refusals:
            await self._say(self._box.refusals.pop(0))
        elif verb == "RCPT":
            self._box.recipients.append(rest.partition("<")[2].partition(">")[0])
            await self._say("250 ok")
        elif verb == "DATA":
            await self._take()
        else:
            await self._say("250 ok")

    async def _greet(self) -> None:
        offers = ["250-postbox"]
        if self._box.offers_tls and not self._is_encrypted():
            offers.append("250-STARTTLS")
        if self._box.login is not None:
            offers.append("250-AUTH PLAIN")
        await self._say("\r\n".join([*offers, "250 8BITMIME"]))

    async def _log_in(self, rest: str) -> None:
        _, user, password = b64decode(rest.partition(" ")[2]).decode().split("\0")
        self._known = (user, password) == self._box.login
        await self._say("235 welcome" if self._known else "535 wrong")

    async def _take(self) -> None:
        await self._say("354 go on")
        raw = await self._reader.readuntil(b"\r\n.\r\n")
        letter = message_from_bytes(raw.removesuffix(b".\r\n"), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self._box.letters.append(letter)
        self._box.encrypted.append(self._is_encrypted())
        await self._say("250 taken")

    def _is_encrypted(self) -> bool:
        return self._writer.get_extra_info("ssl_object") is not None

    async def _say(self, text: str) -> None:
        self._writer.write(f"{text}\r\n".encode())
        await self._writer.drain()
