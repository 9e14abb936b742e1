"""Where a programme stands: a pure function of its start, its pauses and the time. Nothing is ever counted.

`web/src/live/timeline.ts` is the same function in the browser; `tests/vectors/programme.json` holds the two
together. Times are milliseconds, of the epoch or of the programme.
"""

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from domain.live.model import Block, Programme


class Stage(StrEnum):
    WAITING = "waiting"
    COUNTDOWN = "countdown"
    RUNNING = "running"
    DONE = "done"


class Stretch(Struct, frozen=True):
    """One block laid out in time. `to_ms` is None where it lasts until the host finishes.

    `index` counts blocks from 0 over all repetitions; `round` of `rounds` counts those of `part` from 1.
    """

    block: Block
    index: int
    part: int
    round: int
    rounds: int
    from_ms: int
    to_ms: int | None


class Timeline(Struct, frozen=True):
    """A programme laid out in time. `total_ms` is None where the last block is open."""

    stretches: tuple[Stretch, ...]
    total_ms: int | None


class Standstill(Struct, frozen=True):
    """A pause; `ended_ms` None while it lasts."""

    began_ms: int
    ended_ms: int | None


class Phase(Struct, frozen=True):
    """`elapsed_ms` is programme that has passed, without pauses; negative during the countdown.

    `remaining_ms` is that of the current block (None where it is open), or of the countdown.
    """

    stage: Stage
    paused: bool
    elapsed_ms: int
    now: Stretch | None
    next: Stretch | None
    into_ms: int
    remaining_ms: int | None


def lay_out(programme: Programme) -> Timeline:
    """Parts in order, each `repeat` times over. Nothing comes after an open block."""
    stretches: list[Stretch] = []
    at_ms = 0
    for part_index, part in enumerate(programme.parts):
        for round_ in range(1, part.repeat + 1):
            for block in part.blocks:
                to_ms = None if block.duration_s is None else at_ms + block.duration_s * 1000
                place = (len(stretches), part_index, round_, part.repeat)
                stretches.append(Stretch(block, *place, from_ms=at_ms, to_ms=to_ms))
                if to_ms is None:
                    return Timeline(tuple(stretches), None)
                at_ms = to_ms
    return Timeline(tuple(stretches), at_ms)


def elapsed_ms(started_ms: int, pauses: Sequence[Standstill], now_ms: int) -> int:
    """Programme that has passed at `now_ms`; negative before the start."""
    still = 0
    for pause in pauses:
        until = now_ms if pause.ended_ms is None else min(pause.ended_ms, now_ms)
        still += max(0, until - max(pause.began_ms, started_ms))
    return now_ms - started_ms - still


def phase_at(timeline: Timeline, started_ms: int | None, pauses: Sequence[Standstill], now_ms: int) -> Phase:
    """The phase at `now_ms`. `started_ms` None: the host has not started."""
    first = timeline.stretches[0] if timeline.stretches else None
    if started_ms is None:
        return Phase(Stage.WAITING, False, 0, None, first, 0, None)
    paused = any(pause.ended_ms is None and pause.began_ms <= now_ms for pause in pauses)
    elapsed = elapsed_ms(started_ms, pauses, now_ms)
    if elapsed < 0:
        return Phase(Stage.COUNTDOWN, paused, elapsed, None, first, 0, -elapsed)
    if timeline.total_ms is not None and elapsed >= timeline.total_ms:
        return Phase(Stage.DONE, paused, elapsed, None, None, 0, None)
    place = bisect_right(timeline.stretches, elapsed, key=lambda stretch: stretch.from_ms) - 1
    current = timeline.stretches[place]
    return Phase(
        stage=Stage.RUNNING,
        paused=paused,
        elapsed_ms=elapsed,
        now=current,
        next=timeline.stretches[place + 1] if place + 1 < len(timeline.stretches) else None,
        into_ms=elapsed - current.from_ms,
        remaining_ms=None if current.to_ms is None else current.to_ms - elapsed,
    )
