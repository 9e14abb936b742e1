"""When a challenge begins and ends: first instants of days, somewhere or everywhere."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.challenges.model import Zone

_DAY = timedelta(days=1)
_FIRST_ANYWHERE = timedelta(hours=14)
"""How far ahead of UTC the earliest clocks are, on Kiritimati."""
_LAST_ANYWHERE = timedelta(hours=12)
"""How far behind UTC the latest ones may be."""


def window(starts_on: date, ends_on: date, tz: str, zone: Zone = Zone.FIXED) -> tuple[datetime, datetime]:
    """The first instant of the first day, and the first one after the last day, as UTC.

    Where a clock change skips or repeats midnight, the day begins at its first instant. Where the days are
    everybody's own, the window is as long as it is one of these days anywhere.
    """
    if zone is Zone.FIXED:
        return _first_instant(starts_on, tz), _first_instant(ends_on + _DAY, tz)
    return _first_instant(starts_on, "UTC") - _FIRST_ANYWHERE, _first_instant(
        ends_on + _DAY, "UTC"
    ) + _LAST_ANYWHERE


def _first_instant(day: date, tz: str) -> datetime:
    # fold=0: the first of two midnights; of a skipped one, the moment of the change.
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)).astimezone(UTC)
