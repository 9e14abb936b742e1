"""Drafts for tests of challenges."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from domain.challenges import actions, queries
from domain.challenges.model import Challenge, ChallengeDraft, Metric
from domain.identity.model import Actor
from domain.visibility import Visibility
from domain.workouts import actions as workouts
from domain.workouts.model import Sport, WorkoutDraft
from tests.support.domains import NOW


def challenge_draft(**fields: Any) -> ChallengeDraft:
    """A distance challenge over June, where NOW is."""
    given: dict[str, Any] = {
        "id": uuid7(),
        "title": "June, run",
        "metric": Metric.DISTANCE,
        "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 6, 30),
        "tz": "UTC",
        **fields,
    }
    return ChallengeDraft(**given)


async def challenge(creator: Actor, **fields: Any) -> UUID:
    draft = challenge_draft(**fields)
    await actions.create(draft, creator_id=creator.member_id, now=NOW)
    return draft.id


async def seen(challenge_id: UUID, reader: Actor, *, now: datetime = NOW) -> Challenge:
    return await queries.get_challenge(challenge_id, reader=reader.member_id, now=now)


def run(distance_m: float | None, **fields: Any) -> WorkoutDraft:
    given: dict[str, Any] = {
        "id": uuid7(),
        "sport": Sport.RUN,
        "started_at": NOW - timedelta(hours=2),
        "tz": "UTC",
        "duration_s": 1_800,
        "distance_m": distance_m,
        "visibility": Visibility.PUBLIC,
        **fields,
    }
    return WorkoutDraft(**given)


async def logs(member: Actor, draft: WorkoutDraft) -> None:
    await workouts.log_workout(draft, author_id=member.member_id, now=NOW)


async def edits(member: Actor, draft: WorkoutDraft) -> None:
    await workouts.edit_workout(draft.id, draft, author_id=member.member_id, now=NOW)
