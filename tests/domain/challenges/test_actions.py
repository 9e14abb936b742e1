"""Making, joining and leaving challenges, against the real database."""

import asyncio
from datetime import date, timedelta

import pytest

from domain import database
from domain.challenges import actions, boards, finding, queries
from domain.challenges.errors import (
    ChallengeIdTaken,
    ChallengeOver,
    NoSuchChallenge,
    NotYourChallenge,
    PointlessChallenge,
)
from domain.challenges.finding import Wish
from domain.challenges.model import ChallengeState, Metric
from domain.members.model import Role
from domain.timezones import UnknownTimeZone
from tests.domain.challenges.people import challenge, challenge_draft, logs, run, seen
from tests.support.domains import NOW, Domain


async def test_a_creator_takes_part_at_once(db: Domain) -> None:
    ana = await db.member("ana")
    stored = await seen(await challenge(ana, title="  June, run "), ana)
    assert (stored.title, stored.participants, stored.state) == ("June, run", 1, ChallengeState.ACTIVE)
    assert stored.mine is not None
    assert stored.leader is None


async def test_creating_again_is_the_same_challenge(db: Domain) -> None:
    ana, bo = await db.member("ana"), await db.member("bob")
    draft = challenge_draft()
    assert await actions.create(draft, creator_id=ana.member_id, now=NOW)
    assert not await actions.create(draft, creator_id=ana.member_id, now=NOW)
    with pytest.raises(ChallengeIdTaken):
        await actions.create(draft, creator_id=bo.member_id, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"title": " \t"}, "/title"),
        ({"ends_on": date(2026, 5, 31)}, "/ends_on"),
        ({"starts_on": date(2026, 5, 1), "ends_on": date(2026, 6, 14)}, "/ends_on"),
        ({"ends_on": date(2027, 6, 2)}, "/ends_on"),
        ({"starts_on": date(2025, 6, 14), "ends_on": date(2026, 6, 15)}, "/ends_on"),
        ({"starts_on": date(2028, 7, 1), "ends_on": date(2028, 7, 1)}, "/starts_on"),
        ({"starts_on": date(9999, 12, 31), "ends_on": date(9999, 12, 31)}, "/starts_on"),
    ],
)
async def test_what_cannot_be_won_is_refused(db: Domain, wrong: dict[str, object], pointer: str) -> None:
    ana = await db.member("ana")
    with pytest.raises(PointlessChallenge) as refusal:
        await actions.create(challenge_draft(**wrong), creator_id=ana.member_id, now=NOW)
    assert [error.pointer for error in refusal.value.errors] == [pointer]


async def test_an_unknown_time_zone_is_refused(db: Domain) -> None:
    ana = await db.member("ana")
    with pytest.raises(UnknownTimeZone):
        await actions.create(challenge_draft(tz="Mars/Olympus"), creator_id=ana.member_id, now=NOW)


async def test_a_challenge_that_ends_today_in_its_time_zone_can_be_made(db: Domain) -> None:
    ana = await db.member("ana")
    today_in_samoa = (NOW + timedelta(hours=13)).date()
    made = await challenge(ana, starts_on=today_in_samoa, ends_on=today_in_samoa, tz="Pacific/Apia")
    assert (await seen(made, ana)).state is ChallengeState.ACTIVE


async def test_joining_late_counts_what_was_logged_before(db: Domain) -> None:
    ana, bo = await db.member("ana"), await db.member("bob")
    made = await challenge(ana)
    await logs(bo, run(5_000))
    await logs(bo, run(9_999, started_at=NOW - timedelta(days=40)))
    await actions.join(made, member_id=bo.member_id, now=NOW)
    await actions.join(made, member_id=bo.member_id, now=NOW + timedelta(days=1))
    mine = (await seen(made, bo)).mine
    assert mine is not None
    assert (mine.rank, mine.score, mine.workouts) == (1, 5_000, 1)


async def test_leaving_takes_the_score_along(db: Domain) -> None:
    ana, bo = await db.member("ana"), await db.member("bob")
    made = await challenge(ana)
    await actions.join(made, member_id=bo.member_id, now=NOW)
    await logs(bo, run(5_000))
    await actions.leave(made, member_id=bo.member_id)
    await actions.leave(made, member_id=bo.member_id)
    left = await seen(made, bo)
    assert (left.mine, left.leader, left.participants) == (None, None, 1)
    assert await database.fetchval("SELECT count(*) FROM challenge_entry") == 0


async def test_an_ended_challenge_takes_nobody(db: Domain) -> None:
    ana, bo = await db.member("ana"), await db.member("bob")
    made = await challenge(ana)
    with pytest.raises(ChallengeOver):
        await actions.join(made, member_id=bo.member_id, now=NOW + timedelta(days=30))


async def test_what_is_not_there_is_not_found(db: Domain) -> None:
    ana = await db.member("ana")
    nowhere = challenge_draft().id
    for attempt in (
        actions.join(nowhere, member_id=ana.member_id, now=NOW),
        actions.leave(nowhere, member_id=ana.member_id),
        actions.delete(nowhere, by=ana.member_id, role=Role.OWNER),
        queries.get_challenge(nowhere, reader=ana.member_id, now=NOW),
        queries.standings(nowhere, reader=ana.member_id),
    ):
        with pytest.raises(NoSuchChallenge):
            await attempt


async def test_only_its_creator_or_a_moderator_deletes_a_challenge(db: Domain) -> None:
    ana, bo = await db.member("ana"), await db.member("bob")
    one, other = await challenge(ana), await challenge(ana)
    await logs(ana, run(1_000))
    with pytest.raises(NotYourChallenge):
        await actions.delete(one, by=bo.member_id, role=Role.COACH)
    await actions.delete(one, by=ana.member_id, role=Role.MEMBER)
    await actions.delete(other, by=bo.member_id, role=Role.MODERATOR)
    assert await database.fetchval("SELECT count(*) FROM challenge_entry") == 0
    assert not await boards.exists(one)


async def test_lists_say_what_matters_next(db: Domain) -> None:
    ana = await db.member("ana")
    slow = await challenge(ana, ends_on=date(2026, 7, 31))
    soon = await challenge(ana, ends_on=date(2026, 6, 16))
    later = await challenge(ana, starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 2), metric=Metric.COUNT)
    early = NOW - timedelta(days=20)
    over = challenge_draft(starts_on=date(2026, 5, 20), ends_on=date(2026, 5, 31))
    await actions.create(over, creator_id=ana.member_id, now=early)

    async def listed(state: ChallengeState | None) -> list[object]:
        found = await finding.list_challenges(Wish(state), reader=ana.member_id, now=NOW, limit=50)
        return [one.id for one in found]

    assert await listed(None) == [soon, slow, later, over.id]
    assert await listed(ChallengeState.ACTIVE) == [soon, slow]
    assert await listed(ChallengeState.UPCOMING) == [later]
    assert await listed(ChallengeState.PROVISIONAL) == [over.id]
    assert await listed(ChallengeState.ENDED) == []


async def test_a_workout_logged_while_its_author_joins_is_counted(db: Domain) -> None:
    ana, bo = await db.member("ana"), await db.member("bob")
    for n in range(10):
        made = await challenge(ana)
        await asyncio.gather(
            actions.join(made, member_id=bo.member_id, now=NOW),
            logs(bo, run(1_000, started_at=NOW - timedelta(hours=n + 2))),
        )
        mine = (await seen(made, bo)).mine
        assert mine is not None
        assert mine.score == 1_000 * (n + 1)
