"""Bytes: what is framed here is what websockets reads, and what was joined comes apart again."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame
from websockets.streams import StreamReader

from realtime.frames import Connect, Diff, Event, Ok, Ping, Signal, Tick, Time
from realtime.wire import BINARY, JSON, MSGPACK, TEXT, Parcel, Wire, chosen, framed, object_end

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=5), inner, max_size=20),
    max_leaves=40,
)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_frame_is_read_as_it_was_written(size: int, opcode: int):
    reader = StreamReader()
    reader.feed_data(framed(opcode, b"x" * size))
    parser = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as stop:
        next(parser)
    frame = stop.value.value
    assert (frame.opcode, frame.data, frame.fin) == (opcode, b"x" * size, True)


@pytest.mark.parametrize("wire", [JSON, MSGPACK])
def test_joined_frames_come_apart_again(wire: Wire):
    frames = [Ok(id=1), Tick(cid=1, n=2, t=3.5, rows=[[1, 250, None, 1.5]]), Ping(t=1)]
    joined = wire.encode(frames)
    assert [wire.server_frame(one) for one in wire.split(joined)] == frames


@pytest.mark.parametrize("wire", [JSON, MSGPACK])
def test_a_body_that_travelled_as_json_arrives_as_a_value(wire: Wire):
    body = {"text": "é\n", "n": [1, 2.5, None]}
    raw = msgspec.Raw(msgspec.json.encode(body))
    joined = wire.encode([Event(cid=1, seq=2, event=raw), Signal(cid=1, body=raw)])
    event, signal = (wire.server_frame(one) for one in wire.split(joined))
    assert event == Event(cid=1, seq=2, event=body)
    assert signal == Signal(cid=1, body=body)


def test_a_parcel_is_framed_once_for_all_who_read_the_same_encoding():
    parcel = Parcel(Diff(cid=1, from_seq=1, to_seq=2, upserts={"a": 1}))
    assert parcel.framed(JSON) is parcel.framed(JSON)
    assert parcel.framed(JSON) != parcel.framed(MSGPACK)


@given(_VALUES)
def test_the_end_of_any_msgpack_object_is_found(value: object):
    data = msgspec.msgpack.encode(value)
    assert object_end(b"\xc0" + data + b"\xc0", 1) == 1 + len(data)


@given(_VALUES, st.integers(0, 50))
def test_a_cut_object_is_never_taken_for_a_whole_one(value: object, cut: int):
    data = msgspec.msgpack.encode(value)
    with pytest.raises(ValueError, match="cut short"):
        object_end(data[: max(0, len(data) - 1 - cut)], 0)


@given(st.binary(max_size=100))
def test_any_bytes_are_skipped_or_refused(data: bytes):
    with suppress(ValueError):
        assert 0 < object_end(data, 0) <= len(data)


def test_a_bomb_of_nested_arrays_costs_no_more_than_its_bytes():
    with pytest.raises(ValueError, match="cut short"):
        object_end(b"\xdd\xff\xff\xff\xff" * 10_000, 0)


def test_the_first_encoding_that_is_spoken_here_is_chosen():
    assert chosen(["chat", "pulse.v1.msgpack", "pulse.v1.json"]) is MSGPACK
    assert chosen([]) is JSON
    assert chosen(["chat"]) is None


def test_client_frames_survive_both_encodings():
    for wire in (JSON, MSGPACK):
        for frame in (Connect(token="t", positions={"c": (1, 2)}), Time(t0=1.25)):
            assert wire.client_frame(wire.encode([frame])) == frame
