import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from tests.support.apis import Api, Person


def a_run(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "sport": "run",
        "started_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
        "tz": "Europe/Vienna",
        "duration_s": 3_000,
        "distance_m": 10_000,
        **changes,
    }


def squats(**changes: Any) -> dict[str, Any]:
    sets = [{"kind": "warmup", "reps": 10, "weight_kg": 40}, {"reps": 5, "weight_kg": 102.5}]
    return a_run(
        sport="strength",
        distance_m=None,
        note="knee felt fine",
        exercises=[{"exercise": "back-squat", "sets": sets}],
        **changes,
    )


def without(body: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != field}


async def test_a_logged_workout_comes_back_whole(api: Api) -> None:
    ann = await api.person("ann")

    answer = await ann.post("/api/workouts", squats())

    assert answer.status_code == 201
    workout = answer.json()
    assert (workout["volume_kg"], workout["set_count"], workout["version"]) == (512.5, 1, 1)
    assert (workout["source"], workout["visibility"]) == ("manual", "followers")
    assert workout["author"]["handle"] == "ann"
    assert (await ann.get(f"/api/workouts/{workout['id']}")).json() == workout
    assert (await ann.get("/api/workouts")).json() == {"items": [workout], "next_cursor": None}
    assert (await ann.get("/api/members/ann/workouts")).json()["items"] == [workout]
    last = (await ann.get("/api/exercises/back-squat/last")).json()
    assert last == workout["exercises"][0]


async def test_a_replayed_creation_answers_200_with_what_is_stored(api: Api) -> None:
    ann = await api.person("ann")
    draft = a_run()

    answers = await asyncio.gather(*(ann.post("/api/workouts", draft) for _ in range(10)))

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert len((await ann.get("/api/workouts")).json()["items"]) == 1


