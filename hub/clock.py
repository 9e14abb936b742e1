"""The one place where the clock is read."""

from datetime import UTC, datetime

from realtime.clock import Timepiece

TIMEPIECE = Timepiece()
"""This process's time, which its node keeps right by PostgreSQL's."""


def now() -> datetime:
    return datetime.fromtimestamp(TIMEPIECE.now_ms() / 1000, UTC)


def now_ms() -> float:
    """Milliseconds since the epoch, as frames carry them."""
    return TIMEPIECE.now_ms()
