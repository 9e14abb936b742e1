"""A replica tells exactly what is needed to get from any version to the newest."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from realtime.frames import Diff
from realtime.host import State
from realtime.replicas import Replica

_ROWS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3), max_size=6)


def applied(rows: dict[str, Any], diff: Diff) -> dict[str, Any]:
    return {key: row for key, row in {**rows, **diff.upserts}.items() if key not in diff.removes}


@given(st.lists(_ROWS, min_size=1, max_size=20), st.data())
def test_a_merged_diff_from_any_version_held_here_leads_to_the_newest(
    states: list[dict[str, int]], data: st.DataObject
):
    seen = data.draw(st.sets(st.integers(0, len(states) - 1), min_size=1).map(sorted))
    replica = Replica(State(epoch=1, seq=seen[0], rows=states[seen[0]]))
    for version in seen[1:]:
        replica.advance(State(epoch=1, seq=version, rows=states[version]))

    start = data.draw(st.sampled_from(seen))
    keys = replica.changed_since(start)

    assert keys is not None
    assert applied(states[start], replica.diff(1, start, keys)) == states[seen[-1]]


def test_a_version_that_only_another_node_held_needs_a_snapshot():
    replica = Replica(State(epoch=1, seq=0, rows={}))
    # Another node also read version 2, where `a` was there for a moment; a reader may have come from it.
    replica.advance(State(epoch=1, seq=3, rows={}))
    assert replica.changed_since(2) is None
    assert replica.changed_since(3) == frozenset()


@given(st.lists(_ROWS, min_size=2, max_size=20))
def test_each_step_and_all_steps_merged_agree(states: list[dict[str, int]]):
    replica = Replica(State(epoch=1, seq=0, rows=states[0]))
    rows: dict[str, Any] = dict(states[0])
    for version, state in enumerate(states[1:], 1):
        before = replica.seq
        changed = replica.advance(State(epoch=1, seq=version, rows=state))
        if changed:
            rows = applied(rows, replica.diff(1, before, changed))
    merged = replica.changed_since(0)
    assert merged is not None
    assert rows == states[-1] == applied(states[0], replica.diff(1, 0, merged))


def test_a_version_in_which_no_row_changed_is_no_news():
    replica = Replica(State(epoch=1, seq=1, rows={"a": 1}))
    assert not replica.advance(State(epoch=1, seq=2, rows={"a": 1}))
    assert replica.seq == 1


def test_what_is_too_long_ago_is_forgotten():
    replica = Replica(State(epoch=1, seq=0, rows={}))
    for version in range(1, 1_000):
        replica.advance(State(epoch=1, seq=version, rows={"a": version}))
    assert replica.changed_since(1) is None
    assert replica.changed_since(998) == {"a"}
    assert replica.changed_since(999) == frozenset()
