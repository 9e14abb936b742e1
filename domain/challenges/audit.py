"""What happened to a challenge and its scores: written with the change itself, never rewritten."""

from decimal import Decimal
from uuid import UUID

from domain import database
from domain.challenges import entrants, queries
from domain.challenges.fair_model import AuditCode, AuditLine, AuditPage
from domain.challenges.totals import shown
from domain.database import Transaction
from domain.members.cards import make

_NOTE = """
INSERT INTO challenge_audit (challenge_id, what, member_id, by_id, before, after, note)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
# Only what happens after the window's end is of interest to those who were there.
_LEFT = """
INSERT INTO challenge_audit (challenge_id, what, member_id)
SELECT id, 'left', $2 FROM challenge WHERE id = $1 AND closed_at IS NOT NULL
"""
# Behind an alias, or hidden, or gone: nobody is named who is not named on the board.
_READ = f"""
SELECT audit.id, audit.at, audit.what, audit.before, audit.after, audit.note,
    {entrants.COLUMNS}, membership.hidden, audit.member_id AS whose,
    actor.id AS by_id, actor.handle AS by_handle, actor.name AS by_name, actor.avatar_version AS by_avatar
FROM challenge_audit AS audit
LEFT JOIN challenge_member AS membership
    ON membership.challenge_id = audit.challenge_id AND membership.member_id = audit.member_id
LEFT JOIN member ON member.id = membership.member_id AND NOT are_apart($4, member.id)
LEFT JOIN member AS actor ON actor.id = audit.by_id
WHERE audit.challenge_id = $1 AND audit.id < $2
ORDER BY audit.id DESC
LIMIT $3
"""
_NEWEST = 2**62


async def note(
    tx: Transaction,
    challenge_id: UUID,
    what: AuditCode,
    *,
    member_id: UUID | None = None,
    by: UUID | None = None,
    before: Decimal | None = None,
    after: Decimal | None = None,
    text: str = "",
) -> None:
    await tx.connection.execute(_NOTE, challenge_id, what, member_id, by, before, after, text)


async def left(tx: Transaction, challenge_id: UUID, member_id: UUID) -> None:
    """Somebody left, which matters once the window is over."""
    await tx.connection.execute(_LEFT, challenge_id, member_id)


async def read(challenge_id: UUID, *, reader: UUID, before: int | None, limit: int) -> AuditPage:
    """The latest first. Raises NoSuchChallenge."""
    kind = await queries.kind_of(challenge_id, reader=reader)
    rows = await database.fetch(_READ, challenge_id, before or _NEWEST, limit + 1, reader)
    lines = [
        AuditLine(
            id=row["id"],
            at=row["at"],
            what=AuditCode(row["what"]),
            member=entrants.card(row)
            if row["handle"] and (not row["hidden"] or row["whose"] == reader)
            else None,
            by=make(row["by_id"], row["by_handle"], row["by_name"], row["by_avatar"])
            if row["by_id"]
            else None,
            before=shown(kind, row["before"]) if row["before"] is not None else None,
            after=shown(kind, row["after"]) if row["after"] is not None else None,
            note=row["note"],
        )
        for row in rows[:limit]
    ]
    return AuditPage(lines, lines[-1].id if len(rows) > limit else None)
