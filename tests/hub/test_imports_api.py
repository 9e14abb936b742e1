"""Files become workouts, by one request; and can be undone."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain import database
from hub.settings import Settings
from tests.domain.files import encoders
from tests.hub.world import make_token, ok
from tests.support.apis import Api, Person, running

NOW = datetime.now(UTC).replace(microsecond=0)
YESTERDAY = NOW - timedelta(hours=20)
LAST_YEAR = NOW - timedelta(days=365)


async def upload(person: Person, content: bytes, name: str = "a file", **params: str) -> httpx.Response:
    return await person.http.post(
        "/api/imports", content=content, params={"filename": name, **params}, timeout=60
    )


async def settled(person: Person, answer: httpx.Response) -> dict[str, Any]:
    """The report, when everything is done."""
    report: dict[str, Any] = ok(answer)
    while report["state"] not in {"done", "undone"}:
        await asyncio.sleep(0.1)
        report = ok(await person.get(f"/api/imports/{report['id']}"))
    return report


async def workouts_of(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(await person.get("/api/workouts?limit=100"))["items"]
    return found


async def test_one_curl_with_a_token_makes_a_workout_of_a_file(api: Api) -> None:
    ann = await api.person("ann")
    script = api.script(await make_token(ann, ["logs:write", "logs:read"]))

    answer = await upload(script, encoders.fit_ride(1200, start=YESTERDAY), "ride.fit")

    assert answer.status_code == 201, answer.text
    report = answer.json()
    assert answer.headers["location"] == f"/api/imports/{report['id']}"
    assert (report["state"], report["files_read"], report["workouts"]) == ("done", 1, 1)
    (file,) = report["files"]
    assert (file["name"], file["state"]) == ("ride.fit", "read")
    (workout,) = await workouts_of(ann)
    assert workout["id"] == file["items"][0]["workout_id"]
    assert (workout["sport"], workout["duration_s"], workout["distance_m"]) == ("ride", 1200, 9600)
    assert datetime.fromisoformat(workout["started_at"]) == YESTERDAY
    assert workout["source"] == "api"
    assert workout["heart_rate_max_bpm"] == 163


async def test_a_form_with_one_file_does_as_well(api: Api) -> None:
    ann = await api.person("ann")
    gpx = encoders.gpx_run(start=YESTERDAY)

    answer = await ann.http.post("/api/imports", files={"file": ("run.gpx", gpx)})
    two = await ann.http.post("/api/imports", files=[("a", ("a.gpx", gpx)), ("b", ("b.gpx", gpx))])

    assert (answer.status_code, answer.json()["files"][0]["name"]) == (201, "run.gpx")
    assert (two.status_code, two.json()["code"]) == (422, "upload_missing")
    large = await ann.http.post("/api/imports", files={"file": ("run.gpx", b"x" * 25_100_000)})
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        broken = await ann.http.post("/api/imports", content=b"--y", headers={"content-type": content_type})
        assert broken.status_code in {400, 422}, broken.text
        assert broken.headers["content-type"] == "application/problem+json"


async def test_the_same_bytes_are_one_import_and_the_same_activity_is_one_workout(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    ride = encoders.fit_ride(start=YESTERDAY)

    answers = await asyncio.gather(*(upload(ann, ride) for _ in range(5)))
    again = await upload(ann, encoders.gzipped(ride), "ride.fit.gz")
    his = await upload(bob, ride)

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers)[-1] in {201, 202}
    (workout,) = await workouts_of(ann)
    item = again.json()["files"][0]["items"][0]
    assert (item["state"], item["workout_id"]) == ("duplicate", workout["id"])
    assert (again.json()["workouts"], again.json()["duplicates"]) == (0, 1)
    assert his.json()["workouts"] == 1, "whose it is belongs to what it is"


async def test_undoing_takes_back_what_an_import_made_and_nothing_else(api: Api) -> None:
    ann = await api.person("ann")
    first, second = encoders.fit_ride(start=YESTERDAY), encoders.gpx_run(start=YESTERDAY)
    kept = ok(await upload(ann, first))
    bundle = encoders.zipped({"here already.fit": first, "new.gpx": second})
    made = await settled(ann, await upload(ann, bundle))
    assert (made["workouts"], made["duplicates"]) == (1, 1)

    undone = await settled(ann, await ann.delete(f"/api/imports/{made['id']}"))

    assert (undone["state"], undone["files"]) == ("undone", [])
    assert [one["id"] for one in await workouts_of(ann)] == [kept["files"][0]["items"][0]["workout_id"]]
    assert (await settled(ann, await ann.delete(f"/api/imports/{made['id']}")))["state"] == "undone"

    again = await settled(ann, await upload(ann, bundle))

    assert again["id"] != made["id"]
    assert (again["workouts"], again["duplicates"]) == (1, 1)


async def test_a_bundle_says_of_each_file_what_became_of_it(api: Api) -> None:
    ann = await api.person("ann")
    ride = encoders.fit_ride(start=YESTERDAY)
    bundle = encoders.zipped(
        {
            "good.gpx": encoders.gpx_run(start=YESTERDAY),
            "twice.gpx": encoders.gpx_run(start=YESTERDAY, name="Another name"),
            "good.fit.gz": encoders.gzipped(ride),
            "cut.fit": ride[:-300],
            "bomb.gpx": b" " * 50_000_000,
            "entity.gpx": encoders.gpx(head='<!DOCTYPE a [<!ENTITY b "c">]>'),
            "photo.jpg": b"\xff\xd8\xff\xe0",
            "inner.zip": encoders.zipped({"x": b"y"}),
        }
    )

    report = await settled(ann, await upload(ann, bundle, "all.zip"))

    assert (report["files_total"], report["files_read"], report["files_refused"]) == (8, 3, 5)
    codes = {file["name"]: file["code"] for file in report["files"]}
    assert codes == {
        "good.gpx": None,
        "twice.gpx": None,
        "good.fit.gz": None,
        "cut.fit": "truncated",
        "bomb.gpx": "expands_too_much",
        "entity.gpx": "forbidden_markup",
        "photo.jpg": "unknown_format",
        "inner.zip": "nested_bundle",
    }
    assert all(file["detail"] for file in report["files"] if file["code"])
    assert (report["workouts"], report["duplicates"]) == (2, 1)
    assert ok(await ann.get(f"/api/imports/{report['id']}/files?after=5&limit=1"))[0]["position"] == 6


async def test_what_no_bundle_is_says_so(api: Api) -> None:
    ann = await api.person("ann")
    whole = encoders.zipped({"good.gpx": encoders.gpx_run(start=YESTERDAY)})

    report = await settled(ann, await upload(ann, whole[: len(whole) // 2]))

    assert (report["state"], report["code"], report["workouts"]) == ("done", "truncated", 0)


async def test_a_strava_archive_keeps_its_names_and_notes(api: Api) -> None:
    ann = await api.person("ann")
    archive = encoders.strava_archive(
        {
            "1.fit.gz": encoders.gzipped(encoders.fit_ride(start=LAST_YEAR)),
            "2.gpx": encoders.gpx_run(start=YESTERDAY),
        },
        [
            '1,"Jun 1, 2025, 6:30:00 AM",Pass,Ride,"Cold, and ""windy""",activities/1.fit.gz,9.6,9600',
            '2,"Jun 2, 2025, 6:30:00 AM",To work,Walk,,activities/2.gpx,1.8,1800.0',
        ],
    )

    report = await settled(ann, await upload(ann, archive, "export.zip"))

    assert (report["files_total"], report["workouts"]) == (2, 2)
    newer, older = await workouts_of(ann)
    assert (older["title"], older["note"], older["sport"]) == ("Pass", 'Cold, and "windy"', "ride")
    assert (newer["title"], newer["sport"]) == ("To work", "walk")


