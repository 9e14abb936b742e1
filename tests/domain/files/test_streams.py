"""Streams packed and unpacked."""

import math
import random
import zlib
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.files import streams
from domain.files.model import Channel
from domain.files.streams import STEPS, Damaged, pack, thinned, unpack
from domain.files.track import Columns
from tests.support.properties import unhurried

VALUES = {
    Channel.LATITUDE: st.floats(-90, 90),
    Channel.LONGITUDE: st.floats(-180, 180),
    Channel.ALTITUDE: st.floats(-500, 9500),
    Channel.HEART_RATE: st.floats(20, 260),
    Channel.TEMPERATURE: st.floats(-80, 80),
}


@st.composite
def tracks(draw: st.DrawFn) -> Columns:
    times = sorted(draw(st.lists(st.floats(0, 604_800), min_size=1, max_size=60)))
    columns: Columns = {Channel.TIME: array("d", times)}
    for channel in draw(st.sets(st.sampled_from(list(VALUES)))):
        value = st.one_of(VALUES[channel], st.just(math.nan))
        columns[channel] = array("d", draw(st.lists(value, min_size=len(times), max_size=len(times))))
    return columns


@unhurried
@given(tracks())
def test_what_is_unpacked_is_within_half_a_step_of_what_was_packed(columns: Columns) -> None:
    again = unpack(pack(columns))
    assert set(again) == set(columns)
    for channel, column in columns.items():
        for was, is_now in zip(column, again[channel], strict=True):
            assert math.isnan(was) == math.isnan(is_now)
            assert math.isnan(was) or abs(was - is_now) <= 0.5 / STEPS[channel] + 1e-9


@unhurried
@given(tracks())
def test_packing_again_changes_nothing(columns: Columns) -> None:
    once = unpack(pack(columns))
    assert pack(once) == pack(unpack(pack(once)))


@unhurried
@given(tracks(), st.integers(2, 30))
def test_thinned_streams_keep_both_ends(columns: Columns, points: int) -> None:
    few = thinned(columns, points)
    times = columns[Channel.TIME]
    assert {len(column) for column in few.values()} == {min(points, len(times))}
    assert (few[Channel.TIME][0], few[Channel.TIME][-1]) == (times[0], times[-1])
    assert list(few[Channel.TIME]) == sorted(few[Channel.TIME])


def test_between_the_samples_that_are_kept_it_is_the_mean() -> None:
    columns = {
        Channel.TIME: array("d", range(9)),
        Channel.HEART_RATE: array("d", [100, 110, math.nan, math.nan, 120, 140, 150, 160, 90]),
    }
    few = thinned(columns, 3)
    assert list(few[Channel.TIME]) == [0, 4, 8]
    assert list(few[Channel.HEART_RATE]) == [105, 142.5, 90]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"PS1",
        b"PS1 and more",
        b"PS0" + pack({Channel.TIME: array("d", [1])})[3:],
        b"PS1" + zlib.compress(b"\x91\x00"),
        pack({Channel.TIME: array("d", range(50))})[:-6],
    ],
)
def test_what_was_not_packed_here_is_damaged(damaged: bytes) -> None:
    with pytest.raises(Damaged):
        unpack(damaged)


def test_no_bomb_expands_in_the_hub() -> None:
    bomb = b"PS1" + zlib.compress(b"\0" * (streams._LARGEST + 1_000_000))
    with pytest.raises(Damaged):
        unpack(bomb)


def test_an_hour_of_everything_takes_less_than_25_kilobytes() -> None:
    """A noisy hour at one sample a second: all ten streams, as uneven as sensors are."""
    rng = random.Random(1)
    hour = range(3600)
    columns: Columns = {
        Channel.TIME: array("d", hour),
        Channel.LATITUDE: array("d", (47 + second * 2.7e-5 + rng.gauss(0, 3e-6) for second in hour)),
        Channel.LONGITUDE: array("d", (11 + second * 1e-5 + rng.gauss(0, 4e-6) for second in hour)),
        Channel.ALTITUDE: array("d", (600 + value * 0.2 for value in _walk(rng))),
        Channel.DISTANCE: array("d", (second * 3 + rng.random() for second in hour)),
        Channel.SPEED: array("d", (3 + rng.gauss(0, 0.15) for _ in hour)),
        Channel.HEART_RATE: array("d", (150 + value * 0.3 for value in _walk(rng))),
        Channel.CADENCE: array("d", (85 + rng.gauss(0, 1.5) for _ in hour)),
        Channel.POWER: array("d", (220 + rng.gauss(0, 35) for _ in hour)),
        Channel.TEMPERATURE: array("d", (18 + second // 1200 for second in hour)),
    }
    assert len(pack(columns)) < 25_000


def _walk(rng: random.Random) -> list[float]:
    place, places = 0.0, []
    for _ in range(3600):
        place += rng.gauss(0, 1) - place * 0.001
        places.append(place)
    return places
