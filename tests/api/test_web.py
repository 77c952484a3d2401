"""The web app's files, and the app itself at any other page's address."""

import gzip

import pytest
from fastapi import FastAPI

from argosy.api.web import WebApp

PAGE = "<!doctype html><title>Argosy</title>"
SCRIPT = "console.log('the same line again');\n" * 100


@pytest.fixture
async def client(extended, tmp_path):
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "index-abc123.js").write_text(SCRIPT)
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("outside")

    def extend(app: FastAPI) -> None:
        app.router.default = WebApp(folder)

    async with extended(extend) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/portfolios", "/portfolios/42/holdings", "/index.html"])
async def test_every_page_address_gets_the_app(client, path):
    response = await client.get(path)
    assert response.status_code == 200
    assert response.text == PAGE
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.headers["Cache-Control"] == "no-cache"


async def test_hashed_files_may_be_kept_for_ever(client):
    response = await client.get("/assets/index-abc123.js")
    assert response.text == SCRIPT
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"].startswith("text/javascript")


async def test_files_travel_packed_to_whoever_can_unpack(client):
    async with client.stream(
        "GET", "/assets/index-abc123.js", headers={"Accept-Encoding": "gzip"}
    ) as response:
        packed = b"".join([part async for part in response.aiter_raw()])
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed).decode() == SCRIPT
    assert len(packed) < len(SCRIPT) / 10
    plain = await client.get("/assets/index-abc123.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


async def test_an_unchanged_file_is_not_sent_again(client):
    first = await client.get("/icon.svg")
    again = await client.get("/icon.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/index-old.js",
        "/missing.png",
        "/..%2Fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/a%00.txt",
        "/api/v1/nothing",
        "/api",
    ],
)
async def test_what_is_no_file_and_no_page_is_not_found(client, path):
    response = await client.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert "outside" not in response.text


async def test_without_a_built_app_the_api_is_named(extended, tmp_path):
    def extend(app: FastAPI) -> None:
        app.router.default = WebApp(tmp_path / "empty")

    async with extended(extend) as client:
        response = await client.get("/")
    assert response.status_code == 200
    assert "/api/docs" in response.text