async def test_what_was_done_long_ago_does_not_fill_the_feed(api: Api) -> None:
    ann = await api.person("ann")
    note = {"id": "01980000-0000-7000-8000-000000000001", "text": "Today", "visibility": "followers"}
    ok(await ann.post("/api/posts", note))

    ok(await upload(ann, encoders.fit_ride(start=LAST_YEAR)))
    ok(await upload(ann, encoders.fit_ride(start=YESTERDAY)))

    posts = ok(await ann.get("/api/feed"))["items"]
    done = [post["workout"] and datetime.fromisoformat(post["workout"]["started_at"]) for post in posts]
    assert done == [YESTERDAY, None, LAST_YEAR]


async def test_a_table_of_sets_becomes_workouts_and_loses_no_exercise(api: Api) -> None:
    ann = await api.person("ann")
    table = (
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,"
        "Workout Notes,RPE\n"
        '2026-01-05 18:03:11,Push,1h 5m,"Bench Press (Barbell)",W,40,10,0,0,,Good day,\n'
        '2026-01-05 18:03:11,Push,1h 5m,"Bench Press (Barbell)",1,80,5,0,0,,Good day,8\n'
        '2026-01-05 18:03:11,Push,1h 5m,"Zercher Jefferson Twist",1,20,12,0,0,,Good day,\n'
        "2026-01-07 07:00:00,Core,20m,Plank,1,0,0,0,90,,,\n"
    )

    report = ok(await upload(ann, table.encode(), "strong.csv", tz="Europe/Vienna"))

    assert report["workouts"] == 2, report
    core, push = await workouts_of(ann)
    assert push["started_at"] == "2026-01-05T17:03:11Z"
    assert (push["title"], push["duration_s"], push["volume_kg"]) == ("Push", 3900, 400)
    assert push["exercises"] == [
        {
            "exercise": "bench-press",
            "sets": [
                {"kind": "warmup", "reps": 10, "weight_kg": 40.0},
                {"reps": 5, "weight_kg": 80.0, "rpe": 8.0},
            ],
        }
    ]
    assert push["note"] == "Good day\nZercher Jefferson Twist: 12 x 20 kg"
    warnings = report["files"][0]["items"][0]["warnings"]
    assert any("Zercher" in one for one in warnings)
    assert any("unit of weight" in one for one in warnings)
    assert core["exercises"][0]["sets"] == [{"duration_s": 90}]


