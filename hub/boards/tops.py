"""The top of a board as everybody sees it: rows of the channel `board:<id>`, and what changed in them.

Rows have no rank: it follows from scores. So when a leader is overtaken, one row changes, not all below it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from domain.challenges.model import Standing
from hub.boards.places import Spot

COUNT = "#"
"""The row that tells how many take part."""

Rows = Mapping[str, Any]
"""Rows by the id of the member, which is nobody's business where they take part under an alias."""


def missing(spots: Sequence[Spot], known: Rows | None, moved: Collection[UUID]) -> list[UUID]:
    """Whose rows must be made anew: who moved or was not in the top before."""
    return [
        member_id
        for member_id in (spot.member_id for spot in spots)
        if known is None or member_id in moved or str(member_id) not in known
    ]


def rows(
    spots: Sequence[Spot], count: int, known: Rows | None, people: Mapping[UUID, Standing]
) -> dict[str, Any]:
    """The rows of a top. Those of who did not move are as they were.

    Somebody who left since the places were read is left out: their move is on its way.
    """
    made: dict[str, Any] = {COUNT: {"participants": count}}
    for member_id in (spot.member_id for spot in spots):
        key = str(member_id)
        if (person := people.get(member_id)) is not None:
            made[key] = row(person)
        elif known is not None and key in known:
            made[key] = known[key]
    return made


def as_rows(standings: Sequence[Standing], count: int) -> dict[str, Any]:
    """The same from standings."""
    return {COUNT: {"participants": count}} | {str(one.member.id): row(one) for one in standings}


def row(standing: Standing) -> dict[str, Any]:
    """A standing as boards tell it: the rank follows from all the scores."""
    told: dict[str, Any] = msgspec.to_builtins(standing)
    del told["rank"]
    return told


def public(rows: Rows) -> dict[str, Any]:
    """The rows as they are told: by the id that their cards show."""
    return {key if key == COUNT else row["member"]["id"]: row for key, row in rows.items()}


def difference(old: Rows, new: Rows) -> tuple[dict[str, Any], list[str]]:
    """What to set and what to drop."""
    old, new = public(old), public(new)
    upserts = {key: row for key, row in new.items() if old.get(key) != row}
    return upserts, [key for key in old if key not in new]
