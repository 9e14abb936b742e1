"""Who stands on a board, and what of them is shown there: the one place where an alias becomes a card."""

from typing import Any

from domain.challenges.model import Kind, Standing
from domain.challenges.totals import shown
from domain.members import cards
from domain.members.model import MemberCard

WHO = f"{cards.COLUMNS}, alias, entrant_id"
"""For the SELECT list of a query that joins `member` under its own name, and `challenge_member`."""

COLUMNS = f"{WHO}, score, workouts, reached_at"
"""The same, with the score."""


def card(row: Any) -> MemberCard:
    """The card of who takes part, from a row with WHO. Behind an alias is nobody's id, handle or picture."""
    if row["alias"] is None:
        return cards.card(row)
    return MemberCard(id=row["entrant_id"], handle="", name=row["alias"])


def standing(row: Any, *, kind: Kind, rank: int) -> Standing:
    """A place on the board of a challenge of this kind, from a row with COLUMNS."""
    return Standing(
        rank=rank,
        member=card(row),
        score=shown(kind, row["score"]),
        workouts=row["workouts"],
        reached_at=row["reached_at"] if row["workouts"] else None,
    )
