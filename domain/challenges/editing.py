"""Changing a challenge that people have joined: a little before it begins, less later, then nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from domain import database
from domain.challenges import audit, ledger, news, rules, standings
from domain.challenges.errors import NoSuchChallenge, NotWhileRunning, NotYourChallenge, PointlessChallenge
from domain.challenges.events import News
from domain.challenges.fair_model import AuditCode
from domain.challenges.model import ChallengeEdit, Handicap, Kind, Openness, Repeats, Terms
from domain.challenges.windows import window
from domain.database import Transaction
from domain.errors import FieldError

_LOCK = "SELECT * FROM challenge WHERE id = $1 AND may_see_challenge($2, challenge) FOR UPDATE"
_EDIT = """
UPDATE challenge
SET title = $2, description = $3, starts_on = $4, ends_on = $5, starts_at = $6, ends_at = $7, settle_at = $8,
    goal = $9, openness = $10, repeats = $11, series_id = $12
WHERE id = $1
"""
# Who has logged what the moved window now counts, or no longer does, or counts for another day.
_CONCERNED = """
SELECT DISTINCT member_id
FROM challenge_member JOIN workout ON author_id = member_id
WHERE challenge_id = $1 AND (
    started_at >= least($2::timestamptz, $3) - interval '27 hours'
        AND started_at < greatest($2, $3) + interval '27 hours'
    OR started_at >= least($4::timestamptz, $5) - interval '27 hours'
        AND started_at < greatest($4, $5) + interval '27 hours'
)
ORDER BY member_id
"""
_EVERYBODY = "SELECT member_id FROM challenge_member WHERE challenge_id = $1 ORDER BY member_id"
_WIDTH = {Openness.INVITE: 0, Openness.CLUB: 1, Openness.PUBLIC: 2}
_FREE_WORDS = {"title", "description"}


async def edit(challenge_id: UUID, change: ChallengeEdit, *, by: UUID, now: datetime) -> None:
    """Change one's own challenge; everybody in it hears of it.

    Raises NoSuchChallenge, NotYourChallenge, NotWhileRunning and PointlessChallenge, pointing at the fields.
    """
    async with database.transaction() as tx:
        row = await tx.connection.fetchrow(_LOCK, challenge_id, by)
        if row is None:
            raise NoSuchChallenge
        if row["creator_id"] != by:
            raise NotYourChallenge
        wished = {
            name: value
            for name, value in msgspec.structs.asdict(change).items()
            if value is not None and value != _stored(row, name)
        }
        if not wished:
            return
        late = tuple(_too_late(row, wished, now))
        if late:
            raise NotWhileRunning(errors=late)
        await _edit(tx, row, wished, now)
        names = ", ".join(sorted(wished))
        await audit.note(tx, challenge_id, AuditCode.EDITED, by=by, text=names)
        await news.announce(tx, challenge_id, News.EDITED)
        ledger.moved(tx, challenge_id)


def _stored(row: Any, name: str) -> Any:
    if name == "settle_after_h":
        return (row["settle_at"] - row["ends_at"]) // timedelta(hours=1)
    return row[name]


def _too_late(row: Any, wished: dict[str, Any], now: datetime) -> Iterator[FieldError]:
    """Members joined for what a challenge says: it may grow, and not turn into another one."""
    is_running, is_over = now >= row["starts_at"], now >= row["ends_at"]
    for name, value in wished.items():
        refusal = None
        if row["settled_at"] is not None or (is_over and name not in _FREE_WORDS):
            refusal = "not once the window is over"
        elif name == "openness" and _WIDTH[value] <= _WIDTH[Openness(row["openness"])]:
            refusal = "only wider"
        elif name == "openness" and value is Openness.CLUB and row["club_id"] is None:
            refusal = "it is of no club"
        elif is_running and name in {"starts_on", "goal"}:
            refusal = "not once it has begun"
        elif is_running and name == "ends_on" and value < row["ends_on"]:
            refusal = "only later"
        elif is_running and name == "settle_after_h" and value < _stored(row, name):
            refusal = "only longer"
        if refusal is not None:
            yield FieldError(f"/{name}", refusal)


async def _edit(tx: Transaction, row: Any, wished: dict[str, Any], now: datetime) -> None:
    fresh = {**{name: _stored(row, name) for name in msgspec.structs.asdict(ChallengeEdit())}, **wished}
    terms = msgspec.json.decode(row["terms"], type=Terms)
    errors: list[FieldError] = []
    if not fresh["title"].strip():
        errors.append(FieldError("/title", "needs at least one letter"))
    if {"starts_on", "ends_on"} & wished.keys():
        errors += rules.wrong_days(fresh["starts_on"], fresh["ends_on"], today=now.date() - timedelta(days=1))
    is_week = fresh["ends_on"] - fresh["starts_on"] < rules.WEEK
    if fresh["repeats"] == Repeats.WEEKLY and not is_week:
        errors.append(FieldError("/repeats", "each week needs a challenge of at most seven days"))
    if errors:
        raise PointlessChallenge(errors=tuple(errors))
    starts_at, ends_at = window(fresh["starts_on"], fresh["ends_on"], row["tz"], terms.zone)
    series_id = row["series_id"] or (row["id"] if fresh["repeats"] == Repeats.WEEKLY else None)
    await tx.connection.execute(
        _EDIT,
        *(row["id"], fresh["title"].strip(), fresh["description"].strip(), fresh["starts_on"]),
        *(fresh["ends_on"], starts_at, ends_at, ends_at + timedelta(hours=fresh["settle_after_h"])),
        *(fresh["goal"], fresh["openness"], fresh["repeats"], series_id),
    )
    if (starts_at, ends_at) == (row["starts_at"], row["ends_at"]):
        return
    # The length of the window is in what is usual, and in the rounds.
    if terms.handicap is not Handicap.NONE or row["kind"] == Kind.LAST_STANDING:
        concerned = await tx.connection.fetch(_EVERYBODY, row["id"])
    else:
        moved = (row["starts_at"], starts_at, row["ends_at"], ends_at)
        concerned = await tx.connection.fetch(_CONCERNED, row["id"], *moved)
    for one in concerned:
        await standings.recount(tx, row["id"], one["member_id"])
