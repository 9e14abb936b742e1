"""How posts, kudos and comments are stored."""

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import PREFERENCE, SOCIAL


class Post(Table, tablename="post", db=ENGINE):
    """What a member shares. A workout's post follows its workout; while that is private, so is the post.

    `kudos` and `comments` are kept by triggers.
    """

    id = UUID(primary_key=True, help_text=SOCIAL)
    author_id = UUID(help_text=SOCIAL)
    workout_id = UUID(null=True, help_text=SOCIAL)
    challenge_id = UUID(null=True, help_text=SOCIAL)
    kind = Text(help_text=SOCIAL)
    text = Text(help_text=SOCIAL)
    visibility = Text(help_text=PREFERENCE)
    created_at = Timestamptz(help_text=SOCIAL)
    kudos = Integer(help_text=SOCIAL)
    comments = Integer(help_text=SOCIAL)


class Kudos(Table, tablename="kudos", db=ENGINE):
    """That a member liked a post. The primary key is (post_id, member_id)."""

    post_id = UUID(primary_key=True, help_text=SOCIAL)
    member_id = UUID(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)


class Comment(Table, tablename="comment", db=ENGINE):
    """What a member said about a post."""

    id = UUID(primary_key=True, help_text=SOCIAL)
    post_id = UUID(help_text=SOCIAL)
    author_id = UUID(help_text=SOCIAL)
    text = Text(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)