async def test_streams_are_for_who_sees_the_workout_and_places_for_its_author(api: Api) -> None:
    ann, bob = await api.person("ann", public=True), await api.person("bob")
    shown = ok(await upload(ann, encoders.fit_ride(3000, start=YESTERDAY)))
    hidden = ok(await upload(ann, encoders.gpx_run(start=YESTERDAY), visibility="private"))
    path = f"/api/workouts/{shown['files'][0]['items'][0]['workout_id']}"
    secret = f"/api/workouts/{hidden['files'][0]['items'][0]['workout_id']}"

    hers = ok(await ann.get(f"{path}/streams?points=50"))
    for reader in (bob, api.stranger()):
        theirs = ok(await reader.get(f"{path}/streams?points=50"))
        assert set(hers["columns"]) - set(theirs["columns"]) == {"latitude_deg", "longitude_deg"}
        assert ok(await reader.get(f"{path}/analysis"))["zones"] is None
        for what in ("streams", "analysis"):
            answer = await reader.get(f"{secret}/{what}")
            assert (answer.status_code, answer.json()["code"]) == (404, "workout_not_found")

    assert hers["sample_count"] == 3001
    assert {len(column) for column in hers["columns"].values()} == {50}
    assert hers["columns"]["time_s"][0] == 0
    assert hers["columns"]["time_s"][-1] == 3000
    assert hers["columns"]["distance_m"][-1] == 24_000
    analysis = ok(await ann.get(f"{path}/analysis?hr_max_bpm=200"))
    assert [lap["duration_s"] for lap in analysis["laps"]] == [300] * 10
    assert [split["duration_s"] for split in analysis["splits"]] == [125] * 24
    assert analysis["best_efforts"][0] == {"distance_m": 400, "duration_s": 50}
    assert analysis["algorithm"] == 1
    assert sum(zone["seconds"] for zone in analysis["zones"]["zones"]) == pytest.approx(3001)


async def test_a_workout_that_nobody_recorded_has_no_streams(api: Api) -> None:
    ann = await api.person("ann")
    draft = {
        "id": "01980000-0000-7000-8000-000000000002",
        "sport": "run",
        "started_at": YESTERDAY.isoformat(),
        "tz": "UTC",
        "duration_s": 60,
    }
    workout = ok(await ann.post("/api/workouts", draft))
    for what in ("streams", "analysis"):
        answer = await ann.get(f"/api/workouts/{workout['id']}/{what}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_streams")


