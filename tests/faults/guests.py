"""Guests: connections that write down all they are told, and come back by themselves wherever they get in.

A guest keeps the protocol's rules for a client and nothing more: it resumes by position, makes its next
connection before it breaks the last one when it is asked to leave, says again what was not acknowledged, and
keeps samples until they are durable. What it writes down is what came, not what it made of it.
"""

import asyncio
import contextlib
import os
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from websockets.exceptions import ConnectionClosed, InvalidHandshake

from realtime.client_socket import Socket
from realtime.closing import may_return
from realtime.frames import (
    AnyServerFrame,
    Connect,
    Diff,
    Drain,
    Error,
    Event,
    Ingest,
    Ingested,
    Ok,
    Ping,
    Pong,
    Position,
    Publish,
    Reset,
    Snapshot,
    Subscribed,
    Unsubscribed,
    Welcome,
)
from tests.faults.cluster import Cluster
from tests.faults.history import Journal, Talk
from tests.faults.members import Member
from tests.faults.recording import Recording

_OPEN_S = 3.0
_PATIENCE_S = (0.05, 0.4)
_AWAY = (ConnectionClosed, OSError, InvalidHandshake, TimeoutError)


class _Conversation:
    """One connection of a guest's."""

    def __init__(self, opened: Socket, talk: Talk) -> None:
        self.socket = opened
        self.talk = talk
        self.channels: dict[int, str] = {}
        self.positions: dict[str, Position] = {}
        self.is_welcome = asyncio.Event()


