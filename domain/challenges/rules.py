"""What makes a challenge that can be won."""

from datetime import date, datetime, timedelta

from domain.challenges import scoring
from domain.challenges.errors import PointlessChallenge
from domain.challenges.model import ChallengeDraft
from domain.errors import FieldError
from domain.members.model import Role
from domain.timezones import check_time_zone

LONGEST = timedelta(days=366)
FURTHEST = timedelta(days=2 * 366)
MODERATORS = frozenset({Role.OWNER, Role.ADMIN, Role.MODERATOR})


def accept(draft: ChallengeDraft, *, now: datetime) -> tuple[datetime, datetime]:
    """The window of the challenge. Raises PointlessChallenge or UnknownTimeZone, pointing at the fields."""
    tz = check_time_zone(draft.tz, pointer="/tz")
    errors: list[FieldError] = []
    if not draft.title.strip():
        errors.append(FieldError("/title", "needs at least one letter"))
    errors.extend(_wrong_days(draft, today=now.astimezone(tz).date()))
    if errors:
        raise PointlessChallenge(errors=tuple(errors))
    return scoring.window(draft.starts_on, draft.ends_on, draft.tz)


def _wrong_days(draft: ChallengeDraft, *, today: date) -> list[FieldError]:
    errors: list[FieldError] = []
    if draft.starts_on < today - LONGEST or draft.starts_on > today + FURTHEST:
        errors.append(FieldError("/starts_on", "within a year back and two years ahead"))
    if draft.ends_on < draft.starts_on:
        errors.append(FieldError("/ends_on", "not before it starts"))
    elif draft.ends_on - draft.starts_on >= LONGEST:
        errors.append(FieldError("/ends_on", f"at most {LONGEST.days} days in all"))
    elif draft.ends_on < today:
        errors.append(FieldError("/ends_on", "it would be over already"))
    return errors
