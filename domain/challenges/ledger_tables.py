"""How boards are fed, as tables."""

from piccolo.columns import UUID, Array, BigInt, Date, DoublePrecision, Integer, Numeric, Text, Timestamptz
from piccolo.table import Table

from domain.database import ENGINE
from domain.privacy import PLUMBING, SOCIAL, TRAINING


class ScoreMove(Table, tablename="score_move", db=ENGINE):
    """A score that moved, until every board has it and its day is noted."""

    id = BigInt(primary_key=True, help_text=PLUMBING)
    xid = BigInt(help_text=PLUMBING)
    moved_at = Timestamptz(help_text=PLUMBING)
    challenge_id = UUID(help_text=PLUMBING)
    member_id = UUID(help_text=TRAINING)
    score = Numeric(digits=(20, 3), help_text=TRAINING)


class BoardShard(Table, tablename="board_shard", db=ENGINE):
    """Which node ranks a shard of all boards, and which moves it has applied."""

    shard = Integer(primary_key=True, help_text=PLUMBING)
    fence = BigInt(help_text=PLUMBING)
    valid_from = BigInt(help_text=PLUMBING)
    holder = Text(help_text=PLUMBING)
    held_until = Timestamptz(help_text=PLUMBING)
    upto = BigInt(help_text=PLUMBING)


class ScoreDay(Table, tablename="score_day", db=ENGINE):
    """A member's score at the end of a day."""

    challenge_id = UUID(primary_key=True, help_text=TRAINING)
    member_id = UUID(help_text=TRAINING)
    day = Date(help_text=TRAINING)
    score = Numeric(digits=(20, 3), help_text=TRAINING)


class BoardDay(Table, tablename="board_day", db=ENGINE):
    """What score stood on which place at the end of a day. It names nobody."""

    challenge_id = UUID(primary_key=True, help_text=SOCIAL)
    day = Date(help_text=SOCIAL)
    participants = Integer(help_text=SOCIAL)
    places = Array(base_column=Integer(), help_text=SOCIAL)
    scores = Array(base_column=DoublePrecision(), help_text=SOCIAL)
