"""The hub's own plumbing tables: channels, their events, and the outbox."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import CREDENTIAL, PLUMBING, SOCIAL


class ChannelHead(Table, tablename="channel_head", db=ENGINE):
    """The number of a channel's newest event. The row is the lock that puts events in commit order."""

    channel = Text(primary_key=True, help_text=PLUMBING)
    epoch = BigInt(help_text=PLUMBING)
    seq = BigInt(help_text=PLUMBING)


class ChannelEvent(Table, tablename="channel_event", db=ENGINE):
    """The events of log channels, for resuming after minutes or days."""

    channel = Text(primary_key=True, help_text=PLUMBING)
    seq = BigInt(help_text=PLUMBING)
    payload = Bytea(help_text=SOCIAL)
    recorded_at = Timestamptz(help_text=PLUMBING)


class Outbox(Table, tablename="outbox", db=ENGINE):
    """What is committed and may not be published yet."""

    channel = Text(primary_key=True, help_text=PLUMBING)
    seq = BigInt(help_text=PLUMBING)
    recorded_at = Timestamptz(help_text=PLUMBING)


class MemberKey(Table, tablename="member_key", schema="keyring", db=ENGINE):
    """A member's data key, wrapped by the master key. Without the row, what it sealed is noise."""

    member_id = UUID(primary_key=True, help_text=CREDENTIAL)
    wrapped = Bytea(help_text=CREDENTIAL)


class MasterCheck(Table, tablename="master_check", schema="keyring", db=ENGINE):
    """A known text under the master key: a hub with another key does not start."""

    only_one = Boolean(primary_key=True, help_text=PLUMBING)
    sealed = Bytea(help_text=PLUMBING)
