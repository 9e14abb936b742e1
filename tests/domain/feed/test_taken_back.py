"""What somebody deletes is gone from the log that followers resume from."""

import msgspec
from uuid_utils.compat import uuid7

from domain import database
from domain.feed import actions
from domain.feed.model import CommentDraft, PostDraft
from domain.visibility import Visibility
from tests.support.domains import NOW, Domain

_LOG = "SELECT seq, payload FROM channel_event WHERE channel = $1 ORDER BY seq"


async def log_of(author_id: object) -> list[tuple[int, str]]:
    rows = await database.fetch(_LOG, f"author:{author_id}")
    return [(row["seq"], row["payload"].decode()) for row in rows]


async def test_a_deleted_post_leaves_its_place_and_none_of_its_words(db: Domain) -> None:
    ana = await db.member("ana")
    drafts = [PostDraft(uuid7(), text, Visibility.PUBLIC) for text in ("regretted words", "other words")]
    for draft in drafts:
        await actions.publish(draft, author_id=ana.member_id, now=NOW)
    await actions.delete_post(drafts[0].id, by=ana.member_id, is_moderator=False)

    log = await log_of(ana.member_id)
    assert [seq for seq, _ in log] == [1, 2, 3]
    assert not any("regretted" in payload for _, payload in log)
    assert [msgspec.json.decode(payload)["type"] for _, payload in log] == [
        "PostRemoved",
        "PostPublished",
        "PostRemoved",
    ]


async def test_a_deleted_comment_leaves_none_of_its_words(db: Domain) -> None:
    ana, bob = await db.member("ana"), await db.member("bob")
    post = PostDraft(uuid7(), "a note", Visibility.PUBLIC)
    await actions.publish(post, author_id=ana.member_id, now=NOW)
    comment = CommentDraft(uuid7(), "regretted words")
    await actions.comment(post.id, comment, author_id=bob.member_id, now=NOW)
    await actions.delete_comment(comment.id, by=bob.member_id, is_moderator=False)
    log = await log_of(ana.member_id)
    assert len(log) == 3
    assert not any("regretted" in payload for _, payload in log)
