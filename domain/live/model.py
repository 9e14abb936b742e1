"""Live sessions: one programme, one clock, everybody's numbers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from domain.members.model import MemberCard
from domain.text import written
from domain.visibility import Visibility
from domain.workouts.model import Sport


class BlockKind(StrEnum):
    WARMUP = "warmup"
    WORK = "work"
    REST = "rest"
    COOLDOWN = "cooldown"
    FREE = "free"


class Block(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of a programme. `duration_s` None lasts until the host finishes, and can only be the last."""

    kind: BlockKind
    duration_s: Annotated[int, Meta(ge=5, le=14_400)] | None
    label: Annotated[str, written(at_most=60)] = ""


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Blocks, done `repeat` times over."""

    blocks: Annotated[list[Block], Meta(min_length=1, max_length=30)]
    repeat: Annotated[int, Meta(ge=1, le=100)] = 1


class Programme(Struct, frozen=True, forbid_unknown_fields=True):
    """What is done when: parts in order."""

    parts: Annotated[list[Part], Meta(min_length=1, max_length=20)]


class SessionState(StrEnum):
    """LOBBY until the host starts; RUNNING from then on, though `started_at` may be some seconds away."""

    LOBBY = "lobby"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class SessionDraft(Struct, frozen=True, forbid_unknown_fields=True):
    id: UUID
    title: Annotated[str, written(at_least=1, at_most=80)]
    sport: Sport
    programme: Programme
    scheduled_at: Annotated[datetime, Meta(tz=True)] | None = None
    visibility: Visibility = Visibility.PUBLIC


class Pause(Struct, frozen=True):
    """The programme stood still from `began_at` to `ended_at` (None: it still does)."""

    began_at: datetime
    ended_at: datetime | None


class Participant(Struct, frozen=True):
    """Somebody on the roster. `number` is their row in tick frames."""

    number: int
    member: MemberCard
    ready: bool
    left: bool
    simulated: bool = False


class LiveSession(Struct, frozen=True):
    """A session, the same for everybody who may see it. It is the row `session` of its `room:` channel."""

    id: UUID
    title: str
    sport: Sport
    host: MemberCard
    programme: Programme
    visibility: Visibility
    state: SessionState
    scheduled_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    pauses: list[Pause]
    participants: int
    created_at: datetime


class Room(Struct, frozen=True):
    """A session as one reader sees it. `number` and `stream` are theirs if they take part.

    `stream` is what they `ingest` under; `stored_upto` how many of its samples are already safe.
    """

    session: LiveSession
    roster: list[Participant]
    number: int | None
    stream: str | None
    stored_upto: int


class Ready(Struct, frozen=True, forbid_unknown_fields=True):
    ready: bool


class Start(Struct, frozen=True, forbid_unknown_fields=True):
    """Start after a countdown of so many seconds."""

    countdown_s: Annotated[int, Meta(ge=0, le=60)] = 10


class Said(Struct, frozen=True, forbid_unknown_fields=True, tag="chat"):
    """The body of a `publish` on a `session:` channel: a line of chat."""

    text: Annotated[str, written(at_least=1, at_most=500)]


class Cheer(Struct, frozen=True, forbid_unknown_fields=True, tag="cheer"):
    """The body of a `publish` on a `session:` channel: `count` cheers, for one participant or for all."""

    kind: Literal["clap", "fire", "heart", "muscle", "star"]
    count: Annotated[int, Meta(ge=1, le=50)] = 1
    to: int | None = None


class Result(Struct, frozen=True):
    """What one participant did in a finished session, from their own samples. Averages are over time."""

    rank: int
    number: int
    member: MemberCard
    workout_id: UUID | None
    duration_s: int
    distance_m: float | None
    energy_kcal: float | None
    heart_rate_avg_bpm: int | None
    heart_rate_max_bpm: int | None
    power_avg_w: int | None
    reps: int | None