async def test_the_original_is_kept_to_the_byte_and_nobody_reads_it_in_the_database(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    gpx = encoders.gpx_run(start=YESTERDAY)
    report = ok(await upload(ann, gpx, "läufe/früh am.gpx"))
    path = f"/api/imports/{report['id']}/original"

    answer = await ann.get(path)

    assert answer.content == gpx
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''fr%C3%BCh%20am.gpx"
    assert (await bob.get(path)).json()["code"] == "import_not_found"
    for table in ("file_import", "import_file", "workout_stream"):
        text = await database.fetchval(f"SELECT string_agg(t::text, '') FROM {table} AS t")
        for secret in (b"trkpt", b"time_s", b"PS1", b"heart_rate"):
            assert secret.hex() not in text
            assert secret.decode() not in text


async def test_imports_are_their_members_alone(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    report = ok(await upload(ann, encoders.gpx_run(start=YESTERDAY)))

    assert [one["id"] for one in ok(await ann.get("/api/imports"))["items"]] == [report["id"]]
    assert ok(await bob.get("/api/imports"))["items"] == []
    for method, path in (("GET", ""), ("GET", "/files"), ("DELETE", "")):
        answer = await bob.call(method, f"/api/imports/{report['id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "import_not_found")
    assert len(await workouts_of(ann)) == 1


@pytest.mark.parametrize(
    ("content", "params", "status", "code"),
    [
        (b"", {}, 422, "upload_missing"),
        (b"x" * 25_100_000, {}, 413, "too_large"),
        (b"x", {"tz": "Mars/Olympus"}, 422, "unknown_time_zone"),
        (b"x", {"visibility": "everybody"}, 400, "invalid_body"),
    ],
)
async def test_an_upload_that_is_none_is_a_problem(
    api: Api, content: bytes, params: dict[str, str], status: int, code: str
) -> None:
    ann = await api.person("ann")
    answer = await upload(ann, content, **params)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert ok(await ann.get("/api/imports"))["items"] == []


async def test_who_uploads_without_end_is_told_to_wait(api: Api) -> None:
    ann = await api.person("ann")
    answers = [await upload(ann, b"") for _ in range(301)]
    assert {answer.status_code for answer in answers[:300]} == {422}
    assert (answers[300].status_code, answers[300].json()["code"]) == (429, "too_many")
    assert int(answers[300].headers["retry-after"]) >= 1


async def test_others_are_answered_while_a_hostile_file_is_read(api: Api) -> None:
    ann, bob = await api.person("ann"), await api.person("bob")
    points = '<trkpt lat="47" lon="11"/>' * 900_000
    hostile = encoders.gpx(f"<trkseg>{points}</trkseg>")
    reading = asyncio.ensure_future(upload(ann, hostile))
    clock, slowest, asked = asyncio.get_running_loop().time, 0.0, 0
    while not reading.done():
        began = clock()
        ok(await bob.get("/api/workouts"))
        slowest, asked = max(slowest, clock() - began), asked + 1
        await asyncio.sleep(0.01)

    report = await settled(ann, await reading)

    assert report["files"][0]["code"] == "no_times"
    assert asked > 20
    # Read in the hub itself, it would stand still for as long as the file takes.
    assert slowest < 1


async def test_work_goes_on_where_it_was_when_the_hub_comes_back(database_url: str, redis_url: str) -> None:
    settings = Settings(database_url=database_url, redis_url=redis_url, master_key=os.urandom(32))
    files = {f"{day}.gpx": encoders.gpx_run(120, start=YESTERDAY - timedelta(days=day)) for day in range(12)}
    async with running(settings) as api:
        ann = await api.person("ann")
        token = await make_token(ann, ["logs:read", "logs:write"])
        uploading = asyncio.ensure_future(upload(ann, encoders.zipped(files)))
        done = 0
        while done < 3:
            await asyncio.sleep(0.01)
            done = await database.fetchval("SELECT count(*) FROM import_item")
        uploading.cancel()
    assert 3 <= done < 12, "it was stopped in the middle"

    async with running(settings) as api:
        ann = api.script(token)
        (one,) = ok(await ann.get("/api/imports"))["items"]
        report = await settled(ann, await ann.get(f"/api/imports/{one['id']}"))

        assert (report["files_read"], report["workouts"], report["duplicates"]) == (12, 12, 0)
        assert len(await workouts_of(ann)) == 12
