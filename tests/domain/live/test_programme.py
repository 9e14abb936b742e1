"""The programme's clock: the vectors that the browser shares, and what holds for every programme."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.live.model import Block, BlockKind, Part, Programme
from domain.live.programme import Phase, Stage, Standstill, Stretch, elapsed_ms, lay_out, phase_at

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "programme.json").read_text())["cases"]

BLOCKS = st.builds(Block, st.sampled_from(BlockKind), st.integers(5, 600))
PARTS = st.lists(
    st.builds(Part, st.lists(BLOCKS, min_size=1, max_size=4), st.integers(1, 4)), min_size=1, max_size=3
)
ENDLESS = Part([Block(BlockKind.FREE, None)])
PROGRAMMES = st.builds(
    lambda parts, tail: Programme([*parts, *tail]), PARTS, st.sampled_from([[], [ENDLESS]])
)


@st.composite
def pauses(draw: st.DrawFn) -> list[Standstill]:
    """Pauses one after another, as a host makes them; the last one may last."""
    at, made = 0, []
    for _ in range(draw(st.integers(0, 3))):
        began = at + draw(st.integers(0, 400_000))
        at = began + draw(st.integers(0, 400_000))
        made.append(Standstill(began, at))
    if draw(st.booleans()):
        made.append(Standstill(at + draw(st.integers(0, 400_000)), None))
    return made


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_the_clock_agrees_with_the_shared_vectors(case: dict[str, Any]) -> None:
    timeline = lay_out(msgspec.convert(case["programme"], Programme))
    assert timeline.total_ms == case["total_ms"]
    still = [Standstill(*pause) for pause in case["pauses"]]
    for expected in case["at"]:
        phase = phase_at(timeline, case["started_ms"], still, expected["now_ms"])
        assert _as_vector(phase, expected["now_ms"]) == expected


def _as_vector(phase: Phase, now_ms: int) -> dict[str, Any]:
    def of(stretch: Stretch | None, field: str) -> Any:
        return None if stretch is None else getattr(stretch, field)

    return {
        "now_ms": now_ms,
        "stage": phase.stage,
        "paused": phase.paused,
        "elapsed_ms": phase.elapsed_ms,
        "index": of(phase.now, "index"),
        "part": of(phase.now, "part"),
        "round": of(phase.now, "round"),
        "next": of(phase.next, "index"),
        "into_ms": phase.into_ms,
        "remaining_ms": phase.remaining_ms,
    }


@given(PROGRAMMES)
def test_stretches_follow_one_another_without_gap(programme: Programme) -> None:
    timeline = lay_out(programme)
    ends = [0, *(stretch.to_ms for stretch in timeline.stretches)]
    assert [stretch.from_ms for stretch in timeline.stretches] == ends[:-1]
    assert ends[-1] == timeline.total_ms
    assert [stretch.index for stretch in timeline.stretches] == list(range(len(timeline.stretches)))


@given(PROGRAMMES, pauses(), st.integers(-60_000, 10_000_000))
def test_a_phase_is_never_negative_and_always_somewhere(
    programme: Programme, still: list[Standstill], now: int
) -> None:
    phase = phase_at(lay_out(programme), 0, still, now)
    assert phase.into_ms >= 0
    assert phase.remaining_ms is None or phase.remaining_ms >= 0
    assert (phase.now is not None) == (phase.stage is Stage.RUNNING)
    assert (phase.stage is Stage.COUNTDOWN) == (now < 0)
    if phase.now is not None and phase.remaining_ms is not None:
        assert phase.into_ms + phase.remaining_ms == (phase.now.to_ms or 0) - phase.now.from_ms


@given(pauses(), st.integers(0, 5_000_000), st.integers(0, 100_000))
def test_time_never_runs_backwards_nor_faster_than_the_clock(
    still: list[Standstill], now: int, later: int
) -> None:
    passed = elapsed_ms(0, still, now + later) - elapsed_ms(0, still, now)
    assert 0 <= passed <= later


@given(PROGRAMMES, st.integers(0, 500_000), st.integers(0, 500_000), st.integers(0, 2_000_000))
def test_a_pause_shifts_all_that_follows_by_its_length(
    programme: Programme, began: int, length: int, after: int
) -> None:
    timeline = lay_out(programme)
    shifted = phase_at(timeline, 0, [Standstill(began, began + length)], began + length + after)
    assert shifted == phase_at(timeline, 0, [], began + after)


@given(PROGRAMMES, st.integers(0, 500_000), st.integers(0, 500_000))
def test_the_programme_stands_still_while_paused(programme: Programme, began: int, later: int) -> None:
    timeline = lay_out(programme)
    still = [Standstill(began, None)]
    assert phase_at(timeline, 0, still, began + later) == phase_at(timeline, 0, still, began)
