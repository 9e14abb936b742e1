"""What the live layer asks of Pulsehub: who may watch, what was said, where samples go, and the truth."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.challenges import boards
from domain.errors import DomainError, NotFound, TooMany
from domain.follows import access
from domain.identity import queries as identity
from domain.identity.model import Actor
from domain.live import messages, samples
from domain.live import queries as live
from domain.live.model import Cheer, Said
from domain.vault import Vault
from domain.visibility import Visibility
from hub import clock
from hub.boards.live import LiveBoards
from hub.channels import (
    AUTHOR,
    BOARD,
    HOME,
    LIVE,
    MEMBER,
    METRICS,
    NEWS,
    PERMISSIONS,
    ROOM,
    SESSION,
    around_of,
    topic_id,
)
from hub.policy import Permission, may
from realtime.channels import PRESENCE
from realtime.host import Batch, Identity, LogPage, Refused, State, Stream

# One statement, so one snapshot and one round trip.
_PAGE = """
SELECT head.epoch, head.seq AS head,
    (SELECT min(seq) FROM channel_event WHERE channel = head.channel) AS oldest,
    page.seq, page.payload
FROM channel_head AS head
LEFT JOIN LATERAL (
    SELECT seq, payload FROM channel_event
    WHERE channel = head.channel AND seq > $2
    ORDER BY seq
    LIMIT $3
) AS page ON true
WHERE head.channel = $1
ORDER BY page.seq
"""
_TIME = "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms"
_HEADS = "SELECT channel, epoch, seq FROM channel_head WHERE channel = ANY($1)"


def identity_of(actor: Actor) -> Identity:
    """An actor, as the live layer sees them: what their connection stands on can be revoked by name."""
    proof = f"session:{actor.sign_in_id}" if actor.sign_in_id else f"token:{actor.token_id}"
    role = f"role:{actor.member_id}"
    grants = frozenset({proof, f"member:{actor.member_id}", role, f"{role}:{actor.role}"})
    expires_at = actor.expires_at.timestamp() if actor.expires_at else None
    return Identity(member=str(actor.member_id), grants=grants, subject=actor, expires_at=expires_at)


class LiveHost:
    """The domain, in the words of the live layer."""

    def __init__(self, vault: Vault, boards: LiveBoards) -> None:
        self._vault = vault
        self._boards = boards

    async def identify(self, token: str) -> Identity | None:
        actor = await identity.find_by_token(token, now=clock.now())
        return identity_of(actor) if actor else None

    async def still_granted(self, grants: Collection[str]) -> set[str]:
        """Of the sessions, tokens and roles (`role:<member>:<role>`) named, those that still count."""
        proofs: list[UUID] = []
        members: list[UUID] = []
        told: set[str] = set()
        for grant in grants:
            match grant.split(":"):
                case ["session" | "token", name]:
                    proofs.append(UUID(name))
                case ["role", member, _]:
                    members.append(UUID(member))
                case _:
                    told.add(grant)
        return told | await identity.still_granted(proofs, members=members, now=clock.now())

    async def may_watch(self, identity: Identity, channel: str) -> bool:
        try:
            return await self._may_watch(identity, channel)
        except NotFound:
            return False

    async def _may_watch(self, identity: Identity, channel: str) -> bool:
        actor: Actor = identity.subject
        kind = channel.partition(":")[0]
        permission = PERMISSIONS.get(kind)
        if permission is None or not may(actor, permission):
            return False
        if (around := around_of(channel)) is not None:
            await boards.check_visible(around[0], reader=actor.member_id)
            return around[1] == actor.member_id
        topic = topic_id(channel)
        if topic is None:
            return channel in {LIVE.name, NEWS.name}
        match kind:
            case MEMBER.name | HOME.name:
                return topic == actor.member_id
            case AUTHOR.name:
                return Visibility.FOLLOWERS in (await access.sight_of(topic, reader=actor.member_id)).levels
            case BOARD.name:
                await boards.check_visible(topic, reader=actor.member_id)
                return True
            case ROOM.name | SESSION.name | PRESENCE.name | METRICS.name:
                return await live.is_visible(topic, reader=actor.member_id)
        return False

    async def publish(self, identity: Identity, channel: str, mid: str, body: dict[str, Any]) -> int:
        actor: Actor = identity.subject
        session_id = topic_id(channel)
        if not channel.startswith(f"{SESSION.name}:") or session_id is None:
            raise Refused("not_allowed")
        if not may(actor, Permission.LIVE_WRITE):
            raise Refused("not_allowed")
        try:
            said = msgspec.convert(body, Said | Cheer)
            return await messages.publish(
                session_id, member_id=actor.member_id, mid=mid, body=said, now=clock.now()
            )
        except msgspec.ValidationError as error:
            raise Refused("invalid_body") from error
        except DomainError as error:
            raise _refused(error) from error

    async def open_stream(self, identity: Identity, stream: str) -> Stream:
        actor: Actor = identity.subject
        if not may(actor, Permission.LIVE_WRITE):
            raise Refused("not_allowed")
        try:
            opened = await samples.open_stream(
                stream, member_id=actor.member_id, now=clock.now(), vault=self._vault
            )
        except DomainError as error:
            raise _refused(error) from error
        return Stream(channel=f"{METRICS.name}:{opened.session_id}", row=opened.number, upto=opened.upto)

    async def store(self, batches: Sequence[Batch]) -> Mapping[str, int]:
        return await samples.store([_batch(one) for one in batches], now=clock.now(), vault=self._vault)

    async def read_log(self, channel: str, *, after: int, limit: int) -> LogPage:
        rows = await database.fetch(_PAGE, channel, after, limit)
        if not rows:
            return LogPage(epoch=0, head=0, oldest_seq=1, events=())
        head = rows[0]["head"]
        return LogPage(
            epoch=rows[0]["epoch"],
            head=head,
            oldest_seq=rows[0]["oldest"] or head + 1,
            events=[(row["seq"], row["payload"]) for row in rows if row["seq"] is not None],
        )

    async def read_state(self, channel: str) -> State:
        topic = topic_id(channel)
        if channel.startswith(f"{BOARD.name}:") and topic:
            return await self._boards.read(topic)
        if (around := around_of(channel)) is not None:
            return await self._boards.read_around(*around)
        if channel.startswith(f"{ROOM.name}:") and topic:
            epoch, seq, rows = await live.read_room(topic)
        else:
            raise Refused("not_found")
        return State(epoch=epoch, seq=seq, rows=rows)

    async def read_clock(self) -> float:
        [row] = await database.fetch(_TIME)
        return float(row["now_ms"])

    async def read_heads(self, channels: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        rows = await database.fetch(_HEADS, list(channels))
        heads = {row["channel"]: (row["epoch"], row["seq"]) for row in rows}
        return heads | await self._boards.heads(channels)


def _batch(batch: Batch) -> samples.Batch:
    actor: Actor = batch.identity.subject
    return samples.Batch(batch.stream, actor.member_id, batch.first_seq, batch.samples)


def _refused(error: DomainError) -> Refused:
    return Refused(error.code, retry_after=error.retry_after_s if isinstance(error, TooMany) else None)
