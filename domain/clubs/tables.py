"""How clubs are stored."""

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import SOCIAL


class Club(Table, tablename="club", db=ENGINE):
    """A club. `members` is kept by a trigger; `creator_id` is null once the creator's account is gone."""

    id = UUID(primary_key=True, help_text=SOCIAL)
    slug = Text(help_text=SOCIAL)
    name = Text(help_text=SOCIAL)
    description = Text(help_text=SOCIAL)
    creator_id = UUID(null=True, help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)
    members = Integer(help_text=SOCIAL)


class ClubMember(Table, tablename="club_member", db=ENGINE):
    """That a member is in a club. The primary key is (club_id, member_id)."""

    club_id = UUID(primary_key=True, help_text=SOCIAL)
    member_id = UUID(help_text=SOCIAL)
    role = Text(help_text=SOCIAL)
    joined_at = Timestamptz(help_text=SOCIAL)
