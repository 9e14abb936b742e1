from typing import Any

import pytest
from uuid_utils.compat import uuid7

from tests.support.apis import Api


def a_club(**changes: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "slug": "early-birds", "name": "Early birds", **changes}


async def test_a_club_is_founded_joined_and_left(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")

    founded = await ann.post("/api/clubs", a_club())
    joined = await bob.put("/api/clubs/early-birds/membership")

    assert (founded.status_code, founded.json()["my_role"]) == (201, "organiser")
    assert (joined.json()["members"], joined.json()["my_role"]) == (2, "member")
    members = (await bob.get("/api/clubs/early-birds/members")).json()["items"]
    assert [(one["member"]["handle"], one["role"]) for one in members] == [
        ("ann", "organiser"),
        ("bob", "member"),
    ]
    assert (await bob.get("/api/clubs")).json() == [joined.json()]
    stays = await ann.delete("/api/clubs/early-birds/membership")
    assert (stays.status_code, stays.json()["code"]) == (409, "last_organiser")
    left = await bob.delete("/api/clubs/early-birds/membership")
    assert (left.status_code, left.json()["members"], left.json()["my_role"]) == (200, 1, None)
    assert (await bob.get("/api/clubs/early-birds")).json() == left.json()


async def test_a_replayed_founding_answers_200_and_a_taken_address_409(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    draft = a_club()
    await ann.post("/api/clubs", draft)

    assert (await ann.post("/api/clubs", draft)).status_code == 200
    taken = await bob.post("/api/clubs", a_club())
    foreign = await bob.post("/api/clubs", a_club(id=draft["id"], slug="owls"))

    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")
    assert (foreign.status_code, foreign.json()["code"]) == (409, "id_taken")


_BAD = [
    (a_club(slug="Early Birds"), 400, "/slug"),
    (a_club(slug="early\n"), 400, "/slug"),
    (a_club(name=""), 400, "/name"),
    (a_club(name="x" * 61), 400, "/name"),
    (a_club(members=7), 400, "/members"),
    (a_club(description=None), 400, "/description"),
    (a_club(name="  "), 422, "/name"),
]


async def test_a_bad_club_is_pointed_at(api: Api) -> None:
    for body, status, pointer in _BAD:
        answer = await api.people[0].post("/api/clubs", body)

        assert answer.status_code == status, body
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/members"), ("PUT", "/membership"), ("DELETE", "/membership")],
)
async def test_a_club_that_is_not_there_is_a_problem(api: Api, method: str, path: str) -> None:
    answer = await api.people[0].call(method, f"/api/clubs/nowhere{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "club_not_found")
    assert (await api.stranger().call(method, f"/api/clubs/nowhere{path}")).status_code == 401
