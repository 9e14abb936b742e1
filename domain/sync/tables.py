"""How changes, what was acknowledged, and tombstones are stored."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import ACCOUNT, PLUMBING, Basis, Category, Privacy

_AGREE = Privacy(
    Category.TRAINING,
    "so that all your devices agree on what is there and what was deleted",
    Basis.CONTRACT,
    "until the account is deleted",
)
_ONCE = Privacy(
    Category.DEVICE, "so that nothing you send twice happens twice", Basis.CONTRACT, "90 days after it came"
)


class SyncHead(Table, tablename="sync_head", db=ENGINE):
    """The number of a member's newest change. The row is the lock that puts changes in commit order."""

    member_id = UUID(primary_key=True, help_text=ACCOUNT)
    epoch = BigInt(help_text=PLUMBING)
    seq = BigInt(help_text=PLUMBING)


class SyncRow(Table, tablename="sync_row", db=ENGINE):
    """The last change of a thing, or its tombstone. The primary key is (member_id, entity, id)."""

    member_id = UUID(primary_key=True, help_text=ACCOUNT)
    entity = Text(help_text=_AGREE)
    id = UUID(help_text=_AGREE)
    seq = BigInt(help_text=_AGREE)
    version = Integer(help_text=_AGREE)
    is_deleted = Boolean(help_text=_AGREE)


class SyncOperation(Table, tablename="sync_operation", db=ENGINE):
    """An operation that was acknowledged. The times are as the device told them.

    The primary key is (member_id, op_id).
    """

    member_id = UUID(primary_key=True, help_text=ACCOUNT)
    op_id = UUID(help_text=_ONCE)
    fingerprint = Bytea(help_text=_ONCE)
    id = UUID(help_text=_ONCE)
    version = Integer(help_text=_ONCE)
    client_time = Timestamptz(help_text=_ONCE)
    client_sent_at = Timestamptz(null=True, help_text=_ONCE)
    applied_at = Timestamptz(help_text=_ONCE)
