"""Replicas: the rows of a state channel at a version, and which of them changed on the way there."""

from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

from realtime.frames import Diff
from realtime.host import State

_STEPS = 256
_CHANGED_KEYS = 4_096


class Replica:
    """Rows at a version, and which keys changed on the way to it."""

    def __init__(self, state: State) -> None:
        self.epoch = state.epoch
        self.seq = state.seq
        self.rows: Mapping[str, Any] = state.rows
        self._floor = state.seq
        self._steps: deque[tuple[int, frozenset[str]]] = deque()
        self._keys = 0

    def advance(self, state: State) -> frozenset[str]:
        """Go on to `state`, a later version of the same epoch. Which keys it sets or removes; none, and the
        version stays as well: it says when the rows last changed."""
        old, new = self.rows, state.rows
        keys = {key for key, row in new.items() if key not in old or old[key] != row}
        keys.update(key for key in old if key not in new)
        changed = frozenset(keys)
        self._note(state.seq, changed)
        if changed:
            self.rows, self.seq = new, state.seq
        return changed

    def patch(self, seq: int, upserts: Mapping[str, Any], removes: Collection[str]) -> None:
        """Go on to version `seq` by what changed on the way."""
        self._note(seq, frozenset(upserts).union(removes))
        rows = {**self.rows, **upserts}
        for key in removes:
            rows.pop(key, None)
        self.rows, self.seq = rows, seq

    def _note(self, seq: int, changed: frozenset[str]) -> None:
        self._steps.append((seq, changed))
        self._keys += len(changed)
        while len(self._steps) > _STEPS or self._keys > _CHANGED_KEYS:
            self._floor, forgotten = self._steps.popleft()
            self._keys -= len(forgotten)

    def changed_since(self, seq: int) -> frozenset[str] | None:
        """The keys that changed after version `seq`; None where that is forgotten, or was never held here.

        Between two versions that this node held, another node may have held a third, with a row that came and
        went: who comes from there needs a snapshot.
        """
        changed: set[str] = set()
        for version, keys in reversed(self._steps):
            if version == seq:
                return frozenset(changed)
            changed |= keys
        return frozenset(changed) if seq == self._floor else None

    def diff(self, cid: int, from_seq: int, keys: frozenset[str]) -> Diff:
        rows = self.rows
        return Diff(
            cid=cid,
            from_seq=from_seq,
            to_seq=self.seq,
            upserts={key: rows[key] for key in keys if key in rows},
            removes=[key for key in keys if key not in rows],
        )
