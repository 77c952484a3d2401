"""HTTP to addresses that users give: they may not lead into the operator's own network.

A name is resolved once, each address it has is judged, and the connection goes to that very
address with the name in `Host` and in TLS; so nothing can change between the look and the leap. A
redirect is a new URL and is judged again. Nothing of the environment (proxies, netrc) is used.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address

import httpx2

from argosy.core.errors import ForbiddenAddressError, SourceDownError
from argosy.runtime.addresses import Address, Network, is_open

TIMEOUT_S = 10.0
ANSWER_MAX = 64 * 1024
URL_MAX = 2_000

_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = range(1, 65_536)
_USUAL = {"http": 80, "https": 443}
_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,254}}\Z)(?:{_LABEL}\.)*{_LABEL}\.?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `cut` tells that there was more than was read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request."""

    method: str
    url: httpx2.URL
    headers: Mapping[str, str]
    content: bytes
    most: int

    def led_to(self, url: httpx2.URL) -> "_Asked":
        """Return the request that a redirect asks for."""
        same = (url.scheme, url.netloc) == (self.url.scheme, self.url.netloc)
        return replace(self, url=url, headers=self.headers if same else {})


class Outgoing:
    """Sends requests to users' URLs.

    Parameters
    ----------
    http : bool
        Whether plain `http://` is allowed.
    named : sequence of networks
        Those that are allowed although they are not public.
    trust : ssl.SSLContext, optional
        What certificates are checked with, if not the system's authorities.
    """

    def __init__(
        self,
        *,
        http: bool = False,
        named: Sequence[Network] = (),
        timeout_s: float = TIMEOUT_S,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._schemes = ("https", "http") if http else ("https",)
        self._named = tuple(named)
        self._timeout_s = timeout_s
        self._trust = trust

    def check(self, text: str) -> httpx2.URL:
        """Return a URL that may be asked as far as its text tells, or refuse it."""
        if len(text) > URL_MAX:
            raise ForbiddenAddressError(f"A URL has at most {URL_MAX} characters.")
        try:
            url = httpx2.URL(text)
        except httpx2.InvalidURL as error:
            raise ForbiddenAddressError(f"This is no URL: {error}.") from error
        if url.scheme not in self._schemes or not url.host:
            wanted = " or ".join(f"{scheme}://…" for scheme in self._schemes)
            raise ForbiddenAddressError(f"A URL begins with {wanted}.")
        if url.userinfo:
            raise ForbiddenAddressError("A URL with a user or a password in it is refused.")
        if url.port is not None and url.port not in _PORTS:
            raise ForbiddenAddressError("A port is between 1 and 65535.")
        literal = _literal(url.host)
        if literal is not None:
            self._judge(url.host, [literal])
        elif not _NAME.fullmatch(url.raw_host.decode("ascii")):
            raise ForbiddenAddressError(f"{url.host[:100]} is no name of a machine.")
        return url

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        redirects: int = 0,
        most: int = ANSWER_MAX,
    ) -> Reply:
        """Send a request, and return the answer whatever its status; at most `most` bytes of it.

        Only GET follows redirects, so many as are allowed; headers that were meant for one host
        are not sent to another.

        Raises
        ------
        ForbiddenAddressError
            If the URL, or one that it leads to, may not be asked.
        SourceDownError
            If nobody answers in time, or not as HTTP.
        """
        asked = _Asked(method, self.check(url), dict(headers or {}), content, most)
        try:
            async with asyncio.timeout(self._timeout_s):
                reply = await self._once(asked)
                for _ in range(redirects if method == "GET" else 0):
                    place = reply.headers.get("location")
                    if reply.status not in _REDIRECTS or place is None:
                        break
                    asked = asked.led_to(self.check(str(asked.url.join(place))))
                    reply = await self._once(asked)
        except TimeoutError:
            message = f"it took more than {self._timeout_s:g} s."
            raise SourceDownError(asked.url.host, message) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            message = f"it cannot be reached ({type(error).__name__})."
            raise SourceDownError(asked.url.host, message) from None
        return reply

    async def _once(self, asked: "_Asked") -> Reply:
        """Send one request to the first of the name's addresses that can be connected to."""
        *others, last = await self._resolve(asked.url)
        for address in others:
            with suppress(httpx2.ConnectError):
                return await self._to(address, asked)
        return await self._to(last, asked)

    async def _to(self, address: Address, asked: "_Asked") -> Reply:
        url = asked.url
        named = {
            **asked.headers,
            "Host": url.netloc.decode("ascii"),
            "Accept-Encoding": "identity",
        }
        # A client for each request: kept connections know addresses, and not whose name they bear.
        async with (
            httpx2.AsyncClient(verify=self._context(), trust_env=False, timeout=None) as client,
            client.stream(
                asked.method,
                url.copy_with(host=str(address)),
                headers=named,
                content=asked.content,
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            ) as response,
        ):
            body, cut = await _read(response, asked.most)
            return Reply(response.status_code, dict(response.headers), body, cut)

    async def _resolve(self, url: httpx2.URL) -> list[Address]:
        literal = _literal(url.host)
        if literal is not None:
            return self._judge(url.host, [literal])
        port = url.port or _USUAL[url.scheme]
        found = await asyncio.get_running_loop().getaddrinfo(
            url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM
        )
        texts = dict.fromkeys(str(place[4][0]).partition("%")[0] for place in found)
        return self._judge(url.host, [ip_address(text) for text in texts])

    def _judge(self, host: str, addresses: list[Address]) -> list[Address]:
        """Return all addresses of a host, or refuse it if one of them is closed."""
        if not all(is_open(address, self._named) for address in addresses):
            message = (
                f"{host[:100]} is an address inside a network; only public ones may be named"
                " (ARGOSY_OUTGOING_NETWORKS allows others)."
            )
            raise ForbiddenAddressError(message)
        return addresses

    def _context(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = httpx2.create_ssl_context(trust_env=False)
        return self._trust


async def _read(response: httpx2.Response, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), True
    return bytes(body), False


def _literal(host: str) -> Address | None:
    try:  # what stands behind a % names one of our own interfaces
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None