class Guest:
    """One watcher. `home` is the seat that it tries first."""

    def __init__(self, cluster: Cluster, member: Member, channels: list[str], *, home: int) -> None:
        self.member = member
        self.home = home
        self.journal = Journal(f"{member}@{home}")
        self.positions: dict[str, Position] = {}
        self.welcomed_at: list[float] = []
        self.closed_with: list[int] = []
        self.ended: dict[str, float] = {}
        """When the hub ended which subscription, or, under an empty name, the connection for good."""
        self.recording: Recording | None = None
        self._cluster = cluster
        self._channels = channels
        self._current: _Conversation | None = None
        self._asked: dict[int, tuple[Publish, asyncio.Future[int]]] = {}
        self._running: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self._run(), name=f"guest {self.journal.who}")
        return self

    async def __aexit__(self, *_: object) -> None:
        tasks = [task for task in (self._running, *self._leaving) if task is not None]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)

    @property
    def is_connected(self) -> bool:
        return self._current is not None and self._current.is_welcome.is_set()

    @property
    def node(self) -> str:
        """Which node it talks to; empty while it does not."""
        return self._current.talk.node if self._current is not None else ""

    async def say(self, channel: str, mid: str, body: dict[str, Any]) -> int:
        """Publish until it is acknowledged, over whatever connections that takes; the seq of it."""
        request = Publish(id=len(self._asked) + random.randrange(2**40), channel=channel, mid=mid, body=body)
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._asked[request.id] = (request, answer)
        try:
            await self._send(request)
            return await answer
        finally:
            del self._asked[request.id]

    def record(self, stream: str) -> Recording:
        """Begin to ingest, four samples a second, until `Recording.stop`."""
        self.recording = Recording(stream, send=self._send, is_connected=lambda: self.is_connected)
        return self.recording

    def stall(self) -> None:
        """Read no more, and let the system keep as little as it can for us."""
        assert self._current is not None, "who stalls is connected"
        transport = self._current.socket._connection.transport
        with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        transport.pause_reading()

    def wake(self) -> None:
        """Whatever came meanwhile is gone with the connection: begin another one, from where we were."""
        assert self._current is not None, "who stalls is connected"
        self._current.socket.abort()

    @asynccontextmanager
    async def absence(self) -> AsyncIterator[None]:
        """Meanwhile there is no connection."""
        await self.__aexit__()
        yield
        await self.__aenter__()

    # The life of connections.

    async def _run(self) -> None:
        while True:
            for seat in self._cluster.elsewhere(self.home):
                with contextlib.suppress(*_AWAY):
                    await self._converse(seat.ws_url)
                    break
            if "" in self.ended:
                return
            await asyncio.sleep(random.uniform(*_PATIENCE_S))

    async def _converse(self, url: str) -> None:
        """From the handshake to the end of a connection. Raises where it did not get in."""
        conversation: _Conversation | None = await self._begin(url)
        while conversation is not None:
            conversation = await self._listen(conversation)

    async def _begin(self, url: str) -> _Conversation:
        async with asyncio.timeout(_OPEN_S):
            opened = await Socket.open(url)
        asked = dict(self.positions)
        conversation = _Conversation(opened, Talk(node="", asked=asked))
        try:
            async with asyncio.timeout(_OPEN_S):
                await opened.send(Connect(token=self.member.token, subscribe=self._channels, positions=asked))
                while not conversation.is_welcome.is_set():
                    await self._take(conversation, await opened.receive())
        except BaseException:
            self._note_end(opened)
            opened.abort()
            raise
        return conversation

    async def _listen(self, conversation: _Conversation) -> _Conversation | None:
        """Until it ends; the connection that takes its place, where it was asked to leave and has found
        one."""
        moving: asyncio.Task[_Conversation | None] | None = None
        try:
            while True:
                frame = await conversation.socket.receive()
                await self._take(conversation, frame)
                if isinstance(frame, Drain) and moving is None:
                    moving = asyncio.create_task(self._move(conversation, frame.slot_ms / 1000))
                    self._leaving.add(moving)  # type: ignore[arg-type]
                    moving.add_done_callback(self._leaving.discard)
        except ConnectionClosed:
            self._note_end(conversation.socket)
            if self._current is conversation:
                self._current = None
        finally:
            conversation.socket.abort()
        return await moving if moving is not None else None

    async def _move(self, conversation: _Conversation, after_s: float) -> _Conversation | None:
        """Make the next connection, elsewhere, then break this one."""
        await asyncio.sleep(after_s)
        here = conversation.talk.node
        for seat in self._cluster.elsewhere(self.home + 1):
            with contextlib.suppress(*_AWAY):
                made = await self._begin(seat.ws_url)
                if made.talk.node != here:
                    await conversation.socket.close()
                    return made
                made.socket.abort()
        return None

    def _note_end(self, ended: Socket) -> None:
        code = ended.code
        if code is not None:
            self.closed_with.append(code)
            if not may_return(code):
                self.ended[""] = time.monotonic()

    # What comes.

    async def _take(self, conversation: _Conversation, frame: AnyServerFrame) -> None:
        match frame:
            case Welcome():
                await self._welcome(conversation, frame)
            case Ping():
                await conversation.socket.send(Pong(t=frame.t))
            case Subscribed():
                conversation.channels[frame.cid] = frame.channel
                self._note(conversation, frame.cid, frame, (frame.epoch, frame.seq))
            case Snapshot() | Reset():
                self._note(conversation, frame.cid, frame, (frame.epoch, frame.seq))
            case Event():
                self._note(conversation, frame.cid, frame, (0, frame.seq))
            case Diff():
                self._note(conversation, frame.cid, frame, (0, frame.to_seq))
            case Unsubscribed():
                self.ended[conversation.channels[frame.cid]] = time.monotonic()
            case Ok() | Error():
                self._answer(frame)
            case Ingested() if self.recording is not None:
                self.recording.stored(frame)

    def _note(self, conversation: _Conversation, cid: int, frame: AnyServerFrame, position: Position) -> None:
        """Write it down; `position` with epoch 0 keeps the epoch that there is."""
        channel = conversation.channels[cid]
        conversation.talk.frames.append((channel, frame))
        epoch = position[0] or conversation.positions.get(channel, (0, 0))[0]
        conversation.positions[channel] = (epoch, position[1])
        if conversation is self._current:
            self.positions[channel] = conversation.positions[channel]

    async def _welcome(self, conversation: _Conversation, frame: Welcome) -> None:
        conversation.talk.node = frame.node
        conversation.talk.results = frame.results
        self.journal.talks.append(conversation.talk)
        self._current = conversation
        self.welcomed_at.append(time.monotonic())
        conversation.is_welcome.set()
        for request, _ in list(self._asked.values()):
            await conversation.socket.send(request)
        if self.recording is not None:
            self.recording.begin_again()

    def _answer(self, frame: Ok | Error) -> None:
        request, answer = self._asked.get(frame.id or 0, (None, None))
        if request is None or answer is None:
            if isinstance(frame, Error) and self.recording is not None:
                self.recording.begin_again()
            return
        if isinstance(frame, Ok):
            if not answer.done():
                answer.set_result(frame.seq or 0)
        else:
            again = asyncio.create_task(self._say_again(request, frame.retry_after or 0.5))
            self._leaving.add(again)
            again.add_done_callback(self._leaving.discard)

    async def _say_again(self, request: Publish, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if request.id in self._asked:
            await self._send(request)

    async def _send(self, frame: Publish | Ingest) -> None:
        """Now, or after the next welcome."""
        current = self._current
        if current is not None:
            with contextlib.suppress(ConnectionClosed):
                await current.socket.send(frame)
