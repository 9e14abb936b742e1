"""What was taken back is not told again to who resumes: the log keeps its place, not its words."""

from uuid import UUID

import msgspec

from domain.database import Transaction
from domain.feed.events import PostReacted, PostRemoved

_BLOT_OUT = """
UPDATE channel_event SET payload = $3
WHERE channel = ANY($1) AND position($2::bytea IN payload) > 0
"""


async def blot_out(
    tx: Transaction, thing_id: UUID, *, author_id: UUID, instead: PostRemoved | PostReacted
) -> None:
    """Put `instead` in the place of every event of an author's that names this post or comment."""
    await tx.connection.execute(
        _BLOT_OUT,
        [f"author:{author_id}", f"member:{author_id}"],
        str(thing_id).encode(),
        msgspec.json.encode(instead),
    )
