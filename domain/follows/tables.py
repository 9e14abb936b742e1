"""How follows and blocks are stored."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import SOCIAL


class Follow(Table, tablename="follow", db=ENGINE):
    """That a member follows another, or asks to. The primary key is (follower_id, followee_id)."""

    follower_id = UUID(primary_key=True, help_text=SOCIAL)
    followee_id = UUID(help_text=SOCIAL)
    state = Text(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)


class Block(Table, tablename="block", db=ENGINE):
    """That a member wants nothing to do with another. The primary key is (blocker_id, blocked_id)."""

    blocker_id = UUID(primary_key=True, help_text=SOCIAL)
    blocked_id = UUID(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)
