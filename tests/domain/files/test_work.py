"""The work on imports: step by step, whoever takes the next one, whatever happened before."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from domain import database
from domain.errors import Conflict, TooMany
from domain.files import actions, queries, workout_data
from domain.files.actions import Upload, receive, undo
from domain.files.model import Trouble
from domain.files.report import Import, ImportState, ItemState
from domain.files.sandbox import Sandbox
from domain.files.work import CLAIM, claim, release, step
from domain.identity.model import Actor
from domain.workouts import actions as workouts
from tests.domain.files import encoders
from tests.support.domains import NOW, Domain

YESTERDAY = NOW - timedelta(days=1)
SANDBOX = Sandbox()


def clock() -> datetime:
    return NOW


async def uploaded(db: Domain, member: Actor, content: bytes, name: str = "a file") -> UUID:
    received = await receive(
        Upload(name, content), import_id=uuid7(), member_id=member.member_id, now=NOW, vault=db.vault
    )
    return received.import_id


async def work_on(db: Domain, import_id: UUID, *, member: Actor, steps: int = 100) -> Import:
    for _ in range(steps):
        if await queries.is_at_rest(import_id):
            break
        await step(import_id, clock=clock, vault=db.vault, sandbox=SANDBOX)
    return await queries.get_import(import_id, member_id=member.member_id)


def bundle(days: int) -> bytes:
    return encoders.zipped(
        {f"{day}.gpx": encoders.gpx_run(60, start=YESTERDAY - timedelta(days=day)) for day in range(days)}
    )


def table(workouts: int) -> bytes:
    first = datetime(2025, 1, 1, 18)
    rows = (f"{first + timedelta(days=day)},A,1h,Plank,1,0,5\n" for day in range(workouts))
    return ("Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps\n" + "".join(rows)).encode()


async def begun(db: Domain, import_id: UUID) -> "asyncio.Task[None]":
    """A step that has taken some workouts of a file, and goes on."""
    stepping = asyncio.ensure_future(step(import_id, clock=clock, vault=db.vault, sandbox=SANDBOX))
    async with asyncio.timeout(20):
        while not await database.fetchval("SELECT count(*) > 4 FROM import_item"):  # noqa: ASYNC110  # a table
            await asyncio.sleep(0)
    return stepping


async def test_an_import_is_claimed_by_one_node_until_it_gives_it_back_or_dies(db: Domain) -> None:
    ann = await db.member("ann")
    import_id = await uploaded(db, ann, encoders.gpx_run(60))

    claims = await asyncio.gather(*(claim(now=NOW) for _ in range(5)))

    assert [one for one in claims if one] == [import_id]
    assert await claim(now=NOW + CLAIM - timedelta(seconds=1)) is None
    assert await claim(now=NOW + CLAIM) == import_id, "whoever had it is gone"
    await release(import_id, now=NOW)
    assert await claim(now=NOW) == import_id


async def test_nobody_waits_behind_an_archive_and_nobody_takes_two_turns(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    archive = await uploaded(db, ann, bundle(3))
    assert await claim(now=NOW) == archive
    hers, his = await uploaded(db, ann, encoders.gpx_run(60)), await uploaded(db, bob, encoders.gpx_run(60))

    assert [await claim(now=NOW) for _ in range(2)] == [his, None], "ann has her turn already"
    await release(archive, now=NOW)
    assert await claim(now=NOW) == hers, "what was not begun comes first"


async def test_a_file_that_was_begun_by_a_node_that_died_gives_the_same_workouts(db: Domain) -> None:
    ann = await db.member("ann")
    import_id = await uploaded(db, ann, table(20))
    dying = await begun(db, import_id)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert 4 < await database.fetchval("SELECT count(*) FROM import_item") < 20

    report = await work_on(db, import_id, member=ann)

    assert (report.state, report.workouts, report.duplicates) == (ImportState.DONE, 20, 0)
    assert await database.fetchval("SELECT count(*) FROM workout") == 20


async def test_a_file_that_takes_nodes_down_is_given_up(db: Domain) -> None:
    ann = await db.member("ann")
    import_id = await uploaded(db, ann, encoders.gpx_run(60))
    await database.execute("UPDATE import_file SET attempts = 3")

    report = await work_on(db, import_id, member=ann)

    assert report.files[0].code == Trouble.CRASHED
    assert report.workouts == 0


async def test_the_same_activity_from_two_imports_at_once_is_one_workout(db: Domain) -> None:
    ann = await db.member("ann")
    runs = [encoders.gpx_run(60, name=name) for name in ("A", "B", "C")]
    ids = [await uploaded(db, ann, run) for run in runs]

    await asyncio.gather(*(work_on(db, one, member=ann) for one in ids))

    reports = [await queries.get_import(one, member_id=ann.member_id) for one in ids]
    states = sorted(report.files[0].items[0].state for report in reports)
    assert states == [ItemState.DUPLICATE, ItemState.DUPLICATE, ItemState.IMPORTED]
    assert len({report.files[0].items[0].workout_id for report in reports}) == 1
    assert await database.fetchval("SELECT count(*) FROM workout") == 1


async def test_undoing_stops_work_that_is_under_way(db: Domain) -> None:
    ann = await db.member("ann")
    import_id = await uploaded(db, ann, bundle(6))
    half = await work_on(db, import_id, member=ann, steps=4)
    assert (half.state, half.workouts) == (ImportState.WORKING, 3)

    await undo(import_id, member_id=ann.member_id)
    report = await work_on(db, import_id, member=ann)

    assert (report.state, report.files_total) == (ImportState.UNDONE, 0)
    for table in ("workout", "workout_stream", "workout_origin", "import_file", "import_item", "post"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_undoing_stops_a_file_in_its_middle(db: Domain) -> None:
    ann = await db.member("ann")
    import_id = await uploaded(db, ann, table(200))
    stepping = await begun(db, import_id)

    await undo(import_id, member_id=ann.member_id)
    await stepping

    assert await database.fetchval("SELECT count(*) FROM workout") < 200
    assert (await work_on(db, import_id, member=ann)).state == ImportState.UNDONE
    assert await database.fetchval("SELECT count(*) FROM workout") == 0


async def test_while_it_is_undone_the_same_file_waits(db: Domain) -> None:
    ann = await db.member("ann")
    import_id = await uploaded(db, ann, encoders.gpx_run(60))
    await work_on(db, import_id, member=ann)
    await undo(import_id, member_id=ann.member_id)

    with pytest.raises(Conflict, match="undone"):
        await uploaded(db, ann, encoders.gpx_run(60))
    await work_on(db, import_id, member=ann)
    again = await work_on(db, await uploaded(db, ann, encoders.gpx_run(60)), member=ann)

    assert again.workouts == 1


async def test_a_deleted_workout_can_be_imported_anew(db: Domain) -> None:
    ann = await db.member("ann")
    first = await work_on(db, await uploaded(db, ann, encoders.gpx_run(60)), member=ann)
    workout_id = first.files[0].items[0].workout_id
    assert workout_id is not None
    await workouts.delete_workout(workout_id, author_id=ann.member_id)

    again = await work_on(db, await uploaded(db, ann, encoders.gzipped(encoders.gpx_run(60))), member=ann)

    assert again.workouts == 1
    kept = await queries.get_import(first.id, member_id=ann.member_id)
    assert kept.files[0].items[0].workout_id is None


async def test_a_member_has_so_much_room_and_so_many_turns(
    db: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await db.member("ann")
    run = encoders.gpx_run(60)
    monkeypatch.setattr(actions, "ROOM_BYTES", len(run) + 10)
    monkeypatch.setattr(actions, "WAITING", 1)
    await uploaded(db, ann, run)
    with pytest.raises(Conflict, match="room"):
        await uploaded(db, ann, run + b"\n" * 20)
    with pytest.raises(TooMany, match="wait"):
        await uploaded(db, ann, b"small")


async def test_older_formulas_are_replaced_by_newer_ones_and_laps_stay(db: Domain) -> None:
    ann = await db.member("ann")
    report = await work_on(db, await uploaded(db, ann, encoders.fit_ride(900)), member=ann)
    workout_id = report.files[0].items[0].workout_id
    assert workout_id is not None

    async def analysis() -> workout_data.WorkoutAnalysis:
        return await workout_data.get_analysis(
            workout_id, reader=ann.member_id, hr_max_bpm=None, vault=db.vault
        )

    fresh = await analysis()
    assert await workout_data.measure_again(vault=db.vault, sandbox=SANDBOX) == 0, "nothing is outdated"

    assert await workout_data.measure_again(vault=db.vault, sandbox=SANDBOX, algorithm=2) == 1
    assert await workout_data.measure_again(vault=db.vault, sandbox=SANDBOX, algorithm=2) == 0

    assert await analysis() == fresh, "the same formulas say the same of what is kept"
    assert len(fresh.laps) == 3


async def test_the_future_is_refused_and_zones_go_by_the_year_before(db: Domain) -> None:
    ann = await db.member("ann")
    early = await work_on(db, await uploaded(db, ann, encoders.fit_ride(start=YESTERDAY)), member=ann)
    late = encoders.gpx_run(60, start=NOW + timedelta(hours=25))
    refused = await work_on(db, await uploaded(db, ann, late), member=ann)

    assert refused.files[0].items[0].code == Trouble.IN_THE_FUTURE
    workout_id = early.files[0].items[0].workout_id
    assert workout_id is not None
    found = await workout_data.get_analysis(workout_id, reader=ann.member_id, hr_max_bpm=None, vault=db.vault)
    assert found.zones is not None
    assert found.zones.hr_max_bpm == found.heart_rate_max_bpm
