"""A host in memory: a real implementation of what the live layer asks, shared by the nodes of one test."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from realtime.channels import PRESENCE, ChannelClass, Kind, Kinds
from realtime.host import Batch, Identity, LogPage, Refused, State, Stream
from realtime.node import Node

KINDS = Kinds(
    Kind(name="chat", delivers=ChannelClass.LOG, presence=True),
    Kind(name="board", delivers=ChannelClass.STATE),
    Kind(name="room", delivers=ChannelClass.TICK),
    Kind(name="news", delivers=ChannelClass.SIGNAL),
    PRESENCE,
)


class MemoryHost:
    """Plays PostgreSQL: what is committed here is the truth, whatever the bus does."""

    def __init__(self) -> None:
        self.epoch = 7
        self.nodes: list[Node] = []
        self.logs: dict[str, list[bytes]] = {}
        self.trimmed: dict[str, int] = {}
        self.states: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}
        self.mids: dict[tuple[str, str], int] = {}
        self.samples: dict[str, list[Any]] = {}
        self.revoked: set[str] = set()
        self.banned: set[tuple[str, str]] = set()
        self.expires_in_s: float | None = None
        self.log_reads = 0
        self.state_reads = 0
        self.questions = 0
        self.is_away = False
        self.cannot_store = False
        self.poison = ""
        self.is_over = False

    # What the application does.

    def say(self, channel: str, event: Any, *, through: int | None = 0) -> int:
        """Commit an event and, unless `through` is None, publish it through that node."""
        body = msgspec.json.encode(event)
        log = self.logs.setdefault(channel, [])
        log.append(body)
        if through is not None:
            self.nodes[through].publish_event(channel, self.epoch, len(log), body)
        return len(log)

    def set_rows(self, channel: str, rows: dict[str, Any], *, through: int | None = 0) -> int:
        """Commit rows of a state channel (None removes) and nudge."""
        state = dict(self.states.get(channel, {}))
        for key, row in rows.items():
            if row is None:
                state.pop(key, None)
            else:
                state[key] = row
        self.states[channel] = state
        version = self.versions[channel] = self.versions.get(channel, 0) + 1
        if through is not None:
            self.nodes[through].nudge(channel, self.epoch, version)
        return version

    # What the live layer asks.

    async def identify(self, token: str) -> Identity | None:
        self.questions += 1
        await self._answer()
        if not token.startswith("token-"):
            return None
        member = token.removeprefix("token-").partition("/")[0]
        grants = frozenset({f"token:{token}", f"member:{member}"})
        if grants & self.revoked:
            return None
        expires_at = None if self.expires_in_s is None else time.time() + self.expires_in_s
        return Identity(member=member, grants=grants, subject=member, expires_at=expires_at)

    async def still_granted(self, grants: Collection[str]) -> Collection[str]:
        await self._answer()
        return set(grants) - self.revoked

    async def may_watch(self, identity: Identity, channel: str) -> bool:
        self.questions += 1
        await self._answer()
        return "secret" not in channel and (identity.member, channel) not in self.banned

    async def publish(self, identity: Identity, channel: str, mid: str, body: dict[str, Any]) -> int:
        await self._answer()
        if body.get("text") == "":
            raise Refused("empty")
        known = self.mids.get((channel, mid))
        if known is not None:
            return known
        seq = self.mids[channel, mid] = self.say(channel, {"by": identity.member, **body})
        return seq

    async def open_stream(self, identity: Identity, stream: str) -> Stream:
        await self._answer()
        room, _, row = stream.partition("/")
        if not row.isdigit():
            raise Refused("no_such_stream")
        if self.is_over:
            raise Refused("session_over")
        return Stream(channel=f"room:{room}", row=int(row), upto=len(self.samples.get(stream, [])))

    async def store(self, batches: Sequence[Batch]) -> Mapping[str, int]:
        await self._answer()
        if self.cannot_store or any(batch.stream == self.poison for batch in batches):
            raise ConnectionError("the disk is away")
        if self.is_over:
            return {}
        for batch in batches:
            kept = self.samples.setdefault(batch.stream, [])
            if batch.first_seq <= len(kept) + 1:
                kept.extend(batch.samples[len(kept) + 1 - batch.first_seq :])
        return {batch.stream: len(self.samples[batch.stream]) for batch in batches}

    async def read_log(self, channel: str, *, after: int, limit: int) -> LogPage:
        await self._answer()
        self.log_reads += 1
        log = self.logs.get(channel, [])
        oldest = self.trimmed.get(channel, 0) + 1
        start = max(after, oldest - 1)
        events = [(start + n + 1, body) for n, body in enumerate(log[start : start + limit])]
        return LogPage(epoch=self.epoch, head=len(log), oldest_seq=oldest, events=events)

    async def read_state(self, channel: str) -> State:
        self.state_reads += 1
        state = State(epoch=self.epoch, seq=self.versions.get(channel, 0), rows=self.states.get(channel, {}))
        await self._answer()
        return state

    async def read_clock(self) -> float:
        await self._answer()
        return time.time() * 1000

    async def read_heads(self, channels: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        await self._answer()
        heads = {name: (self.epoch, len(self.logs[name])) for name in channels if name in self.logs}
        heads.update({name: (self.epoch, self.versions[name]) for name in channels if name in self.versions})
        return heads

    async def _answer(self) -> None:
        """A database answers in a later turn of the loop, or not at all."""
        await asyncio.sleep(0)
        if self.is_away:
            raise ConnectionError("the database is away")
