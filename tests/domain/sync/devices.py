"""Devices as people have them: offline, with wrong clocks, forgetting answers, sending again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from uuid_utils.compat import uuid7

from domain.sync import actions, queries
from domain.sync.model import Batch, Outcome, Status
from domain.workouts.model import Source
from tests.domain.workouts.drafts import a_run
from tests.support.domains import NOW


class Edited(Struct, frozen=True):
    """An edit that was acknowledged: what it knew of, and as what version it was applied."""

    device: int
    id: UUID
    field: str
    value: str
    base: int
    version: int


class Promises:
    """All that was acknowledged to anybody."""

    def __init__(self) -> None:
        self.made: set[UUID] = set()
        self.deleted: set[UUID] = set()
        self.copies: dict[UUID, dict[str, str]] = {}
        self.edits: list[Edited] = []


class Device:
    """`store` is what it last read of the hub, `outbox` what it has not seen acknowledged."""

    def __init__(self, number: int, owner: UUID, promises: Promises) -> None:
        self.number, self.owner, self.promises = number, owner, promises
        self.outbox: list[dict[str, Any]] = []
        self.store: dict[UUID, tuple[int, dict[str, str] | None]] = {}
        self.cursor: str | None = None
        self.sent: list[list[dict[str, Any]]] = []
        self.skew_h = (0, 23, -400)[number]

    def known(self) -> list[UUID]:
        """What it shows: what it read, and what it made itself."""
        mine = [UUID(one["id"]) for one in self.outbox if "sport" in (one["fields"] or ())]
        gone = {UUID(one["id"]) for one in self.outbox if one["fields"] is None}
        live = [one for one, (_, said) in self.store.items() if said is not None]
        return [one for one in dict.fromkeys([*live, *mine]) if one not in gone]

    def make(self) -> None:
        draft = msgspec.to_builtins(a_run(started_at=NOW - timedelta(hours=3)))
        self._put(draft["id"], {**draft, "visibility": "private"})

    def edit(self, place: int, field: str, value: str) -> None:
        known = self.known()
        if known:
            chosen = known[place % len(known)]
            base = self.store.get(chosen, (1, None))[0]
            self._put(chosen, {field: value}, base_version=base, copy_id=str(uuid7()))

    def delete(self, place: int) -> None:
        known = self.known()
        if known:
            self._put(known[place % len(known)], None)

    async def push(self, *, is_answer_lost: bool) -> None:
        if self.outbox:
            batch = list(self.outbox)
            self.sent.append(batch)
            results = await send(batch, self.owner)
            if not is_answer_lost:
                self._hear(batch, results)

    async def send_an_old_batch(self, place: int, *, is_backwards: bool) -> None:
        """As a network does that delivers late and twice."""
        if self.sent:
            batch = self.sent[place % len(self.sent)]
            await send(batch[::-1] if is_backwards else batch, self.owner)

    async def pull(self, *, pages: int = 100) -> None:
        for _ in range(pages):
            page = await queries.list_changes(member_id=self.owner, cursor=self.cursor, limit=3)
            for one in page.items:
                said = {"title": one.row.title, "note": one.row.note or ""} if one.row else None
                self.store[one.id] = one.version, said
            self.cursor = page.cursor
            if not page.has_more:
                break

    def _put(self, id: Any, fields: dict[str, Any] | None, **more: Any) -> None:
        at = (NOW + timedelta(hours=self.skew_h)).isoformat()
        one = {"op_id": str(uuid7()), "entity": "workout", "id": str(id), "client_time": at}
        self.outbox.append(one | {"fields": fields} | more)

    def _hear(self, batch: list[dict[str, Any]], results: list[Outcome]) -> None:
        for one, said in zip(batch, results, strict=True):
            assert said.status is not Status.REJECTED, said
            self.outbox.remove(one)
            if said.copy_id is not None:
                self.promises.copies[said.copy_id] = one["fields"]
            if said.status is not Status.CONFLICT:
                self._acknowledged(one, said)

    def _acknowledged(self, one: dict[str, Any], said: Outcome) -> None:
        assert said.version is not None
        chosen = UUID(one["id"])
        if one["fields"] is None:
            self.promises.deleted.add(chosen)
        elif "base_version" not in one:
            self.promises.made.add(chosen)
        else:
            ((field, value),) = one["fields"].items()
            self.promises.edits.append(
                Edited(self.number, chosen, field, value, one["base_version"], said.version)
            )


async def send(batch: list[dict[str, Any]], owner: UUID) -> list[Outcome]:
    # As JSON, as it comes over the network.
    read = msgspec.json.decode(msgspec.json.encode({"operations": batch}), type=Batch)
    return (await actions.take(read, author_id=owner, source=Source.MANUAL, now=NOW)).results
