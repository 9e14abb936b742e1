"""The demo community is all there, once, and its numbers are what its log says."""

import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from domain import database
from domain.challenges import finding
from domain.challenges.finding import Wish
from domain.challenges.model import ChallengeState
from domain.feed import queries as feed
from domain.members import queries as members
from domain.workouts.model import ExerciseEntry
from domain.workouts.totals import totals
from hub.demo import seed
from hub.demo.people import PEOPLE, VISITOR
from hub.demo.places import CHALLENGES
from tests.domain.challenges import recounts
from tests.support.domains import NOW, Domain

_SETS = """
SELECT workout.id, workout.volume_kg, workout.set_count, (
    SELECT json_agg(json_build_object('exercise', entry.exercise, 'sets', (
        SELECT json_agg(json_build_object('kind', kind, 'reps', reps, 'weight_kg', weight_kg))
        FROM workout_set WHERE workout_id = workout.id AND exercise_position = entry.position
    )))
    FROM workout_exercise AS entry WHERE entry.workout_id = workout.id
) AS exercises
FROM workout WHERE sport = 'strength'
"""


@pytest.fixture
async def community(db: Domain) -> AsyncIterator[Domain]:
    await seed.seed(now=NOW, vault=db.vault, password_hash="no password fits this")
    yield db


async def count(table: str) -> int:
    return int(await database.fetchval(f"SELECT count(*) FROM {table}"))


async def visitor() -> Any:
    return await database.fetchval("SELECT id FROM member WHERE handle = $1", VISITOR.handle)


async def test_sixty_people_and_a_visitor_move_in_quickly_and_once(db: Domain) -> None:
    began = time.monotonic()
    assert await seed.seed(now=NOW, vault=db.vault, password_hash="no password fits this")
    assert time.monotonic() - began < 10
    assert await count("member") == len(PEOPLE) + 1
    before = await count("workout")
    assert before > 2_500
    assert not await seed.seed(now=NOW, vault=db.vault, password_hash="no password fits this")
    assert (await count("member"), await count("workout")) == (len(PEOPLE) + 1, before)


async def test_every_score_is_what_a_fresh_count_of_the_log_gives(community: Domain) -> None:
    found = await database.fetch("SELECT id FROM challenge")
    assert len(found) == len(CHALLENGES)
    for challenge in found:
        await recounts.agree(challenge["id"])
    barred = await database.fetchval("SELECT count(*) FROM challenge_entry WHERE status <> 'counted'")
    assert barred < 0.02 * await count("challenge_entry")


async def test_the_rows_agree_with_each_other(community: Domain) -> None:
    await _each_shared_workout_has_one_post_as_visible_as_itself()
    await _volumes_are_those_of_the_sets()
    await _counts_are_what_is_there()
    await _nothing_of_the_past_lies_in_the_future()


async def test_a_visitor_finds_a_full_house(community: Domain) -> None:
    me = await visitor()
    listed = await finding.list_challenges(Wish(), reader=me, now=NOW, limit=10)
    states = [one.state for one in listed]
    assert states == [
        *[ChallengeState.ACTIVE] * 5,
        ChallengeState.UPCOMING,
        ChallengeState.PROVISIONAL,
    ]
    assert [one.mine is None for one in listed] == [*[False] * 5, True, False]
    assert listed[0].leader is not None
    home = await feed.read_home(reader=me, limit=50)
    assert len(home.items) == 50
    pictured = {one.author.handle for one in home.items if one.author.avatar}
    assert pictured
    assert (await members.get_avatar(pictured.pop(), reader=me))[8:12] == b"WEBP"


async def _each_shared_workout_has_one_post_as_visible_as_itself() -> None:
    differing = await database.fetchval(
        """
        SELECT count(*) FROM workout FULL JOIN post ON post.workout_id = workout.id
        WHERE (post.kind IS DISTINCT FROM 'note')
          AND ((post.id IS NULL) <> (workout.visibility = 'private')
               OR post.visibility <> workout.visibility OR post.author_id <> workout.author_id)
        """
    )
    assert differing == 0


async def _volumes_are_those_of_the_sets() -> None:
    for row in await database.fetch(_SETS):
        entries = msgspec.json.decode(row["exercises"], type=list[ExerciseEntry])
        sums = totals(entries)
        assert (sums.set_count, round(sums.volume_kg, 3)) == (row["set_count"], round(row["volume_kg"], 3))


async def _counts_are_what_is_there() -> None:
    wrong = await database.fetchval(
        """
        SELECT count(*) FROM post
        WHERE kudos <> (SELECT count(*) FROM kudos WHERE post_id = post.id)
           OR comments <> (SELECT count(*) FROM comment WHERE post_id = post.id)
        """
    )
    assert wrong == 0
    assert await count("kudos") > 3_000
    assert await count("comment") > 200
    assert await database.fetchval("SELECT min(members) FROM club") > 12


async def _nothing_of_the_past_lies_in_the_future() -> None:
    for table in ("workout", "post", "kudos", "comment", "follow", "member_joined"):
        column = {"member_joined": "joined_at"}.get(table, "created_at")
        name = {"member_joined": "member"}.get(table, table)
        assert await database.fetchval(f"SELECT max({column}) FROM {name}") <= NOW, table
