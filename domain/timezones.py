"""Time zones by their IANA names."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from domain.errors import FieldError, Invalid


class UnknownTimeZone(Invalid):
    """There is no time zone of this name."""

    code = "unknown_time_zone"


def check_time_zone(tz: str, *, pointer: str) -> ZoneInfo:
    """The zone of this name. Raises UnknownTimeZone, pointing at the field it came from."""
    if tz not in _names():
        raise UnknownTimeZone(errors=(FieldError(pointer, "not an IANA time zone, as Europe/Vienna"),))
    return ZoneInfo(tz)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
