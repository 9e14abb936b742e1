"""What members do with challenges: make them, take part, leave."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from domain import database
from domain.challenges import audit, ledger, news, rules, standings
from domain.challenges.errors import (
    ChallengeIdTaken,
    ChallengeOver,
    NoSuchChallenge,
    NoSuchClubs,
    NotInClub,
    NotTakingPart,
    NotYourChallenge,
)
from domain.challenges.events import News
from domain.challenges.fair_model import AuditCode
from domain.challenges.model import ChallengeDraft, Openness, Repeats, Sides
from domain.challenges.teams_model import ParticipationChange
from domain.database import Transaction
from domain.errors import FieldError
from domain.members.model import Role

_CREATE = """
INSERT INTO challenge
    (id, creator_id, title, description, kind, metric, sports, terms, sides, openness, club_id,
     starts_on, ends_on, tz, starts_at, ends_at, settle_at, goal, repeats, series_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_CREATOR = "SELECT creator_id FROM challenge WHERE id = $1"
_MY_CLUBS = "SELECT club_id FROM club_member WHERE member_id = $1 AND club_id = ANY($2)"
_CLUB_TEAMS = """
INSERT INTO challenge_team (id, challenge_id, name, club_id, is_open, created_at)
SELECT asked.team_id, $1, left(club.name, 40), club.id, true, $2
FROM unnest($3::uuid[], $4::uuid[]) AS asked (team_id, club_id) JOIN club ON club.id = asked.club_id
RETURNING id
"""

# The lock keeps the challenge from being deleted meanwhile, and lets others join.
_FOR_JOINING = """
SELECT id, sides, ends_at, settled_at FROM challenge
WHERE id = $1 AND (may_see_challenge($2, challenge) OR $3)
FOR KEY SHARE
"""
# In a contest of clubs, who joins is on the side of their club; of their oldest one, if they are in several.
_CLUB_TEAM = """
SELECT team.id
FROM challenge_team AS team JOIN club_member USING (club_id)
WHERE team.challenge_id = $1 AND club_member.member_id = $2
ORDER BY club_member.joined_at, team.id
LIMIT 1
"""
_JOIN = """
INSERT INTO challenge_member (challenge_id, member_id, joined_at, reached_at, team_id)
VALUES ($1, $2, $3, $3, $4)
ON CONFLICT (challenge_id, member_id) DO NOTHING
RETURNING true
"""
_LEAVE = "DELETE FROM challenge_member WHERE challenge_id = $1 AND member_id = $2 RETURNING score"
_FORGET_RESULT = "DELETE FROM challenge_result WHERE challenge_id = $1 AND member_id = $2"
_RELEASE_TEAMS = "UPDATE challenge_team SET captain_id = NULL WHERE challenge_id = $1 AND captain_id = $2"
_FOR_DELETION = """
SELECT creator_id, title FROM challenge WHERE id = $1 AND (may_see_challenge($2, challenge) OR $3) FOR UPDATE
"""
_DELETE = "DELETE FROM challenge WHERE id = $1"
_CHANGE = """
UPDATE challenge_member
SET hidden = coalesce($3, hidden),
    alias = CASE WHEN $4 THEN $5 ELSE alias END,
    body_weight_kg = CASE WHEN $6 THEN $7 ELSE body_weight_kg END
WHERE challenge_id = $1 AND member_id = $2
RETURNING true
"""


async def create(draft: ChallengeDraft, *, creator_id: UUID, now: datetime) -> bool:
    """Make a challenge, with its creator in it; False if this is a repetition of having done so.

    Raises PointlessChallenge, UnknownTimeZone, ChallengeIdTaken, NoSuchClubs, NotInClub.
    """
    async with database.transaction() as tx:
        return await create_in(tx, draft, creator_id=creator_id, now=now)


async def create_in(tx: Transaction, draft: ChallengeDraft, *, creator_id: UUID, now: datetime) -> bool:
    """Make a challenge within a larger transaction."""
    window = rules.accept(draft, now=now)
    await _require_clubs(tx, draft, creator_id)
    if not await insert(tx, draft, window, creator_id=creator_id, now=now):
        if await tx.connection.fetchval(_CREATOR, draft.id) != creator_id:
            raise ChallengeIdTaken
        return False
    await audit.note(tx, draft.id, AuditCode.CREATED, by=creator_id)
    await _take_part(tx, draft.id, creator_id, sides=draft.sides, now=now)
    return True


async def insert(
    tx: Transaction,
    draft: ChallengeDraft,
    window: tuple[datetime, datetime],
    *,
    creator_id: UUID | None,
    now: datetime,
    series_id: UUID | None = None,
) -> bool:
    """Store a challenge that is accepted, and its clubs' teams. False if its id is in use."""
    starts_at, ends_at = window
    series = series_id or (draft.id if draft.repeats is Repeats.WEEKLY else None)
    values = (
        *(draft.id, creator_id, draft.title.strip(), draft.description.strip(), draft.kind, draft.metric),
        *(sorted(set(draft.sports)), msgspec.json.encode(draft.terms).decode(), draft.sides, draft.openness),
        *(draft.club_id, draft.starts_on, draft.ends_on, draft.tz, starts_at, ends_at),
        *(ends_at + timedelta(hours=draft.settle_after_h), draft.goal, draft.repeats, series, now),
    )
    if await tx.connection.fetchval(_CREATE, *values) is None:
        return False
    clubs = sorted(set(draft.clubs))
    if clubs:
        found = await tx.connection.fetch(_CLUB_TEAMS, draft.id, now, [uuid7() for _ in clubs], clubs)
        if len(found) < len(clubs):
            raise NoSuchClubs(errors=(FieldError("/clubs", "not all of them exist"),))
    return True


async def join(challenge_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Take part; what the member has logged in the window counts. Joining again changes nothing.

    Raises NoSuchChallenge, ChallengeOver.
    """
    async with database.transaction() as tx:
        await join_in(tx, challenge_id, member_id=member_id, now=now)


async def join_in(
    tx: Transaction, challenge_id: UUID, *, member_id: UUID, now: datetime, is_invited: bool = False
) -> None:
    """Take part, within a larger transaction."""
    row = await tx.connection.fetchrow(_FOR_JOINING, challenge_id, member_id, is_invited)
    if row is None:
        raise NoSuchChallenge
    if now >= row["ends_at"] or row["settled_at"] is not None:
        raise ChallengeOver
    await _take_part(tx, challenge_id, member_id, sides=Sides(row["sides"]), now=now)


async def leave(challenge_id: UUID, *, member_id: UUID) -> None:
    """Take part no more: the score goes, and the result. Leaving again changes nothing.

    Raises NoSuchChallenge.
    """
    async with database.transaction() as tx:
        row = await tx.connection.fetchrow(_FOR_JOINING, challenge_id, member_id, False)
        if row is None:
            raise NoSuchChallenge
        await standings.lock_scores(tx, member_id)
        if await tx.connection.fetchrow(_LEAVE, challenge_id, member_id) is not None:
            await tx.connection.execute(_FORGET_RESULT, challenge_id, member_id)
            await tx.connection.execute(_RELEASE_TEAMS, challenge_id, member_id)
            await audit.left(tx, challenge_id, member_id)
            ledger.moved(tx, challenge_id)


async def change_participation(challenge_id: UUID, change: ParticipationChange, *, member_id: UUID) -> None:
    """Be hidden, under an alias, of a weight. Raises NotTakingPart."""
    values: list[Any] = [None if change.hidden is msgspec.UNSET else change.hidden]
    alias = change.alias.strip() or None if isinstance(change.alias, str) else None
    values += [change.alias is not msgspec.UNSET, alias]
    is_weighed = change.body_weight_kg is not msgspec.UNSET
    values += [is_weighed, change.body_weight_kg if is_weighed else None]
    async with database.transaction() as tx:
        await standings.lock_scores(tx, member_id)
        if not await tx.connection.fetchval(_CHANGE, challenge_id, member_id, *values):
            raise NotTakingPart
        if is_weighed:
            await standings.weigh(tx, challenge_id, member_id)
        ledger.moved(tx, challenge_id)


async def delete(challenge_id: UUID, *, by: UUID, role: Role) -> None:
    """Delete one's own challenge, or any as a moderator. Raises NoSuchChallenge, NotYourChallenge."""
    is_moderator = role in rules.MODERATORS
    async with database.transaction() as tx:
        row = await tx.connection.fetchrow(_FOR_DELETION, challenge_id, by, is_moderator)
        if row is None:
            raise NoSuchChallenge
        if row["creator_id"] != by and not is_moderator:
            raise NotYourChallenge
        await news.last_words(tx, challenge_id, News.CANCELLED, title=row["title"], but=by)
        await tx.connection.execute(_DELETE, challenge_id)
        ledger.moved(tx, challenge_id)


async def _require_clubs(tx: Transaction, draft: ChallengeDraft, creator_id: UUID) -> None:
    """Who makes a club's challenge is in the club, who pits clubs against each other is in one of them."""
    wanted = [draft.club_id] if draft.openness is Openness.CLUB else draft.clubs
    if wanted and not await tx.connection.fetch(_MY_CLUBS, creator_id, wanted):
        raise NotInClub


async def _take_part(
    tx: Transaction, challenge_id: UUID, member_id: UUID, *, sides: Sides, now: datetime
) -> None:
    await standings.lock_scores(tx, member_id)
    team_id = None
    if sides is Sides.CLUBS:
        team_id = await tx.connection.fetchval(_CLUB_TEAM, challenge_id, member_id)
    if await tx.connection.fetchval(_JOIN, challenge_id, member_id, now, team_id):
        await standings.count_past(tx, challenge_id, member_id)
        ledger.moved(tx, challenge_id)
