import json
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from domain import database
from domain.feed import actions, queries
from domain.feed.model import CommentDraft, Post, PostDraft
from domain.follows import actions as follows
from domain.follows.access import sight_of
from domain.identity.model import Actor
from domain.pages import NEWEST
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from tests.domain.feed import crowds
from tests.domain.workouts.drafts import lifting
from tests.support.domains import NOW, Domain


async def note(
    author: Actor, text: str, *, minute: int = 0, visibility: Visibility = Visibility.FOLLOWERS
) -> Post:
    draft = PostDraft(uuid7(), text, visibility)
    post, _ = await actions.publish(draft, author_id=author.member_id, now=NOW + timedelta(minutes=minute))
    return post


async def befriend(follower: Actor, followee: Actor, handle: str) -> None:
    await follows.follow(handle, follower_id=follower.member_id, now=NOW)
    await follows.approve(follower.member_id, followee_id=followee.member_id, now=NOW)


async def home(reader: Actor) -> list[str]:
    return [post.text for post in (await queries.read_home(reader=reader.member_id)).items]


async def test_a_home_feed_is_mine_and_of_those_i_follow_newest_first(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    await befriend(ann, bob, "bob")
    await note(bob, "first", minute=1)
    await note(ann, "second", minute=2, visibility=Visibility.PRIVATE)
    await note(cleo, "a stranger's", minute=3, visibility=Visibility.PUBLIC)
    await note(bob, "third", minute=4, visibility=Visibility.PUBLIC)
    await note(bob, "private", minute=5, visibility=Visibility.PRIVATE)

    assert await home(ann) == ["third", "second", "first"]
    assert await home(bob) == ["private", "third", "first"]


async def test_who_only_asked_to_follow_reads_nothing_yet(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await follows.follow("bob", follower_id=ann.member_id, now=NOW)
    await note(bob, "hello", visibility=Visibility.PUBLIC)

    assert await home(ann) == []


async def test_a_block_empties_the_home_feed_of_the_other(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    await befriend(ann, bob, "bob")
    await note(bob, "hello")
    assert await home(ann) == ["hello"]

    await follows.block("ann", blocker_id=bob.member_id, now=NOW)

    assert await home(ann) == []


async def test_a_workout_in_the_feed_is_what_was_logged(db: Domain) -> None:
    ann = await db.member("ann")
    logged = await workouts.log_workout(
        lifting(visibility=Visibility.PUBLIC), author_id=ann.member_id, now=NOW
    )

    [post] = (await queries.read_home(reader=ann.member_id)).items

    assert post.workout is not None
    assert post.workout.volume_kg == logged.workout.volume_kg
    assert post.workout.exercise_names == ["Back squat", "Plank"]


async def test_each_reader_knows_whether_they_gave_kudos(db: Domain) -> None:
    ann, bob = await db.member("ann"), await db.member("bob")
    post = await note(ann, "hello", visibility=Visibility.PUBLIC)
    await actions.give_kudos(post.id, member_id=bob.member_id, now=NOW)

    assert (await queries.get_post(post.id, reader=bob.member_id)).my_kudos
    assert not (await queries.get_post(post.id, reader=ann.member_id)).my_kudos
    assert not (await queries.get_post(post.id, reader=None)).my_kudos


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=12),
    limit=st.integers(1, 5),
)
async def test_pages_of_a_home_feed_hold_every_post_once_newest_first(
    db: Domain, written: list[tuple[int, int]], limit: int
) -> None:
    """Also where several authors posted at the same moment."""
    handles = [f"p{uuid7().hex[-20:]}{place}" for place in range(3)]
    authors = [await db.member(handle) for handle in handles]
    reader = authors[0]
    for place in (1, 2):
        await befriend(reader, authors[place], handles[place])
    for place, minute in written:
        await note(authors[place], "hello", minute=minute)

    found: list[Post] = []
    cursor = None
    while True:
        page = await queries.read_home(reader=reader.member_id, cursor=cursor, limit=limit)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.items) == limit

    places = [(one.created_at, one.id) for one in found]
    assert places == sorted(set(places), reverse=True)
    assert len(found) == len(written)


async def test_a_members_page_shows_each_reader_what_is_theirs_to_see(db: Domain) -> None:
    ann, bob, cleo = await db.member("ann"), await db.member("bob"), await db.member("cleo")
    await befriend(bob, ann, "ann")
    for visibility in Visibility:
        await note(ann, visibility, visibility=visibility)

    async def seen(reader: Actor) -> set[str]:
        sight = await sight_of("ann", reader=reader.member_id)
        return {post.text for post in (await queries.list_posts(sight, reader=reader.member_id)).items}

    assert await seen(ann) == {"public", "followers", "private"}
    assert await seen(bob) == {"public", "followers"}
    assert await seen(cleo) == {"public"}


async def test_comments_come_in_pages_oldest_first(db: Domain) -> None:
    ann = await db.member("ann")
    post = await note(ann, "hello")
    for number in range(5):
        draft = CommentDraft(uuid7(), str(number))
        at = NOW + timedelta(seconds=number // 2)
        await actions.comment(post.id, draft, author_id=ann.member_id, now=at)

    said: list[str] = []
    cursor = None
    while True:
        page = await queries.list_comments(post.id, reader=ann.member_id, cursor=cursor, limit=2)
        said += [comment.text for comment in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert said == ["0", "1", "2", "3", "4"]


async def test_five_hundred_followees_cost_a_short_look_each(db: Domain) -> None:
    """Pages touched do not grow with what the followees have ever posted."""
    [reader] = await crowds.members("reader", 1)
    authors = await crowds.members("author", 500)
    await crowds.follows([reader], authors)
    await crowds.notes(authors, 100)
    await database.execute("VACUUM ANALYZE post")

    explained = await database.fetchval(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {queries._HOME}", reader, NEWEST.at, NEWEST.id, 21
    )

    plan = json.loads(explained)[0]["Plan"]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 6 * len(authors)
    page = await queries.read_home(reader=reader, limit=20)
    assert [post.text for post in page.items] == ["note 100"] * 20
    assert page.items[0].author.id == authors[-1]
