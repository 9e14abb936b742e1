"""What happens in a live session."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from domain.live.model import Participant, SessionState


class RoomChanged(Struct, frozen=True, tag=True):
    """The session or its roster has a new version."""

    session_id: UUID


class SessionsChanged(Struct, frozen=True, tag=True):
    """The list of sessions that people can see has changed."""

    session_id: UUID


class SessionMoved(Struct, frozen=True, tag=True):
    """The host started, paused, resumed, finished or cancelled it, taking effect `at`."""

    session_id: UUID
    state: SessionState
    at: datetime


class ParticipantJoined(Struct, frozen=True, tag=True):
    session_id: UUID
    participant: Participant


class ParticipantLeft(Struct, frozen=True, tag=True):
    session_id: UUID
    number: int


class ChatSaid(Struct, frozen=True, tag=True):
    """A line of chat. `mid` is what its author's client called it."""

    session_id: UUID
    number: int
    name: str
    text: str
    mid: str
    at: datetime


class Cheered(Struct, frozen=True, tag=True):
    """`count` cheers of a kind; `to` None is everybody."""

    session_id: UUID
    number: int
    name: str
    kind: str
    count: int
    to: int | None
    at: datetime
