"""A bus that loses what it is told to lose: what the repairs are for."""

from collections.abc import Callable

from realtime.bus import Heads, Logged, Message
from realtime.bus_memory import Exchange, MemoryBus


class LossyBus(MemoryBus):
    """Delivers only what `keeps` says, and can be cut off altogether."""

    def __init__(self, exchange: Exchange, keeps: Callable[[Message], bool] = lambda message: True) -> None:
        super().__init__(exchange)
        self.keeps = keeps
        self.is_cut = False

    @property
    def healthy(self) -> bool:
        return super().healthy and not self.is_cut

    def say(self, topic: str, message: Message) -> None:
        if not self.is_cut and self.keeps(message):
            super().say(topic, message)

    def deliver(self, data: bytes) -> None:
        if not self.is_cut:
            super().deliver(data)

    def heal(self) -> None:
        self.is_cut = False
        if self._hearer is not None:
            self._hearer.resynced()


def no_events(message: Message) -> bool:
    """Keeps everything but events."""
    return not isinstance(message, Logged)


def no_events_and_no_digest(message: Message) -> bool:
    """Keeps neither events nor what would reveal that they are missing."""
    return not isinstance(message, Logged | Heads)
