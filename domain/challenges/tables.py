"""How challenges, scores and what counted for them are stored; the rest is in `fair_tables.py`."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import CREDENTIAL, HEALTH, PLUMBING, PREFERENCE, SOCIAL, TRAINING


class Challenge(Table, tablename="challenge", db=ENGINE):
    """A window of time and what is measured in it. `starts_at` and `ends_at` follow from days and `tz`.

    It is closed when its window is over, and settled when late logs count no more. `terms` is `model.Terms`.
    """

    id = UUID(primary_key=True, help_text=SOCIAL)
    creator_id = UUID(null=True, help_text=SOCIAL)
    title = Text(help_text=SOCIAL)
    description = Text(help_text=SOCIAL)
    kind = Text(help_text=SOCIAL)
    metric = Text(help_text=SOCIAL)
    sports = Array(base_column=Text(), help_text=SOCIAL)
    terms = JSONB(help_text=SOCIAL)
    sides = Text(help_text=SOCIAL)
    openness = Text(help_text=SOCIAL)
    club_id = UUID(null=True, help_text=SOCIAL)
    starts_on = Date(help_text=SOCIAL)
    ends_on = Date(help_text=SOCIAL)
    tz = Text(help_text=SOCIAL)
    starts_at = Timestamptz(help_text=SOCIAL)
    ends_at = Timestamptz(help_text=SOCIAL)
    settle_at = Timestamptz(help_text=SOCIAL)
    closed_at = Timestamptz(null=True, help_text=PLUMBING)
    settled_at = Timestamptz(null=True, help_text=PLUMBING)
    goal = DoublePrecision(null=True, help_text=SOCIAL)
    repeats = Text(help_text=SOCIAL)
    series_id = UUID(null=True, help_text=SOCIAL)
    embed_key = Bytea(null=True, help_text=CREDENTIAL)
    created_at = Timestamptz(help_text=SOCIAL)


class ChallengeMember(Table, tablename="challenge_member", db=ENGINE):
    """That somebody takes part, as whom, and their score: what `scoring.score` says of their days, always.

    `entrant_id` stands for who takes part under an alias.
    """

    challenge_id = UUID(primary_key=True, help_text=SOCIAL)
    member_id = UUID(help_text=SOCIAL)
    entrant_id = UUID(help_text=SOCIAL)
    joined_at = Timestamptz(help_text=SOCIAL)
    hidden = Boolean(help_text=PREFERENCE)
    alias = Text(null=True, help_text=SOCIAL)
    team_id = UUID(null=True, help_text=SOCIAL)
    body_weight_kg = DoublePrecision(null=True, help_text=HEALTH)
    score = Numeric(digits=(20, 3), help_text=TRAINING)
    workouts = Integer(help_text=TRAINING)
    reached_at = Timestamptz(help_text=TRAINING)


class ChallengeEntry(Table, tablename="challenge_entry", db=ENGINE):
    """What one workout would add to one score, and whether it does."""

    challenge_id = UUID(primary_key=True, help_text=TRAINING)
    workout_id = UUID(help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    status = Text(help_text=TRAINING)
    value = Numeric(digits=(16, 3), help_text=TRAINING)
    started_at = Timestamptz(help_text=TRAINING)
    at = Timestamptz(help_text=TRAINING)
    day = Date(help_text=TRAINING)


class ChallengeDay(Table, tablename="challenge_day", db=ENGINE):
    """What counted on one day of one member. The primary key is (challenge_id, member_id, day)."""

    challenge_id = UUID(primary_key=True, help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    day = Date(help_text=TRAINING)
    total = Numeric(digits=(20, 3), help_text=TRAINING)
    best = Numeric(digits=(16, 3), help_text=TRAINING)
    best_at = Timestamptz(help_text=TRAINING)
    last_at = Timestamptz(help_text=TRAINING)
    workouts = Integer(help_text=TRAINING)
