"""How teams, invitations, fair play, results and what is told are stored."""

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import CREDENTIAL, PLUMBING, SOCIAL, TRAINING


class ChallengeTeam(Table, tablename="challenge_team", db=ENGINE):
    """A side of a challenge. A club's team has nobody for a captain."""

    id = UUID(primary_key=True, help_text=SOCIAL)
    challenge_id = UUID(help_text=SOCIAL)
    name = Text(help_text=SOCIAL)
    captain_id = UUID(null=True, help_text=SOCIAL)
    club_id = UUID(null=True, help_text=SOCIAL)
    is_open = Boolean(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)


class ChallengeInvite(Table, tablename="challenge_invite", db=ENGINE):
    """A link that lets people in. The token itself is shown once."""

    id = UUID(primary_key=True, help_text=SOCIAL)
    challenge_id = UUID(help_text=SOCIAL)
    team_id = UUID(null=True, help_text=SOCIAL)
    token_hash = Bytea(help_text=CREDENTIAL)
    created_by = UUID(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)
    expires_at = Timestamptz(help_text=SOCIAL)


class FairCase(Table, tablename="fair_case", db=ENGINE):
    """Why a workout is in quarantine, what its author says, and what was decided."""

    workout_id = UUID(primary_key=True, help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    state = Text(help_text=TRAINING)
    rules = Integer(help_text=PLUMBING)
    fingerprint = Bytea(help_text=TRAINING)
    findings = JSONB(help_text=TRAINING)
    opened_at = Timestamptz(help_text=TRAINING)
    appeal = Text(help_text=SOCIAL)
    appealed_at = Timestamptz(null=True, help_text=SOCIAL)
    note = Text(help_text=SOCIAL)
    decided_by = UUID(null=True, help_text=SOCIAL)
    decided_at = Timestamptz(null=True, help_text=SOCIAL)


class ChallengeAudit(Table, tablename="challenge_audit", db=ENGINE):
    """What happened to a challenge and, once its window is over, to its scores. Rows are only ever added."""

    id = BigInt(primary_key=True, help_text=PLUMBING)
    challenge_id = UUID(help_text=SOCIAL)
    at = Timestamptz(help_text=SOCIAL)
    what = Text(help_text=SOCIAL)
    member_id = UUID(null=True, help_text=SOCIAL)
    by_id = UUID(null=True, help_text=SOCIAL)
    before = Numeric(digits=(20, 3), null=True, help_text=TRAINING)
    after = Numeric(digits=(20, 3), null=True, help_text=TRAINING)
    note = Text(help_text=SOCIAL)


class ChallengeResult(Table, tablename="challenge_result", db=ENGINE):
    """Where somebody stood when a challenge was settled. The primary key is (challenge_id, member_id)."""

    challenge_id = UUID(primary_key=True, help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    rank = Integer(help_text=TRAINING)
    score = Numeric(digits=(20, 3), help_text=TRAINING)
    workouts = Integer(help_text=TRAINING)
    reached_at = Timestamptz(help_text=TRAINING)
    badges = Array(base_column=Text(), help_text=TRAINING)


class ChallengeBroadcast(Table, tablename="challenge_broadcast", db=ENGINE):
    """News for everybody in a challenge, on their way; `upto` was told last."""

    id = BigInt(primary_key=True, help_text=PLUMBING)
    challenge_id = UUID(help_text=PLUMBING)
    what = Text(help_text=PLUMBING)
    upto = UUID(null=True, help_text=PLUMBING)
    created_at = Timestamptz(help_text=PLUMBING)
