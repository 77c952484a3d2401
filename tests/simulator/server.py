"""The providers on loopback: real HTTP, real formats, and faults that can be switched on."""

from collections import deque
from contextlib import contextmanager
from copy import copy
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
from tests.simulator.broken import broken
from tests.simulator.faults import Fault, Trait
from tests.simulator.market import coins, currency_pairs, rate_days, shares, small_world
from tests.simulator.odd import told
from tests.simulator.switches import PATH, switch
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


FORMATS = {
    "yahoo": "provider-formats §1",
    "finnhub": "provider-formats §2",
    "massive": "provider-formats §3",
    "alphavantage": "provider-formats §4",
    "binance": "provider-formats §5",
    "coingecko": "provider-formats §6",
    "coinmarketcap": "provider-formats §7",
    "ecb": "provider-formats §8",
    "frankfurter": "provider-formats §8",
    "remote": "docs/api.md",
}
"""What the answers of each provider follow; each answer says so in the header `X-Format`."""


class Simulator:
    """All providers at one address: Yahoo at its root, each other below its name.

    `fail(fault, times=2)` makes the next two data requests fail; `traits` make data odd, and leave
    `listings`, the truth, as it is; `shares` and `coins` are what lists of symbols have. `requests` keeps every path that was asked for, in order.
    """

    formats = FORMATS

    def __init__(self, *, port: int = 0) -> None:
        self.listings = small_world()
        self.rates = rate_days()
        self.pairs = currency_pairs(sorted(self.rates))
        self.shares = shares()
        self.coins = coins()
        self.traits: frozenset[Trait] = frozenset()
        self.crumb = yahoo.CRUMB
        self.requests: list[Request] = []
        self.faults: deque[tuple[Fault, str | None]] = deque()
        self.stopped = Event()
        handler = type("Handler", (_Handler,), {"simulator": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def fail(self, *faults: Fault, times: int = 1, source: str | None = None) -> None:
        """Let the next data requests fail, one fault each; with a source, of that one alone."""
        self.faults.extend((fault, source) for fault in faults * times)

    def heal(self) -> None:
        """End all faults and oddities."""
        self.faults.clear()
        self.traits = frozenset()

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
        name = request.path.removeprefix("/").partition("/")[0]
        provider = name if name in FORMATS else "yahoo"
        fault = self._next_fault(provider)
        if fault in {Fault.DROPPED, Fault.CUT_SHORT, Fault.SLOW}:
            return fault
        view = copy(self)
        view.listings = told(self.listings, self.traits)
        whole = view._answer(provider, request)
        answer = broken(fault, provider, whole) if fault else whole
        return answer._replace(headers=(*answer.headers, ("X-Format", FORMATS[provider])))

    def _next_fault(self, provider: str) -> Fault | None:
        for index, (fault, source) in enumerate(self.faults):
            if source in {None, provider}:
                del self.faults[index]
                return fault
        return None

    def _answer(self, provider: str, request: Request) -> Reply:
        if provider == "yahoo":
            return self._yahoo(request)
        path = request.path.removeprefix(f"/{provider}")
        if provider == "ecb":
            return self._ecb(path.removeprefix("/"))
        return PROVIDERS[provider].reply(self, request._replace(path=path))

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
        listing = self.listings.get(symbol) or self.pairs.get(symbol)
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
        if parts.path == PATH:
            self._switch()
            return
        request = Request(parts.path, query, headers)
        self.simulator.requests.append(request)
        answer = self.simulator.reply(request)
        if isinstance(answer, Reply):
            self._send(answer)
        elif answer is Fault.DROPPED:
            self.close_connection = True
            self.connection.close()
        elif answer is Fault.CUT_SHORT:
            self.close_connection = True
            self.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
        else:
            self._trickle()

    def do_POST(self) -> None:
        self._switch()

    def do_DELETE(self) -> None:
        self._switch()

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def _switch(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        known = urlsplit(self.path).path == PATH
        self._send(switch(self.simulator, self.command, body) if known else Reply(405, b""))

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
