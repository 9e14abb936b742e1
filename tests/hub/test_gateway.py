"""What holds for every request: our own pages only, security headers, bounded numbers, nothing leaks."""

import os
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from uuid_utils.compat import uuid7

from hub.clients import client_address
from hub.rate_limits import SIGN_IN_AN_ADDRESS, RateLimits
from hub.settings import Settings
from hub.static import browser_application
from tests.support.apis import PASSWORD, Api, Person, running

SIGN_IN = {"login": "ana", "password": PASSWORD}


async def knock(person: Person, headers: dict[str, str | bytes]) -> tuple[int, str]:
    answer = await person.patch("/api/me", {"bio": "changed"}, headers=headers)
    return answer.status_code, answer.json().get("code", "")


FOREIGN: list[dict[str, str | bytes]] = [
    {"origin": "http://evil.test"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://hub.test.evil.test"},
    {"origin": "http://hub.test:81"},
    {"origin": "http://["},
    {"origin": "ftp://hub.test"},
    {"origin": b"\xff\xfe"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://hub.test"},
]
OURS: list[dict[str, str | bytes]] = [
    {},
    {"origin": "http://hub.test"},
    {"origin": "https://hub.test"},
    {"sec-fetch-site": "same-origin", "origin": "http://hub.test"},
    {"sec-fetch-site": "none"},
]


async def test_another_sites_page_changes_nothing_and_ours_does(api: Api) -> None:
    ana = await api.person("ana")
    for headers in FOREIGN:
        assert await knock(ana, headers) == (403, "foreign_origin"), headers
        # Not even to sign in: that would be signing in as the attacker.
        answer = await ana.post("/api/session", SIGN_IN, headers=headers)
        assert answer.json()["code"] == "foreign_origin", headers
        assert (await ana.get("/api/me", headers=headers)).json()["bio"] == ""
    for headers in OURS:
        assert await knock(ana, headers) == (200, ""), headers


async def test_with_a_configured_origin_only_that_one_counts(database_url: str, redis_url: str) -> None:
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        master_key=os.urandom(32),
        origin="https://hub.example.org",
    )
    async with running(settings) as api:
        nobody = api.stranger()
        for origin, status in (
            ("https://hub.example.org", 401),
            ("http://hub.example.org", 403),
            ("https://hub.example.org:444", 403),
            ("http://hub.test", 403),
        ):
            answer = await nobody.patch("/api/me", {}, headers={"origin": origin})
            assert answer.status_code == status, origin


async def test_a_body_must_say_that_it_is_json(api: Api) -> None:
    """A form of another site can send JSON as text/plain without asking first."""
    nobody = api.stranger()
    body = b'{"login": "ana", "password": "correct horse battery"}'

    async def sent_as(media_type: str | None) -> tuple[int, str]:
        headers = {} if media_type is None else {"content-type": media_type}
        answer = await nobody.http.post("/api/session", content=body, headers=headers)
        return answer.status_code, answer.json()["code"]

    for wrong in (None, "", "text/plain", "application/x-www-form-urlencoded", "application/msgpack"):
        assert await sent_as(wrong) == (415, "unsupported_media_type"), wrong
    for right in ("application/json", "Application/JSON; charset=utf-8"):
        assert await sent_as(right) == (403, "wrong_credentials"), right


async def test_every_answer_carries_the_security_headers(api: Api) -> None:
    ana = await api.person("ana")
    answers = [
        await ana.get("/"),
        await ana.get("/some/page"),
        await ana.get("/assets/nothing.js"),
        await ana.get("/api/docs"),
        await ana.get("/api/openapi.json"),
        await ana.get("/health/live"),
        await ana.get("/api/me"),
        await ana.get("/api/nothing"),
        await ana.post("/api/me"),
        await ana.call("OPTIONS", "/api/me"),
        await api.stranger().get("/api/me"),
        await ana.patch("/api/me", {}, headers={"origin": "http://evil.test"}),
        await ana.http.patch("/api/me", content=b"{", headers={"content-type": "application/json"}),
        await ana.http.put("/api/me/preferences", content=b"x"),
        await ana.put("/api/me/preferences", "x" * 2_000_000),
        await ana.delete("/api/session"),
    ]
    assert {one.status_code for one in answers} == {200, 204, 400, 401, 403, 404, 405, 413, 415}
    for answer in answers:
        headers = answer.headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"]
        assert len(headers["x-request-id"]) == 32
        assert "server" not in headers
        if answer.status_code >= 400:
            assert headers["content-type"] == "application/problem+json"
            assert answer.json()["request_id"] == headers["x-request-id"]
            assert answer.json()["status"] == answer.status_code


async def test_only_the_page_of_an_embedded_board_may_stand_on_other_websites(api: Api) -> None:
    ana = await api.person("ana")
    embedded = await ana.get("/embed/boards/AbC-d_e.9")
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert embedded.headers["x-content-type-options"] == "nosniff"

    elsewhere = (
        "/",
        "/embed/boards/",
        "/embed/boards/a/b",
        "/embed/boards/a%2Fb",
        "/embed/boards/..%2F..%2Fchallenges",
        "/x/embed/boards/a",
        "/api/embed/boards/a",
    )
    for path in elsewhere:
        assert "frame-ancestors 'none'" in (await ana.get(path)).headers["content-security-policy"], path


async def test_head_gets_the_answer_of_get_without_its_body(api: Api) -> None:
    ana = await api.person("ana")
    for path in ("/", "/api/me", "/api/nothing", "/health/live"):
        whole, head = await ana.get(path), await ana.call("HEAD", path)

        assert head.status_code == whole.status_code, path
        assert head.headers["content-type"] == whole.headers["content-type"]
        assert head.headers.get("content-length") == whole.headers.get("content-length")
        assert whole.content and not head.content


async def test_files_are_served_with_headers_and_nothing_beside_them(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html>the page")
    (dist / "assets" / "app-1.js").write_text("let x")
    settings = Settings(
        database_url=database_url, redis_url=redis_url, master_key=os.urandom(32), web_dist=dist
    )
    async with running(settings) as api:
        nobody = api.stranger()
        script = await nobody.get("/assets/app-1.js")
        assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["x-content-type-options"] == "nosniff"
        page = await nobody.get("/challenges/1")
        assert (page.text, page.headers["cache-control"]) == ("<!doctype html>the page", "no-cache")
        for path in (
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/assets/../../secret.txt",
            "//secret.txt",
            "/assets/%00",
            "/%ff",
        ):
            answer = await nobody.get(path)
            assert "secret" not in answer.text, path
            assert answer.status_code in {200, 404}, path


async def test_junk_does_not_grow_the_metrics(api: Api) -> None:
    ana = await api.person("ana")

    def series() -> int:
        return sum(len(one.samples) for one in REGISTRY.collect() if one.name.startswith("pulse_http"))

    async def visit(junk: str) -> None:
        await ana.get(f"/api/{junk}")
        await ana.get(f"/{junk}/{junk}")
        await ana.get(f"/assets/{junk}.js")
        await ana.get(f"/api/members/{junk}")
        await ana.get(f"/api/workouts/{junk}")
        await ana.get(f"/api/posts/{uuid7()}?{junk}={junk}")
        await ana.call(f"X{junk.upper()}", "/api/me")
        await ana.call("POST", f"/api/{junk}")

    await visit("first")
    before = series()
    for n in range(30):
        await visit(f"junk{n}")
    assert series() == before


def scope_of(peer: str | None, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"client": (peer, 4000) if peer else None, "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1"], "127.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        (None, ["6.6.6.6"], "unknown"),
    ],
)
def test_only_trusted_proxies_say_where_a_request_is_from(
    peer: str | None, forwarded: list[str], address: str
) -> None:
    assert client_address(scope_of(peer, *forwarded), {"10.0.0.1", "10.0.0.2"}) == address


async def test_the_limit_of_an_address_cannot_be_dodged_by_a_header(api: Api, redis_url: str) -> None:
    """Names and addresses of one's own choice are still one address."""
    elsewhere = RateLimits(redis_url)
    for _ in range(58):
        await elsewhere.count(SIGN_IN_AN_ADDRESS, "sign in from", "127.0.0.1")
    await elsewhere.close()
    nobody = api.stranger()
    for n, status in enumerate((403, 403, 429)):
        headers = {"x-forwarded-for": f"198.51.100.{n}", "forwarded": f"for=198.51.100.{n}"}
        wish = {"login": f"nobody_{n}", "password": "wrong"}
        answer = await nobody.post("/api/session", wish, headers=headers)
        assert answer.status_code == status
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["retry_after"] == int(answer.headers["retry-after"])


def test_the_page_of_the_browser_application_is_there_even_when_it_is_not_built() -> None:
    assert len(browser_application(None)) == 1
