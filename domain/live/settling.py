"""After the finish: everybody's workout, made of their own samples, and made again when late ones arrive."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.database import Transaction
from domain.live import rows, samples
from domain.live.summary import Attendance, Summary, is_worth_logging, summarise
from domain.vault import Vault
from domain.workouts import actions as workouts
from domain.workouts.model import Source, Sport, WorkoutDraft

_PARTICIPANT = """
SELECT live_participant.*, member.tz AS member_tz
FROM live_participant JOIN member ON member.id = member_id
"""
# In the order of members: sessions that end at the same time lock the scores of common members alike.
_ROSTER = f"{_PARTICIPANT} WHERE session_id = $1 ORDER BY member_id"
_MEMBERS = "SELECT member_id FROM live_participant WHERE session_id = $1"
_LATE = """
SELECT stream, member_id
FROM live_participant JOIN live_session ON live_session.id = session_id
WHERE state = 'finished' AND finished_at > $1 AND settled_upto < stored_upto
ORDER BY stream
LIMIT $2
"""
_LOCK_LATE = f"""
{_PARTICIPANT}
WHERE stream = $1 AND settled_upto < stored_upto
FOR UPDATE OF live_participant SKIP LOCKED
"""
_SESSION = "SELECT * FROM live_session WHERE id = $1"
_SETTLED = """
UPDATE live_participant
SET settled_upto = $2, workout_id = $3, workout_version = $4, summary = $5
WHERE stream = $1
"""
_VERSION = "SELECT version FROM workout WHERE id = $1 AND author_id = $2"


async def warm(session_id: UUID, *, vault: Vault) -> None:
    """Before the transaction in which `settle_roster` runs."""
    members = await database.fetch(_MEMBERS, session_id)
    await samples.warm(vault, [row["member_id"] for row in members])


async def settle_roster(tx: Transaction, session: Any, *, now: datetime, vault: Vault) -> None:
    """Log everybody's workout, in the transaction that finishes the session. `session` is its row, finished.

    Samples that are being stored meanwhile are not waited for: they are late ones.
    """
    for participant in await tx.connection.fetch(_ROSTER, session["id"]):
        await _settle(tx, session, participant, now=now, vault=vault)


async def settle_late(*, since: datetime, now: datetime, vault: Vault, at_most: int = 50) -> int:
    """Make workouts again whose samples arrived after the finish; how many that were."""
    late = await database.fetch(_LATE, since, at_most)
    await samples.warm(vault, [row["member_id"] for row in late])
    for row in late:
        async with database.transaction() as tx:
            participant = await tx.connection.fetchrow(_LOCK_LATE, row["stream"])
            if participant is not None:
                session = await tx.connection.fetchrow(_SESSION, participant["session_id"])
                await _settle(tx, session, participant, now=now, vault=vault)
    return len(late)


async def _settle(tx: Transaction, session: Any, participant: Any, *, now: datetime, vault: Vault) -> None:
    stream, member_id = participant["stream"], participant["member_id"]
    stored = await samples.read(tx, stream, owner=member_id, vault=vault)
    done = summarise(
        stored,
        course=rows.course(session),
        plan=rows.programme(session),
        attendance=Attendance(participant["joined_at"], participant["left_at"]),
    )
    version = None
    if is_worth_logging(done):
        draft = _draft(session, participant, done)
        version = await _put_workout(tx, draft, session, participant, now=now)
    workout_id = stream if version is not None else None
    # A version that stays without a workout says that there was one: what was deleted is not logged again.
    last_version = participant["workout_version"] if version is None else version
    summary = msgspec.json.encode(done).decode() if done.duration_s > 0 else None
    await tx.connection.execute(_SETTLED, stream, len(stored), workout_id, last_version, summary)


async def _put_workout(
    tx: Transaction, draft: WorkoutDraft, session: Any, participant: Any, *, now: datetime
) -> int | None:
    """Log or refresh; the version it has then. What its author edited or deleted since stays so."""
    member_id = participant["member_id"]
    if participant["workout_version"] is None:
        logged = await workouts.log_in(
            tx, draft, author_id=member_id, now=now, source=Source.LIVE, session_id=session["id"]
        )
        return logged.version
    version: int | None = await tx.connection.fetchval(_VERSION, draft.id, member_id)
    if version is None or version != participant["workout_version"]:
        return version
    return (await workouts.replace_in(tx, draft, author_id=member_id, now=now)).version


def _draft(session: Any, participant: Any, done: Summary) -> WorkoutDraft:
    return WorkoutDraft(
        id=participant["stream"],
        sport=Sport(session["sport"]),
        started_at=max(session["started_at"], participant["joined_at"]),
        tz=participant["member_tz"],
        duration_s=done.duration_s,
        title=session["title"],
        distance_m=done.distance_m,
        energy_kcal=done.energy_kcal,
        heart_rate_avg_bpm=done.heart_rate_avg_bpm,
        heart_rate_max_bpm=done.heart_rate_max_bpm,
    )
