"""What makes a session that can be held, and what becomes of it when its host says so."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import FieldError
from domain.live import programme
from domain.live.errors import AlreadyBegun, HostOnly, NotStarted, PointlessSession, SessionOver
from domain.live.model import Pause, Programme, SessionDraft, SessionState
from domain.live.programme import Stage, Standstill

LONGEST_MS = 12 * 3_600_000
RECENT = timedelta(hours=1)
FURTHEST = timedelta(days=366)
PARTICIPANTS = 500
OPEN_SESSIONS = 5
LATE_SAMPLES = timedelta(hours=24)
"""For so long after the end an athlete's own samples are still taken."""
TALK_AFTER = timedelta(hours=1)

# A session whose host forgot it ends by itself.
AFTER_PROGRAMME = timedelta(minutes=2)
_AT_ALL = timedelta(milliseconds=LONGEST_MS) + timedelta(hours=2)
_IN_LOBBY = timedelta(hours=24)

_OVER = frozenset({SessionState.FINISHED, SessionState.CANCELLED})


class Course(Struct, frozen=True):
    """What changes in a session between its lobby and its end."""

    host_id: UUID
    state: SessionState
    started_at: datetime | None = None
    finished_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.state in _OVER

    def has_begun(self, now: datetime) -> bool:
        """Whether the countdown has ended."""
        return self.started_at is not None and self.started_at <= now


def accept(draft: SessionDraft, *, now: datetime) -> None:
    """Raises PointlessSession, pointing at the fields."""
    errors: list[FieldError] = []
    if not draft.title.strip():
        errors.append(FieldError("/title", "needs at least one letter"))
    if draft.scheduled_at is not None and not now - RECENT <= draft.scheduled_at <= now + FURTHEST:
        errors.append(FieldError("/scheduled_at", "from now on, within a year"))
    errors.extend(_wrong_programme(draft.programme))
    if errors:
        raise PointlessSession(errors=tuple(errors))


def _wrong_programme(plan: Programme) -> list[FieldError]:
    last_part = len(plan.parts) - 1
    for part_index, part in enumerate(plan.parts):
        for index, block in enumerate(part.blocks):
            is_last = part_index == last_part and index == len(part.blocks) - 1 and part.repeat == 1
            if block.duration_s is None and not is_last:
                pointer = f"/programme/parts/{part_index}/blocks/{index}/duration_s"
                return [FieldError(pointer, "only the very last block may last until the host finishes")]
    total_ms = sum(
        (block.duration_s or 0) * 1000 * part.repeat for part in plan.parts for block in part.blocks
    )
    if total_ms > LONGEST_MS:
        return [FieldError("/programme", f"at most {LONGEST_MS // 3_600_000} hours in all")]
    return []


def start(course: Course, *, by: UUID, countdown_s: int, now: datetime) -> Course:
    """Starting what has been started changes nothing: two taps are one start."""
    _check(course, by)
    if course.state is not SessionState.LOBBY:
        return course
    return replace(course, state=SessionState.RUNNING, started_at=now + timedelta(seconds=countdown_s))


def pause(course: Course, *, by: UUID, now: datetime) -> Course:
    _check(course, by)
    if not course.has_begun(now):
        raise NotStarted
    if course.state is SessionState.PAUSED:
        return course
    return replace(course, state=SessionState.PAUSED, pauses=(*course.pauses, Pause(now, None)))


def resume(course: Course, *, by: UUID, now: datetime) -> Course:
    _check(course, by)
    if course.started_at is None:
        raise NotStarted
    if course.state is SessionState.RUNNING:
        return course
    return replace(course, state=SessionState.RUNNING, pauses=_ended(course.pauses, now))


def finish(course: Course, *, by: UUID, now: datetime) -> Course:
    """Everybody is done. Raises NotStarted during the countdown and before: that is cancelled instead."""
    if course.host_id == by and course.state is SessionState.FINISHED:
        return course
    _check(course, by)
    if not course.has_begun(now):
        raise NotStarted
    return replace(course, state=SessionState.FINISHED, finished_at=now, pauses=_ended(course.pauses, now))


def cancel(course: Course, *, by: UUID, now: datetime) -> Course:
    """It will not be held. Raises AlreadyBegun once it is: what people did until then is theirs."""
    if course.host_id == by and course.state is SessionState.CANCELLED:
        return course
    _check(course, by)
    if course.has_begun(now):
        raise AlreadyBegun
    return replace(course, state=SessionState.CANCELLED, finished_at=now)


def forgotten(course: Course, plan: Programme, *, open_since: datetime, now: datetime) -> Course:
    """What becomes of a session that its host left alone: the same, finished, or cancelled."""
    if course.is_over:
        return course
    if course.started_at is None:
        is_stale = now - open_since > _IN_LOBBY
        return cancel(course, by=course.host_id, now=now) if is_stale else course
    phase = phase_of(course, plan, now=now - AFTER_PROGRAMME)
    if phase.stage is Stage.DONE or now - course.started_at > _AT_ALL:
        return finish(course, by=course.host_id, now=now)
    return course


def phase_of(course: Course, plan: Programme, *, now: datetime) -> programme.Phase:
    """Where the session's programme stands."""
    started_ms = None if course.started_at is None else to_ms(course.started_at)
    return programme.phase_at(programme.lay_out(plan), started_ms, standstills(course.pauses), to_ms(now))


def standstills(pauses: tuple[Pause, ...]) -> list[Standstill]:
    return [
        Standstill(to_ms(one.began_at), None if one.ended_at is None else to_ms(one.ended_at))
        for one in pauses
    ]


def to_ms(at: datetime) -> int:
    """Milliseconds since the epoch."""
    return round(at.timestamp() * 1000)


def _check(course: Course, by: UUID) -> None:
    if course.host_id != by:
        raise HostOnly
    if course.is_over:
        raise SessionOver


def _ended(pauses: tuple[Pause, ...], now: datetime) -> tuple[Pause, ...]:
    """All pauses, the last one ending now if it still lasted. A clock that stepped back makes it empty."""
    if not pauses or pauses[-1].ended_at is not None:
        return pauses
    last = pauses[-1]
    return (*pauses[:-1], Pause(last.began_at, max(now, last.began_at)))
