"""Sessions and rosters from their SQL rows."""

from typing import Any

import msgspec

from domain.live.model import LiveSession, Participant, Pause, Programme, SessionState
from domain.live.rules import Course
from domain.members.cards import COLUMNS, card
from domain.visibility import Visibility
from domain.workouts.model import Sport

SESSION = f"""
SELECT live_session.*, {COLUMNS}, (
    SELECT count(*) FROM live_participant WHERE session_id = live_session.id AND left_at IS NULL
) AS participants
FROM live_session
JOIN member ON member.id = live_session.host_id
"""
PARTICIPANT = f"""
SELECT live_participant.*, {COLUMNS}
FROM live_participant
JOIN member ON member.id = live_participant.member_id
"""

_programme = msgspec.json.Decoder(Programme)
_pauses = msgspec.json.Decoder(tuple[Pause, ...])


def session(row: Any) -> LiveSession:
    """The session in a row of SESSION."""
    return LiveSession(
        id=row["id"],
        title=row["title"],
        sport=Sport(row["sport"]),
        host=card(row),
        programme=programme(row),
        visibility=Visibility(row["visibility"]),
        state=SessionState(row["state"]),
        scheduled_at=row["scheduled_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        pauses=list(_pauses.decode(row["pauses"])),
        participants=row["participants"],
        created_at=row["created_at"],
    )


def participant(row: Any) -> Participant:
    """The participant in a row of PARTICIPANT."""
    return Participant(
        number=row["number"],
        member=card(row),
        ready=row["ready"],
        left=row["left_at"] is not None,
        simulated=row["simulated"],
    )


def course(row: Any) -> Course:
    return Course(
        host_id=row["host_id"],
        state=SessionState(row["state"]),
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        pauses=_pauses.decode(row["pauses"]),
    )


def programme(row: Any) -> Programme:
    return _programme.decode(row["programme"])
