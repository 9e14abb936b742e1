"""A live session that is always running or about to start, with simulated athletes in it."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from uuid_utils.compat import uuid7

from domain import database
from domain.live import actions, messages, queries
from domain.live.errors import SaidTooMuch
from domain.live.model import (
    Block,
    BlockKind,
    Cheer,
    LiveSession,
    Part,
    Programme,
    Room,
    Said,
    SessionDraft,
    SessionState,
)
from domain.live.programme import Stage, lay_out, phase_at
from domain.live.rules import standstills, to_ms
from domain.vault import Vault
from domain.workouts.model import Sport
from hub.channels import SESSION
from hub.demo import words
from hub.demo.people import PEOPLE, Person, Style
from hub.demo.puppets import Puppet
from realtime.node import Node

HOSTS = ("liam_o", "ursa_k", "nils_b")
LOBBY_S = 40
COUNTDOWN_S = 10
KEPT = timedelta(hours=2)

PROGRAMME = Programme(
    [
        Part([Block(BlockKind.WARMUP, 60, "Find your rhythm")]),
        Part([Block(BlockKind.WORK, 60, "Strong"), Block(BlockKind.REST, 30, "Easy")], 6),
        Part([Block(BlockKind.COOLDOWN, 60, "Let it go")]),
    ]
)
_SPORTS = (Sport.INDOOR_RIDE, Sport.INDOOR_RIDE, Sport.ROW, Sport.RUN)

_OPEN = """
SELECT id, host_id FROM live_session
WHERE host_id = ANY($1) AND finished_at IS NULL
ORDER BY created_at DESC
"""
# Samples, rosters and messages go with the session; the workouts stay.
_FORGET = "DELETE FROM live_session WHERE host_id = ANY($1) AND finished_at < $2"


class DemoRoom:
    """Plays the host and the athletes, a beat a second."""

    def __init__(self, node: Node, vault: Vault, members: dict[str, UUID], rng: Random) -> None:
        self._node = node
        self._vault = vault
        self._members = members
        self._rng = rng
        self._people = {person.handle: person for person in PEOPLE}
        self._puppets: dict[UUID, Puppet] = {}
        self._waiting: list[Person] = []
        self._session: tuple[UUID, UUID] | None = None

    async def beat(self, now: datetime) -> None:
        """What is due in this second."""
        if self._session is None:
            self._session = await self._take_over() or await self._open(now)
        session_id, host_id = self._session
        room = await queries.get_room(session_id, reader=host_id)
        match room.session.state:
            case SessionState.LOBBY:
                await self._fill_lobby(room, now)
            case SessionState.RUNNING | SessionState.PAUSED:
                await self._train(room, now)
            case SessionState.FINISHED | SessionState.CANCELLED:
                self.leave()

    def leave(self) -> None:
        """Let go of the session; the next beat takes it up again, or opens another."""
        if self._session is not None:
            for puppet in self._puppets.values():
                self._node.dismiss(puppet)
                self._node.presence.left(f"{SESSION.name}:{self._session[0]}", str(puppet.member_id))
        self._puppets.clear()
        self._session = None

    async def _take_over(self) -> tuple[UUID, UUID] | None:
        """The session that another node, or this one before a restart, was playing."""
        hosts = [self._members[handle] for handle in HOSTS]
        row = next(iter(await database.fetch(_OPEN, hosts)), None)
        if row is None:
            return None
        self._waiting = []
        handles = {member_id: handle for handle, member_id in self._members.items()}
        for one in (await queries.get_room(row["id"], reader=row["host_id"])).roster:
            if one.simulated and not one.left:
                await self._play(row["id"], self._people[handles[one.member.id]])
        return row["id"], row["host_id"]

    async def _open(self, now: datetime) -> tuple[UUID, UUID]:
        hosts = [self._members[handle] for handle in HOSTS]
        await database.execute(_FORGET, hosts, now - KEPT)
        host = self._people[self._rng.choice(HOSTS)]
        draft = SessionDraft(
            id=uuid7(),
            title=self._rng.choice(words.SESSIONS),
            sport=self._rng.choice(_SPORTS),
            programme=PROGRAMME,
        )
        host_id = self._members[host.handle]
        await actions.create(draft, host_id=host_id, stream=uuid7(), now=now, simulated=True)
        await self._play(draft.id, host)
        guests = [one for one in PEOPLE if one is not host and one.style is not Style.FLOW]
        self._waiting = self._rng.sample(guests, self._rng.randint(7, 11))
        return draft.id, host_id

    async def _play(self, session_id: UUID, person: Person) -> None:
        member_id = self._members[person.handle]
        room = await queries.get_room(session_id, reader=member_id)
        assert room.stream is not None, "who is played is on the roster"
        self._puppets[member_id] = Puppet(person, member_id, stream=room.stream, stored_upto=room.stored_upto)
        self._node.presence.joined(f"{SESSION.name}:{session_id}", str(member_id))

    async def _fill_lobby(self, room: Room, now: datetime) -> None:
        session = room.session
        if self._waiting and self._rng.random() < 0.4:
            person = self._waiting.pop()
            member_id = self._members[person.handle]
            await actions.join(session.id, member_id=member_id, stream=uuid7(), now=now, simulated=True)
            await self._play(session.id, person)
        unready = [one.member.id for one in room.roster if not one.ready and one.member.id in self._puppets]
        if unready and self._rng.random() < 0.5:
            await actions.set_ready(session.id, True, member_id=self._rng.choice(unready))
        if now - session.created_at > timedelta(seconds=LOBBY_S):
            await actions.start(session.id, by=session.host.id, countdown_s=COUNTDOWN_S, now=now)
        await self._talk(room, now, quiet_s=14)

    async def _train(self, room: Room, now: datetime) -> None:
        session = room.session
        assert session.started_at is not None, "what runs was started"
        timeline = lay_out(session.programme)
        started_ms, now_ms = to_ms(session.started_at), to_ms(now)
        phase = phase_at(timeline, started_ms, standstills(tuple(session.pauses)), now_ms)
        if phase.stage is Stage.DONE:
            await actions.finish(session.id, by=session.host.id, now=now, vault=self._vault)
            self.leave()
            self._session = await self._open(now)
            return
        if phase.stage is Stage.RUNNING:
            for puppet in self._puppets.values():
                frame = puppet.next_frame(timeline, elapsed_ms=phase.elapsed_ms, t_ms=now_ms - started_ms)
                await self._node.ingest(puppet, frame)
        await self._talk(room, now, quiet_s=20)

    async def _talk(self, room: Room, now: datetime, *, quiet_s: float) -> None:
        """Somebody says something now and then, and cheers more often."""
        if self._rng.random() < 1 / quiet_s:
            await self._say(room.session, Said(self._rng.choice(words.CHAT)), now)
        if room.session.state is SessionState.RUNNING and self._rng.random() < 1 / 7:
            to = self._rng.choice([None, *(one.number for one in room.roster if not one.left)])
            kind = self._rng.choice(("clap", "fire", "heart", "muscle", "star"))
            await self._say(room.session, Cheer(kind, self._rng.randint(1, 6), to), now)  # type: ignore[arg-type]  # one of five

    async def _say(self, session: LiveSession, body: Said | Cheer, now: datetime) -> None:
        speaker = self._rng.choice(list(self._puppets))
        try:
            await messages.publish(session.id, member_id=speaker, mid=str(uuid7()), body=body, now=now)
        except SaidTooMuch:
            return  # a lively lot; somebody else will speak
