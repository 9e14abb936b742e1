"""The rules for a client, as data: what it makes of what it hears."""

import pytest

from realtime.channels import ChannelClass
from realtime.frames import (
    AnyServerFrame,
    Diff,
    Event,
    Ping,
    Reset,
    Signal,
    Snapshot,
    Subscribed,
    Tick,
    Unsubscribed,
)
from realtime.views import View


def view_of(delivers: ChannelClass, *frames: AnyServerFrame, seq: int = 5) -> View:
    view = View("chat:1")
    view.apply(Subscribed(channel="chat:1", cid=1, delivers=delivers, epoch=7, seq=seq))
    for frame in frames:
        view.apply(frame)
    return view


def event(seq: int) -> Event:
    return Event(cid=1, seq=seq, event=seq)


def test_events_that_follow_are_kept():
    view = view_of(ChannelClass.LOG, event(6), event(7))
    assert (view.events, view.position) == ([6, 7], (7, 7))


def test_an_event_heard_twice_is_kept_once():
    view = view_of(ChannelClass.LOG, event(6), event(6), event(5), event(7))
    assert view.events == [6, 7]


def test_a_hole_is_a_reason_to_ask_again_from_where_one_is():
    view = view_of(ChannelClass.LOG, event(6), event(8))
    assert view.lost
    assert (view.events, view.position) == ([6], (7, 6))


def test_events_go_to_whoever_wants_them():
    view = view_of(ChannelClass.LOG)
    heard: list[tuple[int, int]] = []
    view.keep_events = lambda seq, body: heard.append((seq, body))
    view.apply(event(6))
    assert (heard, view.events) == ([(6, 6)], [])


def test_a_reset_moves_on_without_an_event():
    view = view_of(ChannelClass.LOG, Reset(cid=1, reason="too_far", epoch=8, seq=90))
    assert (view.position, view.resets, view.events) == ((8, 90), ["too_far"], [])


def test_diffs_set_and_remove():
    view = view_of(
        ChannelClass.STATE,
        Snapshot(cid=1, epoch=7, seq=5, rows={"a": 1, "b": 2}),
        Diff(cid=1, from_seq=5, to_seq=9, upserts={"c": 3}, removes=["a"]),
    )
    assert (view.rows, view.position) == ({"b": 2, "c": 3}, (7, 9))


def test_a_diff_from_another_version_is_not_applied():
    view = view_of(
        ChannelClass.STATE,
        Snapshot(cid=1, epoch=7, seq=5, rows={"a": 1}),
        Diff(cid=1, from_seq=6, to_seq=7, upserts={"a": 9}),
    )
    assert view.lost
    assert (view.rows, view.position) == ({"a": 1}, None)


def test_ticks_and_signals_are_taken_as_they_come():
    view = view_of(
        ChannelClass.TICK,
        Tick(cid=1, n=1, t=0, rows=[[2, 250, 100], [3, 250, 90]]),
        Tick(cid=1, n=2, t=0, rows=[[2, 500, 110]]),
        Signal(cid=1, body="x"),
    )
    assert view.tick_rows == {2: [2, 500, 110], 3: [3, 250, 90]}
    assert view.signals == ["x"]


@pytest.mark.parametrize("code", ["revoked", "requested"])
def test_an_end_says_why(code: str):
    view = view_of(ChannelClass.LOG, Unsubscribed(cid=1, code=code))
    assert (view.subscribed, view.ended) == (False, code)


def test_what_is_not_about_a_channel_changes_nothing():
    assert not View("chat:1").apply(Ping(t=1))
