"""Everyday life in the demo community: somebody logs, somebody applauds, somebody has a thought to share.

All of it goes through the same actions as a real member's taps, and none of it grows without bound.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from uuid_utils.compat import uuid7

from domain import database
from domain.errors import NotFound
from domain.feed import actions as feed
from domain.feed.model import CommentDraft, PostDraft
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.errors import NoSuchWorkout
from domain.workouts.model import Source, Sport
from hub.demo import seed, training, words
from hub.demo.people import PEOPLE, Person
from hub.demo.places import CHALLENGES

WORKOUTS_KEPT = 12
NOTES_KEPT = 6
COMMENTS_KEPT = 6
CHALLENGES_KEPT = timedelta(days=30)

# What somebody of the demo did since it is alive; their made-up past stays.
_TOO_MANY_WORKOUTS = """
SELECT id FROM workout
WHERE author_id = $1 AND source IN ('api', 'live')
ORDER BY created_at DESC OFFSET $2
"""
_RECENT_WORKOUTS = """
SELECT started_at, started_at + make_interval(secs => duration_s) AS ended_at FROM workout
WHERE author_id = $1 AND started_at > $2
ORDER BY started_at DESC
"""
_TOO_MANY_NOTES = """
SELECT id FROM post WHERE author_id = $1 AND kind = 'note' ORDER BY created_at DESC OFFSET $2
"""
_RECENT_POSTS = """
SELECT id, author_id, comments FROM post
WHERE visibility = 'public' AND created_at > $1
ORDER BY created_at DESC
LIMIT 40
"""
_CONTESTS = """
SELECT count(*) FILTER (WHERE starts_at <= $2 AND ends_at > $2 + interval '1 day') AS active,
       count(*) FILTER (WHERE starts_at > $2) AS upcoming
FROM challenge WHERE creator_id = ANY($1)
"""
_FORGET_CONTESTS = "DELETE FROM challenge WHERE creator_id = ANY($1) AND ends_at < $2"


class Bustle:
    """Plays everybody who is not in the live room, a beat a second."""

    def __init__(self, members: dict[str, UUID], rng: Random) -> None:
        self._members = members
        self._rng = rng
        self._next: dict[str, datetime] = {}

    async def beat(self, now: datetime) -> None:
        """What is due in this second."""
        for name, every_s, work in (
            ("log", 8, self._log),
            ("kudos", 4, self._applaud),
            ("comment", 40, self._comment),
            ("note", 240, self._note),
            ("contests", 600, self._renew_contests),
        ):
            if now >= self._next.get(name, now):
                self._next[name] = now + timedelta(seconds=every_s * self._rng.uniform(0.6, 1.4))
                await work(now)

    async def _log(self, now: datetime) -> None:
        """Somebody comes home and logs, mostly from their feet: those boards have most runners."""
        person = self._somebody()
        sport = self._rng.choice((Sport.RUN, Sport.RUN, Sport.WALK)) if self._rng.random() < 0.6 else None
        made_up = training.workout(person, self._rng, started_at=now, sport=sport)
        author_id = self._members[person.handle]
        ended_at = now - timedelta(seconds=self._rng.randint(15, 90))
        duration = timedelta(seconds=made_up.duration_s)
        draft = replace(made_up, started_at=await _free(author_id, duration, ended_at) - duration)
        await workouts.log_workout(draft, author_id=author_id, now=now, source=Source.API)
        for row in await database.fetch(_TOO_MANY_WORKOUTS, author_id, WORKOUTS_KEPT):
            try:
                await workouts.delete_workout(row["id"], author_id=author_id)
            except NoSuchWorkout:
                continue

    async def _applaud(self, now: datetime) -> None:
        post = await self._recent_post(now)
        if post is not None:
            await self._react(feed.give_kudos(post["id"], member_id=self._reader_of(post), now=now))

    async def _comment(self, now: datetime) -> None:
        post = await self._recent_post(now)
        if post is not None and post["comments"] < COMMENTS_KEPT:
            draft = CommentDraft(id=uuid7(), text=self._rng.choice(words.COMMENTS))
            await self._react(feed.comment(post["id"], draft, author_id=self._reader_of(post), now=now))

    async def _note(self, now: datetime) -> None:
        author_id = self._members[self._somebody().handle]
        draft = PostDraft(id=uuid7(), text=self._rng.choice(words.NOTES), visibility=Visibility.PUBLIC)
        await feed.publish(draft, author_id=author_id, now=now)
        for row in await database.fetch(_TOO_MANY_NOTES, author_id, NOTES_KEPT):
            await self._react(feed.delete_post(row["id"], by=author_id, is_moderator=False))

    async def _renew_contests(self, now: datetime) -> None:
        """There is always a challenge to watch, and one to wait for."""
        creators = [self._members[contest.creator] for contest in CHALLENGES]
        there = await database.fetchrow(_CONTESTS, creators, now)
        wanted = []
        if not there["active"]:
            wanted.append(replace(CHALLENGES[0], starts_in_days=0, ends_in_days=27))
        if not there["upcoming"]:
            wanted.append(CHALLENGES[2])
        for contest in wanted:
            async with database.transaction() as tx:
                await seed.hold(tx, contest, self._members, now=now)
        await database.execute(_FORGET_CONTESTS, creators, now - CHALLENGES_KEPT)

    def _somebody(self) -> Person:
        return self._rng.choice(PEOPLE)

    def _reader_of(self, post: Any) -> UUID:
        others = [member_id for member_id in self._members.values() if member_id != post["author_id"]]
        return self._rng.choice(others)

    async def _recent_post(self, now: datetime) -> Any:
        posts = await database.fetch(_RECENT_POSTS, now - timedelta(days=1))
        return self._rng.choice(posts) if posts else None

    async def _react(self, reaction: Any) -> None:
        try:
            await reaction
        except NotFound:
            return  # the post has gone meanwhile


async def _free(author_id: UUID, duration: timedelta, ended_at: datetime) -> datetime:
    """The latest end of a workout of this length beside all others of theirs: nobody is in two places.

    These people log far more than a day has room for, so what they log is often from some hours ago.
    """
    for row in await database.fetch(_RECENT_WORKOUTS, author_id, ended_at - timedelta(days=7)):
        if row["ended_at"] < ended_at - duration:
            break
        ended_at = min(ended_at, row["started_at"] - timedelta(minutes=3))
    return ended_at
