"""Whoever follows the changes misses none, whatever is being written meanwhile."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from domain import database
from domain.identity.model import Actor
from domain.sync import queries
from domain.workouts import actions
from tests.domain.sync.devices import send
from tests.domain.workouts.drafts import a_run
from tests.support.domains import NOW, Domain

_INSERT = """
INSERT INTO workout (id, author_id, sport, title, note, started_at, tz, local_date, duration_s, visibility,
    volume_kg, set_count, source, version, created_at, updated_at)
VALUES ($1, $2, 'run', '', '', now(), 'UTC', current_date, 60, 'private', 0, 0, 'manual', 1, now(), now())
"""
# The twin numbers as a sequence does: at once, and not in the order of commits.
_SABOTAGE = """
CREATE SEQUENCE twin;
CREATE OR REPLACE FUNCTION note_sync(what text, members uuid[], ids uuid[], versions integer[], gone boolean)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO sync_row (member_id, entity, id, seq, version, is_deleted)
    SELECT one.member_id, what, one.id, nextval('twin'), one.version, gone
    FROM unnest(members, ids, versions) AS one (member_id, id, version)
$$;
"""


async def follow(member: Actor, cursor: str | None) -> tuple[set[UUID], str]:
    page = await queries.list_changes(member_id=member.member_id, cursor=cursor, limit=500)
    return {one.id for one in page.items}, page.cursor


async def read_while_a_slow_writer_is_overtaken(member: Actor, database_url: str) -> tuple[set[UUID], int]:
    """Two write at once, not through our actions; the one that began first commits last."""
    slow, fast = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    try:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute(_INSERT, uuid7(), member.member_id)
        overtaking = asyncio.create_task(fast.execute(_INSERT, uuid7(), member.member_id))
        await asyncio.wait([overtaking], timeout=0.5)
        first, cursor = await follow(member, None)
        await transaction.commit()
        await overtaking
        then, _ = await follow(member, cursor)
        return first | then, await database.fetchval("SELECT count(*) FROM workout")
    finally:
        await slow.close()
        await fast.close()


async def test_who_commits_late_is_not_skipped(db: Domain, database_url: str) -> None:
    seen, written = await read_while_a_slow_writer_is_overtaken(await db.member("ann"), database_url)
    assert len(seen) == written == 2


async def test_numbers_of_a_sequence_lose_who_commits_late(db: Domain, database_url: str) -> None:
    """The sabotage twin of the test above."""
    ann = await db.member("ann")
    await database.execute(_SABOTAGE)
    await database.execute("INSERT INTO sync_head VALUES ($1, 0, 1000)", ann.member_id)
    seen, written = await read_while_a_slow_writer_is_overtaken(ann, database_url)
    assert (len(seen), written) == (1, 2)


async def test_a_reader_among_concurrent_writers_sees_the_last_state_of_everything(db: Domain) -> None:
    ann = await db.member("ann")
    drafts = [a_run(started_at=NOW - timedelta(hours=2 + n)) for n in range(12)]
    held: dict[UUID, tuple[int, bool]] = {}
    writing = True

    async def log(number: int) -> None:
        draft = drafts[number]
        await actions.log_workout(draft, author_id=ann.member_id, now=NOW)
        if number % 3 == 0:
            await actions.delete_workout(draft.id, author_id=ann.member_id)
        else:
            edit = {
                "entity": "workout",
                "id": str(draft.id),
                "client_time": NOW.isoformat(),
                "base_version": 1,
            }
            await send([edit | {"op_id": str(uuid7()), "fields": {"title": "x"}}], ann.member_id)

    async def read() -> None:
        cursor, again = None, True
        while again:
            again = writing
            page = await queries.list_changes(member_id=ann.member_id, cursor=cursor, limit=5)
            held.update({one.id: (one.version, one.deleted) for one in page.items})
            cursor, again = page.cursor, again or page.has_more
            await asyncio.sleep(0)

    reader = asyncio.create_task(read())
    await asyncio.gather(*map(log, range(12)))
    writing = False
    await reader
    assert held == {draft.id: (2, number % 3 == 0) for number, draft in enumerate(drafts)}


async def test_the_live_channel_goes_on_where_the_changes_end(db: Domain) -> None:
    ann = await db.member("ann")
    await actions.log_workout(a_run(), author_id=ann.member_id, now=NOW)
    page = await queries.list_changes(member_id=ann.member_id, cursor=None, limit=10)
    await actions.log_workout(a_run(), author_id=ann.member_id, now=NOW)
    assert page.live is not None
    (following,) = [
        one for one in db.announced if one.channel == page.live.channel and one.seq > page.live.seq
    ]
    assert (following.epoch, following.seq) == (page.live.epoch, page.live.seq + 1)


async def test_a_member_who_goes_takes_changes_and_tombstones_with_them(db: Domain) -> None:
    ann = await db.member("ann")
    for draft in (a_run(), a_run()):
        await actions.log_workout(draft, author_id=ann.member_id, now=NOW)
    await actions.delete_workout(draft.id, author_id=ann.member_id)
    await database.execute("DELETE FROM member WHERE id = $1", ann.member_id)
    left = "SELECT (SELECT count(*) FROM sync_row) + (SELECT count(*) FROM sync_head)"
    assert await database.fetchval(left) == 0


async def test_a_cursor_of_before_nothing_starts_at_the_beginning(db: Domain) -> None:
    ann = await db.member("ann")
    nothing, cursor = await follow(ann, None)
    await actions.log_workout(a_run(), author_id=ann.member_id, now=NOW)
    assert (len(nothing), len((await follow(ann, cursor))[0])) == (0, 1)
