"""What members may know of their imports."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.files.errors import NoSuchImport
from domain.files.model import Trouble
from domain.files.places import ORIGINAL, file_row
from domain.files.report import Import, ImportedFile, ImportedItem, ImportState, decode_file, decode_item
from domain.pages import NEWEST, After, Page, page, position
from domain.vault import Vault

FILES_SHOWN = 100

_COUNTS = """
SELECT file_import.*,
    (SELECT count(*) FROM import_file WHERE import_id = file_import.id) AS files_total,
    (SELECT count(*) FROM import_file WHERE import_id = file_import.id AND state = 'read') AS files_read,
    (SELECT count(*) FROM import_file WHERE import_id = file_import.id AND state = 'refused')
        AS files_refused,
    (SELECT count(*) FROM import_item WHERE import_id = file_import.id AND state = 'imported') AS workouts,
    (SELECT count(*) FROM import_item WHERE import_id = file_import.id AND state = 'duplicate') AS duplicates,
    (SELECT count(*) FROM import_item WHERE import_id = file_import.id AND state = 'refused') AS refused
FROM (
    SELECT id, member_id, name, size_bytes, state, code, detail, created_at, finished_at FROM file_import
) AS file_import
"""
_GET = f"{_COUNTS} WHERE id = $1 AND member_id = $2"
_MINE = f"""
{_COUNTS}
WHERE member_id = $1 AND (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT $4
"""
_IS_MINE = "SELECT FROM file_import WHERE id = $1 AND member_id = $2"
_FILES = """
SELECT position, name, size_bytes, state, code, detail
FROM import_file
WHERE import_id = $1 AND position > $2
ORDER BY position
LIMIT $3
"""
_ITEMS = """
SELECT file_position, state, code, detail, warnings, workout_id
FROM import_item
WHERE import_id = $1 AND file_position = ANY($2)
ORDER BY file_position, position
"""
_ORIGINAL = """
SELECT import_file.name, original
FROM import_file JOIN file_import ON file_import.id = import_id
WHERE import_id = $1 AND member_id = $2 AND position = $3
"""
_STATE = "SELECT state FROM file_import WHERE id = $1"


class Original(Struct, frozen=True):
    """A file as it was uploaded: `bundle.pieces` give it to the byte."""

    name: str
    packed: bytes


async def get_import(import_id: UUID, *, member_id: UUID) -> Import:
    """Raises NoSuchImport, also for another's."""
    row = await database.fetchrow(_GET, import_id, member_id)
    if row is None:
        raise NoSuchImport
    return _decode(row, await _list_files(import_id, after=-1, limit=FILES_SHOWN))


async def list_imports(*, member_id: UUID, cursor: str | None, limit: int) -> Page[Import]:
    """A page of a member's imports, newest first, without their files."""
    start = position(cursor, start=NEWEST)
    rows = await database.fetch(_MINE, member_id, start.at, start.id, limit + 1)
    found = [_decode(row, []) for row in rows]
    return page(found, limit=limit, place=lambda one: After(one.created_at, one.id))


async def list_files(import_id: UUID, *, member_id: UUID, after: int, limit: int) -> list[ImportedFile]:
    """The files behind a position, in order. Raises NoSuchImport."""
    if await database.fetchrow(_IS_MINE, import_id, member_id) is None:
        raise NoSuchImport
    return await _list_files(import_id, after=after, limit=limit)


async def get_original(import_id: UUID, number: int, *, member_id: UUID, vault: Vault) -> Original:
    """A file as it came. Raises NoSuchImport, also where it was refused while its bundle was opened."""
    row = await database.fetchrow(_ORIGINAL, import_id, member_id, number)
    if row is None or row["original"] is None:
        raise NoSuchImport
    sealed, place = row["original"], file_row(import_id, number)
    return Original(row["name"], await vault.open(sealed, owner=member_id, place=ORIGINAL, row=place))


async def is_at_rest(import_id: UUID) -> bool:
    """Whether nothing is left to do for an import."""
    return await database.fetchval(_STATE, import_id) in {ImportState.DONE, ImportState.UNDONE, None}


async def _list_files(import_id: UUID, *, after: int, limit: int) -> list[ImportedFile]:
    rows = await database.fetch(_FILES, import_id, after, limit)
    items: defaultdict[int, list[ImportedItem]] = defaultdict(list)
    for row in await database.fetch(_ITEMS, import_id, [one["position"] for one in rows]):
        items[row["file_position"]].append(decode_item(row))
    return [decode_file(row, items[row["position"]]) for row in rows]


def _decode(row: Any, files: list[ImportedFile]) -> Import:
    return Import(
        id=row["id"],
        name=row["name"],
        size_bytes=row["size_bytes"],
        state=ImportState(row["state"]),
        code=Trouble(row["code"]) if row["code"] else None,
        detail=row["detail"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        files_total=row["files_total"],
        files_read=row["files_read"],
        files_refused=row["files_refused"],
        workouts=row["workouts"],
        duplicates=row["duplicates"],
        refused=row["refused"],
        files=files,
    )
