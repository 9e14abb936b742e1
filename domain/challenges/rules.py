"""What makes a challenge that can be won."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.challenges.errors import PointlessChallenge
from domain.challenges.model import (
    ChallengeDraft,
    Handicap,
    Kind,
    Metric,
    Openness,
    Repeats,
    Sides,
    Terms,
    Zone,
)
from domain.challenges.windows import window
from domain.errors import FieldError
from domain.members.model import Role
from domain.timezones import check_time_zone

LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=2 * 366)
WEEK = timedelta(days=7)
MODERATORS = frozenset({Role.OWNER, Role.ADMIN, Role.MODERATOR})

ADDS_UP = frozenset({Kind.MOST, Kind.GROUP_GOAL, Kind.STREAK, Kind.ACTIVE_DAYS, Kind.LAST_STANDING})
"""Kinds that a day adds up for: with a cap, if wanted, and for teams."""

_METRIC_OF = {Kind.FASTEST: Metric.DURATION, Kind.BEST_LIFT: Metric.VOLUME}
"""What the score of these kinds is made of is no choice: seconds, and kilograms."""


def accept(draft: ChallengeDraft, *, now: datetime) -> tuple[datetime, datetime]:
    """The window of the challenge. Raises PointlessChallenge or UnknownTimeZone, pointing at the fields."""
    tz = check_time_zone(draft.tz, pointer="/tz")
    # Where days are everybody's own, somebody may still have yesterday.
    latest = now.astimezone(tz) if draft.terms.zone is Zone.FIXED else now - timedelta(hours=12)
    errors = [
        *_blank(draft.title),
        *wrong_days(draft.starts_on, draft.ends_on, today=latest.date()),
        *_wrong_kind(draft),
        *_wrong_terms(draft.kind, draft.terms),
        *_wrong_sides(draft),
    ]
    if errors:
        raise PointlessChallenge(errors=tuple(errors))
    return window(draft.starts_on, draft.ends_on, draft.tz, draft.terms.zone)


def _blank(title: str) -> Iterator[FieldError]:
    if not title.strip():
        yield FieldError("/title", "needs at least one letter")


def wrong_days(starts_on: date, ends_on: date, *, today: date) -> Iterator[FieldError]:
    """What is wrong with the days of a challenge that is made or moved on `today`."""
    if starts_on < today - LONGEST or starts_on > today + FURTHEST:
        yield FieldError("/starts_on", "within a year back and two years ahead")
    if ends_on < starts_on:
        yield FieldError("/ends_on", "not before it starts")
    elif ends_on - starts_on >= LONGEST:
        yield FieldError("/ends_on", f"at most {LONGEST.days} days in all")
    elif ends_on < today:
        yield FieldError("/ends_on", "it would be over already")


def _wrong_kind(draft: ChallengeDraft) -> Iterator[FieldError]:
    metric = _METRIC_OF.get(draft.kind, draft.metric)
    if draft.metric is not metric:
        yield FieldError("/metric", f"{metric} for this kind")
    if draft.kind is Kind.LONGEST and draft.metric is Metric.COUNT:
        yield FieldError("/metric", "one workout is always one")
    if draft.kind is Kind.GROUP_GOAL and draft.goal is None:
        yield FieldError("/goal", "what all of you want to reach")
    if draft.repeats is Repeats.WEEKLY and draft.ends_on - draft.starts_on >= WEEK:
        yield FieldError("/repeats", "each week needs a challenge of at most seven days")


def _wrong_terms(kind: Kind, terms: Terms) -> Iterator[FieldError]:
    needs = "/terms/over_m", terms.over_m is not None, kind is Kind.FASTEST
    yield from _both_or_none(*needs, "the distance")
    yield from _both_or_none(
        "/terms/exercise", terms.exercise is not None, kind is Kind.BEST_LIFT, "the lift"
    )
    if terms.relative and kind is not Kind.BEST_LIFT:
        yield FieldError("/terms/relative", "for lifts only")
    if kind is Kind.LAST_STANDING and terms.threshold is None:
        yield FieldError("/terms/threshold", "what each round needs")
    if terms.threshold is not None and kind not in {Kind.LAST_STANDING, Kind.STREAK, Kind.ACTIVE_DAYS}:
        yield FieldError("/terms/threshold", "for days and rounds only")
    if terms.daily_cap is not None and kind not in ADDS_UP:
        yield FieldError("/terms/daily_cap", "only where a day adds up")
    if terms.handicap is not Handicap.NONE and kind is not Kind.MOST:
        yield FieldError("/terms/handicap", "only where everything adds up")


def _both_or_none(pointer: str, is_given: bool, is_needed: bool, what: str) -> Iterator[FieldError]:
    if is_given is not is_needed:
        yield FieldError(pointer, f"{what} is needed" if is_needed else "not for this kind")


def _wrong_sides(draft: ChallengeDraft) -> Iterator[FieldError]:
    if draft.sides is not Sides.INDIVIDUALS and draft.kind not in ADDS_UP:
        yield FieldError("/sides", "only where scores can be added up")
    if draft.sides is Sides.CLUBS and len(set(draft.clubs)) < 2:
        yield FieldError("/clubs", "at least two")
    if draft.sides is not Sides.CLUBS and draft.clubs:
        yield FieldError("/clubs", "only where clubs compete")
    if draft.sides is Sides.CLUBS and draft.openness is Openness.CLUB:
        yield FieldError("/openness", "not for one club, where clubs compete")
    if (draft.openness is Openness.CLUB) is not (draft.club_id is not None):
        yield FieldError("/club_id", "with a club's challenge, and only there")
