"""The providers on loopback: real HTTP, real formats, and faults that can be switched on."""

import time
from collections import deque
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, unquote, urlsplit

from tests.simulator import (
    alphavantage,
    binance,
    coingecko,
    coinmarketcap,
    ecb,
    finnhub,
    frankfurter,
    massive,
    remote,
    yahoo,
)
from tests.simulator.faults import Fault, Trait
from tests.simulator.market import rate_days, small_world
from tests.simulator.wire import Reply, Request

PROVIDERS = {
    "alphavantage": alphavantage,
    "binance": binance,
    "coingecko": coingecko,
    "coinmarketcap": coinmarketcap,
    "frankfurter": frankfurter,
    "massive": massive,
    "remote": remote,
    "finnhub": finnhub,
}
"""Modules with a `reply(simulator, request)`, each below its name: http://…/binance/api/v3/…"""


class Simulator:
    """All providers at one address: Yahoo at its root, each other below its name.

    `fail(fault, times=2)` makes the next two data requests fail; `traits` make data odd.
    `requests` keeps every path that was asked for, in order.
    """

    def __init__(self) -> None:
        self.listings = small_world()
        self.rates = rate_days()
        self.traits: frozenset[Trait] = frozenset()
        self.crumb = yahoo.CRUMB
        self.requests: list[Request] = []
        self._faults: deque[Fault] = deque()
        self.stopped = Event()
        handler = type("Handler", (_Handler,), {"simulator": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, *faults: Fault, times: int = 1) -> None:
        """Let the next data requests fail, one fault each."""
        self._faults.extend(faults * times)

    def paths(self, part: str) -> list[str]:
        """The paths asked for so far that contain a text."""
        return [request.path for request in self.requests if part in request.path]

    @contextmanager
    def running(self):
        """Listen until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            self.stopped.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def reply(self, request: Request) -> Reply | Fault:
        """Answer one request, or say how it fails."""
        if request.path == "/":  # fc.yahoo.com: sets the cookie, the page itself is an error (§1)
            return Reply(404, b"", "text/html", (("Set-Cookie", yahoo.COOKIE),))
        if request.path == "/v1/test/getcrumb":
            return Reply(200, self.crumb.encode(), "text/plain")
        if request.path in {"/consent", "/copyConsent"}:
            return Reply(200, b"<html></html>", "text/html")
        if self._faults:
            return self._faults.popleft()
        provider, _, path = request.path.removeprefix("/").partition("/")
        if provider == "ecb":
            return self._ecb(path)
        if provider in PROVIDERS:
            return PROVIDERS[provider].reply(self, request._replace(path=f"/{path}"))
        return self._yahoo(request)

    def _ecb(self, name: str) -> Reply:
        files = {
            "eurofxref-daily.xml": lambda: Reply(200, ecb.xml(self.rates, 1), "text/xml"),
            "eurofxref-hist-90d.xml": lambda: Reply(200, ecb.xml(self.rates, 62), "text/xml"),
            "eurofxref-hist.zip": lambda: Reply(
                200, ecb.history_zip(self.rates), "application/zip"
            ),
        }
        return files[name]() if name in files else Reply(404, b"", "text/html")

    def _yahoo(self, request: Request) -> Reply:
        if request.path.startswith("/v8/finance/chart/"):
            return self._chart(request)
        if request.path == "/v7/finance/quote":
            if not self._knows_visitor(request):
                return Reply(401, yahoo.encode(yahoo.refusal("finance")))
            wanted = request.query["symbols"].split(",")
            known = [self.listings[symbol] for symbol in wanted if symbol in self.listings]
            return Reply(200, yahoo.encode(yahoo.quotes(known)))
        if request.path.startswith("/v10/finance/quoteSummary/"):
            if not self._knows_visitor(request):
                return Reply(401, yahoo.encode(yahoo.refusal("finance")))
            symbol = unquote(request.path.rpartition("/")[2])
            if symbol not in self.listings:
                return Reply(404, yahoo.encode(yahoo.unknown_profile(symbol)))
            return Reply(200, yahoo.encode(yahoo.profile(self.listings[symbol])))
        if request.path == "/v1/finance/search":
            text = request.query["q"].lower()
            known = [one for one in self.listings.values() if text in one.name.lower()]
            return Reply(200, yahoo.encode(yahoo.search(known)))
        return Reply(404, b"<html>nothing here</html>", "text/html")

    def _knows_visitor(self, request: Request) -> bool:
        cookie = request.headers.get("cookie", "")
        return request.query.get("crumb") == self.crumb and "A3=" in cookie

    def _chart(self, request: Request) -> Reply:
        symbol = unquote(request.path.rpartition("/")[2])
        listing = self.listings.get(symbol)
        if listing is None:
            return Reply(404, yahoo.encode(yahoo.unknown(symbol)))
        start, end = int(request.query["period1"]), int(request.query["period2"])
        interval = request.query["interval"]
        if interval in yahoo.SECONDS:
            status, body = yahoo.intraday(listing, self.traits, interval, start, end)
            return Reply(status, yahoo.encode(body))
        return Reply(200, yahoo.encode(yahoo.chart(listing, self.traits, start, end)))


class _Handler(BaseHTTPRequestHandler):
    """Carries requests to the simulator of its server, and replies or faults back."""

    protocol_version = "HTTP/1.1"
    simulator: Simulator

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(parts.path, query, headers)
        self.simulator.requests.append(request)
        answer = self.simulator.reply(request)
        if isinstance(answer, Reply):
            self._send(answer)
        elif answer is Fault.DROPPED:
            self.close_connection = True
            self.connection.close()
        elif answer is Fault.SLOW:
            self._trickle()
        else:
            self._send(fault_reply(answer))

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def _send(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        headers = {"Date": self.date_time_string(), "Content-Type": reply.kind} | dict(
            reply.headers
        )
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def _trickle(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        try:
            while not self.simulator.stopped.is_set():
                self.wfile.write(b" ")
                self.wfile.flush()
                self.simulator.stopped.wait(0.05)
        except OSError:
            return


def fault_reply(fault: Fault) -> Reply:
    """The answer that a fault consists of."""
    cut = b'{"chart":{"result":[{"meta":{"currency":"USD","sym'
    error = yahoo.encode(yahoo.refusal("finance"))
    later = formatdate(time.time() + 1, usegmt=True)
    replies = {
        Fault.RATE_LIMITED: Reply(429, b"Too Many Requests\r\n", "text/plain"),
        Fault.RATE_LIMITED_BRIEFLY: Reply(429, b"", headers=(("Retry-After", "0"),)),
        Fault.RATE_LIMITED_LONG: Reply(429, b"", headers=(("Retry-After", "3600"),)),
        Fault.RATE_LIMITED_UNTIL: Reply(429, b"", headers=(("Retry-After", later),)),
        Fault.TOO_MANY_TEXT: Reply(200, b"Too Many Requests\r\n", "text/plain"),
        Fault.SERVER_ERROR: Reply(503, b"<html>down</html>", "text/html"),
        Fault.ERROR_BODY: Reply(200, error),
        Fault.EMPTY: Reply(200, b""),
        Fault.DOWN_PAGE: Reply(200, b"<html>Will be right back...</html>", "text/html"),
        Fault.WEB_PAGE: Reply(200, b"<!doctype html><title>Welcome</title>", "text/html"),
        Fault.TRUNCATED: Reply(200, cut),
        Fault.GARBAGE: Reply(200, bytes(range(128, 256))),
        Fault.RESHAPED: Reply(200, b'{"series":{"prices":[1,2,3]}}'),
        Fault.FORBIDDEN: Reply(403, b"no"),
        Fault.BANNED: Reply(418, b"{}", headers=(("Retry-After", "120"),)),
        Fault.DAY_USED_UP: alphavantage.said("Information", alphavantage.DAILY_LIMIT),
        Fault.BURST: alphavantage.said("Information", alphavantage.BURST),
        Fault.BARE_404: Reply(404, b"not here", "text/plain"),
    }
    return replies[fault]
