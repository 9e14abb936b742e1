"""Replicas: the rows of a state channel at a version, and which of them changed on the way there."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from realtime.frames import Diff
from realtime.host import State

_CHANGES = 256
_CHANGED_KEYS = 4_096


class Replica:
    """Rows at a version, and which keys changed on the way to it."""

    def __init__(self, state: State) -> None:
        self.epoch = state.epoch
        self.seq = state.seq
        self.rows: Mapping[str, Any] = state.rows
        self._floor = state.seq
        self._changes: deque[tuple[int, frozenset[str]]] = deque()
        self._keys = 0

    def advance(self, state: State) -> frozenset[str]:
        """Go on to `state`, a later version of the same epoch. Which keys it sets or removes; none, and the
        version stays as well: it says when the rows last changed."""
        old, new = self.rows, state.rows
        keys = {key for key, row in new.items() if key not in old or old[key] != row}
        keys.update(key for key in old if key not in new)
        changed = frozenset(keys)
        if changed:
            self.rows, self.seq = new, state.seq
            self._changes.append((state.seq, changed))
            self._keys += len(changed)
            while len(self._changes) > _CHANGES or self._keys > _CHANGED_KEYS:
                self._floor, forgotten = self._changes.popleft()
                self._keys -= len(forgotten)
        return changed

    def changed_since(self, seq: int) -> frozenset[str] | None:
        """The keys that changed after version `seq`, perhaps with some that changed before; None where
        forgotten.

        `seq` may be any version, also one that this node never held: a change is remembered by the version it
        led to, so what is told covers all that happened after `seq`, and setting a row twice does no harm.
        """
        if seq < self._floor:
            return None
        return frozenset().union(*(keys for upto, keys in self._changes if upto > seq))

    def diff(self, cid: int, from_seq: int, keys: frozenset[str]) -> Diff:
        rows = self.rows
        return Diff(
            cid=cid,
            from_seq=from_seq,
            to_seq=self.seq,
            upserts={key: rows[key] for key in keys if key in rows},
            removes=[key for key in keys if key not in rows],
        )
