"""A crowd: a session with everybody in it, a board that moves, and steady load on both, written down."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from domain import database
from domain.database import DatabaseAway
from domain.live.events import ChatSaid
from hub import clock
from tests.faults import truth
from tests.faults.asking import insist
from tests.faults.cluster import Cluster
from tests.faults.guests import Guest
from tests.faults.history import (
    Problem,
    Said,
    check_log,
    check_state,
    check_stream,
    rows_of,
)
from tests.faults.loss import Loss
from tests.faults.members import Member
from tests.faults.stalls import Stopwatch

_LINE_S = 2.2
"""A member may say five lines in ten seconds."""
_WORKOUT_S = 0.7
_CRIERS = 2
_ATHLETES = 3


class Crowd:
    """Made anew for each fault, so that each has channels of its own. `guests` watch; some also write."""

    def __init__(self, cluster: Cluster, members: list[Member], stack: AsyncExitStack) -> None:
        self.cluster = cluster
        self.members = members
        self.guests: list[Guest] = []
        self.said: list[Said] = []
        self.logged: dict[UUID, float] = {}
        self.streams: dict[Member, str] = {}
        self.session_id, self.board_id = uuid7(), uuid7()
        self.session = f"session:{self.session_id}"
        self.room = f"room:{self.session_id}"
        self.presence = f"presence:session:{self.session_id}"
        self.metrics = f"metrics:{self.session_id}"
        self.board = f"board:{self.board_id}"
        self.idle: list[Guest] = []
        self._stack = stack
        self._enough = asyncio.Event()
        self._mids = 0
        self._cries = 0
        self._workouts = 0
        self._began = clock.now()

    # Making it.

    async def open(self) -> None:
        """A running session and a challenge, everybody in both."""
        host, *others = self.members
        free = {"parts": [{"blocks": [{"kind": "free", "duration_s": None}]}]}
        draft = {"id": str(self.session_id), "title": "A", "sport": "indoor_ride", "programme": free}
        room = await self.insist(host, "POST", "/api/live", draft)
        self.streams[host] = room["stream"]
        today = clock.now().date()
        wish = {"id": str(self.board_id), "title": "Metres", "metric": "distance", "tz": "UTC"}
        wish |= {"starts_on": str(today - timedelta(days=1)), "ends_on": str(today + timedelta(days=6))}
        await self.insist(host, "POST", "/api/challenges", wish)
        for member in others:
            room = await self.insist(member, "PUT", f"/api/live/{self.session_id}/participation")
            self.streams[member] = room["stream"]
            await self.insist(member, "PUT", f"/api/challenges/{self.board_id}/membership")
        await self.insist(host, "POST", f"/api/live/{self.session_id}/start", {"countdown_s": 0})

    def guest(self, member: Member, *, home: int) -> Guest:
        channels = [self.session, self.room, self.presence, self.metrics, self.board, f"member:{member.id}"]
        guest = Guest(self.cluster, member, channels, home=home)
        self.guests.append(guest)
        return guest

    async def enter(self, guest: Guest) -> None:
        """From now on, until everybody goes, this guest is connected."""
        await self._stack.enter_async_context(guest)
        await self.wait(lambda: guest.is_connected)

    async def idlers(self, count: int, *, home: int) -> list[Guest]:
        """People of their own who only watch the session."""
        members = await self.cluster.members(count)
        guests = [Guest(self.cluster, member, [self.session], home=home) for member in members]
        for guest in guests:
            await self.enter(guest)
        self.idle += guests
        return guests

    async def desert(self, member: Member) -> None:
        """All of a member's connections end without a word, and do not come back."""
        gone = [guest for guest in self.guests if guest.member is member]
        self.guests = [guest for guest in self.guests if guest.member is not member]
        for guest in gone:
            await guest.__aexit__()

    # Load.

    @asynccontextmanager
    async def load(self) -> AsyncIterator[None]:
        """Everybody does something the whole time. At the end, whatever was begun is acknowledged."""
        self._enough.clear()
        # Two do not talk by themselves: theirs are the lines that are waited for.
        speakers = self.guests[: len(self.members) - _CRIERS]
        work = [self._talk(guest, by_socket=n % 2 == 0) for n, guest in enumerate(speakers)]
        work += [self._train(member) for member in self.members[:2]]
        athletes = [guest.record(self.streams[guest.member]) for guest in speakers[-_ATHLETES:]]
        tasks = [asyncio.create_task(one, name="load") for one in work]
        try:
            yield
            self._enough.set()
            async with asyncio.timeout(30):
                await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for athlete in athletes:
                try:
                    async with asyncio.timeout(10):
                        await athlete.stop()
                except TimeoutError:
                    await athlete.give_up()

    async def _talk(self, guest: Guest, *, by_socket: bool) -> None:
        await self._pause(random.uniform(0, _LINE_S))
        while not self._enough.is_set():
            began = time.monotonic()
            await self.line(guest, by_socket=by_socket)
            await self._pause(began + _LINE_S - time.monotonic())

    async def _pause(self, seconds: float) -> None:
        """Until the next one is due, or it is enough."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await self._enough.wait()

    async def line(self, guest: Guest, *, by_socket: bool = False) -> int:
        """Say one line, until it is acknowledged; its seq."""
        self._mids += 1
        mid = f"{guest.journal.who}-{self._mids:06d}"
        body = {"type": "chat", "text": f"line {self._mids}"}
        if by_socket:
            seq = await guest.say(self.session, mid, body)
        else:
            path = f"/api/live/{self.session_id}/messages"
            answer = await self.insist(
                guest.member, "POST", path, {"mid": mid, "body": body}, home=guest.home
            )
            seq = answer["seq"]
        self.said.append(Said(self.session, mid, seq))
        return seq

    async def _train(self, member: Member) -> None:
        while not self._enough.is_set():
            began = time.monotonic()
            await self.workout(member)
            await self._pause(began + _WORKOUT_S - time.monotonic())

    async def workout(self, member: Member) -> None:
        """Log one, until it is acknowledged: the board moves. No two are at the same time."""
        self._workouts += 1
        metres = float(random.randrange(100, 1000))
        wish = {
            "id": str(uuid7()), "sport": "run", "tz": "UTC", "visibility": "public",
            "started_at": (self._began - timedelta(seconds=400 * (self._workouts + 1))).isoformat(),
            "duration_s": 300, "distance_m": metres,
        }  # fmt: skip
        await self.insist(member, "POST", "/api/workouts", wish, home=random.randrange(8))
        self.logged[member.id] = self.logged.get(member.id, 0.0) + metres

    async def burst(self, lines: int, *, size: int) -> None:
        """Much at once: an event each, committed and told to nobody, so the relay of some node tells them."""
        now = clock.now()
        async with database.transaction() as tx:
            for _ in range(lines):
                self._mids += 1
                mid = f"burst-{self._mids:08d}"
                tx.record(ChatSaid(self.session_id, 1, "a", "x" * size, mid, now))

    async def insist(self, member: Member, method: str, path: str, body: Any = None, *, home: int = 0) -> Any:
        return await insist(self.cluster, member, method, path, body, home=home)

    @asynccontextmanager
    async def loss(self, *, one_in: int) -> AsyncIterator[list[Loss]]:
        """Meanwhile every node loses one in so many of the messages of others."""
        losses = [seat.loss for seat in self.cluster.seats]
        for loss in losses:
            loss.lost, loss.one_in = 0, one_in
        try:
            yield losses
        finally:
            for loss in losses:
                loss.one_in = 0

    # The verdict.

    def expected_here(self) -> set[str]:
        return {str(guest.member.id) for guest in (*self.guests, *self.idle)}

    async def problems(self, *, within_s: float) -> list[Problem]:
        """What is wrong once everybody has had so long to see all there is. Nothing is written meanwhile."""
        watch = Stopwatch(self.cluster.stalls)
        while True:
            found = await self._check()
            if not found or watch.passed_s > within_s + watch.stalled_s:
                return found
            await asyncio.sleep(0.1)

    async def _check(self) -> list[Problem]:
        journals = [guest.journal for guest in self.guests]
        idle = [guest.journal for guest in self.idle]
        found = check_log(await truth.log(self.session), self.said, [*journals, *idle])
        for guest in self.guests:
            found += check_log(await truth.log(f"member:{guest.member.id}"), [], [guest.journal])
            if guest.recording is not None:
                found += check_stream(await truth.stream(guest, self.cluster.vault))
        found += check_state(self.room, await truth.room(self.session_id), journals)
        board = await truth.board(self.board_id)
        found += check_state(self.board, board, journals)
        return [*found, *self._scores(board), *self.absent()]

    def _scores(self, rows: dict[str, Any]) -> list[Problem]:
        """What was acknowledged counts, once."""
        return [
            Problem("lost", "PostgreSQL", self.board, f"{metres} m were acknowledged, not {rows[str(who)]}")
            for who, metres in self.logged.items()
            if rows[str(who)]["score"] != metres
        ]

    def absent(self) -> list[Problem]:
        """Whoever sees somebody who is not here, or does not see somebody who is."""
        here = self.expected_here()
        return [
            Problem("presence", guest.journal.who, self.presence, f"wrong about {sorted(shown ^ here)}")
            for guest in self.guests
            if (shown := set(rows_of(self.presence, guest.journal))) != here
        ]

    async def sees_everybody(self, *, within_s: float = 5.0) -> None:
        watch = Stopwatch(self.cluster.stalls)
        while absent := self.absent():
            assert watch.passed_s < within_s + watch.stalled_s, absent
            await asyncio.sleep(0.02)

    async def hears(self, *, within_s: float, but: Sequence[Guest] = ()) -> float:
        """Somebody says a line; how long until everybody has it, whatever that takes."""
        watch = Stopwatch(self.cluster.stalls)
        listening = [guest for guest in self.guests if guest not in but]
        async with asyncio.timeout(within_s + 30):
            self._cries += 1
            criers = self.members[-_CRIERS:]
            crier = criers[self._cries % _CRIERS]
            seq = await self.line(next(guest for guest in listening if guest.member is crier))
            await self.wait(lambda: all(self.has(guest, seq) for guest in listening))
        assert watch.passed_s <= within_s + watch.stalled_s, (watch.passed_s, watch.stalled_s)
        return watch.passed_s

    def has(self, guest: Guest, seq: int) -> bool:
        return guest.positions.get(self.session, (0, 0))[1] >= seq

    async def wait(self, is_true: Callable[[], bool], *, within_s: float = 30.0) -> float:
        """Until it is so; how long that took."""
        watch = Stopwatch(self.cluster.stalls)
        while not is_true():
            late = watch.passed_s > within_s + watch.stalled_s
            assert not late, f"not within {within_s} s, nor {watch.stalled_s:.1f} s of stalls"
            await asyncio.sleep(0.01)
        return watch.passed_s


@asynccontextmanager
async def gathered(cluster: Cluster, members: list[Member], *, tabs: int = 4) -> AsyncIterator[Crowd]:
    """A crowd that is there: each member with a connection, some with a second one at another node."""
    async with AsyncExitStack() as stack:
        crowd = Crowd(cluster, members, stack)
        await crowd.open()
        for n, member in enumerate([*members, *members[:tabs]]):
            home = (n + n // len(members)) % len(cluster.seats)
            await crowd.enter(crowd.guest(member, home=home))
        await crowd.sees_everybody()
        yield crowd
    with contextlib.suppress(DatabaseAway):
        await crowd.insist(members[0], "POST", f"/api/live/{crowd.session_id}/finish")
