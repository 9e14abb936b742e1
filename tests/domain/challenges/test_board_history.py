"""What is remembered of a board: scores and places at the end of each day, and where a score is heading."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain import database
from domain.challenges import actions, board_history
from domain.challenges.board_history import pace, rank_of
from tests.domain.challenges.people import challenge, logs, run
from tests.support.domains import NOW, Domain

START = datetime(2026, 6, 1, tzinfo=UTC)


def test_between_places_that_were_kept_a_rank_is_between() -> None:
    places, scores = [1, 2, 3, 100, 110], [90.0, 80.0, 70.0, 60.0, 50.0]
    assert 100 <= rank_of(55, places, scores) <= 110
    assert rank_of(1, places, scores) == 111


def test_the_first_places_are_exact() -> None:
    places, scores = [1, 2, 3, 4], [8.0, 7.0, 7.0, 6.0]
    assert [rank_of(score, places, scores) for score in (9, 8, 7.5, 7, 6, 5)] == [1, 1, 2, 2, 4, 5]


def test_a_pace_goes_on_as_until_now() -> None:
    half = pace(46_000, START, START + timedelta(days=30), 100_000, now=START + timedelta(days=15))
    assert (half.expected, half.elapsed) == (92_000, 0.5)
    assert half.needed_per_day == pytest.approx(3_600)


def test_nothing_is_expected_before_anything_counts() -> None:
    assert pace(0, START, START + timedelta(days=30), None, now=START).expected is None


async def test_days_tell_where_somebody_stood(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    made = await challenge(ana)
    await actions.join(made, member_id=bob.member_id, now=NOW)
    await logs(ana, run(5_000))
    await logs(bob, run(7_000))
    await database.execute("UPDATE score_move SET moved_at = $1", NOW)
    await board_history.fold(now=NOW + timedelta(hours=2))
    assert await database.fetchval("SELECT count(*) FROM score_move") == 0
    await board_history.close_day(now=NOW + timedelta(days=1))
    found = await board_history.progress(made, ana.member_id, now=NOW + timedelta(days=1))
    assert found is not None
    (day,) = found.days
    assert (day.day, day.rank, day.participants, day.score) == (date(2026, 6, 15), 2, 2, 5_000)


async def test_moves_that_nobody_applied_in_time_make_old_ranks_worthless(db: Domain) -> None:
    ana = await db.member("ana")
    await challenge(ana)
    await database.execute("UPDATE board_shard SET upto = '3'")
    await database.execute("UPDATE score_move SET moved_at = $1", NOW)
    before = await database.fetchval("SELECT max(fence) FROM board_shard")
    await board_history.fold(now=NOW + timedelta(hours=2))
    row = await database.fetchrow(
        "SELECT min(fence) AS fence, min(valid_from) AS valid_from FROM board_shard"
    )
    assert row["fence"] == row["valid_from"] == before + 1
