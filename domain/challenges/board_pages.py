"""What is read of a board."""

from datetime import date

from msgspec import Struct

from domain.challenges.model import Standing


class BoardPage(Struct, frozen=True):
    """Consecutive places: `before` stand before the first of them."""

    participants: int
    before: int
    rows: list[Standing]


class FriendsPage(Struct, frozen=True):
    """Me and whom I follow, ranked among ourselves."""

    participants: int
    rows: list[Standing]


class MyPlace(Struct, frozen=True):
    """Where I stand, and who has the next score above and below mine."""

    participants: int
    standing: Standing
    next_above: Standing | None
    next_below: Standing | None


class RankDay(Struct, frozen=True):
    """Where somebody stood at the end of a day. On a large board it is right to about one per cent."""

    day: date
    rank: int
    participants: int
    score: float


class Pace(Struct, frozen=True):
    """Where a sum is heading.

    `expected` is the score at the end of the window, going on as until now; None before anything counts.
    """

    score: float
    expected: float | None
    elapsed: float
    """How much of the window is over, from 0 to 1."""
    needed_per_day: float | None
    """What reaches the goal in time, where there is one that is not reached."""


class MyProgress(Struct, frozen=True):
    """How a member came to where they are. `days` are those that are over, the oldest first. Only what is a
    sum has a pace."""

    pace: Pace | None
    days: list[RankDay]
