"""The one place where the clock is read."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def now_ms() -> float:
    """Milliseconds since the epoch, as frames carry them."""
    return time.time() * 1000
