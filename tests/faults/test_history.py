"""The checker sees each way in which a promise can be broken, and nothing where none is."""

import pytest

from realtime.channels import ChannelClass
from realtime.frames import AnyServerFrame, Diff, Event, Position, Reset, Snapshot, Subscribed
from tests.faults.history import (
    Journal,
    Log,
    Said,
    Stream,
    Talk,
    check_log,
    check_state,
    check_steady,
    check_stream,
    rows_of,
)

CHAT = "session:1"
BOARD = "board:1"
AFRESH = Reset(cid=1, reason="epoch", epoch=8, seq=1)


def subscribed(seq: int, *, delivers: ChannelClass = ChannelClass.LOG, epoch: int = 7) -> Subscribed:
    return Subscribed(channel=CHAT, cid=1, delivers=delivers, epoch=epoch, seq=seq)


def event(seq: int, mid: str | None = None) -> Event:
    return Event(cid=1, seq=seq, event={"type": "ChatSaid", "mid": mid or f"m{seq}"})


def talk(*frames: AnyServerFrame, channel: str = CHAT, asked: Position | None = None) -> Talk:
    positions = {} if asked is None else {channel: asked}
    return Talk(node="n", asked=positions, frames=[(channel, frame) for frame in frames])


def log(head: int, **changed: str) -> Log:
    mids: dict[int, str | None] = {seq: f"m{seq}" for seq in range(1, head + 1)}
    mids.update({int(seq[1:]): mid for seq, mid in changed.items()})
    return Log(CHAT, 7, head, mids)


def kinds(truth: Log, *talks: Talk, said: list[Said] | None = None) -> list[str]:
    return [problem.kind for problem in check_log(truth, said or [], [Journal("ana", list(talks))])]


def test_a_log_that_was_followed_over_two_connections_is_well():
    before = talk(subscribed(0), event(1), event(2))
    after = talk(subscribed(2), event(3), asked=(7, 2))
    assert kinds(log(3), before, after, said=[Said(CHAT, "m2", 2)]) == []


def test_connections_that_overlap_may_both_tell_it():
    old = talk(subscribed(0), event(1), event(2), event(3))
    new = talk(subscribed(1), event(2), event(3), event(4), asked=(7, 1))
    assert kinds(log(4), old, new) == []


@pytest.mark.parametrize(
    ("frames", "problems"),
    [
        ((subscribed(0), event(1), event(3)), ["gap", "unseen"]),
        ((subscribed(0), event(1), event(1), event(2), event(3)), ["duplicate"]),
        ((subscribed(0), event(2), event(1), event(3)), ["gap", "duplicate", "gap"]),
        ((subscribed(0), event(1), event(2)), ["unseen"]),
        ((subscribed(0), event(1), event(2), event(3), event(4)), ["invented"]),
        ((subscribed(0), event(1), event(2, "another"), event(3)), ["invented"]),
        ((subscribed(0), AFRESH, event(2), event(3)), ["reset", "unseen"]),
        ((event(1), event(2), event(3)), ["gap", "unseen"]),
        ((), ["unseen"]),
    ],
)
def test_whatever_goes_wrong_within_a_connection_is_seen(
    frames: tuple[AnyServerFrame, ...], problems: list[str]
):
    found = kinds(log(3), talk(*frames))
    assert set(found) == set(problems)


def test_a_channel_may_get_its_epoch_with_its_first_event():
    began = Reset(cid=1, reason="began", epoch=7, seq=0)
    assert kinds(log(1), talk(subscribed(0, epoch=0), began, event(1))) == []


def test_a_resume_from_elsewhere_than_asked_is_seen():
    before = talk(subscribed(0), event(1))
    jumped = talk(subscribed(2), event(3), asked=(7, 1))
    assert kinds(log(3), before, jumped) == ["unresumed", "unseen"]


def test_a_resume_that_begins_anew_where_nothing_was_missed_is_seen():
    before = talk(subscribed(0), event(1))
    anew = talk(subscribed(1, epoch=8), event(2), asked=(7, 1))
    assert kinds(log(2), before, anew) == ["unresumed"]