async def test_an_id_of_somebody_else_is_a_conflict_that_tells_nothing(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    draft = a_run(visibility="private", title="secret")
    await ann.post("/api/workouts", draft)

    answer = await bob.post("/api/workouts", a_run(id=draft["id"]))

    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
    assert "secret" not in answer.text
    assert ann.id not in answer.text


async def test_an_edit_replaces_and_a_deletion_is_for_good(api: Api) -> None:
    ann = await api.person("ann")
    draft = squats()
    await ann.post("/api/workouts", draft)
    path = f"/api/workouts/{draft['id']}"

    edited = await ann.put(path, a_run(id=draft["id"], title="Ran instead"))

    assert (edited.status_code, edited.json()["version"]) == (200, 2)
    assert (edited.json()["exercises"], edited.json()["title"]) == ([], "Ran instead")
    assert (await ann.delete(path)).status_code == 204
    gone = await ann.get(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "workout_not_found")
    assert (await ann.put(path, draft)).status_code == 404
    assert (await ann.delete(path)).status_code == 404


async def test_an_edit_to_another_id_is_refused(api: Api) -> None:
    ann = await api.person("ann")
    draft = a_run()
    await ann.post("/api/workouts", draft)

    answer = await ann.put(f"/api/workouts/{draft['id']}", a_run())

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/id"]


_MISSHAPEN = [
    (without(a_run(), "sport"), "/sport"),
    (a_run(sport="chess"), "/sport"),
    (a_run(colour="red"), "/colour"),
    (a_run(duration_s="an hour"), "/duration_s"),
    (a_run(duration_s=10**30), "/duration_s"),
    (a_run(duration_s=-1), "/duration_s"),
    (a_run(duration_s=None), "/duration_s"),
    (a_run(distance_m=1e300), "/distance_m"),
    (a_run(id="not-an-id"), "/id"),
    (a_run(started_at="yesterday"), "/started_at"),
    (a_run(started_at="2026-01-01T10:00:00"), "/started_at"),
    (a_run(title="x" * 121), "/title"),
    (a_run(note="nul\x00"), "/note"),
    (a_run(visibility="everyone"), "/visibility"),
    (a_run(heart_rate_avg_bpm=300), "/heart_rate_avg_bpm"),
    (a_run(exercises=[{"exercise": "plank\n"}]), "/exercises/0/exercise"),
    (a_run(exercises=[{"exercise": "plank", "sets": [{"reps": 1.5}]}]), "/exercises/0/sets/0/reps"),
    (a_run(exercises=[{"exercise": "plank", "sets": [{}, {"rep": 1}]}]), "/exercises/0/sets/1/rep"),
    (a_run(exercises={}), "/exercises"),
]


async def test_a_body_of_the_wrong_shape_is_pointed_at(api: Api) -> None:
    founder = api.people[0]

    for body, pointer in _MISSHAPEN:
        answer = await founder.post("/api/workouts", body)

        assert answer.status_code == 400, pointer
        assert answer.headers["content-type"] == "application/problem+json"
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


_SENSELESS = [
    (a_run(started_at=(datetime.now(UTC) + timedelta(hours=25)).isoformat()), "/started_at"),
    (a_run(started_at="0001-01-01T00:00:00+14:00"), "/started_at"),
    (a_run(started_at="9999-12-31T23:59:59-14:00"), "/started_at"),
    (a_run(tz="Mars/Olympus"), "/tz"),
    (a_run(tz="../../etc/passwd"), "/tz"),
    (a_run(duration_s=0), "/duration_s"),
    (a_run(moving_s=3_001), "/moving_s"),
    (a_run(heart_rate_avg_bpm=180, heart_rate_max_bpm=170), "/heart_rate_max_bpm"),
    (a_run(exercises=[{"exercise": "dip"}, {"exercise": "levitation"}]), "/exercises/1/exercise"),
    (a_run(exercises=[{"exercise": "dip", "sets": [{"weight_kg": 20}]}]), "/exercises/0/sets/0"),
]


async def test_a_workout_that_makes_no_sense_is_pointed_at(api: Api) -> None:
    founder = api.people[0]

    for body, pointer in _SENSELESS:
        answer = await founder.post("/api/workouts", body)

        assert (answer.status_code, answer.json()["code"]) == (422, "workout_refused"), pointer
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert (await founder.get("/api/workouts")).json()["items"] == []


_NOT_JSON = [
    *(b"", b"{", b'{"id": ', b"[]", b'"run"', b"null"),
    *(b'{"title": "\\ud800"}', b"\xff\xfe", b'{"a":' * 5_000),
]


async def test_what_is_not_json_is_a_problem(api: Api) -> None:
    founder = api.people[0]

    for content in _NOT_JSON:
        answer = await founder.post(
            "/api/workouts", content=content, headers={"Content-Type": "application/json"}
        )

        assert answer.status_code == 400, content[:20]
        assert answer.headers["content-type"] == "application/problem+json"


async def everything(person: Person, path: str, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await person.get(f"{path}?limit={limit}{cursor}")).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def test_pages_follow_one_another_by_their_cursors(api: Api) -> None:
    ann = await api.person("ann")
    for day in (3, 1, 2, 5, 4):
        body = a_run(started_at=f"2026-01-0{day}T08:00:00Z", title=f"day {day}")
        assert (await ann.post("/api/workouts", body)).status_code == 201

    listed = await everything(ann, "/api/workouts", 2)

    assert [workout["title"] for workout in listed] == ["day 5", "day 4", "day 3", "day 2", "day 1"]


async def test_a_page_has_a_size(api: Api) -> None:
    for limit in ("0", "101", "ten", "99999999999999999999"):
        answer = await api.people[0].get(f"/api/workouts?limit={limit}")

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/limit"), limit


async def test_a_cursor_is_ours_or_refused(api: Api) -> None:
    for cursor in ("", "x", "%00", "%C3%A9", "bm9wZQ", "a" * 190, "a" * 300):
        answer = await api.people[0].get(f"/api/workouts?cursor={cursor}")

        assert answer.status_code in (400, 422), cursor
        assert answer.json()["errors"][0]["pointer"] == "/cursor"


async def test_a_script_logs_with_a_scope_and_not_without(api: Api) -> None:
    ann = await api.person("ann")
    secrets = {}
    for scope in ("logs:write", "logs:read"):
        wish = {"id": str(uuid7()), "name": scope, "scopes": [scope]}
        secrets[scope] = (await ann.post("/api/me/tokens", wish)).json()["secret"]

    logged = await api.script(secrets["logs:write"]).post("/api/workouts", a_run())
    refused = await api.script(secrets["logs:read"]).post("/api/workouts", a_run())

    assert (logged.status_code, logged.json()["source"]) == (201, "api")
    assert refused.status_code == 403
    assert (await api.stranger().post("/api/workouts", a_run())).status_code == 401


async def test_a_token_without_the_scope_reads_what_nobody_in_particular_reads(api: Api) -> None:
    ann = await api.person("ann", public=True)
    wish = {"id": str(uuid7()), "name": "writes only", "scopes": ["logs:write"]}
    script = api.script((await ann.post("/api/me/tokens", wish)).json()["secret"])
    public, private = a_run(visibility="public", note="mine"), a_run(visibility="private")
    for body in (public, private):
        await ann.post("/api/workouts", body)

    assert (await script.get(f"/api/workouts/{private['id']}")).status_code == 404
    assert (await script.get(f"/api/workouts/{public['id']}")).json()["note"] is None
    listed = (await script.get("/api/members/ann/workouts")).json()["items"]
    assert [workout["id"] for workout in listed] == [public["id"]]


async def test_the_catalogue_is_sent_once(api: Api) -> None:
    anybody = api.stranger()

    first = await anybody.get("/api/exercises")
    again = await anybody.get("/api/exercises", headers={"If-None-Match": first.headers["etag"]})

    assert len(first.json()) >= 60
    assert (again.status_code, again.content) == (304, b"")


async def test_the_last_sets_of_what_was_never_done_are_null(api: Api) -> None:
    ann = await api.person("ann")

    assert (await ann.get("/api/exercises/plank/last")).json() is None
    unknown = await ann.get("/api/exercises/levitation/last")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "exercise_not_found")
