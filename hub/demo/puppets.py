"""A simulated athlete, to the live layer an athlete like any other but for the socket."""

from uuid import UUID

from domain.identity.model import Actor
from domain.live.programme import Timeline
from domain.members.model import Role
from hub.demo import athletes
from hub.demo.people import Person
from hub.live_host import identity_of
from realtime.frames import AnyServerFrame, Ingest, Ingested, Row
from realtime.host import Identity

_PENDING = 40


class Puppet:
    """Keeps what is not acknowledged, and sends it again with the next sample."""

    def __init__(self, person: Person, member_id: UUID, *, stream: str, stored_upto: int) -> None:
        self.person = person
        self.member_id = member_id
        self.stream = stream
        self.identity: Identity | None = identity_of(Actor(member_id, Role.MEMBER))
        self._body = athletes.body_of(person.handle, level=person.level)
        self._upto = stored_upto
        self._pending: list[Row] = []

    def send(self, *frames: AnyServerFrame) -> None:
        """What the node answers: only how far the samples are safe matters here."""
        for frame in frames:
            if isinstance(frame, Ingested) and frame.upto > self._upto:
                del self._pending[: frame.upto - self._upto]
                self._upto = frame.upto

    def next_frame(self, timeline: Timeline, *, elapsed_ms: int, t_ms: int) -> Ingest:
        """A new sample, after those that may not have arrived. Beyond a bound the oldest is left out."""
        self._pending.append(athletes.sample(self._body, timeline, elapsed_ms=elapsed_ms, t_ms=t_ms))
        del self._pending[:-_PENDING]
        return Ingest(stream=self.stream, first_seq=self._upto + 1, samples=list(self._pending))
