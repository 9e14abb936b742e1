"""Sessions are ours alone: made at a sign-in, never chosen by a client, and over when they are over."""

import asyncio
import os
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.identity.model import IDLE, LIFETIME
from hub.settings import Settings
from tests.support.apis import PASSWORD, Api, Person, running

_TAKEN = {"handle_taken", "email_taken"}
_SIGN_INS = "SELECT count(*) FROM sign_in"
_AGE = "UPDATE sign_in SET created_at = created_at - $1::interval, last_seen_at = last_seen_at - $2::interval"


def cookie_of(answer: httpx.Response) -> Any:
    """The one cookie that an answer sets."""
    (line,) = answer.headers.get_list("set-cookie")
    (morsel,) = SimpleCookie(line).values()
    return morsel


async def sign_in(person: Person, login: str) -> httpx.Response:
    return await person.post("/api/session", {"login": login, "password": PASSWORD})


async def test_a_cookie_that_the_client_chose_never_becomes_a_session(api: Api) -> None:
    await api.person("ana")
    chosen = "attackers-choice-" + "x" * 30
    victim = api.stranger()
    victim.http.cookies.set("pulse", chosen)
    assert (await victim.get("/api/session")).json()["me"] is None

    answer = await sign_in(victim, "ana")
    assert answer.status_code == 200
    assert cookie_of(answer).value not in {chosen, ""}
    attacker = api.stranger()
    attacker.http.cookies.set("pulse", chosen)
    assert (await attacker.get("/api/me")).status_code == 401


async def test_signing_in_again_gives_a_new_session_and_ends_the_old_one(api: Api) -> None:
    ana = await api.person("ana")
    before = ana.http.cookies["pulse"]
    answer = await sign_in(ana, "ana")
    assert answer.status_code == 200
    assert cookie_of(answer).value != before

    thief = api.stranger()
    thief.http.cookies.set("pulse", before)
    assert (await thief.get("/api/me")).status_code == 401


async def test_two_tabs_that_sign_in_at_once_both_succeed(api: Api) -> None:
    ana = await api.person("ana")
    answers = await asyncio.gather(*(sign_in(ana, "ana") for _ in range(4)))
    assert [one.status_code for one in answers] == [200] * 4


async def test_looking_around_without_a_cookie_makes_no_sessions(api: Api) -> None:
    before = await database.fetchval(_SIGN_INS)
    visitor = api.stranger()
    for path in ("/", "/api/session", "/api/time", "/health/ready", "/api/me", "/nowhere", "/api/nowhere"):
        answer = await visitor.get(path)
        assert "set-cookie" not in answer.headers
    assert await database.fetchval(_SIGN_INS) == before


async def test_the_cookie_of_plain_http_is_for_scripts_and_other_sites_unreadable(api: Api) -> None:
    ana = await api.person("ana")
    cookie = cookie_of(await sign_in(ana, "ana"))
    assert cookie.key == "pulse"
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"]) == (True, "lax", "/")
    assert not cookie["secure"]
    assert not cookie["domain"]
    assert int(cookie["max-age"]) == LIFETIME.total_seconds()


