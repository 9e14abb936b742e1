"""Whatever is sent, the answer is a problem that says what is wrong, and never our mistake."""

import base64
import json
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain.visibility import Visibility
from hub import contract
from hub.app import dependencies
from tests.hub.world import Who, World
from tests.support.apis import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

_JSON = {"content-type": "application/json"}


async def send(person: Person, method: str, path: str, content: bytes) -> httpx.Response:
    answer = await person.http.request(method, path, content=content, headers=_JSON)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["request_id"]
    return answer


# What, the body, the status, the code, where it points.
BODIES: list[tuple[str, bytes, int, str, list[str]]] = [
    ("nothing", b"", 400, "invalid_body", [""]),
    ("half", b'{"units":', 400, "malformed", []),
    ("not UTF-8", b'{"units": "\xff"}', 400, "malformed", []),
    ("half a surrogate", b'{"units": "\\ud800"}', 400, "malformed", []),
    ("deep", b"[" * 200_000, 400, "malformed", []),
    ("deep and whole", b'{"units":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "malformed", []),
    ("NaN", b'{"week_start": NaN}', 400, "malformed", []),
    ("Infinity", b'{"week_start": -Infinity}', 400, "malformed", []),
    ("1e999", b'{"week_start": 1e999}', 400, "malformed", []),
    ("ten thousand digits", b'{"week_start": ' + b"9" * 10_000 + b"}", 400, "malformed", []),
    ("a huge number", b'{"week_start": ' + b"9" * 400 + b"}", 400, "invalid_body", ["/week_start"]),
    ("a negative one", b'{"week_start": -1}', 400, "invalid_body", ["/week_start"]),
    ("a fraction", b'{"week_start": 1.5}', 400, "invalid_body", ["/week_start"]),
    ("another type", b'{"units": 5}', 400, "invalid_body", ["/units"]),
    ("true", b'{"week_start": true}', 400, "invalid_body", ["/week_start"]),
    ("no such value", b'{"units": "feet"}', 400, "invalid_body", ["/units"]),
    ("no such field", b'{"unit": "metric"}', 400, "invalid_body", ["/unit"]),
    ("a list", b"[]", 400, "invalid_body", [""]),
    ("null", b"null", 400, "invalid_body", [""]),
    ("a string", b'"x"', 400, "invalid_body", [""]),
    ("no such place", b'{"tz": "../../etc/passwd"}', 422, "unknown_time_zone", ["/tz"]),
    ("10 MB", b'{"tz": "' + b"x" * 10_000_000 + b'"}', 413, "too_large", []),
]


@pytest.mark.parametrize(("what", "body", "status", "code", "pointers"), BODIES, ids=[b[0] for b in BODIES])
async def test_a_bad_body_gets_a_problem(
    world: World, what: str, body: bytes, status: int, code: str, pointers: list[str]
) -> None:
    answer = await send(world.people[Who.STRANGER], "PUT", "/api/me/preferences", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert [one["pointer"] for one in answer.json().get("errors", [])] == pointers


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/api/me/tokens", {"scopes": ["logs:read", "all"]}, "/scopes/1"),
        ("/api/me/tokens", {"scopes": []}, "/scopes"),
        ("/api/me/tokens", {"id": "no uuid"}, "/id"),
        ("/api/me/tokens", {"name": "a\0b"}, "/name"),
        ("/api/me/tokens", {"expires_in_days": 10**30}, "/expires_in_days"),
        ("/api/live", {"programme": {"parts": [{"blocks": [{"kind": "work"}]}]}}, None),
    ],
)
async def test_a_problem_points_into_the_body(
    world: World, path: str, body: dict[str, Any], pointer: str | None
) -> None:
    whole = {
        "/api/me/tokens": {"id": str(uuid7()), "name": "x", "scopes": ["logs:read"]},
        "/api/live": {"id": str(uuid7()), "title": "x", "sport": "run", "programme": None},
    }[path]
    answer = await send(world.people[Who.STRANGER], "POST", path, json.dumps({**whole, **body}).encode())
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["pointer"] == (pointer or "/programme/parts/0/blocks/0/duration_s")
    assert error["detail"]


