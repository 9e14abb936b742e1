"""How live sessions are stored."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import HEALTH, PLUMBING, SOCIAL, TRAINING


class LiveSession(Table, tablename="live_session", db=ENGINE):
    """A session. The row's lock is what makes one state of two people's taps."""

    id = UUID(primary_key=True, help_text=SOCIAL)
    host_id = UUID(help_text=SOCIAL)
    title = Text(help_text=SOCIAL)
    sport = Text(help_text=SOCIAL)
    programme = JSONB(help_text=SOCIAL)
    visibility = Text(help_text=SOCIAL)
    state = Text(help_text=SOCIAL)
    scheduled_at = Timestamptz(help_text=SOCIAL)
    started_at = Timestamptz(help_text=SOCIAL)
    finished_at = Timestamptz(help_text=SOCIAL)
    pauses = JSONB(help_text=SOCIAL)
    created_at = Timestamptz(help_text=SOCIAL)


class LiveParticipant(Table, tablename="live_participant", db=ENGINE):
    """A place on a roster. `settled_upto` is how many samples the logged workout was made of."""

    session_id = UUID(primary_key=True, help_text=SOCIAL)
    number = Integer(help_text=SOCIAL)
    member_id = UUID(help_text=SOCIAL)
    stream = UUID(help_text=PLUMBING)
    ready = Boolean(help_text=SOCIAL)
    simulated = Boolean(help_text=SOCIAL)
    joined_at = Timestamptz(help_text=TRAINING)
    left_at = Timestamptz(help_text=TRAINING)
    stored_upto = BigInt(help_text=PLUMBING)
    settled_upto = BigInt(help_text=PLUMBING)
    workout_id = UUID(help_text=TRAINING)
    workout_version = Integer(help_text=PLUMBING)
    summary = JSONB(help_text=HEALTH)


class LiveSamples(Table, tablename="live_samples", db=ENGINE):
    """A stretch of an athlete's stream, sealed with their key."""

    stream = UUID(primary_key=True, help_text=PLUMBING)
    first_seq = BigInt(help_text=PLUMBING)
    length = Integer(help_text=PLUMBING)
    samples = Bytea(help_text=HEALTH)


class LiveMessage(Table, tablename="live_message", db=ENGINE):
    """That a message was said, so that saying it again has no effect. Its text is in the channel's log."""

    session_id = UUID(primary_key=True, help_text=SOCIAL)
    member_id = UUID(help_text=SOCIAL)
    mid = Text(help_text=PLUMBING)
    kind = Text(help_text=SOCIAL)
    seq = BigInt(help_text=PLUMBING)
    created_at = Timestamptz(help_text=SOCIAL)