async def test_behind_https_the_cookie_is_of_this_host_alone(database_url: str, redis_url: str) -> None:
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        master_key=os.urandom(32),
        origin="https://hub.example.org",
    )
    async with running(settings) as api:
        person = api.stranger()
        person.http.base_url = httpx.URL("https://hub.example.org")
        wish = {
            "id": str(uuid7()),
            "email": "a@example.org",
            "password": PASSWORD,
            "handle": "ana",
            "name": "Ana",
        }
        answer = await person.post("/api/accounts", wish)
        cookie = cookie_of(answer)
        assert cookie.key == "__Host-pulse"
        assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
        assert not cookie["domain"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")

        person.signed_in(answer.json())
        assert (await person.get("/api/me")).status_code == 200
        cookie = cookie_of(await person.delete("/api/session"))
        # A browser takes a `__Host-` cookie, and so also its end, with Secure and for the root path only.
        assert (cookie.key, cookie.value, cookie["secure"], cookie["path"]) == ("__Host-pulse", "", True, "/")

        plain = api.stranger()
        plain.http.base_url = httpx.URL("https://hub.example.org")
        plain.http.cookies.set("pulse", "anything")
        assert (await plain.get("/api/session")).json()["me"] is None


@pytest.mark.parametrize(
    ("created_ago", "seen_ago"), [(IDLE, IDLE), (LIFETIME, timedelta(0))], ids=["idle", "old"]
)
async def test_a_session_ends_by_itself(api: Api, created_ago: timedelta, seen_ago: timedelta) -> None:
    ana = await api.person("ana")
    assert (await ana.get("/api/me")).status_code == 200
    await database.execute(_AGE, created_ago, seen_ago)
    answer = await ana.get("/api/me")
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert (await ana.get("/api/session")).json()["me"] is None
    assert (await ana.put("/api/me/preferences", {})).status_code == 401


async def test_signing_out_ends_the_session_and_not_only_the_cookie(api: Api) -> None:
    ana = await api.person("ana")
    secret = ana.http.cookies["pulse"]
    answer = await ana.delete("/api/session")
    assert answer.status_code == 204
    assert cookie_of(answer)["max-age"] == "0"
    ana.http.cookies.set("pulse", secret)
    assert (await ana.get("/api/me")).status_code == 401


async def test_a_device_is_ended_from_another_one(api: Api) -> None:
    ana = await api.person("ana")
    phone = api.stranger()
    assert (await sign_in(phone, "ana")).status_code == 200
    devices = (await ana.get("/api/me/devices")).json()
    assert [one["current"] for one in devices].count(True) == 1
    (other,) = [one["id"] for one in devices if not one["current"]]

    bob = await api.person("bob")
    assert (await bob.delete(f"/api/me/devices/{other}")).status_code == 404
    assert (await ana.delete(f"/api/me/devices/{other}")).status_code == 204
    assert (await phone.get("/api/me")).status_code == 401
    assert (await ana.get("/api/me")).status_code == 200


async def test_a_new_password_ends_the_other_devices_only(api: Api) -> None:
    ana = await api.person("ana")
    phone = api.stranger()
    await sign_in(phone, "ana")
    wish = {"current": PASSWORD, "new": "quite another battery"}
    assert (await ana.put("/api/me/password", {**wish, "current": "wrong"})).json()[
        "code"
    ] == "wrong_password"
    assert (await ana.put("/api/me/password", wish)).status_code == 204
    assert (await ana.get("/api/me")).status_code == 200
    assert (await phone.get("/api/me")).status_code == 401
    assert (await sign_in(api.stranger(), "ana")).json()["code"] == "wrong_credentials"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_every_change_needs_the_sessions_csrf_token(api: Api, method: str) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    path = {
        "POST": "/api/me/tokens",
        "PUT": "/api/me/preferences",
        "PATCH": "/api/me",
        "DELETE": "/api/me/avatar",
    }[method]
    right = ana.http.headers.pop("x-csrf-token")
    secret = ana.http.cookies["pulse"]
    wrongs: list[str | bytes | None] = [
        None,
        "",
        "x",
        right[:-1],
        right.upper(),
        secret,
        bob.http.headers["x-csrf-token"],
        b"\xff\xfe",
    ]
    for wrong in wrongs:
        headers = {} if wrong is None else {"x-csrf-token": wrong}
        answer = await ana.call(method, path, None if method == "DELETE" else {}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), wrong
    answer = await ana.call(method, path, None if method == "DELETE" else {}, headers={"x-csrf-token": right})
    assert answer.status_code in {200, 400}


async def test_a_csrf_token_of_before_the_sign_in_counts_no_more(api: Api) -> None:
    ana = await api.person("ana")
    old = ana.http.headers["x-csrf-token"]
    answer = await sign_in(ana, "ana")
    assert answer.json()["csrf_token"] != old
    assert (await ana.patch("/api/me", {})).json()["code"] == "csrf"
    ana.signed_in(answer.json())
    assert (await ana.patch("/api/me", {})).status_code == 200


async def test_a_token_needs_no_csrf_token_and_a_cookie_beside_it_counts_nothing(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    draft = {"id": str(uuid7()), "name": "watch", "scopes": ["profile:read", "logs:write"]}
    made = (await bob.post("/api/me/tokens", draft)).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert (await ana.get("/api/me", headers=headers)).json()["handle"] == "bob"
    broken = made["secret"][:-1] + ("0" if made["secret"][-1] != "0" else "1")
    for wrong in (f"Bearer {broken}", "Bearer", "Bearer x", "Basic YTpi", "x"):
        assert (await ana.get("/api/me", headers={"Authorization": wrong})).status_code == 401, wrong


async def test_an_answer_that_knows_who_asks_is_kept_by_nobody(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    for path in ("/api/me", "/api/session", "/api/me/tokens", "/api/feed", "/api/members/ana"):
        answer = await ana.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store", path
    assert (await bob.get("/api/me")).json()["handle"] == "bob"
    assert (await api.stranger().get("/api/me")).status_code == 401


async def test_the_same_registration_twice_makes_one_account(api: Api) -> None:
    wish = {
        "id": str(uuid7()),
        "email": "ana@example.org",
        "password": PASSWORD,
        "handle": "ana",
        "name": "Ana",
    }
    answers = await asyncio.gather(*(api.stranger().post("/api/accounts", wish) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {one.json()["code"] for one in answers if one.status_code == 409} <= {
        "handle_taken",
        "email_taken",
    }
    assert await database.fetchval("SELECT count(*) FROM member WHERE handle = 'ana'") == 1


async def test_an_account_cannot_be_made_under_somebody_elses_id(api: Api) -> None:
    ana = await api.person("ana")
    wish = {
        "id": ana.id,
        "email": "eve@example.org",
        "password": PASSWORD,
        "handle": "eve",
        "name": "Eve",
    }
    assert (await api.stranger().post("/api/accounts", wish)).status_code == 409
    assert (await ana.get("/api/me")).json()["email"] == "ana@example.org"


async def test_looking_around_is_for_the_demo_and_for_its_visitor_alone(
    database_url: str, redis_url: str
) -> None:
    """Visitors may rename the visitor; whoever takes the name then is not open to everybody."""
    settings = Settings(database_url=database_url, redis_url=redis_url, master_key=os.urandom(32), demo=True)
    async with running(settings) as api:
        assert (await api.stranger().post("/api/demo/session")).status_code == 404
        wish = {
            "id": str(uuid7()),
            "email": "visitor@demo.invalid",
            "password": PASSWORD,
            "handle": "visitor",
            "name": "Visitor",
        }
        assert (await api.stranger().post("/api/accounts", wish)).status_code == 201
        visitor = api.stranger()
        visitor.signed_in((await visitor.post("/api/demo/session")).json())
        assert (await visitor.patch("/api/me", {"handle": "another"})).status_code == 200
        await api.person("visitor")
        answer = await api.stranger().post("/api/demo/session")
        assert answer.json()["me"]["handle"] == "another"


async def test_tokens_have_an_end(api: Api) -> None:
    ana = await api.person("ana")
    for _ in range(50):
        draft = {"id": str(uuid7()), "name": "watch", "scopes": ["logs:read"]}
        assert (await ana.post("/api/me/tokens", draft)).status_code == 201
    draft = {"id": str(uuid7()), "name": "one more", "scopes": ["logs:read"]}
    assert (await ana.post("/api/me/tokens", draft)).json()["code"] == "too_many_tokens"
    assert len((await ana.get("/api/me/tokens")).json()) == 50
    assert (await ana.delete(f"/api/me/tokens/{draft['id']}")).status_code == 404
