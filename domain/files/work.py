"""The work on imports, step by step: a step is short, and may be done again after a crash without harm.

A node claims an import before each step, and says from time to time that it is still at it. When it dies the
claim runs out, and another node goes on where the last transaction was committed.
"""

from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.files.actions import KeptFile, add_file, clean_name
from domain.files.drafts import Beside
from domain.files.model import Entry, Order, Refused, Task, Trouble
from domain.files.places import BUNDLE, ORIGINAL, file_row
from domain.files.report import FileState, ImportState
from domain.files.sandbox import Sandbox
from domain.files.taking import Place, Undone, take
from domain.vault import Vault
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.errors import NoSuchWorkout
from domain.workouts.model import Sport

CLAIM = timedelta(seconds=30)
"""How long a node may be silent until its work is another's."""
_ATTEMPTS = 3
_UNDONE_A_STEP = 20

Clock = Callable[[], datetime]

# One import of a member at a time, and first those that waited longest: nobody waits behind an archive.
_CLAIM = """
UPDATE file_import SET claimed_until = $2
WHERE id = (
    SELECT id FROM file_import AS mine
    WHERE state IN ('waiting', 'working', 'undoing') AND claimed_until <= $1
      AND NOT EXISTS (
          SELECT FROM file_import AS other
          WHERE other.member_id = mine.member_id AND other.claimed_until > $1
            AND other.state IN ('waiting', 'working', 'undoing')
      )
    ORDER BY worked_at NULLS FIRST, created_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""
_EXTEND = "UPDATE file_import SET claimed_until = $2 WHERE id = $1"
_RELEASE = "UPDATE file_import SET claimed_until = $2, worked_at = $2 WHERE id = $1"
_GET = "SELECT id, member_id, tz, imperial, visibility, state, bundle FROM file_import WHERE id = $1"
_NEXT_FILE = """
UPDATE import_file SET attempts = attempts + 1
WHERE (import_id, position) = (
    SELECT import_id, position FROM import_file
    WHERE import_id = $1 AND state = 'waiting'
    ORDER BY position
    LIMIT 1
)
RETURNING position, name, attempts, title, note, sport, original
"""
_CLOSE_FILE = """
UPDATE import_file SET state = $3, code = $4, detail = $5
WHERE import_id = $1 AND position = $2 AND state = 'waiting'
"""
_OPENED = "UPDATE file_import SET state = 'working', bundle = NULL WHERE id = $1 AND state = 'waiting'"
_REFUSE = """
UPDATE file_import SET state = 'done', code = $2, detail = $3, bundle = NULL, finished_at = $4
WHERE id = $1 AND state = 'waiting'
"""
_FINISH = "UPDATE file_import SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'working'"
_TO_UNDO = """
SELECT file_position, position, workout_id FROM import_item
WHERE import_id = $1 AND state = 'imported' AND workout_id IS NOT NULL
LIMIT $2
"""
_FORGET_FILES = "DELETE FROM import_file WHERE import_id = $1"
_UNDONE = "UPDATE file_import SET state = 'undone', finished_at = $2 WHERE id = $1 AND state = 'undoing'"


async def claim(*, now: datetime) -> UUID | None:
    """An import with work to do, which is this caller's until `release` or until the claim runs out."""
    found: UUID | None = await database.fetchval(_CLAIM, now, now + CLAIM)
    return found


async def extend(import_id: UUID, *, now: datetime) -> None:
    """Whoever claimed it is still at work."""
    await database.execute(_EXTEND, import_id, now + CLAIM)


async def release(import_id: UUID, *, now: datetime) -> None:
    await database.execute(_RELEASE, import_id, now)


async def step(import_id: UUID, *, clock: Clock, vault: Vault, sandbox: Sandbox) -> None:
    """Open a bundle, or read one file, or undo some workouts; whatever comes next for a claimed import."""
    row = await database.fetchrow(_GET, import_id)
    try:
        match row and ImportState(row["state"]):
            case ImportState.WAITING:
                await _open(row, clock=clock, vault=vault, sandbox=sandbox)
            case ImportState.WORKING:
                await _read_next(row, clock=clock, vault=vault, sandbox=sandbox)
            case ImportState.UNDOING:
                await _undo_some(row, now=clock())
    except Undone:
        return  # the next step undoes it