async def test_an_upload_is_a_picture_of_a_reasonable_size(world: World) -> None:
    person = world.people[Who.STRANGER]
    for upload, status, code in (
        (b"", 422, "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "not_a_picture"),
        (b"<!doctype html><script>1</script>", 422, "not_a_picture"),
        (b"x" * 2_000_000, 422, "not_a_picture"),
        (b"x" * 8_000_001, 413, "too_large"),
    ):
        answer = await person.http.put(
            "/api/me/avatar", content=upload, headers={"content-type": "image/png"}
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await person.get(f"/api/members/{person.handle}/avatar")).status_code == 404


async def test_text_in_a_path_or_query_never_breaks_anything(world: World) -> None:
    person = world.people[Who.STRANGER]
    strange = ["\0", "é", "💪", "..", "../me", "a b", "'", '"', "%", "_", "\\", "\n", "x" * 3000, "%00", "*"]
    for text in strange:
        for path in (
            f"/api/members/{quote(text, safe='')}",
            f"/api/members/{quote(text, safe='')}/workouts",
            f"/api/members/{quote(text, safe='')}/avatar",
            f"/api/clubs/{quote(text, safe='')}",
            f"/api/exercises/{quote(text, safe='')}/last",
            f"/api/posts/{quote(text, safe='')}",
            f"/api/members?q={quote(text, safe='')}",
            f"/api/feed?cursor={quote(text, safe='')}",
            f"/api/workouts?limit={quote(text, safe='')}",
            f"/api/challenges?state={quote(text, safe='')}",
        ):
            answer = await person.get(path)
            assert answer.status_code in {200, 400, 404, 422}, (path, answer.text)
    for raw in (
        "/api/members/%ff",
        "/api/members?q=%ff%fe",
        "/api/members?q=%ed%a0%80",
        "/api/feed?cursor=%",
    ):
        assert (await person.get(f"/api/{raw}")).status_code in {200, 400, 404, 422}, raw
    for method in ("PUT", "DELETE"):
        answer = await person.call(method, "/api/members/%00/follow")
        assert answer.status_code in {400, 404}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(cursor=st.one_of(st.text(max_size=60), st.binary(max_size=60).map(lambda raw: raw.hex())))
async def test_a_cursor_of_ones_own_is_a_problem_or_a_page(world: World, cursor: str) -> None:
    person = world.people[Who.FOLLOWER]
    for path in (
        "/api/feed",
        "/api/workouts",
        f"/api/members/{world.author.handle}/posts",
        f"/api/members/{world.author.handle}/followers",
        f"/api/posts/{world.posts[Visibility.PUBLIC]}/comments",
    ):
        answer = await person.get(path, params={"cursor": cursor})
        assert answer.status_code in {200, 400, 422}, (path, answer.text)


async def test_numbers_out_of_range_in_a_cursor_are_a_problem(world: World) -> None:
    """Well made, by nobody: times off the calendar, and ids of all sorts."""
    person = world.people[Who.FOLLOWER]
    for forged in (
        ["9999-12-31T23:59:59Z", "x"],
        ["0001-01-01T00:00:00+14:00", str(uuid7())],
        [1, 2],
        {},
        None,
    ):
        cursor = base64.urlsafe_b64encode(msgspec.msgpack.encode(forged)).rstrip(b"=").decode()
        answer = await person.get("/api/feed", params={"cursor": cursor})
        assert answer.status_code in {200, 422}, (forged, answer.text)


# Bodies that the document allows, and others like them: never our mistake.

_DOCUMENT = contract.document(dependencies(None))
_WRITES = [
    ("POST", "/api/accounts"),
    ("PATCH", "/api/me"),
    ("PUT", "/api/me/preferences"),
    ("PUT", "/api/me/password"),
    ("POST", "/api/me/tokens"),
    ("POST", "/api/workouts"),
    ("POST", "/api/posts"),
    ("POST", "/api/clubs"),
    ("POST", "/api/challenges"),
    ("POST", "/api/live"),
]
_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-02-30", "\0", "public", "UTC"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = _DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _like(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that a schema allows, with the edges of its numbers, as far as is useful for breaking things."""
    schema = _resolved(schema)
    if options := schema.get("oneOf") or schema.get("anyOf"):
        return st.one_of(*(_like(one, depth) for one in options))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of(*(_like({**schema, "type": one}, depth) for one in kind))
    if kind == "object" and depth < 5:
        required = set(schema.get("required", ()))
        fields = {name: _like(one, depth + 1) for name, one in schema.get("properties", {}).items()}
        return st.fixed_dictionaries(
            {name: one for name, one in fields.items() if name in required},
            optional={name: one for name, one in fields.items() if name not in required},
        )
    if kind == "array":
        return st.lists(_like(schema.get("items", {}), depth + 1), max_size=3)
    return _SIMPLE.get(kind or "", lambda _: st.none())(schema)


def _text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "uuid":
            return st.uuids().map(str)
        case "date-time":
            return st.datetimes().map(lambda at: at.isoformat() + "Z")
        case "date":
            return st.dates().map(str)
    most = min(int(schema.get("maxLength", 30)), 40)
    plain = st.text(min_size=min(int(schema.get("minLength", 0)), most), max_size=most)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True) | plain
    return plain | st.sampled_from(["UTC", "Europe/Vienna", "Etc/GMT+12"])


def _number(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    low, high = schema.get("minimum", -(2**63)), schema.get("maximum", 2**63)
    if schema["type"] == "integer":
        return st.integers(int(low), int(high)) | st.sampled_from([int(low), int(high)])
    return st.floats(low, high, allow_nan=False) | st.sampled_from([low, high, 5e-324])


_SIMPLE: dict[str, Any] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
}


def _body_schema(method: str, path: str) -> dict[str, Any]:
    operation = _DOCUMENT["paths"][path][method.lower()]
    schema: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
    return schema


@pytest.mark.parametrize(("method", "path"), _WRITES, ids=[path for _, path in _WRITES])
async def test_no_body_is_our_mistake(world: World, method: str, path: str) -> None:
    person = world.people[Who.COACH] if path != "/api/accounts" else world.people[Who.NOBODY]
    schema = _body_schema(method, path)
    fields = list(_resolved(schema)["properties"])
    spoiled = st.tuples(_like(schema), st.sampled_from(fields), _ANYTHING).map(
        lambda drawn: {**drawn[0], drawn[1]: drawn[2]}
    )
    bodies: list[Any] = []

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(_like(schema), spoiled, _ANYTHING))
    def collect(body: Any) -> None:
        bodies.append(body)

    collect()
    for body in bodies:
        answer = await send(person, method, path, json.dumps(body).encode())
        assert answer.status_code < 500, (body, answer.text)
        assert answer.status_code != 429 or path == "/api/accounts" or path == "/api/me/password"
