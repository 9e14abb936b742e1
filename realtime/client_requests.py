"""What a client asked and nobody has answered yet: said again on the next connection, and answered once."""

import asyncio
from collections.abc import Iterator

from realtime.frames import AnyClientFrame


class RequestRefused(Exception):
    """The hub said no. `code` is one of docs/live-protocol.md; with `retry_after` (seconds) it passes."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Requests:
    """Requests under way, by id."""

    def __init__(self) -> None:
        self._ids = 0
        self._asked: dict[int, tuple[AnyClientFrame, asyncio.Future[int | None]]] = {}

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def ask(self, request_id: int, request: AnyClientFrame) -> "asyncio.Future[int | None]":
        """Remember it until it is answered."""
        answer: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._asked[request_id] = (request, answer)
        answer.add_done_callback(lambda _: self._asked.pop(request_id, None))
        return answer

    def unanswered(self) -> Iterator[AnyClientFrame]:
        return (request for request, _ in list(self._asked.values()))

    def answered(self, request_id: int, seq: int | None) -> None:
        answer = self._waiting(request_id)
        if answer is not None:
            answer.set_result(seq)

    def refused(self, request_id: int, error: Exception) -> bool:
        """Whether somebody waited for that."""
        answer = self._waiting(request_id)
        if answer is not None:
            answer.set_exception(error)
        return answer is not None

    def fail(self, error: Exception) -> None:
        """Nothing will be answered any more."""
        for request_id in list(self._asked):
            self.refused(request_id, error)

    def _waiting(self, request_id: int) -> "asyncio.Future[int | None] | None":
        _, answer = self._asked.get(request_id, (None, None))
        return None if answer is None or answer.done() else answer
