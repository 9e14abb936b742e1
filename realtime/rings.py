"""Rings: the newest part of a log, without a hole, as a node remembers it."""

from collections import deque
from collections.abc import Iterator
from itertools import islice


class Ring:
    """Events `floor < seq <= head`, all of them."""

    def __init__(self, head: int) -> None:
        self.floor = head
        self.head = head
        self.bytes = 0
        self._events: deque[tuple[int, bytes]] = deque()

    def __len__(self) -> int:
        return len(self._events)

    def append(self, seq: int, body: bytes) -> None:
        assert seq == self.head + 1, "a ring has no hole"
        self.head = seq
        self.bytes += len(body)
        self._events.append((seq, body))

    def trim(self) -> None:
        """Forget the oldest event."""
        seq, body = self._events.popleft()
        self.floor = seq
        self.bytes -= len(body)

    def after(self, seq: int, upto: int) -> Iterator[tuple[int, bytes]]:
        """The events `seq < ... <= upto`; `seq` is not below the floor."""
        assert seq >= self.floor, "what is below the floor is not remembered"
        return islice(self._events, seq - self.floor, upto - self.floor)
