"""The rules of a connection, tested as data: messages in, intents out."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.closing import Close
from realtime.frames import (
    Connect,
    Error,
    Hint,
    Ingest,
    Ping,
    Pong,
    Publish,
    Refresh,
    Subscribe,
    Time,
    TimeIs,
    Unsubscribe,
)
from realtime.session import End, Session, Tell
from realtime.settings import Settings
from realtime.wire import BINARY, JSON, MSGPACK, TEXT, Wire

SETTINGS = Settings()


def fresh(wire: Wire = JSON) -> Session:
    return Session(wire, SETTINGS, now=0.0)


def connected(wire: Wire = JSON) -> Session:
    session = fresh(wire)
    session.receive(wire.encode([Connect()]), wire.opcode, now=0.0, wall_ms=0)
    return session


def given_to(session: Session, *frames: object, now: float = 1.0) -> list[object]:
    return list(session.receive(JSON.encode(frames), TEXT, now=now, wall_ms=1000.0))


@pytest.mark.parametrize("wire", [JSON, MSGPACK])
def test_several_frames_in_a_message_are_taken_in_order(wire: Wire):
    frames = [Connect(hz=2), Subscribe(id=1, channel="chat:1"), Unsubscribe(id=2, channel="chat:1")]
    intents = fresh(wire).receive(wire.encode(frames), wire.opcode, now=0.0, wall_ms=0)
    assert intents == frames


def test_nothing_but_connect_is_taken_first():
    session = fresh()
    assert given_to(session, Subscribe(id=1, channel="c")) == [Tell(Error(code="not_connected"))]
    assert given_to(session, Connect()) == [Connect()]


def test_who_does_not_connect_in_time_is_ended():
    session = fresh()
    assert session.moment(now=4.9, wall_ms=0) is None
    assert session.moment(now=5.1, wall_ms=0) == End(Close.NO_PONG)


def test_a_second_connect_is_a_mistake():
    assert given_to(connected(), Connect()) == [Tell(Error(code="already_connected"))]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"type":"fly"}',
        b'{"type":"subscribe"}',
        b'{"type":"subscribe","id":1,"channel":"c","x":1}',
        b'{"type":"subscribe","id":-1,"channel":"c"}',
        b'{"type":"publish","id":1,"channel":"c","mid":"short","body":{}}',
        b'{"type":"ingest","stream":"s","first_seq":0,"samples":[[1]]}',
        b'{"type":"ingest","stream":"s","first_seq":1,"samples":[[1e400]]}',
        b'{"type":"ingest","stream":"s","first_seq":1,"samples":[[123456789012345678901234567890]]}',
        b'{"type":"time","t0":"now"}',
        b'{"type":"publish","id":1,"channel":"c","mid":"12345678","body":' + b'{"a":' * 5_000,
        b'{"type":"refresh","id":1,"token":"\xff"}',
    ],
)
def test_a_malformed_frame_is_answered_and_the_second_one_ends_it(message: bytes):
    session = connected()
    first = session.receive(message, TEXT, now=1.0, wall_ms=0)
    second = session.receive(message, TEXT, now=1.0, wall_ms=0)
    assert first == [Tell(Error(code="bad_frame"))]
    assert second == [Tell(Error(code="bad_frame")), End(Close.BAD_FRAME)]
    assert session.receive(JSON.encode([Time(t0=1)]), TEXT, now=1.0, wall_ms=0) == []


def test_the_other_encoding_is_a_mistake():
    session = connected()
    assert session.receive(b"\x80", BINARY, now=1.0, wall_ms=0) == [Tell(Error(code="wrong_encoding"))]


def test_what_stands_before_a_malformed_frame_still_counts():
    message = JSON.encode([Time(t0=5)]) + b"\n{"
    assert connected().receive(message, TEXT, now=1.0, wall_ms=9) == [
        Tell(TimeIs(t0=5, t1=9, t2=9)),
        Tell(Error(code="bad_frame")),
    ]


def test_more_frames_than_a_message_may_hold_are_not_taken():
    intents = given_to(connected(), *[Time(t0=n) for n in range(40)])
    assert len(intents) == SETTINGS.limits.frames_per_message + 1
    assert intents[-1] == Tell(Error(code="too_many_frames"))


def test_so_many_subscriptions_and_no_more():
    session = connected()
    for n in range(64):
        assert isinstance(given_to(session, Subscribe(id=n, channel=f"c:{n}"))[0], Subscribe)
    refused = [Tell(Error(code="too_many_subscriptions", id=64))]
    assert given_to(session, Subscribe(id=64, channel="c:64")) == refused
    given_to(session, Unsubscribe(id=65, channel="c:0"))
    assert isinstance(given_to(session, Subscribe(id=66, channel="c:64"))[0], Subscribe)
    session.forget("c:1")
    assert isinstance(given_to(session, Subscribe(id=67, channel="c:65"))[0], Subscribe)


def test_a_connect_with_too_many_subscriptions_does_not_connect():
    session = fresh()
    intents = given_to(session, Connect(subscribe=[f"c:{n}" for n in range(65)]))
    assert intents == [Tell(Error(code="too_many_subscriptions"))]
    assert not session.connected


def test_samples_come_at_most_so_often():
    session = connected()
    frame = Ingest(stream="s", first_seq=1, samples=[[0, 1]])
    taken = [given_to(session, frame, now=10.0)[0] for _ in range(9)]
    assert taken[:8] == [frame] * 8
    assert taken[8] == Tell(Error(code="too_fast", retry_after=0.125))
    assert given_to(session, frame, now=10.13) == [frame]


def test_publishing_comes_at_most_so_often():
    session = connected()
    frames = [Publish(id=n, channel="c", mid="12345678", body={}) for n in range(21)]
    taken = [given_to(session, frame, now=10.0)[0] for frame in frames]
    assert taken[:20] == frames[:20]
    assert taken[20] == Tell(Error(code="too_fast", id=20, retry_after=0.5))


def test_limit_asides_come_at_most_so_often():
    session = connected()
    for n in range(30):
        frame = Hint(visible=True) if n % 2 else Refresh(id=n, token="t")
        assert given_to(session, frame) == [frame]
    (refused,) = given_to(session, Refresh(id=99, token="t"))
    assert isinstance(refused, Tell)
    assert refused.frame == Error(code="too_fast", id=99, retry_after=0.333)


def test_limit_who_floods_is_ended():
    session = connected()
    for _ in range(1_001):
        given_to(session, Time(t0=1), now=1.0)
    assert session.moment(now=2.0, wall_ms=0) == End(Close.BAD_FRAME)


def test_limit_twin_who_talks_much_but_not_too_much_stays():
    session = connected()
    for second in range(3):
        for _ in range(999):
            given_to(session, Time(t0=1), now=float(second))
        assert session.moment(now=float(second), wall_ms=0) is None


def test_subscribing_comes_at_most_so_often():
    session = connected()
    taken = [given_to(session, Subscribe(id=n, channel="c"), now=10.0)[0] for n in range(129)]
    assert taken[127] == Subscribe(id=127, channel="c")
    assert taken[128] == Tell(Error(code="too_fast", id=128, retry_after=0.078))


def test_a_quiet_client_is_pinged_and_a_dead_one_ended():
    session = connected()
    assert session.moment(now=24, wall_ms=0) is None
    assert session.moment(now=26, wall_ms=7) == Tell(Ping(t=7))
    assert session.moment(now=40, wall_ms=0) is None
    given_to(session, Pong(t=7), now=41)
    assert session.moment(now=50, wall_ms=0) is None
    assert session.moment(now=52, wall_ms=8) == Tell(Ping(t=8))
    assert session.moment(now=73, wall_ms=0) == End(Close.NO_PONG)


_FRAMES = st.sampled_from(
    [
        Connect(),
        Connect(subscribe=["a:1"]),
        Subscribe(id=1, channel="a:1"),
        Unsubscribe(id=2, channel="a:1"),
        Publish(id=3, channel="a:1", mid="12345678", body={"a": 1}),
        Ingest(stream="s", first_seq=1, samples=[[1, None, 2.5]]),
        Time(t0=1.5),
        Pong(t=1),
    ]
).map(lambda frame: JSON.encode([frame]))


@given(
    st.lists(_FRAMES | st.binary(max_size=60) | st.lists(_FRAMES, max_size=40).map(b"\n".join), max_size=30)
)
def test_whatever_comes_the_session_stays_in_its_rules(messages: list[bytes]):
    session = fresh()
    ended = 0
    for n, message in enumerate(messages):
        for intent in session.receive(message, TEXT, now=n / 10, wall_ms=n):
            assert not ended, "after an end there is nothing more"
            ended += isinstance(intent, End)
            assert session.connected or isinstance(intent, Tell | End)
    assert session.ended == bool(ended)


@given(st.binary(max_size=200))
def test_no_bytes_raise_out_of_a_msgpack_session(message: bytes):
    session = connected(MSGPACK)
    for _ in range(3):
        session.receive(message, BINARY, now=1.0, wall_ms=0)


@given(st.data())
def test_mutated_frames_never_raise(data: st.DataObject):
    frame = bytearray(MSGPACK.encode([msgspec.json.decode(data.draw(_FRAMES), type=dict)]))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    connected(MSGPACK).receive(bytes(frame), BINARY, now=1.0, wall_ms=0)
