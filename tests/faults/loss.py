"""A sieve for what Redis says: it loses one in so many of the messages that are published.

It reads RESP as far as to know where an answer ends. Only deliveries of other nodes' news are lost, never an
answer: a subscription that lost an answer would be another fault.
"""


class Loss:
    """`sieve = loss.sieve()` for each connection; `lost` counts over all of them."""

    def __init__(self, one_in: int) -> None:
        self.one_in = one_in
        """0 loses nothing, 1 everything."""
        self.said = 0
        self.lost = 0

    def sieve(self) -> "_Sieve":
        return _Sieve(self)

    def keeps(self, answer: bytes) -> bool:
        if not answer.startswith((b"*3\r\n$7\r\nmessage\r\n", b"*3\r\n$8\r\nsmessage\r\n")):
            return True
        topic = answer.split(b"\r\n", 5)[4]
        if b":node:" in topic:
            # How a node knows that it hears: silence there is deafness, and answered by starting over.
            return True
        self.said += 1
        if self.one_in == 0 or self.said % self.one_in:
            return True
        self.lost += 1
        return False


class _Sieve:
    def __init__(self, loss: Loss) -> None:
        self._loss = loss
        self._held = b""

    def __call__(self, data: bytes) -> bytes:
        data = self._held + data
        at = 0
        kept = bytearray()
        while (end := end_of_answer(data, at)) is not None:
            answer = data[at:end]
            if self._loss.keeps(answer):
                kept += answer
            at = end
        self._held = data[at:]
        return bytes(kept)


def end_of_answer(data: bytes, at: int) -> int | None:
    """Where the RESP value that begins at `at` ends; None where it is not complete."""
    line_end = data.find(b"\r\n", at)
    if line_end < 0:
        return None
    end = line_end + 2
    kind, rest = data[at : at + 1], data[at + 1 : line_end]
    if kind == b"$":
        length = int(rest)
        end += length + 2 if length >= 0 else 0
        return end if end <= len(data) else None
    if kind in b"*>~":
        for _ in range(max(0, int(rest))):
            inner = end_of_answer(data, end)
            if inner is None:
                return None
            end = inner
    return end
