"""What happens to posts. Those who may see the author's posts hear it."""

from uuid import UUID

from msgspec import Struct

from domain.feed.model import Comment, Post, Reactions
from domain.members.model import MemberCard
from domain.visibility import Visibility


class PostPublished(Struct, frozen=True, tag=True):
    """A new post, or one that more people may see now."""

    post: Post


class PostChanged(Struct, frozen=True, tag=True):
    """Another text, or another workout behind it."""

    post: Post


class PostRemoved(Struct, frozen=True, tag=True):
    """Deleted, or no longer for others."""

    post_id: UUID
    author_id: UUID


class PostReacted(Struct, frozen=True, tag=True):
    """Kudos came or went, or comments did. `by` is who did it, `comment` a new one.

    `visibility` is the post's: what only its author may see goes to nobody else.
    """

    author_id: UUID
    visibility: Visibility
    reactions: Reactions
    by: MemberCard
    comment: Comment | None = None