def test_what_was_acknowledged_must_be_kept_under_its_number():
    seen = talk(subscribed(3))
    assert kinds(log(3), seen, said=[Said(CHAT, "m3", 3)]) == []
    assert kinds(log(3), seen, said=[Said(CHAT, "m4", 4)]) == ["lost"]
    assert kinds(log(3), seen, said=[Said(CHAT, "m3", 2)]) == ["lost"]


def test_one_message_has_one_effect():
    assert kinds(log(3, s3="m2"), talk(subscribed(3))) == ["twice"]


def test_a_number_that_is_missing_in_the_database_is_seen():
    holed = log(3)
    holed.mids = {1: "m1", 3: "m3"}
    assert kinds(holed, talk(subscribed(3))) == ["gap"]


def test_a_refused_subscription_is_seen():
    refused = Talk(node="n", results={CHAT: "denied"}, frames=[])
    assert kinds(log(0), refused) == ["unseen"]
    told = Talk(node="n", results={CHAT: "denied"}, frames=[(CHAT, subscribed(0))])
    assert kinds(log(0), told) == ["refused"]


def state_kinds(rows: dict[str, int], *frames: AnyServerFrame) -> list[str]:
    journal = Journal("ana", [talk(*frames, channel=BOARD)])
    return [problem.kind for problem in check_state(BOARD, rows, [journal])]


def test_states_that_converge_are_well():
    start = subscribed(3, delivers=ChannelClass.STATE)
    whole = Snapshot(cid=1, epoch=7, seq=3, rows={"a": 1, "b": 2})
    diff = Diff(cid=1, from_seq=3, to_seq=5, upserts={"a": 2}, removes=["b"])
    assert state_kinds({"a": 2}, start, whole, diff) == []
    assert state_kinds({"a": 2, "b": 2}, start, whole, diff) == ["differs"]
    assert state_kinds({"a": 2}, start, whole) == ["differs"]


def test_a_diff_that_does_not_follow_is_seen():
    whole = Snapshot(cid=1, epoch=7, seq=3, rows={"a": 1})
    diff = Diff(cid=1, from_seq=4, to_seq=5, upserts={"a": 2})
    assert state_kinds({"a": 2}, whole, diff) == ["misfit"]


def test_a_resumed_state_goes_on_from_the_rows_of_the_connection_before():
    whole = talk(Snapshot(cid=1, epoch=7, seq=3, rows={"a": 1, "b": 1}), channel=BOARD)
    diff = talk(subscribed(3), Diff(cid=1, from_seq=3, to_seq=5, upserts={"a": 2}), channel=BOARD)
    assert rows_of(BOARD, Journal("ana", [whole, diff])) == {"a": 2, "b": 1}


def test_who_goes_and_comes_back_has_flickered():
    here = Snapshot(cid=1, epoch=7, seq=3, rows={"ana": {}, "bob": {}})
    gone = Diff(cid=1, from_seq=3, to_seq=4, removes=["bob"])
    back = Diff(cid=1, from_seq=4, to_seq=5, upserts={"bob": {}})
    journal = Journal("ana", [talk(here, gone, back, channel=BOARD)])
    assert [one.kind for one in check_steady(BOARD, ["bob"], [journal])] == ["flicker"]
    assert check_steady(BOARD, ["ana"], [journal]) == []


@pytest.mark.parametrize(
    ("durable", "stored", "problems"),
    [
        (3, [[0], [1], [2]], []),
        (3, [[0], [1]], ["unstored", "buried"]),
        (1, [[0], [2], [1]], ["differs"]),
        (1, [[0], [1]], ["buried"]),
        (3, [[0], [1], [2], [2]], ["differs"]),
    ],
)
def test_samples_that_are_lost_doubled_or_mixed_are_seen(
    durable: int, stored: list[list[int]], problems: list[str]
):
    made = [[0], [1], [2]]
    assert [one.kind for one in check_stream(Stream("s", made, durable, stored))] == problems
