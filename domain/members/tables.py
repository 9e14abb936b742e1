"""How members are stored."""

from piccolo.columns import UUID, Bytea, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import ACCOUNT, CONTACT, CREDENTIAL, PREFERENCE, PROFILE


class Member(Table, tablename="member", db=ENGINE):
    """An account with its profile and preferences. `email` is sealed; `email_index` finds it."""

    id = UUID(primary_key=True, help_text=ACCOUNT)
    handle = Text(help_text=PROFILE)
    name = Text(help_text=PROFILE)
    bio = Text(help_text=PROFILE)
    role = Text(help_text=ACCOUNT)
    email = Bytea(help_text=CONTACT)
    email_index = Bytea(help_text=CONTACT)
    password_hash = Text(help_text=CREDENTIAL)
    avatar_version = Integer(help_text=PROFILE)
    joined_at = Timestamptz(help_text=ACCOUNT)
    units = Text(help_text=PREFERENCE)
    tz = Text(help_text=PREFERENCE)
    locale = Text(help_text=PREFERENCE)
    week_start = SmallInt(help_text=PREFERENCE)
    theme = Text(help_text=PREFERENCE)
    profile_visibility = Text(help_text=PREFERENCE)
    workout_visibility = Text(help_text=PREFERENCE)


class Avatar(Table, tablename="avatar", db=ENGINE):
    """A member's picture, re-encoded by us: WebP without metadata."""

    member_id = UUID(primary_key=True, help_text=ACCOUNT)
    image = Bytea(help_text=PROFILE)
