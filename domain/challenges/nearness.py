"""Which efforts are near any of many stretches of time."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter

from domain.challenges import scoring
from domain.challenges.efforts import NEAR, Effort

Span = tuple[datetime, datetime]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same stretches of time in order, none of them meeting another."""
    found: list[Span] = []
    for lo, hi in sorted(spans):
        if found and lo <= found[-1][1]:
            found[-1] = found[-1][0], max(hi, found[-1][1])
        else:
            found.append((lo, hi))
    return found


def is_near_any(effort: Effort, spans: Sequence[Span]) -> bool:
    """`spans` are joined: of those that do not end before the effort, the first one begins first."""
    place = bisect_left(spans, effort.started_at - NEAR, key=itemgetter(1))
    return place < len(spans) and scoring.is_near(effort, *spans[place])
