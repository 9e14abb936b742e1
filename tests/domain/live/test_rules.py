"""What hosts may do when: pure rules."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.live import rules
from domain.live.errors import AlreadyBegun, HostOnly, NotStarted, PointlessSession, SessionOver
from domain.live.model import Block, BlockKind, Part, Pause, Programme, SessionState
from domain.live.rules import Course
from tests.domain.live.rooms import INTERVALS, session_draft
from tests.support.domains import NOW

HOST, GUEST = UUID(int=1), UUID(int=2)
LOBBY = Course(HOST, SessionState.LOBBY)
COUNTING = rules.start(LOBBY, by=HOST, countdown_s=10, now=NOW)
BEGUN = NOW + timedelta(seconds=60)
LATER = NOW + timedelta(seconds=90)
PAUSED = rules.pause(COUNTING, by=HOST, now=BEGUN)
FINISHED = rules.finish(COUNTING, by=HOST, now=BEGUN)
CANCELLED = rules.cancel(LOBBY, by=HOST, now=NOW)

Verb = Callable[[Course, UUID], Course]
VERBS: dict[str, Verb] = {
    "start": lambda course, by: rules.start(course, by=by, countdown_s=10, now=LATER),
    "pause": lambda course, by: rules.pause(course, by=by, now=LATER),
    "resume": lambda course, by: rules.resume(course, by=by, now=LATER),
    "finish": lambda course, by: rules.finish(course, by=by, now=LATER),
    "cancel": lambda course, by: rules.cancel(course, by=by, now=LATER),
}


def test_starting_sets_one_instant_in_the_future_for_everybody() -> None:
    assert COUNTING.state is SessionState.RUNNING
    assert COUNTING.started_at == NOW + timedelta(seconds=10)
    assert not COUNTING.has_begun(NOW + timedelta(seconds=9))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("course", [LOBBY, COUNTING, PAUSED, FINISHED, CANCELLED])
def test_nobody_but_the_host_moves_a_session(verb: str, course: Course) -> None:
    with pytest.raises(HostOnly):
        VERBS[verb](course, GUEST)


@pytest.mark.parametrize(
    ("verb", "course"),
    [("start", COUNTING), ("start", PAUSED), ("pause", PAUSED), ("resume", COUNTING),
     ("finish", FINISHED), ("cancel", CANCELLED)],
)  # fmt: skip
def test_a_second_tap_changes_nothing(verb: str, course: Course) -> None:
    assert VERBS[verb](course, HOST) == course


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("course", [FINISHED, CANCELLED])
def test_what_is_over_stays_over(verb: str, course: Course) -> None:
    if (verb, course) not in (("finish", FINISHED), ("cancel", CANCELLED)):
        with pytest.raises(SessionOver):
            VERBS[verb](course, HOST)


@pytest.mark.parametrize("verb", ["pause", "resume", "finish"])
def test_what_has_not_begun_cannot_be_held_up_nor_ended(verb: str) -> None:
    with pytest.raises(NotStarted):
        VERBS[verb](LOBBY, HOST)


def test_during_the_countdown_it_can_only_be_cancelled() -> None:
    for refused in (rules.pause, rules.finish):
        with pytest.raises(NotStarted):
            refused(COUNTING, by=HOST, now=NOW)
    assert rules.cancel(COUNTING, by=HOST, now=NOW).state is SessionState.CANCELLED


def test_once_begun_it_cannot_be_cancelled() -> None:
    with pytest.raises(AlreadyBegun):
        rules.cancel(COUNTING, by=HOST, now=BEGUN)


def test_resuming_and_finishing_end_the_pause() -> None:
    assert rules.resume(PAUSED, by=HOST, now=LATER).pauses == (Pause(BEGUN, LATER),)
    assert rules.finish(PAUSED, by=HOST, now=LATER).pauses == (Pause(BEGUN, LATER),)


def test_a_clock_that_steps_back_makes_no_negative_pause() -> None:
    resumed = rules.resume(PAUSED, by=HOST, now=BEGUN - timedelta(seconds=5))
    assert resumed.pauses == (Pause(BEGUN, BEGUN),)


ENDLESS = Programme([Part([Block(BlockKind.FREE, None)])])


@pytest.mark.parametrize(
    ("course", "plan", "after", "state"),
    [
        (LOBBY, INTERVALS, timedelta(hours=23), SessionState.LOBBY),
        (LOBBY, INTERVALS, timedelta(hours=25), SessionState.CANCELLED),
        (COUNTING, INTERVALS, timedelta(minutes=2), SessionState.RUNNING),
        (COUNTING, INTERVALS, timedelta(minutes=7), SessionState.FINISHED),
        (PAUSED, INTERVALS, timedelta(hours=1), SessionState.PAUSED),
        (PAUSED, INTERVALS, timedelta(hours=15), SessionState.FINISHED),
        (COUNTING, ENDLESS, timedelta(hours=11), SessionState.RUNNING),
        (COUNTING, ENDLESS, timedelta(hours=15), SessionState.FINISHED),
        (FINISHED, INTERVALS, timedelta(days=9), SessionState.FINISHED),
    ],
)
def test_a_forgotten_session_ends_by_itself(
    course: Course, plan: Programme, after: timedelta, state: SessionState
) -> None:
    assert rules.forgotten(course, plan, open_since=NOW, now=NOW + after).state is state


def part(*durations: int | None, repeat: int = 1) -> Part:
    return Part([Block(BlockKind.WORK, duration) for duration in durations], repeat)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"title": "  "}, "/title"),
        ({"scheduled_at": NOW - timedelta(days=1)}, "/scheduled_at"),
        ({"scheduled_at": NOW + timedelta(days=400)}, "/scheduled_at"),
        ({"programme": Programme([part(None, 60)])}, "/programme/parts/0/blocks/0/duration_s"),
        ({"programme": Programme([part(60, None, repeat=2)])}, "/programme/parts/0/blocks/1/duration_s"),
        ({"programme": Programme([part(None), part(60)])}, "/programme/parts/0/blocks/0/duration_s"),
        ({"programme": Programme([part(14_400, repeat=4)])}, "/programme"),
    ],
)
def test_a_session_that_cannot_be_held_is_refused(fields: dict[str, object], pointer: str) -> None:
    with pytest.raises(PointlessSession) as refusal:
        rules.accept(session_draft(**fields), now=NOW)
    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_the_last_block_may_last_until_the_host_finishes() -> None:
    rules.accept(session_draft(programme=Programme([part(60, repeat=9), part(30, None)])), now=NOW)
