import asyncio
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from tests.hub.test_workouts_api import a_run
from tests.support.apis import Api, Person


def a_text(text: str = "Rest day.", **changes: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "text": text, **changes}


async def a_post(author: Person, **changes: Any) -> str:
    answer = await author.post("/api/posts", a_text(visibility="public") | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_home_feed_mixes_notes_and_workouts_of_those_i_follow(api: Api) -> None:
    ann, bob = await api.person("ann", public=True), await api.person("bob")
    await bob.put("/api/members/ann/follow")
    await ann.post("/api/workouts", a_run(title="Morning run"))
    await a_post(ann, text="Legs tired")

    posts = (await bob.get("/api/feed")).json()["items"]

    assert [post["kind"] for post in posts] == ["note", "workout"]
    assert posts[0]["text"] == "Legs tired"
    assert (posts[1]["workout"]["title"], posts[1]["workout"]["distance_m"]) == ("Morning run", 10_000)
    assert (await bob.get("/api/members/ann/posts")).json()["items"] == posts
    assert (await bob.get(f"/api/posts/{posts[0]['id']}")).json() == posts[0]


async def test_pages_of_a_feed_follow_one_another(api: Api) -> None:
    ann = await api.person("ann")
    for number in range(5):
        await a_post(ann, text=str(number))

    first = (await ann.get("/api/feed?limit=3")).json()
    second = (await ann.get(f"/api/feed?limit=3&cursor={first['next_cursor']}")).json()

    assert [post["text"] for post in first["items"] + second["items"]] == ["4", "3", "2", "1", "0"]
    assert second["next_cursor"] is None


async def test_kudos_count_once_whoever_asks_how_often(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    path = f"/api/posts/{await a_post(ann)}/kudos"

    answers = await asyncio.gather(*(bob.put(path) for _ in range(8)), ann.put(path))

    assert {answer.status_code for answer in answers} == {200}
    after = (await bob.get(path.removesuffix("/kudos"))).json()
    assert (after["kudos"], after["my_kudos"]) == (2, True)
    taken_back = (await bob.delete(path)).json()
    assert (taken_back["kudos"], taken_back["my_kudos"]) == (1, False)


async def test_a_replayed_post_or_comment_answers_200_with_what_is_stored(api: Api) -> None:
    ann = await api.person("ann")
    note = a_text("Hello")
    post = await ann.post("/api/posts", note)
    assert (await ann.post("/api/posts", note)).status_code == 200
    path = f"/api/posts/{note['id']}/comments"
    comment = a_text("Hello yourself")
    first = await ann.post(path, comment)

    again = await ann.post(path, comment | {"text": "changed on the way"})

    assert (post.status_code, first.status_code, again.status_code) == (201, 201, 200)
    assert again.json() == first.json()
    assert (await ann.get(path)).json()["items"] == [first.json()]


async def test_a_foreign_id_is_a_conflict(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    post_id = await a_post(ann)
    comment = a_text()
    await ann.post(f"/api/posts/{post_id}/comments", comment)

    answers = [
        await bob.post("/api/posts", a_text() | {"id": post_id}),
        await bob.post(f"/api/posts/{post_id}/comments", comment),
    ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(409, "id_taken")] * 2


_BAD = [
    (a_text(text=""), 400, "/text"),
    (a_text(text="x" * 2_001), 400, "/text"),
    (a_text(text="nul\x00"), 400, "/text"),
    (a_text(text=7), 400, "/text"),
    (a_text(visibility="all"), 400, "/visibility"),
    (a_text(author="me"), 400, "/author"),
    (a_text() | {"id": 1}, 400, "/id"),
    (a_text(text=" \n\t "), 422, "/text"),
]


async def test_a_bad_post_is_pointed_at(api: Api) -> None:
    for body, status, pointer in _BAD:
        answer = await api.people[0].post("/api/posts", body)

        assert answer.status_code == status, body
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["/api/posts/{}", "/api/posts/{}/comments"])
async def test_what_is_not_there_is_a_problem(api: Api, path: str) -> None:
    founder = api.people[0]

    assert (await founder.get(path.format(uuid7()))).json()["code"] == "post_not_found"
    assert (await founder.get(path.format("no-id"))).status_code == 404


async def test_a_comment_is_deleted_by_its_writer_or_its_host_and_nobody_else(api: Api) -> None:
    ann, bob, cleo = await api.person("ann"), await api.person("bob"), await api.person("cleo")
    post_id = await a_post(ann)
    comments = [a_text("one"), a_text("two")]
    for comment in comments:
        await bob.post(f"/api/posts/{post_id}/comments", comment)
    paths = [f"/api/comments/{comment['id']}" for comment in comments]

    refused = await cleo.delete(paths[0])

    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert (await bob.delete(paths[0])).status_code == 204
    assert (await ann.delete(paths[1])).status_code == 204
    assert (await ann.delete(paths[1])).status_code == 404
    assert (await ann.get(f"/api/posts/{post_id}")).json()["comments"] == 0


async def test_a_workouts_post_is_removed_with_its_workout(api: Api) -> None:
    ann = await api.person("ann")
    run = a_run()
    await ann.post("/api/workouts", run)
    [post] = (await ann.get("/api/feed")).json()["items"]

    refused = await ann.delete(f"/api/posts/{post['id']}")

    assert (refused.status_code, refused.json()["code"]) == (409, "post_follows_workout")
    await ann.delete(f"/api/workouts/{run['id']}")
    assert (await ann.get("/api/feed")).json()["items"] == []


async def test_a_moderator_deletes_what_they_see_and_nothing_else(api: Api) -> None:
    ann, bob, mod = await api.person("ann"), await api.person("bob"), await api.person("mod")
    founder = api.people[0]
    assert (await founder.put("/api/members/mod/role", {"role": "moderator"})).status_code == 200
    public, hidden = await a_post(ann), await a_post(ann, visibility="followers")
    comment = a_text("rude")
    await bob.post(f"/api/posts/{public}/comments", comment)

    assert (await bob.delete(f"/api/posts/{public}")).status_code == 403
    assert (await mod.delete(f"/api/posts/{hidden}")).status_code == 404
    assert (await mod.delete(f"/api/comments/{comment['id']}")).status_code == 204
    assert (await mod.delete(f"/api/posts/{public}")).status_code == 204
    assert (await ann.get(f"/api/posts/{public}")).status_code == 404
    assert (await ann.get(f"/api/posts/{hidden}")).status_code == 200


async def test_a_moderators_token_does_not_moderate(api: Api) -> None:
    ann, founder = await api.person("ann"), api.people[0]
    post_id = await a_post(ann)
    wish = {"id": str(uuid7()), "name": "script", "scopes": ["feed:write", "feed:read"]}
    script = api.script((await founder.post("/api/me/tokens", wish)).json()["secret"])

    assert (await script.delete(f"/api/posts/{post_id}")).status_code == 403
    assert (await founder.delete(f"/api/posts/{post_id}")).status_code == 204
