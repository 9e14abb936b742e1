"""One activity of a file becomes a workout, once, whoever else brings the same."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from domain import database
from domain.database import Transaction
from domain.errors import Invalid
from domain.files.drafts import Beside, draft_of
from domain.files.model import Analysis, Found, Lap, Refused, Trouble
from domain.files.places import DETAILS, SAMPLES
from domain.files.report import ImportState, ItemState
from domain.vault import Vault
from domain.workouts import actions as workouts
from domain.workouts.accept import AHEAD
from domain.workouts.model import Source, WorkoutDraft

FRESH = timedelta(days=2)
"""What was done longer ago is no news: its post stands where it was done, and not on top of the feed."""

_LOCK = "SELECT state FROM file_import WHERE id = $1 FOR UPDATE"
_IS_TAKEN = "SELECT FROM import_item WHERE import_id = $1 AND file_position = $2 AND position = $3"
_HERE = "SELECT workout_id FROM workout_origin WHERE member_id = $1 AND source = $2 AND external_id = $3"
_CLAIM = """
INSERT INTO workout_origin (workout_id, member_id, source, external_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (member_id, source, external_id) DO NOTHING
RETURNING workout_id
"""
_STREAMS = """
INSERT INTO workout_stream (
    workout_id, member_id, sample_count, is_barometric, algorithm, samples, details
)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_NOTE = """
INSERT INTO import_item (import_id, file_position, position, state, code, detail, warnings, workout_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING
"""


class Details(msgspec.Struct, frozen=True):
    """What is sealed beside the streams: the device's laps, and what our formulas say."""

    laps: list[Lap]
    analysis: Analysis | None


class Undone(Exception):
    """The import was taken back while it was worked on: nothing more of it may be written."""


class _Meanwhile(Exception):
    """Another import brought the same workout between two of our statements."""


class Place(msgspec.Struct, frozen=True):
    """Where an activity stands: which import of whom, which file, which one in it."""

    import_id: UUID
    member_id: UUID
    file_position: int
    position: int


async def take(word: Found | Refused, place: Place, *, beside: Beside, now: datetime, vault: Vault) -> None:
    """Log a found activity, or note why not. Doing it again has no effect. Raises Undone."""
    if isinstance(word, Refused):
        return await _refuse(word, place)
    if word.started_at > now + AHEAD:
        return await _refuse(Refused(Trouble.IN_THE_FUTURE, "This begins more than a day from now."), place)
    try:
        draft, warnings = draft_of(word, workout_id=uuid7(), beside=beside)
        await _take(word, draft, warnings, place, now=now, vault=vault)
    except (msgspec.ValidationError, Invalid) as error:
        await _refuse(Refused(Trouble.NOT_A_WORKOUT, _why(error)), place)
    except _Meanwhile:
        await take(word, place, beside=beside, now=now, vault=vault)


async def _take(
    found: Found, draft: WorkoutDraft, warnings: list[str], place: Place, *, now: datetime, vault: Vault
) -> None:
    owner = place.member_id
    details = msgspec.msgpack.encode(Details(found.laps, found.analysis))
    # Before the transaction, in which a new key would be a query each time.
    sealed_details = await vault.seal(details, owner=owner, place=DETAILS, row=draft.id)
    sealed = (
        None
        if found.samples is None
        else await vault.seal(found.samples, owner=owner, place=SAMPLES, row=draft.id)
    )
    external_id = found.external_id.replace("\0", "")
    async with database.transaction() as tx:
        if not await _go_on(tx, place):
            return
        here = await tx.connection.fetchval(_HERE, owner, found.format, external_id)
        if here is not None:
            await _note(tx, place, ItemState.DUPLICATE, workout_id=here)
            return
        ended_at = draft.started_at + timedelta(seconds=draft.duration_s)
        await workouts.log_in(
            tx,
            draft,
            author_id=owner,
            now=now,
            source=Source.API,
            posted_at=ended_at if now - ended_at > FRESH else now,
        )
        if await tx.connection.fetchval(_CLAIM, draft.id, owner, found.format, external_id) is None:
            raise _Meanwhile
        if found.samples is not None or found.laps:
            algorithm = found.analysis.algorithm if found.analysis else 0
            await tx.connection.execute(
                _STREAMS,
                draft.id,
                owner,
                found.sample_count,
                found.is_barometric,
                algorithm,
                sealed,
                sealed_details,
            )
        await _note(tx, place, ItemState.IMPORTED, workout_id=draft.id, warnings=warnings)


async def _refuse(refused: Refused, place: Place) -> None:
    async with database.transaction() as tx:
        if await _go_on(tx, place):
            await _note(tx, place, ItemState.REFUSED, code=refused.code, detail=refused.detail)


async def _go_on(tx: Transaction, place: Place) -> bool:
    """Whether this one is still to be taken. From here on nobody undoes the import until the commit."""
    if await tx.connection.fetchval(_LOCK, place.import_id) != ImportState.WORKING:
        raise Undone
    taken = await tx.connection.fetchrow(_IS_TAKEN, place.import_id, place.file_position, place.position)
    return taken is None


async def _note(
    tx: Transaction,
    place: Place,
    state: ItemState,
    *,
    workout_id: UUID | None = None,
    code: Trouble | None = None,
    detail: str | None = None,
    warnings: list[str] | None = None,
) -> None:
    await tx.connection.execute(
        _NOTE,
        place.import_id,
        place.file_position,
        place.position,
        state,
        code,
        detail,
        warnings or [],
        workout_id,
    )


def _why(error: msgspec.ValidationError | Invalid) -> str:
    """What is wrong, without repeating what the file says."""
    if isinstance(error, Invalid):
        return "; ".join(f"{one.pointer}: {one.detail}" for one in error.errors) or error.detail
    return str(error)
