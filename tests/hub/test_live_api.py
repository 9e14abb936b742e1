"""Live sessions over HTTP: lobby, start, talk, finish, results."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from tests.support.apis import Api, Person

FREE_RIDE = {"parts": [{"blocks": [{"kind": "free", "duration_s": None}]}]}


def draft(**fields: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "title": "Lunch ride",
        "sport": "indoor_ride",
        "programme": FREE_RIDE,
        **fields,
    }


async def open_lobby(host: Person, **fields: Any) -> str:
    wish = draft(**fields)
    answer = await host.post("/api/live", wish)
    assert answer.status_code == 201, answer.text
    return f"/api/live/{wish['id']}"


async def test_a_session_from_its_lobby_to_its_results(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    path = await open_lobby(ana)
    joined = await bob.put(f"{path}/participation")
    assert (joined.json()["number"], joined.json()["stored_upto"]) == (2, 0)
    assert joined.json()["stream"]
    ready = await bob.put(f"{path}/ready", {"ready": True})
    assert [one["ready"] for one in ready.json()["roster"]] == [False, True]
    started = await ana.post(f"{path}/start", {"countdown_s": 0})
    assert started.json()["session"]["state"] == "running"
    assert datetime.fromisoformat(started.json()["session"]["started_at"]) <= datetime.now(UTC)
    assert [one["state"] for one in (await bob.get("/api/live")).json()] == ["running"]
    paused = await ana.post(f"{path}/pause")
    assert paused.json()["session"]["pauses"][0]["ended_at"] is None
    assert (await ana.post(f"{path}/resume")).json()["session"]["state"] == "running"
    await _until_a_second_has_counted(paused.json())
    finished = await ana.post(f"{path}/finish")
    assert finished.json()["session"]["state"] == "finished"
    results = (await bob.get(f"{path}/results")).json()
    assert {one["member"]["handle"] for one in results} == {"ana", "bob"}
    # A second and a half without a number is no workout.
    assert {one["workout_id"] for one in results} == {None}
    assert (await bob.get(f"/api/workouts/{joined.json()['stream']}")).status_code == 404
    assert (await bob.get("/api/live")).json() == []


async def _until_a_second_has_counted(room: dict[str, Any]) -> None:
    """Workouts count whole seconds."""
    started_at = datetime.fromisoformat(room["session"]["started_at"])
    await asyncio.sleep(1.5 - (datetime.now(UTC) - started_at).total_seconds())


async def test_opening_it_again_gives_what_is_there(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    wish = draft()
    first, again = await ana.post("/api/live", wish), await ana.post("/api/live", wish)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    refused = await bob.post("/api/live", wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "session_id_taken")


async def test_guests_are_told_that_it_is_the_hosts_to_start(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    path = await open_lobby(ana)
    await bob.put(f"{path}/participation")
    for verb, body in (("start", {}), ("pause", None), ("resume", None), ("finish", None), ("cancel", None)):
        answer = await bob.post(f"{path}/{verb}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "host_only")


async def test_saying_it_again_gives_the_same_place(api: Api) -> None:
    ana = await api.person("ana")
    path = await open_lobby(ana)
    line = {"mid": "message-1", "body": {"type": "chat", "text": "Hello"}}
    first = await ana.post(f"{path}/messages", line)
    assert first.status_code == 200
    assert first.json()["seq"] > 0
    assert (await ana.post(f"{path}/messages", line)).json() == first.json()
    cheer = {"mid": "message-2", "body": {"type": "cheer", "kind": "fire", "count": 3}}
    assert (await ana.post(f"{path}/messages", cheer)).json()["seq"] == first.json()["seq"] + 1


async def test_too_many_lines_have_to_wait(api: Api) -> None:
    ana = await api.person("ana")
    path = await open_lobby(ana)
    for n in range(5):
        line = {"mid": f"message-{n}", "body": {"type": "chat", "text": "Hello"}}
        assert (await ana.post(f"{path}/messages", line)).status_code == 200
    line = {"mid": "message-5", "body": {"type": "chat", "text": "Hello"}}
    refused = await ana.post(f"{path}/messages", line)
    assert (refused.status_code, refused.json()["code"]) == (429, "said_too_much")
    assert 1 <= int(refused.headers["retry-after"]) <= 10


@pytest.mark.parametrize(
    ("fields", "status", "pointer"),
    [
        ({"title": " "}, 422, "/title"),
        ({"scheduled_at": "2001-01-01T00:00:00Z"}, 422, "/scheduled_at"),
        ({"scheduled_at": "2031-01-01T00:00:00"}, 400, "/scheduled_at"),
        ({"programme": {"parts": []}}, 400, "/programme/parts"),
        ({"sport": "chess"}, 400, "/sport"),
        (
            {"programme": {"parts": [{"blocks": [{"kind": "work", "duration_s": None}], "repeat": 2}]}},
            422,
            "/programme/parts/0/blocks/0/duration_s",
        ),
        (
            {"programme": {"parts": [{"blocks": [{"kind": "work", "duration_s": 14400}], "repeat": 100}]}},
            422,
            "/programme",
        ),
    ],
)
async def test_a_bad_session_is_pointed_at(
    api: Api, fields: dict[str, Any], status: int, pointer: str
) -> None:
    ana = await api.person("ana")
    answer = await ana.post("/api/live", draft(**fields))
    assert answer.status_code == status, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_a_private_session_is_not_there_for_others(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    path = await open_lobby(ana, visibility="private")
    absent = f"/api/live/{uuid7()}"
    line = {"mid": "message-1", "body": {"type": "chat", "text": "Hello"}}
    for method, suffix, body in (
        ("GET", "", None),
        ("PUT", "/participation", None),
        ("PUT", "/ready", {"ready": True}),
        ("POST", "/start", {}),
        ("POST", "/messages", line),
        ("GET", "/results", None),
    ):
        hidden = await bob.call(method, path + suffix, body)
        nothing = await bob.call(method, absent + suffix, body)
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.json()["code"] == nothing.json()["code"] == "session_not_found"
        assert hidden.json()["detail"] == nothing.json()["detail"]
    assert (await bob.get("/api/live")).json() == []


async def test_strangers_see_no_sessions(api: Api) -> None:
    path = await open_lobby(await api.person("ana"))
    stranger = api.stranger()
    for each in ("/api/live", path, f"{path}/results"):
        assert (await stranger.get(each)).status_code == 401
