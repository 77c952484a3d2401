"""A server that writes down what it is sent, over plain HTTP or TLS, and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("hooks.test.pem")
"""Of `hooks.test` and `localhost`, signed by itself, with its key: nobody else trusts it."""


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    server_name: str | None


@dataclass
class Answer:
    """What is answered; a `wait_s` lets the sender lose its patience."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait_s: float = 0.0


@dataclass
class Receiver:
    """What came, and what is answered to the next ones: the last answer stands for all after it."""

    url: str = ""
    requests: list[Received] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    connections: int = 0

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def trusting() -> ssl.SSLContext:
    """Trust the certificate, as a client does."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


@asynccontextmanager
async def receiving(*, tls: bool = False, host: str = "127.0.0.1") -> AsyncIterator[Receiver]:
    """Receive on a free port of this machine for the time of a block."""
    receiver, context, names = Receiver(), None, list[str | None]()
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receiver.connections += 1
        try:
            await _serve(reader, writer, receiver, lambda: names[-1] if names else None)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, host, 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    receiver.url = f"{'https' if tls else 'http'}://{shown}:{port}/hook"
    async with server:
        yield receiver


async def _serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    receiver: Receiver,
    server_name: Callable[[], str | None],
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    lines = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in lines}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    receiver.requests.append(Received(method, path, headers, body, server_name()))
    answer = receiver.next_answer()
    await asyncio.sleep(answer.wait_s)
    told = {"Content-Length": str(len(answer.body)), "Connection": "close", **answer.headers}
    lines_ = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    writer.write(f"HTTP/1.1 {answer.status} X\r\n{lines_}\r\n".encode() + answer.body)
    await writer.drain()
