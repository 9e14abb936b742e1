from tests.support.apis import Api, Person


async def relation(reader: Person, handle: str) -> str:
    return str((await reader.get(f"/api/members/{handle}")).json()["relation"])


async def test_a_public_profile_is_followed_and_left_again(api: Api) -> None:
    await api.person("ann", public=True)
    bob = await api.person("bob")

    followed = await bob.put("/api/members/ann/follow")

    assert (followed.status_code, followed.json()["state"]) == (200, "accepted")
    assert await relation(bob, "ann") == "following"
    assert [card["handle"] for card in (await bob.get("/api/members/ann/followers")).json()["items"]] == [
        "bob"
    ]
    assert (await bob.delete("/api/members/ann/follow")).status_code == 204
    assert await relation(bob, "ann") == "none"


async def test_a_request_is_approved_by_who_was_asked(api: Api) -> None:
    ann, bob, cleo = await api.person("ann"), await api.person("bob"), await api.person("cleo")
    assert (await bob.put("/api/members/ann/follow")).json()["state"] == "requested"
    assert (await bob.get("/api/members/ann/followers")).status_code == 404

    [request] = (await ann.get("/api/me/follow-requests")).json()
    foreign = await cleo.put(f"/api/me/follow-requests/{request['member']['id']}")
    approved = await ann.put(f"/api/me/follow-requests/{request['member']['id']}")

    assert (foreign.status_code, foreign.json()["code"]) == (404, "request_not_found")
    assert approved.status_code == 204
    assert await relation(bob, "ann") == "following"
    assert (await ann.get("/api/me/follow-requests")).json() == []


async def test_a_request_is_refused_and_a_follower_removed(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    await bob.put("/api/members/ann/follow")

    assert (await ann.delete(f"/api/me/follow-requests/{bob.id}")).status_code == 204
    assert await relation(bob, "ann") == "none"

    await bob.put("/api/members/ann/follow")
    await ann.put(f"/api/me/follow-requests/{bob.id}")
    assert (await ann.delete("/api/me/followers/bob")).status_code == 204
    assert await relation(bob, "ann") == "none"


async def test_who_is_blocked_is_told_what_strangers_to_nobody_are_told(api: Api) -> None:
    ann, bob = await api.person("ann", public=True), await api.person("bob")
    assert (await ann.put("/api/members/bob/block")).status_code == 204

    for method, path in [
        ("PUT", "follow"),
        ("DELETE", "follow"),
        ("PUT", "block"),
        ("GET", "followers"),
        ("GET", "following"),
        ("GET", "posts"),
        ("GET", "workouts"),
    ]:
        blocked = await bob.call(method, f"/api/members/ann/{path}")
        absent = await bob.call(method, f"/api/members/nobody/{path}")
        assert blocked.status_code == absent.status_code == 404, path
        assert blocked.json() | {"request_id": ""} == absent.json() | {"request_id": ""}


async def test_a_block_is_listed_and_lifted(api: Api) -> None:
    ann, bob = await api.person("ann", public=True), await api.person("bob")
    await ann.put("/api/members/bob/block")

    assert [card["handle"] for card in (await ann.get("/api/me/blocks")).json()] == ["bob"]
    assert (await ann.delete("/api/members/bob/block")).status_code == 204
    assert (await bob.put("/api/members/ann/follow")).json()["state"] == "accepted"


async def test_nobody_follows_themself(api: Api) -> None:
    ann = await api.person("ann")

    answer = await ann.put("/api/members/ann/follow")

    assert (answer.status_code, answer.json()["code"]) == (409, "not_yourself")


async def test_strangers_to_the_hub_follow_nobody(api: Api) -> None:
    anybody = api.stranger()

    for method, path in [
        ("PUT", "/api/members/founder/follow"),
        ("PUT", "/api/members/founder/block"),
        ("GET", "/api/members/founder/followers"),
        ("GET", "/api/me/follow-requests"),
        ("GET", "/api/me/blocks"),
    ]:
        assert (await anybody.call(method, path)).status_code == 401, path
