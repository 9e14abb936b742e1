"""Boards on other websites: a link that is signed with the challenge's own key, and dies with it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from domain import database
from domain.challenges import entrants, queries
from domain.challenges.errors import NoSuchChallenge, NoSuchEmbed, NotYourChallenge
from domain.challenges.model import Challenge, ChallengeState, Kind, Metric, Standing, Terms
from domain.challenges.teams_model import EmbedLink
from domain.members.model import MemberCard

_KEY = """
UPDATE challenge SET embed_key = coalesce(embed_key, $3)
WHERE id = $1 AND creator_id = $2
RETURNING embed_key
"""
_REVOKE = "UPDATE challenge SET embed_key = NULL WHERE id = $1 AND creator_id = $2 RETURNING id"
_IS_SEEN = "SELECT true FROM challenge WHERE id = $1 AND may_see_challenge($2, challenge)"
_FIND = "SELECT embed_key FROM challenge WHERE id = $1"
_TOP = f"""
SELECT {entrants.COLUMNS}, profile_visibility = 'public' AS is_public, rank() OVER (ORDER BY - score) AS rank
FROM (
    SELECT member_id, score, workouts, reached_at, alias, entrant_id FROM challenge_member
    WHERE challenge_id = $1 AND NOT hidden
    ORDER BY - score, reached_at, member_id
    LIMIT $2
) AS standing
JOIN member ON member.id = standing.member_id
ORDER BY - score, reached_at, member_id
"""
_SIGNATURE_BYTES = 16
_SHOWN = 50


class EmbeddedBoard(Struct, frozen=True):
    """A board for everybody's eyes. Who has no public profile, and no alias, has a card without a name."""

    title: str
    kind: Kind
    metric: Metric
    terms: Terms
    state: ChallengeState
    starts_at: datetime
    ends_at: datetime
    goal: float | None
    total: float | None
    participants: int
    top: list[Standing]


async def create(challenge_id: UUID, *, by: UUID) -> EmbedLink:
    """The creator's link to the board; the same until it is revoked.

    Raises NoSuchChallenge, NotYourChallenge.
    """
    key = await database.fetchval(_KEY, challenge_id, by, secrets.token_bytes(32))
    if key is None:
        await _refuse(challenge_id, by)
    token = _encode(challenge_id.bytes + _sign(challenge_id, key))
    return EmbedLink(token, f"/embed/boards/{token}")


async def revoke(challenge_id: UUID, *, by: UUID) -> None:
    """The link works no more; the next one is another. Raises NoSuchChallenge, NotYourChallenge."""
    if await database.fetchval(_REVOKE, challenge_id, by) is None:
        await _refuse(challenge_id, by)


async def verify(token: str) -> UUID:
    """The challenge whose board a token opens to everybody. Raises NoSuchEmbed."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as error:
        raise NoSuchEmbed from error
    if len(raw) != 16 + _SIGNATURE_BYTES:
        raise NoSuchEmbed
    challenge_id = UUID(bytes=raw[:16])
    key = await database.fetchval(_FIND, challenge_id)
    if key is None or not hmac.compare_digest(raw[16:], _sign(challenge_id, key)):
        raise NoSuchEmbed
    return challenge_id


async def read(token: str, *, now: datetime) -> EmbeddedBoard:
    """The board that a token opens. Raises NoSuchEmbed."""
    challenge_id = await verify(token)
    challenge = await queries.get_challenge(challenge_id, reader=None, now=now, is_invited=True)
    rows = await database.fetch(_TOP, challenge_id, _SHOWN)
    return _board(challenge, [_standing(row, challenge.kind) for row in rows])


def _board(challenge: Challenge, top: list[Standing]) -> EmbeddedBoard:
    return EmbeddedBoard(
        title=challenge.title,
        kind=challenge.kind,
        metric=challenge.metric,
        terms=challenge.terms,
        state=challenge.state,
        starts_at=challenge.starts_at,
        ends_at=challenge.ends_at,
        goal=challenge.goal,
        total=challenge.total,
        participants=challenge.participants,
        top=top,
    )


def _standing(row: Any, kind: Kind) -> Standing:
    """A place, and of a member whose profile is not for everybody only that there is one."""
    one = entrants.standing(row, kind=kind, rank=row["rank"])
    if row["is_public"] or row["alias"] is not None:
        return one
    return msgspec.structs.replace(one, member=MemberCard(id=row["entrant_id"], handle="", name=""))


async def _refuse(challenge_id: UUID, by: UUID) -> None:
    if await database.fetchval(_IS_SEEN, challenge_id, by):
        raise NotYourChallenge
    raise NoSuchChallenge


def _sign(challenge_id: UUID, key: bytes) -> bytes:
    return hmac.new(key, b"board:" + challenge_id.bytes, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
