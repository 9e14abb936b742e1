import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from domain import database
from tests.hub.test_workouts_api import a_run, squats
from tests.hub.world import make_token
from tests.support.apis import Api, Person


def op(id: str, fields: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return {
        "op_id": str(uuid7()),
        "entity": "workout",
        "id": id,
        "fields": fields,
        "client_time": datetime.now(UTC).isoformat(),
        **more,
    }


def create(draft: dict[str, Any]) -> dict[str, Any]:
    return op(draft["id"], draft)


async def send(person: Person, *operations: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = await person.post("/api/sync/batch", {"operations": list(operations), **more})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert len(results) == len(operations)
    return results


async def changes(person: Person, cursor: str | None = None, **params: Any) -> dict[str, Any]:
    params |= {"cursor": cursor} if cursor else {}
    answer = await person.get("/api/sync/changes", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_what_one_device_sends_another_reads(api: Api) -> None:
    ann = await api.person("ann")
    run, lift = a_run(), squats()

    first, second = await send(ann, create(run), create(lift))

    assert (first["status"], first["version"], second["status"]) == ("applied", 1, "applied")
    page = await changes(ann)
    assert [(one["id"], one["version"], one["deleted"]) for one in page["items"]] == [
        (run["id"], 1, False),
        (lift["id"], 1, False),
    ]
    assert page["items"][1]["row"] == (await ann.get(f"/api/workouts/{lift['id']}")).json()
    assert page["has_more"] is False
    assert (await changes(ann, page["cursor"]))["items"] == []


async def test_the_same_batch_five_times_at_once_has_one_effect(api: Api) -> None:
    ann = await api.person("ann")
    drafts = [a_run() for _ in range(20)]
    batch = {"operations": [create(one) for one in drafts]}

    answers = await asyncio.gather(*(ann.post("/api/sync/batch", batch) for _ in range(5)))

    said = [[one["status"] for one in answer.json()["results"]] for answer in answers]
    assert sorted(said) == [["applied"] * 20] + [["duplicate"] * 20] * 4
    page = await changes(ann)
    assert {(one["id"], one["version"]) for one in page["items"]} == {(one["id"], 1) for one in drafts}
    posts = (await ann.get("/api/feed", params={"limit": 100})).json()["items"]
    assert len(posts) == 20


async def test_one_bad_operation_blocks_no_other(api: Api) -> None:
    ann = await api.person("ann")
    batch = [create(a_run()) for _ in range(500)]
    batch[3] = op(str(uuid7()), a_run(duration_s=-1))
    batch[7] = {"op_id": "no id", "entity": "workout"}
    batch[9] = create(a_run(exercises=[{"exercise": "no-such-thing", "sets": [{"reps": 3}]}]))
    batch[11] = create(a_run()) | {"entity": "horse"}
    batch[13] = create(a_run(note="a\0b"))
    batch[17] = create(a_run()) | {"client_time": (datetime.now(UTC) + timedelta(hours=25)).isoformat()}

    results = await send(ann, *batch)

    bad = {place: one for place, one in enumerate(results) if one["status"] != "applied"}
    assert {
        place: (one["status"], one["code"], one["errors"][0]["pointer"]) for place, one in bad.items()
    } == {
        3: ("rejected", "invalid_fields", "/fields/duration_s"),
        7: ("rejected", "invalid_operation", "/op_id"),
        9: ("rejected", "workout_refused", "/fields/exercises/0/exercise"),
        11: ("rejected", "invalid_operation", "/entity"),
        13: ("rejected", "invalid_fields", "/fields/note"),
        17: ("rejected", "clock_ahead", "/client_time"),
    }
    assert bad[7]["op_id"] == "no id"
    first = await changes(ann, limit=500)
    assert (len(first["items"]), first["has_more"]) == (494, False)


async def test_edits_of_different_fields_both_stand_and_of_one_field_conflict(api: Api) -> None:
    ann = await api.person("ann")
    run = a_run(title="Run", note="")
    await send(ann, create(run))

    (phone,) = await send(ann, op(run["id"], {"title": "Morning run"}, base_version=1))
    (laptop,) = await send(ann, op(run["id"], {"note": "felt good", "rpe": 6}, base_version=1))
    (late,) = await send(ann, op(run["id"], {"title": "Evening run", "rpe": 7}, base_version=1))
    (same,) = await send(ann, op(run["id"], {"title": "Morning run"}, base_version=1))

    assert [(one["status"], one["version"]) for one in (phone, laptop)] == [("applied", 2), ("applied", 3)]
    assert (late["status"], late["code"], late["version"]) == ("conflict", "changed", 3)
    assert (late["row"]["title"], late["row"]["note"], late["row"]["rpe"]) == ("Morning run", "felt good", 6)
    assert (same["status"], same["version"]) == ("applied", 3)


async def test_an_edit_that_conflicts_can_be_kept_as_a_private_copy(api: Api) -> None:
    ann = await api.person("ann")
    run = a_run(title="Run")
    await send(ann, create(run), op(run["id"], {"title": "One"}, base_version=1))
    copy_id = str(uuid7())
    other = op(run["id"], {"title": "Two"}, base_version=1, copy_id=copy_id)

    said = await send(ann, other, other) + await send(ann, other)

    assert {(one["status"], one["copy_id"], one["row"]["title"]) for one in said} == {
        ("conflict", copy_id, "One")
    }
    copy = (await ann.get(f"/api/workouts/{copy_id}")).json()
    assert (copy["title"], copy["visibility"], copy["version"]) == ("Two", "private", 1)
    assert len((await changes(ann))["items"]) == 2


async def test_a_delete_wins_over_stale_edits_and_over_its_own_creation(api: Api) -> None:
    ann = await api.person("ann")
    run, late = a_run(), a_run()
    made = create(run)
    await send(ann, made, op(run["id"], {"title": "x"}, base_version=1))
    gone, early = op(run["id"], None, base_version=1), op(late["id"], None)

    first = await send(ann, gone, early)
    then = await send(
        ann, op(run["id"], {"note": "y"}, base_version=2), create(late), create(run), gone, made
    )

    assert [one["status"] for one in first] == ["applied", "applied"]
    assert [(one["status"], one.get("code")) for one in then] == [
        ("conflict", "deleted"),
        ("conflict", "deleted"),
        ("conflict", "deleted"),
        ("duplicate", None),
        ("duplicate", None),
    ]
    assert [(one["id"], one["deleted"], one["row"]) for one in (await changes(ann))["items"]] == [
        (run["id"], True, None),
        (late["id"], True, None),
    ]
    again = await ann.post("/api/workouts", run)
    assert (again.status_code, again.json()["code"]) == (409, "workout_deleted")


async def test_what_comes_and_goes_in_one_batch_leaves_a_tombstone_and_no_post(api: Api) -> None:
    ann = await api.person("ann")
    run = a_run()
    edit = op(run["id"], {"title": "x"}, base_version=1)

    said = await send(ann, create(run), edit, op(run["id"], None))

    assert [(one["status"], one["version"]) for one in said] == [
        ("applied", 1),
        ("applied", 2),
        ("applied", 3),
    ]
    assert [(one["version"], one["deleted"]) for one in (await changes(ann))["items"]] == [(3, True)]
    assert (await ann.get("/api/feed")).json()["items"] == []


async def test_another_ones_ids_look_like_ids_of_nothing(api: Api) -> None:
    ann, ben = await api.person("ann"), await api.person("ben")
    theirs, nothing = a_run(), str(uuid7())
    await send(ann, create(theirs))

    said = await send(
        ben,
        *(op(one, {"title": "mine"}, base_version=1) for one in (theirs["id"], nothing)),
        *(op(one, None) for one in (theirs["id"], nothing)),
    )

    different = {"op_id": None, "id": None}
    assert said[0] | different == said[1] | different
    assert (said[0]["status"], said[0]["code"]) == ("rejected", "workout_not_found")
    assert said[2] | different == said[3] | different
    assert (await ann.get(f"/api/workouts/{theirs['id']}")).json()["title"] == ""
    fresh = a_run()
    await send(ann, create(fresh))
    (taken,) = await send(ben, create(fresh))
    assert (taken["status"], taken["code"]) == ("rejected", "id_taken")
    assert fresh["id"] not in {one["id"] for one in (await changes(ben))["items"]}


async def test_versions_of_the_future_and_reused_op_ids_are_rejected(api: Api) -> None:
    ann = await api.person("ann")
    run, other = a_run(), a_run()
    made = create(run)
    await send(ann, made)

    future, reused = await send(
        ann, op(run["id"], {"title": "x"}, base_version=9), create(other) | {"op_id": made["op_id"]}
    )

    assert (future["status"], future["code"], future["errors"][0]["pointer"]) == (
        "rejected",
        "version_unknown",
        "/base_version",
    )
    assert (reused["status"], reused["code"]) == ("rejected", "op_id_reused")


async def test_what_cannot_be_a_batch_is_a_problem(api: Api) -> None:
    ann = await api.person("ann")
    ahead = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
    answers = [
        await ann.post("/api/sync/batch", {"operations": [create(a_run())], "client_sent_at": ahead}),
        await ann.post("/api/sync/batch", {"operations": [create(a_run())] * 501}),
        await ann.post("/api/sync/batch", {"operations": []}),
        await ann.get("/api/sync/changes", params={"cursor": "!!"}),
        await ann.get("/api/sync/changes", params={"limit": 501}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (422, "clock_ahead"),
        (400, "invalid_body"),
        (400, "invalid_body"),
        (422, "cursor_malformed"),
        (400, "invalid_body"),
    ]
    assert (await changes(ann))["items"] == []


async def test_a_cursor_of_another_member_or_another_hub_is_refused(api: Api) -> None:
    ann, ben = await api.person("ann"), await api.person("ben")
    await send(ann, create(a_run()))
    await send(ben, create(a_run()))
    cursor = (await changes(ann))["cursor"]
    await database.execute("UPDATE sync_head SET epoch = epoch + 1 WHERE member_id = $1", UUID(ann.id))

    for person in (ann, ben):
        answer = await person.get("/api/sync/changes", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor_foreign")


async def test_what_is_written_without_sync_is_among_the_changes_too(api: Api) -> None:
    ann = await api.person("ann")
    run, other = a_run(), squats()
    await ann.post("/api/workouts", run)
    await ann.post("/api/workouts", other)
    cursor = (await changes(ann))["cursor"]
    await ann.put(f"/api/workouts/{run['id']}", run | {"title": "edited"})
    await ann.delete(f"/api/workouts/{other['id']}")

    page = await changes(ann, cursor)

    assert [(one["id"], one["version"], one["deleted"]) for one in page["items"]] == [
        (run["id"], 2, False),
        (other["id"], 2, True),
    ]
    (stale,) = await send(ann, op(run["id"], {"title": "other"}, base_version=1))
    assert stale["status"] == "conflict"


async def test_pages_of_changes_follow_one_another(api: Api) -> None:
    ann = await api.person("ann")
    drafts = [a_run() for _ in range(7)]
    await send(ann, *map(create, drafts))
    seen, cursor, has_more = [], None, True
    while has_more:
        page = await changes(ann, cursor, limit=3)
        seen += [one["id"] for one in page["items"]]
        cursor, has_more = page["cursor"], page["has_more"]
    assert seen == sorted(one["id"] for one in drafts)


async def test_a_token_that_may_write_logs_sends_a_batch_and_does_not_read(api: Api) -> None:
    ann = await api.person("ann")
    script = api.script(await make_token(ann, ["logs:write"]))

    (said,) = await send(script, create(a_run()))

    assert said["status"] == "applied"
    assert (await script.get("/api/sync/changes")).status_code == 403
    assert (await changes(ann))["items"][0]["row"]["source"] == "api"


async def test_a_batch_moves_the_board_and_the_feed_as_single_logs_do(api: Api) -> None:
    ann = await api.person("ann")
    today = datetime.now(UTC).date()
    challenge = {
        "id": str(uuid7()),
        "title": "Far",
        "metric": "distance",
        "starts_on": (today - timedelta(days=3)).isoformat(),
        "ends_on": (today + timedelta(days=3)).isoformat(),
        "tz": "UTC",
    }
    assert (await ann.post("/api/challenges", challenge)).status_code == 201
    hours = [datetime.now(UTC) - timedelta(hours=2 * n + 2) for n in range(10)]
    drafts = [a_run(started_at=at.isoformat(), distance_m=1_000) for at in hours]
    gone = drafts.pop()

    await send(ann, *map(create, drafts), create(gone))
    await send(ann, op(gone["id"], None), op(drafts[0]["id"], {"distance_m": 3_000}, base_version=1))

    standings = (await ann.get(f"/api/challenges/{challenge['id']}/standings")).json()
    (place,) = standings["top"]
    assert (place["score"], place["workouts"]) == (11_000, 9)
