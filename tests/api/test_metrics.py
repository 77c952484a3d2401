"""The counters: what is counted, who may read it, and what is never told."""

import httpx2
import pytest

from argosy.api.app import create_app
from argosy.core.errors import NotAtSourceError, SourceDownError
from argosy.runtime import metrics
from argosy.sources.breaker import FAILURES
from argosy.store import tracking
from argosy.wiring import Argosy
from tests.support.api import make_settings
from tests.support.desk import Desk

TOKEN = "a-token-that-only-the-scraper-knows"


def values(text):
    """The samples of an exposition: name with labels → number."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def scraped(client):
    answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return values(answer.text)


async def test_what_sources_did_is_counted(each_argosy, each_client):
    sources = each_argosy.sources
    yahoo = sources.get("yahoo")
    before = await scraped(each_client)
    with sources.asking(yahoo, "quotes"):
        pass
    with pytest.raises(NotAtSourceError), sources.asking(yahoo, "history"):
        raise NotAtSourceError("yahoo", "it has nothing for it.")
    for _ in range(FAILURES):
        with pytest.raises(SourceDownError), sources.asking(yahoo, "history"):
            raise SourceDownError("yahoo", "gone.")
    after = await scraped(each_client)

    def more(name):
        return after[name] - before.get(name, 0)

    assert more('argosy_source_fetches_total{kind="quotes",source="yahoo"}') == 1
    assert more('argosy_source_fetches_total{kind="history",source="yahoo"}') == 1 + FAILURES
    assert more('argosy_source_failures_total{code="not_at_source",source="yahoo"}') == 1
    assert more('argosy_source_failures_total{code="source_down",source="yahoo"}') == FAILURES
    assert before['argosy_source_breaker{source="yahoo"}'] == 0
    assert after['argosy_source_breaker{source="yahoo"}'] == 2
    assert after['argosy_source_breaker{source="ecb"}'] == 0


async def test_the_queue_and_what_is_tracked_are_read_from_the_database(each_argosy, each_client):
    found = await scraped(each_client)
    assert found["argosy_tracked_assets"] == 0
    assert found['argosy_queue_jobs{status="pending"}'] == 0
    desk = await Desk.opened(each_client)
    acme = (await desk.get("/assets/ACME")).json()
    async with each_argosy.database.write() as session:
        await tracking.put(session, acme["id"], {"enabled": True})
    assert (await scraped(each_client))["argosy_tracked_assets"] == 1


async def test_no_label_tells_what_somebody_holds(each_client):
    desk = await Desk.opened(each_client)
    await desk.buy("10", "2024-01-05")
    text = (await each_client.get("/metrics")).text
    assert "ACME" not in text
    assert "ada" not in text.replace("adapter", "")


@pytest.fixture
def visitor(tmp_path, sqlite_url):
    """Ask for the counters from an address, where a token is set or not."""

    async def ask(address, *, token=None, **headers):
        folder = tmp_path / str(token is not None)
        settings = make_settings(folder, sqlite_url, metrics_token=token)
        async with Argosy.opened(settings) as argosy:
            transport = httpx2.ASGITransport(app=create_app(argosy), client=(address, 5))
            async with httpx2.AsyncClient(transport=transport, base_url="http://a.test") as client:
                sent = {name.replace("_", "-"): value for name, value in headers.items()}
                return (await client.get("/metrics", headers=sent)).status_code

    return ask


async def test_this_machine_reads_it_and_others_need_the_token(visitor):
    assert await visitor("127.0.0.1") == 200
    assert await visitor("::1", token=TOKEN) == 200
    assert await visitor("203.0.113.5") == 404
    assert await visitor("203.0.113.5", authorization=f"Bearer {TOKEN}") == 404
    assert await visitor("203.0.113.5", token=TOKEN) == 403
    assert await visitor("203.0.113.5", token=TOKEN, authorization="Bearer nonsense") == 403
    assert await visitor("203.0.113.5", token=TOKEN, authorization=f"Bearer {TOKEN}") == 200


async def test_a_proxy_on_this_machine_opens_no_door(visitor):
    assert await visitor("127.0.0.1", x_forwarded_for="203.0.113.5") == 404
    assert await visitor("127.0.0.1", token=TOKEN, forwarded="for=203.0.113.5") == 403


def test_every_counter_is_documented():
    from tests.architecture.source import ROOT

    page = (ROOT / "docs/operate/metrics.md").read_text()
    told = metrics.exposition().decode()
    names = {line.split()[2] for line in told.splitlines() if line.startswith("# TYPE argosy_")}
    assert len(names) >= 8
    assert [name for name in names if f"`{name}`" not in page] == []
