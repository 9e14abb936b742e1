"""A client's idea of the hub's time is off by at most half of its best round trip."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.clock import Clock


@given(
    st.floats(-1e7, 1e7),
    st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500), st.floats(0, 50)), min_size=1, max_size=8),
)
def test_the_error_is_at_most_half_of_the_best_round_trip(
    offset_ms: float, trips: list[tuple[float, float, float]]
):
    clock = Clock()
    now = 1_000.0
    for there, back, pause in trips:
        clock.take(now, now + there + offset_ms, now + there + pause + offset_ms, now + there + pause + back)
        now += 1_000
    best = min(there + back for there, back, _ in trips)
    assert abs(clock.offset_ms - offset_ms) <= best / 2 + 1e-3


def test_old_samples_are_forgotten():
    clock = Clock()
    clock.take(0, 100, 100, 0)
    for n in range(8):
        clock.take(n, n + 55, n + 55, n + 10)
    assert clock.offset_ms == 50