async def _open(row: Any, *, clock: Clock, vault: Vault, sandbox: Sandbox) -> None:
    """A bundle's files, each kept for itself. Done again after a crash, it finds the same ones."""
    import_id, owner = row["id"], row["member_id"]
    content = await vault.open(row["bundle"], owner=owner, place=BUNDLE, row=import_id)
    count, refused = 0, None
    async with aclosing(sandbox.words(Order(Task.UNPACK, "bundle", packed=True), content)) as words:
        async for word in words:
            if isinstance(word, Refused):
                refused = word
            elif isinstance(word, Entry):
                await _keep(import_id, owner, count, word, vault)
                count += 1
    if refused is not None and not count:
        await database.execute(_REFUSE, import_id, refused.code, refused.detail, clock())
        return
    if refused is not None:
        # It broke off: what came before is read all the same, and the report says so.
        lost = KeptFile("...", 0, None, code=refused.code, detail=refused.detail)
        async with database.transaction() as tx:
            await add_file(tx, import_id, count, lost)
    await database.execute(_OPENED, import_id)


async def _keep(import_id: UUID, owner: UUID, position: int, entry: Entry, vault: Vault) -> None:
    original = None
    if entry.trouble is None:
        place = file_row(import_id, position)
        original = await vault.seal(entry.packed, owner=owner, place=ORIGINAL, row=place)
    kept = KeptFile(
        clean_name(entry.name),
        entry.size_bytes,
        original,
        code=entry.trouble.code if entry.trouble else None,
        detail=entry.trouble.detail if entry.trouble else None,
        title=entry.title.replace("\0", ""),
        note=entry.note.replace("\0", ""),
        sport=entry.sport,
    )
    async with database.transaction() as tx:
        await add_file(tx, import_id, position, kept)


async def _read_next(row: Any, *, clock: Clock, vault: Vault, sandbox: Sandbox) -> None:
    """Read the next file, and log what is in it, each workout in a transaction of its own."""
    import_id, owner = row["id"], row["member_id"]
    file = await database.fetchrow(_NEXT_FILE, import_id)
    if file is None:
        await database.execute(_FINISH, import_id, clock())
        return
    if file["attempts"] > _ATTEMPTS:
        # Whatever took three nodes down is not tried a fourth time.
        sorry = Refused(
            Trouble.CRASHED, "This file cannot be read here. That is our mistake: please tell us."
        )
        await _close(import_id, file, [sorry])
        return
    place = file_row(import_id, file["position"])
    content = await vault.open(file["original"], owner=owner, place=ORIGINAL, row=place)
    order = Order(Task.READ, file["name"], tz=row["tz"], imperial=row["imperial"], packed=True)
    words = await sandbox.read(order, content)
    beside = Beside(
        tz=row["tz"],
        visibility=Visibility(row["visibility"]) if row["visibility"] else None,
        title=file["title"],
        note=file["note"],
        sport=Sport(file["sport"]) if file["sport"] else None,
    )
    is_whole_file_refused = len(words) == 1 and isinstance(words[0], Refused)
    for number, word in enumerate([] if is_whole_file_refused else words):
        stands = Place(import_id, owner, file["position"], number)
        await take(word, stands, beside=beside, now=clock(), vault=vault)
    await _close(import_id, file, words)


async def _close(import_id: UUID, file: Any, words: list[Any]) -> None:
    refused = words[0] if len(words) == 1 and isinstance(words[0], Refused) else None
    await database.execute(
        _CLOSE_FILE,
        import_id,
        file["position"],
        FileState.REFUSED if refused else FileState.READ,
        refused.code if refused else None,
        refused.detail if refused else None,
    )


async def _undo_some(row: Any, *, now: datetime) -> None:
    """Delete some of the workouts that an import made; when none is left, its files."""
    import_id, owner = row["id"], row["member_id"]
    made = await database.fetch(_TO_UNDO, import_id, _UNDONE_A_STEP)
    for one in made:
        try:
            await workouts.delete_workout(one["workout_id"], author_id=owner)
        except NoSuchWorkout:
            continue  # its author was faster
    if not made:
        async with database.transaction() as tx:
            await tx.connection.execute(_FORGET_FILES, import_id)
            await tx.connection.execute(_UNDONE, import_id, now)
