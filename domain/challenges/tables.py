"""How challenges are stored."""

from piccolo.columns import UUID, Array, Boolean, Date, DoublePrecision, Integer, Numeric, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import SOCIAL, TRAINING


class Challenge(Table, tablename="challenge", db=ENGINE):
    """A window of time and what is added up in it. `starts_at` and `ends_at` follow from days and `tz`."""

    id = UUID(primary_key=True, help_text=SOCIAL)
    creator_id = UUID(help_text=SOCIAL)
    title = Text(help_text=SOCIAL)
    description = Text(help_text=SOCIAL)
    metric = Text(help_text=SOCIAL)
    sports = Array(base_column=Text(), help_text=SOCIAL)
    starts_on = Date(help_text=SOCIAL)
    ends_on = Date(help_text=SOCIAL)
    tz = Text(help_text=SOCIAL)
    starts_at = Timestamptz(help_text=SOCIAL)
    ends_at = Timestamptz(help_text=SOCIAL)
    goal = DoublePrecision(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)


class ChallengeMember(Table, tablename="challenge_member", db=ENGINE):
    """That somebody takes part, and their score: the sum of their entries, always."""

    challenge_id = UUID(primary_key=True, help_text=SOCIAL)
    member_id = UUID(help_text=SOCIAL)
    joined_at = Timestamptz(help_text=SOCIAL)
    score = Numeric(digits=(20, 3), help_text=TRAINING)
    workouts = Integer(help_text=TRAINING)
    reached_at = Timestamptz(help_text=TRAINING)
    hidden = Boolean(help_text=SOCIAL)
    alias = Text(help_text=SOCIAL)


class ChallengeEntry(Table, tablename="challenge_entry", db=ENGINE):
    """What one workout adds to one score."""

    challenge_id = UUID(primary_key=True, help_text=TRAINING)
    workout_id = UUID(help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    value = Numeric(digits=(16, 3), help_text=TRAINING)
    at = Timestamptz(help_text=TRAINING)
