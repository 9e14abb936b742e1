"""Challenges over HTTP: make, join, watch the board, leave."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from tests.support.apis import Api, Person


def draft(**fields: Any) -> dict[str, Any]:
    today = datetime.now(UTC).date()
    return {
        "id": str(uuid7()),
        "title": "A week of running",
        "metric": "distance",
        "starts_on": str(today - timedelta(days=1)),
        "ends_on": str(today + timedelta(days=6)),
        "tz": "UTC",
        **fields,
    }


async def make(who: Person, **fields: Any) -> str:
    wish = draft(**fields)
    answer = await who.post("/api/challenges", wish)
    assert answer.status_code == 201, answer.text
    return str(wish["id"])


async def run(who: Person, distance_m: float) -> None:
    wish = {
        "id": str(uuid7()),
        "sport": "run",
        "started_at": (datetime.now(UTC) - timedelta(minutes=40)).isoformat(),
        "tz": "UTC",
        "duration_s": 1800,
        "distance_m": distance_m,
        "visibility": "public",
    }
    assert (await who.post("/api/workouts", wish)).status_code == 201


async def test_a_challenge_from_its_making_to_its_board(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    made = await make(ana, sports=["run", "walk"], goal=50_000)
    await run(bob, 5_000)
    joined = await bob.put(f"/api/challenges/{made}/membership")
    assert joined.status_code == 200
    assert joined.json()["mine"]["score"] == 5_000
    assert joined.json()["leader"]["member"]["handle"] == "bob"
    await run(ana, 6_000)
    board = (await ana.get(f"/api/challenges/{made}/standings")).json()
    assert [(one["rank"], one["member"]["handle"]) for one in board["top"]] == [(1, "ana"), (2, "bob")]
    assert board["participants"] == 2
    left = await bob.delete(f"/api/challenges/{made}/membership")
    assert left.status_code == 200
    assert (left.json()["mine"], left.json()["participants"]) == (None, 1)


async def test_making_it_again_gives_what_is_there(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    wish = draft()
    first = await ana.post("/api/challenges", wish)
    again = await ana.post("/api/challenges", wish)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    refused = await bob.post("/api/challenges", wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "challenge_id_taken")


async def test_the_list_is_filtered_by_state(api: Api) -> None:
    ana = await api.person("ana")
    made = await make(ana)
    active = await ana.get("/api/challenges", params={"state": "active"})
    assert [one["id"] for one in active.json()] == [made]
    assert (await ana.get("/api/challenges", params={"state": "ended"})).json() == []
    assert (await ana.get("/api/challenges", params={"state": "eternal"})).status_code == 400


@pytest.mark.parametrize(
    ("fields", "status", "pointer"),
    [
        ({"title": "  "}, 422, "/title"),
        ({"ends_on": "2020-01-01"}, 422, "/ends_on"),
        ({"tz": "Mars/Olympus"}, 422, "/tz"),
        ({"title": "a\x00b"}, 400, "/title"),
        ({"metric": "beauty"}, 400, "/metric"),
        ({"sports": ["run", "chess"]}, 400, "/sports/1"),
        ({"goal": 1e300}, 400, "/goal"),
        ({"surprise": 1}, 400, "/surprise"),
    ],
)
async def test_a_bad_challenge_is_pointed_at(
    api: Api, fields: dict[str, Any], status: int, pointer: str
) -> None:
    ana = await api.person("ana")
    answer = await ana.post("/api/challenges", draft(**fields))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


async def test_only_its_creator_and_moderators_delete_it(api: Api) -> None:
    ana, bob = await api.person("ana"), await api.person("bob")
    founder = api.people[0]
    one, other = await make(ana), await make(ana)
    refused = await bob.delete(f"/api/challenges/{one}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_challenge")
    assert (await ana.delete(f"/api/challenges/{one}")).status_code == 204
    assert (await founder.delete(f"/api/challenges/{other}")).status_code == 204
    for path in ("", "/standings"):
        assert (await ana.get(f"/api/challenges/{one}{path}")).json()["code"] == "challenge_not_found"


async def test_strangers_see_no_challenges(api: Api) -> None:
    made = await make(await api.person("ana"))
    stranger = api.stranger()
    for path in ("", f"/{made}", f"/{made}/standings"):
        assert (await stranger.get(f"/api/challenges{path}")).status_code == 401
