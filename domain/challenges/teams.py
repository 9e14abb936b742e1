"""Teams within a challenge: made by captains, joined before it begins, ranked by their members' scores."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.challenges import entrants, ledger, queries
from domain.challenges.errors import (
    AlreadyBegun,
    InvitedOnly,
    NoSuchChallenge,
    NoSuchTeam,
    NoTeams,
    NotTakingPart,
    NotYourTeam,
    TeamFull,
    TeamIdTaken,
)
from domain.challenges.model import ClubName, Sides
from domain.challenges.teams_model import Team, TeamDraft, TeamEdit, TeamMember
from domain.challenges.totals import shown
from domain.database import Transaction
from domain.members.cards import make

# The row of the challenge makes changes of its teams come one after the other, so that none is overfull.
_LOCK = """
SELECT id, kind, sides, starts_at, settled_at, (terms ->> 'team_size')::int AS team_size,
    membership.member_id IS NOT NULL AS is_in, membership.team_id
FROM challenge
LEFT JOIN challenge_member AS membership
    ON membership.challenge_id = challenge.id AND membership.member_id = $2
WHERE challenge.id = $1 AND may_see_challenge($2, challenge)
FOR NO KEY UPDATE OF challenge
"""
_CREATE = """
INSERT INTO challenge_team (id, challenge_id, name, captain_id, is_open, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_TEAM = """
SELECT id, captain_id, club_id, is_open,
    (SELECT count(*) FROM challenge_member WHERE team_id = challenge_team.id) AS members
FROM challenge_team WHERE challenge_id = $1 AND id = $2
"""
_PLACE = "UPDATE challenge_member SET team_id = $3 WHERE challenge_id = $1 AND member_id = $2 RETURNING true"
_TAKE_OUT = """
UPDATE challenge_member SET team_id = NULL
WHERE challenge_id = $1 AND member_id = $2 AND team_id = $3
RETURNING true
"""
_RELEASE = (
    "UPDATE challenge_team SET captain_id = NULL WHERE challenge_id = $1 AND captain_id = $2 AND id <> $3"
)
_EDIT = """
UPDATE challenge_team
SET name = coalesce($2, name), is_open = coalesce($3, is_open), captain_id = coalesce($4, captain_id)
WHERE id = $1
"""
_IS_IN_TEAM = "SELECT true FROM challenge_member WHERE challenge_id = $1 AND member_id = $2 AND team_id = $3"
_DELETE = "DELETE FROM challenge_team WHERE id = $1"
_IS_IN_CLUB = "SELECT true FROM club_member WHERE club_id = $1 AND member_id = $2"

# A mean is one of who has shown up, so that a name on the list does not pull a team down.
_TEAMS = """
SELECT team.*, captain.handle AS captain_handle, captain.name AS captain_name,
    captain.avatar_version AS captain_avatar, club.slug AS club_slug, club.name AS club_name,
    summed.members, summed.score, summed.is_mine, rank() OVER (ORDER BY summed.score DESC) AS rank
FROM challenge_team AS team
LEFT JOIN member AS captain ON captain.id = team.captain_id AND NOT are_apart($2, captain.id)
LEFT JOIN club ON club.id = team.club_id
CROSS JOIN LATERAL (
    SELECT count(*) AS members, coalesce(bool_or(member_id = $2), false) AS is_mine,
        coalesce(
            CASE WHEN $3 THEN avg(score) FILTER (WHERE workouts > 0) ELSE sum(score) END, 0
        )::numeric(20, 3) AS score
    FROM challenge_member WHERE team_id = team.id
) AS summed
WHERE team.challenge_id = $1 AND (team.id = $4 OR $4 IS NULL)
ORDER BY summed.score DESC, team.created_at, team.id
"""
_RULES = """
SELECT kind, terms ->> 'team_scoring' = 'mean' AS is_mean FROM challenge
WHERE id = $1 AND (may_see_challenge($2, challenge) OR $3)
"""
_MEMBERS = f"""
SELECT {entrants.COLUMNS}, team.captain_id = member.id AS is_captain
FROM challenge_member AS membership
JOIN member ON member.id = membership.member_id
JOIN challenge_team AS team ON team.id = membership.team_id
WHERE team.challenge_id = $1 AND team.id = $2 AND NOT are_apart($3, member.id)
  AND (NOT hidden OR member.id = $3 OR team.captain_id = $3)
ORDER BY - score, reached_at, membership.member_id
LIMIT $4
"""


async def list_teams(challenge_id: UUID, *, reader: UUID | None, is_invited: bool = False) -> list[Team]:
    """The teams by rank; equal scores share one. Raises NoSuchChallenge."""
    return await _list(challenge_id, reader, None, is_invited=is_invited)


async def get_team(
    challenge_id: UUID, team_id: UUID, *, reader: UUID | None, is_invited: bool = False
) -> Team:
    """One team with its rank among all. Raises NoSuchChallenge, NoSuchTeam."""
    for team in await _list(challenge_id, reader, None, is_invited=is_invited):
        if team.id == team_id:
            return team
    raise NoSuchTeam


async def list_members(
    challenge_id: UUID, team_id: UUID, *, reader: UUID, limit: int = 100
) -> list[TeamMember]:
    """Who is in a team, by score; who is hidden is shown to themself and the captain.

    Raises NoSuchChallenge.
    """
    kind = await queries.kind_of(challenge_id, reader=reader)
    rows = await database.fetch(_MEMBERS, challenge_id, team_id, reader, limit)
    return [
        TeamMember(entrants.card(row), bool(row["is_captain"]), shown(kind, row["score"]), row["workouts"])
        for row in rows
    ]


async def create(
    challenge_id: UUID, draft: TeamDraft, *, captain_id: UUID, now: datetime
) -> tuple[Team, bool]:
    """Make a team and be its captain; the same id again gives what is stored, and False.

    Raises NoSuchChallenge, NoTeams, NotTakingPart, AlreadyBegun for who is in a team of a challenge that has
    begun, TeamIdTaken.
    """
    async with database.transaction() as tx:
        challenge = await _lock(tx, challenge_id, captain_id)
        values = (draft.id, challenge_id, draft.name.strip() or "Team", captain_id, draft.is_open, now)
        if await tx.connection.fetchval(_CREATE, *values) is None:
            team = await _team(tx, challenge_id, draft.id, or_else=TeamIdTaken)
            if team["captain_id"] != captain_id:
                raise TeamIdTaken
            return await get_team(challenge_id, draft.id, reader=captain_id), False
        _require_movable(challenge, now)
        await _place(tx, challenge_id, captain_id, draft.id)
        return await get_team(challenge_id, draft.id, reader=captain_id), True


async def enter(challenge_id: UUID, team_id: UUID, *, member_id: UUID, now: datetime) -> Team:
    """Go into an open team; from another one before the challenge begins only. Again changes nothing.

    Raises NoSuchChallenge, NoTeams, NotTakingPart, NoSuchTeam, AlreadyBegun, InvitedOnly, TeamFull.
    """
    async with database.transaction() as tx:
        await enter_in(tx, challenge_id, team_id, member_id=member_id, now=now)
        return await get_team(challenge_id, team_id, reader=member_id)


async def enter_in(
    tx: Transaction,
    challenge_id: UUID,
    team_id: UUID,
    *,
    member_id: UUID,
    now: datetime,
    is_invited: bool = False,
) -> None:
    """Go into a team, within a larger transaction."""
    challenge = await _lock(tx, challenge_id, member_id, of_clubs=True)
    team = await _team(tx, challenge_id, team_id)
    if challenge["team_id"] == team_id:
        return
    _require_movable(challenge, now)
    if team["club_id"] is not None and not await tx.connection.fetchval(
        _IS_IN_CLUB, team["club_id"], member_id
    ):
        raise InvitedOnly("This team is for the members of its club.")
    if not team["is_open"] and not is_invited and team["captain_id"] != member_id:
        raise InvitedOnly
    if challenge["team_size"] is not None and team["members"] >= challenge["team_size"]:
        raise TeamFull(f"{challenge['team_size']} of {challenge['team_size']}")
    await _place(tx, challenge_id, member_id, team_id)


async def take_out(challenge_id: UUID, team_id: UUID, *, member_id: UUID, by: UUID, now: datetime) -> None:
    """Go out of a team oneself, or as its captain take somebody out, before the challenge begins.

    Raises NoSuchChallenge, NoTeams, NotTakingPart, NoSuchTeam, NotYourTeam, AlreadyBegun.
    """
    async with database.transaction() as tx:
        challenge = await _lock(tx, challenge_id, by)
        team = await _team(tx, challenge_id, team_id)
        if by not in (member_id, team["captain_id"]):
            raise NotYourTeam
        _require_not_begun(challenge, now)
        if await tx.connection.fetchval(_TAKE_OUT, challenge_id, member_id, team_id):
            if member_id == team["captain_id"]:
                await tx.connection.execute(_RELEASE, challenge_id, member_id, UUID(int=0))
            ledger.moved(tx, challenge_id)


async def edit(challenge_id: UUID, team_id: UUID, change: TeamEdit, *, by: UUID) -> Team:
    """Rename, open, close or hand over a team.

    Raises NoSuchChallenge, NoSuchTeam, NotYourTeam, NotTakingPart.
    """
    async with database.transaction() as tx:
        await _lock(tx, challenge_id, by)
        await _require_captain(tx, challenge_id, team_id, by)
        if change.captain_id is not None and not await tx.connection.fetchval(
            _IS_IN_TEAM, challenge_id, change.captain_id, team_id
        ):
            raise NotTakingPart("Only who is in the team can be its captain.")
        name = (change.name or "").strip() or None
        await tx.connection.execute(_EDIT, team_id, name, change.is_open, change.captain_id)
        ledger.moved(tx, challenge_id)
        return await get_team(challenge_id, team_id, reader=by)


async def delete(challenge_id: UUID, team_id: UUID, *, by: UUID, now: datetime) -> None:
    """Give a team up before the challenge begins; its members are in none then."""
    async with database.transaction() as tx:
        challenge = await _lock(tx, challenge_id, by)
        await _require_captain(tx, challenge_id, team_id, by)
        _require_not_begun(challenge, now)
        await tx.connection.execute(_DELETE, team_id)
        ledger.moved(tx, challenge_id)


async def _list(
    challenge_id: UUID, reader: UUID | None, team_id: UUID | None, *, is_invited: bool
) -> list[Team]:
    found = await database.fetchrow(_RULES, challenge_id, reader, is_invited)
    if found is None:
        raise NoSuchChallenge
    rows = await database.fetch(_TEAMS, challenge_id, reader, bool(found["is_mean"]), team_id)
    return [_decode(row) for row in rows]


async def _lock(tx: Transaction, challenge_id: UUID, member_id: UUID, *, of_clubs: bool = False) -> Any:
    row = await tx.connection.fetchrow(_LOCK, challenge_id, member_id)
    if row is None:
        raise NoSuchChallenge
    if row["sides"] != Sides.TEAMS and not (of_clubs and row["sides"] == Sides.CLUBS):
        raise NoTeams
    if not row["is_in"]:
        raise NotTakingPart
    return row


async def _team(
    tx: Transaction, challenge_id: UUID, team_id: UUID, *, or_else: type[Exception] = NoSuchTeam
) -> Any:
    row = await tx.connection.fetchrow(_TEAM, challenge_id, team_id)
    if row is None:
        raise or_else
    return row


async def _require_captain(tx: Transaction, challenge_id: UUID, team_id: UUID, by: UUID) -> None:
    if (await _team(tx, challenge_id, team_id))["captain_id"] != by:
        raise NotYourTeam


async def _place(tx: Transaction, challenge_id: UUID, member_id: UUID, team_id: UUID) -> None:
    """Whose captain leaves has none until another one is found by its members."""
    await tx.connection.execute(_RELEASE, challenge_id, member_id, team_id)
    await tx.connection.fetchval(_PLACE, challenge_id, member_id, team_id)
    ledger.moved(tx, challenge_id)


def _require_movable(challenge: Any, now: datetime) -> None:
    """Who is late may still find a team; who is in one stays there."""
    if challenge["team_id"] is not None:
        _require_not_begun(challenge, now)


def _require_not_begun(challenge: Any, now: datetime) -> None:
    if now >= challenge["starts_at"]:
        raise AlreadyBegun


def _decode(row: Any) -> Team:
    captain = None
    if row["captain_handle"] is not None:
        captain = make(row["captain_id"], row["captain_handle"], row["captain_name"], row["captain_avatar"])
    club = (
        ClubName(row["club_id"], row["club_slug"], row["club_name"]) if row["club_slug"] is not None else None
    )
    return Team(
        id=row["id"],
        name=row["name"],
        captain=captain,
        club=club,
        is_open=row["is_open"],
        members=row["members"],
        score=float(row["score"]),
        rank=row["rank"],
        is_mine=row["is_mine"],
    )
