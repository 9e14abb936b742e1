"""The streams of events that a node serves, and the way up to them from whichever node a POST has reached."""

import asyncio
import re
from collections import Counter
from collections.abc import Collection
from itertools import count

from realtime.bus import Bus, Posted, Taken, topic_of
from realtime.streams import EventStream

_PATIENCE_S = 2.0
_WAITING = 1_000
_WAITING_EACH = 16
_NAME = re.compile(r"[\w-]{1,40}\.[\w-]{20,60}", re.ASCII)


def topic_of_node(node: str) -> str:
    """Where one node alone is spoken to."""
    return topic_of(f"node:{node}")


class Post:
    """Takes messages of streams. A stream's name tells its node, so no gateway has to be sticky.

    A message for another node goes there over the bus, and is taken only when that node says so: a bus loses
    messages, and whoever is not told that theirs arrived opens another stream and resumes.
    """

    def __init__(self, node: str, bus: Bus) -> None:
        self._node = node
        self._bus = bus
        self._streams: dict[str, tuple[EventStream, Collection[str]]] = {}
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[bool]] = {}
        self._asking: Counter[frozenset[str]] = Counter()

    def listen(self) -> None:
        self._bus.listen(topic_of_node(self._node))

    def open(self, stream: EventStream, grants: Collection[str]) -> str:
        """From now on messages for this stream are taken, from who holds the same grants; its name."""
        name = f"{self._node}.{stream.sid}"
        self._streams[name] = (stream, grants)
        return name

    def close(self, name: str) -> None:
        self._streams.pop(name, None)

    async def deliver(self, name: str, grants: Collection[str], message: bytes) -> bool:
        """Hand a message to a stream, here or elsewhere; False where it is not known to have arrived."""
        node = name.partition(".")[0]
        if not _NAME.fullmatch(name):
            return False
        if node == self._node:
            return self._take(name, grants, message)
        who = frozenset(grants)
        if len(self._asked) >= _WAITING or self._asking[who] >= _WAITING_EACH:
            return False  # nobody takes up the places of all by naming streams that are nowhere
        self._asking[who] += 1
        number = next(self._numbers)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._bus.say(
            topic_of_node(node),
            Posted(stream=name, number=number, grants=sorted(grants), message=message),
        )
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await answer
        except TimeoutError:
            return False
        finally:
            del self._asked[number]
            self._asking[who] -= 1
            if not self._asking[who]:
                del self._asking[who]

    def heard(self, node: str, message: Posted | Taken) -> None:
        """What another node asks or answers."""
        if isinstance(message, Posted):
            taken = self._take(message.stream, message.grants, message.message)
            self._bus.say(topic_of_node(node), Taken(number=message.number, taken=taken))
        elif (answer := self._asked.get(message.number)) is not None and not answer.done():
            answer.set_result(message.taken)

    def _take(self, name: str, grants: Collection[str], message: bytes) -> bool:
        stream, opened_with = self._streams.get(name, (None, ()))
        return stream is not None and set(grants) == set(opened_with) and stream.received(message)
