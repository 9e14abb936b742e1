"""The built application is served with the right types, and its page for every path of its own."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.settings import Settings
from tests.support.apis import Person, running


@pytest.fixture
async def visitor(database_url: str, tmp_path: Path) -> AsyncIterator[Person]:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>the page</title>")
    (dist / "sw.js").write_text("// the worker")
    (dist / "manifest.webmanifest").write_text("{}")
    (dist / "assets" / "main-1a2b.js").write_text("1")
    (dist / "assets" / "main-1a2b.js.gz").write_bytes(gzip.compress(b"1"))
    (tmp_path / "secret.txt").write_text("not for you")
    settings = Settings(database_url=database_url, redis_url=None, master_key=bytes(32), web_dist=dist)
    async with running(settings) as api:
        yield api.stranger()


@pytest.mark.parametrize("path", ["/", "/feed", "/live/0191-whatever", "/settings/privacy"])
async def test_paths_of_the_application_get_its_page(visitor: Person, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "the page" in answer.text


@pytest.mark.parametrize(
    ("path", "media_type", "cache"),
    [
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/assets/main-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    ],
)
async def test_files_have_their_type_and_cache_rule(
    visitor: Person, path: str, media_type: str, cache: str
) -> None:
    answer = await visitor.get(path)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (media_type, cache)


@pytest.mark.parametrize("path", ["/api/nothing", "/health/nothing", "/assets/gone.js", "/ws"])
async def test_unknown_paths_outside_the_application_are_problems(visitor: Person, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"])
async def test_nothing_outside_the_folder_is_served(visitor: Person, path: str) -> None:
    assert "not for you" not in (await visitor.get(path)).text


async def test_who_understands_gzip_gets_what_the_build_packed(visitor: Person) -> None:
    packed = await visitor.get("/assets/main-1a2b.js", headers={"Accept-Encoding": "gzip"})
    plain = await visitor.get("/assets/main-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text == "1"
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["content-type"] == plain.headers["content-type"]
