"""One price to very many WebSockets, beside a bare send loop on the same server in the same run.

`python -m bench.live [CLIENTS …]`. Two servers stand beside each other, both uvicorn as the program
starts it: Argosy itself, with the price coming over its bus, and twenty lines of Starlette that
send the same text to each socket in turn. The clients of both are in this process. Rounds
alternate; each is a burst, as fast as it goes, then ten prices with pauses, for the delays.
"""

import contextlib
import json
import resource
import select
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

SIZES = (1_000, 5_000)
ROUNDS = 5
BURST, PACED = 10, 10
PACE_PER_S = 4_000
"""Deliveries a second at which delays are measured: less than either server can do."""

LIMIT = 0.8
P99_LIMIT = 1.5

_UPGRADE = (
    "GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n"
)
_TEXT, _CLOSED, _PING, _PONG = 0x81, 0x88, 0x89, 0x8A
_UPDATE_BYTES = 250
"""Signs of life are shorter, and so are a ping's."""


def main() -> None:
    """Measure each number of clients that is asked for, or all."""
    raise_file_limit()
    for size in [int(text) for text in sys.argv[1:]] or list(SIZES):
        measure(size)


def measure(size: int) -> None:
    """Print deliveries per second, delays and memory of both servers."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        ours, bare = (
            stack.enter_context(_served(kind, Path(folder), size)) for kind in ("argosy", "bare")
        )
        rates: dict[str, list[float]] = {"argosy": [], "bare": []}
        delays: dict[str, list[float]] = {"argosy": [], "bare": []}
        for _ in range(ROUNDS):
            for side in (ours, bare):
                rates[side.kind].append(side.burst())
                delays[side.kind].append(side.paced())
        ratio = statistics.median(a / b for a, b in zip(*rates.values(), strict=True))
        late = statistics.median(a / b for a, b in zip(*delays.values(), strict=True))
        print(f"## {size} WebSockets, one price to each; {ROUNDS} rounds of {BURST} and {PACED}")
        for side in (ours, bare):
            print(
                f"{side.kind:7} {statistics.median(rates[side.kind]):9,.0f} deliveries/s; "
                f"{statistics.median(side.cpu_s) * 1e6:.1f} µs of the processor each; "
                f"p99 {statistics.median(delays[side.kind]) * 1e3:6.1f} ms at {PACE_PER_S:,}/s; "
                f"{side.memory_kib:.1f} KiB a connection that is idle"
            )
        print(
            f"argosy / bare: {ratio:.2f} of the deliveries (at least {LIMIT}), "
            f"{late:.2f} of the p99 (at most {P99_LIMIT})"
        )


class Side:
    """One server and all its clients."""

    all: ClassVar[list["Side"]] = []
    looked_s: ClassVar[float] = 0.0

    def __init__(self, kind: str, process: "subprocess.Popen[str]", size: int) -> None:
        self.kind = kind
        self._process = process
        self._size = size
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self.cpu_s: list[float] = []
        self._rests: dict[int, bytes] = {}
        self._got = 0
        self._delays: list[float] | None = None
        start = self._answer()
        before = self._tell("memory")["rss_kib"]
        Side.all.append(self)
        for count in range(size):
            self._connect(start["port"], start["messages"])
            if not count % 50:
                self.read(0.0)  # what the server asks is answered meanwhile
        while self._tell("listeners")["count"] < size:
            self.read(0.05)
        self._drain()
        self.memory_kib = (self._tell("memory")["rss_kib"] - before) / size

    def burst(self) -> float:
        """Return the deliveries per second of updates sent as fast as it goes."""
        self._got = 0
        told = self._tell(f"send {BURST} 0")
        self.cpu_s.append(told["cpu_s"] / (BURST * self._size))
        begun: float = told["begun"]
        return self._wait(BURST) / (time.monotonic() - begun)

    def paced(self) -> float:
        """Return the 99th percentile of the seconds from a price to its arrival."""
        self._got, self._delays = 0, []
        self._ask(f"send {PACED} {self._size / PACE_PER_S}")
        self._wait(PACED)
        self._answer()
        found, self._delays = sorted(self._delays), None
        return found[int(len(found) * 0.99)]

    def close(self) -> None:
        """Hang up."""
        Side.all.remove(self)
        for sock in self._sockets.values():
            sock.close()

    def _connect(self, port: int, messages: list[str]) -> None:
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall(_UPGRADE.format(port=port).encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += sock.recv(4096)
        assert got.startswith(b"HTTP/1.1 101"), got
        sock.sendall(b"".join(_masked(_TEXT, text.encode()) for text in messages))
        sock.setblocking(False)
        self._sockets[sock.fileno()] = sock
        self._poll.register(sock.fileno(), select.EPOLLIN)

    def _wait(self, updates: int) -> int:
        wanted, deadline = updates * self._size, time.monotonic() + 120
        while self._got < wanted:
            self.read(0.05)
            assert time.monotonic() < deadline, f"{self._got} of {wanted} arrived"
        assert self._got == wanted, f"{self._got} of {wanted} arrived"
        return wanted

    def _drain(self) -> None:
        while self.read(0.3):
            pass

    def read(self, wait_s: float) -> int:
        """Take what has come; return how many sockets had something."""
        if time.monotonic() - Side.looked_s > 1:
            # Meanwhile the other servers want to know whether their clients live.
            Side.looked_s = time.monotonic()
            for other in Side.all:
                if other is not self:
                    other.read(0.0)
        ready = self._poll.poll(wait_s)
        for number, _ in ready:
            data = self._sockets[number].recv(65_536)
            assert data, "the server hung up"
            self._take(number, self._rests.pop(number, b"") + data)
        return len(ready)

    def _take(self, number: int, data: bytes) -> None:
        """Count the updates among some frames, and answer the server's questions."""
        at, end = 0, len(data)
        while at < end:
            if end - at < 4:
                break
            length, head = data[at + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4]), 4
            if at + head + length > end:
                break
            if data[at] == _PING:
                payload = data[at + head : at + head + length]
                self._sockets[number].send(_masked(_PONG, payload))
            assert data[at] != _CLOSED, data[at:]
            if length > _UPDATE_BYTES:
                self._got += 1
                if self._delays is not None:
                    sent = data.index(b'"sent":"', at) + 8
                    delay = time.monotonic() - float(data[sent : data.index(b'"', sent)])
                    self._delays.append(delay)
            at += head + length
        if at < end:
            self._rests[number] = data[at:]

    def _ask(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def _tell(self, command: str) -> dict[str, Any]:
        self._ask(command)
        return self._answer()


@contextlib.contextmanager
def _served(kind: str, folder: Path, size: int) -> Iterator[Side]:
    command = [sys.executable, "-m", "bench.live_servers", kind, str(folder / kind), str(size)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    side = None
    try:
        side = Side(kind, process, size)
        yield side
    finally:
        if side is not None:
            side.close()
        process.kill()
        process.wait(10)


def _masked(opcode: int, payload: bytes) -> bytes:
    """Write a frame as a client does; a mask of zeros changes nothing."""
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else struct.pack("!BH", 0x80 | 126, length)
    return bytes([opcode]) + size + bytes(4) + payload


def raise_file_limit() -> None:
    """Let this process have as many sockets as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
