"""HTTP to users' URLs: resolved once, judged, pinned, bounded; over real sockets."""

import asyncio
import socket
from ipaddress import ip_network

import pytest

from argosy.core.errors import ForbiddenAddressError, SourceDownError
from argosy.runtime.outgoing import Outgoing
from tests.support.receiver import Answer, receiving, trusting

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


def allowing(**more) -> Outgoing:
    return Outgoing(http=True, named=LOOPBACK, **more)


@pytest.fixture
def names(monkeypatch):
    """Let names resolve as the test says; what is not named does not exist."""
    known: dict[str, list[list[str]]] = {}

    async def resolve(_loop, host, port, **_kinds):
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        answers = known[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    return known


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/", "begins with https"),
        ("ftp://example.org/", "begins with https"),
        ("file:///etc/passwd", "begins with https"),
        ("//example.org/", "begins with https"),
        ("https:///path", "begins with https"),
        ("example.org", "begins with https"),
        ("", "begins with https"),
        ("https://user:secret@example.org/", "a user or a password"),
        ("https://127.0.0.1/", "only public ones"),
        ("https://[::1]/", "only public ones"),
        ("https://[::ffff:127.0.0.1]/", "only public ones"),
        ("https://169.254.169.254/latest/meta-data/", "only public ones"),
        ("https://[fd00:ec2::254]/", "only public ones"),
        ("https://exa mple.org:port/", "no URL"),
        ("https://exa mple.org/", "no name"),
        ("https://example.org:99999/", "between 1 and 65535"),
        ("https://example.org:-1/", "between 1 and 65535"),
        ("https://..", "no name"),
        ("https://.example.org/", "no name"),
        ("https://xn--/", "no name"),
        ("https://" + "a" * 64 + ".org/", "no name"),
        ("https://" + "a.a" * 100 + "/", "no name"),
        ("https://[fe80::1%25eth0]/", "only public ones"),
        ("https://[::1%25lo]/", "only public ones"),
        ("https://example.org/" + "x" * 2_000, "at most 2000 characters"),
    ],
)
def test_a_url_that_may_not_be_asked_is_refused_by_its_text(url, words):
    with pytest.raises(ForbiddenAddressError, match=words):
        Outgoing().check(url)


@pytest.mark.parametrize(
    "url",
    ["https://example.org", "https://example.org./x?y=z", "https://münchen.example/",
     "https://a-b.example:8443/", "https://8.8.8.8/", "https://[2606:4700:4700::1111]:8443/"],
)  # fmt: skip
def test_a_url_of_the_public_network_may_be_asked(url):
    assert Outgoing().check(url).host


@pytest.mark.parametrize(
    "host",
    # Some resolvers read these as 127.0.0.1: what counts is what the name resolves to.
    ["localhost", "127.1", "2130706433", "0x7f.1", "017700000001", "127.0.0.1.", "inside.test"],
)
async def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(host, names):
    names[host] = [["127.0.0.1"]]
    async with receiving() as receiver:
        port = receiver.url.split(":")[2]
        with pytest.raises(ForbiddenAddressError):
            await Outgoing(http=True).send("GET", f"http://{host}:{port}")
        assert receiver.connections == 0


async def test_a_name_with_one_address_inside_is_refused_altogether(names):
    names["mixed.test"] = [["8.8.8.8", "127.0.0.1"]]
    with pytest.raises(ForbiddenAddressError, match=r"mixed\.test"):
        await Outgoing().send("GET", "https://mixed.test/")


async def test_the_address_that_was_judged_is_the_one_connected_to(names):
    """A name that answers otherwise the second time (rebinding) is asked only once."""
    names["hooks.test"] = [["127.0.0.1"], ["127.0.0.2"]]
    async with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.test")
        reply = await Outgoing(http=True, named=[ip_network("127.0.0.1/32")]).send("POST", url)
    assert reply.status == 204
    (request,) = receiver.requests
    assert request.headers["host"] == url.split("/")[2]
    assert names["hooks.test"] == [["127.0.0.2"]]


