"""Uploads are received, and undone. What is in them is read later, see `work`."""

import asyncio
import hashlib
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.database import Transaction
from domain.files import bundle
from domain.files.errors import BeingUndone, NoRoom, NoSuchImport, TooManyWaiting, UploadMissing
from domain.files.places import BUNDLE, ORIGINAL, file_row
from domain.files.report import ImportState
from domain.members.model import Units
from domain.timezones import check_time_zone
from domain.vault import Vault
from domain.visibility import Visibility

ROOM_BYTES = 5_000_000_000
"""What a member's uploads may add up to."""
WAITING = 200
"""How many uploads of a member may wait at once."""
_NAME = 200

_PREFERENCES = "SELECT tz, units FROM member WHERE id = $1"
_FULL = """
SELECT coalesce(sum(size_bytes), 0) AS bytes,
    count(*) FILTER (WHERE state IN ('waiting', 'working')) AS waiting
FROM file_import
WHERE member_id = $1 AND state <> 'undone'
"""
_RECEIVE = """
INSERT INTO file_import (
    id, member_id, name, sha256, size_bytes, tz, imperial, visibility, state, bundle,
    created_at, claimed_until
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
ON CONFLICT (member_id, sha256) WHERE state <> 'undone' DO NOTHING
RETURNING id
"""
_SAME = "SELECT id, state FROM file_import WHERE member_id = $1 AND sha256 = $2 AND state <> 'undone'"
_ADD_FILE = """
INSERT INTO import_file (
    import_id, position, name, size_bytes, state, code, detail, attempts, title, note, sport, original
)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11)
ON CONFLICT DO NOTHING
"""
_UNDO = """
UPDATE file_import SET state = 'undoing', bundle = NULL, worked_at = NULL
WHERE id = $1 AND member_id = $2 AND state NOT IN ('undoing', 'undone')
"""
_IS_MINE = "SELECT FROM file_import WHERE id = $1 AND member_id = $2"


class Upload(Struct, frozen=True):
    """What a member sends. `tz` None: their own; it is where clock times in tables are from."""

    name: str
    content: bytes
    tz: str | None = None
    visibility: Visibility | None = None


class Received(Struct, frozen=True):
    """An upload's import; `created` is False where the same bytes came before."""

    import_id: UUID
    created: bool


class KeptFile(Struct, frozen=True):
    """A row of `import_file`, with its content sealed, or why it is not taken."""

    name: str
    size_bytes: int
    original: bytes | None
    code: str | None = None
    detail: str | None = None
    title: str = ""
    note: str = ""
    sport: str | None = None


async def receive(
    upload: Upload, *, import_id: UUID, member_id: UUID, now: datetime, vault: Vault
) -> Received:
    """Keep an upload, and put it in line. The same bytes again are the import that there is.

    Raises UploadMissing, NoRoom, TooManyWaiting, BeingUndone, UnknownTimeZone.
    """
    if not upload.content:
        raise UploadMissing
    likes = await database.fetchrow(_PREFERENCES, member_id)
    tz = upload.tz or likes["tz"]
    check_time_zone(tz, pointer="/tz")
    sha256 = await asyncio.to_thread(lambda: hashlib.sha256(upload.content).digest())
    if (same := await _same(member_id, sha256)) is not None:
        return Received(same, created=False)
    await _check_room(member_id, len(upload.content))
    is_bundle = bundle.is_zip(upload.content)
    name = clean_name(upload.name)
    row = import_id if is_bundle else file_row(import_id, 0)
    place = BUNDLE if is_bundle else ORIGINAL
    packed = await asyncio.to_thread(bundle.pack, upload.content)
    sealed = await vault.seal(packed, owner=member_id, place=place, row=row)
    async with database.transaction() as tx:
        received = await tx.connection.fetchval(
            _RECEIVE,
            import_id,
            member_id,
            name,
            sha256,
            len(upload.content),
            tz,
            likes["units"] == Units.IMPERIAL,
            upload.visibility,
            ImportState.WAITING if is_bundle else ImportState.WORKING,
            sealed if is_bundle else None,
            now,
        )
        if received is not None and not is_bundle:
            await add_file(tx, import_id, 0, KeptFile(name, len(upload.content), sealed))
    if received is None:
        same = await _same(member_id, sha256)
        assert same is not None, "what stood in the way is there"
        return Received(same, created=False)
    return Received(import_id, created=True)


async def undo(import_id: UUID, *, member_id: UUID) -> None:
    """Put an import in line to be undone: its workouts and its files go. Raises NoSuchImport."""
    await database.execute(_UNDO, import_id, member_id)
    if await database.fetchrow(_IS_MINE, import_id, member_id) is None:
        raise NoSuchImport


async def add_file(tx: Transaction, import_id: UUID, position: int, file: KeptFile) -> None:
    """Keep a file of an import, once."""
    await tx.connection.execute(
        _ADD_FILE,
        import_id,
        position,
        file.name,
        file.size_bytes,
        "waiting" if file.original is not None else "refused",
        file.code,
        file.detail,
        file.title,
        file.note,
        file.sport,
        file.original,
    )


def clean_name(name: str) -> str:
    """A file's own name, without folders of the sender's machine."""
    plain = "".join(letter for letter in name.replace("\\", "/") if letter.isprintable())
    return plain.strip("/ ")[-_NAME:] or "upload"


async def _same(member_id: UUID, sha256: bytes) -> UUID | None:
    row = await database.fetchrow(_SAME, member_id, sha256)
    if row is None:
        return None
    if row["state"] == ImportState.UNDOING:
        raise BeingUndone
    same: UUID = row["id"]
    return same


async def _check_room(member_id: UUID, size_bytes: int) -> None:
    full = await database.fetchrow(_FULL, member_id)
    if full["bytes"] + size_bytes > ROOM_BYTES:
        raise NoRoom
    if full["waiting"] >= WAITING:
        raise TooManyWaiting(retry_after_s=30)