async def test_tls_is_spoken_with_the_name_and_its_certificate_is_checked(names):
    names["hooks.test"] = names["other.test"] = [["127.0.0.1"]]
    outgoing = allowing(trust=trusting())
    async with receiving(tls=True) as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.test")
        assert (await outgoing.send("POST", url, content=b"{}")).status == 204
        assert receiver.requests[0].server_name == "hooks.test"
        with pytest.raises(SourceDownError):  # the certificate is of another name
            await outgoing.send("POST", url.replace("hooks.test", "other.test"))
        with pytest.raises(SourceDownError):  # nobody has signed it
            await allowing().send("POST", url)
        assert len(receiver.requests) == 1


async def test_a_post_follows_no_redirect_and_a_get_only_where_it_is_allowed_to():
    async with receiving() as end, receiving() as start:
        start.answers = [Answer(302, {"Location": end.url})]
        outgoing = allowing()
        assert (await outgoing.send("POST", start.url, redirects=5)).status == 302
        assert (await outgoing.send("GET", start.url)).status == 302
        assert end.requests == []
        sent = {"Authorization": "Bearer x"}
        assert (await outgoing.send("GET", start.url, headers=sent, redirects=1)).status == 204
        assert start.requests[-1].headers["authorization"] == "Bearer x"
        assert "authorization" not in end.requests[0].headers


@pytest.mark.parametrize(
    "place",
    ["http://127.0.0.2:1/", "http://[::1]:1/", "http://169.254.169.254/", "file:///etc/passwd",
     "//127.0.0.2/x", "http://user@8.8.8.8/"],
)  # fmt: skip
async def test_a_redirect_is_judged_like_any_url(place):
    async with receiving() as receiver:
        receiver.answers = [Answer(307, {"Location": place})]
        outgoing = Outgoing(http=True, named=[ip_network("127.0.0.1/32")])
        with pytest.raises(ForbiddenAddressError):
            await outgoing.send("GET", receiver.url, redirects=3)


async def test_redirects_in_a_circle_end():
    async with receiving() as receiver:
        receiver.answers = [Answer(302, {"Location": receiver.url})]
        assert (await allowing().send("GET", receiver.url, redirects=3)).status == 302
    assert len(receiver.requests) == 4


async def test_an_answer_is_read_only_so_far():
    async with receiving() as receiver:
        receiver.answers = [Answer(200, body=b"x" * 100_000)]
        reply = await allowing().send("GET", receiver.url, most=1_000)
        assert (len(reply.body), reply.cut) == (1_000, True)
        receiver.answers = [Answer(200, {"Content-Encoding": "gzip"}, b"not unpacked")]
        assert (await allowing().send("GET", receiver.url)).body == b"not unpacked"
        assert receiver.requests[-1].headers["accept-encoding"] == "identity"


async def test_one_that_does_not_answer_in_time_is_left():
    async with receiving() as receiver:
        receiver.answers = [Answer(wait_s=30)]
        with pytest.raises(SourceDownError, match=r"more than 0\.2 s"):
            await allowing(timeout_s=0.2).send("GET", receiver.url)


async def test_the_next_address_is_tried_where_one_refuses(names):
    async with receiving() as receiver:
        names["hooks.test"] = [["::1", "127.0.0.1"]]  # nobody listens on the first
        url = receiver.url.replace("127.0.0.1", "hooks.test")
        assert (await allowing().send("GET", url)).status == 204


async def test_a_name_that_does_not_exist_is_said_so_without_details(names):
    with pytest.raises(SourceDownError, match=r"nowhere\.test: it cannot be reached"):
        await Outgoing().send("GET", "https://nowhere.test/secret-path")


async def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with receiving() as receiver:
        assert (await allowing().send("GET", receiver.url)).status == 204
